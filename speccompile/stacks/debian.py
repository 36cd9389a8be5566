"""Debian packages that a stack knows of, and those that deploy.yaml asks for."""

from __future__ import annotations

from collections.abc import Iterable


def merged(own: Iterable[str], asked: Iterable[str]) -> tuple[str, ...]:
    """Both, without a package twice: what deploy.yaml asks for is taken as it is asked for."""
    wishes = tuple(asked)
    named = {wish.partition("=")[0] for wish in wishes}
    return (*(one for one in own if one.partition("=")[0] not in named), *wishes)
