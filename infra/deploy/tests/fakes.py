#!/usr/bin/env python3
"""Stands for aws, gcloud, terraform, cargo, crane, skopeo, curl and sleep: writes down how it was called, and keeps as much
of a cloud in a file as the deploy scripts look at. It refuses what it does not know, so that a new command is a decision.

FAKE_WORLD is the folder of the file; FAKE_FAIL and FAKE_INTERRUPT begin like the command that breaks or is stopped."""

import fcntl
import json
import os
import signal
import sys
from pathlib import Path

DATABASE = "module.downstream.module.database[0].a_database.this"
TYPES = {"aws": "aws_rds_cluster", "gcp": "google_sql_database_instance"}
ACCOUNT = "123456789012"
DIGEST = "sha256:" + "ab" * 32


class Unknown(Exception):
    """A command that nobody decided about."""


class Failed(Exception):
    """What the real one would answer with status 1 (or another)."""

    def __init__(self, text="", status=1):
        super().__init__(text)
        self.status = status


def main():
    tool, arguments = Path(sys.argv[0]).name, sys.argv[1:]
    folder = Path(os.environ["FAKE_WORLD"])
    command = " ".join([tool, *[a for a in arguments if not a.startswith("-chdir=")]])
    # Before the lock: whoever writes into the pipe may be one of us.
    text = sys.stdin.read() if reads_stdin(tool, arguments) else ""
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        file = folder / "world.json"
        world = json.loads(file.read_text())
        said, status = "", 0
        call = {"argv": [tool, *arguments], "stdin": text, "environment": dict(os.environ), "cwd": os.getcwd()}
        with (folder / "calls").open("a") as calls:
            calls.write(json.dumps(call) + "\n")
        broken = os.environ.get("FAKE_FAIL")
        stopped = os.environ.get("FAKE_INTERRUPT")
        try:
            if broken and command.startswith(broken):
                raise Failed(f"{tool}: the cloud says no")
            said = TOOLS[tool](world, arguments, text) or ""
        except Failed as failed:
            print(failed, file=sys.stderr)
            status = failed.status
        except Unknown:
            print(f"the fake does not know: {command}", file=sys.stderr)
            with (folder / "unknown").open("a") as unknown:
                unknown.write(command + "\n")
            status = 99
        file.write_text(json.dumps(world))
    if stopped and command.startswith(stopped):
        os.killpg(os.getpgrp(), signal.SIGINT)
    if said:
        print(said)
    sys.exit(status)


def reads_stdin(tool, arguments):
    return "--data-file=-" in arguments or "--password-stdin" in arguments


def option(arguments, name):
    for at, argument in enumerate(arguments):
        if argument == name:
            return arguments[at + 1]
        if argument.startswith(name + "="):
            return argument.split("=", 1)[1]
    raise Unknown


def logged_in(world):
    if not world["login"]:
        raise Failed("no credentials", 253)


def aws(world, arguments, text):
    logged_in(world)
    kind = " ".join(arguments[:2])
    parameters, buckets = world["parameters"], world["buckets"]
    if kind == "sts get-caller-identity":
        return ACCOUNT
    if kind == "ssm get-parameters-by-path":
        path = option(arguments, "--path")
        versions = "Version" in option(arguments, "--query")
        return "\n".join(
            name + (f"\t{parameter['version']}" if versions else "")
            for name, parameter in parameters.items() if name.startswith(path)
        )
    if kind == "ssm get-parameter":
        return found(parameters, option(arguments, "--name"))["value"]
    if kind == "ssm put-parameter":
        file = Path(option(arguments, "--cli-input-json").removeprefix("file://"))
        if file.stat().st_mode & 0o077 or file.parent.stat().st_mode & 0o077:
            raise Failed("others may read the secret")
        said = json.loads(file.read_text())
        if set(said) != {"Name", "Value", "Type", "Overwrite"} or said["Type"] != "SecureString":
            raise Failed("ValidationException")
        old = parameters.get(said["Name"], {"version": 0})
        parameters[said["Name"]] = {"value": said["Value"], "version": old["version"] + 1}
        return None
    if kind == "ssm delete-parameter":
        found(parameters, option(arguments, "--name"))
        del parameters[option(arguments, "--name")]
        return None
    if arguments[0] != "s3api":
        raise Unknown
    bucket = option(arguments, "--bucket")
    if arguments[1] == "create-bucket":
        if bucket in buckets:
            raise Failed("BucketAlreadyOwnedByYou")
        buckets[bucket] = ["state"]
        return None
    found(buckets, bucket)
    if arguments[1] == "list-object-versions":
        if option(arguments, "--query").startswith("Versions"):
            return "\n".join(f"{at}\t{key}" for at, key in enumerate(buckets[bucket]))
        return "None"
    if arguments[1] == "delete-object":
        buckets[bucket].remove(option(arguments, "--key"))
        return None
    if arguments[1] == "delete-bucket":
        if buckets[bucket]:
            raise Failed("BucketNotEmpty")
        del buckets[bucket]
        return None
    if arguments[1] in ("head-bucket", "put-bucket-versioning", "put-public-access-block"):
        return None
    raise Unknown


def found(things, name):
    if name not in things:
        raise Failed(f"{name} not found", 254)
    return things[name]


def gcloud(world, arguments, text):
    words = [argument for argument in arguments if not argument.startswith("-")]
    kind, name = " ".join(words[:2]), words[-1]
    secrets, buckets = world["secrets"], world["buckets"]
    if kind == "auth list":
        return "dev@acme.example" if world["login"] else ""
    logged_in(world)
    if kind == "auth print-access-token":
        return "ya29.access-token"
    if kind == "projects describe":
        return name if name == "acme-prod" else None
    if kind == "billing projects":
        return world["billing"]
    if kind == "services list":
        return "\n".join(world["apis"])
    if kind == "services enable":
        world["apis"] = sorted({*world["apis"], *words[2:]})
        return None
    if kind == "run regions":
        return "us-central1\neurope-west1"
    if kind.startswith("secrets"):
        needs_api(world, "secretmanager")
    if kind == "secrets list":
        # Only those that the script made: Terraform's are not its own.
        if "labels.made-by=deploy-gcp" not in option(arguments, "--filter"):
            raise Unknown
        return "\n".join(secrets)
    if kind == "secrets create":
        if name in secrets:
            raise Failed("ALREADY_EXISTS")
        if "made-by=deploy-gcp" not in option(arguments, "--labels"):
            raise Unknown
        secrets[name] = []
        return None
    if kind == "secrets delete":
        found(secrets, name)
        del secrets[name]
        return None
    if kind == "secrets versions":
        return secret_version(secrets, words, arguments, text)
    if kind == "storage buckets":
        bucket = name.removeprefix("gs://")
        if words[2] == "create":
            if bucket in buckets:
                raise Failed("409")
            buckets[bucket] = ["state"]
            return None
        found(buckets, bucket)
        return None
    if kind == "storage rm":
        found(buckets, name.removeprefix("gs://"))
        del buckets[name.removeprefix("gs://")]
        return None
    if kind == "artifacts repositories":
        needs_api(world, "artifactregistry")
        return registry(world, words[2], name)
    if kind == "artifacts docker":
        reference = name
        for tag, digest in world["images"].items():
            if reference in (tag, tag.rsplit(":", 1)[0] + "@" + digest):
                return digest
        raise Failed("NOT_FOUND")
    if kind == "builds submit":
        world["images"][option(arguments, "--substitutions").removeprefix("_IMAGE=")] = DIGEST
        return None
    raise Unknown


def secret_version(secrets, words, arguments, text):
    if words[2] == "add":
        versions = found(secrets, words[3])
        versions.append(text)
        return "Created version"
    versions = found(secrets, option(arguments, "--secret"))
    if not versions:
        raise Failed("NOT_FOUND: no versions")
    return versions[-1] if words[2] == "access" else str(len(versions))


def registry(world, verb, name):
    if verb == "create":
        if name in world["registries"]:
            raise Failed("ALREADY_EXISTS")
        world["registries"].append(name)
    elif name not in world["registries"]:
        raise Failed("NOT_FOUND")
    elif verb == "delete":
        world["registries"].remove(name)
        world["images"].clear()


def needs_api(world, api):
    if f"{api}.googleapis.com" not in world["apis"]:
        raise Failed(f"API [{api}.googleapis.com] not enabled")


def terraform(world, arguments, _):
    cloud = option(arguments, "-chdir").rsplit("/", 1)[-1] if arguments[0].startswith("-chdir") else ""
    words = [a for a in arguments if not a.startswith("-chdir")]
    verb = words[0]
    if verb == "version":
        return f"Terraform v{world['terraform']}"
    database = DATABASE.replace("a_database", TYPES[cloud])
    if verb == "init":
        bucket = next(w.split("=", 2)[2] for w in words if w.startswith("-backend-config=bucket="))
        found(world["buckets"], bucket)
        return None
    if verb == "state":
        if not world["deployed"]:
            raise Failed("No state file was found!")
        return "\n".join(world["deployed"])
    if verb == "output":
        return "https://river.acme.example/"
    if verb == "plan":
        wanted = ["module.downstream.a.b"] + ([database] if "-var=create_database=true" in words else [])
        Path(option(words, "-out")).write_text(json.dumps(wanted))
        return f"noise\nPlan: {len(wanted)} to add, 0 to change, 0 to destroy."
    if verb == "show":
        wanted = json.loads(Path(words[-1]).read_text())
        gone = [resource for resource in world["deployed"] if resource not in wanted]
        return "\n".join(f"  # {resource} will be destroyed" for resource in gone)
    if verb == "apply" and "-target=module.downstream.module.database" in words:
        world["protected"] = False
        return None
    if verb == "apply":
        world["deployed"] = json.loads(Path(words[-1]).read_text())
        world["protected"] = True
        if cloud == "aws" and database in world["deployed"]:
            world["parameters"]["/downstream/ORCHESTRATOR_DATABASE_URL"] = {"value": "postgres://made", "version": 1}
        return "\n".join(f"{resource}: Creation complete after 3s" for resource in world["deployed"])
    if verb == "destroy":
        if world["protected"] and any(TYPES[cloud] in resource for resource in world["deployed"]):
            raise Failed("deletion protection")
        world["deployed"] = []
        world["parameters"].pop("/downstream/ORCHESTRATOR_DATABASE_URL", None)
        return None
    raise Unknown


def cargo(world, arguments, _):
    if arguments[:2] == ["xtask", "package"]:
        image = Path("dist/image")
        image.mkdir(parents=True, exist_ok=True)
        (image / "index.json").write_text(json.dumps({"manifests": [{"digest": DIGEST}]}))
        return None
    if "doctor" in arguments:
        if not world["healthy"]:
            raise Failed("✗ github.auth")
        return "✓ all well"
    raise Unknown


def crane(world, arguments, _):
    if arguments[:2] == ["auth", "login"]:
        return None
    if arguments[0] == "push":
        world["images"][arguments[2]] = DIGEST
        return None
    raise Unknown


def skopeo(world, arguments, _):
    if arguments[0] == "login":
        return None
    if arguments[0] == "copy":
        world["images"][arguments[-1].removeprefix("docker://")] = DIGEST
        return None
    raise Unknown


def curl(world, arguments, _):
    if arguments[-1].endswith("/setup/github") and not world["setup_page"]:
        raise Failed("404", 22)
    if world["wakes_after"] > 0:
        world["wakes_after"] -= 1
        raise Failed("", 22)


def sleep(*_):
    return None


TOOLS = {
    "aws": aws, "gcloud": gcloud, "terraform": terraform, "cargo": cargo, "crane": crane, "skopeo": skopeo, "curl": curl,
    "sleep": sleep,
}

if __name__ == "__main__":
    main()
