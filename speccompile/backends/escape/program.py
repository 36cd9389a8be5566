"""Escaping for the source code of programs: Python, JavaScript, TypeScript."""

from __future__ import annotations

import json

from speccompile.backends.escape.text import Text, one_line


class PythonText(Text):
    """Part of a Python module."""

    __slots__ = ()


class ScriptText(Text):
    """Part of a JavaScript or TypeScript module."""

    __slots__ = ()


def python_comment(text: str) -> PythonText:
    """A comment's text in a Python module."""
    return PythonText(one_line(text).encode("ascii", "backslashreplace").decode("ascii"))


def python_literal(value: str | int | bool) -> PythonText:
    """*value* as an ASCII literal of Python 3, strings in double quotes.

    JSON's escapes mean the same in Python; characters beyond ASCII get Python's, for JSON's surrogate pairs are two
    characters there.
    """
    if isinstance(value, str):
        return PythonText(json.dumps(value, ensure_ascii=False).encode("ascii", "backslashreplace").decode("ascii"))
    return PythonText(repr(value))


def script_comment(text: str) -> ScriptText:
    """The text of a // comment in JavaScript or TypeScript."""
    return ScriptText(one_line(text).encode("ascii", "backslashreplace").decode("ascii"))


def script_literal(value: str | int | bool) -> ScriptText:
    """*value* as an ASCII literal of JavaScript and TypeScript (ECMA-262), strings in double quotes."""
    return ScriptText(json.dumps(value, ensure_ascii=True))
