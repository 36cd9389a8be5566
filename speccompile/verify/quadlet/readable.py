"""Values for invariants, which look at what can be read; what cannot is a finding of its own."""

from __future__ import annotations

from speccompile.verify.readers.unitfile import Parts, Unescaped, argv, parts, words


def read_parts(value: str) -> Parts:
    """The parts of *value*; none where it cannot be read."""
    try:
        return parts(value)
    except Unescaped:
        return ()


def read_words(value: str) -> tuple[str, ...]:
    """The words of *value*; none where it cannot be read."""
    try:
        return words(value)
    except Unescaped:
        return ()


def read_argv(value: str) -> tuple[str, ...]:
    """The argument vector in *value*; none where there is none."""
    try:
        return argv(value)
    except Unescaped:
        return ()
