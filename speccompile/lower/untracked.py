"""What git does not track, in the words of an ignore file: from the ``.gitignore`` files of the tree."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator

from speccompile.plan.image import Untracked
from speccompile.provenance import Cause, Origin, because
from speccompile.regex import regex
from speccompile.sayable import in_other_words, is_line, pattern_of
from speccompile.source import Span
from speccompile.stacks.steps import CODE

# Never sent whatever git says, or none of an ignore file's business.
_ALREADY = frozenset((
    "node_modules", ".git", ".venv", "venv", "__pycache__", "*.pyc", "*.log", ".cache", ".DS_Store", ".env", ".env.*",
))  # fmt: skip
_MAGIC = regex(r"[*?\[\\]")
_MEANT = regex(r"([*?\[\\+(){}|^$\]])")


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
    text = pattern_of(line)
    if not is_line(text.strip(" ")) or text.strip("/") in _ALREADY:
        return
    whole, rooted = text.endswith("/"), "/" in text.rstrip("/")
    said = in_other_words(text.strip("/"))
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


def named(path: str) -> str:
    """The pattern that matches *path* alone."""
    return _MEANT.sub(r"\\\1", path)


def _touches(pattern: str, copied: tuple[str, ...], *, tracked: bool) -> bool:
    """Whether *pattern* can match below one of *copied*; what brings back must lie below one."""
    magic = _MAGIC.search(pattern)
    plain = pattern[: magic.start()].rpartition("/")[0] if magic else pattern
    return any(f"{plain}/".startswith(f"{one}/") or (not tracked and _overlap(plain, one)) for one in copied)


def _overlap(one: str, other: str) -> bool:
    return not one or not other or f"{one}/".startswith(f"{other}/") or f"{other}/".startswith(f"{one}/")
