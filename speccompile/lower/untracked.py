"""What git does not track, in the words of an ignore file: from the ``.gitignore`` files of the tree."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator

from speccompile.plan.image import Untracked
from speccompile.provenance import Cause, Origin, because
from speccompile.source import Span
from speccompile.stacks.steps import CODE

# Never sent whatever git says, or none of an ignore file's business.
_ALREADY = frozenset((
    "node_modules", ".git", ".venv", "venv", "__pycache__", "*.pyc", "*.log", ".cache", ".DS_Store", ".env", ".env.*",
))  # fmt: skip
_MAGIC = re.compile(r"[*?\[\\]")
_MEANT = re.compile(r"([*?\[\\+(){}|^$\]])")
# What git reads as one (gitignore(5), fnmatch(3)); of classes of characters only those that every engine's expressions have, too.
_PART = re.compile(
    r"\\(?P<escaped>.)|\[(?P<other>[!^]?)(?P<class>[\w.-]+)\]|(?P<meant>[+(){}|^$\]])|(?P<refused>[\[\\])|.", re.ASCII
)
_NO_LINE = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029\ud800-\udfff\ue000-\uf8ff]")


def untracked(ignored: Iterable[tuple[str, int, str]], project: str, copied: tuple[str, ...]) -> tuple[Untracked, ...]:
    """The patterns for the lines *ignored*: of each the ``.gitignore`` that it is in, its number, its text. The project is at *project* in
    the context; *copied* are the directories that are sent, as seen from the context."""
    found: list[Untracked] = []
    for path, number, line in ignored:
        base = posixpath.join(project, posixpath.dirname(path)).strip("/")
        found += _of_line(line, base, copied, because(CODE, Cause(Span(path, number, 1))))
    kept: dict[str, Untracked] = {}
    for one in found:  # the last word on a pattern counts, where it stands
        kept.pop(one.pattern, None)
        kept[one.pattern] = one
    return tuple(kept.values())


def _of_line(line: str, base: str, copied: tuple[str, ...], origin: Origin) -> Iterator[Untracked]:
    tracked = line.startswith("!")
    text = re.sub(r"(?<!\\)[ \t]+\Z", "", line.removeprefix("!"))
    if not text or line.startswith("#") or _NO_LINE.search(text) or text.strip("/") in _ALREADY:
        return
    whole, rooted = text.endswith("/"), "/" in text.rstrip("/")
    said = _in_other_words(text.strip("/"))
    if said is None:
        return
    pattern = said + ("/**" if whole and not tracked else "")
    if rooted:
        if _touches(posixpath.join(base, pattern), copied, tracked=tracked):
            yield from _lines(base, pattern, origin, tracked=tracked)
    elif tracked:  # brought back is nothing but what would be sent without any of this
        for one in copied:
            if f"{one}/".startswith(f"{base}/") or not base:
                yield from _lines(one, f"**/{pattern}", origin, tracked=True)
    elif any(_overlap(base, one) for one in copied):
        yield from _lines(base, f"**/{pattern}", origin, tracked=False)


def _lines(base: str, pattern: str, origin: Origin, *, tracked: bool) -> Iterator[Untracked]:
    """*pattern* below the directory *base*, if a line of an ignore file can say it."""
    line = posixpath.join(named(base), pattern)
    if is_line(line):
        yield Untracked(pattern=f"\\{line}" if line.startswith(("#", "!")) else line, tracked=tracked, origin=origin)


def is_line(text: str) -> bool:
    """Whether *text* can stand on a line of an ignore file: engines take the space around it away."""
    return text == text.strip() and not _NO_LINE.search(text)


def named(path: str) -> str:
    """The pattern that matches *path* alone."""
    return _MEANT.sub(r"\\\1", path)


def _in_other_words(text: str) -> str | None:
    """git's pattern *text* as an ignore file has it; None where it matches nothing, or an ignore file cannot say it.

    Engines make regular expressions of patterns, and not all escape what means something there (``{``, a backslash before a letter): one
    that does not compile would end the build.
    """
    parts = tuple(_PART.finditer(text))
    if not text or any(part["refused"] or (part["class"] and not _is_class(part["class"])) for part in parts):
        return None
    pattern = "".join(map(_part, parts))
    return pattern if pattern == pattern.strip() else None


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


def _touches(pattern: str, copied: tuple[str, ...], *, tracked: bool) -> bool:
    """Whether *pattern* can match below one of *copied*; what brings back must lie below one."""
    magic = _MAGIC.search(pattern)
    plain = pattern[: magic.start()].rpartition("/")[0] if magic else pattern
    return any(f"{plain}/".startswith(f"{one}/") or (not tracked and _overlap(plain, one)) for one in copied)


def _overlap(one: str, other: str) -> bool:
    return not one or not other or f"{one}/".startswith(f"{other}/") or f"{other}/".startswith(f"{one}/")
