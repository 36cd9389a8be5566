"""A reader of Dockerfiles, after the Dockerfile reference (syntax 1): what BuildKit would see."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from speccompile.diagnostics import quoted
from speccompile.record import record
from speccompile.regex import regex

_WORD = regex(r"(\w+)(?:\s+|$)(.*)", re.DOTALL)
_KEYWORDS = frozenset((
    "ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "MAINTAINER", "ONBUILD", "RUN", "SHELL",
    "STOPSIGNAL", "USER", "VOLUME", "WORKDIR",
))  # fmt: skip
_FLAG = regex(r"--([a-z][a-z-]*)=(\S+)\s+")


class Unreadable(ValueError):
    """The text is not a Dockerfile; ``line`` counts from 1."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


@record()
class Instruction:
    """One instruction: its keyword in capitals, its flags in order, the rest with line continuations taken out."""

    keyword: str
    flags: tuple[tuple[str, str], ...]
    rest: str
    line: int
    last_line: int

    @property
    def json(self) -> tuple[str, ...] | None:
        """The rest as a JSON array of strings (exec form); None when it is not one."""
        try:
            value = json.loads(self.rest)
        except ValueError:
            return None
        return tuple(value) if isinstance(value, list) and all(isinstance(item, str) for item in value) else None

    def values(self, name: str) -> tuple[str, ...]:
        """The values of the flag *name*."""
        return tuple(value for flag, value in self.flags if flag == name)


@record()
class Dockerfile:
    """A Dockerfile: its comment lines (with their line numbers, without ``#``), and its instructions."""

    comments: tuple[tuple[int, str], ...]
    instructions: tuple[Instruction, ...]

    def stages(self) -> tuple[tuple[Instruction, ...], ...]:
        """The instructions by stage; each begins with its FROM."""
        starts = [n for n, i in enumerate(self.instructions) if i.keyword == "FROM"]
        return tuple(self.instructions[a:b] for a, b in zip(starts, [*starts[1:], None], strict=True))


@lru_cache(maxsize=32)
def read(text: str) -> Dockerfile:
    """The Dockerfile in *text*; raises ``Unreadable``."""
    comments: list[tuple[int, str]] = []
    instructions: list[Instruction] = []
    pending, start = "", 0
    lines = text.split("\n")
    for number, line in enumerate(lines, start=1):
        stripped = line.strip()
        if stripped.startswith("#"):
            comments.append((number, stripped[1:].strip()))
            continue
        if not stripped:
            if pending and number < len(lines):
                raise Unreadable(number, "an empty line inside an instruction")
            continue
        start = start if pending else number
        if line.rstrip().endswith("\\"):
            pending += line.rstrip()[:-1] + "\n"
            continue
        instructions.append(_instruction(pending + line, start, number))
        pending = ""
    if pending:
        raise Unreadable(len(lines), "the last instruction is not finished")
    if not instructions or next((i.keyword for i in instructions if i.keyword != "ARG"), "") != "FROM":
        raise Unreadable(1, "the first instruction is not FROM")
    return Dockerfile(tuple(comments), tuple(instructions))


def _instruction(text: str, start: int, end: int) -> Instruction:
    match = _WORD.match(text.strip())
    if not match or match[1].upper() not in _KEYWORDS:
        raise Unreadable(start, f"no instruction: {quoted(text.strip()[:40])}")
    rest, flags = match[2], []
    while flag := _FLAG.match(rest):
        flags.append((flag[1], flag[2]))
        rest = rest[flag.end() :]
    return Instruction(match[1].upper(), tuple(flags), rest.strip(), start, end)


def pairs(instruction: Instruction) -> tuple[tuple[str, str], ...]:
    """The names and values of ENV, LABEL or ARG in the ``name=value`` form, quotes and escapes taken out."""
    return tuple(
        (name, value) for name, _, value in (word.partition("=") for word in words(instruction.rest, instruction.line))
    )


def words(text: str, line: int) -> tuple[str, ...]:
    """Words as the Dockerfile front end splits them: separated by white space; quotes group; a backslash escapes."""
    return tuple(_words(text, line, str.isspace))


def _unquoted(text: str, line: int) -> str:
    """One word, spaces included."""
    return "".join(_words(text, line, lambda _: False))


def _words(text: str, line: int, separates: Callable[[str], bool]) -> Iterator[str]:
    word, inside, quote = "", False, ""
    characters = iter(text)
    for char in characters:
        if char == "\\" and quote != "'":
            escaped = next(characters, "")
            word, inside = word + ("\\" if quote and escaped not in '"$\\' else "") + escaped, True
        elif quote:
            word, quote = (word, "") if char == quote else (word + char, quote)
        elif char in "\"'":
            quote, inside = char, True
        elif separates(char):
            if inside:
                yield word
            word, inside = "", False
        else:
            word, inside = word + char, True
    if quote:
        raise Unreadable(line, f"a quote {quote} is not closed")
    if inside:
        yield word


def paths(instruction: Instruction) -> tuple[str, ...]:
    """Sources and target of COPY, from either form; quotes and escapes are taken out of the JSON form's words, too."""
    listed = instruction.json
    if listed is not None:
        return tuple(_unquoted(path, instruction.line) for path in listed)
    return words(instruction.rest, instruction.line)
