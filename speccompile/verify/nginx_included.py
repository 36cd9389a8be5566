"""A configuration in several files, read as nginx reads it: each ``include`` is what the files that it names say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from fnmatch import fnmatchcase

from speccompile.verify.readers.nginx import Configuration, Directive, read


class Apart(ValueError):
    """The files are not one configuration."""


def together(
    files: Mapping[str, str], main: str, elsewhere: str, heads: Mapping[str, tuple[str, ...]]
) -> Configuration:
    """The configuration in *files* (path → text), of which *main* is the first. Each has its comments at its head, and no others.

    *elsewhere* is what *main* includes once that is not among them, and is left out here. Raises ``Apart``, or ``NginxSyntaxError``.
    """
    parsed = {path: read(text) for path, text in files.items()}
    for path, one in parsed.items():
        said = tuple(f"#{comment.text}" for comment in one.comments)
        lines = tuple(comment.line for comment in one.comments)
        if said != heads.get(path) or lines != tuple(range(1, len(lines) + 1)):
            raise Apart(f"{path} has other comments than those at its head")
    used: list[str] = []
    whole = tuple(_expanded(parsed[main].directives, parsed, used))
    if sorted(used) != sorted([elsewhere, *(path for path in files if path != main)]):
        odd = sorted(set(used) ^ {elsewhere, *(path for path in files if path != main)}) or sorted(used)
        raise Apart(f"not each file is included once: {odd[0]}")
    return Configuration(whole, parsed[main].comments)


def _expanded(
    directives: Iterable[Directive], parsed: Mapping[str, Configuration], used: list[str]
) -> Iterator[Directive]:
    """*directives* with what they include; *used* gets the files that were taken, and what names none."""
    for directive in directives:
        if directive.name == "include" and directive.block is None:
            pattern = " ".join(directive.args)
            found = [path for path in sorted(parsed) if _names(pattern, path)]
            used.extend(found or [pattern])
            for path in found:
                yield from _expanded(parsed[path].directives, parsed, used)
        elif directive.block is not None:
            yield replace(directive, block=tuple(_expanded(directive.block, parsed, used)))
        else:
            yield directive


def _names(pattern: str, path: str) -> bool:
    """Whether nginx's *pattern* names *path*: a star stands for no slash."""
    return pattern.count("/") == path.count("/") and fnmatchcase(path, pattern)
