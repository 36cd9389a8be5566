"""What a reader of a programming language finds in a module: the constants and the imports."""

from __future__ import annotations

from collections.abc import Mapping

from speccompile.record import record


@record()
class SourceModule:
    """A module: its top-level constants (name → line and value), and each import with its line.

    Strings, numbers and booleans are themselves, a sequence is a tuple, a record is a tuple of its values.
    """

    constants: Mapping[str, tuple[int, object]]
    imports: tuple[tuple[int, str], ...]


class Unreadable(ValueError):
    """The text is not of its language; ``line`` is where the reader gave up."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line
