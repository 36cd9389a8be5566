"""The parameter of a digest: it pins an image that is named by a tag."""

from __future__ import annotations

from speccompile.plan.workload import Parameter
from speccompile.provenance import Origin

_DIGEST = "64 hexadecimal digits that pin the image {image}, without sha256: in front; empty: the tag alone"
_NO_DIGEST = "as its registry names it"


def pin(name: str, image: str, who: tuple[str, ...], origin: Origin) -> Parameter:
    """The parameter *name* of a digest that pins *image*, asked for by *who*."""
    return Parameter(
        name=name, purpose=_DIGEST.format(image=image), default="", example=_NO_DIGEST, requested_by=who, origin=origin
    )
