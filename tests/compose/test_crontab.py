"""The crontab: emitted, run by a real shell, and read back."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compose_plans import job, library, web
from speccompile.backends import crontab
from speccompile.backends.escape.crontab import crontab_command, crontab_schedule
from speccompile.plan.image import Base
from speccompile.plan.plan import Plan
from speccompile.verify.crontab import PATH, verify
from speccompile.verify.readers.crontab import Unreadable, read
from tools import need


def _text(made: Plan) -> str:
    (artifact,) = crontab.emit(made)
    return artifact.text


def _commands() -> list[str]:
    return [entry.command for entry in read(_text(job())).entries]


def test_what_is_emitted_is_sound() -> None:
    """No findings, two jobs."""
    assert verify(job(), {PATH: _text(job())}) == ()
    assert [entry.fields for entry in read(_text(job())).entries] == ["0 3 * * *", "*/15 * * * 1-5"]


def _without_flock() -> Plan:
    """The jobs in images that have no flock."""
    made = job()
    small = Base(reference="node:22-alpine", origin=made.origin)
    bare = [
        replace(one, image=replace(one.image, stages=(replace(one.image.stages[-1], base=small),)))
        for one in made.services
    ]
    return replace(made, services=tuple(bare))


def test_an_exclusive_job_is_named_where_it_cannot_lock() -> None:
    """So that the engine refuses a second container of that name; a job with a lock of its own needs no name that may be taken."""
    export, tidy = _commands()
    assert export.endswith("docker compose run --rm --no-TTY export")
    assert tidy.endswith("docker compose run --rm --no-TTY tidy")
    bare = _without_flock()
    export, tidy = (entry.command for entry in read(_text(bare)).entries)
    assert export.endswith("docker compose run --rm --no-TTY --name bank-export export")
    assert tidy.endswith("docker compose run --rm --no-TTY tidy")
    assert verify(bare, {PATH: _text(bare)}) == ()
    assert {f.code for f in verify(bare, {PATH: _text(job())})} == {"SC966"}


def _docker(directory: Path) -> Path:
    """A program called docker that says how it was called and where, once a file lets it."""
    binary = directory / "bin"
    binary.mkdir()
    program = binary / "docker"
    program.write_text('#!/bin/sh\necho "$PWD $*"\nwhile [ -e wait ]; do sleep 0.05; done\n')
    program.chmod(0o755)
    return binary


def _run(command: str, directory: Path, binary: Path) -> subprocess.Popen[str]:
    environment = {"PATH": f"{binary}:/usr/bin:/bin", "DEPLOY_DIR": str(directory)}
    return subprocess.Popen(
        ["/bin/sh", "-c", command], env=environment, cwd="/", stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def test_a_run_is_not_joined_by_another(tmp_path: Path) -> None:
    """The second one ends at once; another job is not kept from running; afterwards it runs again."""
    need("flock", "apt-get install util-linux")
    binary = _docker(tmp_path)
    export, tidy = _commands()
    (tmp_path / "wait").touch()
    first = _run(export, tmp_path, binary)
    assert first.stdout is not None
    assert first.stdout.readline() == f"{tmp_path} compose run --rm --no-TTY export\n"
    second = _run(export, tmp_path, binary)
    assert second.communicate(timeout=20) == ("", "")
    assert second.returncode == 1
    other = _run(tidy, tmp_path, binary)
    assert other.stdout is not None
    assert "tidy" in other.stdout.readline()
    (tmp_path / "wait").unlink()
    assert (first.wait(20), other.wait(20)) == (0, 0)
    third = _run(export, tmp_path, binary)
    assert "export" in third.communicate(timeout=20)[0]
    for process in (first, other):
        process.communicate()


def test_without_a_directory_nothing_runs(tmp_path: Path) -> None:
    """An empty DEPLOY_DIR is an error, not the home directory."""
    done = subprocess.run(
        ["/bin/sh", "-c", _commands()[0]],
        env={"PATH": f"{_docker(tmp_path)}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode != 0, done.stdout) == (True, "")
    assert "DEPLOY_DIR" in done.stderr


@pytest.mark.parametrize("output", ["generated", ".", "out put/it's", "../../generated/bank"])
def test_the_command_that_installs_works(output: str, tmp_path: Path) -> None:
    """As it stands in the comment: cron gets the directory and then the file."""
    made = replace(job(), layout=replace(job().layout, output=output))
    text = _text(made)
    assert verify(made, {PATH: text}) == ()
    project = tmp_path / "a" / "b" / "project"
    project.mkdir(parents=True)
    (project / output).mkdir(parents=True, exist_ok=True)
    (project / output / "crontab").write_text(text)
    (command,) = [
        line.removeprefix("# ").replace("| crontab -", "") for line in text.split("\n") if "| crontab -" in line
    ]
    done = subprocess.run(["/bin/sh", "-c", command], cwd=project, capture_output=True, text=True, check=True)
    first, _, rest = done.stdout.partition("\n")
    assert rest == text
    assert Path(first.removeprefix("DEPLOY_DIR=")).resolve() == (project / output).resolve()


@pytest.mark.parametrize("how", ["deleted", "more", "less", "other", "comment", "blank", "twice"])
def test_every_line_counts(how: str) -> None:
    """Whatever happens to any one line, some check objects."""
    lines = _text(job()).split("\n")
    missed = []
    for number, line in enumerate(lines):
        altered = {
            "deleted": [], "more": [f"{line}x"], "less": [line[:-1]], "other": [line.replace("e", "o", 1)],
            "comment": ["# nothing", line], "blank": [f"{line} "], "twice": [line, line],
        }[how]  # fmt: skip
        if (
            line
            and altered != [line]
            and not verify(job(), {PATH: "\n".join([*lines[:number], *altered, *lines[number + 1 :]])})
        ):
            missed.append(line)
    assert missed == []


@pytest.mark.parametrize(
    ("code", "old", "new"),
    [
        ("SC965", "0 3 * * *", "0 25 * * *"),
        ("SC965", "0 3 * * *", "@daily"),
        ("SC965", "*/15 * * * 1-5", "*/15 * * * 5-1"),
        ("SC966", "0 3 * * *", "0 4 * * *"),
        ("SC966", "PATH=/usr/local/sbin:", "PATH=.:"),
        ("SC967", "flock --nonblock .export.lock ", ""),
        ("SC967", " --rm", ""),
        ("SC967", '"${DEPLOY_DIR:?}" &&', '"$DEPLOY_DIR";'),
        ("SC967", "--no-TTY export", "--no-TTY export % x"),
        ("SC967", "--no-TTY export", "--no-TTY 'export"),
    ],
)
def test_every_check_can_fail(code: str, old: str, new: str) -> None:
    """Each notices what it is there for."""
    text = _text(job())
    assert old in text
    assert code in {finding.code for finding in verify(job(), {PATH: text.replace(old, new, 1)})}


def test_missing_and_superfluous_files_are_noticed() -> None:
    """A crontab is there exactly when a job has a schedule."""
    assert {f.code for f in verify(job(), {})} == {"SC966"}
    assert {f.code for f in verify(web(), {PATH: _text(job())})} >= {"SC966"}
    assert verify(library(), {}) == ()


@given(
    st.lists(
        st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1, max_size=20),
        min_size=1,
        max_size=4,
    )
)
def test_words_survive_cron_and_the_shell(words: list[str]) -> None:
    """cron takes the percent signs' backslashes out, the shell the quotes."""
    command = crontab_command(["printf", "%s\\0", *words])
    (entry,) = read(f"0 0 * * * {command}\n").entries
    assert entry.stdin is None
    done = subprocess.run(["/bin/sh", "-c", entry.command], capture_output=True, text=True, check=True)
    assert done.stdout.split("\0")[:-1] == words


@pytest.mark.parametrize("fields", ["* * * *", "* * * * * root", "@daily", "* * * * *\nx", "* * * * $x", ""])
def test_a_schedule_cannot_leave_its_fields(fields: str) -> None:
    """Five fields and nothing else."""
    with pytest.raises(ValueError, match="five"):
        crontab_schedule(fields)


@pytest.mark.parametrize(
    "text",
    ["0 3 * * *\n", "x\n", "0 3 * * * a", "60 * * * * a\n", "0 3 * * * a \n", "*/0 * * * * a\n", "1- * * * * a\n"],
)
def test_what_cron_refuses_is_refused(text: str) -> None:
    """Fields out of range, no command, no line feed at the end."""
    with pytest.raises(Unreadable):
        read(text)
