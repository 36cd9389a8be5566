"""Escaping for POSIX shell texts, and for crontabs: a shell command, in which cron has its own mind about ``%``."""

from __future__ import annotations

import re
from collections.abc import Iterable

from speccompile.backends.escape.shell import quoted
from speccompile.backends.escape.text import Text, one_line


class ShellText(Text):
    """Part of a crontab or POSIX shell text."""

    __slots__ = ()


def shell_word(word: str) -> ShellText:
    """One word of a POSIX shell command."""
    return ShellText(quoted(word))


def shell_literal(value: str | int | bool) -> ShellText:
    """*value* as a word: ``true`` and ``false``, digits, or text that is quoted where it has to be."""
    return ShellText(str(value).lower() if isinstance(value, bool) else quoted(str(value)))


def shell_comment(text: str) -> ShellText:
    """A comment's text."""
    return ShellText(one_line(text))


def crontab_command(words: Iterable[str]) -> ShellText:
    """A command in a crontab: quoted for /bin/sh; cron itself takes an unescaped percent sign for a line break (crontab(5))."""
    return ShellText(" ".join(quoted(word) for word in words).replace("%", r"\%"))


def crontab_schedule(fields: str) -> ShellText:
    """Five cron fields."""
    if not re.fullmatch(r"[0-9A-Za-z*,/-]+(?: [0-9A-Za-z*,/-]+){4}", fields):
        raise ValueError(f"not five cron fields: {fields!r}")
    return ShellText(fields)


def crontab_zone(name: str) -> ShellText:
    """The value of CRON_TZ: a zone as IANA calls it, which has nothing that a crontab could take for something else."""
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9][A-Za-z0-9_+-]*){0,2}", name):
        raise ValueError(f"not a time zone: {name!r}")
    return ShellText(name)
