#!/usr/bin/env python3
"""Tests of notify.sh: python3 .github/actions/notify/tests/test_notify.py. Needs bash, git, jq and curl."""

import json
import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))
from world import ACCEPTED, REQUEST_TOKEN, World  # noqa: E402

ZERO = "0" * 40
GONE = "1" * 40
# What a shell, a workflow expression, JSON or a log would trip over.
HOSTILE = [
    '$(touch "$CANARY")',
    '`touch "$CANARY"`',
    '"; touch "$CANARY"; "',
    "'; touch \"$CANARY\"; '",
    "${{ github.token }}",
    "$((1/0))",
    "-n -e --help",
    "\\n\\t\\\\ %s %d %%",
    "\n::set-output name=status::owned\n::add-mask::a",
    "EOF\n$(touch \"$CANARY\")\nEOF",
    "\u202e\u0007\u001b[31mred é 🦀",
    "*",
    "",
]


class Case(unittest.TestCase):
    def world(self, *answers, **server):
        world = World(list(answers) or None, **server)
        self.addCleanup(world.close)
        return world

    def pushed(self, world, files, after, message="A change"):
        """Two commits, and the report of the second."""
        before = world.repository.commit(files)
        now = world.repository.commit(after, message)
        return before, now, world.run("push", world.push(before, now, message))


class WhatIsSent(Case):
    def test_a_push_is_reported_word_for_word(self):
        world = self.world()
        before, after, done = self.pushed(
            world, {"app.py": 'a\n@app.get("/health")\n'}, {"app.py": 'a\n@app.get("/v1/health")\n'}, "Move\n\nhealth"
        )
        self.assertEqual(done.code, 0, done.everything())
        self.assertEqual(done.body(), {
            "source_repo": "acme/api",
            "commit_sha": after,
            "commit_message": "Move\n\nhealth",
            "branch": "refs/heads/main",
            "before": before,
            "timestamp": "2023-11-14T22:15:00Z",
            "changed_files": [{
                "path": "app.py",
                "change_type": "M",
                "diff": '@@ -1,2 +1,2 @@\n a\n-@app.get("/health")\n+@app.get("/v1/health")\n',
            }],
        })
        self.assertIn("✓ Orchestrator notified: 2 dependents are looked at", done.said)
        self.assertEqual(done.outputs, {"status": "accepted", "run": "run-1"})
        headers = done.reports[0][1]
        self.assertEqual(headers["Content-Type"], "application/json")
        self.assertEqual(headers["Authorization"], "Bearer header.payload.signature-1")
        self.assertNotIn("X-API-Key", headers)

    def test_letters_are_gits(self):
        world = self.world()
        old = {"gone.txt": "x\n", "moved.txt": "a\nb\nc\nd\ne\nf\ng\n", "kept.txt": "k\n", "mode.sh": "m\n"}
        before = world.repository.commit(old)
        (world.repository.folder / "new").mkdir()
        world.repository.git("mv", "moved.txt", "new/place.txt")
        (world.repository.folder / "mode.sh").chmod(0o755)
        after = world.repository.commit({"gone.txt": None, "made.txt": "y\n", "bytes.bin": b"\0\1\2"})
        done = world.run("push", world.push(before, after))
        files = {file["path"]: file for file in done.body()["changed_files"]}
        letters = {path: file["change_type"] for path, file in files.items()}
        self.assertEqual(
            letters, {"gone.txt": "D", "made.txt": "A", "new/place.txt": "R", "mode.sh": "M", "bytes.bin": "A"}
        )
        self.assertEqual(files["gone.txt"]["diff"], "@@ -1 +0,0 @@\n-x\n")
        for path in ("new/place.txt", "mode.sh", "bytes.bin"):
            self.assertNotIn("diff", files[path], path)

    def test_a_link_that_was_a_file_keeps_the_others_in_step(self):
        world = self.world()
        before = world.repository.commit({"a": "1\n", "b": "2\n", "c": "3\n"})
        (world.repository.folder / "b").unlink()
        (world.repository.folder / "b").symlink_to("a")
        after = world.repository.commit({"c": "4\n"})
        files = world.run("push", world.push(before, after)).body()["changed_files"]
        self.assertEqual([(file["path"], file["change_type"]) for file in files], [("b", "M"), ("c", "M")])
        self.assertEqual(
            files[0]["diff"], "@@ -1 +0,0 @@\n-2\n@@ -0,0 +1 @@\n+a\n\\ No newline at end of file\n"
        )
        self.assertEqual(files[1]["diff"], "@@ -1 +1 @@\n-3\n+4\n")

    def test_a_submodule_is_one_file(self):
        world = self.world()
        before = world.repository.commit({"a": "1\n"})
        world.repository.git("update-index", "--add", "--cacheinfo", f"160000,{GONE},lib")
        after = world.repository.committed()
        files = world.run("push", world.push(before, after)).body()["changed_files"]
        diff = f"@@ -0,0 +1 @@\n+Subproject commit {GONE}\n"
        self.assertEqual(files, [{"path": "lib", "change_type": "A", "diff": diff}])

    def test_lines_that_look_like_headers_stay_in_their_file(self):
        world = self.world()
        tricky = "diff --git a/x b/x\n@@ -1 +1 @@\n--- a/x\n+++ b/x\ndiff\n\n"
        _, _, done = self.pushed(world, {"a": "", "z": "1\n"}, {"a": tricky, "z": "2\n"})
        files = done.body()["changed_files"]
        self.assertEqual(files[0]["diff"], "@@ -0,0 +1,6 @@\n" + "".join(f"+{line}\n" for line in tricky.split("\n")[:-1]))
        self.assertEqual(files[1]["diff"], "@@ -1 +1 @@\n-1\n+2\n")

    def test_a_pull_request_is_what_its_merge_would_change(self):
        world = self.world()
        start = world.repository.commit({"a": "1\n", "b": "1\n"})
        world.repository.git("checkout", "--quiet", "-b", "feature")
        head = world.repository.commit({"a": "2\n"})
        world.repository.git("checkout", "--quiet", "main")
        base = world.repository.commit({"b": "2\n"})
        world.repository.git("merge", "--quiet", "--no-ff", "-m", "m", "feature")
        merge = world.repository.git("rev-parse", "HEAD")
        self.assertNotEqual(start, base)
        done = world.run("pull_request", world.pull_request(base, head), GITHUB_SHA=merge)
        self.assertEqual(done.code, 0, done.everything())
        self.assertEqual(done.body(), {
            "source_repo": "acme/api",
            "commit_sha": head,
            "commit_message": "Move health",
            "branch": "refs/pull/7/head",
            "before": base,
            "timestamp": "2023-11-14T22:15:00Z",
            "changed_files": [{"path": "a", "change_type": "M", "diff": "@@ -1 +1 @@\n-1\n+2\n"}],
        })

    def test_a_merge_commit_is_held_against_what_was_there(self):
        world = self.world()
        before = world.repository.commit({"a": "1\n", "b": "1\n"})
        world.repository.git("checkout", "--quiet", "-b", "feature")
        world.repository.commit({"a": "2\n"})
        world.repository.commit({"a": "3\n"})
        world.repository.git("checkout", "--quiet", "main")
        world.repository.git("merge", "--quiet", "--no-ff", "-m", "m", "feature")
        after = world.repository.git("rev-parse", "HEAD")
        files = world.run("push", world.push(before, after)).body()["changed_files"]
        self.assertEqual(files, [{"path": "a", "change_type": "M", "diff": "@@ -1 +1 @@\n-1\n+3\n"}])

    def test_several_commits_are_one_change(self):
        world = self.world()
        before = world.repository.commit({"a": "1\n"})
        for at in range(5):
            after = world.repository.commit({f"f{at}": "x\n"})
        files = world.run("push", world.push(before, after)).body()["changed_files"]
        self.assertEqual([file["path"] for file in files], ["f0", "f1", "f2", "f3", "f4"])

    def test_the_first_commit_of_all_is_all_new(self):
        world = self.world()
        first = world.repository.commit({"a": "1\n"})
        body = world.run("push", world.push(ZERO, first)).body()
        self.assertEqual(body["changed_files"], [{"path": "a", "change_type": "A", "diff": "@@ -0,0 +1 @@\n+1\n"}])
        self.assertNotIn("before", body)

    def test_after_a_forced_push_the_parent_will_do(self):
        world = self.world()
        world.repository.commit({"a": "1\n"})
        after = world.repository.commit({"a": "2\n"})
        done = world.run("push", world.push(GONE, after))
        body = done.body()
        self.assertEqual(body["changed_files"], [{"path": "a", "change_type": "M", "diff": "@@ -1 +1 @@\n-1\n+2\n"}])
        self.assertEqual(body["before"], GONE)
        self.assertNotIn("::warning", done.said)

    def test_a_repository_that_cannot_be_read_is_reported_without_files(self):
        world = self.world()
        done = world.run("push", world.push(ZERO, GONE), GITHUB_SERVER_URL="file:///nowhere")
        self.assertEqual(done.code, 0)
        self.assertEqual(done.body()["changed_files"], [])
        self.assertIn("::warning title=Downstream::the changed files are not known: ", done.said)
        self.assertEqual(done.outputs["status"], "accepted")


class Sizes(Case):
    def test_a_long_message_is_cut(self):
        world = self.world()
        message = "é" * (1 << 20)
        _, _, done = self.pushed(world, {"a": "1\n"}, {"a": "2\n"}, message)
        self.assertEqual(done.body()["commit_message"], "é" * 2000)

    def test_five_thousand_files_are_cut_to_what_a_service_keeps(self):
        world = self.world()
        files = {f"some/folder/{at:04}.txt": f"{at}\n" for at in range(5000)}
        _, _, done = self.pushed(world, {"a": "1\n"}, files)
        sent = done.body()["changed_files"]
        self.assertEqual([file["path"] for file in sent], sorted(files)[: 12288 // 20])
        self.assertTrue(all(file["change_type"] == "A" for file in sent))
        self.assertEqual(sent[1]["diff"], "@@ -0,0 +1 @@\n+1\n")
        self.assertLess(len(done.reports[0][2]), 200_000)

    def test_diffs_are_cut_at_line_ends_and_one_file_leaves_room_for_others(self):
        world = self.world()
        lock = "".join(f"{at:062}\n" for at in range(20_000))
        files = {"a.lock": lock, "b.lock": lock, "c.py": "x\n", "d.min.js": "y" * 60_000, "e.py": "z\n"}
        _, _, done = self.pushed(world, {"0": "1\n"}, files)
        sent = {file["path"]: file.get("diff", "") for file in done.body()["changed_files"]}
        mark = "\\ The rest of this diff was cut\n"
        for path in ("a.lock", "b.lock"):
            lines = sent[path].splitlines(keepends=True)
            self.assertEqual(lines[0], "@@ -0,0 +1,20000 @@\n")
            self.assertEqual(lines[-1], mark)
            self.assertTrue(all(len(line) == 64 for line in lines[1:-1]))
            self.assertTrue(16384 - 128 < len(sent[path]) <= 16384, len(sent[path]))
        self.assertEqual(sent["c.py"], "@@ -0,0 +1 @@\n+x\n")
        self.assertEqual(sent["d.min.js"], "@@ -0,0 +1 @@\n" + mark)
        self.assertEqual(sent["e.py"], "@@ -0,0 +1 @@\n+z\n")

    def test_all_diffs_together_are_bounded(self):
        world = self.world()
        content = "".join(f"{at:062}\n" for at in range(200))
        _, _, done = self.pushed(world, {"0": "1\n"}, {f"f{at:03}": content for at in range(100)})
        sent = done.body()["changed_files"]
        self.assertEqual(len(sent), 100)
        total = sum(len(file.get("diff", "")) for file in sent)
        self.assertTrue(45_000 < total <= 49_152, total)
        self.assertNotIn("diff", sent[50])


class HostileWords(Case):
    def test_messages_and_titles_are_only_text(self):
        world = self.world()
        before = world.repository.commit({"a": "1\n"})
        after = world.repository.commit({"a": "2\n"})
        for text in HOSTILE:
            done = world.run("push", world.push(before, after, text))
            self.assertEqual(done.body()["commit_message"], text)
            event = world.pull_request(before, after)
            event["pull_request"]["title"] = text
            done = world.run("pull_request", event, GITHUB_SHA=after)
            self.assertEqual(done.body()["commit_message"], text)
            self.assertEqual(done.code, 0)

    def test_paths_are_only_text(self):
        world = self.world()
        paths = [text.replace("/", "_") for text in HOSTILE if text] + [
            "-rf", " lead", "trail ", "a\tb", "new\nline", "'quote'", '"double"', "back\\slash", ":(glob)x", "diff --git a b",
        ]
        before = world.repository.commit({"a": "1\n"})
        after = world.repository.commit({f"d/{path}": f"{at}\n" for at, path in enumerate(paths)})
        sent = {file["path"]: file["diff"] for file in world.run("push", world.push(before, after)).body()["changed_files"]}
        self.assertEqual(sent, {f"d/{path}": f"@@ -0,0 +1 @@\n+{at}\n" for at, path in enumerate(paths)})

    def test_a_path_that_is_not_utf_8_spoils_no_other(self):
        world = self.world()
        before = world.repository.commit({"a": "1\n"})
        after = world.repository.commit({b"caf\xe9": "1\n", "z": "2\n"})
        files = world.run("push", world.push(before, after)).body()["changed_files"]
        self.assertEqual([file["path"] for file in files], ["caf\ufffd", "z"])
        self.assertEqual(files[1]["diff"], "@@ -0,0 +1 @@\n+2\n")

    def test_contents_are_only_text(self):
        world = self.world()
        content = "".join(text.replace("\n", " ") + "\n" for text in HOSTILE)
        _, _, done = self.pushed(world, {"a": ""}, {"a": content})
        expected = "".join(f"+{line}\n" for line in content.split("\n")[:-1])
        self.assertEqual(done.body()["changed_files"][0]["diff"], f"@@ -0,0 +1,{len(HOSTILE)} @@\n" + expected)

    def test_a_branch_that_is_a_command_is_only_text(self):
        world = self.world()
        before = world.repository.commit({"a": "1\n"})
        after = world.repository.commit({"a": "2\n"})
        for name in ('$(touch${IFS}"$CANARY")', "`touch$IFS$CANARY`", "a;touch$IFS$CANARY", "${{github.token}}", "ü'\""):
            event = world.push(before, after, ref=f"refs/heads/{name}")
            event["repository"]["default_branch"] = name
            self.assertEqual(world.run("push", event).body()["branch"], f"refs/heads/{name}")
            event = world.pull_request(before, after)
            event["pull_request"]["head"]["ref"] = name
            self.assertEqual(world.run("pull_request", event, GITHUB_SHA=after).body()["branch"], "refs/pull/7/head")

    def test_commits_that_are_none_reach_no_command(self):
        world = self.world()
        after = world.repository.commit({"a": "2\n"})
        for bad in ("--upload-pack=touch $CANARY", f"{after}\n--exec=x", after[:39], after.upper(), 7, None, ["x"], {}):
            done = world.run("push", world.push(bad, after))
            self.assertEqual([f["path"] for f in done.body()["changed_files"]], ["a"], bad)
            count = len(world.server.reports)
            done = world.run("push", world.push(after, bad))
            self.assertIn("the event names no commit", done.said, bad)
            self.assertEqual(len(world.server.reports), count)

    def test_attributes_and_settings_of_the_repository_run_nothing(self):
        world = self.world()
        attributes = "* diff=evil filter=evil textconv=evil\n"
        before = world.repository.commit({"a": "1\n", ".gitattributes": attributes})
        after = world.repository.commit({"a": "2\n"})
        home = '[diff "evil"]\n\ttextconv = touch "$CANARY" #\n\tcommand = touch "$CANARY" #\n[diff]\n\texternal = touch "$CANARY" #\n\tnoprefix = true\n\trenames = false\n'
        (world.job / ".gitconfig").write_text(home)
        files = world.run("push", world.push(before, after)).body()["changed_files"]
        self.assertEqual(files, [{"path": "a", "change_type": "M", "diff": "@@ -1 +1 @@\n-1\n+2\n"}])

    def test_what_a_service_says_is_no_command(self):
        evil = "x\n::error::owned\r\n##[group]y\u001b[31m %0A::warning::z"
        world = self.world((422, {"detail": evil}), (202, ACCEPTED | {"notes": [evil, 7], "run": "a\nstatus=owned"}))
        before, after, done = self.pushed(world, {"a": "1\n"}, {"a": "2\n"})
        lines = done.said.splitlines()
        self.assertEqual(len(lines), 1, lines)
        self.assertTrue(lines[0].startswith("::warning title=Downstream::Orchestrator not notified: the service answered 422"))
        self.assertIn("%250A", lines[0])
        done = world.run("push", world.push(before, after))
        self.assertEqual([line for line in done.said.splitlines() if line.startswith(("::", "##"))], [])
        self.assertEqual(done.outputs, {"status": "accepted", "run": ""})


class Identity(Case):
    def test_the_audience_is_the_address_without_a_slash(self):
        world = self.world()
        before, after, _ = self.pushed(world, {"a": "1\n"}, {"a": "2\n"})
        done = world.run("push", world.push(before, after), ORCHESTRATOR_URL=world.server.url + "//")
        self.assertEqual(done.code, 0)
        self.assertEqual(world.server.audiences(), [world.server.url] * 2)
        path, headers = world.server.token_requests[0]
        self.assertTrue(path.startswith("/token?api-version=2.0&"), path)
        self.assertEqual(headers["Authorization"], f"bearer {REQUEST_TOKEN}")

    def test_a_token_is_masked_and_shown_nowhere_else(self):
        world = self.world((500, {}), (202, ACCEPTED))
        _, _, done = self.pushed(world, {"a": "1\n"}, {"a": "2\n"})
        masks = [line for line in done.everything().splitlines() if line.startswith("::add-mask::")]
        self.assertEqual(masks, [f"::add-mask::header.payload.signature-{at}" for at in (1, 2)])
        rest = done.everything().replace("\n".join(masks), "")
        for secret in (REQUEST_TOKEN, "header.payload"):
            self.assertNotIn(secret, rest.replace(masks[0], "").replace(masks[1], ""))

    def test_each_try_has_a_token_of_its_own(self):
        world = self.world((503, {}), (0, b""), (202, ACCEPTED))
        _, _, done = self.pushed(world, {"a": "1\n"}, {"a": "2\n"})
        self.assertEqual(done.code, 0, done.everything())
        sent = [headers["Authorization"] for _, headers, _ in done.reports]
        self.assertEqual(sent, [f"Bearer header.payload.signature-{at}" for at in (1, 2, 3)])
        self.assertEqual(len({body for _, _, body in done.reports}), 1, "a repeat must be known as one")

    def test_a_token_that_is_none_is_not_sent(self):
        for token in (None, "no token\r\nX-Evil: 1", "a.b", ""):
            world = self.world(token=token)
            _, _, done = self.pushed(world, {"a": "1\n"}, {"a": "2\n"})
            self.assertIn("Orchestrator not notified: GitHub gave no identity token", done.said)
            self.assertEqual(done.reports, [])

    def test_a_job_without_the_permission_is_told_which(self):
        world = self.world()
        done = world.run("push", world.push(ZERO, GONE), ACTIONS_ID_TOKEN_REQUEST_URL=None)
        self.assertIn("permissions: { contents: read, id-token: write }", done.said)
        self.assertEqual((done.code, done.reports, done.outputs), (0, [], {"status": "failed"}))

    def test_an_api_key_goes_into_its_header(self):
        world = self.world()
        before, after, _ = self.pushed(world, {"a": "1\n"}, {"a": "2\n"})
        done = world.run("push", world.push(before, after), NOTIFY_AUTH="api-key", NOTIFY_API_KEY="k3y")
        headers = done.reports[-1][1]
        self.assertEqual(headers["X-API-Key"], "k3y")
        self.assertNotIn("Authorization", headers)
        self.assertNotIn("k3y", done.everything())
        for key in ("", "two words", "x\nX-Evil: 1"):
            done = world.run("push", world.push(before, after), NOTIFY_AUTH="api-key", NOTIFY_API_KEY=key)
            self.assertIn("the key is missing or not one word", done.said)

    def test_none_sends_no_credentials(self):
        world = self.world()
        before, after, _ = self.pushed(world, {"a": "1\n"}, {"a": "2\n"})
        count = len(world.server.token_requests)
        done = world.run("push", world.push(before, after), NOTIFY_AUTH="none")
        self.assertEqual(done.outputs["status"], "accepted")
        self.assertTrue({"Authorization", "X-API-Key"}.isdisjoint(done.reports[-1][1]))
        self.assertEqual(len(world.server.token_requests), count)

    def test_nothing_secret_is_sent_in_the_clear(self):
        world = self.world()
        for address in ("http://orchestrator.example", "http://127.0.0.1.evil.example", "http://localhost@evil.example"):
            done = world.run("push", world.push(ZERO, GONE), ORCHESTRATOR_URL=address)
            self.assertRegex(done.said, "not https|not an address")
        self.assertEqual(world.server.token_requests, [])

    def test_a_fork_ends_neutrally(self):
        world = self.world()
        for repo in ({"full_name": "stranger/api"}, None):
            event = world.pull_request(GONE, GONE)
            event["pull_request"]["head"]["repo"] = repo
            for auth in ("oidc", "api-key"):
                done = world.run(
                    "pull_request", event, NOTIFY_AUTH=auth, NOTIFY_FAIL="true", ORCHESTRATOR_URL="",
                    ACTIONS_ID_TOKEN_REQUEST_URL=None,
                )
                self.assertEqual((done.code, done.outputs, done.reports), (0, {"status": "skipped"}, []))
                self.assertIn("::notice title=Downstream::not reported: the pull request comes from a fork", done.said)


class WhatGoesWrong(Case):
    def test_it_waits_longer_each_time_and_then_gives_up(self):
        for fail, code, word in (("false", 0, "warning"), ("true", 1, "error")):
            world = self.world((503, {"detail": "not durable"}))
            before, after, _ = self.pushed(world, {"a": "1\n"}, {"a": "2\n"})
            (world.job / "sleeps").unlink()
            world.server.reports.clear()
            done = world.run("push", world.push(before, after), NOTIFY_FAIL=fail)
            self.assertEqual((done.code, world.sleeps(), len(done.reports)), (code, [2, 5, 10, 20], 5))
            self.assertIn(f"::{word} title=Downstream::Orchestrator not notified: the service answered 503: not durable; tried 5 times", done.said)

    def test_it_waits_as_long_as_it_is_asked_to(self):
        retry = [(429, {}, {"Retry-After": after}) for after in ("7", "86400", "Wed, 21 Oct 2026 07:28:00 GMT", "-1")]
        world = self.world(*retry, (202, ACCEPTED))
        _, _, done = self.pushed(world, {"a": "1\n"}, {"a": "2\n"})
        self.assertEqual(done.outputs["status"], "accepted", done.everything())
        self.assertEqual(world.sleeps(), [7, 60, 10, 20])

    def test_what_will_not_change_is_not_tried_again(self):
        cases = [
            (401, {"detail": "wrong audience"}, "refused this job's identity (401, wrong audience)"),
            (403, b"<html>", "refused this job's identity (403)"),
            (404, b"", "nothing takes reports there (404)"),
            (301, b"", "the address answers with a redirect (301)"),
            (413, {"detail": "too large"}, "the service answered 413: too large"),
            (200, b"<html>Welcome to nginx</html>", "what answered is not Downstream"),
            (202, {"status": "ok"}, "what answered is not Downstream"),
        ]
        for status, answer, words in cases:
            world = self.world((status, answer))
            _, _, done = self.pushed(world, {"a": "1\n"}, {"a": "2\n"})
            self.assertIn(words, done.said)
            self.assertEqual((len(done.reports), world.sleeps(), done.outputs), (1, [], {"status": "failed"}))

    def test_nobody_there(self):
        world = self.world()
        before, after, _ = self.pushed(world, {"a": "1\n"}, {"a": "2\n"})
        done = world.run("push", world.push(before, after), ORCHESTRATOR_URL="http://127.0.0.1:9", NOTIFY_AUTH="none")
        self.assertRegex(done.said, "::warning title=Downstream::Orchestrator not notified: no answer: curl: .*; tried 5 times")

    def test_nobody_depends_on_it(self):
        world = self.world((200, {"status": "no_relationships", "message": "…"}))
        _, _, done = self.pushed(world, {"a": "1\n"}, {"a": "2\n"})
        self.assertIn("✓ Orchestrator notified: relationships.json does not name this repository", done.said)
        self.assertEqual(done.outputs, {"status": "no_relationships"})

    def test_what_is_not_reported_says_why(self):
        world = self.world()
        closed = world.pull_request(GONE, GONE) | {"action": "closed"}
        elsewhere = world.pull_request(GONE, GONE)
        elsewhere["pull_request"]["base"]["ref"] = "release"
        cases = [
            ("push", world.push(GONE, ZERO, deleted=True), "a branch was deleted"),
            ("push", world.push(GONE, GONE, ref="refs/tags/v1"), "this is not a branch"),
            ("push", world.push(GONE, GONE, ref="refs/heads/feature"), "only pushes to the default branch"),
            ("pull_request", closed, "nothing of the pull request that is looked at has changed"),
            ("pull_request", elsewhere, "only pull requests into the default branch"),
        ]
        for kind, event, words in cases:
            done = world.run(kind, event, NOTIFY_FAIL="true")
            self.assertIn(f"::notice title=Downstream::not reported: {words}", done.said)
            self.assertEqual((done.code, done.outputs, done.reports), (0, {"status": "skipped"}, []))

    def test_an_event_that_is_none(self):
        world = self.world()
        for kind, event in (
            ("schedule", {}), ("pull_request_target", world.pull_request(GONE, GONE)), ("push", "{"), ("push", ""),
            ("push", "[]"), ("push", "null"), ("push", '{"ref":7}'), ("", {}), ("push", "\x00"),
        ):
            done = world.run(kind, event, NOTIFY_FAIL="true")
            self.assertEqual((done.reports, done.outputs.get("status") in ("failed", "skipped")), ([], True), (kind, event))
            self.assertNotIn("Traceback", done.everything())

    def test_settings_are_asked_for_by_name(self):
        world = self.world()
        for settings, words in (
            ({"ORCHESTRATOR_URL": ""}, "gh variable set ORCHESTRATOR_URL --org"),
            ({"ORCHESTRATOR_URL": "orchestrator.example"}, "https://… is expected"),
            ({"ORCHESTRATOR_URL": "https://a.example/$(touch $CANARY)"}, "https://… is expected"),
            ({"NOTIFY_AUTH": "odic"}, "auth is none of oidc, api-key, none"),
        ):
            done = world.run("push", world.push(ZERO, GONE), NOTIFY_FAIL="true", **settings)
            self.assertEqual(done.code, 1)
            self.assertIn(words, done.said)


class Form(unittest.TestCase):
    """What the files around the script promise."""

    def test_no_text_of_an_event_is_written_into_a_script(self):
        root = Path(__file__).resolve().parents[4]
        for path in [*root.glob(".github/**/*.yml")]:
            for at, block in enumerate(run_blocks(path.read_text())):
                self.assertNotIn("${{", block, f"{path}: script {at}")


def run_blocks(text):
    """The text of every `run:` in a workflow."""
    lines = text.splitlines()
    for at, line in enumerate(lines):
        name = line.lstrip(" -")
        if not name.startswith("run: "):  # Without a text it is an output of that name.
            continue
        indent = len(line) - len(name)
        block = [name]
        for following in lines[at + 1:]:
            if following.strip() and len(following) - len(following.lstrip()) <= indent:
                break
            block.append(following)
        yield "\n".join(block)


if __name__ == "__main__":
    unittest.main()
