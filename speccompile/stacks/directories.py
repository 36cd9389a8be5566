"""The directories of a project in which a service may be."""

from __future__ import annotations

from collections.abc import Iterator

from speccompile.project.tree import Tree
from speccompile.stacks.sources import nameable

# Other people's code, what is made anew, what shows or tests the project: no service, even where a workspace has it as a member.
_NEVER = frozenset((
    "__mocks__", "__pycache__", "__tests__", "bench", "benches", "benchmark", "benchmarks", "bower_components", "build",
    "coverage", "cypress", "demo", "demos", "dist", "e2e", "env", "example", "examples", "fixture", "fixtures", "generated",
    "integration-tests", "jspm_packages", "mock", "mocks", "node_modules", "out", "playwright", "remix.init", "sample", "samples", "site-packages", "spec",
    "specs", "target", "test", "testdata", "testing", "tests", "third-party", "third_party", "thirdparty", "vendor", "vendored", "venv", "virtualenv",
))  # fmt: skip
# Beside the services of a project rather than one of them, unless a workspace says so.
_BESIDE = frozenset((
    "ansible", "assets", "charts", "ci", "config", "configs", "contrib", "deploy", "deployment", "doc", "docs", "helm", "hooks", "infra",
    "infrastructure", "k8s", "kubernetes", "manifests", "migrations", "playground", "playgrounds", "plugins", "public", "scripts", "static", "storybook",
    "templates", "terraform", "tool", "tools", "tooling",
))  # fmt: skip
_DEEPEST = 4
_MOST = 600


def walk(tree: Tree) -> tuple[str, ...]:
    """The directories of *tree* down to the fourth level, its root not among them, breadth first and sorted; hidden ones, and
    those that never hold a service, are left out with all that is in them."""
    return tuple(path for path in inside(tree, "") if path)


def inside(tree: Tree, directory: str) -> tuple[str, ...]:
    """*directory*, and those below it, in the same way."""
    found, level = [directory], [directory]
    for _ in range(_DEEPEST):
        level = [path for parent in level for path in _children(tree, parent)][: _MOST - len(found)]
        found += level
    return tuple(found)


def is_beside(directory: str) -> bool:
    """Whether *directory* is, or is in, one that holds no service unless somebody says so."""
    return any(part.lower() in _BESIDE for part in directory.split("/"))


def _children(tree: Tree, parent: str) -> Iterator[str]:
    for entry in tree.entries(parent):
        name = entry.rstrip("/")
        path = f"{parent}/{name}" if parent else name
        if entry.endswith("/") and not name.startswith(".") and name.lower() not in _NEVER and nameable(path):
            yield path
