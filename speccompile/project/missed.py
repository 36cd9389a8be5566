"""Which sources import, or open by a literal path, what is in no image because it holds a secret."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator

from speccompile.paths import join
from speccompile.project.named import CLIMB, LARGEST, LITERAL, START
from speccompile.regex import regex

IMPORTED, OPENED = "imports", "opens"
_ENDINGS = ("", ".js", ".cjs", ".mjs", ".ts", ".cts", ".mts", ".json", "/index.js", "/index.ts")
# What comes before a literal that a module system resolves, or a compiler reads.
_IMPORTS = regex(
    r"(?:\brequire\s?\(|\bimport\s?\(|\bfrom|\bimport|\brequire(?:_once)?|\binclude(?:_once|_str!|_bytes!)?)\s?\(?\s?(?:__DIR__\s?\.\s?)?\Z"
)
_PYTHON = regex(
    r"^[ \t]*(?:from[ \t]+(\.*[\w.]*)[ \t]+import[ \t]+\(?([\w \t,]*|\*)|import[ \t]+([\w., \t]+))", re.MULTILINE
)
# Loading one that is not there is how these are meant: the process's environment has the values then.
_OPTIONAL = regex(r"(?:\.env(?:\.[^/]*)?|[^/]*\.env|\.dev\.vars[^/]*)\Z")
_TRY = regex(r"\btry\s{0,9}[:{]")
_CAUGHT = regex(r"\b(?:except|catch|finally)\b")
_NEAR = 300


def missed(
    top: str, secrets: Iterable[str], sources: Iterable[str], read: Callable[[str], str | None]
) -> Iterator[tuple[str, str, str]]:
    """Each source of *sources* that needs one of *secrets*, as ``IMPORTED`` or ``OPENED``, the source, and the secret; all paths
    as seen from the tree's root. Modules are looked for beside the source, and from *top*."""
    gone = frozenset(secrets)
    modules = {_module(path): path for path in gone if path.endswith(".py")}
    for path in sources:
        if path in gone:
            continue
        text = (read(path) or "")[:LARGEST]
        found = dict.fromkeys((*_literals(top, path, text, gone), *_imports(top, path, text, modules)))
        yield from ((how, path, secret) for how, secret in found)


def _literals(top: str, path: str, text: str, gone: frozenset[str]) -> Iterator[tuple[str, str]]:
    folder = posixpath.dirname(path)
    for match in LITERAL.finditer(text):
        word = START.sub("", match[2])
        if not ("/" in word or "." in word):
            continue
        imported = _IMPORTS.search(text, max(match.start() - 40, 0), match.start()) is not None
        for base in (
            posixpath.normpath(posixpath.join(folder or ".", word.lstrip("/"))),
            join(top, CLIMB.sub("", word.lstrip("/"))),
        ):
            secret = next((base + end for end in _ENDINGS if base + end in gone), None)
            if secret and imported and not _is_tried(text, match.start()):
                yield IMPORTED, secret
            elif secret and not imported and not _OPTIONAL.search(secret.lower()):
                yield OPENED, secret
            if secret:
                break


def _imports(top: str, path: str, text: str, modules: dict[str, str]) -> Iterator[tuple[str, str]]:
    if not modules or not path.endswith((".py", ".pyi")):
        return
    package = posixpath.dirname(path).replace("/", ".")
    for match in _PYTHON.finditer(text):
        origin, names, plain = match.groups()
        wanted = [name.split()[0] for name in (names or plain or "").split(",") if name.strip()]
        bases = [_absolute(origin, package)] if origin else [""]
        asked = {base if not name else f"{base}.{name}".strip(".") for base in bases for name in ("", *wanted)}
        for name in sorted(asked):
            secret = modules.get(name) or modules.get(f"{top.replace('/', '.')}.{name}".strip("."))
            if secret and not _is_tried(text, match.start()):
                yield IMPORTED, secret


def _absolute(origin: str, package: str) -> str:
    """The module that *origin* means in a package."""
    climbs = len(origin) - len(origin.lstrip("."))
    if not climbs:
        return origin
    parts = package.split(".") if package else []
    return ".".join((*parts[: len(parts) - climbs + 1], *filter(None, [origin.lstrip(".")])))


def _module(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _is_tried(text: str, at: int) -> bool:
    """Whether a program goes on when what is imported there is not to be had."""
    before = text[max(at - _NEAR, 0) : at]
    opened = [match.end() for match in _TRY.finditer(before)]
    return bool(opened) and _CAUGHT.search(before, opened[-1]) is None
