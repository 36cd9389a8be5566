"""What is wrong with a text that is no YAML, in words that help: ruamel.yaml speaks of tokens, people write lines."""

from __future__ import annotations

import re

from ruamel.yaml.error import MarkedYAMLError, StringMark

from speccompile.record import record

_ANYWHERE = "correct the indentation, quotes or brackets here or just before"


@record()
class Mistake:
    """Where it is (None: unknown), what was found there, what to do."""

    at: int | None
    problem: str
    fix: str


# What ruamel.yaml says (0.18), what it means, what to do, and whether the place is where it began (a bracket, a quote).
_MEANINGS = (
    (r"found character '\\t'", "a tab stands where the indentation is", "indent with spaces", False),
    (
        r"found character '(.)' that cannot start any token",
        "no text may begin with the character \\1",
        "put the text in quotes",
        False,
    ),
    (
        r"mapping values are not allowed here",
        "a colon makes this a key, and no key may stand here",
        "put the text in quotes if the colon belongs to it, or else correct the indentation",
        False,
    ),
    (
        r"sequence entries are not allowed here",
        "an entry of a list (-) may not stand here",
        "write the list on lines of its own, below its key",
        False,
    ),
    (
        r"could not find expected ':'",
        "this is neither a key with a colon nor a part of the text before it",
        "write `key: value`, or correct the indentation or the quotes before it",
        True,
    ),
    (
        r"(?:quoted scalar.*end of stream|unexpected document separator)",
        "a text in quotes begins here and does not end",
        "write the closing quote",
        True,
    ),
    (
        r"expected ',' or '(.)', but got '<(?:stream end|block end|document)",
        "the bracket that opens here is not closed",
        "write the closing \\1",
        True,
    ),
    (
        r"expected ',' or '(.)', but got",
        "a comma or the closing \\1 is expected here",
        "write a comma between entries",
        False,
    ),
    (
        r"expected <block end>, but found",
        "the line is indented unlike those that it belongs to",
        "indent it like its neighbours",
        False,
    ),
    (r"expected the node content", "a value is expected here", "write the value", False),
    (
        r"unknown escape character|expected escape sequence",
        "double quotes hold a backslash that means nothing",
        "write the text in single quotes, or the backslash twice",
        False,
    ),
)


def mistake(error: MarkedYAMLError) -> Mistake:
    """*error* for people."""
    said = " ".join(" ".join(filter(None, (error.context, error.problem))).split())
    here = _index(error.problem_mark)
    for pattern, problem, fix, from_start in _MEANINGS:
        found = re.search(pattern, said)
        if found:
            at = _index(error.context_mark) if from_start else here
            return Mistake(at if at is not None else here, found.expand(problem), found.expand(fix))
    return Mistake(here if here is not None else _index(error.context_mark), said or "cannot be read", _ANYWHERE)


def _index(mark: StringMark | None) -> int | None:
    return None if mark is None else int(mark.index)
