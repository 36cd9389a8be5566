"""A reader of ignore files, after moby's patternmatcher: which paths would be sent to the engine."""

from __future__ import annotations

import posixpath
import re
from functools import lru_cache
from operator import itemgetter
from typing import TypeAlias

from speccompile.record import record
from speccompile.regex import regex
from speccompile.wildcard import fits_pieces

Place: TypeAlias = "tuple[int, Pattern]"
_order = itemgetter(0)


@record()
class Pattern:
    """One pattern line; ``negated`` ones bring paths back."""

    text: str
    negated: bool
    line: int

    def matches(self, path: str) -> bool:
        """Whether the line matches *path* or a parent of it."""
        name = _name(self.text)
        if name is None:
            return bool(expression(self.text).fullmatch(path))
        return any(name.fits(_folded(part) if name.any_case else part) for part in path.split("/"))


@record()
class IgnoreFile:
    """The patterns of an ignore file, and its comment lines."""

    patterns: tuple[Pattern, ...]
    comments: tuple[tuple[int, str], ...]

    def sends(self, path: str) -> bool:
        """Whether *path* (of a file, relative to the context) is sent: the last pattern that matches it or a parent decides."""
        return Senders(self).sends(path)

    def ending(self) -> tuple[Pattern, ...]:
        """The patterns from the first on, but for the very first, that lets nothing in: what comes before them decides only of what none of them fits."""
        first = (at for at, one in enumerate(self.patterns) if at and not one.negated)
        return self.patterns[next(first, len(self.patterns)) :]


class Senders:
    """An ignore file that is asked about many paths.

    Patterns without a wildcard are looked up. Those of one name at any depth (``**/*.[kK][eE][yY]``) are asked once for each name that is
    part of a path, and only where the name's first or last character can fit; all others are tried as regular expressions.
    """

    def __init__(self, document: IgnoreFile) -> None:
        self._plain: dict[str, Place] = {}
        self._wild: list[Place] = []
        self._directories: dict[str, Place | None] = {}
        named: list[Place] = []
        for place in reversed(
            tuple(enumerate(document.patterns))
        ):  # the last one decides: who fits first need look no further
            plain, name = _plain(place[1].text), _name(place[1].text)
            if plain is not None:
                self._plain.setdefault(plain, place)
            elif name is not None:
                named.append(place)
            else:
                self._wild.append(place)
        self._of_names = tuple(named)
        self._names = _names(tuple(pattern.text for _, pattern in named))

    def sends(self, path: str) -> bool:
        """See ``IgnoreFile.sends``."""
        return self.decision(path) is not False

    def decision(self, path: str) -> bool | None:
        """Whether a pattern lets *path* in or bars it; None where none fits it."""
        decides = self._latest(path)
        last = decides[0] if decides else -1
        for at, pattern in self._wild:
            if at < last:
                break
            if pattern.matches(path):
                return pattern.negated
        return decides[1].negated if decides else None

    def _latest(self, path: str) -> Place | None:
        """The last pattern without a wildcard, or of one name, that *path* or a directory above it fits."""
        directory, _, name = path.rpartition("/")
        found = (self._above(directory) if directory else None, self._plain.get(path), self._named(name))
        return max(filter(None, found), key=_order, default=None)

    def _above(self, directory: str) -> Place | None:
        """The same of a directory, of which there are fewer than files."""
        if directory not in self._directories:
            self._directories[directory] = self._latest(directory)
        return self._directories[directory]

    def _named(self, part: str) -> Place | None:
        """The last pattern of one name that a part of a path fits."""
        first = self._names.first(part)
        return None if first is None else self._of_names[first]


class _Names:
    """Patterns of one name, and the first of them that a name fits, which is looked for once: many ignore files have the same ones."""

    def __init__(self, patterns: tuple[str, ...]) -> None:
        self._signed: dict[str, list[tuple[int, _Name]]] = {}
        self._known: dict[str, int | None] = {}
        for at, pattern in enumerate(patterns):
            name = _name(pattern)
            if name is not None:
                self._signed.setdefault(name.sign, []).append((at, name))

    def first(self, part: str) -> int | None:
        """Which of them *part* fits first; None where it fits none."""
        if part not in self._known:
            folded = _folded(part)
            found = [
                at
                for sign in (folded, f"{folded[:1]}*", f"*{folded[-1:]}", "*")
                for at, name in self._signed.get(sign, ())
                if name.fits(folded if name.any_case else part)
            ]
            self._known[part] = min(found, default=None)
        return self._known[part]


@lru_cache(maxsize=64)
def _names(patterns: tuple[str, ...]) -> _Names:
    return _Names(patterns)


@record()
class _Name:
    """What is between the asterisks of a pattern of one name, in small letters where it goes for any case; ``sign`` is the name
    that fits, or by which character one begins (`a*`) or ends (`*a`)."""

    pieces: tuple[str, ...]
    any_case: bool
    sign: str

    def fits(self, name: str) -> bool:
        """Whether *name* is the pieces with anything between them."""
        return fits_pieces(name, self.pieces)


def read(text: str) -> IgnoreFile:
    """The ignore file in *text*."""
    patterns: list[Pattern] = []
    comments: list[tuple[int, str]] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if line.startswith("#"):
            comments.append((number, line[1:].strip()))
            continue
        stripped = line.strip()
        if not stripped:
            continue
        negated = stripped.startswith("!")
        cleaned = posixpath.normpath(stripped[1:].strip() if negated else stripped).lstrip("/")
        patterns.append(Pattern(cleaned, negated, number))
    return IgnoreFile(tuple(patterns), tuple(comments))


def _folded(text: str) -> str:
    """*text* with ASCII's letters small: a class like ``[kK]`` names these two alone."""
    return text.lower() if text.isascii() else "".join(char.lower() if char.isascii() else char for char in text)


_WILDCARD, _ESCAPED, _LETTER = regex(r"(?<!\\)[*?\[]"), regex(r"\\(.)"), regex("[A-Za-z]")


@lru_cache(maxsize=1024)
def _plain(pattern: str) -> str | None:
    """The only path that *pattern* names; None when it has wildcards."""
    if _WILDCARD.search(pattern):
        return None
    return _ESCAPED.sub(r"\1", pattern)


_BOTH_CASES = regex(r"\[([a-z])([A-Z])\]")
_SPECIAL = regex(r"[?\[\]\\/]|\*\*")


@lru_cache(maxsize=1024)
def _name(pattern: str) -> _Name | None:
    """*pattern* as one of a name at any depth; None where it says more than letters and asterisks."""
    if not pattern.startswith("**/"):
        return None
    written = pattern[3:]
    simple = _BOTH_CASES.sub(lambda found: found[1] if found[1] == found[2].lower() else found[0], written)
    any_case = simple != written
    letters = _BOTH_CASES.sub("", written)
    if _SPECIAL.search(simple) or (any_case and _LETTER.search(letters)):
        return None
    pieces = tuple(simple.split("*"))
    begins, ends = _folded(pieces[0]), _folded(pieces[-1])
    if len(pieces) == 1:
        return _Name(pieces, any_case, begins)
    return _Name(pieces, any_case, f"{begins[0]}*" if begins else f"*{ends[-1:]}")


@lru_cache(maxsize=1024)
def expression(pattern: str) -> re.Pattern[str]:
    """What a path that *pattern* matches, or that lies below such a one, is."""
    return re.compile(f"(?:{_translated(pattern)})(?:/(?s:.*))?")


def _translated(pattern: str) -> str:
    """A pattern of Go's filepath.Match with ``**``, as a regular expression."""
    out, position = "", 0
    while position < len(pattern):
        char = pattern[position]
        if pattern.startswith("**", position):
            position += 2
            if pattern.startswith("/", position):
                position += 1
                out += "(?:.*/)?"
            else:
                out += ".*"
            continue
        if char == "*":
            out += "[^/]*"
        elif char == "?":
            out += "[^/]"
        elif char == "\\" and position + 1 < len(pattern):
            position += 1
            out += re.escape(pattern[position])
        elif char == "[" and (end := pattern.find("]", position + 2)) > 0:
            # Python keeps some doubled characters for sets within sets, and warns of them.
            body = re.sub(r"[\\\[&|~]", r"\\\g<0>", pattern[position + 1 : end])
            out += f"[{body}]"
            position = end
        else:
            out += re.escape(char)
        position += 1
    return out
