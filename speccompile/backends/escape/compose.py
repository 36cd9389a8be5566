"""Escaping for values of compose files, where ``$`` interpolates (Compose Specification, interpolation)."""

from __future__ import annotations

import re

from speccompile.backends.escape.text import LINE_BREAKS, Text
from speccompile.regex import regex


class ComposeText(Text):
    """A value of a compose file, before YAML quotes it: every ``$`` in it is doubled or one of our own interpolations."""

    __slots__ = ()


_VARIABLE = regex(r"[A-Za-z_][A-Za-z0-9_]*\Z")


_SEE = "see .env.example"


def compose_text(value: str) -> ComposeText:
    """*value* as it is: compose interpolates nothing in it (Compose Specification, "Interpolation")."""
    return ComposeText(value.replace("$", "$$"))


def compose_required(slot: str) -> ComposeText:
    """The value of the operator's variable *slot*; compose refuses to start without one."""
    return ComposeText("${" + _variable(slot) + ":?" + _SEE + "}")


def compose_optional(slot: str, default: str) -> ComposeText:
    """The value of the operator's variable *slot*, *default* where it is unset or empty."""
    if re.search(r"[{}]", default) or LINE_BREAKS.search(default):
        raise ValueError(f"not a default that an interpolation can hold: {default!r}")
    return ComposeText("${" + _variable(slot) + ":-" + default.replace("$", "$$") + "}")


def compose_pinned(reference: str, slot: str) -> ComposeText:
    """An image whose digest the operator may give in *slot*."""
    return ComposeText(f"{compose_text(reference)}{compose_digest(slot)}")


def compose_digest(slot: str) -> ComposeText:
    """What pins an image whose digest the operator may give: *slot* holds 64 hexadecimal digits or nothing."""
    name = _variable(slot)
    return ComposeText(f"${{{name}:+@sha256:${{{name}:-}}}}")


def _variable(name: str) -> str:
    if not _VARIABLE.match(name):
        raise ValueError(f"not the name of a variable: {name!r}")
    return name
