"""Which variables a service cannot do without, and who says so: its sources, an example of its environment, its entry in
the project's compose file. What has a default in the sources is not asked for.

A demand is what fails where it is not met: a value that is taken without a default and without a word (``os.environ["X"]``),
whose want ends the program (``if not x: raise``), or that a schema wants (pydantic, zod, envalid, envconfig, clap).
Rust's ``env!`` is none: it is read when the program is compiled.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from speccompile.detect.demand_patterns import DEFAULTS, DEMANDS, may_match
from speccompile.detect.demand_schemas import settings
from speccompile.detect.reading import Sources, is_example
from speccompile.detect.variables import Demand
from speccompile.lexing import Lexed
from speccompile.project.tree import Tree
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.stacks.manifest import items, table, word, yaml_table

_COMPOSE = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")
_NAME = regex(r"[A-Z][A-Z0-9_]{1,60}\Z")
_EXAMPLE = regex(
    r"^[ \t]*(?:export[ \t]+)?([A-Z][A-Z0-9_]{1,60})[ \t]*=[ \t]*(\"[^\"\n]*\"|'[^'\n]*'|[^\n]*?)[ \t]*$", re.MULTILINE
)
_WITHOUT_DEFAULT = regex(r"\$(?:\{\w+(?::?\?[^}]*)?\}|\w+)")
# What begins lines of which only some are done, but for the check whether a module is the program.
_CONDITION = regex(r"\s*(?:\}\s*)?(?:if\b(?!\s+__name__)|elif\b|else\b|case\b|when\b|try\b|except\b|switch\b|match\b)")
# Keys of Laravel, Symfony and Rails: that of the credentials, which hold the other, or the other.
_OF_FRAMEWORKS = (
    ("artisan", "APP_KEY"),
    ("config/packages/framework.yaml", "APP_SECRET"),
    ("config/credentials/production.yml.enc", "RAILS_MASTER_KEY"),
    ("config/credentials.yml.enc", "RAILS_MASTER_KEY"),
    ("config/environments/production.rb", "SECRET_KEY_BASE"),
)
_NEAR = 20_000
_ELSEWHERE = regex(r"://[^/\s]{0,200}@|localhost|127\.0\.0\.1|example\.|change.?me|your[-_]|<|xxx", re.IGNORECASE)


def demands(sources: Sources, tree: Tree, directory: str) -> tuple[Demand, ...]:
    """What the service in *directory* of the project *tree*, with its *sources*, wants, sorted by name."""
    found: dict[str, Demand] = {}
    defaults: set[str] = set()
    examples: list[Demand] = []
    for path, code in sources:
        if is_example(path):
            examples += _of_example(path, code)
            continue
        for name, at in _of_source(path, code, defaults):
            found.setdefault(name, Demand(name, Span(path, code.line(at), code.column(at))))
    for demand in (*_implied(tree, directory), *examples, *_of_compose(tree, directory)):
        if demand.name not in defaults:
            found.setdefault(demand.name, demand)
    return tuple(one for _, one in sorted(found.items()) if _NAME.match(one.name))


def _implied(tree: Tree, directory: str) -> Iterator[Demand]:
    """What a framework wants by itself, by a file of it: keys that its own code reads, and no source of the project does."""
    inner = f"{directory}/" if directory else ""
    for path, name in _OF_FRAMEWORKS:
        if tree.is_file(f"{inner}{path}"):
            yield Demand(name, Span(f"{inner}{path}"))
            return


def _of_source(path: str, code: Lexed, defaults: set[str]) -> Iterator[tuple[str, int]]:
    """The variables that a source wants, with their places; those that it has a default for are added to *defaults*."""
    suffix = posixpath.splitext(path)[1]
    searched = may_match(code)
    for pattern in DEFAULTS if searched else ():
        defaults.update(_name(match) for match in code.finditer(pattern))
    for suffixes, patterns in DEMANDS if searched else ():
        if suffix in suffixes and _is_main(path):
            for pattern in patterns:
                for match in code.finditer(pattern):
                    if not _is_conditional(code, match.start()):
                        yield _name(match), match.start("name")
    for name, at, wanted in settings(suffix, code):
        if wanted:
            yield name, at
        else:
            defaults.add(name)


def _is_conditional(code: Lexed, at: int) -> bool:
    """Whether what stands at *at* is only done in some case: it is deeper than a line that begins with a condition (as everybody indents)."""
    lines = code.code[max(0, at - _NEAR) : at].split("\n")
    depth = _indent(lines[-1] + code.code[at : at + 1])
    for line in reversed(lines[:-1]):
        if line.strip() and _indent(line) < depth:
            depth = _indent(line)
            if _CONDITION.match(line):
                return True
    return False


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _name(match: re.Match[str]) -> str:
    return match["name"]


def _is_main(path: str) -> bool:
    """Whether a file is for every environment: settings of a profile (application-dev.yml) are for one."""
    name = posixpath.basename(path)
    return not name.startswith(("application-", "bootstrap-")) and not (
        path.endswith((".yml", ".yaml", ".properties")) and not name.startswith("application")
    )


def _of_example(path: str, code: Lexed) -> Iterator[Demand]:
    for match in _EXAMPLE.finditer(code.code):
        value = match[2].strip("\"'")
        plain = "" if _ELSEWHERE.search(value) or "$" in value or not value.isprintable() or len(value) > 200 else value
        yield Demand(match[1], Span(path, code.line(match.start(1)), 1), plain)


def _of_compose(tree: Tree, directory: str) -> Iterator[Demand]:
    """What the project's compose file takes from outside for the service that it builds from *directory*."""
    path = next((name for name in _COMPOSE if tree.is_file(name)), None)
    text = tree.read(path) if path else None
    for entry in table(yaml_table(text), "services").values() if path else ():
        build = table(entry).get("build")
        context = word(build) if isinstance(build, str) else word(table(build).get("context"))
        if path and context and posixpath.normpath(context) == (directory or "."):
            for name, value in _environment(table(entry).get("environment")):
                if value is None or _WITHOUT_DEFAULT.search(value):
                    yield Demand(name, _place(path, text or "", name))


def _environment(value: object) -> Iterator[tuple[str, str | None]]:
    """Names and values; None where the value is the one outside."""
    for name, entry in table(value).items():
        yield str(name), None if entry is None else str(entry)
    for item in items(value):
        name, equals, entry = str(item).partition("=")
        yield name, entry if equals else None


def _place(path: str, text: str, name: str) -> Span:
    """Where *name* is set: in its line, whichever way it is written."""
    found = re.search(rf"^[ \t]*(?:-[ \t]*)?[\"']?({re.escape(name)})\b", text, re.MULTILINE)
    return Span(path, text.count("\n", 0, found.start(1)) + 1, 1) if found else Span(path)
