"""serve.sh: what is generated is accepted, and any line that is altered is noticed; shells read it without complaint."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from projects import PHP_WEB, compiled, manifest
from speccompile.pipeline import Compilation
from speccompile.verify import serve as verifier
from tools import need


@pytest.fixture(scope="module")
def made() -> Compilation:
    """Pages of PHP behind nginx."""
    return compiled(PHP_WEB, manifest("web-service"))


def script(made: Compilation) -> str:
    """The script that starts them."""
    return next(one.text for one in made.artifacts if one.path == "serve.sh")


def test_it_is_what_the_plan_says(made: Compilation) -> None:
    """Where pages are, the port, and as many processes as the memory is enough for."""
    assert verifier.verify(made.plan, {"serve.sh": script(made)}) == ()
    assert script(made).split("\n")[8:14] == [
        "ROOT=/app/public", "ROUTED=true", "CLOSED=false", "LISTEN=8080", "DRAIN=9", "CHILDREN=9",
    ]  # fmt: skip


def test_any_altered_line_is_noticed(made: Compilation) -> None:
    """Delete, repeat, extend or comment out any one line, or take the whole away: SC926."""
    lines = script(made).split("\n")
    missed = []
    for number, line in enumerate(lines):
        changes: tuple[list[str], ...] = ([], [line, line], [f"{line} "], [f"# {line}"], [line, ""], ["exec sh"])
        for change in changes:
            changed = "\n".join([*lines[:number], *change, *lines[number + 1 :]])
            found = {one.code for one in verifier.verify(made.plan, {"serve.sh": changed})}
            if changed != "\n".join(lines) and found != {"SC926"}:
                missed.append((number + 1, change))
    assert missed == []
    assert [one.code for one in verifier.verify(made.plan, {})] == ["SC926"]


def test_every_line_has_an_origin(made: Compilation) -> None:
    """The ports, the grace period and the memory are cited by their own lines."""
    artifact = next(one for one in made.artifacts if one.path == "serve.sh")
    lines = artifact.text.split("\n")
    assert all(artifact.origins.get(number) for number, line in enumerate(lines, 1) if line)
    rules = {
        line.partition("=")[0]: artifact.origins[number][0].rules
        for number, line in enumerate(lines, 1)
        if line[:1].isupper() and "=" in line
    }
    assert "SC310" in rules["LISTEN"]
    assert rules["ROOT"] != rules["LISTEN"]


def test_shellcheck_has_nothing_to_say(made: Compilation, tmp_path: Path) -> None:
    """In bash, which it names."""
    path = tmp_path / "serve.sh"
    path.write_text(script(made), "utf-8")
    done = subprocess.run(
        [need("shellcheck", "apt-get install shellcheck"), str(path)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "")
