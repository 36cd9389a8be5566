"""``artifact``: the program of a service as a file, for what runs it without a container."""

from __future__ import annotations

from speccompile.plan.program import Program
from speccompile.provenance import Cause, because
from speccompile.spec.deploy import BuiltService

CODE = "SC477"
TITLE = "programs that are built already"


def program(asked: BuiltService | None) -> Program | None:
    """What *asked* names; None where it names none."""
    if asked is None or asked.artifact is None:
        return None
    built = asked.artifact
    said = (*(("arguments",) if built.arguments else ()), *(("program",) if built.program else ()))
    keys = (asked.at("artifact"), *map(built.at, said))
    return Program(
        path=built.path, arguments=built.arguments, within=built.program, origin=because(CODE, *map(Cause, keys))
    )
