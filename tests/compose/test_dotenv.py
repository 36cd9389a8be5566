""".env.example: emitted, understood by compose and the shell alike, and read back."""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compose_plans import PLANS, container, library, origin, plan, service, slot, web
from speccompile.backends import compose, dotenv
from speccompile.backends.escape.dotenv import dotenv_value
from speccompile.plan.plan import Plan
from speccompile.plan.workload import Supplied, Trigger
from speccompile.verify.dotenv import PATH, verify
from speccompile.verify.readers.dotenv import Unreadable, loosely, operators, read
from tools import need

_VALUES = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), max_size=60) | st.text(
    st.sampled_from("'\"\\$`# =ab!*(;&|<>~"), max_size=20
)


def _text(made: Plan) -> str:
    (artifact,) = dotenv.emit(made)
    return artifact.text


def _plan(values: list[str]) -> Plan:
    """A tool to which the operator supplies *values*."""
    names = [f"V{number}" for number in range(len(values))]
    box = container(
        "tool",
        environment=tuple(Supplied(name=name, parameter=name, origin=origin()) for name in names),
        trigger=Trigger.HAND,
    )
    slots = tuple(slot(name, "a value", None, value, "tool") for name, value in zip(names, values, strict=True))
    return plan((service(box, "cli-tool"),), (), slots)


def _writable(value: str) -> bool:
    try:
        dotenv_value(value)
    except ValueError:
        return False
    return True


def _by_the_shell(file: Path, names: list[str]) -> list[str]:
    """What a POSIX shell makes of *file*."""
    printing = "; ".join(f"printf '%s\\0' \"${name}\"" for name in names)
    done = subprocess.run(
        ["sh", "-c", f". ./{file.name}; {printing}"],
        cwd=file.parent,
        capture_output=True,
        text=True,
        check=True,
        env={},
    )
    assert done.stderr == ""
    return done.stdout.split("\0")[:-1]


def _by_compose(directory: Path, names: list[str]) -> list[str]:
    """What compose makes of it."""
    argv = [
        need("docker-compose", "python3 tests/setup.py"),
        "--env-file",
        PATH,
        "--profile",
        "tools",
        "config",
        "--format",
        "json",
    ]
    done = subprocess.run(argv, cwd=directory, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    environment = json.loads(done.stdout)["services"]["tool"]["environment"]
    return [environment[name].replace("$$", "$") for name in names]


@given(st.lists(_VALUES.filter(bool).filter(_writable), min_size=1, max_size=30))
@settings(max_examples=15)
def test_compose_and_the_shell_read_alike(values: list[str]) -> None:
    """Whatever the value is, both get it, and our own reader too."""
    made = _plan(values)
    names = sorted(f"V{number}" for number in range(len(values)))
    wanted = [values[int(name[1:])] for name in names]
    with tempfile.TemporaryDirectory() as directory:
        for artifact in (*compose.emit(made), *dotenv.emit(made)):
            Path(directory, artifact.path).write_text(artifact.text, encoding="utf-8")
        assert [variable.value for variable in read(_text(made)).variables if variable.name in names] == wanted
        assert _by_the_shell(Path(directory, PATH), names) == wanted
        assert _by_compose(Path(directory), names) == wanted
    assert verify(made, {PATH: _text(made)}) == ()


@given(_VALUES)
def test_what_cannot_be_written_for_both_is_refused(value: str) -> None:
    """Only a backslash at the end, and a back quote beside a single quote."""
    assert _writable(value) != (value.endswith("\\") or ("'" in value and "`" in value))


@pytest.mark.parametrize("value", ["a\nb", "a\\", "it's `x`"])
def test_refusals(value: str) -> None:
    """Not silently something else."""
    with pytest.raises(ValueError, match="env file"):
        dotenv_value(value)


@pytest.mark.parametrize("name", sorted(PLANS))
def test_what_is_emitted_is_sound(name: str) -> None:
    """No findings; and a library has no such file."""
    made = PLANS[name]()
    assert verify(made, {PATH: _text(made)}) == ()
    assert dotenv.emit(library()) == ()


def test_the_commands_that_make_secrets_work(tmp_path: Path) -> None:
    """Run as they stand in the comments: the file is readable by everybody, its directory by its owner alone."""
    need("openssl", "apt-get install openssl")
    (tmp_path / ".env").write_text(_text(web()), encoding="utf-8")
    lines = [line for line in _text(web()).split("\n") if line.startswith("# Beside docker-compose.yml")]
    assert len(lines) == 3
    for line in lines:
        command = re.sub(r" \((?:then|the last).*", "", line.partition(": ")[2])
        subprocess.run(["sh", "-ec", command], cwd=tmp_path, input="geheim\n", text=True, check=True)
    made = {file.name: file for file in (tmp_path / "secrets").iterdir()}
    assert (tmp_path / "secrets").stat().st_mode & 0o777 == 0o700
    assert {name: file.stat().st_mode & 0o777 for name, file in made.items()} == {
        "db-password": 0o444,
        "stripe-key": 0o444,
    }
    assert made["stripe-key"].read_text() == "geheim\n"
    assert len(made["db-password"].read_text().strip()) == 64
    assert re.fullmatch(r"[0-9a-f]{48}", _by_the_shell(tmp_path / ".env", ["REDIS_PASSWORD"])[0])
    for artifact in compose.emit(web()):
        (tmp_path / artifact.path).write_text(artifact.text, encoding="utf-8")
    asked = subprocess.run(
        [need("docker-compose", "python3 tests/setup.py"), "config", "--format", "json"],
        cwd=tmp_path, env={"SESSION_KEY": "x"}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    services = json.loads(asked.stdout)["services"]
    (made_up,) = {services["redis"]["environment"]["REDIS_PASSWORD"]}
    assert services["api"]["environment"]["REDIS_URL"] == f"redis://:{made_up}@redis:6379/0"


@pytest.mark.parametrize("name", ["web", "job"])
def test_every_line_counts(name: str) -> None:
    """Whatever happens to any one line, some check objects."""
    made = PLANS[name]()
    lines = _text(made).split("\n")
    missed = []
    for number, line in enumerate(lines):
        for altered in (
            [],
            [f"{line}x"],
            [line[:-1]],
            [line.replace("e", "o", 1)],
            ["# nothing", line],
            [f"{line} "],
            [line, line],
        ):
            if (
                line
                and altered != [line]
                and not verify(made, {PATH: "\n".join([*lines[:number], *altered, *lines[number + 1 :]])})
            ):
                missed.append((line, altered))
    assert missed == []


@pytest.mark.parametrize(
    ("code", "old", "new"),
    [
        ("SC960", "HTTP_PORT=8080", "HTTP_PORT=8080 # the port"),
        ("SC960", "HTTP_PORT=8080", "HTTP_PORT=$PORT"),
        ("SC960", "HTTP_PORT=8080", "HTTP_PORT='8080\\'"),
        ("SC960", "HTTP_PORT=8080", "export HTTP_PORT=8080"),
        ("SC961", "HTTP_PORT=8080", "HTTP_PORT=8080\nHTTP_PORT=8081"),
        ("SC960", "HTTP_PORT=8080", 'HTTP_PORT="8`id`"'),
        ("SC961", "HTTP_PORT=8080", "HTTP_PORT=80"),
        ("SC961", "HTTP_PORT=8080", "OTHER_PORT=8080"),
        ("SC961", "# Required: base URL", "# Optional: base URL"),
        ("SC961", "Asked for by api, A-013", "Asked for by api"),
        ("SC962", "DB_PASSWORD_FILE=./secrets/db-password", "DB_PASSWORD_FILE=geheim"),
        ("SC962", "REDIS_PASSWORD=\n", "REDIS_PASSWORD=geheim\n"),
        ("SC961", "letters, digits and - . _ ~ only.", "anything."),
        ("SC962", "install -m 0444 /dev/stdin secrets/db-password", "install -m 0400 /dev/stdin secrets/db-password"),
    ],
)
def test_every_check_can_fail(code: str, old: str, new: str) -> None:
    """Each notices what it is there for."""
    made = web()
    text = _text(made)
    assert old in text
    assert code in {finding.code for finding in verify(made, {PATH: text.replace(old, new, 1)})}


def test_missing_and_superfluous_files_are_noticed() -> None:
    """The file is there exactly when something runs."""
    assert {f.code for f in verify(web(), {})} == {"SC961"}
    assert {f.code for f in verify(library(), {PATH: _text(PLANS["tool"]())})} == {"SC961"}


def test_a_purpose_cannot_leave_its_comment() -> None:
    """Line breaks become blanks."""
    made = web()
    hostile = replace(made, parameters=(replace(made.parameters[0], purpose="x\nEVIL=1"), *made.parameters[1:]))
    assert "\nEVIL" not in _text(hostile)


@pytest.mark.parametrize("text", ["A B=1\n", "A='x\n", "A=x y\n", " A=1\n", "A\n", 'A="$X"\n', "A=1 \n"])
def test_what_is_read_differently_is_refused(text: str) -> None:
    """By compose and a shell."""
    with pytest.raises(Unreadable):
        read(text)


def test_of_a_name_that_is_there_twice_the_last_line_counts() -> None:
    """As the example says of passwords that are appended; in the example itself it is a line that the plan does not have."""
    text = "A=1\nB='x'\nA=2\n"
    assert (
        {one.name: one.value for one in read(text).variables}
        == operators(text)
        == loosely(text)
        == {"A": "2", "B": "x"}
    )
    made = web()
    (first, *_) = read(_text(made)).variables
    doubled = f"{_text(made)}{first.name}={first.value}\n"
    assert {one.code for one in verify(made, {PATH: doubled})} == {"SC961"}


@pytest.mark.parametrize(("line", "value"), [
    ("KEY=abc # for the tests", "abc"),
    ("export KEY=abc#d", "abc#d"),
    ("KEY='a # b' # c", "a # b"),
    ('KEY = "a=b"', "a=b"),
    ("KEY=# nothing", ""),
    ("KEY='open", "open"),
])  # fmt: skip
def test_what_must_not_be_shown_is_found_in_any_file_of_values(line: str, value: str) -> None:
    """Without what is no part of it, else it would not be found where it is said."""
    assert loosely(line) == {"KEY": value}
