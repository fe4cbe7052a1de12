set -e
export LEVEL=1

readarray -d : -t paths <<<"$PATH"

shopt -s nullglob
list_commands
