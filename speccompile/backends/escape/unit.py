"""Escaping for units of systemd and of quadlet, by what reads a value.

systemd takes ``%`` for a specifier in nearly every value (systemd.unit(5), "Specifiers"), and words in double quotes with the escapes of C
(systemd.syntax(7), "Quoting"). What quadlet makes a part of ``podman run`` is read once more as a command line, where ``$`` begins a variable
(systemd.service(5), "Command lines"); there a doubled one stands for itself. Quadlet passes both doubled characters on.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from speccompile.backends.escape.text import LINE_BREAKS, Text, one_line
from speccompile.regex import regex


class UnitText(Text):
    """The value of a key of a unit, or a part of one."""

    __slots__ = ()


_BARE = regex(r"[A-Za-z0-9_./:@,+=-][A-Za-z0-9_./:@,+=$%{}-]*\Z")
_NAME = regex(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}


def unit_comment(text: str) -> UnitText:
    """A comment's text."""
    return UnitText(one_line(text))


def unit_plain(value: str | int) -> UnitText:
    """A value that is taken as it stands, specifiers aside: a title, a number, a name. It has neither quotes nor lines."""
    text = str(value)
    if LINE_BREAKS.search(text) or text != text.strip() or text.endswith("\\"):
        raise ValueError(f"not a value that stands on one line: {text!r}")
    return UnitText(text.replace("%", "%%"))


def unit_own(value: str) -> UnitText:
    """A value of our own, with specifiers that are meant."""
    return UnitText(value)


def argument(value: str) -> UnitText:
    """A value that becomes one argument of ``podman run`` as it stands: quadlet splits nothing in it."""
    return UnitText(unit_plain(value).replace("$", "$$"))


def variable(name: str) -> UnitText:
    """What systemd puts the variable *name* of the service's environment in for."""
    if not _NAME.match(name):
        raise ValueError(f"not the name of a variable: {name!r}")
    return UnitText(f"${{{name}}}")


def value_of(value: str) -> UnitText:
    """A part of a word of ``podman run``'s command line, before it is quoted."""
    if "\0" in value:
        raise ValueError("no argument can hold NUL")
    return UnitText(value.replace("%", "%%").replace("$", "$$"))


def word(*parts: UnitText) -> UnitText:
    """One word of a line that quadlet or systemd splits, made of *parts*."""
    whole = "".join(parts)
    return UnitText(whole if _BARE.match(whole) else f'"{"".join(map(_escaped, whole))}"')


def setting(name: str, value: str) -> UnitText:
    """A variable of the service's own environment, in which ``$`` is nothing special."""
    if not _NAME.match(name) or "\0" in value:
        raise ValueError(f"not a variable and its value: {name!r}")
    return word(UnitText(f"{name}={value.replace('%', '%%')}"))


def exec_form(argv: Iterable[str]) -> UnitText:
    """An argument vector as JSON, which Podman reads as such for entrypoints and health checks; quadlet quotes it as a whole."""
    return UnitText(value_of(json.dumps([*argv])))


def file_value(value: str) -> UnitText:
    """A value in a file of variables (systemd.exec(5), EnvironmentFile=)."""
    if LINE_BREAKS.search(value):
        raise ValueError(f"not a value that stands on one line: {value!r}")
    if re.fullmatch(r"[A-Za-z0-9_./:@,+=-]*", value):
        return UnitText(value)
    return UnitText('"' + re.sub(r'(["\\`$])', r"\\\1", value) + '"')


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character.isprintable():
        return character
    return "".join(f"\\x{byte:02x}" for byte in character.encode())
