# shellcheck shell=bash
# shellcheck disable=SC2154,SC2034 # it shares its variables with the script that sources it
# shellcheck disable=SC1003,SC2094 # a quote and a backslash; a file that is only read
# Secrets on their way from the environment, a file or standard input into the cloud's own store. They live in shell
# variables and pipes (for AWS's CLI, for a moment, in a file of a folder that is ours alone): never in an argument, an
# exported variable or a line of output. Sourced by steps.sh.

# What a deployed function may ask for, by the name that it has there.
known_secrets='GITHUB_TOKEN GITHUB_APP_ID GITHUB_APP_PRIVATE_KEY GITHUB_WEBHOOK_SECRET ORCHESTRATOR_API_KEY
  ORCHESTRATOR_DATABASE_URL WEBHOOK_URL ANTHROPIC_API_KEY OPENAI_API_KEY ORCHESTRATOR_MODEL_API_KEY'
# Made here where nobody gives one: without them anybody could send, or nobody.
made_secrets='GITHUB_WEBHOOK_SECRET ORCHESTRATOR_API_KEY'

# Two lists side by side: bash 3.2 has no maps.
secret_names=()
secret_values=()
# Names of the secrets that the cloud has already, each on a line of its own.
stored_secrets=

# Takes in what was given. Whatever was exported is not for the programs that are started from here.
read_secrets() {
  local each
  for each in $known_secrets; do
    if [ -n "${!each:-}" ]; then set_secret "$each" "${!each}"; fi
    unset "$each"
  done
  case $secrets_from in
    '') ;;
    -) read_lines 'standard input' ;;
    *) if [ -r "$secrets_from" ]; then read_lines "$secrets_from" <"$secrets_from"; else problem "--secrets: cannot read $secrets_from"; fi ;;
  esac
}

# NAME=VALUE lines, as a shell would write them (export, quotes, comments), read without a shell. Nothing of a line that is
# wrong is shown: it may be half of a secret.
read_lines() {
  local line number=0 where=$1
  while IFS= read -r line || [ -n "$line" ]; do
    number=$((number + 1))
    line=${line%$'\r'}
    line=$(trimmed "$line")
    case $line in '' | '#'*) continue ;; 'export '*) line=$(trimmed "${line#export }") ;; esac
    if ! [[ $line =~ ^[A-Za-z_][A-Za-z0-9_]*= ]]; then
      problem "$1, line $number: not NAME=VALUE"
      continue
    fi
    given=${line#*=}
    case $given in
      '"'*) until_quote '"' ;;
      "'"*) until_quote "'" ;;
      *) given=$(trimmed "${given%%[[:space:]]#*}") ;;
    esac
    take "${line%%=*}" "$given" "$1, line $number"
  done
}

# A quoted value ends at the next quote, maybe some lines below; uses and sets `given`, `line`, `number` of read_lines.
until_quote() {
  local rest=${given#?} value='' char
  while :; do
    while [ -n "$rest" ]; do
      char=${rest%"${rest#?}"}
      rest=${rest#?}
      if [ "$char" = "$1" ]; then
        given=$value
        return
      fi
      # In double quotes a backslash keeps these four from meaning anything.
      if [ "$1$char" = '"\' ]; then
        case $rest in [\"\\\$\`]*) char=${rest%"${rest#?}"} && rest=${rest#?} ;; esac
      fi
      value=$value$char
    done
    if ! IFS= read -r rest && [ -z "$rest" ]; then break; fi
    number=$((number + 1))
    value=$value$'\n'
    rest=${rest%$'\r'}
  done
  problem "$where, line $number: a quote that began before is never closed"
  given=
}

# take NAME VALUE WHERE
take() {
  case $1 in
    GCP_PROJECT_ID | GCP_REGION | AWS_REGION | AWS_PROFILE)
      # The settings of the same file; what the environment or an option says counts more.
      if [ -z "${!1:-}" ]; then export "$1=$2"; fi
      return
      ;;
  esac
  if is_known "$1"; then
    [ -z "$2" ] || set_secret "$1" "$2"
  else
    ignored_names="${ignored_names:-}${ignored_names:+, }$1"
  fi
}
ignored_names=

is_known() { case " ${known_secrets//$'\n'/ } " in *" $1 "*) ;; *) return 1 ;; esac; }

set_secret() {
  local at value=$2
  case $1 in
    # Such a key is often written as one line.
    GITHUB_APP_PRIVATE_KEY) case $value in *$'\n'*) ;; *) value=${value//\\n/$'\n'} ;; esac ;;
  esac
  # A comparison with what is stored would see a difference that means nothing.
  while [ "${value%$'\n'}" != "$value" ]; do value=${value%$'\n'}; done
  for ((at = 0; at < ${#secret_names[@]}; at++)); do
    if [ "${secret_names[$at]}" = "$1" ]; then
      secret_values[at]=$value
      return
    fi
  done
  secret_names+=("$1")
  secret_values+=("$value")
}

# Into `given`, so that no value passes through a substitution, which would lose its last line ends.
secret_of() {
  local at
  given=
  for ((at = 0; at < ${#secret_names[@]}; at++)); do
    if [ "${secret_names[$at]}" = "$1" ]; then given=${secret_values[$at]}; fi
  done
  [ -n "$given" ]
}

is_stored() { grep -qx "$1" <<<"$stored_secrets"; }

has_secret() { secret_of "$1" || is_stored "$1"; }

# The cloud's name for it: ORCHESTRATOR_API_KEY is orchestrator-api-key.
dashed() { tr 'A-Z_' 'a-z-' <<<"$1"; }

undashed() { tr 'a-z-' 'A-Z_' <<<"$1"; }

# After it is known which are stored.
check_secrets() {
  local each
  if ! has_secret GITHUB_TOKEN && ! { has_secret GITHUB_APP_ID && has_secret GITHUB_APP_PRIVATE_KEY; }; then
    problem "GITHUB_TOKEN, or GITHUB_APP_ID and GITHUB_APP_PRIVATE_KEY: in the environment, or by --secrets"
  fi
  for each in ${secret_names[@]+"${secret_names[@]}"}; do
    secret_of "$each"
    case $given in
      *xxxxx* | your-* | '<'*'>' | changeme) problem "$each: that is a placeholder" ;;
      *) case $each:$given in
        ORCHESTRATOR_DATABASE_URL:postgres://* | ORCHESTRATOR_DATABASE_URL:postgresql://*) ;;
        ORCHESTRATOR_DATABASE_URL:*) problem "$each: does not begin with postgres://" ;;
      esac ;;
    esac
  done
}

# Those that nobody gave and that must be.
make_secrets() {
  local each
  for each in $made_secrets; do
    has_secret "$each" || set_secret "$each" "$(od -An -N32 -tx1 /dev/urandom | tr -d ' \n')"
  done
}

# The password of a database that is made here: once, and kept, for Terraform may be stopped between the database and its
# address.
make_password() {
  if ! is_stored DATABASE_PASSWORD; then set_secret DATABASE_PASSWORD "$(od -An -N24 -tx1 /dev/urandom | tr -d ' \n')"; fi
}

# In words, without values.
secrets_in_words() {
  local each given_ones='' made='' kept=''
  for each in $known_secrets; do
    if secret_of "$each"; then
      given_ones="$given_ones $each"
    elif is_stored "$each"; then
      kept="$kept $each"
    else
      case " $made_secrets " in *" $each "*) made="$made $each" ;; esac
    fi
  done
  [ -z "$given_ones" ] || row "given" "${given_ones# }"
  [ -z "$kept" ] || row "kept" "${kept# }"
  [ -z "$made" ] || row "made here" "${made# }"
  [ -z "$ignored_names" ] || row "not used" "$ignored_names"
}

# What will have a value once this run is through: one name a line.
secrets_to_be() {
  local each
  for each in $known_secrets; do
    if has_secret "$each"; then echo "$each"; fi
  done
}

# Calls `store NAME` with the value in `given`, for each that was given and is not stored as it is.
store_secrets() {
  local each
  for each in ${secret_names[@]+"${secret_names[@]}"}; do
    secret_of "$each"
    store "$each"
  done
}

trimmed() {
  local text=$1
  text=${text#"${text%%[![:space:]]*}"}
  printf '%s' "${text%"${text##*[![:space:]]}"}"
}

# JSON in plain shell, so that no program sees the value as an argument.
json_string() {
  local text=$1
  text=${text//\\/\\\\}
  text=${text//\"/\\\"}
  text=${text//$'\n'/\\n}
  text=${text//$'\r'/\\r}
  text=${text//$'\t'/\\t}
  printf '"%s"' "$text"
}

# Lines as a JSON list of strings.
json_list() {
  local line list=
  while IFS= read -r line; do
    if [ -n "$line" ]; then list="$list${list:+,}$(json_string "$line")"; fi
  done
  printf '[%s]' "$list"
}
