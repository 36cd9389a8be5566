"""What verification evidence still shows: nothing is claimed that it does not.

The labels com.spec-driven say "true" only where specs/verification.json records runs that passed, whose inputs are byte for byte what they
would read today, and which were about the assertions as they are now; without it they say "false" and "never".
"""

from __future__ import annotations

from speccompile.codes.lowering import NOT_VERIFIED
from speccompile.detect.judged import Judged
from speccompile.diagnostics import Diagnostic
from speccompile.spec.project import ServiceSpec

CODE = "SC371"
TITLE = "evidence"


def not_verified(spec: ServiceSpec, seen: Judged) -> tuple[Diagnostic, ...]:
    """Why the evidence that there is does not make *spec*'s image verified; nothing where it does, and where there is none."""
    if spec.evidence is None or seen.verified:
        return ()
    missing = (*seen.lacks.tests, *seen.lacks.proofs)
    if not missing:
        message = f"the label of {spec.name} says verified=false: not every assertion is settled"
        return (
            NOT_VERIFIED.at(spec.evidence.at(), message, fix="settle them: confirmed, denied, refined or deferred"),
        )
    message = f"the label of {spec.name} says verified=false: {'; '.join(missing)}"
    fix = "run `speccompile verify`, mend what it finds, and generate again"
    return (NOT_VERIFIED.at(spec.evidence.at(), message, fix=fix),)
