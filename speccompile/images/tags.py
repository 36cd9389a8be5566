"""Names and tags of images (the grammar is that of github.com/distribution/reference)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from speccompile.codes.engines import BAD_TAG, NO_COMMIT
from speccompile.diagnostics import Diagnostic, quoted
from speccompile.images.checkout import Checkout
from speccompile.record import record
from speccompile.regex import regex
from speccompile.source import Span

DIRTY = "-dirty"
_TAG = regex(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}", re.ASCII)


@record()
class Tags:
    """The tags that an image gets, the first of which it is called by."""

    values: tuple[str, ...]


def tags(checkout: Checkout, version: str | None, asked: Sequence[str] = ()) -> Tags | Diagnostic:
    """The short commit, the version where there is one, and what was asked for by name.

    What is not a commit's own files is tagged ``-dirty``. Never ``latest``, unless it is asked for.
    """
    for tag in asked:
        if not _TAG.fullmatch(tag):
            message = f"{quoted(tag)} is not an image tag: letters, digits, dots, hyphens and underscores, at most 128"
            return BAD_TAG.at(Span("--tag"), message, fix="choose another --tag")
    suffix = DIRTY if checkout.dirty else ""
    own = [f"{checkout.short}{suffix}"] if checkout.short else []
    if version:
        own.append(_version_tag(version) + suffix)
    found = tuple(dict.fromkeys((*own, *asked)))
    if not found:
        message = f"there is nothing to tag the image with: {checkout.problem}, and no version is known"
        return NO_COMMIT.at(Span("."), message, fix="commit the project to git, or name a tag with --tag")
    return Tags(found)


def _version_tag(version: str) -> str:
    """A version as a tag: the plus sign of a semantic version's build part is not allowed in one."""
    return re.sub(r"[^A-Za-z0-9_.-]", "_", version)[:100]
