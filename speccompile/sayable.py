"""Which lines of a ``.gitignore`` an ignore file of an engine can say too, and in which words."""

from __future__ import annotations

import re

from speccompile.regex import regex

# What git reads as one (gitignore(5), fnmatch(3)); of classes of characters only those that every engine's expressions have, too.
_PART = regex(
    r"\\(?P<escaped>.)|\[(?P<other>[!^]?)(?P<class>[\w.-]+)\]|(?P<meant>[+(){}|^$\]])|(?P<refused>[\[\\])|.", re.ASCII
)
_NO_LINE = regex(r"[\x00-\x1f\x7f\x85\u2028\u2029\ud800-\udfff\ue000-\uf8ff]")


def is_line(text: str) -> bool:
    """Whether *text* can stand on a line of an ignore file: engines take the space around it away."""
    return text == text.strip() and not _NO_LINE.search(text)


def pattern_of(line: str) -> str:
    """The pattern of a line, without what says that it brings back, and without the space after it; "" where there is none."""
    return "" if line.startswith("#") else re.sub(r"(?<!\\)[ \t]+\Z", "", line.removeprefix("!"))


def is_sayable(line: str, base: str) -> bool:
    """Whether an ignore file can say what *line* of the ``.gitignore`` in the directory *base* means to git; what means nothing to it is
    said by saying nothing."""
    text = pattern_of(line)
    if _means_nothing(text.strip("/")):
        return True
    return not _NO_LINE.search(text) and is_line(base) and in_other_words(text.strip("/")) is not None


def in_other_words(text: str) -> str | None:
    """git's pattern *text* as an ignore file has it; None where it matches nothing, or an ignore file cannot say it.

    Engines make regular expressions of patterns, and not all escape what means something there (``{``, a backslash before a letter): one
    that does not compile would end the build.
    """
    parts = tuple(_PART.finditer(text))
    if not text or any(part["refused"] or (part["class"] and not _is_class(part["class"])) for part in parts):
        return None
    pattern = "".join(map(_part, parts))
    return pattern if pattern == pattern.strip() else None


def _means_nothing(text: str) -> bool:
    """Whether git matches nothing by *text*: it is empty, or has a class that does not end or whose range leads downwards, or ends with a
    backslash."""
    if not text:
        return True
    for part in _PART.finditer(text):
        endless = part["refused"] == "[" and "]" not in text[part.end() + 1 :]
        if part["refused"] == "\\" or endless or (part["class"] and not _is_class(part["class"])):
            return True
    return False


def _is_class(inside: str) -> bool:
    """Whether its ranges lead upwards."""
    try:
        return re.compile(f"[{inside}]") is not None
    except re.error:
        return False


def _part(part: re.Match[str]) -> str:
    if part["class"]:
        return f"[{'^' if part['other'] else ''}{part['class']}]"
    if part["escaped"]:
        return part["escaped"] if part["escaped"].isalnum() or not part["escaped"].isascii() else f"\\{part['escaped']}"
    return f"\\{part[0]}" if part["meant"] else part[0]
