"""What manifests ask for on every system, and that is there on one alone; and locks that are made for other systems than Linux."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from speccompile.codes.stacks_py import NOT_INSTALLABLE
from speccompile.diagnostics import Diagnostic, quoted
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.stacks.manifest import Table, place, table, toml_table, words
from speccompile.stacks.python import pipfile, pyproject
from speccompile.stacks.python.requirements import OF_MACOS, OF_WINDOWS

_MARKS = frozenset(("markers", "marker", "platform", "sys_platform", "platform_system", "os_name", "optional"))
_ELSEWHERE = regex(r"""\b(?:sys_platform|platform_system|os_name)\s*==\s*["'](?!linux|Linux|posix)([\w-]{1,20})["']""")
_OR = regex(r"\bor\b")


def of_pipfile(text: str) -> Iterator[Diagnostic]:
    """The packages of a Pipfile that only another system has."""
    yield from _of_table(pipfile.PATH, text, table(toml_table(text), "packages"))


def of_pyproject(text: str) -> Iterator[Diagnostic]:
    """The dependencies in Poetry's table that only another system has, and the systems that uv locks for."""
    parsed = toml_table(text)
    yield from _of_table(pyproject.PATH, text, table(parsed, "tool", "poetry", "dependencies"))
    environments = words(table(parsed, "tool", "uv").get("environments"))
    named = [found[1] for one in environments if not _OR.search(one) and (found := _ELSEWHERE.search(one))]
    if environments and len(named) == len(environments):
        yield NOT_INSTALLABLE.at(
            place(pyproject.PATH, text, "[tool.uv]", "environments"),
            f"uv locks this for {', '.join(sorted(set(named)))} alone, and images are Linux",
            fix="add \"sys_platform == 'linux'\" to tool.uv.environments, run `uv lock` and commit uv.lock",
        )


def _of_table(path: str, text: str, packages: Table) -> Iterator[Diagnostic]:
    for name, value in packages.items():
        if not (isinstance(value, Mapping) and _MARKS.intersection(value)):
            yield from _of(name, place(path, text, name))


def _of(named: str, span: Span) -> Iterator[Diagnostic]:
    for pattern, system, word in ((OF_WINDOWS, "Windows", "win32"), (OF_MACOS, "macOS", "darwin")):
        if match := pattern.match(named):
            yield NOT_INSTALLABLE.at(
                span,
                f"{quoted(named)} can be installed on {system} alone, and images are Linux",
                fix=f'give it a marker and lock anew: write `{match[0]} = {{version = "…", markers = "sys_platform == \'{word}\'"}}`',
            )
