"""Go's source files as the compiler chooses them: package, imports, embedded files. Texts are searched, nothing is
compiled."""

from __future__ import annotations

import posixpath
import re
import shlex
from collections.abc import Iterator

from speccompile.lexing import Lexed, lex
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.regex import regex

_SYSTEMS = frozenset((
    "aix", "android", "darwin", "dragonfly", "freebsd", "hurd", "illumos", "ios", "js", "nacl", "netbsd", "openbsd", "plan9",
    "solaris", "wasip1", "windows", "zos",
))  # fmt: skip
_MACHINES = frozenset((
    "386", "arm", "loong64", "mips", "mips64", "mips64le", "mipsle", "ppc64", "ppc64le", "riscv64", "s390x", "wasm",
))  # fmt: skip
_TRUE = frozenset(("linux", "unix", "amd64", "arm64", "cgo", "gc"))
_CONSTRAINT = regex(r"^//go:build (.+)$|^// \+build (.+)$", re.MULTILINE)
_PACKAGE = regex(r"^package[ \t]+(\w+)", re.MULTILINE)
_SINGLE = regex(r"^import[ \t]+(?:[\w.]+[ \t]+)?[\"`]([^\"`\n]+)[\"`]", re.MULTILINE)
_BLOCK = regex(r"^import[ \t]*\(([^)]*)\)", re.MULTILINE)
_IN_BLOCK = regex(r"(?:^|;)[ \t]*(?:[\w.]+[ \t]+)?[\"`]([^\"`\n]+)[\"`]", re.MULTILINE)
_EMBED = regex(r"//go:embed[ \t]+(.+)")
_GENERATED = regex(r"^// Code generated .* DO NOT EDIT\.$", re.MULTILINE)
_WORD = regex(r"&&|\|\||[!()]|[\w.]+")
_DEEPEST = 20
_LARGEST = 400_000


@record()
class GoFile:
    """A source file: its path in the tree, its package's name, what it imports, patterns of files that it embeds with
    their lines, and its code."""

    path: str
    package: str
    imports: tuple[str, ...]
    embeds: tuple[tuple[str, int], ...]
    source: Lexed

    @property
    def text(self) -> str:
        """All that is written in it."""
        return self.source.text

    @property
    def generated(self) -> bool:
        """Whether a program wrote it: it says so before anything else."""
        return bool(_GENERATED.search(self.text[:2000]))


@record()
class Package:
    """The files of a directory that are compiled together."""

    directory: str
    files: tuple[GoFile, ...]

    @property
    def is_main(self) -> bool:
        """Whether it is a program."""
        return bool(self.files) and self.files[0].package == "main"

    @property
    def imports(self) -> tuple[str, ...]:
        """What its files import."""
        return tuple(sorted({path for file in self.files for path in file.imports}))


def package(tree: Tree, directory: str) -> Package:
    """The package in *directory* as it is compiled for Linux, without tests; without files when there is none."""
    names = (name for name in tree.entries(directory) if name.endswith(".go") and _meant_by_name(name))
    paths = (posixpath.join(directory, name) for name in names)
    files = tuple(file for path in paths if (file := _file(path, tree.read(path))))
    # A directory with a program and with something else is none that compiles; the program is meant.
    mains = tuple(file for file in files if file.package == "main")
    return Package(directory, mains or files)


def _meant_by_name(name: str) -> bool:
    """Whether a file's name lets it be compiled: no test, and for no other system or machine."""
    parts = name.removesuffix(".go").split("_")
    if name.startswith(("_", ".")) or parts[-1] == "test":
        return False
    return not {*parts[1:][-2:]} & (_SYSTEMS | _MACHINES)


def _file(path: str, text: str | None) -> GoFile | None:
    text = (text or "")[:_LARGEST].removeprefix("\ufeff").replace("\r\n", "\n")
    source = lex(path, text)
    found = source.search(_PACKAGE)
    if found is None or not _meant(text[: found.start()]):
        return None
    blocks = (match[1] for match in source.finditer(_BLOCK))
    singles = (match[1] for match in source.finditer(_SINGLE))
    imports = {*singles, *(path for block in blocks for path in _IN_BLOCK.findall(block))}
    embeds = tuple(
        (pattern, source.line(start))
        for start, end in source.comments
        if (match := _EMBED.fullmatch(text, start, end))
        for pattern in _patterns(match[1])
    )
    return GoFile(path, found[1], tuple(sorted(imports)), embeds, source)


def _patterns(text: str) -> Iterator[str]:
    try:
        words = shlex.split(text.replace("`", '"'))
    except ValueError:
        return
    yield from (word.removeprefix("all:") for word in words)


def _meant(head: str) -> bool:
    """Whether the build constraints in a file's *head* hold for Linux without any tags."""
    found = list(_CONSTRAINT.finditer(head))
    modern = next((match[1] for match in found if match[1]), None)
    if modern is not None:
        words = _WORD.findall(modern)[:200]
        return _holds(words) if _balanced(words) else True
    return all(any(_older(option) for option in match[2].split()) for match in found)


def _older(option: str) -> bool:
    """One option of a ``+build`` line: terms with commas between them, all of which must hold."""
    return all(not _tag(term[1:]) if term.startswith("!") else _tag(term) for term in option.split(","))


def _tag(word: str) -> bool:
    return word in _TRUE or word.startswith("go1.")


def _balanced(words: list[str]) -> bool:
    depth = deepest = 0
    for word in words:
        depth += {"(": 1, ")": -1}.get(word, 0)
        deepest = max(deepest, depth)
        if depth < 0:
            return False
    return depth == 0 and deepest < _DEEPEST


def _holds(words: list[str]) -> bool:
    """The value of a constraint whose parentheses are balanced: innermost ones first, then not, and, or."""
    while "(" in words:
        opened = max(number for number, word in enumerate(words) if word == "(")
        closed = words.index(")", opened)
        value = "linux" if _flat(words[opened + 1 : closed]) else "ignore"
        words = [*words[:opened], value, *words[closed + 1 :]]
    return _flat(words)


def _flat(words: list[str]) -> bool:
    alternatives = " ".join(words).replace("! ", "!").split("||")
    return any(
        all(not _tag(term[1:]) if term.startswith("!") else _tag(term) for term in map(str.strip, one.split("&&")))
        for one in alternatives
    )
