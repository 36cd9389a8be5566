"""What targets say of plans that they cannot hold: where, and that there is nothing for them at all."""

from __future__ import annotations

from speccompile.codes.delivery import GIVES_NOTHING
from speccompile.diagnostics import Diagnostic
from speccompile.plan.node import Node
from speccompile.plan.plan import Plan
from speccompile.source import Span


def at(node: Node) -> Span:
    """The first place in the inputs that wants *node*."""
    return next((cause.span for cause in node.origin.causes), Span("specs"))


def gives_nothing(plan: Plan, target: str, why: str) -> Diagnostic:
    """That *target* has no file for *plan*."""
    return GIVES_NOTHING.at(
        at(plan),
        f"{target} gives no file: {why}",
        fix=f"take {target} out of `targets` in deploy.yaml, or off the command line",
    )
