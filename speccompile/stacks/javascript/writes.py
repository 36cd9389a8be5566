"""Where a program in JavaScript or TypeScript writes: by the sources that are reached, and by where Prisma's schema keeps its database."""

from __future__ import annotations

from speccompile.project.tree import Tree
from speccompile.stacks import writing
from speccompile.stacks.code import source
from speccompile.stacks.javascript.reached import reached
from speccompile.stacks.written import Written


def writes(tree: Tree, entry: str | None, schema: str | None = None) -> tuple[Written, ...]:
    """What the program whose first source is *entry*, with the file *schema* of Prisma's, writes into."""
    codes = [(one.path, one.code) for one in reached(tree, entry)] if entry else []
    described = [(schema, source(tree, schema))] if schema else []
    return writing.written((*codes, *described), writing.below(tree))
