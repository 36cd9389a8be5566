"""Command lines as other people write them, word by word: nothing here is run by a shell."""

from __future__ import annotations

import shlex

from speccompile.regex import regex

_SHELL = regex(r"[|&;<>()$`*?\[\]{}~!#\n\\]")
_SHELLS = frozenset(("sh", "bash", "/bin/sh", "/bin/bash"))
# What a shell does itself (POSIX.1-2017, XCU 2.14): no program is called so, or one that has no effect on what comes after.
_BUILT_IN = frozenset(
    (
        ".",
        ":",
        "alias",
        "cd",
        "eval",
        "exec",
        "exit",
        "export",
        "read",
        "readonly",
        "set",
        "source",
        "trap",
        "ulimit",
        "umask",
        "unset",
        "wait",
    )
)


def needs_shell(command: str) -> bool:
    """Whether something in *command* means something to a shell."""
    return _SHELL.search(command) is not None


def plain(command: str) -> tuple[str, ...] | None:
    """The words of a command line that needs no shell; None when it needs one."""
    if needs_shell(command):
        return None
    try:
        words = shlex.split(command)
    except ValueError:
        return None
    return tuple(words) if words and words[0] not in _SHELLS | _BUILT_IN and "=" not in words[0] else None
