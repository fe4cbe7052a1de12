#!/usr/bin/env python3
"""Tests of deploy-aws.sh and deploy-gcp.sh: python3 infra/deploy/tests/test_deploy.py. Needs bash; no cloud, no network."""

import os
import pty
import re
import subprocess
import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))
from fakes import DIGEST  # noqa: E402
from world import SECRETS, World  # noqa: E402

CLOUDS = ("aws", "gcp")
NETWORK = {"VPC_ID": "vpc-1", "SUBNET_IDS": "subnet-1,subnet-2", "SECURITY_GROUP_IDS": "sg-1"}
WITHOUT_DATABASE = {"GITHUB_TOKEN": SECRETS["GITHUB_TOKEN"]}


class Case(unittest.TestCase):
    def worlds(self, **more):
        for cloud in CLOUDS:
            yield self.world(cloud, **more)

    def world(self, cloud, **more):
        world = World(cloud, **more)
        self.addCleanup(world.close)
        return world

    def deployed(self, world, *arguments, **more):
        done = world.run("--yes", *arguments, **more)
        self.assertEqual(done.code, 0, done.everything())
        return done

    def stored(self, world):
        """Secrets in the cloud, by the name of the variable."""
        state = world.read()
        parameters = {name.removeprefix("/downstream/"): p["value"] for name, p in state["parameters"].items()}
        versions = {name.removeprefix("downstream-"): v[-1] for name, v in state["secrets"].items() if v}
        return {name.upper().replace("-", "_"): value for name, value in (parameters | versions).items()}


class Deploying(Case):
    def test_one_command_deploys(self):
        for world in self.worlds():
            done = self.deployed(world)
            state = world.read()
            self.assertEqual(state["deployed"], ["module.downstream.a.b"])
            self.assertIn("https://river.acme.example\n", done.said)
            self.assertIn("gh variable set ORCHESTRATOR_URL --org YOUR-ORGANIZATION --body 'https://river.acme.example'", done.said)
            self.assertIn("https://river.acme.example/webhooks/github", done.said)
            self.assertRegex(done.said, r"remove +\./deploy-\w+\.sh .*--destroy")
            self.assertNotIn("setup/github", done.said)
            self.assertEqual(done.commands()[-1], "cargo run --release --quiet -- doctor --url https://river.acme.example")
            stored = self.stored(world)
            for name, value in SECRETS.items():
                self.assertEqual(stored[name], value)
            for made in ("GITHUB_WEBHOOK_SECRET", "ORCHESTRATOR_API_KEY"):
                self.assertRegex(stored[made], "^[0-9a-f]{64}$")
            self.assertEqual(len(set(stored.values())), 5)

    def test_terraform_is_told_which_secrets_there_are_and_none_of_them(self):
        for world in self.worlds():
            plan = next(c for c in self.deployed(world).calls if "plan" in c["argv"])
            names = '["GITHUB_TOKEN","GITHUB_WEBHOOK_SECRET","ORCHESTRATOR_API_KEY","ORCHESTRATOR_DATABASE_URL","ANTHROPIC_API_KEY"]'
            self.assertIn(f"-var=secrets={names}", plan["argv"])
            self.assertIn("-var=monthly_budget_usd=20", plan["argv"])

    def test_looks_before_it_changes_and_builds_before_it_creates(self):
        for world in self.worlds():
            done = self.deployed(world)
            commands = done.commands()
            build = next(at for at, c in enumerate(commands) if c.startswith("cargo xtask package"))
            first = commands.index(done.changes()[0])
            self.assertLess(build, first)
            for look in ("terraform version", "aws sts" if world.cloud == "aws" else "gcloud billing"):
                self.assertLess(next(at for at, c in enumerate(commands) if c.startswith(look)), build)

    def test_the_second_run_changes_only_what_is_always_set(self):
        for world in self.worlds():
            first = self.deployed(world)
            before = world.read()
            second = self.deployed(world)
            self.assertEqual(world.read(), before)
            self.assertEqual([c for c in second.changes() if re.search("create|put-parameter|versions add|enable|push", c)], [])
            plans = [next(c["argv"] for c in done.calls if "plan" in c["argv"]) for done in (first, second)]
            self.assertEqual(*[[a for a in plan if not a.startswith("-out")] for plan in plans])

    def test_the_second_run_needs_no_secrets(self):
        for world in self.worlds():
            self.deployed(world)
            done = self.deployed(world, secrets={})
            self.assertRegex(done.said, r"kept +GITHUB_TOKEN GITHUB_WEBHOOK_SECRET ORCHESTRATOR_API_KEY")
            plan = next(c["argv"] for c in done.calls if "plan" in c["argv"])
            self.assertIn("ANTHROPIC_API_KEY", next(a for a in plan if a.startswith("-var=secrets=")))

    def test_a_secret_that_is_another_is_stored_and_functions_start_again(self):
        for world in self.worlds():
            first = self.deployed(world)
            second = self.deployed(world, secrets={"GITHUB_TOKEN": "ghp_another"})
            self.assertEqual(self.stored(world)["GITHUB_TOKEN"], "ghp_another")
            revisions = [re.search("secrets_revision=(\\S+)", " ".join(d.commands())).group(1) for d in (first, second)]
            self.assertNotEqual(*revisions)
            self.assertEqual(len([c for c in second.changes() if re.search("put-parameter|versions add", c)]), 1)

    def test_the_image_goes_by_its_digest(self):
        repository = "us-central1-docker.pkg.dev/acme-prod/downstream/downstream"
        for pusher in ("crane", "skopeo", None):
            world = self.world("gcp", tools=["gcloud", "terraform", "cargo", *([pusher] if pusher else [])])
            done = self.deployed(world)
            self.assertIn(f"-var=image={repository}@{DIGEST}", " ".join(done.commands()))
            self.assertEqual("gcloud builds submit" in " ".join(done.changes()), pusher is None)
            logins = [call for call in done.calls if "--password-stdin" in call["argv"]]
            self.assertEqual([call["stdin"] for call in logins], ["ya29.access-token\n"] * bool(pusher))

    def test_without_rust_cloud_build_builds_or_an_image_is_given(self):
        world = self.world("gcp", tools=["gcloud", "terraform"])
        done = self.deployed(world, "--cloud-build")
        self.assertIn(f"@{DIGEST}", " ".join(done.commands()))
        self.assertIn("downstream doctor --url https://river.acme.example", done.said)
        image = f"ghcr.io/acme/downstream@{DIGEST}"
        done = self.deployed(world, "--image", image)
        self.assertIn(f"-var=image={image}", " ".join(done.commands()))

    def test_a_service_that_wakes_slowly_is_waited_for(self):
        for world in self.worlds():
            world.change(wakes_after=3, setup_page=True)
            done = self.deployed(world)
            self.assertEqual([c for c in done.commands() if c.startswith("sleep")], ["sleep 2", "sleep 5", "sleep 10"])
            self.assertIn("GitHub App", done.said)

    def test_what_the_doctor_finds_is_the_result(self):
        for world in self.worlds():
            world.change(healthy=False)
            done = world.run("--yes")
            self.assertEqual(done.code, 1)
            self.assertIn("The service is deployed; the lines above say what it lacks.", done.errors)

    def test_regions_of_aws_differ_in_how_a_bucket_is_made(self):
        for region, words in (("us-east-1", []), ("eu-west-1", ["LocationConstraint=eu-west-1"])):
            world = self.world("aws")
            done = self.deployed(world, "--region", region)
            create = next(c["argv"] for c in done.calls if "create-bucket" in c["argv"])
            self.assertEqual(create[5:], ["--create-bucket-configuration", *words] if words else [])
            self.assertIn(f"-backend-config=region={region}", " ".join(done.commands()))


class Databases(Case):
    def test_one_that_was_made_stays_when_the_option_is_left_out(self):
        for world in self.worlds():
            self.deployed(world, "--create-database", secrets=WITHOUT_DATABASE, **NETWORK)
            done = self.deployed(world, secrets={}, **NETWORK)
            self.assertIn("-var=create_database=true", " ".join(done.commands()))
            self.assertEqual(len(world.read()["deployed"]), 2)

    def test_one_that_was_made_is_not_replaced_by_an_address(self):
        for world in self.worlds():
            self.deployed(world, "--create-database", secrets=WITHOUT_DATABASE, **NETWORK)
            done = world.run("--yes", **NETWORK)
            self.assertEqual(done.code, 3)
            self.assertIn("this deployment has a database of its own", done.errors)

    def test_a_plan_that_would_lose_it_is_refused(self):
        for world in self.worlds():
            self.deployed(world, "--create-database", secrets=WITHOUT_DATABASE, **NETWORK)
            state = world.read()
            state["deployed"] = [d.replace("module.database[0]", "module.elsewhere") for d in state["deployed"]]
            world.write(state)
            done = world.run("--yes", secrets={}, **NETWORK)
            self.assertEqual(done.code, 1)
            self.assertIn("the plan would remove the database", done.errors)
            self.assertFalse([c for c in done.commands() if c.startswith("terraform apply")])

    def test_its_password_is_made_once(self):
        world = self.world("aws")
        passwords = []
        for _ in range(2):
            done = self.deployed(world, "--create-database", secrets=WITHOUT_DATABASE, **NETWORK)
            passwords += [c["environment"]["TF_VAR_database_password"] for c in done.calls if "plan" in c["argv"]]
            self.assertNotIn(passwords[-1], done.everything() + " ".join(done.commands()))
        self.assertRegex(passwords[0], "^[0-9a-f]{48}$")
        self.assertEqual(*passwords)

    def test_a_state_that_cannot_be_read_stops_before_any_change(self):
        for world in self.worlds():
            self.deployed(world)
            done = world.run("--yes", FAKE_FAIL="terraform init")
            self.assertEqual((done.code, done.changes()), (3, []))
            self.assertIn("Terraform's state cannot be read", done.errors)

    def test_its_network_is_asked_for(self):
        done = self.world("aws").run("--yes", "--create-database", secrets=WITHOUT_DATABASE)
        self.assertEqual(done.code, 3)
        for word in ("VPC_ID", "SUBNET_IDS", "SECURITY_GROUP_IDS"):
            self.assertIn(word, done.errors)


class Missing(Case):
    def test_everything_that_is_missing_is_one_error(self):
        for world in self.worlds(tools=[]):
            done = world.run("--region", "Mars", "--budget", "a lot", secrets={}, GCP_PROJECT_ID=None)
            self.assertEqual((done.code, done.changes()), (3, []))
            self.assertEqual(done.errors.count("error:"), 1)
            expected = ["terraform:", "cargo:", "GITHUB_TOKEN", "ORCHESTRATOR_DATABASE_URL", "--region", "--budget"]
            expected += ["aws:"] if world.cloud == "aws" else ["gcloud:", "GCP_PROJECT_ID"]
            for word in expected:
                self.assertIn(f"  - {word}", done.errors)
            self.assertIn("nothing was changed", done.errors)

    def test_a_login_is_asked_for_by_its_command(self):
        for world in self.worlds():
            world.change(login=False)
            done = world.run("--yes")
            self.assertEqual((done.code, done.changes()), (3, []))
            self.assertRegex(done.errors, "gcloud auth login|aws sso login")

    def test_google_needs_a_project_that_somebody_pays_for(self):
        for change, environment, words in (
            ({}, {"GCP_PROJECT_ID": "acme-elsewhere"}, "dev@acme.example does not see it"),
            ({"billing": "False"}, {}, "billing for acme-prod: https://"),
            ({"apis": ["run.googleapis.com"]}, {"GCP_REGION": "mars-north1"}, 'Cloud Run is not in "mars-north1"'),
        ):
            world = self.world("gcp")
            world.change(**change)
            done = world.run("--yes", **environment)
            self.assertEqual((done.code, done.changes()), (3, []), words)
            self.assertIn(words, done.errors)

    def test_billing_that_may_not_be_seen_is_only_noted(self):
        world = self.world("gcp")
        world.change(billing="")
        self.assertIn("may not see whether", self.deployed(world).said)

    def test_an_old_terraform(self):
        for version, code in (("1.5.7", 3), ("1.10.5", 3), ("1.11.0", 0), ("2.0.1", 0)):
            world = self.world("aws")
            world.change(terraform=version)
            self.assertEqual(world.run("--yes").code, code, version)

    def test_options_that_are_none(self):
        for world in self.worlds():
            for arguments in (["--regoin", "x"], ["--name"], ["--name", ""], ["deploy"]):
                done = world.run(*arguments)
                self.assertEqual((done.code, done.calls), (2, []), arguments)
                self.assertEqual(len(done.errors.splitlines()), 1)
            done = world.run("--name", "Down Stream")
            self.assertEqual((done.code, done.changes()), (3, []))

    def test_help_is_short_and_complete(self):
        for world in self.worlds():
            done = world.run("--help")
            self.assertEqual((done.code, done.calls), (0, []))
            self.assertTrue(all(len(line) <= 120 for line in done.said.splitlines()))
            script = (world.root / f"deploy-{world.cloud}.sh").read_text() + (world.root / "infra/deploy/steps.sh").read_text()
            for option in set(re.findall(r"^ +(--[a-z-]+)[ |)]", script, re.MULTILINE)) - {"--help"}:
                if f"{option})" in script or f"{option} |" in script:
                    self.assertIn(option, done.said)


class DryRuns(Case):
    def test_a_dry_run_calls_nothing_and_needs_nothing(self):
        for world in self.worlds(tools=[]):
            for arguments in ([], ["--destroy"], ["--create-database"]):
                done = world.run("--dry-run", *arguments, secrets={}, GCP_PROJECT_ID=None)
                self.assertEqual((done.code, done.calls), (0, []), done.everything())
                self.assertIn("dry run: nothing is changed", done.said)

    def test_with_tools_it_changes_nothing_either(self):
        for world in self.worlds():
            before = world.read()
            done = world.run("--dry-run")
            self.assertEqual((done.code, world.read()), (0, before))
            self.assertEqual([c for c in done.commands() if c != "terraform version"], [])

    def test_it_prints_every_command_that_a_real_run_runs(self):
        for world in self.worlds():
            printed = re.sub(r" \\\n +", " ", world.run("--dry-run").said)
            done = self.deployed(world)
            for command in done.changes() + ["terraform init", "terraform plan", "cargo xtask package", "cargo run"]:
                command = command.replace(f"{world.root}/", "")
                beginning = " ".join(command.split()[:3])
                beginning = re.sub("^terraform", f"terraform -chdir=infra/deploy/{world.cloud}", beginning)
                beginning = re.sub("(put-parameter|create-bucket|buckets) .*", "\\1", beginning)
                self.assertIn(beginning.split(" -input")[0].split(" -lock")[0], printed)

    def test_it_is_short_lines(self):
        for world in self.worlds():
            for line in world.run("--dry-run").said.splitlines():
                self.assertLessEqual(len(line), 160, line)
                self.assertEqual(line, line.rstrip())


class Secrecy(Case):
    def test_secrets_are_in_no_argument_no_output_and_no_other_program(self):
        values = [*SECRETS.values(), "s3cret-of-github", "s3cret-of-db", "s3cret-of-model"]
        for world in self.worlds():
            for arguments in (["--dry-run"], ["--yes"], ["--yes"], ["--destroy", "--yes"]):
                done = world.run(*arguments)
                made = [self.stored(world).get(n) for n in ("GITHUB_WEBHOOK_SECRET", "ORCHESTRATOR_API_KEY")]
                for value in filter(None, values + made):
                    self.assertNotIn(value, done.everything())
                    for call in done.calls:
                        self.assertNotIn(value, " ".join(call["argv"]))
                        self.assertNotIn(value, " ".join(call["environment"].values()), call["argv"])

    def test_a_failure_shows_none_either(self):
        for cloud, command in (("aws", "aws ssm put-parameter"), ("gcp", "gcloud secrets versions add"), ("aws", "terraform plan")):
            done = self.world(cloud).run("--yes", FAKE_FAIL=command)
            self.assertEqual(done.code, 1)
            self.assertIn("the cloud says no", done.errors)
            for value in SECRETS.values():
                self.assertNotIn(value, done.everything())

    def test_the_token_of_the_login_goes_to_terraform_only(self):
        done = self.deployed(self.world("gcp"))
        holders = {c["argv"][0] for c in done.calls if c["environment"].get("GOOGLE_OAUTH_ACCESS_TOKEN")}
        self.assertLessEqual(holders, {"terraform", "curl", "cargo", "gcloud"})
        self.assertNotIn("ya29", done.everything() + " ".join(done.commands()))


class Reading(Case):
    def test_a_file_of_settings_is_read_as_a_shell_would(self):
        key = "-----BEGIN RSA PRIVATE KEY-----\nMIIE+/=\nabc\n-----END RSA PRIVATE KEY-----"
        one_line = key.replace("\n", "\\n")
        cases = [
            ("GITHUB_TOKEN=plain", "GITHUB_TOKEN", "plain"),
            ("export GITHUB_TOKEN=exported  ", "GITHUB_TOKEN", "exported"),
            ("  export   GITHUB_TOKEN='single $quoted \"x\" # no comment'", "GITHUB_TOKEN", 'single $quoted "x" # no comment'),
            ('GITHUB_TOKEN="double \\"x\\" \\$HOME \\\\ \\n" # comment', "GITHUB_TOKEN", 'double "x" $HOME \\ \\n'),
            ("GITHUB_TOKEN=a#b # comment", "GITHUB_TOKEN", "a#b"),
            ("GITHUB_TOKEN=crlf\r", "GITHUB_TOKEN", "crlf"),
            ("GITHUB_TOKEN=$(touch canary)`touch canary`", "GITHUB_TOKEN", "$(touch canary)`touch canary`"),
            ("GITHUB_TOKEN=-n", "GITHUB_TOKEN", "-n"),
            ("GITHUB_TOKEN=a=b==", "GITHUB_TOKEN", "a=b=="),
            ("GITHUB_TOKEN=é\tü\\", "GITHUB_TOKEN", "é\tü\\"),
            ("GITHUB_TOKEN=last\nGITHUB_TOKEN=", "GITHUB_TOKEN", "last"),
            (f'GITHUB_TOKEN=t\nGITHUB_APP_ID=1\nGITHUB_APP_PRIVATE_KEY="{key}\n"', "GITHUB_APP_PRIVATE_KEY", key),
            (f"GITHUB_TOKEN=t\nGITHUB_APP_PRIVATE_KEY='{key}'\nGITHUB_APP_ID=1", "GITHUB_APP_PRIVATE_KEY", key),
            (f"GITHUB_TOKEN=t\nGITHUB_APP_PRIVATE_KEY={one_line}", "GITHUB_APP_PRIVATE_KEY", key),
            ("# comment\n\n \nGITHUB_TOKEN=after", "GITHUB_TOKEN", "after"),
        ]
        program = """
            set -euo pipefail
            problem() { echo "problem: $1"; }
            . "$1"
            secrets_from=- && read_secrets && secret_of "$2" && printf '%s' "$given"
        """
        for text, name, value in cases:
            world = self.world("aws")
            done = subprocess.run(
                ["bash", "-c", program, "bash", str(world.root / "infra/deploy/secrets.sh"), name], input=text.encode(),
                cwd=world.folder, env={"PATH": str(world.bin), "LANG": "C.UTF-8"}, capture_output=True, check=False,
            )
            self.assertEqual((done.returncode, done.stdout.decode()), (0, value), (text, done.stderr))
            self.assertFalse(any(world.folder.rglob("canary")))

    def test_a_key_of_many_lines_arrives_as_it_is(self):
        key = "-----BEGIN KEY-----\nMIIE+/=\"\\\n-----END KEY-----"
        for world in self.worlds():
            self.deployed(world, secrets=SECRETS | {"GITHUB_APP_ID": "1", "GITHUB_APP_PRIVATE_KEY": key})
            self.assertEqual(self.stored(world)["GITHUB_APP_PRIVATE_KEY"], key)

    def test_a_file_counts_more_than_the_environment(self):
        world = self.world("aws")
        (world.folder / "my.env").write_text("GITHUB_TOKEN=from-file")
        self.deployed(world, "--secrets", str(world.folder / "my.env"))
        self.assertEqual(self.stored(world)["GITHUB_TOKEN"], "from-file")

    def test_lines_that_are_none_are_told_by_number_only(self):
        for text, words in (
            ("GITHUB_TOKEN=a\ns3cret\n", "standard input, line 2: not NAME=VALUE"),
            ("GITHUB_TOKEN = s3cret\n", "standard input, line 1: not NAME=VALUE"),
            ('GITHUB_TOKEN="s3cret\nmore', "is never closed"),
        ):
            done = self.world("aws").run("--yes", "--secrets", "-", stdin=text)
            self.assertEqual((done.code, done.changes()), (3, []))
            self.assertIn(words, done.errors)
            self.assertNotIn("s3cret\n", done.everything())

    def test_settings_of_the_same_file_are_used_and_strangers_are_named(self):
        world = self.world("gcp")
        text = 'export GCP_PROJECT_ID="acme-prod"\nexport GCP_REGION=europe-west1\nFOO=bar\n'
        done = self.deployed(world, "--secrets", "-", stdin=text, GCP_PROJECT_ID=None)
        self.assertRegex(done.said, r"not used +FOO")
        self.assertRegex(done.said, r"region +europe-west1")

    def test_placeholders_and_wrong_addresses_are_refused(self):
        for secrets, words in (
            ({"GITHUB_TOKEN": "ghp_xxxxx"}, "GITHUB_TOKEN: that is a placeholder"),
            ({"ORCHESTRATOR_DATABASE_URL": "mysql://s3cret@db"}, "does not begin with postgres://"),
        ):
            done = self.world("aws").run("--yes", secrets=SECRETS | secrets)
            self.assertEqual((done.code, done.changes()), (3, []))
            self.assertIn(words, done.errors)
            self.assertNotIn("s3cret", done.everything())


class Stopping(Case):
    def test_it_asks_once_and_no_is_no(self):
        for world in self.worlds():
            for answer in ("n\n", "\n", "", "yes please\n"):
                done = world.run(stdin=answer)
                self.assertEqual((done.code, done.changes()), (1, []))
                self.assertIn("Nothing was changed.", done.said)
                self.assertNotIn("cargo xtask package", " ".join(done.commands()))
            self.assertEqual(world.run(stdin="y\n").code, 0)

    def test_a_step_that_fails_says_what_to_do_and_the_next_run_finishes(self):
        steps = {
            "aws": ["cargo xtask", "aws s3api create-bucket", "aws s3api put-public", "aws ssm put-parameter", "terraform plan", "terraform apply"],
            "gcp": ["cargo xtask", "gcloud services enable", "gcloud storage buckets create", "gcloud storage buckets update",
                    "gcloud artifacts repositories create", "gcloud secrets create", "gcloud secrets versions add",
                    "crane auth", "crane push", "terraform apply"],
        }
        for cloud in CLOUDS:
            world = self.world(cloud)
            for step in steps[cloud]:
                done = world.run("--yes", FAKE_FAIL=step)
                self.assertEqual(done.code, 1, step)
                self.assertIn("the cloud says no", done.errors)
                self.assertIn("go on     the same command again", done.errors)
                self.assertRegex(done.errors, r"go back   \./deploy-\w+\.sh .* --destroy")
                self.assertTrue(done.commands()[-1].startswith(step), (step, done.commands()[-1]))
            self.deployed(world)
            self.assertEqual(len(self.stored(world)), 5)

    def test_ctrl_c_leaves_what_the_next_run_finishes(self):
        steps = {"aws": ["aws s3api create-bucket", "aws ssm put-parameter", "terraform apply"],
                 "gcp": ["gcloud secrets create", "crane push", "terraform apply"]}
        for cloud in CLOUDS:
            world = self.world(cloud)
            for step in steps[cloud]:
                done = world.run("--yes", FAKE_INTERRUPT=step)
                self.assertEqual(done.code, 130, (step, done.everything()))
                self.assertIn("What was done stays.", done.errors)
                self.assertIn("the same command again", done.errors)
                self.assertTrue(done.commands()[-1].startswith(step))
            self.deployed(world)

    def test_secrets_from_standard_input_leave_the_question_to_the_terminal(self):
        world = self.world("aws")
        ours, theirs = pty.openpty()
        environment = {
            "PATH": str(world.bin), "HOME": str(world.folder), "TMPDIR": str(world.folder), "FAKE_WORLD": str(world.folder),
        }
        program = (
            "import fcntl, os, sys, termios\n"
            "os.setsid(); fcntl.ioctl(int(sys.argv[1]), termios.TIOCSCTTY, 0)\n"
            "os.execv(sys.argv[2], sys.argv[2:])\n"
        )
        script = str(world.root / "deploy-aws.sh")
        running = subprocess.Popen(
            [sys.executable, "-c", program, str(theirs), script, "--secrets", "-"], env=environment, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, pass_fds=[theirs],
        )
        os.write(ours, b"y\n")
        said, _ = running.communicate("\n".join(f"{k}={v}" for k, v in SECRETS.items()).encode(), timeout=120)
        os.close(ours)
        os.close(theirs)
        self.assertEqual(running.returncode, 0, said.decode())
        self.assertEqual(self.stored(world)["GITHUB_TOKEN"], SECRETS["GITHUB_TOKEN"])


class Removing(Case):
    def test_it_asks_for_the_name_and_removes_everything(self):
        for world in self.worlds():
            self.deployed(world)
            for answer in ("y\n", "", "other\n"):
                done = world.run("--destroy", stdin=answer, secrets={})
                self.assertEqual((done.code, done.changes()), (1, []))
            done = world.run("--destroy", stdin="downstream\n", secrets={})
            self.assertEqual(done.code, 0, done.everything())
            state = world.read()
            for what in ("deployed", "buckets", "parameters", "secrets", "registries", "images"):
                self.assertFalse(state[what], what)
            self.assertIn("Nothing of it is left.", done.said)

    def test_a_protected_database_is_named_and_goes_too(self):
        for world in self.worlds():
            self.deployed(world, "--create-database", secrets=WITHOUT_DATABASE, **NETWORK)
            done = world.run("--destroy", "--yes", secrets={}, **NETWORK)
            self.assertEqual(done.code, 0, done.everything())
            self.assertIn("the database with what is in it", done.said)
            self.assertFalse(world.read()["deployed"])

    def test_twice_or_without_anything_there_is_no_error(self):
        for world in self.worlds():
            for _ in range(2):
                done = world.run("--destroy", "--yes", secrets={})
                self.assertEqual((done.code, done.changes()), (0, []), done.everything())

    def test_what_stopped_halfway_is_finished(self):
        steps = {"aws": ["terraform destroy", "aws ssm delete-parameter", "aws s3api delete-object", "aws s3api delete-bucket"],
                 "gcp": ["terraform destroy", "gcloud artifacts repositories delete", "gcloud secrets delete", "gcloud storage rm"]}
        for cloud in CLOUDS:
            world = self.world(cloud)
            self.deployed(world)
            for step in steps[cloud]:
                self.assertEqual(world.run("--destroy", "--yes", secrets={}, FAKE_FAIL=step).code, 1, step)
            self.assertEqual(world.run("--destroy", "--yes", secrets={}).code, 0)
            self.assertFalse(world.read()["buckets"])


def all_at_once():
    """Each class in a process of its own: a run mostly waits for one small program after the other."""
    classes = [case.__name__ for case in Case.__subclasses__()]
    runs = [subprocess.Popen([sys.executable, __file__, name], stderr=subprocess.PIPE, text=True) for name in classes]
    failed = 0
    for name, run in zip(classes, runs, strict=True):
        _, said = run.communicate()
        failed += run.returncode != 0
        print(f"== {name}\n{said}", file=sys.stderr)
    return failed


if __name__ == "__main__":
    if len(sys.argv) > 1:
        unittest.main()
    sys.exit(1 if all_at_once() else 0)
