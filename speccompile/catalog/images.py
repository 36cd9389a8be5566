"""What of the catalogue an image is, told by its name."""

from __future__ import annotations

import re

from speccompile.catalog import CATALOG
from speccompile.regex import regex

_IMAGE = regex(r"(?:.*/)?([a-z0-9._-]+?)(?::([\w.-]+))?(?:@.*)?", re.ASCII)
_VERSION = regex(r"(\d+)(?:\.\d+){0,2}", re.ASCII)


def kind_of(image: str) -> tuple[str | None, str | None]:
    """The kind of backing service that *image* is, and its version where the catalogue runs that one; None for each that is not told."""
    match = _IMAGE.fullmatch(image)
    if match is None:
        return None, None
    kind = next(
        (
            kind
            for kind, backing in CATALOG.items()
            if match[1] in (kind, *(word.replace(" ", "-") for word in backing.words))
        ),
        None,
    )
    version = _VERSION.match(match[2] or "") if kind else None
    return kind, version[0] if kind and version and int(version[1]) >= CATALOG[kind].oldest else None
