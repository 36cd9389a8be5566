"""Dafny: ``dafny verify`` on all specifications at once (Dafny 4).

What it says is written down after the form of its releases 4.x, not captured from a run: the tests have no Dafny. A specification that assumes what it should
prove, or takes a part out of verification, proves nothing, whatever is counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from speccompile import regular
from speccompile.evidence.proof import Proof
from speccompile.evidence.running import Bench, endings, tail_of, tried, version
from speccompile.images.commands import Command
from speccompile.regex import regex

_SUM = regex(
    r"^Dafny program verifier finished with (?P<verified>\d{1,9}) verified, (?P<errors>\d{1,9}) errors?(?P<rest>.*)$",
    re.MULTILINE,
)
_ERROR = regex(r"^(?P<what>\S.*\(\d+,\d+\): Error: .*)$", re.MULTILINE)
_COMMENT = regex(r"//[^\n]*|/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"", re.DOTALL)
_HOLE = regex(r"\bassume\b|\{:verify\s+false\}")
_MOST_ERRORS = 20


def prove(bench: Bench, root: Path, files: Sequence[str]) -> tuple[Proof, ...]:
    """See ``provers``."""
    command = ("dafny", "verify", *files)
    trial = tried(bench, Command(command), root)
    said = f"{trial.outcome.output}\n{trial.outcome.errors}"
    sums = list(_SUM.finditer(said))
    problems = (*endings(trial, bench.seconds), *_problems(said, trial.outcome.code, sums), *_holes(root, files))
    return (
        Proof(
            runner="dafny verify",
            version=version(bench, ("dafny", "--version"), root),
            command=command,
            subjects=tuple(files),
            status=trial.outcome.code,
            done=sum(int(one["verified"]) for one in sums),
            errors=sum(int(one["errors"]) for one in sums),
            problems=problems,
            lines=() if trial.outcome.ok and not problems else tail_of(trial),
        ),
    )


def _problems(said: str, code: int, sums: Sequence[re.Match[str]]) -> Iterator[str]:
    errors = [found["what"] for found in _ERROR.finditer(said)]
    yield from errors[:_MOST_ERRORS]
    if not sums and not errors:
        yield "it did not say how many it verified"
    for one in sums:
        if one["rest"].strip(" ,"):
            yield f"not everything was decided: {one['rest'].strip(' ,')}"
        if code and one["errors"] == "0":
            yield f"it counted no errors, and ended with {code}"


def _holes(root: Path, files: Sequence[str]) -> Iterator[str]:
    """Where a specification takes for granted what it should prove."""
    for file in files:
        try:
            text = regular.read(root / file).decode("utf-8", "replace")
        except OSError:
            continue
        plain = _COMMENT.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)
        for found in _HOLE.finditer(plain):
            yield f"{file}:{plain.count(chr(10), 0, found.start()) + 1} takes for granted what it should prove: {found[0]}"
