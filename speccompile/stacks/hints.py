"""What an entry's source gives away: the port it listens on, and its health route. Texts are searched, nothing is
run."""

from __future__ import annotations

import re
from collections.abc import Iterable

from speccompile.project.tree import Tree
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.stacks.code import source
from speccompile.stacks.facts import Chosen
from speccompile.stacks.health_names import TEXT

_PORT = r"[\"'`]?(\d{2,5})[\"'`]?"
# The default for PORT in the environment; then a number that stands for itself. The environment's wins, wherever it
# stands.
_DEFAULTS = (
    regex(r"\benv(?:\.PORT|\[[\"']PORT[\"']\])\s*\)?\s*(?:\?\?|\|\|)\s*" + _PORT),
    regex(r"\bDeno\.env\.get\([\"']PORT[\"']\)\s*\)?\s*(?:\?\?|\|\|)\s*" + _PORT),
    regex(
        r"(?:environ\.get|getenv|env\.get|\benv|env\.int|env\.str|config)\(\s*[\"']PORT[\"']\s*,\s*(?:default\s*=\s*)?"
        + _PORT
    ),
    regex(r"environ(?:\.get)?[\[(]\s*[\"']PORT[\"']\s*[\])]\s*(?:or)\s*" + _PORT),
    regex(
        r"\{[^{}\n]{0,120}\bPORT\s*(?::\s*\w+\s*)?=\s*"
        + _PORT
        + r"[^{}\n]{0,120}\}\s*=\s*(?:process|Bun|import\.meta)\.env"
    ),
)
_FIXED = (
    regex(r"\.listen\(\s*(?:\{[^{}\n]{0,80}\bport:\s*)?" + _PORT),
    regex(r"\bport\s*[:=]\s*" + _PORT, re.IGNORECASE),
)
# Where other servers listen that a program talks to: databases, caches, queues, mail.
_BACKING = frozenset((25, 465, 587, 1433, 3306, 5432, 5672, 6379, 9092, 9200, 11211, 27017))
_HEALTH = regex(rf"""(["'`])(/{TEXT})/?\1|\bpath\(\s*["']({TEXT}/?)["']""")
_REQUEST = ("fetch(", "http://", "https://", "requests.", "axios", "httpx.", "curl")
_IMPORT = regex(r"""(?:from|import|require\()\s*["'](\.{1,2}/[\w./@-]{1,120})["']""")
_RELATIVE = ("", ".ts", ".tsx", ".js", ".mjs", "/index.ts", "/index.js")
_MOST_FILES = 12


def port(tree: Tree, paths: Iterable[str]) -> Chosen | None:
    """The port that one of the sources at *paths* listens on."""
    texts = [(path, tuple(source(tree, path).lines())) for path in paths]
    for patterns, what in ((_DEFAULTS, "default of PORT"), (_FIXED, "number in the source")):
        for path, lines in texts:
            for line in lines:
                found = next((match for pattern in patterns if (match := line.search(pattern))), None)
                if found and 0 < int(found[1]) < 65536 and int(found[1]) not in _BACKING:
                    where = f"{path}:{line.number} ({what})"
                    return Chosen("port", str(int(found[1])), where, Span(path, line.number, found.start(1) + 1))
    return None


def health(tree: Tree, paths: Iterable[str]) -> Chosen | None:
    """A health route in one of the sources at *paths*."""
    for path in paths:
        for line in source(tree, path).lines():
            found = None if any(sign in line.code for sign in _REQUEST) else line.search(_HEALTH)
            if found:
                route = found[2] or f"/{found[3]}"
                return Chosen("health", route, f"{path}:{line.number}", Span(path, line.number, found.start() + 1))
    return None


def with_imports(tree: Tree, entry: str) -> tuple[str, ...]:
    """*entry* and the files of the project that a JavaScript or TypeScript source imports itself."""
    found = [entry]
    folder = entry.rpartition("/")[0]
    for line in source(tree, entry).lines():
        for match in line.finditer(_IMPORT):
            path = _joined(folder, match[1])
            there = next((path + end for end in _endings(path) if tree.is_file(path + end)), None) if path else None
            if there and there not in found and len(found) < _MOST_FILES:
                found.append(there)
    return tuple(found)


def _endings(path: str) -> tuple[str, ...]:
    return _RELATIVE if not path.endswith((".ts", ".tsx", ".js", ".mjs")) else ("",)


def _joined(folder: str, relative: str) -> str | None:
    parts = folder.split("/") if folder else []
    for part in relative.split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    joined = "/".join(parts)
    # TypeScript's sources import each other by the names that they will have.
    return joined.removesuffix(".js") if joined.endswith(".js") else joined
