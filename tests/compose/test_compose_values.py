"""Hostile strings in values survive every reader that a compose file meets."""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from compose_plans import container, origin, plan, service
from speccompile.backends import compose
from speccompile.plan.plan import Plan
from speccompile.plan.workload import Literal, Trigger
from speccompile.verify.compose import PATH, verify
from speccompile.verify.readers import interpolation
from tools import need

_NASTY = (
    "yes", "no", "on", "Off", "y", "N", "true", "null", "~", "", " ", "0o7", "0x1F", "0b1", "1:30", "190:20:30",
    "1e3", "1_000", ".5", ".inf", ".NaN", "-.inf", "+1", "-0", "2024-01-15", "2024-01-15T10:00:00Z", "=", "<<",
    "- x", "-", "?", "? a", ":", "a: b", "a:", ": b", "a #b", "#", "&a", "*a", "!x", "!!str", "|", ">", "@", "`",
    "%", "%TAG", "{", "}", "[", "]", "{}", "[]", ",", "'", '"', "''", '""', "\\", "\\n", "\\\\", "a\\", "$", "$$",
    "$a", "${a}", "${a:-b}", "${a:?b}", "$${a}", "$(id)", "${", "}$", "---", "...", "--- a", "\u00e9\u4e2d",
    "\U0001f600", "\U0001f468\u200d\U0001f469", "x" * 500, "word " * 100, "  lead", "trail  ", " " * 300,
    "\U0001f600" * 200, "a" * 155 + " " + "b" * 30, '"' * 200, "$" * 170, "\ufeffbom", "\u00a0nbsp", "\u202ertl",
    "<script>", "a\tb", "a\nb\n", "\x85", "\u2028", "\x00\x1b",
)  # fmt: skip
_TEXT = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=80),
    st.lists(st.sampled_from(_NASTY), min_size=1, max_size=4).map("".join),
    st.text(st.sampled_from(" \"'\\$#:ab{}é\U0001f600"), max_size=400),
)


def _plan(values: list[str]) -> Plan:
    """A tool with *values* in its environment and as its command."""
    literals = tuple(Literal(name=f"V{number}", value=value, origin=origin()) for number, value in enumerate(values))
    return plan(
        (service(container("tool", environment=literals, command=tuple(values), trigger=Trigger.HAND), "cli-tool"),)
    )


def _literal(value: str) -> str:
    """What compose gives a container for *value*; it must not ask the operator for anything."""
    parts = interpolation.read(value)
    assert list(interpolation.references(parts)) == []
    return "".join(map(str, parts))


def _check(values: list[str]) -> str:
    made = _plan(values)
    (artifact,) = compose.emit(made)
    assert verify(made, {PATH: artifact.text}) == ()
    assert all(len(line) <= 200 for line in artifact.text.split("\n"))
    for read in (YAML(typ="safe", pure=True).load, yaml.safe_load):
        tool = read(artifact.text)["services"]["tool"]
        assert [_literal(word) for word in tool["command"]] == values
        assert [_literal(tool["environment"][f"V{number}"]) for number in range(len(values))] == values
    return artifact.text


@given(st.lists(_TEXT, min_size=1, max_size=4))
@settings(max_examples=60)
def test_any_string_survives_both_versions_of_yaml(values: list[str]) -> None:
    """YAML 1.2 (ruamel) and 1.1 (PyYAML) read back what went in, and no line is too long."""
    _check(values)


@pytest.mark.parametrize("value", _NASTY)
def test_nasty_strings_survive(value: str) -> None:
    """Each on its own."""
    _check([value])


def _config(values: list[str]) -> list[str]:
    with tempfile.TemporaryDirectory() as directory:
        (Path(directory) / PATH).write_text(_check(values), encoding="utf-8")
        argv = [
            need("docker-compose", "python3 tests/setup.py"),
            "-f",
            PATH,
            "--profile",
            "tools",
            "config",
            "--format",
            "json",
        ]
        done = subprocess.run(argv, cwd=directory, capture_output=True, text=True, check=True, timeout=60)
        assert done.stderr == ""
        environment = json.loads(done.stdout)["services"]["tool"]["environment"]
        return [environment[f"V{number}"].replace("$$", "$") for number in range(len(values))]


def test_compose_understands_nasty_strings() -> None:
    """compose-go's YAML and interpolation give the container what went in."""
    assert _config(list(_NASTY)) == list(_NASTY)


@given(st.lists(_TEXT, min_size=20, max_size=40))
@settings(max_examples=5)
def test_compose_understands_any_string(values: list[str]) -> None:
    """Many at a time: a process is expensive."""
    assert _config(values) == values


def test_yamllint_takes_nasty_strings(tmp_path: Path) -> None:
    """No word is too long for it, wherever it stands."""
    (tmp_path / PATH).write_text(_check(list(_NASTY)), encoding="utf-8")
    rules = "{extends: default, rules: {line-length: {max: 200}}}"
    done = subprocess.run(
        [need("yamllint", "python3 tests/setup.py"), "--strict", "-d", rules, PATH],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_a_long_application_name_or_path_survives() -> None:
    """Plain words that nobody can break are quoted when they are long."""
    made = _plan(["x"])
    long = replace(made, layout=replace(made.layout, output_in_context="/".join(["directory"] * 60)))
    (artifact,) = compose.emit(long)
    assert verify(long, {PATH: artifact.text}) == ()
    assert max(map(len, artifact.text.split("\n"))) <= 200
    assert re.search(r"directory/Dockerfile|\\\n", artifact.text)
