"""Where a document that was read is not the one that is expected."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from speccompile.diagnostics import quoted
from speccompile.verify.readers.yaml import Path


def differences(want: Any, have: Any, path: Path) -> Iterator[tuple[Path, str]]:
    """Each place where *have* is not *want*, as deep as possible."""
    if isinstance(want, dict) and isinstance(have, dict):
        if want.keys() != have.keys():
            yield from _keys(want, have, path)
        for key in sorted(want.keys() & have.keys()):
            yield from differences(want[key], have[key], (*path, key))
    elif isinstance(want, list) and isinstance(have, list) and len(want) == len(have):
        for number, pair in enumerate(zip(want, have, strict=True)):
            yield from differences(*pair, (*path, number))
    elif want != have or isinstance(want, bool) != isinstance(have, bool):
        yield path, f"{_named(path)} is {quoted(have)}, the plan says {quoted(want)}"[:300]


def _keys(want: dict[str, Any], have: dict[str, Any], path: Path) -> Iterator[tuple[Path, str]]:
    for key in sorted(want.keys() - have.keys()):
        yield path, f"{_named(path)} has no {key}, the plan says {quoted(want[key])}"[:300]
    for key in sorted(have.keys() - want.keys()):
        yield (*path, key), f"{_named(path)} has {key}, of which the plan knows nothing"


def _named(path: Path) -> str:
    return ".".join(map(str, path)) or "the document"
