set -e
build_the_image safe
push_image
wait_for_it
start_everything
cleanup_after
