"""What an emitter gives: a file's text, and for every line of it the reasons why it is there."""

from __future__ import annotations

from collections.abc import Mapping

from speccompile.provenance import Origin
from speccompile.record import record


@record()
class Artifact:
    """A generated file.

    ``path`` is relative to the output directory, with forward slashes. ``origins`` maps line numbers
    (from 1) to the origins of that line, the closest first; every non-blank line is in it.
    """

    path: str
    text: str
    origins: Mapping[int, tuple[Origin, ...]]
    target: str
