"""SC130: what a program insists on when it starts."""

from __future__ import annotations

from speccompile.codes.code import Code
from speccompile.diagnostics import Severity

ENV_FILE = Code(
    "SC130",
    "a program that ends where there is no .env",
    """\
The program reads a file of variables as it starts, and ends where there is none. No image has one: it holds the secrets of whoever wrote
it, and what a container is told stands in its environment, where the program finds it without the file.""",
    Severity.WARNING,
)

CODES: tuple[Code, ...] = (ENV_FILE,)
