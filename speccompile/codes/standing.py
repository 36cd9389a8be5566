"""SC391–SC395: what did not become of an assertion."""

from __future__ import annotations

from speccompile.codes.code import Code
from speccompile.diagnostics import Severity

CONTRADICTED = Code(
    "SC391",
    "an assertion that is contradicted",
    """A confirmed assertion demands one thing, and deploy.yaml, a constraint, the sources or another assertion another («at most 512 MB»
    beside `memory: 2G`). What would be generated holds the other, as a verifier has read back. Both cannot be meant.""",
)
LOST = Code(
    "SC392",
    "an assertion that nothing holds",
    """A confirmed assertion was read and understood, and nothing that is generated holds what it demands. `generate --strict` and
    `check --strict` want none of these.""",
    Severity.WARNING,
)
NOT_UNDERSTOOD = Code(
    "SC393",
    "an assertion that is not understood",
    """A confirmed assertion is about this system as it runs, and no reader knows what it demands; or it bounds something for
    some callers, hours or requests alone («trial accounts», «at night»), which no kind can say. `generate --strict` and `check --strict`
    want none of these.""",
    Severity.NOTE,
)

WAIVER_OVER = Code(
    "SC394",
    "a waiver that is over",
    """deploy.yaml waives an assertion until a day that has passed. What is generated does not depend on the day: `check` tells.""",
)

OUT_OF_FORCE = Code(
    "SC395",
    "what the specs put out of force",
    """Waivers that are in force, assertions that are deferred, denied, refined or not settled, and files that `targets:` in deploy.yaml leaves
    out. Each is somebody's decision and none is drift; `check` says so each time, since any commit can make one.""",
    Severity.NOTE,
)

CODES: tuple[Code, ...] = (CONTRADICTED, LOST, NOT_UNDERSTOOD, WAIVER_OVER, OUT_OF_FORCE)
