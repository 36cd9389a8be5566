"""Across files: ports, names, paths, users, health paths and images agree; nothing dangles; what is claimed is cited."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from speccompile.artifacts import Artifact
from speccompile.codes import consistency as codes
from speccompile.diagnostics import Diagnostic
from speccompile.plan.container import Container
from speccompile.plan.plan import Plan
from speccompile.plan.walk import nodes
from speccompile.source import Span
from speccompile.verify import place
from speccompile.verify.image_names import image_names


def verify(plan: Plan, artifacts: Sequence[Artifact]) -> tuple[Diagnostic, ...]:
    """Findings about *artifacts*, the complete set for *plan*, taken together."""
    files = {artifact.path: artifact.text for artifact in artifacts}
    return (*_uncited(plan, artifacts), *_without_origin(plan, artifacts), *_dangling(plan), *image_names(plan, files))


def _uncited(plan: Plan, artifacts: Sequence[Artifact]) -> Iterator[Diagnostic]:
    """Every assertion that a rule acted on has a line that cites it."""
    cited = {
        id_
        for artifact in artifacts
        for origins in artifact.origins.values()
        for origin in origins
        for id_ in origin.assertions
    }
    for id_ in sorted(claimed(plan) - cited):
        yield codes.UNCITED.at(
            Span(plan.layout.output), f"{id_} is claimed to be enforced, but no line cites it", fix=place.FIX
        )


def claimed(plan: Plan) -> set[str]:
    """The assertions that made some part of the plan (the list of all assertions does not count)."""
    parts = (
        plan.services,
        plan.stores,
        plan.externals,
        plan.proxy,
        plan.packages,
        plan.networks,
        plan.secrets,
        plan.slots,
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
    """Networks, secrets, slots and containers that are named are there."""
    containers = _containers(plan)
    names = {container.name for container in containers}
    networks = {network.name for network in plan.networks}
    secrets = {secret.name for secret in plan.secrets}
    slots = {slot.name for slot in plan.slots}
    for container in containers:
        wanted = (
            ({a.network for a in container.networks} - networks, "network"),
            ({d.name for d in container.depends_on} - names, "service"),
            ({use.name for use in container.secrets} - secrets, "secret"),
            ({p for publish in container.publish for p in (publish.port_slot, publish.address_slot)} - slots, "slot"),
        )
        for missing, kind in wanted:
            for name in sorted(missing):
                yield codes.DANGLING.at(
                    Span(plan.layout.output),
                    f"{container.name} names the {kind} {name}, which is not there",
                    fix=place.FIX,
                )
    for secret in plan.secrets:
        if secret.slot not in slots:
            yield codes.DANGLING.at(Span(plan.layout.output), f"the secret {secret.name} has no slot", fix=place.FIX)


def _containers(plan: Plan) -> tuple[Container, ...]:
    built = [container for service in plan.services for container in service.containers]
    return (
        *built,
        *(box for store in plan.stores for box in store.containers),
        *([plan.proxy.container] if plan.proxy else []),
    )
