"""A reader of ignore files, after moby's patternmatcher: which paths would be sent to the engine."""

from __future__ import annotations

import posixpath
import re

from speccompile.record import record


@record()
class Pattern:
    """One pattern line; ``negated`` ones bring paths back. ``regex`` matches a path when the line matches it or a parent."""

    text: str
    negated: bool
    line: int
    regex: re.Pattern[str]


@record()
class IgnoreFile:
    """The patterns of an ignore file, and its comment lines."""

    patterns: tuple[Pattern, ...]
    comments: tuple[tuple[int, str], ...]

    def sends(self, path: str) -> bool:
        """Whether *path* (of a file, relative to the context) is sent: the last pattern that matches it or a parent decides."""
        return Senders(self).sends(path)


class Senders:
    """An ignore file that is asked about many paths: patterns without a wildcard are looked up, the others tried."""

    def __init__(self, document: IgnoreFile) -> None:
        self._plain: dict[str, list[tuple[int, Pattern]]] = {}
        self._wild: list[tuple[int, Pattern]] = []
        for place in enumerate(document.patterns):
            plain = _plain(place[1].text)
            if plain is None:
                self._wild.append(place)
            else:
                self._plain.setdefault(plain, []).append(place)

    def sends(self, path: str) -> bool:
        """See ``IgnoreFile.sends``."""
        parts = path.split("/")
        named = (self._plain.get("/".join(parts[:count]), ()) for count in range(1, len(parts) + 1))
        tried = ((number, one) for number, one in self._wild if one.regex.fullmatch(path))
        last = max(((number, one.negated) for found in (*named, tried) for number, one in found), default=(0, True))
        return last[1]


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
        patterns.append(Pattern(cleaned, negated, number, re.compile(f"(?:{_regex(cleaned)})(?:/(?s:.*))?")))
    return IgnoreFile(tuple(patterns), tuple(comments))


def _plain(pattern: str) -> str | None:
    """The only path that *pattern* names; None when it has wildcards."""
    if re.search(r"(?<!\\)[*?\[]", pattern):
        return None
    return re.sub(r"\\(.)", r"\1", pattern)


def _regex(pattern: str) -> str:
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
            body = pattern[position + 1 : end].replace("\\", "\\\\")
            out += f"[{body}]"
            position = end
        else:
            out += re.escape(char)
        position += 1
    return out
