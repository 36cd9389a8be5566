"""The first stage: what people wrote."""

from __future__ import annotations

from speccompile.catalog import CATALOG
from speccompile.diagnostics import Diagnostic
from speccompile.frontends.load import load
from speccompile.frontends.patches import Written, written
from speccompile.project.tree import ProjectTree
from speccompile.record import record
from speccompile.spec.project import ProjectSpec


@record()
class Asked:
    """What people wrote: the specs, what there is to say of them, and what they change about what is generated."""

    spec: ProjectSpec
    notes: tuple[Diagnostic, ...]
    changes: Written


def asked(tree: ProjectTree) -> Asked:
    """What they wrote in *tree*; raises ``Refused``."""
    spec, notes = load(tree, CATALOG)
    return Asked(spec, notes, written(tree))
