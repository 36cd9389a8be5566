"""Escaping for HCL's native syntax, in which bake files and OpenTofu's configurations are written (HCL specification, "Template Expressions").

In a quoted string ``${`` and ``%{`` begin templates: both are doubled to stand for themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from speccompile.backends.escape.text import LINE_BREAKS, Text, one_line
from speccompile.regex import regex


class HclText(Text):
    """Part of an HCL file."""

    __slots__ = ()


_NAME = regex(r"[A-Za-z_][A-Za-z0-9_-]*\Z")


def hcl_comment(text: str) -> HclText:
    """A comment's text; a comment ends with its line."""
    return HclText(one_line(text))


def hcl_name(name: str) -> HclText:
    """An identifier."""
    if not _NAME.match(name):
        raise ValueError(f"not an identifier of HCL: {name!r}")
    return HclText(name)


def hcl_string(value: str) -> HclText:
    """*value* as a quoted string that stands for itself: nothing in it is a template."""
    return HclText(f'"{_inside(value)}"')


def hcl_strings(values: Iterable[str]) -> HclText:
    """A list of strings, on one line."""
    return HclText(f"[{', '.join(hcl_string(value) for value in values)}]")


def hcl_numbers(values: Iterable[int]) -> HclText:
    """A list of whole numbers, on one line."""
    return HclText(f"[{', '.join(str(int(value)) for value in values)}]")


def hcl_chosen(variable: str, otherwise: str) -> HclText:
    """The part of a quoted string that is the value of *variable*, and *otherwise* where that is empty."""
    return HclText(f'${{{hcl_name(variable)} == "" ? {hcl_string(otherwise)} : {hcl_name(variable)}}}')


def hcl_joined(*parts: HclText | str) -> HclText:
    """A quoted string: texts stand for themselves, what is HCL's already is taken as it is."""
    return HclText(f'"{"".join(part if isinstance(part, HclText) else _inside(part) for part in parts)}"')


def _inside(value: str) -> str:
    if LINE_BREAKS.search(value):
        raise ValueError(f"a control character cannot stand in a string of HCL here: {value!r}")
    return re.sub(r"([$%])\{", r"\1\1{", re.sub(r'(["\\])', r"\\\1", value))


def hcl_object(values: Mapping[str, str]) -> HclText:
    """An object of strings, by sorted names, on one line."""
    pairs = ", ".join(f"{hcl_string(name)} = {hcl_string(value)}" for name, value in sorted(values.items()))
    return HclText(f"{{ {pairs} }}" if pairs else "{}")
