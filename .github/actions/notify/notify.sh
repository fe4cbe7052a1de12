#!/usr/bin/env bash
# Tells a Downstream service that this repository changed. Runs in GitHub Actions, on push and pull_request.
#
# Nothing of an event ever becomes part of a command: jq reads it from its file, git is given commit ids that are
# hexadecimal, paths go from git to jq as bytes, and tokens reach curl on a descriptor. It needs no checkout, and leaves
# the work tree alone: the two commits are fetched into a folder of its own, with the changed files only.
#
# Asks: ORCHESTRATOR_URL, NOTIFY_AUTH (oidc, api-key, none), NOTIFY_API_KEY, NOTIFY_FAIL (true, false), NOTIFY_TOKEN (reads
# this repository), and what GitHub sets in every job.
set -euo pipefail
umask 077

# What the service keeps of a report, in bytes: more would only travel.
most_diff=49152
most_diff_file=16384
most_paths=12288
# Raw entries that are read at all, in bytes: about 20,000 files.
most_raw=2000000
# The line that the service knows for a cut.
mark='\ The rest of this diff was cut'
# Seconds to wait before each further try.
waits='2 5 10 20'

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
url=${ORCHESTRATOR_URL:-}
auth=${NOTIFY_AUTH:-oidc}
work=

main() {
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  require git jq curl
  read -r kind before after origin <<<"$(heard)"
  case $kind in
    push | pull_request) ;;
    skip) end_neutrally "${before:-} ${after:-} ${origin:-}" ;;
    *) give_up 'this runs on push and pull_request: see the "on:" of the workflow' ;;
  esac
  [ "$after" != - ] || give_up 'the event names no commit'
  check_settings
  gather
  deliver
}

# One line of words; see event.jq.
heard() {
  [ -r "${GITHUB_EVENT_PATH:-}" ] || { echo unknown && return; }
  jq -r --arg kind "${GITHUB_EVENT_NAME:-}" -f "$here/event.jq" "$GITHUB_EVENT_PATH" || echo unknown
}

require() {
  local tool missing=
  for tool in "$@"; do command -v "$tool" >/dev/null || missing="$missing $tool"; done
  [ -z "$missing" ] || give_up "this runner has no$missing: install it, or use a runner of GitHub"
}

check_settings() {
  while [ "${url%/}" != "$url" ]; do url=${url%/}; done
  if [ "$origin" = fork ]; then
    case $auth in
      oidc) end_neutrally 'the pull request comes from a fork, which gets no identity token from GitHub' ;;
      api-key) [ -n "${NOTIFY_API_KEY:-}" ] || end_neutrally 'the pull request comes from a fork, which gets no secrets' ;;
    esac
  fi
  [ -n "$url" ] || give_up 'ORCHESTRATOR_URL is empty: gh variable set ORCHESTRATOR_URL --org <organization> --body <address of the service>'
  [[ $url =~ ^https?://[A-Za-z0-9._:/-]+$ ]] || give_up 'ORCHESTRATOR_URL is not an address: https://… is expected'
  case $auth in
    oidc)
      [ -n "${ACTIONS_ID_TOKEN_REQUEST_URL:-}" ] && [ -n "${ACTIONS_ID_TOKEN_REQUEST_TOKEN:-}" ] ||
        give_up 'GitHub gives this job no identity token: add "permissions: { contents: read, id-token: write }" to the job' ;;
    api-key)
      [[ ${NOTIFY_API_KEY:-} =~ ^[[:graph:]]+$ ]] || give_up 'auth is api-key, and the key is missing or not one word' ;;
    none) ;;
    *) give_up 'auth is none of oidc, api-key, none' ;;
  esac
  if [ "$auth" != none ] && ! [[ $url =~ ^(https://|http://(127\.0\.0\.1|localhost)(:[0-9]+)?(/|$)) ]]; then
    give_up 'ORCHESTRATOR_URL is not https: a key or token is not sent in the clear'
  fi
}

# --- what changed -----------------------------------------------------------------------------------------------------

# Writes body.json. A repository that cannot be read is reported all the same: the service reads it, too.
gather() {
  : >"$work/raw" && : >"$work/hunks"
  if ! changed_files 2>"$work/git.log"; then
    say warning "the changed files are not known: $(one_line <"$work/git.log")"
  fi
  jq -n --arg kind "$kind" --slurpfile event "$GITHUB_EVENT_PATH" --argjson most_paths "$most_paths" \
    --rawfile raw "$work/raw" --rawfile hunks "$work/hunks" -f "$here/change.jq" >"$work/body.json" ||
    give_up 'the change could not be written as JSON'
}

changed_files() {
  local base head
  git init --quiet --bare "$work/repo" || return
  settle_git
  in_repo remote add origin "${GITHUB_SERVER_URL:-https://github.com}/$(jq -r '.repository.full_name' "$GITHUB_EVENT_PATH")" || return
  if [ "$kind" = pull_request ]; then
    # What the pull request changes is what its merge would change, which GitHub made and calls GITHUB_SHA.
    [[ ${GITHUB_SHA:-} =~ ^[0-9a-f]{40}$ ]] || { echo 'GITHUB_SHA is no commit' >&2 && return 1; }
    head=$GITHUB_SHA
    fetch 2 "$head" || return
    base=$(parent_of "$head") || return
  else
    head=$after
    base=$(before_push) || return
  fi
  in_repo diff-tree -r -z -M --raw "$base" "$head" >"$work/raw.all" || return
  head -c "$most_raw" "$work/raw.all" >"$work/raw"
  # Ends early when it has enough, which git hears as a closed pipe.
  { in_repo diff-tree -r -p -M --no-ext-diff --no-textconv --no-color "$base" "$head" 2>/dev/null || true; } |
    LC_ALL=C awk -v most="$most_diff" -v most_file="$most_diff_file" -v mark="${mark/\\/\\\\}" -f "$here/hunks.awk" >"$work/hunks"
}

# The commit that a push is held against. After a forced push the one before may be gone, and a new branch has none: then
# it is the parent, and the empty tree for the first commit of all.
before_push() {
  if [ "$before" != - ] && fetch 1 "$after" "$before" 2>/dev/null; then
    echo "$before"
    return
  fi
  fetch 2 "$after" && parent_of "$after"
}

parent_of() {
  in_repo rev-parse --quiet --verify "$1^1^{commit}" || in_repo hash-object -t tree --stdin </dev/null
}

fetch() {
  local depth=$1
  shift
  in_repo fetch --quiet --no-tags --no-recurse-submodules --filter=blob:none --depth="$depth" origin "$@"
}

in_repo() { git --git-dir="$work/repo" "$@"; }

# By the environment, so that the token is not in the list of processes: no prompt, no hook, no endless transfer.
settle_git() {
  local server=${GITHUB_SERVER_URL:-https://github.com}
  export GIT_TERMINAL_PROMPT=0 GIT_CONFIG_COUNT=0
  git_setting core.hooksPath /dev/null
  git_setting gc.auto 0
  git_setting maintenance.auto false
  git_setting http.lowSpeedLimit 1000
  git_setting http.lowSpeedTime 30
  if [ -n "${NOTIFY_TOKEN:-}" ]; then
    git_setting "http.$server/.extraheader" \
      "Authorization: basic $(printf 'x-access-token:%s' "$NOTIFY_TOKEN" | base64 | tr -d '\n')"
  fi
}

git_setting() {
  export "GIT_CONFIG_KEY_$GIT_CONFIG_COUNT=$1" "GIT_CONFIG_VALUE_$GIT_CONFIG_COUNT=$2"
  GIT_CONFIG_COUNT=$((GIT_CONFIG_COUNT + 1))
}

# --- telling ----------------------------------------------------------------------------------------------------------

deliver() {
  local wait why=
  for wait in $waits last; do
    if post; then
      told
      return
    fi
    why=$(problem)
    retried || give_up "$why"
    [ "$wait" != last ] || break
    wait=$(patience "$wait")
    echo "  $why: once more in $wait s"
    sleep "$wait"
  done
  give_up "$why; tried $(($(wc -w <<<"$waits") + 1)) times"
}

# Sends the body once; the status is in $status, 000 where nothing was answered. A token is good for one try.
post() {
  status=000
  : >"$work/answer" && : >"$work/headers" && : >"$work/curl.log"
  local credentials=
  case $auth in
    oidc) credentials="Authorization: Bearer $(id_token)" || return ;;
    api-key) credentials="X-API-Key: $NOTIFY_API_KEY" ;;
  esac
  status=$(curl --silent --show-error --proto '=http,https' --connect-timeout 10 --max-time 40 \
    --request POST --header 'Content-Type: application/json' --header 'User-Agent: downstream-notify' --header 'Expect:' \
    --header @<(printf '%s\n' "$credentials") --data-binary @- --output "$work/answer" --dump-header "$work/headers" \
    --write-out '%{http_code}' "$url/api/webhook/change-notification" <"$work/body.json" 2>"$work/curl.log") || return
  case $status in 200 | 202) accepted ;; *) return 1 ;; esac
}

# A page of some proxy that says 200 is not the service.
accepted() { jq -e '.status | . == "accepted" or . == "no_relationships"' "$work/answer" >/dev/null 2>&1; }

# A token for the service alone, said to the log as something to mask before anything else can be done with it.
id_token() {
  local token
  token=$(curl --silent --show-error --fail --proto '=http,https' --connect-timeout 10 --max-time 20 --get \
    --data-urlencode "audience=$url" --header @<(printf 'Authorization: bearer %s\n' "$ACTIONS_ID_TOKEN_REQUEST_TOKEN") \
    "$ACTIONS_ID_TOKEN_REQUEST_URL" 2>"$work/curl.log" | jq -r '.value // ""' 2>/dev/null) || token=
  if ! [[ $token =~ ^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$ ]]; then
    echo "GitHub gave no identity token. $(one_line <"$work/curl.log")" >"$work/no-token"
    return 1
  fi
  rm -f "$work/no-token"
  echo "::add-mask::$token" >&2
  printf '%s' "$token"
}

# Whether another try may help.
retried() {
  case $status in 000 | 408 | 425 | 429 | 500 | 502 | 503 | 504) ;; *) return 1 ;; esac
}

# Seconds: what the service asks for, at most a minute, or our own.
patience() {
  local asked
  asked=$(sed -n 's/^[Rr]etry-[Aa]fter: *\([0-9]\{1,4\}\).*/\1/p' "$work/headers" | tail -n 1)
  if [ -z "$asked" ]; then echo "$1"; elif [ "$asked" -gt 60 ]; then echo 60; else echo "$asked"; fi
}

# Why a try failed, and what to do about it.
problem() {
  local said
  said=$(jq -r '.detail // .title // "" | strings' "$work/answer" 2>/dev/null | one_line)
  case $status in
    000) if [ -s "$work/no-token" ]; then one_line <"$work/no-token"; else echo "no answer: $(one_line <"$work/curl.log")"; fi ;;
    200 | 202) echo 'what answered is not Downstream: does ORCHESTRATOR_URL name the service itself?' ;;
    401 | 403) echo "the service refused this job's ${auth/oidc/identity} ($status${said:+, $said}): does ORCHESTRATOR_URL read exactly like the address it knows for itself?" ;;
    404) echo 'nothing takes reports there (404): does ORCHESTRATOR_URL name the service, without a path?' ;;
    3??) echo "the address answers with a redirect ($status): set ORCHESTRATOR_URL to where it leads" ;;
    *) echo "the service answered $status${said:+: $said}" ;;
  esac
}

told() {
  local dependents
  if jq -e '.status == "no_relationships"' "$work/answer" >/dev/null; then
    echo '✓ Orchestrator notified: relationships.json does not name this repository, nobody depends on it as far as is known'
    output status no_relationships
    return
  fi
  dependents=$(jq -r '.total_dependents | numbers | floor' "$work/answer")
  echo "✓ Orchestrator notified: ${dependents:-0} dependents are looked at"
  jq -r '.notes | arrays | .[:5][] | strings' "$work/answer" | while IFS= read -r note; do
    echo "  note: $(printf '%s' "$note" | one_line)"
  done
  output status accepted
  output run "$(jq -r '.run | strings | select(test("\\A[A-Za-z0-9._:-]{1,200}\\z"))' "$work/answer")"
}

# --- words ------------------------------------------------------------------------------------------------------------

end_neutrally() {
  say notice "not reported: $1"
  output status skipped
  exit 0
}

give_up() {
  output status failed
  if [ "${NOTIFY_FAIL:-false}" = true ]; then
    say error "Orchestrator not notified: $1"
    exit 1
  fi
  say warning "Orchestrator not notified: $1"
  exit 0
}

# A line on the page of the run. Its text is inert: GitHub reads commands at the beginning of a line only.
say() {
  local text=${2//'%'/%25}
  echo "::$1 title=Downstream::${text//$'\n'/ }"
}

output() {
  if [ -n "${GITHUB_OUTPUT:-}" ]; then echo "$1=$2" >>"$GITHUB_OUTPUT"; fi
}

# Foreign text as one short line without control characters.
one_line() { LC_ALL=C tr -s '\000-\040\177' ' ' | LC_ALL=C cut -b 1-300 | sed 's/^ //; s/ $//'; }

main
