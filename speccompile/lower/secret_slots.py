"""The slots of secrets: a file's path, or a value."""

from __future__ import annotations

from speccompile.lower.naming import variable
from speccompile.plan.container import Slot
from speccompile.provenance import Origin


def file_slot(name: str, purpose: str, who: tuple[str, ...], origin: Origin) -> Slot:
    """The slot of a secret that is a file: its path on the host."""
    return Slot(
        name=variable(name, "file"),
        purpose=f"path of a file with {purpose}",
        default=None,
        example=f"./secrets/{name}",
        requested_by=who,
        origin=origin,
    )


def value_slot(name: str, purpose: str, who: tuple[str, ...], origin: Origin, *, in_url: bool) -> Slot:
    """The slot of a secret that is a value; *in_url* where it becomes part of a URL."""
    return Slot(
        name=name,
        purpose=purpose,
        default=None,
        example="",
        secret=True,
        in_url=in_url,
        requested_by=who,
        origin=origin,
    )
