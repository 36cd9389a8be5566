"""What a service's sources give away: the variables that they read, the hosts that they name. Their code is searched,
nothing is run.

A ``.env`` is not read: it holds secrets; an ``.env.example`` is.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeAlias

from speccompile.detect.demand_patterns import DEFAULTS, DEMANDS, may_match
from speccompile.detect.demand_schemas import settings
from speccompile.detect.optional import optional
from speccompile.detect.variables import Address, Reading
from speccompile.lexing import Lexed, Line, lex
from speccompile.ownership import has_header
from speccompile.project.tree import Tree
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.stacks.directories import inside

_CODE = (
    ".js", ".mjs", ".cjs", ".ts", ".mts", ".cts", ".tsx", ".jsx", ".vue", ".svelte", ".astro", ".py", ".go", ".rs", ".java", ".kt", ".rb", ".php",
    ".ex", ".exs", ".cs", ".properties", ".yml", ".yaml", ".toml", ".prisma", ".conf", ".ini",
)  # fmt: skip
_EXAMPLE = regex(
    r"\.?env[._-](?:[\w-]+[._-])?(?:example|sample|template|dist|defaults?)\Z|(?:[\w-]+[._-])?(?:example|sample|template|default)\.env\Z"
)
_NOT_READ = regex(
    r"(?:docker-)?compose[\w.-]*\.ya?ml\Z|.*[._-](?:test|spec|stories|min)\.|test_|.*_test\.|pnpm-lock|openapi|swagger|mkdocs|\.pre-commit"
)
_NAME = r"([A-Z][A-Z0-9_]{1,60})"
_READS = tuple(
    regex(pattern)
    for pattern in (
        rf"\benv\??\.{_NAME}\b",
        rf"\benv\[\s*[\"'`]{_NAME}[\"'`]",
        rf"\bENV\[\s*[\"']{_NAME}[\"']",
        rf"\$_(?:ENV|SERVER)\[\s*[\"']{_NAME}[\"']",
        rf"\benviron(?:\.get)?[\[(]\s*[\"']{_NAME}[\"']",
        rf"\b(?:getenv|Getenv|LookupEnv|env|config|var|var_os|get|str|url|int|fetch|GetEnvironmentVariable|get_env|fetch_env!?)\(\s*[\"']{_NAME}[\"']",
    )
)
# .NET's settings are in the environment, too, whatever the case of their names: `ConnectionStrings:Shop` is CONNECTIONSTRINGS__SHOP.
_CONNECTION = regex(r"\bGetConnectionString\(\s*\"([A-Za-z]\w{0,40})\"")
# What takes values from the environment in its strings, and what is all data: there is no code that strings could be told from.
_INTERPOLATED = regex(rf"\$\{{{_NAME}(?::[^}}]{{0,200}})?\}}")
_DATA = (".properties", ".yml", ".yaml", ".toml", ".conf", ".ini", ".json")
_NET = (".cs", ".fs", ".vb")
_INTERPOLATES = (*_DATA, ".java", ".kt")
_DESTRUCTURED = regex(r"\{([^{}]{1,800})\}\s*=\s*(?:process|Bun)\.env\b")
_EXAMPLE_LINE = regex(rf"^[ \t]*(?:export\s+)?{_NAME}\s*=", re.MULTILINE)
_WORD = regex(rf"\b{_NAME}\b")
# A function that reads NAME_FILE for the NAME that it is given, and the names of secrets that stand in quotes.
_FILE_OF_NAME = regex(r"(?:\}|\+\s*[\"'`])_FILE[\"'`]")
_SECRET_NAME = regex(r"[\"'`]([A-Z][A-Z0-9_]{0,50}(?:PASSWORD|PASSWD|PASS|TOKEN|SECRET|KEY|CREDENTIALS?))[\"'`]")
# Where engines mount secrets; one of another form is not called as we call them.
_SECRET_PATH = regex(r"[\"'`]/run/secrets/([a-z0-9]+(?:-[a-z0-9]+)*)[\"'`]")
_URL = r"((?:jdbc:)?[a-z][a-z0-9+.-]{1,24})://(?:[^\s/@\"'`<>]{0,200}@)?([A-Za-z0-9][A-Za-z0-9.-]{0,60})(?::(\d{2,5}))?"
_URL_IN_DATA, _URL_IN_CODE = regex(rf"\b{_URL}"), regex(rf"[\"'`]{_URL}")
# A scheme without a host: something is put together or replaced there.
_BEGUN = regex(r"[\"'`]((?:jdbc:)?[a-z][a-z0-9+.-]{1,24})://(?:[\"'`]|\{|\$\{|%[sv])")
_HOST = regex(
    r"[\"']?[\w.-]{0,40}host(?:name)?[\"']?\]?\)?\s*(?:[:=,(]|\|\||\?\?|\bor\b)\s*[\"']([a-z][a-z0-9-]{0,40})[\"']",
    re.IGNORECASE,
)
_ADDRESS = regex(r"[\"']([a-z][a-z0-9-]{0,40}):(\d{2,5})[\"'/]")
_MOST, _LARGEST, _HEAD = 300, 100_000, 1000


Sources: TypeAlias = tuple[tuple[str, Lexed], ...]
"""Texts of sources, each with its path."""


def read(found: Sources) -> Reading:
    """What is to be read in the sources *found*."""
    variables: dict[str, Span] = {}
    addresses: dict[Address, None] = {}
    begun: dict[str, None] = {}
    named: dict[str, Span] = {}
    files = False
    for path, code in found:
        for offset, name in _assigned(code) if is_example(path) else _read_in(path, code):
            variables.setdefault(name, Span(path, code.line(offset), 1))
        addresses.update(dict.fromkeys(_named_in(path, code)))
        begun.update((match[1], None) for _, match in code.in_lines(_BEGUN))
        # Part of a format in some languages, and so amid a string.
        files = files or any(_FILE_OF_NAME.search(line.code) for line in _lines(code, "_FILE"))
        for number, match in code.in_lines(_SECRET_NAME):
            named.setdefault(match[1], Span(path, number, 1))
        # Who opens the file itself gets it as who reads its path from a variable.
        for number, match in code.in_lines(_SECRET_PATH):
            variables.setdefault(f"{match[1].upper().replace('-', '_')}_FILE", Span(path, number, 1))
    if files:
        variables.update({f"{name}_FILE": where for name, where in named.items() if name not in variables})
    return Reading(dict(sorted(variables.items())), tuple(addresses), tuple(begun), optional(found))


def sources(tree: Tree, directory: str, others: Iterable[str]) -> Sources:
    """The sources and examples of configuration in *directory* of *tree*, without the directories of *others* in it and without the tests."""
    texts = ((path, tree.read(path)) for path in islice(_paths(tree, directory, others), _MOST))
    return tuple(
        (path, lex(path, text[:_LARGEST]))
        for path, text in texts
        if text is not None and not _is_ours(tree, path, text)
    )


def _is_ours(tree: Tree, path: str, text: str) -> bool:
    """Whether it is an example that we generated, for another output directory: what it asks the operator for, no program wants. One that somebody made
    out of ours lies by itself, and is theirs."""
    if not (is_example(path) and _has_header(text)):
        return False
    directory = posixpath.dirname(path)
    beside = (
        posixpath.join(directory, one)
        for one in tree.entries(directory)
        if not one.endswith("/") and not is_example(one)
    )
    return any(_has_header(tree.read(one) or "") for one in islice(beside, _MOST))


def _has_header(text: str) -> bool:
    return has_header(text[:_HEAD].encode())


def unread(tree: Tree, directory: str, others: Iterable[str], found: Sources) -> tuple[str, ...]:
    """Those that are not among *found*, since they are too many, and those of which the end is not."""
    cut = (path for path, code in found if len(code.text) >= _LARGEST)
    return (*cut, *islice(_paths(tree, directory, others), _MOST, None))


def _paths(tree: Tree, directory: str, others: Iterable[str]) -> Iterator[str]:
    below = tuple(
        f"{other}/" for other in others if other != directory and (not directory or other.startswith(f"{directory}/"))
    )
    return (path for path in _files(tree, directory) if not path.startswith(below))


def _files(tree: Tree, directory: str) -> Iterator[str]:
    for folder in inside(tree, directory):
        for entry in tree.entries(folder):
            name = entry.lower()
            wanted = name.endswith(_CODE) or name == "package.json" or is_example(name)
            if not entry.endswith("/") and wanted and not _NOT_READ.match(name):
                yield f"{folder}/{entry}" if folder else entry


def is_example(path: str) -> bool:
    """Whether the file at *path* shows which variables there are."""
    return _EXAMPLE.match(path.rpartition("/")[2].lower()) is not None


def _assigned(code: Lexed) -> Iterator[tuple[int, str]]:
    """The variables of an example of an environment, with their places."""
    yield from ((match.start(1), match[1]) for match in _EXAMPLE_LINE.finditer(code.code))


def _is_data(path: str) -> bool:
    return path.endswith(_DATA) or is_example(path)


def _read_in(path: str, code: Lexed) -> Iterator[tuple[int, str]]:
    """The variables that a source reads, with their places."""
    for pattern in _READS:
        yield from ((match.start(1), match[1]) for match in code.finditer(pattern))
    if path.endswith(_NET):
        yield from ((match.start(1), f"CONNECTIONSTRINGS__{match[1].upper()}") for match in code.finditer(_CONNECTION))
    if path.endswith(_INTERPOLATES):
        yield from ((match.start(1), match[1]) for match in _INTERPOLATED.finditer(code.code))
    for listed in code.finditer(_DESTRUCTURED):
        yield from ((listed.start(1), name) for name in _WORD.findall(listed[1]))
    suffix = posixpath.splitext(path)[1]
    wanting = (*DEFAULTS, *(one for suffixes, several in DEMANDS if suffix in suffixes for one in several))
    for pattern in wanting if may_match(code) else ():
        yield from ((match.start("name"), match["name"]) for match in code.finditer(pattern))
    yield from ((at, name) for name, at, _ in settings(suffix, code))


def _named_in(path: str, code: Lexed) -> list[Address]:
    """The hosts that a source names, line by line."""
    hosts = ((number, "", match[1].lower(), "") for number, match in code.in_lines(_HOST))
    addresses = ((number, "", match[1], match[2]) for number, match in code.in_lines(_ADDRESS))
    urls = ((number, match[1], match[2].lower(), match[3] or "") for number, match in _urls(path, code))
    found = sorted((*urls, *hosts, *addresses), key=lambda one: one[0])
    return [Address(scheme, host, port, f"{path}:{number}") for number, scheme, host, port in found]


def _urls(path: str, code: Lexed) -> Iterator[tuple[int, re.Match[str]]]:
    if not _is_data(path):
        return code.in_lines(_URL_IN_CODE)
    return ((line.number, match) for line in _lines(code, "://") for match in _URL_IN_DATA.finditer(line.code))


def _lines(code: Lexed, word: str) -> Iterator[Line]:
    """The lines, if *word* is in one of them."""
    return code.lines() if word in code.code else iter(())
