"""Escaping for Dockerfiles (Dockerfile reference, syntax 1)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence

from speccompile.backends.escape.shell import quoted
from speccompile.backends.escape.text import LINE_BREAKS, Text, one_line
from speccompile.plan.image import SECRETS, FromSecret, Glob, Word
from speccompile.regex import regex


class DockerText(Text):
    """Part of a Dockerfile (Dockerfile reference, syntax 1)."""

    __slots__ = ()


_VARIABLE = regex(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_DOCKER_PLAIN = regex(r"[A-Za-z0-9_./:@%+,=~-]+\Z")


def docker_comment(text: str) -> DockerText:
    """A comment's text. A trailing backslash would continue nothing, but no comment may look like a directive."""
    return DockerText(one_line(text))


def docker_plain(word: str) -> DockerText:
    """A word that needs no quoting in a Dockerfile (stage and image names, paths of our own, numbers)."""
    if not _DOCKER_PLAIN.match(word):
        raise ValueError(f"not a plain Dockerfile word: {word!r}")
    return DockerText(word)


def docker_paths(paths: Sequence[str]) -> DockerText:
    """Sources and target of COPY: plain words, or the JSON form when one of them needs it.

    BuildKit takes variables and quotes out of the words of the JSON form too, so ``$`` and quotes are escaped; what would
    match several files (``*?[``) and a backslash are refused.
    """
    for path in paths:
        if LINE_BREAKS.search(path) or re.search(r"[*?\[\\]", path):
            raise ValueError(f"COPY cannot name this path literally: {path!r}")
    if all(_DOCKER_PLAIN.match(path) and not path.startswith("-") for path in paths):
        return DockerText(" ".join(paths))
    return DockerText(json.dumps([re.sub(r"([$'\"])", r"\\\1", path) for path in paths], ensure_ascii=False))


def docker_env(value: str) -> DockerText:
    """The value of an ENV pair: as it is where that is unambiguous, else in double quotes."""
    return DockerText(value) if _DOCKER_PLAIN.match(value) else docker_value(value)


def docker_value(value: str) -> DockerText:
    """The value of an ENV or LABEL pair, in double quotes; backslash, quote and dollar are escaped."""
    if LINE_BREAKS.search(value):
        raise ValueError(f"a control character cannot stand in ENV or LABEL: {value!r}")
    return DockerText('"' + re.sub(r'(["\\$])', r"\\\1", value) + '"')


def docker_exec(argv: Iterable[str]) -> DockerText:
    """An argument vector in exec form (a JSON array; Docker expands nothing in it)."""
    return DockerText(json.dumps(list(argv), ensure_ascii=False))


def docker_shell(words: Iterable[Word]) -> DockerText:
    """A command for RUN: every word is quoted for /bin/sh; RUN passes dollars and quotes on to the shell untouched."""
    return DockerText(" ".join(_word(word) for word in words))


def _word(word: Word) -> str:
    match word:
        case Glob():
            return word.pattern
        case FromSecret():
            if not _VARIABLE.match(word.name):
                raise ValueError(f"not the name of a variable: {word.name!r}")
            return f'{word.name}="$(cat {SECRETS}/{word.name})"'
        case _:
            return quoted(word)
