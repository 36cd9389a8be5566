"""go.mod, go.work, go.sum and vendor/modules.txt (the Go Modules Reference), as far as an image depends on them."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.stacks.manifest import word

MOD = "go.mod"
SUM = "go.sum"
WORK = "go.work"
WORK_SUM = "go.work.sum"
VENDORED = "vendor/modules.txt"

_CONFLICT = ("<<<<<<<", "=======", ">>>>>>>")
_MAJOR = regex(r"/v[0-9]+\Z")
_RELEASE = regex(r"[0-9]+(?:\.[0-9]+){0,2}(?:(?:rc|beta)[0-9]+)?\Z")
_LARGEST = 2_000_000


@record()
class Require:
    """A module that is wanted: its path and version, whether the sources import it themselves, and the line."""

    path: str
    version: str
    direct: bool
    line: int


@record()
class Replace:
    """A module that is taken from elsewhere: from a directory (``version`` None), or another module."""

    path: str
    target: str
    version: str | None
    line: int


@record(kw_only=True)
class GoMod:
    """A go.mod or go.work: the file's path in the tree, and what it says. ``uses`` are the directories of a workspace's
    modules with their lines, ``fault`` is the line that cannot be meant."""

    file: str
    module: str | None = None
    go: tuple[str, int] | None = None
    toolchain: tuple[str, int] | None = None
    requires: tuple[Require, ...] = ()
    replaces: tuple[Replace, ...] = ()
    uses: tuple[tuple[str, int], ...] = ()
    fault: int | None = None

    @property
    def directory(self) -> str:
        """Where the module is in the tree."""
        return posixpath.dirname(self.file)

    @property
    def name(self) -> str | None:
        """The last element of the module's path that is not its major version."""
        return posixpath.basename(_MAJOR.sub("", self.module)) if self.module else None

    def at(self, line: int | None) -> Span:
        """A place in the file."""
        return Span(self.file, line, 1) if line else Span(self.file)


def read(tree: Tree, path: str) -> GoMod | None:
    """The go.mod or go.work at *path*; None when there is none."""
    text = tree.read(path)
    if text is None:
        return None
    said: dict[str, list[tuple[int, tuple[str, ...], str]]] = {}
    fault = None
    for number, verb, words, comment in _directives(text[:_LARGEST]):
        if verb in _CONFLICT:
            fault = fault or number
        said.setdefault(verb, []).append((number, words, comment))
    module = next((words[0] for _, words, _ in said.get("module", ()) if words), None)
    return GoMod(
        file=path,
        module=module,
        go=_release(said.get("go", [])),
        toolchain=_release(said.get("toolchain", [])),
        requires=tuple(
            Require(words[0], words[1], "indirect" not in comment, number)
            for number, words, comment in said.get("require", ())
            if len(words) == 2
        ),
        replaces=tuple(found for number, words, _ in said.get("replace", ()) if (found := _replace(number, words))),
        uses=tuple((posixpath.normpath(words[0]), number) for number, words, _ in said.get("use", ()) if words),
        fault=fault,
    )


def number(release: str) -> tuple[int, ...]:
    """A release of Go as a number: (1, 22, 3)."""
    return tuple(int(digits) for digits in re.findall(r"[0-9]+", release)[:3])


def sums(text: str | None) -> frozenset[tuple[str, str]]:
    """The modules, and their versions, that a go.sum knows."""
    lines = (line.split() for line in (text or "").splitlines())
    return frozenset((words[0], words[1].removesuffix("/go.mod")) for words in lines if len(words) == 3)


def vendored(text: str | None) -> frozenset[tuple[str, str]]:
    """The modules, and their versions, that a vendor/modules.txt lists."""
    lines = (line.split() for line in (text or "").splitlines() if line.startswith("# "))
    return frozenset((words[1], words[2]) for words in lines if len(words) > 2)


def _directives(text: str) -> Iterator[tuple[int, str, tuple[str, ...], str]]:
    """Line, verb, words and comment of each directive; those in parentheses have the verb before these."""
    block = ""
    for number, line in enumerate(text.splitlines(), 1):
        code, _, comment = line.partition("//")
        words = tuple(code.split())
        if not words:
            continue
        if block:
            if words == (")",):
                block = ""
            elif words[0] in _CONFLICT:
                yield number, words[0], (), ""
            else:
                yield number, block, _plain(words), comment
        elif words[1:] == ("(",):
            block = words[0]
        else:
            yield number, words[0], _plain(words[1:]), comment


def _plain(words: tuple[str, ...]) -> tuple[str, ...]:
    """Words without their quotes, up to the first that cannot be shown."""
    found = []
    for one in words:
        plain = word(one.strip('"`'))
        if plain is None:
            break
        found.append(plain)
    return tuple(found)


def _release(said: list[tuple[int, tuple[str, ...], str]]) -> tuple[str, int] | None:
    for number, words, _ in said:
        release = words[0].removeprefix("go") if words else ""
        if _RELEASE.match(release):
            return release, number
    return None


def _replace(number: int, words: tuple[str, ...]) -> Replace | None:
    if "=>" not in words:
        return None
    at = words.index("=>")
    before, after = words[:at], words[at + 1 :]
    if not before or not after:
        return None
    local = after[0].startswith(("./", "../", "/")) or after[0] in (".", "..")
    if not local and len(after) < 2:
        return None
    return Replace(before[0], after[0], None if local else after[1], number)
