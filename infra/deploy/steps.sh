# shellcheck shell=bash
# shellcheck disable=SC2154,SC2034 # it shares its variables with the script that sources it
# What deploy-gcp.sh and deploy-aws.sh have in common: options, words, checks that are told together, commands that change
# something, Terraform. Sourced. Keeps to bash 3.2, which is what macOS has.
#
# Every command that changes something goes through `change`, which a dry run only prints. All of them may be run again:
# what is there is left alone or brought to what it should be, so a run that stopped is finished by the next one.

# shellcheck source=infra/deploy/secrets.sh
. "$root/infra/deploy/secrets.sh"

name=downstream
region=
secrets_from=
create_database=
alarm_email=${ALARM_EMAIL:-}
monthly_budget_usd=${MONTHLY_BUDGET_USD:-20}
dry_run=
destroy=
yes=

work=
problems=()
doing=
started=

# --- options and words ------------------------------------------------------------------------------------------------

# Sets one of the options that both scripts know, and `words`, how many it took; false if it is none of them.
common_option() {
  words=2
  case $1 in
    --name | --region | --secrets | --alarm-email | --budget) need_value "$@" ;;
    *) words=1 ;;
  esac
  case $1 in
    --name) name=$2 ;;
    --region) region=$2 ;;
    --secrets) secrets_from=$2 ;;
    --alarm-email) alarm_email=$2 ;;
    --budget) monthly_budget_usd=$2 ;;
    --create-database) create_database=1 ;;
    --dry-run) dry_run=1 ;;
    --destroy) destroy=1 ;;
    --yes | -y) yes=1 ;;
    *) return 1 ;;
  esac
}
words=1

need_value() {
  if [ $# -lt 2 ] || [ -z "$2" ]; then usage_error "$1 needs a value"; fi
}

usage_error() {
  echo "error: $1; --help tells the rest" >&2
  exit 2
}

begin() {
  umask 077
  work=$(mktemp -d)
  trap ended EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
}

# Colour for people: not in a file, a log or where NO_COLOR is set.
paint() {
  if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then printf '\033[%sm%s\033[0m' "$1" "$2"; else printf '%s' "$2"; fi
}

title() { printf '\n%s\n' "$(paint 1 "$1")"; }
row() { printf '  %-14s %s\n' "$1" "$2"; }
ok() { printf '  %s %-32s %s\n' "$(paint 32 ✓)" "$1" "${2:-}" | sed 's/ *$//'; }
note() { printf '  %s %-12s %s\n' "$(paint 33 !)" "$1" "$2"; }

# --- checks: everything that is missing is told at once ---------------------------------------------------------------

problem() { problems+=("$1"); }

no_problem() { [ ${#problems[@]} -eq 0 ]; }

# A dry run shows what is missing and goes on: it needs nothing.
tell_problems() {
  no_problem && return
  local each
  if [ -n "$dry_run" ]; then
    title "Missing, so that a real run would stop here"
    for each in "${problems[@]}"; do printf '  %s %s\n' "$(paint 33 !)" "$each"; done
    return
  fi
  {
    echo
    echo "error: nothing was changed; missing:"
    for each in "${problems[@]}"; do echo "  - $each"; done
  } >&2
  explained=1
  exit 3
}

# need_tool NAME WHERE-TO-GET-IT
need_tool() { have "$1" || problem "$1: $2"; }

have() { command -v "$1" >/dev/null 2>&1; }

# What a command that only looks says; empty where it fails.
ask() { "$@" 2>/dev/null || true; }

check_names() {
  # A service account's name has 30 characters at most.
  [[ $name =~ ^[a-z][a-z0-9-]{1,11}[a-z0-9]$ ]] || problem "--name: 3 to 13 small letters, digits and -, not \"$name\""
  [[ $monthly_budget_usd =~ ^[1-9][0-9]{0,5}$ ]] || problem "--budget: whole dollars a month, not \"$monthly_budget_usd\""
  [ -z "$alarm_email" ] || [[ $alarm_email =~ ^[^[:space:]@]+@[^[:space:]@]+$ ]] || problem "--alarm-email: not an address"
}

check_terraform() {
  need_tool terraform "https://developer.hashicorp.com/terraform/install"
  have terraform || return 0
  local version
  version=$(ask terraform version | sed -n 's/^Terraform v\([0-9]*\)\.\([0-9]*\).*/\1 \2/p')
  # shellcheck disable=SC2086 # two numbers
  set -- $version 0 0
  [ "$1" -gt 1 ] || [ "$2" -ge 11 ] || problem "terraform 1.11 or later: the state's lock and write-only secrets need it"
}

# --- the one question -------------------------------------------------------------------------------------------------

# confirm QUESTION EXPECTED
confirm() {
  local answer=
  if [ -n "$yes" ] || [ -n "$dry_run" ]; then return; fi
  printf '\n%s ' "$(paint 1 "$1")"
  # The secrets may have come on standard input.
  if [ "$secrets_from" = - ]; then read -r answer </dev/tty || true; else read -r answer || true; fi
  case $answer in
    "$2") ;;
    *)
      echo "Nothing was changed."
      explained=1
      exit 1
      ;;
  esac
}

# --- changes ----------------------------------------------------------------------------------------------------------

# change LABEL COMMAND…: runs it, quiet unless it fails.
change() {
  announce "$@" && return
  shift
  if "$@" >"$work/log" 2>&1; then
    ok "$doing" "$(took)"
  else
    did_not_work "$@"
  fi
}

# The same for a command that reads a secret from the pipe, which a dry run must empty.
change_by_pipe() {
  if [ -n "$dry_run" ]; then cat >/dev/null; fi
  change "$@"
}

# The same, with the lines that match FILTER shown while it runs: change_shown LABEL FILTER COMMAND…
change_shown() {
  local filter=$2
  announce "$1" "${@:3}" && return
  shift 2
  # grep says 1 where it let nothing through.
  if "$@" 2>&1 | tee "$work/log" | { grep --line-buffered -E "$filter" || true; } | sed 's/^/    /'; then
    ok "$doing" "$(took)"
  else
    did_not_work "$@"
  fi
}

# Remembers what is done for whoever is told about a failure. In a dry run shows the command, and says yes: that was all.
announce() {
  doing=$1
  started=$SECONDS
  [ -n "$dry_run" ] || return
  printf '\n  # %s\n' "$1"
  shift
  show_command "$@"
}

# there LABEL: nothing to do.
there() { [ -n "$dry_run" ] || ok "$1" "is there"; }

took() {
  local seconds=$((SECONDS - started))
  if [ "$seconds" -ge 1 ]; then echo "$seconds s"; fi
}

did_not_work() {
  {
    printf '  %s %s\n\n' "$(paint 31 ✗)" "$doing"
    show_command "$@"
    echo
    tail -n 25 "$work/log" | sed 's/^/    /'
  } >&2
  return 1
}

show_command() {
  case $1 in
    tf) shift && show_tf "$@" ;;
    in_root) shift && show "$@" ;;
    empty_bucket) show aws s3api delete-object --bucket "$bucket" --key '<each>' --version-id '<each>' ;;
    *) show "$@" ;;
  esac
}

# In the folder of the project, wherever the script was called.
in_root() { (cd "$root" && "$@"); }

# A command as it would be typed in the project's folder, broken where it grows long.
show() {
  local line='   ' word shown
  for word in "$@"; do
    shown=$(quoted "${word//"$root/"/}")
    if [ $((${#line} + ${#shown})) -gt 96 ] && [ -n "${line// /}" ]; then
      printf '%s \\\n' "$line"
      line='       '
    fi
    line="$line $shown"
  done
  printf '%s\n' "$line"
}

quoted() {
  if [[ $1 =~ ^[][A-Za-z0-9_./:=@,+%~{}\<\>-]+$ ]]; then printf '%s' "$1"; else printf "'%s'" "${1//\'/\'\\\'\'}"; fi
}

# --- Terraform --------------------------------------------------------------------------------------------------------

# Which resources are databases: what one of them holds is not made again by the next run.
databases='(aws_rds_cluster|aws_db_instance|google_sql_database_instance|google_alloydb_cluster)\.'

# terraform COMMAND…, in infra/deploy/<cloud>. What it downloads is kept apart for each deployment.
tf() {
  TF_DATA_DIR="$root/target/deploy/$cloud-$name" TF_IN_AUTOMATION=1 CHECKPOINT_DISABLE=1 \
    terraform -chdir="$root/infra/deploy/$cloud" "$@"
}

# What `tf` runs is shown as what it is.
show_tf() { show terraform "-chdir=infra/deploy/$cloud" "$@"; }

# Reads what is deployed, into $work/state: one resource a line.
read_state() {
  tf init -input=false -no-color -reconfigure "$@" >"$work/log" 2>&1 || { problem "Terraform's state cannot be read: $(tail -n 3 "$work/log")" && return; }
  tf state list >"$work/state" 2>/dev/null || :
}

# Shows the plan's sum, refuses one that would lose the database, and carries it out.
plan_and_apply() {
  local plan=$work/plan
  [ -z "$dry_run" ] || plan=plan
  change plan tf plan -input=false -no-color -lock-timeout=5m "-out=$plan" "$@"
  if [ -z "$dry_run" ]; then
    grep -E '^(Plan:|No changes)' "$work/log" | head -n 1 | sed 's/^/    /' || true
    tf show -no-color "$work/plan" >"$work/plan.txt"
    if grep -qE "# .*$databases.* (will be destroyed|must be replaced)" "$work/plan.txt"; then
      refuse "the plan would remove the database and what is in it; nothing was changed by it"
    fi
  fi
  change_shown apply "$progress" tf apply -input=false -no-color -lock-timeout=5m "$plan"
}

# The lines of an apply that say how far it is.
progress=': (Creation|Modifications|Destruction) complete|Still (creating|destroying)\.\.\. \[.*[05]m00s'

# Whether this deployment made a database of its own.
made_a_database() { [ -f "$work/state" ] && grep -qE "(^|\.)$databases" "$work/state"; }

# A database that was made stays: leaving the option out must not remove it.
check_database() {
  if [ -n "$destroy" ]; then create_database=; fi
  if made_a_database; then create_database=1; fi
  if [ -n "$destroy" ]; then return; fi
  if made_a_database && has_secret ORCHESTRATOR_DATABASE_URL; then
    problem "ORCHESTRATOR_DATABASE_URL: this deployment has a database of its own, which the address would replace; leave it out"
  elif [ -n "$create_database" ] && has_secret ORCHESTRATOR_DATABASE_URL; then
    problem "--create-database or ORCHESTRATOR_DATABASE_URL: one of them"
  elif [ -z "$create_database" ] && ! has_secret ORCHESTRATOR_DATABASE_URL; then
    problem "ORCHESTRATOR_DATABASE_URL: a Postgres with pgvector, postgres://…; or --create-database"
  fi
}

# The database's password, for Terraform only, which passes it on by write-only arguments. `stored_value NAME` reads it.
lend_password() {
  if [ -z "$create_database" ] || [ -n "$dry_run" ]; then return; fi
  TF_VAR_database_password=$(stored_value DATABASE_PASSWORD)
  export TF_VAR_database_password
}

refuse() {
  echo "  $(paint 31 ✗) $1" >&2
  return 1
}

# --- the end ----------------------------------------------------------------------------------------------------------

# Waits until the service answers; a new service may need a minute.
wait_for() {
  local wait
  if [ -n "$dry_run" ]; then
    printf '\n  # answers\n' && show curl --fail "$1/health"
    return
  fi
  started=$SECONDS
  for wait in 2 5 10 20 30 0; do
    if curl --silent --fail --max-time 15 --output /dev/null "$1/health"; then
      ok answers "$1/health"
      return
    fi
    sleep "$wait"
  done
  note answers "not yet: curl --fail $1/health"
}

# tell_next URL COMMAND-THAT-READS-THE-WEBHOOK-SECRET
tell_next() {
  title Deployed
  row address "$(paint 32 "$1")"
  title Next
  row tell "gh variable set ORCHESTRATOR_URL --org YOUR-ORGANIZATION --body '$1'"
  row webhook "$1/webhooks/github  (application/json; pushes, pull requests, issues, comments)"
  row "its secret" "$2"
  if [ -z "$dry_run" ] && curl --silent --fail --max-time 10 --output /dev/null "$1/setup/github"; then
    row "GitHub App" "$1/setup/github"
  fi
  row workflow "docs/deploy.md: twelve lines for each monitored repository"
  row change "edit config/, then $again"
  row remove "$again --destroy"
}

ask_doctor() {
  title Doctor
  if ! have cargo && [ -z "$dry_run" ]; then
    row next "downstream doctor --url $1"
    return
  fi
  show cargo run --release --quiet -- doctor --url "$1"
  [ -z "$dry_run" ] || return 0
  in_root cargo run --release --quiet -- doctor --url "$1" ||
    { explained=1 && echo "The service is deployed; the lines above say what it lacks." >&2 && return 1; }
}

explained=

# Whatever happened, says what to do next; once.
ended() {
  local status=$?
  rm -rf "$work"
  if [ "$status" -eq 0 ] || [ "$status" -eq 2 ] || [ -n "$explained" ]; then exit "$status"; fi
  {
    echo
    case $status in
      130 | 143) echo "Stopped${doing:+ at \"$doing\"}. What was done stays." ;;
      *) echo "Stopped${doing:+ at \"$doing\"}: the lines above say why. What was done before stays." ;;
    esac
    echo "  go on     the same command again: it does only what is missing"
    echo "  go back   $again --destroy"
  } >&2
  exit "$status"
}
