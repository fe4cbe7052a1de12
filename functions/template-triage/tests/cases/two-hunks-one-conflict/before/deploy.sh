set -e
build_the_image fast
push_image
wait_for_it
start_first one
start_second two
cleanup_after
