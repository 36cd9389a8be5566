"""Phrases that readers look for: regular expressions over text in lower case, compiled when they are first looked for, if ever."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cached_property


class Phrase:
    """A regular expression in ``source``, over text in lower case."""

    def __init__(self, source: str) -> None:
        self.source = source

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(self.source)

    def search(self, text: str, start: int = 0) -> re.Match[str] | None:
        """The first occurrence in *text* from *start* on."""
        return self._compiled.search(text, start)

    def match(self, text: str, start: int = 0) -> re.Match[str] | None:
        """The occurrence that begins at *start*."""
        return self._compiled.match(text, start)

    def fullmatch(self, text: str) -> re.Match[str] | None:
        """The occurrence that is all of *text*."""
        return self._compiled.fullmatch(text)

    def finditer(self, text: str, start: int = 0) -> Iterator[re.Match[str]]:
        """All occurrences in *text* from *start* on."""
        return self._compiled.finditer(text, start)

    def sub(self, replacement: str | Callable[[re.Match[str]], str], text: str) -> str:
        """*text* with *replacement* for each occurrence."""
        return self._compiled.sub(replacement, text)

    def __or__(self, other: Phrase) -> Phrase:
        """Either of the two."""
        return Phrase(f"{self.source}|{other.source}")


def words(*alternatives: str) -> Phrase:
    """What finds any of *alternatives* as whole words.

    A space in one stands for any run of spaces, hyphens or underscores, a space with a question mark for one of them or none.
    """
    spaced = (a.replace(" ?", r"[\s_-]?").replace(" ", r"[\s_-]+") for a in alternatives)
    return Phrase(r"\b(?:" + "|".join(spaced) + r")\b")
