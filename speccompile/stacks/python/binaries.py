"""On which Python a pinned release can be installed without a compiler.

A release with parts in C or Rust has binary wheels for the lines of Python that there were when it was made. Where a
project pins such a release and says nothing of Python, the newest line with wheels for all that it pins is taken; no
older one than is still maintained: what has no wheels even there is compiled.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from speccompile.record import record

LINES = ("3.11", "3.12", "3.13")
# The first release with wheels for Linux and each of the lines.
_FIRST = {
    "aiohttp": ("3.8.3", "3.9.0", "3.10.6"),
    "asyncpg": ("0.27.0", "0.29.0", "0.30.0"),
    "cffi": ("1.15.1", "1.16.0", "1.17.0"),
    "frozenlist": ("1.3.1", "1.4.0", "1.5.0"),
    "gevent": ("22.10.2", "23.9.0", "24.10.1"),
    "greenlet": ("2.0.0", "3.0.0", "3.1.0"),
    "grpcio": ("1.49.1", "1.59.0", "1.66.2"),
    "httptools": ("0.5.0", "0.6.1", "0.6.2"),
    "lxml": ("4.9.2", "4.9.3", "5.3.0"),
    "matplotlib": ("3.6.0", "3.8.0", "3.9.2"),
    "multidict": ("6.0.3", "6.0.5", "6.1.0"),
    "numpy": ("1.23.2", "1.26.0", "2.1.0"),
    "orjson": ("3.8.0", "3.9.6", "3.10.7"),
    "pandas": ("1.5.1", "2.1.1", "2.2.3"),
    "pillow": ("9.3.0", "10.1.0", "11.0.0"),
    "psycopg-binary": ("3.1.3", "3.1.12", "3.2.3"),
    "psycopg2-binary": ("2.9.5", "2.9.9", "2.9.10"),
    "pyarrow": ("10.0.0", "14.0.0", "18.0.0"),
    "pydantic-core": ("0.0.1", "2.10.0", "2.20.0"),
    "pyyaml": ("6.0", "6.0.1", "6.0.2"),
    "scikit-learn": ("1.1.3", "1.3.1", "1.5.2"),
    "scipy": ("1.9.2", "1.11.2", "1.14.1"),
    "ujson": ("5.5.0", "5.8.0", "5.10.0"),
    "uvloop": ("0.17.0", "0.18.0", "0.21.0"),
    "yarl": ("1.8.2", "1.9.3", "1.13.0"),
}


@record()
class Newest:
    """The newest *line* of Python that *name*, at *release*, has wheels for; ``below`` is the range that it allows."""

    line: str
    name: str
    release: str

    @property
    def below(self) -> str:
        """All lines up to this one."""
        return f"<3.{int(self.line.partition('.')[2]) + 1}"


def newest(releases: Mapping[str, str]) -> Newest | None:
    """What holds back the most of what is pinned (*releases*, by name); None when nothing does."""
    held = [
        Newest(LINES[max(lines - 1, 0)], name, releases[name]) for name, lines in _known(releases) if lines < len(LINES)
    ]
    return min(held, key=lambda one: (number(one.line), one.name)) if held else None


def compiled(releases: Mapping[str, str], python: str) -> frozenset[str]:
    """What of *releases* has no wheels for the line of *python*, as far as that is known."""
    line = ".".join(python.split(".")[:2])
    at = LINES.index(line) if line in LINES else (0 if number(line) < number(LINES[0]) else len(LINES) - 1)
    return frozenset(name for name, lines in _known(releases) if lines <= at)


def number(release: str) -> tuple[int, ...]:
    """A release as numbers to compare; () when it is none."""
    match = re.match(r"\d{1,6}(?:\.\d{1,6})*", release)
    numbers = [int(part) for part in match[0].split(".")] if match else []
    while numbers and not numbers[-1]:
        numbers.pop()
    return tuple(numbers)


def _known(releases: Mapping[str, str]) -> Iterator[tuple[str, int]]:
    """Those that are in the table, and for how many of the lines there are wheels."""
    for name, first in _FIRST.items():
        release = number(releases.get(name, ""))
        if release:
            yield name, sum(release >= number(least) for least in first)
