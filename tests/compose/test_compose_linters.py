"""What the linters and compose itself say about emitted files: nothing."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from compose_plans import PLANS
from speccompile.backends import compose, crontab, dotenv
from supplied import filled
from tools import missing, need

_SETUP = "python3 tests/setup.py"
_RULES = "{extends: default, rules: {line-length: {max: 200}, comments: {min-spaces-from-content: 1}}}"


def _ran(*argv: str, cwd: Path) -> str:
    """What a program says when its status is bad, or on stderr."""
    done = subprocess.run(argv, cwd=cwd, capture_output=True, text=True, check=False, timeout=120)
    return done.stderr + (f"exit status {done.returncode}\n{done.stdout}" if done.returncode else "")


def _compose_lint(directory: Path) -> str:
    return _ran(need("compose-lint", _SETUP), "check", "--fail-on", "low", "docker-compose.yml", cwd=directory)


def _dclint(directory: Path) -> str:
    dclint = need("dclint", f"{_SETUP}, with npm installed")
    return _ran(dclint, "--max-warnings", "0", "docker-compose.yml", cwd=directory).strip()


def _schema(directory: Path) -> str:
    return _ran(
        need("check-jsonschema", _SETUP), "--builtin-schema", "vendor.compose-spec", "docker-compose.yml", cwd=directory
    )


def _config(directory: Path) -> str:
    return _ran(
        need("docker-compose", _SETUP),
        "-f",
        "docker-compose.yml",
        "--env-file",
        ".env.example",
        "config",
        "-q",
        cwd=directory,
    )


def _yamllint(directory: Path) -> str:
    return _ran(need("yamllint", _SETUP), "--strict", "-d", _RULES, "docker-compose.yml", cwd=directory)


@pytest.mark.parametrize("linter", [_compose_lint, _dclint, _schema, _config, _yamllint])
@pytest.mark.parametrize("name", sorted(PLANS))
def test_no_linter_objects(name: str, linter: Callable[[Path], str], tmp_path: Path) -> None:
    """Every linter at its strictest setting is silent."""
    plan = PLANS[name]()
    for artifact in (*compose.emit(plan), *dotenv.emit(plan)):
        (tmp_path / artifact.path).write_text(filled(artifact.text), encoding="utf-8")
    assert linter(tmp_path) == ""


def test_cron_takes_the_crontab(tmp_path: Path) -> None:
    """cron's own dry run is content, and it is one that objects to a bad field."""
    (artifact,) = crontab.emit(PLANS["job"]())
    cron = need("crontab", "apt-get install cron")
    good, bad = tmp_path / "good", tmp_path / "bad"
    good.write_text(filled(artifact.text), encoding="utf-8")
    bad.write_text(artifact.text.replace("0 3 * * *", "0 99 * * *"), encoding="utf-8")
    status = [
        subprocess.run([cron, "-n", str(file)], capture_output=True, check=False).returncode for file in (good, bad)
    ]
    if status == [1, 1]:
        missing("a crontab with a dry run (-n)", "apt-get install cron")
    assert status == [0, 1]


def test_an_unset_digest_is_the_plain_tag(tmp_path: Path) -> None:
    """The slot of a digest is optional: unset, empty and given all make an image reference, without a warning."""
    plan = PLANS["everything"]()
    for artifact in (*compose.emit(plan), *dotenv.emit(plan)):
        (tmp_path / artifact.path).write_text(filled(artifact.text), encoding="utf-8")
    program = need("docker-compose", _SETUP)
    given = {"PATH": "/usr/bin:/bin", "CACHE_DIGEST": "b2" * 32}
    for environment, image in (({}, "redis:7-bookworm"), (given, f"redis:7-bookworm@sha256:{'b2' * 32}")):
        done = subprocess.run(
            [program, "--env-file", ".env.example", "config", "--images"],
            cwd=tmp_path,
            env=environment or {"PATH": "/usr/bin:/bin"},
            capture_output=True,
            text=True,
            check=True,
        )
        assert image in done.stdout.splitlines()
        assert done.stderr == ""
