"""The members that a project's own build tools declare: workspaces of JavaScript, Python, Rust and Go, Maven and Gradle modules."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from speccompile.frontends import yamltext
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.regex import regex
from speccompile.spec.located import SourceText
from speccompile.stacks.code import source
from speccompile.stacks.manifest import items, json_table, table, toml_table

_GO_USE = regex(r"^[ \t]*use\s*(?:\(([^)]*)\)|(\S+))", re.MULTILINE)
_MAVEN = regex(r"<module>\s*([^<>\s]{1,200})\s*</module>")
_GRADLE = regex(r"^[ \t]*include\b([^\n]{1,2000})", re.MULTILINE)
_GRADLE_NAME = regex(r"""["']:?([\w.:-]{1,200})["']""")
_MOST_PATTERNS = 200
_LONGEST = 200


@record()
class Members:
    """Which directories are members: patterns as the tools have them (``*``, ``**``, ``?``), and those that are taken out again."""

    patterns: tuple[str, ...]
    excluded: tuple[str, ...]

    def have(self, directory: str) -> bool:
        """Whether *directory* is a member."""
        return _any(self.patterns, directory) and not _any(self.excluded, directory)


def members(tree: Tree) -> Members:
    """What the manifests at the root of *tree* declare."""
    declared = [pattern for reader in _READERS for pattern in reader(tree)]
    kept = [pattern for pattern in declared if len(pattern) <= _LONGEST][:_MOST_PATTERNS]
    return Members(
        tuple(_plain(pattern) for pattern in kept if not pattern.startswith("!")),
        tuple(_plain(pattern[1:]) for pattern in kept if pattern.startswith("!")),
    )


def _javascript(tree: Tree) -> Iterator[str]:
    declared = table(json_table(tree.read("package.json"))).get("workspaces")
    yield from _texts(declared if isinstance(declared, list) else table(declared).get("packages"))


def _pnpm(tree: Tree) -> Iterator[str]:
    text = tree.read("pnpm-workspace.yaml")
    if text is not None:
        value, _ = yamltext.read(SourceText("pnpm-workspace.yaml", text))
        listed = table(value).get("packages")
        yield from _texts(list(listed) if isinstance(listed, tuple) else None)


def _uv(tree: Tree) -> Iterator[str]:
    yield from _with_exclusions(table(toml_table(tree.read("pyproject.toml")), "tool", "uv", "workspace"))


def _cargo(tree: Tree) -> Iterator[str]:
    yield from _with_exclusions(table(toml_table(tree.read("Cargo.toml")), "workspace"))


def _go(tree: Tree) -> Iterator[str]:
    for match in source(tree, "go.work").finditer(_GO_USE):
        yield from (line.strip() for line in (match[1] or match[2]).split("\n"))


def _maven(tree: Tree) -> Iterator[str]:
    yield from (match[1] for match in source(tree, "pom.xml").finditer(_MAVEN))


def _gradle(tree: Tree) -> Iterator[str]:
    for path in ("settings.gradle", "settings.gradle.kts"):
        for match in source(tree, path).finditer(_GRADLE):
            yield from (name.replace(":", "/") for name in _GRADLE_NAME.findall(match[1]))


_READERS = (_javascript, _pnpm, _uv, _cargo, _go, _maven, _gradle)


def _with_exclusions(workspace: object) -> Iterator[str]:
    yield from _texts(table(workspace).get("members"))
    yield from (f"!{pattern}" for pattern in _texts(table(workspace).get("exclude")))


def _texts(value: object) -> Iterator[str]:
    yield from (item for item in items(value) if isinstance(item, str))


def _plain(pattern: str) -> str:
    return pattern.strip().strip("\"'").removeprefix("./").strip("/")


def _any(patterns: Iterable[str], directory: str) -> bool:
    return any(_matches(pattern.split("/"), directory.split("/")) for pattern in patterns if pattern)


def _matches(pattern: list[str], path: list[str]) -> bool:
    """Whether *path* is what *pattern* says, segment by segment; ``**`` is any number of them."""
    reached = {0}
    for segment in pattern:
        if segment == "**":
            reached = set(range(min(reached, default=len(path) + 1), len(path) + 1))
        else:
            reached = {at + 1 for at in reached if at < len(path) and _segment(segment, path[at])}
    return len(path) in reached


def _segment(pattern: str, name: str) -> bool:
    regular = "".join({"*": "[^/]*", "?": "[^/]"}.get(char, re.escape(char)) for char in re.sub(r"\*+", "*", pattern))
    return re.fullmatch(regular, name) is not None
