"""The stacks, in order of precedence: the first one that finds something to run is taken. One module a stack, one
line here."""

from __future__ import annotations

from typing import Any

from speccompile.stacks import bun, deno, go, java, node, python, rust, static
from speccompile.stacks.stack import Stack

STACKS: tuple[Stack[Any], ...] = (
    java.STACK,
    deno.STACK,
    bun.STACK,
    node.STACK,
    python.STACK,
    go.STACK,
    rust.STACK,
    static.STACK,
)
