"""The parameters of secrets: a file's path, or a value."""

from __future__ import annotations

from speccompile.lower.naming import variable
from speccompile.plan.workload import Parameter
from speccompile.provenance import Origin


def file_parameter(name: str, purpose: str, who: tuple[str, ...], origin: Origin) -> Parameter:
    """The parameter of a secret that is a file: its path on the host."""
    return Parameter(
        name=variable(name, "file"),
        purpose=f"path of a file with {purpose}",
        default=None,
        example=f"./secrets/{name}",
        requested_by=who,
        origin=origin,
    )


def value_parameter(name: str, purpose: str, who: tuple[str, ...], origin: Origin, *, in_url: bool) -> Parameter:
    """The parameter of a secret that is a value; *in_url* where it becomes part of a URL."""
    return Parameter(
        name=name,
        purpose=purpose,
        default=None,
        example="",
        secret=True,
        in_url=in_url,
        requested_by=who,
        origin=origin,
    )
