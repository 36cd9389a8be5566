"""What a service's sources give away: the variables that they read, the hosts that they name. Texts are searched, nothing is run.

A ``.env`` is not read: it holds secrets; an ``.env.example`` is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.source import Span
from speccompile.stacks.directories import inside

_CODE = (
    ".js", ".mjs", ".cjs", ".ts", ".mts", ".cts", ".tsx", ".jsx", ".vue", ".svelte", ".astro", ".py", ".go", ".rs", ".java", ".kt", ".rb", ".php",
    ".ex", ".exs", ".cs", ".properties", ".yml", ".yaml", ".toml", ".prisma", ".conf", ".ini",
)  # fmt: skip
_EXAMPLE = re.compile(
    r"\.?env[._-](?:[\w-]+[._-])?(?:example|sample|template|dist|defaults?)\Z|(?:[\w-]+[._-])?(?:example|sample|template|default)\.env\Z"
)
_NOT_READ = re.compile(
    r"(?:docker-)?compose[\w.-]*\.ya?ml\Z|.*[._-](?:test|spec|stories|min)\.|test_|.*_test\.|pnpm-lock|openapi|swagger|mkdocs|\.pre-commit"
)
_NAME = r"([A-Z][A-Z0-9_]{1,60})"
_READS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\benv\??\.{_NAME}\b",
        rf"\benv\[\s*[\"'`]{_NAME}[\"'`]",
        rf"\benviron(?:\.get)?[\[(]\s*[\"']{_NAME}[\"']",
        rf"\b(?:getenv|Getenv|LookupEnv|env|config|var|var_os|get|str|url|int|fetch)\(\s*[\"']{_NAME}[\"']",
        rf"\$\{{{_NAME}(?::[^}}]{{0,200}})?\}}",
    )
)
_DESTRUCTURED = re.compile(r"\{([^{}]{1,800})\}\s*=\s*(?:process|Bun)\.env\b")
_SETTINGS = re.compile(r"^[ \t]+([A-Za-z][A-Za-z0-9_]{1,60})\s*:\s*[A-Za-z]", re.MULTILINE)
_EXAMPLE_LINE = re.compile(rf"^\s*(?:export\s+)?{_NAME}\s*=", re.MULTILINE)
_WORD = re.compile(rf"\b{_NAME}\b")
# A function that reads NAME_FILE for the NAME that it is given, and the names of secrets that stand in quotes.
_FILE_OF_NAME = re.compile(r"(?:\}|\+\s*[\"'`])_FILE[\"'`]")
_SECRET_NAME = re.compile(r"[\"'`]([A-Z][A-Z0-9_]{0,50}(?:PASSWORD|PASSWD|PASS|TOKEN|SECRET|KEY|CREDENTIALS?))[\"'`]")
_URL = re.compile(
    r"\b((?:jdbc:)?[a-z][a-z0-9+.-]{1,24})://(?:[^\s/@\"'`<>]{0,200}@)?([A-Za-z0-9][A-Za-z0-9.-]{0,60})(?::(\d{2,5}))?"
)
# A scheme without a host: something is put together or replaced there.
_BEGUN = re.compile(r"[\"'`]((?:jdbc:)?[a-z][a-z0-9+.-]{1,24})://(?:[\"'`]|\{|\$\{|%[sv])")
_HOST = re.compile(
    r"host(?:name)?[\"']?\]?\)?\s*(?:[:=,(]|\|\||\?\?|\bor\b)\s*[\"']([a-z][a-z0-9-]{0,40})[\"']", re.IGNORECASE
)
_ADDRESS = re.compile(r"[\"']([a-z][a-z0-9-]{0,40}):(\d{2,5})[\"'/]")
_COMMENT = ("//", "#", "*", "/*", "<!--", ";")
_MOST, _LARGEST, _LONGEST = 300, 100_000, 400


@record()
class Address:
    """A host that a source names, with the scheme and the port of its URL ("" where there are none), and where."""

    scheme: str
    host: str
    port: str
    where: str


@record()
class Reading:
    """The variables that are read, by name, each with the first place; the hosts that are named, and the schemes of URLs that the sources
    put together themselves, in the order of their places."""

    variables: Mapping[str, Span]
    addresses: tuple[Address, ...]
    begun: tuple[str, ...] = ()


def read(tree: Tree, directory: str, others: Iterable[str]) -> Reading:
    """What is to be read in *directory* of *tree*, without the directories of *others* in it."""
    variables: dict[str, Span] = {}
    addresses: dict[Address, None] = {}
    begun: dict[str, None] = {}
    named: dict[str, Span] = {}
    files = False
    for path, text in texts(tree, directory, others):
        for number, name in _assigned(text) if _is_example(path) else _read_in(text):
            variables.setdefault(name, Span(path, number, 1))
        for number, line in _lines(text):
            addresses.update(dict.fromkeys(_named_in(line, f"{path}:{number}")))
            begun.update(dict.fromkeys(_BEGUN.findall(line)))
            files = files or _FILE_OF_NAME.search(line) is not None
            for name in _SECRET_NAME.findall(line):
                named.setdefault(name, Span(path, number, 1))
    if files:
        variables.update({f"{name}_FILE": where for name, where in named.items() if name not in variables})
    return Reading(dict(sorted(variables.items())), tuple(addresses), tuple(begun))


def texts(tree: Tree, directory: str, others: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The sources and examples of configuration in *directory*, by path, without the tests."""
    below = [
        f"{other}/" for other in others if other != directory and (not directory or other.startswith(f"{directory}/"))
    ]
    read = 0
    for path in _files(tree, directory):
        if read < _MOST and not path.startswith(tuple(below)):
            text = tree.read(path)
            read += 1
            if text is not None:
                yield path, text[:_LARGEST]


def _files(tree: Tree, directory: str) -> Iterator[str]:
    for folder in inside(tree, directory):
        for entry in tree.entries(folder):
            name = entry.lower()
            wanted = name.endswith(_CODE) or name == "package.json" or _is_example(name)
            if not entry.endswith("/") and wanted and not _NOT_READ.match(name):
                yield f"{folder}/{entry}" if folder else entry


def _is_example(path: str) -> bool:
    return _EXAMPLE.match(path.rpartition("/")[2].lower()) is not None


def _assigned(text: str) -> Iterator[tuple[int, str]]:
    """The variables of an example of an environment, with their lines."""
    for match in _EXAMPLE_LINE.finditer(text):
        yield _line_of(text, match.start(1)), match[1]


def _read_in(text: str) -> Iterator[tuple[int, str]]:
    """The variables that a source reads, with their lines."""
    for number, line in _lines(text):
        for pattern in _READS:
            yield from ((number, name) for name in pattern.findall(line))
    for listed in _DESTRUCTURED.finditer(text):
        yield from ((_line_of(text, listed.start(1)), name) for name in _WORD.findall(listed[1]))
    if "BaseSettings" in text:
        yield from ((_line_of(text, found.start(1)), found[1].upper()) for found in _SETTINGS.finditer(text))


def _line_of(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1


def _named_in(line: str, where: str) -> Iterator[Address]:
    for scheme, host, port in _URL.findall(line):
        yield Address(scheme, host.lower(), port, where)
    for host in _HOST.findall(line):
        yield Address("", host.lower(), "", where)
    for host, port in _ADDRESS.findall(line):
        yield Address("", host, port, where)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) <= _LONGEST and not line.lstrip().startswith(_COMMENT):
            yield number, line
