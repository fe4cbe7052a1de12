"""A machine with a copy of the deploy scripts, the tools that a test wants it to have, and a cloud in a file."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
# All that the scripts use of a system; a test that needs another one here has found something to think about.
SYSTEM = "bash cat cksum chmod cut dirname env grep head mktemp od rm sed sort tail tee tr".split()
CLOUD_TOOLS = {"aws": ["aws", "terraform", "cargo"], "gcp": ["gcloud", "terraform", "cargo", "crane"]}
# What looks and changes nothing, by the words that a command begins with.
LOOKS = (
    "aws sts", "aws ssm get-", "aws s3api head-bucket", "aws s3api list-object-versions",
    "gcloud auth", "gcloud projects describe", "gcloud billing", "gcloud services list", "gcloud run regions",
    "gcloud secrets list", "gcloud secrets versions access", "gcloud secrets versions describe",
    "gcloud storage buckets describe", "gcloud artifacts repositories describe", "gcloud artifacts docker images describe",
    "terraform version", "terraform init", "terraform state list", "terraform output", "terraform plan", "terraform show",
    "cargo", "crane auth", "skopeo login", "curl", "sleep",
)
SECRETS = {
    "GITHUB_TOKEN": "ghp_s3cret-of-github",
    "ORCHESTRATOR_DATABASE_URL": "postgres://u:s3cret-of-db@db.example/d",
    "ANTHROPIC_API_KEY": "sk-ant-s3cret-of-model",
}

# Whoever starts this in the background has it ignore ctrl-c, and programs inherit that: theirs is the usual answer.
signal.signal(signal.SIGINT, signal.default_int_handler)


class World:
    def __init__(self, cloud, tools=None):
        self.cloud = cloud
        self.keep = tempfile.TemporaryDirectory(prefix="deploy-")
        self.folder = Path(self.keep.name)
        self.root = self.folder / "project"
        self.bin = self.folder / "bin"
        self.bin.mkdir()
        self.root.mkdir()
        for script in ("deploy-aws.sh", "deploy-gcp.sh"):
            shutil.copy(ROOT / script, self.root)
        shutil.copytree(HERE.parent, self.root / "infra" / "deploy", ignore=shutil.ignore_patterns("tests", ".terraform*"))
        for tool in SYSTEM:
            (self.bin / tool).symlink_to(shutil.which(tool))
        fake = self.folder / "fakes.py"
        fake.write_text(f"#!{sys.executable} -IBS\n" + (HERE / "fakes.py").read_text().split("\n", 1)[1])
        fake.chmod(0o755)
        for tool in [*(CLOUD_TOOLS[cloud] if tools is None else tools), "curl", "sleep"]:
            (self.bin / tool).symlink_to(fake)
        self.write({
            "login": True, "billing": "True", "apis": [], "terraform": "1.11.4", "buckets": {}, "parameters": {}, "secrets": {},
            "registries": [], "images": {}, "deployed": [], "protected": False, "healthy": True, "setup_page": False,
            "wakes_after": 0,
        })

    def close(self):
        self.keep.cleanup()

    def read(self):
        return json.loads((self.folder / "world.json").read_text())

    def write(self, world):
        (self.folder / "world.json").write_text(json.dumps(world))

    def change(self, **what):
        self.write(self.read() | what)

    def run(self, *arguments, stdin="", secrets=SECRETS, **environment):
        """Runs the script; what it called is new in each run."""
        (self.folder / "calls").write_text("")
        settings = {
            "PATH": str(self.bin), "HOME": str(self.folder), "TMPDIR": str(self.folder), "LANG": "C.UTF-8",
            "FAKE_WORLD": str(self.folder),
        }
        if self.cloud == "gcp":
            settings["GCP_PROJECT_ID"] = "acme-prod"
        settings |= secrets | environment
        running = subprocess.Popen(
            [str(self.root / f"deploy-{self.cloud}.sh"), *arguments],
            env={name: value for name, value in settings.items() if value is not None},
            cwd=self.folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
        )
        try:
            said, errors = running.communicate(stdin.encode(), timeout=60)
        except subprocess.TimeoutExpired:
            os.killpg(running.pid, signal.SIGKILL)
            raise
        calls = [json.loads(line) for line in (self.folder / "calls").read_text().splitlines()]
        unknown = self.folder / "unknown"
        if unknown.exists():
            raise AssertionError(unknown.read_text())
        left = [item.name for item in self.folder.iterdir() if item.name.startswith("tmp.")]
        if left:
            raise AssertionError(f"left behind: {left}")
        return Done(running.returncode, said, errors, calls)


class Done:
    def __init__(self, code, said, errors, calls):
        self.code = code
        self.said = said.decode()
        self.errors = errors.decode()
        self.calls = calls

    def everything(self):
        return self.said + self.errors

    def commands(self):
        """What was called, without the folder of Terraform."""
        return [" ".join(a for a in call["argv"] if not a.startswith("-chdir")) for call in self.calls]

    def changes(self):
        return [command for command in self.commands() if not command.startswith(LOOKS)]
