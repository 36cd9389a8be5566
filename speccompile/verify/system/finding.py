"""What is wrong with a system: in which file, at which line, and how to say so."""

from __future__ import annotations

from typing import NamedTuple

from speccompile.codes.code import Code


class Finding(NamedTuple):
    """What is wrong: the artifact, the line and the column there (0 for the file as a whole), the code, and a message."""

    path: str
    line: int
    column: int
    code: Code
    message: str
