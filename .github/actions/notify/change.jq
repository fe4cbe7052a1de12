# The body of POST /api/webhook/change-notification, from the event, `git diff-tree --raw -z` and the hunks.
# Arguments: kind, event (slurped), raw, hunks; most_paths in bytes.

# One entry is ":<mode> <mode> <id> <id> <status>", then one path, or two for a rename: what counts is the last one.
def entries:
  (split("\u0000") | .[:-1]) as $words
  | [foreach $words[] as $word (
      {};
      if (.missing // 0) == 0 then
        ($word | split(" ") | last[0:1]) as $letter
        | {letter: $letter, missing: (if $letter == "R" or $letter == "C" then 2 else 1 end)}
      else {letter, path: $word, missing: (.missing - 1)} end;
      select(.missing == 0 and has("path")) | {letter, path})];

# Each entry with its hunks. A file that became a link or a submodule has two sections: gone, and made.
def with_hunks($sections):
  [foreach .[] as $entry (
      {next: 0};
      (.next + (if $entry.letter == "T" then 2 else 1 end)) as $next
      | {next: $next, diff: ($sections[.next:$next] | map(select(. != "")) | join("\n"))};
      {path: $entry.path, change_type: ({T: "M", C: "A"}[$entry.letter] // $entry.letter)}
      + (if .diff == "" then {} else {diff: (.diff + "\n")} end))];

# As many paths as a service takes; a long one is left out, a shorter one behind it is not.
def fitting:
  [foreach .[] as $file (
      {room: $most_paths};
      ($file.path | utf8bytelength) as $size
      | if $size <= .room then {room: (.room - $size), file: $file} else {room} end;
      .file // empty)];

# When it was pushed: the same for each try and for "Re-run jobs", so that a repeat is known as one.
def pushed_at: if type == "number" then todate else . end;

def about_push:
  {commit_sha: .after, commit_message: (.head_commit.message // ""), branch: .ref, before,
   timestamp: (.repository.pushed_at | pushed_at)};

def about_pull_request:
  .pull_request as $it
  | {commit_sha: $it.head.sha, commit_message: ($it.title // ""), branch: "refs/pull/\(.number)/head",
     before: $it.base.sha, timestamp: $it.updated_at};

($raw | entries) as $entries
| ($entries | with_hunks("\n" + $hunks | split("\ndiff")[1:] | map(ltrimstr("\n") | rtrimstr("\n"))) | fitting) as $files
| $event[0]
| {source_repo: .repository.full_name}
  + (if $kind == "push" then about_push else about_pull_request end)
| .commit_message |= .[0:2000]
| if .before == "0" * 40 then del(.before) else . end
| del(.timestamp | nulls)
| . + {changed_files: $files}
