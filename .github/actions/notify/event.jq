# What of an event matters to git and to the decision, as one line of words that a shell may split:
#   skip <why …> | push <before> <after> | pull_request <base> <head> <same|fork>
# A commit that is missing or not 40 hexadecimal digits is "-". Nothing else of the event gets out of here, but for what
# change.jq quotes as JSON.

# Anchored by \A and \z: in jq ^ and $ are ends of lines.
def commit:
  if type == "string" and test("\\A[0-9a-f]{40}\\z") and . != "0" * 40 then . else "-" end;

def default_branch: .repository.default_branch // "";

def push:
  if .deleted == true then "skip a branch was deleted"
  elif (.ref // "" | startswith("refs/heads/") | not) then "skip this is not a branch"
  elif .ref != "refs/heads/" + default_branch then "skip only pushes to the default branch are reported"
  else "push \(.before | commit) \(.after | commit)" end;

# A fork may be gone by now; then its name is null, and it is a fork all the same.
def origin:
  if .pull_request.head.repo.full_name == .repository.full_name then "same" else "fork" end;

def pull_request:
  if [.action] | inside(["opened", "synchronize", "reopened"]) | not then
    "skip nothing of the pull request that is looked at has changed"
  elif .pull_request.base.ref != default_branch then
    "skip only pull requests into the default branch are reported"
  else "pull_request \(.pull_request.base.sha | commit) \(.pull_request.head.sha | commit) \(origin)" end;

if $kind == "push" then push
elif $kind == "pull_request" then pull_request
else "unknown" end
