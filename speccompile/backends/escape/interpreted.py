"""Escaping for the source code of PHP and Ruby programs: both put values into strings in double quotes."""

from __future__ import annotations

import re

from speccompile.backends.escape.text import Text, one_line
from speccompile.regex import regex


class PhpText(Text):
    """Part of a PHP source file."""

    __slots__ = ()


class RubyText(Text):
    """Part of a Ruby source file."""

    __slots__ = ()


# What begins an expression in a string is escaped: $ in PHP, # in Ruby.
_PLAIN = regex(r"[ !%-\[\]-~]")


def php_comment(text: str) -> PhpText:
    """The text of a // comment, which `?>` would end."""
    return PhpText(_ascii(text).replace("?>", "? >"))


def php_literal(value: str | int | bool) -> PhpText:
    """*value* as an ASCII literal of PHP 8, strings in double quotes."""
    return PhpText(_literal(value))


def ruby_comment(text: str) -> RubyText:
    """The text of a # comment."""
    return RubyText(_ascii(text))


def ruby_literal(value: str | int | bool) -> RubyText:
    """*value* as an ASCII literal of Ruby 3, strings in double quotes."""
    return RubyText(_literal(value))


def _ascii(text: str) -> str:
    return one_line(text).encode("ascii", "backslashreplace").decode("ascii")


def _literal(value: str | int | bool) -> str:
    if isinstance(value, str):
        if re.search("[\ud800-\udfff]", value):
            raise ValueError(f"a surrogate cannot stand in a string of UTF-8: {value!r}")
        return '"' + "".join(map(_escaped, value)) + '"'
    return str(value).lower()


def _escaped(letter: str) -> str:
    if _PLAIN.match(letter):
        return letter
    return f"\\{letter}" if letter in '"\\$' else f"\\u{{{ord(letter):x}}}"
