"""Where a program in JavaScript or TypeScript writes: by the sources that are reached, and by where Prisma's schema keeps its database."""

from __future__ import annotations

from speccompile.project.tree import Tree
from speccompile.stacks import writing
from speccompile.stacks.code import source
from speccompile.stacks.javascript.reached import Module
from speccompile.stacks.written import Written


def writes(tree: Tree, modules: tuple[Module, ...], schema: str | None = None) -> tuple[Written, ...]:
    """What the program whose sources are *modules*, with the file *schema* of Prisma's in *tree*, writes into."""
    codes = [(one.path, one.code) for one in modules]
    described = [(schema, source(tree, schema))] if schema else []
    return writing.written((*codes, *described), writing.below(tree))
