set -e
build_the_image safe
push_image
notify
start_first one
log here
start_second two
bye_bye
