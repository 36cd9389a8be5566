"""``patches/NAME.env``: values of variables in one environment. In its overlay and what is deployed there, in the lock, in what explains a line, and in what differs
between environments; refused where they are secrets, or the compiler's."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from case_folders import command
from projects import PYTHON_WEB, assertion, manifest
from speccompile.errors import Refused
from speccompile.frontends.environment_values import values_file
from speccompile.lexing.envline import assignment
from speccompile.lower.lower import Surroundings
from speccompile.pipeline import Compilation, compile_project
from speccompile.project.memory import MemoryTree
from speccompile.proving import verify_files
from speccompile.verify.readers.yaml import read

VALUES = "# reviewed\nLOG_LEVEL=debug\nPAYMENTS_URL=https://sandbox.example.com:8443/v1\nTZ='Europe/Zurich'\n"


def _files(values: str, environment: dict[str, Any], name: str = "staging") -> dict[str, str]:
    deploy = {
        "app": "shop",
        "registry": "ghcr.io/acme",
        "targets": ["compose", "kubernetes"],
        "environments": {"staging": environment, "production": {"on": "compose"}},
        "services": {
            "web": {"path": ".", "needs": ["db", "payments", "mail"], "env": {"LOG_LEVEL": "info"}},
            "db": {"uses": "postgres"},
            "payments": {"uses": "external"},
            "mail": {"image": "axllent/mailpit:v1.27", "port": 8025, "env": {"TZ": "UTC"}},
        },
    }
    specs = {"specs/assertions.json": manifest("web-service", assertion(1, "Orders are kept"))}
    return {**PYTHON_WEB, **specs, "specs/deploy.yaml": json.dumps(deploy), f"patches/{name}.env": values}


def _compiled(values: str = VALUES, on: str = "compose", seen_as: str | None = None) -> Compilation:
    environment = {"on": on, **({"context": "stage"} if on == "kubernetes" else {})}
    around = Surroundings(None, ("shop",), allow_unverified=False, environment=seen_as)
    return compile_project(MemoryTree(_files(values, environment)), around)


def test_the_overlay_has_the_values_and_nothing_else_changes() -> None:
    """What an operator is asked for is one for all environments; the values are those of the one alone."""
    done = _compiled()
    told = read(done.files["compose.staging.yml"]).data["services"]
    assert told == {
        "mail": {"environment": {"TZ": "Europe/Zurich"}},
        "web": {"environment": {"LOG_LEVEL": "debug", "PAYMENTS_URL": "https://sandbox.example.com:8443/v1"}},
    }
    without = compile_project(
        MemoryTree({path: text for path, text in _files("", {}).items() if not path.startswith("patches")}),
        Surroundings(None, ("shop",), allow_unverified=False),
    )
    assert {path: text for path, text in done.files.items() if "staging" not in path} == without.files
    assert [one.code for one in done.notes if one.code == "SC771"]
    assert verify_files(done.plan, done.files, done.targets, done.variants) == ()


def test_an_altered_value_is_noticed() -> None:
    """In the overlay of each platform that has one."""
    for on, path in (
        ("compose", "compose.staging.yml"),
        ("kubernetes", "kubernetes/overlays/staging/kustomization.yaml"),
    ):
        done = _compiled(on=on)
        for old, new in (("debug", "trace"), ("8443", "9443"), ("Zurich", "Berlin")):
            files = {**done.files, path: done.files[path].replace(old, new)}
            assert verify_files(done.plan, files, done.targets, done.variants), (on, old)


def test_what_is_deployed_has_them_and_asks_for_none() -> None:
    """Whatever the platform: the whole of it is made for that environment."""
    for on in ("compose", "swarm"):
        done = _compiled(on=on, seen_as="staging")
        text = done.files["docker-compose.yml" if on == "compose" else "swarm/stack.yml"]
        assert "https://sandbox.example.com:8443/v1" in text
        assert "${PAYMENTS_URL" not in text
        assert done.defects == ()
    (payments,) = done.plan.externals
    assert payments.port == 8443
    assert "${PAYMENTS_URL" in _compiled(seen_as="production").files["docker-compose.yml"]


def test_each_line_cites_the_line_of_the_file() -> None:
    """And nothing else."""
    done = _compiled()
    (overlay,) = [one for one in done.artifacts if one.path == "compose.staging.yml"]
    number = overlay.text.split("\n").index("      LOG_LEVEL: debug") + 1
    assert {(one.span.path, one.span.line) for origin in overlay.origins[number] for one in origin.causes} == {
        ("patches/staging.env", 2)
    }


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ("DATABASE_URL=postgres://db/shop", "SC770"),
        ("MAIL_URL=http://elsewhere.example.com", "SC770"),
        ("PORT=9000", "SC770"),
        ("NOBODYS=1", "SC770"),
        ("LOG_LEVEL=info", "SC770"),
        ("API_TOKEN=abcdefgh", "SC769"),
        ("PAYMENTS_URL=https://user:hunter2@sandbox.example.com", "SC769"),
        ("LOG_LEVEL=`id`", "SC767"),
        ("LOG_LEVEL='a\x1bb'", "SC104"),
        ("LOG_LEVEL='a\ue000b'", "SC104"),
    ],
)
def test_what_is_not_for_people_to_set_is_refused(values: str, code: str) -> None:
    """With the line that says so, and never with the value of a secret."""
    with pytest.raises(Refused) as refused:
        _compiled(f"# first\n{values}\n")
    (found,) = refused.value.diagnostics
    assert (found.code, found.span.path, found.span.line) == (code, "patches/staging.env", 2)
    assert "hunter2" not in f"{found}"


@given(st.text(max_size=40))
def test_any_line_is_a_value_or_an_error(line: str) -> None:
    """And a value that is quoted stands for itself."""
    read_ = values_file(MemoryTree({"patches/staging.env": f"LOG_LEVEL={line}\n"}), "patches/staging.env")
    assert bool(read_.values) != bool(read_.findings) or "\n" in line
    assert {one.code for one in read_.findings} <= {"SC104", "SC767", "SC769"}
    if "'" not in line and "\n" not in line and not line.endswith("\\"):
        assert assignment(f"A='{line}'", 1) == ("A", line)


def test_the_lock_the_explanation_and_the_difference_know_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A change of the file is drift, as that of every input is."""
    for path, text in _files(VALUES, {}).items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    assert command(["generate"], tmp_path, capsys)[0] == 0
    assert "patches/staging.env" in (tmp_path / "speccompile.lock").read_text(encoding="utf-8")
    assert command(["check"], tmp_path, capsys)[0] == 0
    text = (tmp_path / "generated/compose.staging.yml").read_text(encoding="utf-8")
    number = text.split("\n").index("      LOG_LEVEL: debug") + 1
    code, said, _ = command(["explain", f"generated/compose.staging.yml:{number}"], tmp_path, capsys)
    assert (code, "patches/staging.env:2" in said) == (0, True)
    code, said, _ = command(["plan", "--diff", "production", "staging", "--format", "json"], tmp_path, capsys)
    found = {one["path"]: one["values"] for one in json.loads(said)["differences"]}
    assert found["services[web].workload.environment[LOG_LEVEL].value"] == ["info", "debug"]
    (tmp_path / "patches/staging.env").write_text(VALUES.replace("debug", "trace"), encoding="utf-8")
    code, _, errors = command(["check"], tmp_path, capsys)
    assert (code, "patches/staging.env" in errors) == (1, True)
