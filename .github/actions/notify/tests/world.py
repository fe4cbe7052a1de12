"""What notify.sh meets: a repository, the event that GitHub wrote about it, and a server on 127.0.0.1 that plays both
GitHub's token endpoint and the orchestrator."""

import http.server
import json
import os
import subprocess
import tempfile
import threading
import urllib.parse
from pathlib import Path

SCRIPT = Path(__file__).resolve().parent.parent / "notify.sh"
REQUEST_TOKEN = "request-token-of-the-job"
ACCEPTED = {
    "status": "accepted",
    "total_dependents": 2,
    "run": "run-1",
    "duplicate": False,
}
PATH_OF_REPORTS = "/api/webhook/change-notification"


class Server:
    """Answers what it was told to, in order, the last one for ever; remembers what it was sent."""

    def __init__(self, answers=None, token="header.payload.signature-"):
        self.answers = answers or [(202, ACCEPTED)]
        self.token = token
        self.reports = []
        self.token_requests = []
        self.lock = threading.Lock()
        world = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                world.token_requests.append((self.path, dict(self.headers)))
                if world.token is None:
                    return self.answer(403, {"message": "no"})
                # Each token is good for one use, so each is another.
                self.answer(200, {"value": world.token + str(len(world.token_requests))})

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                with world.lock:
                    at = min(len(world.reports), len(world.answers) - 1)
                    world.reports.append((self.path, dict(self.headers), body))
                status, answer, *headers = world.answers[at]
                if status == 0:  # Says nothing and hangs up.
                    self.connection.close()
                    return
                self.answer(status, answer, *headers)

            def answer(self, status, answer, headers=None):
                body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
                self.send_response(status)
                for name, value in (headers or {}).items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def stop(self):
        self.http.shutdown()
        self.http.server_close()

    def audiences(self):
        return [
            urllib.parse.parse_qs(urllib.parse.urlsplit(path).query)["audience"][0]
            for path, _ in self.token_requests
        ]


class Repository:
    """acme/api as GitHub would serve it, with the commits that a test makes."""

    def __init__(self, folder):
        self.name = "acme/api"
        self.folder = Path(folder) / "github" / "acme" / "api"
        self.folder.mkdir(parents=True)
        self.git("init", "--quiet", "--initial-branch=main")
        # As GitHub does: any commit by its id, and no contents that nobody asked for.
        self.git("config", "uploadpack.allowAnySHA1InWant", "true")
        self.git("config", "uploadpack.allowFilter", "true")
        self.server_url = f"file://{folder}/github"

    def git(self, *arguments, stdin=None):
        environment = os.environ | {
            "GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@acme.example", "GIT_AUTHOR_DATE": "1700000000 +0000",
            "GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@acme.example", "GIT_COMMITTER_DATE": "1700000000 +0000",
            "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1",
        }
        done = subprocess.run(
            ["git", *arguments], cwd=self.folder, env=environment, input=stdin, capture_output=True, check=False
        )
        if done.returncode:
            raise AssertionError(f"git {arguments}: {done.stderr.decode(errors='replace')}")
        return done.stdout.decode(errors="replace").strip()

    def commit(self, files, message="A change", parents=None):
        """Files by path (str or bytes); None removes one. Nothing else of the work tree counts."""
        for path, content in files.items():
            target = os.path.join(os.fsencode(self.folder), os.fsencode(path))
            if content is None:
                os.remove(target)
                continue
            os.makedirs(os.path.dirname(target), exist_ok=True)
            with open(target, "wb") as file:
                file.write(content.encode() if isinstance(content, str) else content)
        self.git("add", "--all")
        return self.committed(message)

    def committed(self, message="A change"):
        """What is in the index, as a commit."""
        self.git("commit", "--quiet", "--allow-empty", "--cleanup=verbatim", "-F", "-", stdin=message.encode())
        return self.git("rev-parse", "HEAD")


class World:
    """One job of GitHub Actions."""

    def __init__(self, answers=None, **server):
        self.keep = tempfile.TemporaryDirectory(prefix="notify-")
        self.folder = Path(self.keep.name)
        self.repository = Repository(self.folder)
        self.server = Server(answers, **server)
        self.job = self.folder / "job"
        (self.job / "bin").mkdir(parents=True)
        self.canary = self.folder / "canary"
        # Waiting is written down instead.
        sleep = self.job / "bin" / "sleep"
        sleep.write_text(f'#!/bin/sh\necho "$1" >>"{self.job}/sleeps"\n')
        sleep.chmod(0o755)

    def close(self):
        self.server.stop()
        self.keep.cleanup()

    def sleeps(self):
        path = self.job / "sleeps"
        return [int(line) for line in path.read_text().split()] if path.exists() else []

    def push(self, before, after, message="A change", **more):
        return {
            "ref": "refs/heads/main", "before": before, "after": after, "deleted": False,
            "head_commit": {"id": after, "message": message},
            "repository": {"full_name": self.repository.name, "default_branch": "main", "pushed_at": 1700000100},
        } | more

    def pull_request(self, base, head, **more):
        name = self.repository.name
        return {
            "action": "synchronize", "number": 7,
            "pull_request": {
                "title": "Move health", "updated_at": "2023-11-14T22:15:00Z",
                "base": {"sha": base, "ref": "main", "repo": {"full_name": name}},
                "head": {"sha": head, "ref": "feature", "repo": {"full_name": name}},
            },
            "repository": {"full_name": name, "default_branch": "main", "pushed_at": "2023-11-14T22:14:00Z"},
        } | more

    def run(self, kind, event, **environment):
        """Runs the script as the runner would; the environment is what a job has, and what a test says."""
        path = self.job / "event.json"
        path.write_text(event if isinstance(event, str) else json.dumps(event))
        output = self.job / "output"
        output.write_text("")
        settings = {
            "PATH": f"{self.job}/bin:{os.environ['PATH']}",
            "HOME": str(self.job), "TMPDIR": str(self.job), "LANG": "C.UTF-8",
            "CANARY": str(self.canary),
            "GITHUB_EVENT_NAME": kind, "GITHUB_EVENT_PATH": str(path), "GITHUB_OUTPUT": str(output),
            "GITHUB_REPOSITORY": self.repository.name, "GITHUB_SERVER_URL": self.repository.server_url,
            "ORCHESTRATOR_URL": self.server.url,
            "ACTIONS_ID_TOKEN_REQUEST_URL": f"{self.server.url}/token?api-version=2.0",
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN": REQUEST_TOKEN,
        } | environment
        settings = {name: value for name, value in settings.items() if value is not None}
        before = set(self.job.iterdir())
        done = subprocess.run(
            ["bash", str(SCRIPT)], env=settings, cwd=self.job, capture_output=True, check=False, timeout=120
        )
        left = {item.name for item in set(self.job.iterdir()) - before} - {"sleeps"}
        if left:
            raise AssertionError(f"left behind: {left}")
        if self.canary.exists():
            raise AssertionError("something of the event was executed")
        return Done(done, output.read_text(), self.server)


class Done:
    """How a run ended."""

    def __init__(self, done, output, server):
        self.code = done.returncode
        self.said = done.stdout.decode(errors="replace")
        self.errors = done.stderr.decode(errors="replace")
        self.outputs = dict(line.split("=", 1) for line in output.splitlines())
        self.reports = server.reports

    def body(self):
        """The one body that was sent (or the last of several tries)."""
        path, _, body = self.reports[-1]
        assert path == PATH_OF_REPORTS, path
        return json.loads(body.decode("utf-8"))

    def everything(self):
        return self.said + self.errors
