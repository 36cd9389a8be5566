"""Which build back ends make a package of sources that stay where they lie (PEP 660), and neither copy nor compile any."""

from __future__ import annotations

import re
from collections.abc import Iterator

from speccompile.project.tree import Tree
from speccompile.regex import regex
from speccompile.stacks.manifest import Table, table, word, words
from speccompile.stacks.python.binaries import number
from speccompile.stacks.python.requirements import normal

# Back ends of pure Python, the distribution of each, and its first release that can do it. Others compile: meson-python
# when a module is imported, maturin beside the sources. Neither would be in the image.
_KNOWN = {
    "flit_core.buildapi": ("flit-core", (3, 4)),
    "hatchling.build": ("hatchling", (1, 0)),
    "pdm.backend": ("pdm-backend", (2, 0)),
    "poetry.core.masonry.api": ("poetry-core", (1, 0, 8)),
    "setuptools.build_meta": ("setuptools", (64, 0)),
    "uv_build": ("uv-build", (0, 0)),
}
_BOUND = regex(r"(<=?|===?|~=)\s*(\d[\d.]*)")
_GENERATING = (
    ("hatch", "build", "hooks"),
    ("hatch", "build", "targets", "wheel", "hooks"),
    ("pdm", "build"),
    ("poetry", "build"),
    ("setuptools", "ext-modules"),
)


def links(tree: Tree, data: Table) -> bool:
    """Whether what the pyproject.toml *data* of *tree* describes is a package without a copy of its sources: one of the
    back ends that can do it, nothing beside it that could make a file of its own."""
    system, tool = table(data, "build-system"), table(data, "tool")
    distribution, first = _KNOWN.get(word(system.get("build-backend")) or "", ("", ()))
    alone = all(normal(_named(line)) in (distribution, "wheel") for line in words(system.get("requires")))
    generates = any(table(tool, *keys[:-1]).get(keys[-1]) for keys in _GENERATING) or tree.is_file("setup.py")
    bounds = (
        bound
        for line in words(system.get("requires"))
        if normal(_named(line)) == distribution
        for bound in _bounds(line)
    )
    return bool(distribution) and alone and not generates and all(_after(bound, first) for bound in bounds)


def _named(line: str) -> str:
    return re.split(r"[^\w.-]", line.strip(), maxsplit=1)[0]


def _bounds(line: str) -> Iterator[tuple[str, str]]:
    yield from _BOUND.findall(line.partition(";")[0])


def _after(bound: tuple[str, str], first: tuple[int, ...]) -> bool:
    operator, release = bound
    return number(release) > first if operator == "<" else number(release) >= first
