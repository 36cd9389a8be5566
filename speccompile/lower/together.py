"""Processes of one image: workers beside a server, and the steps of a release.

A worker (``role: worker``) that is made of the same sources as another service, with the same build, is one more container of that
service's image, with its own command. A ``release`` runs once before the new version serves: each step is a container of the service's
image that ends, after what the service itself waits for; the service and its workers start when the last one has ended well.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from speccompile.lower.given import of_a_step
from speccompile.lower.subject import Subject
from speccompile.plan.image import Env, ImageRecipe, Stage, Step
from speccompile.plan.plan import Process, Service
from speccompile.plan.walk import cited
from speccompile.plan.workload import Dependency, Readiness, Replicas, Restart, RestartPolicy, Trigger, Workload
from speccompile.provenance import Origin, because, merged

CODE = "SC383"
TITLE = "processes of one image"


def together(services: Sequence[Service], subjects: Mapping[str, Subject]) -> tuple[Service, ...]:
    """*services* with their releases, workers being processes of the service whose image holds all that theirs would."""
    owners = {one.name: _owner(one, services, subjects) for one in services}
    kept = [one for one in services if owners[one.name] is None]
    workers_of: dict[str, list[Service]] = {}
    for one in services:
        workers_of.setdefault(owners[one.name] or "", []).append(one)
    made = []
    for owner in kept:
        workers = workers_of.get(owner.name, [])
        processes = (
            *(
                Process(workload=_worker(one, owner, subjects[one.name]), ends=False, origin=one.origin)
                for one in workers
            ),
        )
        made.append(_released(replace(owner, processes=processes) if processes else owner, subjects[owner.name]))
    return tuple(made)


def _owner(one: Service, services: Sequence[Service], subjects: Mapping[str, Subject]) -> str | None:
    """The service whose image *one* runs in; None where that is its own."""
    subject = subjects[one.name]
    if one.role != "worker" or (subject.deploy and subject.deploy.release):
        return None
    same = [
        other
        for other in services
        if other.name != one.name
        and other.directory == one.directory
        and other.workload
        and _holds(other.image, one.image)
    ]
    servers = [other for other in same if other.role == "server"]
    # Of workers alone the first has the image: nobody waits for another that waits for it.
    first = servers or [other for other in same if other.role == "worker" and other.name < one.name]
    return min((other.name for other in first), default=None)


def _holds(image: ImageRecipe, other: ImageRecipe) -> bool:
    """Whether *image* has all that *other* would have, made in the same way."""
    stages = {stage.name: stage for stage in image.stages}
    alike = (image.stack, image.user, image.writable) == (other.stack, other.user, other.writable)
    return alike and all(stage.name in stages and _has(stages[stage.name], stage) for stage in other.stages)


def _has(stage: Stage, other: Stage) -> bool:
    pairs = {pair for step in stage.steps if isinstance(step, Env) for pair in step.pairs}
    return stage.base == other.base and all(_there(step, stage.steps, pairs) for step in other.steps)


def _there(step: Step, steps: Sequence[Step], pairs: set[tuple[str, str]]) -> bool:
    return set(step.pairs) <= pairs if isinstance(step, Env) else step in steps


def _worker(one: Service, owner: Service, subject: Subject) -> Workload:
    if one.workload is None:
        raise ValueError("a worker runs in a container")
    told = (because(CODE, subject.deployed("command")),) if subject.deploy and subject.deploy.command else ()
    return _running(
        one.workload, owner.image, (*one.image.entrypoint, *one.image.command), merged((one.workload.origin, *told))
    )


def _running(container: Workload, image: ImageRecipe, argv: tuple[str, ...], origin: Origin) -> Workload:
    """*container*, which runs *argv* in *image*, whatever that starts by itself and whatever it is asked for its health."""
    if container.entrypoint:
        return replace(container, unchecked=image.probe != (), origin=origin)
    return replace(
        container,
        entrypoint=argv[:1] if image.entrypoint else (),
        command=argv[1:] if image.entrypoint else argv,
        unchecked=image.probe != (),
        origin=origin,
    )


def _released(service: Service, subject: Subject) -> Service:
    """*service*, whose containers wait for the steps of its release."""
    if service.workload is None or not subject.deploy or not subject.deploy.release:
        return service
    steps = tuple(_steps(service, service.workload, subject))
    last = steps[-1].workload
    waits = Dependency(name=last.name, readiness=Readiness.COMPLETED, origin=last.origin)
    return replace(
        service,
        workload=_after(service.workload, waits),
        processes=(*(replace(one, workload=_after(one.workload, waits)) for one in service.processes), *steps),
    )


def _steps(service: Service, container: Workload, subject: Subject) -> Iterator[Process]:
    waits = container.depends_on
    for number, argv in enumerate(subject.deploy.steps if subject.deploy else ()):
        origin = because(CODE, subject.deployed("release", number))
        name = f"{service.name}-release" + (f"-{number + 1}" if number else "")
        step = replace(
            cited(container, origin),
            name=name,
            entrypoint=(),
            command=(),
            port=None,
            probes=None,
            depends_on=waits,
            restart=Restart(policy=RestartPolicy.NEVER, origin=origin),
            replicas=Replicas(count=1, exclusive=False, origin=origin),
            init=True,
            trigger=Trigger.SYSTEM,
            deadline=None,
            given=of_a_step(container.given),
        )
        yield Process(workload=_running(step, service.image, argv, origin), ends=True, origin=origin)
        before = Dependency(name=name, readiness=Readiness.COMPLETED, origin=origin)
        waits = tuple(sorted((*container.depends_on, before), key=lambda one: one.name))


def _after(container: Workload, waits: Dependency) -> Workload:
    return replace(container, depends_on=tuple(sorted((*container.depends_on, waits), key=lambda one: one.name)))
