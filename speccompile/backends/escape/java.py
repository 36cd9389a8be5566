"""Escaping for the source code of Java programs (JLS 3).

A compiler replaces ``\\u0022`` by a quotation mark before it looks for tokens (JLS 3.3), in comments too: so no backslash
may stand where it begins such an escape, but for characters beyond ASCII, which are no token by themselves.
"""

from __future__ import annotations

from speccompile.backends.escape.text import Text, one_line

_SHORT = {'"': '\\"', "\\": "\\\\"}


class JavaText(Text):
    """Part of a Java program."""

    __slots__ = ()


def java_comment(text: str) -> JavaText:
    """The text of a // comment. Backslashes are doubled: one behind another begins no Unicode escape."""
    return JavaText("".join("\\\\" if char == "\\" else _ascii(char) for char in one_line(text)))


def java_literal(value: str | int | bool) -> JavaText:
    """*value* as an ASCII literal of Java 8 and newer; control characters in octal."""
    if isinstance(value, bool):
        return JavaText("true" if value else "false")
    if isinstance(value, int):
        return JavaText(str(value))
    return JavaText('"' + "".join(_SHORT.get(char) or _ascii(char) for char in value) + '"')


def _ascii(char: str) -> str:
    if " " <= char <= "~":
        return char
    if ord(char) < 128:
        return f"\\{ord(char):03o}"
    units = char.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))
