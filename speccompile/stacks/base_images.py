"""Which images the Dockerfile of a project begins with, also where their versions are arguments with a default, as many generators of
Dockerfiles write them (``ARG PYTHON_VERSION=3.10-slim`` before ``FROM python:${PYTHON_VERSION}``)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from speccompile.record import record
from speccompile.regex import regex

_LINE = regex(
    r"^[ \t]*(?:ARG[ \t]+(?P<name>\w{1,60})=[\"']?(?P<default>[^\s\"']{1,200})|FROM[ \t]+(?:--platform=\S+[ \t]+)?(?P<from>\S{1,300}))",
    re.IGNORECASE | re.MULTILINE,
)
_IMAGE = regex(
    r"(?:docker\.io/)?(?:library/)?(?P<image>[a-z][a-z0-9._/-]{0,80}):v?(?P<version>\d{1,3}(?:\.\d{1,4}){0,2})",
    re.IGNORECASE,
)
_REFERENCE = regex(r"\$(?:\{(\w{1,60})(?::?-([^}]{0,100}))?\}|(\w{1,60}))")


@record()
class BaseImage:
    """An image, its version as far as that is numbers, and the line that says the version."""

    name: str
    version: str
    line: int


def base_images(text: str) -> Iterator[BaseImage]:
    """Those of the Dockerfile *text* whose versions are known, in its order."""
    given: dict[str, tuple[str, int]] = {}
    begun = False
    for match in _LINE.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        if match["from"] is None:
            # Only what stands before the first FROM counts in one (https://docs.docker.com/reference/dockerfile/#understand-how-arg-and-from-interact).
            if not begun:
                given.setdefault(match["name"], (_filled(match["default"], given), line))
            continue
        begun = True
        found = _IMAGE.match(_filled(match["from"], given))
        if found:
            named = (given[name][1] for name in _names(match["from"]) if name in given)
            yield BaseImage(found["image"], found["version"], max(named, default=line))


def _filled(text: str, given: Mapping[str, tuple[str, int]]) -> str:
    """*text* with what is *given* in the place of references; one to nothing stays."""
    return _REFERENCE.sub(lambda one: given[name][0] if (name := one[1] or one[3]) in given else one[2] or one[0], text)


def _names(text: str) -> Iterator[str]:
    return (one[1] or one[3] for one in _REFERENCE.finditer(text))
