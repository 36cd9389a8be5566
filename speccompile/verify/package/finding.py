"""What a check finds before it is a diagnostic."""

from __future__ import annotations

from typing import TypeAlias

from speccompile.codes.code import Code

Finding: TypeAlias = tuple[int, Code, str]
"""A line of the artifact (0: all of it), the code, the message."""
