"""The scripts of deploy.yml, run as a runner runs them, with programs of ours in place of those that reach elsewhere."""

from __future__ import annotations

import json
import os
import subprocess
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml
from delivered import HUB, project, ran

from tools import need


def _step(text: str, job: str, name: str) -> dict[str, Any]:
    steps: list[dict[str, Any]] = yaml.safe_load(text)["jobs"][job]["steps"]
    return next(step for step in steps if step["name"].startswith(name))


def _fakes(directory: Path, **programs: str) -> str:
    """A path with programs that are scripts of ours, before everything else."""
    directory.mkdir()
    for name, script in programs.items():
        (directory / name).write_text(f"#!/bin/bash\n{script}\n", encoding="utf-8")
        (directory / name).chmod(0o755)
    return f"{directory}:{os.environ['PATH']}"


def _bash(script: str, directory: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """As a runner starts a step with ``shell: bash``."""
    return ran(["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script], directory, **environment)


def test_what_is_built_is_asked_for_as_it_should_be(tmp_path: Path) -> None:
    """Service, platform, tag, registry, each secret by its name; what speccompile says is kept, and shown when it fails."""
    need("jq", "apt-get install jq")
    text = project("secrets").files["github-actions/deploy.yml"]
    (job,) = [key for key in yaml.safe_load(text)["jobs"] if key.startswith("build-")]
    step = _step(text, job, "Build and push")
    answer = json.dumps({"pushes": [{"reference": "docker.io/acme/x@sha256:1"}]})
    path = _fakes(
        tmp_path / "bin", speccompile=f"printf '%s\\n' \"$@\" > \"$RUNNER_TEMP/asked\"\necho '{answer}'\nexit $STATUS"
    )
    values = {name: value for name, value in step["env"].items() if "${{" not in value}
    told = values | {"PLATFORM": "linux/amd64", "TAG": "abc", "RUNNER_TEMP": str(tmp_path), "PATH": path}
    ended = _bash(step["run"], tmp_path, **told, STATUS="0")
    assert (ended.returncode, ended.stdout) == (0, "docker.io/acme/x@sha256:1\n"), ended.stderr
    assert (tmp_path / "asked").read_text().split("\n")[:-1] == [
        *("build", values["SERVICE"], "--platform", "linux/amd64", "--tag", "abc", "--registry", HUB, "--push"),
        *("--format", "json", "--secret", "id=NPM_TOKEN,env=NPM_TOKEN", "--secret", "id=PAT,env=PAT"),
    ]
    failed = _bash(step["run"], tmp_path, **told, STATUS="1")
    assert (failed.returncode, failed.stdout.strip()) == (1, answer)


def test_platforms_are_joined_under_the_names_of_the_commit(tmp_path: Path) -> None:
    """The tags of single platforms are not moved, all others name both."""
    need("jq", "apt-get install jq")
    text = project("tool").files["github-actions/deploy.yml"]
    (job,) = [key for key in yaml.safe_load(text)["jobs"] if key.startswith("attest-")]
    script = _step(text, job, "Join the platforms")["run"]
    for number, architecture in enumerate(("amd64", "arm64"), start=1):
        folder = tmp_path / "pushed" / f"pushed.tool.{architecture}"
        folder.mkdir(parents=True)
        images = [f"ghcr.io/acme/x:{tag}" for tag in ("abc1234", "2.0.0", f"{'f' * 40}-{architecture}")]
        push = {"reference": f"ghcr.io/acme/x@sha256:{number}", "images": images}
        (folder / "pushed.json").write_text(json.dumps({"pushes": [push]}))
    docker = (
        'printf "%s\\n" "$@" >> "$RUNNER_TEMP/asked"\ncase "$3" in inspect) echo \'{"digest": "sha256:9"}\' ;; esac'
    )
    path = _fakes(tmp_path / "bin", docker=docker)
    said = tmp_path / "said"
    ended = _bash(script, tmp_path, PATH=path, RUNNER_TEMP=str(tmp_path), GITHUB_SHA="f" * 40, GITHUB_OUTPUT=str(said))
    assert ended.returncode == 0, ended.stderr
    assert said.read_text() == "name=ghcr.io/acme/x\ndigest=sha256:9\n"
    asked = (tmp_path / "asked").read_text().split("\n")
    tags = [name for flag, name in pairwise(asked) if flag == "--tag"]
    assert tags == [f"ghcr.io/acme/x:{tag}" for tag in ("f" * 40, "2.0.0", "abc1234")]
    assert asked[:3] == ["buildx", "imagetools", "create"]
    assert {"ghcr.io/acme/x@sha256:1", "ghcr.io/acme/x@sha256:2"} < set(asked)


def test_what_is_to_be_deployed_is_lines_for_the_environment_file(tmp_path: Path) -> None:
    """The compose file takes them: each image by its digest."""
    done = project("web")
    text = done.files["github-actions/deploy.yml"]
    step = _step(text, "deploy", "Say what")
    (slot,) = [service.repository.pin for service in done.plan.services]
    told = {slot: f"sha256:{'a' * 64}", "SLOTS": step["env"]["SLOTS"], "GITHUB_SHA": "f" * 40}
    summary = tmp_path / "summary"
    ended = _bash(step["run"], tmp_path, **told, RUNNER_TEMP=str(tmp_path), GITHUB_STEP_SUMMARY=str(summary))
    assert ended.stdout == f"TAG={'f' * 40}\n{slot}={'a' * 64}\n" == (tmp_path / "images.env").read_text()
    assert summary.read_text() == "".join(f"    {line}\n" for line in ended.stdout.splitlines())


def _deployment(tmp_path: Path, **secrets: str) -> subprocess.CompletedProcess[str]:
    """The scripts of the job that deploys to production, one after the other, with a speccompile that says what it is told."""
    text = project("deployed").files["github-actions/deploy.yml"]
    steps = [_step(text, "deploy-production", name) for name in ("Know the machines", "Deploy")]
    fixed = {name: value for step in steps for name, value in step["env"].items() if "${{" not in value}
    (tmp_path / "images.env").write_text(f"TAG={'f' * 40}\nAPI_DIGEST=$(touch hacked){'a' * 8}\n", encoding="utf-8")
    path = _fakes(tmp_path / "bin", speccompile='echo "$@ $TAG $API_DIGEST"')
    told = {"PATH": path, "HOME": str(tmp_path / "home"), "RUNNER_TEMP": str(tmp_path)}
    script = "\n".join(step["run"] for step in steps)
    return _bash(script, tmp_path, **fixed, **secrets, **told)


def test_what_is_deployed_is_chosen_by_its_digest(tmp_path: Path) -> None:
    """Key and values are in files that nobody else may read; nothing of what is known of the images is run."""
    done = _deployment(
        tmp_path, SSH_KEY="a key", SSH_KNOWN_HOSTS="one.example.com ssh-ed25519 AAAA", VALUES="A=1\nB=$x"
    )
    assert (done.returncode, done.stdout) == (0, f"deploy production --wait {'f' * 40} $(touch hacked){'a' * 8}\n"), (
        done
    )
    key, known, values = (
        tmp_path / name for name in ("home/.ssh/id_ed25519", "home/.ssh/known_hosts", "environments/production.env")
    )
    texts = ("a key\n", "one.example.com ssh-ed25519 AAAA\n", "A=1\nB=$x\n")
    assert tuple(file.read_text("utf-8") for file in (key, known, values)) == texts
    assert {file.stat().st_mode & 0o777 for file in (key, known, values)} == {0o600}
    assert not (tmp_path / "hacked").exists()


def test_values_that_the_repository_has_are_left_alone(tmp_path: Path) -> None:
    """The secret is for where it has none."""
    values = tmp_path / "environments/production.env"
    values.parent.mkdir()
    values.write_text("A=mine\n", encoding="utf-8")
    assert _deployment(tmp_path, SSH_KEY="k", SSH_KNOWN_HOSTS="h", VALUES="A=other").returncode == 0
    assert values.read_text("utf-8") == "A=mine\n"
