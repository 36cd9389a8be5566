"""Where a Java or Kotlin program writes: by its sources, and by the database that its framework's settings name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from speccompile.project.tree import Tree
from speccompile.regex import regex
from speccompile.stacks import writing
from speccompile.stacks.code import source
from speccompile.stacks.java import settings as framework_settings
from speccompile.stacks.java import sources
from speccompile.stacks.java.settings import Setting
from speccompile.stacks.writing_forms import DATABASE
from speccompile.stacks.written import Written

_FILE = regex(r"jdbc:(?:sqlite:|h2:file:|h2:(?=\./)|hsqldb:file:)([^;?]+)")
_MOST_FILES = 60


def writes(tree: Tree, directory: str) -> tuple[Written, ...]:
    """What the module in *directory* writes into."""
    codes = ((path, source(tree, path)) for path in sources.files(tree, directory)[:_MOST_FILES])
    return (*writing.written(codes, writing.below(tree)), *_configured(tree, framework_settings.read(tree, directory)))


def _configured(tree: Tree, settings: Mapping[str, Setting]) -> Iterator[Written]:
    for setting in settings.values():
        match = _FILE.match(setting.value)
        found = writing.place(match[1], DATABASE, setting.span, writing.below(tree), directory=False) if match else None
        if found:
            yield found
