"""Shell scripts of ours: the constants at their top, and what they load or make up and then run."""

from __future__ import annotations

import re
import shlex

from speccompile.regex import regex
from speccompile.verify.readers.source import SourceModule, Unreadable

# PATH would be where the shell looks for programs; so the constants have a name in front.
_CONSTANT = regex(r"ASK_([A-Z]+)=(.*)\Z")
_LOADS = regex(r"(?:\A|[;&|{(]|\bthen|\bdo|\belse)\s*((?:\.|source|eval|exec)\s+\S+)")


def read(text: str) -> SourceModule:
    """The constants (their names without ``ASK_``), and as imports what ``.``, ``eval`` and ``exec`` are given. Raises
    ``Unreadable`` where a quote does not end."""
    try:
        shlex.split(text, comments=True)
    except ValueError as problem:
        raise Unreadable(1, f"the shell cannot read this: {problem}") from None
    constants: dict[str, tuple[int, object]] = {}
    loads: list[tuple[int, str]] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if line.lstrip().startswith("#"):
            continue
        loads += [(number, match[1]) for match in _LOADS.finditer(line)]
        found = _CONSTANT.match(line)
        if found:
            constants[found[1]] = (number, _value(found[2]) if found[1] not in constants else None)
    return SourceModule(constants, tuple(loads))


def _value(text: str) -> object:
    """A word, written in the one way that ``shlex.quote`` has for it, as what it stands for; None for anything else."""
    try:
        words = shlex.split(text)
    except ValueError:
        return None
    if len(words) != 1 or shlex.quote(words[0]) != text:
        return None
    if text in ("true", "false"):
        return text == "true"
    return int(text) if re.fullmatch(r"[0-9]+", text) else words[0]
