"""Across files: ports, names, paths, users, health paths and images agree; nothing dangles; what is claimed is cited."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from speccompile.artifacts import Artifact
from speccompile.codes import consistency as codes
from speccompile.diagnostics import Diagnostic
from speccompile.plan.plan import Plan
from speccompile.plan.walk import nodes
from speccompile.plan.workload import Supplied
from speccompile.realise import proxy_losses
from speccompile.source import Span
from speccompile.verify import place
from speccompile.verify.image_names import image_names


def verify(plan: Plan, artifacts: Sequence[Artifact]) -> tuple[Diagnostic, ...]:
    """Findings about *artifacts*, the complete set for *plan*, taken together."""
    files = {artifact.path: artifact.text for artifact in artifacts}
    return (*_uncited(plan, artifacts), *_without_origin(plan, artifacts), *_dangling(plan), *image_names(plan, files))


def _uncited(plan: Plan, artifacts: Sequence[Artifact]) -> Iterator[Diagnostic]:
    """Every assertion that a rule acted on has a line that cites it, or is said to be lost with the proxy that was chosen."""
    there = (origin for artifact in artifacts for origins in artifact.origins.values() for origin in origins)
    each = {id(origin): origin for origin in there}  # many lines have the same
    cited = {id_ for origin in each.values() for id_ in origin.assertions}
    lost = {id_ for loss in proxy_losses.losses(plan) for id_ in loss.origin.assertions}
    for id_ in sorted(claimed(plan) - cited - lost):
        yield codes.UNCITED.at(
            Span(plan.layout.output), f"{id_} is claimed to be enforced, but no line cites it", fix=place.FIX
        )


def claimed(plan: Plan) -> set[str]:
    """The assertions that made some part of the plan (the list of all assertions does not count)."""
    parts = (
        plan.services,
        plan.stores,
        plan.externals,
        plan.ingress,
        plan.packages,
        plan.secrets,
        plan.parameters,
    )
    return {id_ for part in parts for node in nodes(part) for id_ in node.origin.assertions}


def _without_origin(plan: Plan, artifacts: Sequence[Artifact]) -> Iterator[Diagnostic]:
    """Every line that is not blank knows why it is there."""
    for artifact in artifacts:
        for number, line in enumerate(artifact.text.split("\n"), start=1):
            if line.strip() and not artifact.origins.get(number):
                where = Span(place.on_disk(plan, artifact.path), number, 1)
                yield codes.NO_ORIGIN.at(where, "this line has no origin", fix=place.FIX)


def _dangling(plan: Plan) -> Iterator[Diagnostic]:
    """Workloads, secrets and parameters that are named are there."""
    workloads = [one for service in plan.services for one in service.workloads]
    workloads += [one for store in plan.stores for one in store.workloads]
    names = {one.name for one in workloads}
    secrets = {secret.name for secret in plan.secrets}
    parameters = {one.name for one in plan.parameters}
    for workload in workloads:
        supplied = {entry.parameter for entry in workload.environment if isinstance(entry, Supplied)}
        wanted = (
            ({one.name for one in workload.depends_on} - names, "workload"),
            ({call.to for call in workload.calls} - names, "workload"),
            ({use.name for use in workload.secrets} - secrets, "secret"),
            (supplied - parameters, "parameter"),
        )
        for missing, kind in wanted:
            for name in sorted(missing):
                message = f"{workload.name} names the {kind} {name}, which is not there"
                yield codes.DANGLING.at(Span(plan.layout.output), message, fix=place.FIX)
    for secret in plan.secrets:
        if secret.parameter not in parameters:
            message = f"the secret {secret.name} has no parameter"
            yield codes.DANGLING.at(Span(plan.layout.output), message, fix=place.FIX)
