"""Escaping for what a pod is started, asked and given variables with, where ``$(NAME)`` is put in (Kubernetes, "Define dependent environment
variables"; the API's ``Container.command``). A ``$`` that is doubled is one that stands for itself."""

from __future__ import annotations

from speccompile.backends.escape.text import Text
from speccompile.regex import regex


class PodText(Text):
    """A text of a pod, before YAML quotes it: every ``$`` in it is doubled or one of our own references."""

    __slots__ = ()


# What a reference may name: as the API server checks names of variables, without what would end the reference.
_VARIABLE = regex(r"[A-Za-z_][A-Za-z0-9_]*\Z")


def pod_text(value: str) -> PodText:
    """*value* as it is."""
    return PodText(value.replace("$", "$$"))


def pod_reference(name: str) -> PodText:
    """The value of the variable *name*."""
    if not _VARIABLE.match(name):
        raise ValueError(f"not the name of a variable: {name!r}")
    return PodText(f"$({name})")
