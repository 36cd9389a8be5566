"""The two ways a compilation can end early."""

from __future__ import annotations

from collections.abc import Sequence

from speccompile.diagnostics import Diagnostic, in_order


class Refused(Exception):
    """The input cannot be compiled; carries everything that a stage found wrong with it, each thing once, in order of place."""

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        super().__init__("; ".join(map(str, in_order(diagnostics))))
        self.diagnostics = in_order(diagnostics)
