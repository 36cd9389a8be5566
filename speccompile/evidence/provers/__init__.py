"""What proves specifications: one module a prover, one line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from speccompile.evidence.proof import Proof
from speccompile.evidence.provers import dafny, tlc
from speccompile.evidence.running import Bench

Prove = Callable[[Bench, Path, Sequence[str]], tuple[Proof, ...]]

PROVERS: Mapping[str, Prove] = {"dafny": dafny.prove, "tlc": tlc.prove}
"""By tool: from what runs it, the project's root and the specifications below that, a proof a run."""
