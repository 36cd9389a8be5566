"""Where a document that was read is not the one that is expected."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from speccompile.diagnostics import quoted
from speccompile.verify.readers.yaml import Path


def differences(want: Any, have: Any, path: Path) -> Iterator[tuple[Path, str]]:
    """Each place where *have* is not *want*, as deep as possible."""
    name = ".".join(map(str, path)) or "the document"
    if isinstance(want, dict) and isinstance(have, dict):
        for key in sorted(want.keys() - have.keys()):
            yield path, f"{name} has no {key}, the plan says {quoted(want[key])}"[:300]
        for key in sorted(have.keys() - want.keys()):
            yield (*path, key), f"{name} has {key}, of which the plan knows nothing"
        for key in sorted(want.keys() & have.keys()):
            yield from differences(want[key], have[key], (*path, key))
    elif isinstance(want, list) and isinstance(have, list) and len(want) == len(have):
        for number, pair in enumerate(zip(want, have, strict=True)):
            yield from differences(*pair, (*path, number))
    elif want != have or isinstance(want, bool) != isinstance(have, bool):
        yield path, f"{name} is {quoted(have)}, the plan says {quoted(want)}"[:300]
