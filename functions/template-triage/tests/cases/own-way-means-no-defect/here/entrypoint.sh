set -e
export LEVEL=1

IFS=: paths=($PATH)

shopt -s nullglob
list_commands
