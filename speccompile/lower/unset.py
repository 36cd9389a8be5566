"""Variables that a service's sources read and do without, and that nothing gives its container: said once, since nobody is asked for them."""

from __future__ import annotations

from collections.abc import Iterator

from speccompile.codes.unused import UNSET
from speccompile.detect.seen import Seen
from speccompile.detect.unused.development import DEVELOPMENT, is_of_libraries
from speccompile.diagnostics import Diagnostic
from speccompile.lower.rules.demands import is_operators
from speccompile.plan.image import Env
from speccompile.plan.plan import Service

_SHOWN = 20


def unset(service: Service, seen: Seen) -> Iterator[Diagnostic]:
    """A note for *service*, of which its sources say what was *seen*."""
    given = {one.name for container in service.workloads for one in container.environment}
    given |= {one.variable for container in service.workloads for one in container.secrets if one.variable}
    steps = (step for stage in service.image.stages for step in stage.steps if isinstance(step, Env))
    given |= {name for step in steps for name, _ in step.pairs}
    left = {
        name: span
        for name, span in seen.reading.optional.items()
        if name not in given | DEVELOPMENT
        and f"{name}_FILE" not in given
        and is_operators(name)
        and not is_of_libraries(name)
    }
    if left:
        shown = [f"{name} ({span.path}:{span.line})" for name, span in left.items()][:_SHOWN]
        more = f" and {len(left) - _SHOWN} more" if len(left) > _SHOWN else ""
        yield UNSET.at(
            next(iter(left.values())),
            f"nothing sets these variables that {service.name} reads, and does without: {', '.join(shown)}{more}",
            fix=f"write those that matter into specs/deploy.yaml: services.{service.name}.env, or services.{service.name}.secrets for what is secret",
        )
