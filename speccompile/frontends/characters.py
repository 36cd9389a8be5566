"""The characters that no spec may contain, whether they stand there themselves or as an escape.

Texts of specs end up in Dockerfiles, YAML, nginx configurations, shell words and source literals, and no two of their
readers agree about these characters; the private-use ones are also how templates mark where a value comes from.
"""

from __future__ import annotations

from collections.abc import Container
from itertools import islice

from speccompile.codes.reading import CHARACTER, NOT_TEXT
from speccompile.diagnostics import Diagnostic
from speccompile.spec.characters import IN_FILES, IN_PROSE, IN_STRINGS
from speccompile.spec.located import SourceText

_SHOWN_AT_MOST = 10

PROSE = frozenset({"natural", "description"})
"""The keys whose texts may have several lines."""


def in_file(source: SourceText) -> list[Diagnostic]:
    """What is wrong with the characters of a file: one finding for each of them, where it stands first; ten at most."""
    if source.text.startswith("\ufeff"):
        return [
            NOT_TEXT.at(source.span(0), "the file begins with a byte order mark", fix="save it as UTF-8 without one")
        ]
    first: dict[str, int] = {}
    for found in IN_FILES.finditer(source.text):
        first.setdefault(found[0], found.start())
    return [_finding(source, offset, character, "") for character, offset in islice(first.items(), _SHOWN_AT_MOST)]


def in_string(
    text: str, source: SourceText, offset: int, key: str, prose: Container[str] = PROSE
) -> tuple[str, Diagnostic | None]:
    """A string that stands at *offset* under *key* without what it may not contain, and what that was; below the keys in *prose* it may have
    several lines."""
    pattern = IN_PROSE if key in prose else IN_STRINGS
    found = pattern.search(text)
    if not found:
        return text, None
    return pattern.sub("\ufffd", text), _finding(source, offset, found[0], "the text holds ")


def _finding(source: SourceText, offset: int, character: str, where: str) -> Diagnostic:
    fix = "take the character out"
    if character in "\n\t":
        fix = "write the text on one line, without tabs"
    elif character == "\r":
        fix = "save the file with line ends LF or CRLF"
    return CHARACTER.at(
        source.span(offset), f"{where}the character U+{ord(character):04X}, which no spec may contain", fix=fix
    )
