"""What ``generate --allow-unverified`` leaves behind: that images of these specs may be made and published here although something is not shown.

It lies where no commit can put it (see ``local_state``) and holds for this checkout and for exactly these specs: manifests, deploy.yaml and
evidence, by the digests of their bytes. It decides whether ``build`` and ``push`` stop, and nothing else: labels say what was shown either way.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from speccompile import local_state
from speccompile.digests import digest

NAME = "consent.json"
_VERSION = 1


def give(root: Path, inputs: Iterable[tuple[str, str]]) -> None:
    """Keep that the specs *inputs*, pairs of a path and a digest, were allowed for the checkout in *root*, in place of what was before; does
    nothing where it cannot be kept."""
    text = json.dumps({"consent": _VERSION, "specs": _specs(inputs)}, separators=(",", ":"))
    with suppress(OSError, ValueError):
        local_state.usable(str(root)).put(NAME, text.encode())


def given(root: Path, inputs: Iterable[tuple[str, str]]) -> bool:
    """Whether this user allowed just the specs *inputs* in *root*; False for what is not there, not understood or not to be trusted."""
    wanted = {"consent": _VERSION, "specs": _specs(inputs)}
    for place in local_state.places(str(root)):
        with suppress(OSError, ValueError, RecursionError):
            if json.loads(place.read(NAME)) == wanted:
                return True
    return False


def _specs(inputs: Iterable[tuple[str, str]]) -> str:
    return digest(json.dumps(sorted(inputs)).encode("utf-8", "surrogateescape"))
