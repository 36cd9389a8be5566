"""Escaping for workflows of GitHub Actions: in every string ``${{`` begins an expression (GitHub's documentation, "Contexts and expressions")."""

from __future__ import annotations

from speccompile.backends.escape.text import Text


class WorkflowText(Text):
    """A value of a workflow, before YAML quotes it."""

    __slots__ = ()


def workflow_text(value: str) -> WorkflowText:
    """*value* as it is: what would begin an expression is the value of one, a string."""
    return WorkflowText(value.replace("${{", "${{ '${{' }}"))


def workflow_expression(expression: str) -> WorkflowText:
    """The value of an *expression* of our own."""
    if "}}" in expression:
        raise ValueError(f"not an expression of ours: {expression!r}")
    return WorkflowText(f"${{{{ {expression} }}}}")
