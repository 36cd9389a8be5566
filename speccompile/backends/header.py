"""The two comment lines at the head of every artifact."""

from __future__ import annotations

from pathlib import PurePosixPath

from speccompile.ownership import MARK


def lines(path: str) -> tuple[str, str]:
    """What the artifact at *path* says about itself: that it is generated, and how to ask why a line is there."""
    return (
        f'{MARK} Do not edit: change the specs and run "speccompile generate".',
        f"Why a line is here: speccompile explain {PurePosixPath(path).name}:<line>.",
    )
