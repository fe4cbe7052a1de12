set -e
export LEVEL=1

IFS=: read -d "" -a paths <<<"$PATH"

shopt -s nullglob
list_commands
