"""One built service, put together from its draft, its stack's recipe and its wiring."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import replace
from typing import TypeVar

from speccompile.detect.request import request_of
from speccompile.detect.seen import Seen
from speccompile.lower import contents, defaults, heartbeat
from speccompile.lower import files as given_out
from speccompile.lower.build_values import with_build_values
from speccompile.lower.draft import Draft
from speccompile.lower.fpm import TARGET as SCRIPT
from speccompile.lower.fpm import fpm
from speccompile.lower.given import given
from speccompile.lower.layout import inside
from speccompile.lower.program import program
from speccompile.lower.repository import repository
from speccompile.lower.site import TARGET, site
from speccompile.lower.subject import Subject
from speccompile.lower.wiring import Wired
from speccompile.lower.written import SIZE, in_memory
from speccompile.plan.image import Copy, ImageRecipe, Run, Step
from speccompile.plan.node import Node
from speccompile.plan.plan import HealthModule, Layout, Service
from speccompile.plan.walk import cited
from speccompile.plan.workload import Probes, Scratch, Trigger, Workload
from speccompile.provenance import Origin, Wanted, because, merged
from speccompile.requirements import kinds
from speccompile.requirements.asked import Asked
from speccompile.stacks.facts import Front, Pages
from speccompile.stacks.request import Request
from speccompile.stacks.steps import CODE

N = TypeVar("N", bound=Node)
_MODULES = {
    "python": "health.py",
    "javascript": "health.mjs",
    "typescript": "health.ts",
    "go": "health.go",
    "rust": "health.rs",
    "java": "Health.java",
    "shell": "health.sh",
    "php": "health.php",
    "ruby": "health.rb",
}
_MADE = "/made"
_PLATFORMS = ("linux/amd64", "linux/arm64")


def build(subject: Subject, draft: Draft, wired: Wired, seen: Seen, layout: Layout, *, single: bool) -> Service:
    """The service, of which *seen* is known, without labels; paths are flat when it is the project's only one."""
    folder = "" if single else subject.name
    prefix = inside(layout.project_in_context, subject.spec.directory)
    origin = draft.origin
    module = inside(folder, _MODULES[seen.language]) if subject.server else None
    target = _image_path(layout, prefix, module) if module else None
    pages = subject.facts.pages if draft.port else None
    front = subject.facts.front if draft.port and not (subject.deploy and subject.deploy.command) else None
    config, place = _config(folder, pages, front)
    request = request_of(
        subject.spec,
        prefix=prefix,
        port=Wanted(draft.port.number, draft.port.origin) if draft.port else None,
        health=(inside(layout.output_in_context, module), target) if module and target else None,
        config=(inside(layout.output_in_context, config), place) if config else None,
        origin=origin,
    )
    recipe = contents.settled(seen.recipe(request), seen.contents, subject.spec, layout)
    image = with_build_values(_writable(_started(_told(recipe, subject, layout), request), subject, draft), subject)
    health = _health(draft, wired, image, module, target) if module and target else None
    health = _asked(health, merged((*_chosen(subject), layout.origin))) if health else None
    dockerfile = inside(folder, "Dockerfile")
    at_root = inside(layout.output_in_context, dockerfile) == "Dockerfile"
    return Service(
        name=subject.name,
        archetype=subject.archetype,
        role=subject.role,
        directory=prefix,
        dockerfile=dockerfile,
        ignorefile=".dockerignore" if at_root else f"{dockerfile}.dockerignore",
        image=image,
        repository=repository(subject, origin),
        labels=(),
        workload=_workload(subject, draft, wired, image, health),
        health=health,
        schedule=draft.schedule,
        site=site(subject, draft, pages, draft.port, config) if pages and draft.port and config else None,
        fpm=fpm(subject, draft, front, draft.port, config) if front and draft.port and config else None,
        platforms=_platforms(subject),
        tested=bool(subject.deploy and subject.deploy.verify),
        origin=merged((origin, *(because(defaults.CODE, one.cause) for one in _architectures(subject)))),
    )


def _platforms(subject: Subject) -> tuple[str, ...]:
    """What its image is built for: the architectures that assertions name, else the usual one; of a tool, which goes to many machines, both."""
    asked = {f"linux/{one.requirement.architecture}" for one in _architectures(subject)}
    if asked:
        return tuple(one for one in _PLATFORMS if one in asked)
    return _PLATFORMS if subject.archetype == "cli-tool" else _PLATFORMS[:1]


def _architectures(subject: Subject) -> tuple[Asked[kinds.Platform], ...]:
    """The demands of architectures for which there are builders."""
    return tuple(one for one in subject.asks(kinds.Platform) if f"linux/{one.requirement.architecture}" in _PLATFORMS)


def _chosen(subject: Subject) -> tuple[Origin, ...]:
    """That deploy.yaml chooses the stack, where it does: then all of the image follows from that."""
    chosen = subject.deploy and subject.deploy.stack
    return (because(CODE, subject.deployed("stack")),) if chosen else ()


def _told(image: ImageRecipe, subject: Subject, layout: Layout) -> ImageRecipe:
    """*image* with why it is of this stack, and why what it copies is where it is."""
    placed = (because(CODE, subject.deployed("path")),) if subject.deploy and subject.deploy.path else ()
    stages = tuple(
        replace(stage, steps=tuple(_placed(step, placed, layout.origin) for step in stage.steps))
        for stage in image.stages
    )
    return _cited(replace(image, stages=stages), _chosen(subject))


def _placed(step: Step, placed: tuple[Origin, ...], layout: Origin) -> Step:
    if not isinstance(step, Copy) or step.stage is not None:
        return step
    return _cited(step, (layout,) if step.generated else placed)


def _cited(node: N, origins: tuple[Origin, ...]) -> N:
    return cited(node, merged(origins)) if origins else node


def _started(image: ImageRecipe, request: Request) -> ImageRecipe:
    """*image* with why it is started so: what is asked to be run, and the port where the program is told of it there."""
    said = request.command
    words = (*image.entrypoint, *image.command)
    port = request.port if request.port and any(str(request.port.value) in word for word in words) else None
    reasons = (one.origin for one in (said, port) if one)
    return replace(image, started=merged((image.origin, *reasons))) if said or port else image


def _config(folder: str, pages: Pages | None, front: Front | None) -> tuple[str | None, str]:
    """What is generated for the server in the service's own image, and where it is there."""
    if pages:
        return inside(folder, "site.conf"), TARGET
    return (inside(folder, "serve.sh"), SCRIPT) if front else (None, "")


def _image_path(layout: Layout, prefix: str, module: str) -> str:
    """Where the health module is in the image: where it is beside the sources, so that these can import it."""
    beside = posixpath.relpath(inside(layout.output_in_context, module), prefix or ".")
    return posixpath.join("/app", "generated/" + posixpath.basename(module) if beside.startswith("..") else beside)


def _health(draft: Draft, wired: Wired, image: ImageRecipe, module: str, target: str) -> HealthModule | None:
    if draft.probe is None or draft.port is None:
        return None
    return HealthModule(
        path=module,
        target=target,
        language=image.language,
        argv=image.probe,
        probe=draft.probe,
        port=draft.port.number,
        needs=() if image.language == "shell" else wired.needs,
        # Which parts it has follows from all that is needed, together.
        origin=merged((draft.probe.origin, *(need.origin for need in wired.needs))),
    )


def _asked(health: HealthModule, origin: Origin) -> HealthModule:
    """*health*, whose language and place follow from *origin*; what it asks for does not."""
    return replace(health, probe=cited(health.probe, origin), origin=merged((health.origin, origin)))


def _writable(image: ImageRecipe, subject: Subject, draft: Draft) -> ImageRecipe:
    """A new volume takes its owner and its mode from the image's directory, so the directory must be there and belong to the user."""
    if not draft.state:
        return image
    if image.bare:
        return _brought(image, subject, draft)
    uid, _, gid = image.user.partition(":")
    steps = tuple(
        Run(commands=(("install", "-d", "-o", uid, "-g", gid, "-m", mode, volume.target),), origin=why)
        for volume, mode, why in given_out.modes(subject, draft)
    )
    final = replace(image.stages[-1], steps=(*image.stages[-1].steps, *steps))
    return replace(image, stages=(*image.stages[:-1], final))


def _brought(image: ImageRecipe, subject: Subject, draft: Draft) -> ImageRecipe:
    """Where nothing can make a directory it comes from the stage before, if there is one."""
    *before, final = image.stages
    if not before:
        return image
    made = [posixpath.join(_MADE, str(number)) for number, _ in enumerate(draft.state)]
    steps = tuple(
        Run(commands=(("install", "-d", "-m", mode, place),), origin=why)
        for place, (_, mode, why) in zip(made, given_out.modes(subject, draft), strict=True)
    )
    copies = tuple(
        Copy(
            sources=(f"{place}/",),
            target=f"{volume.target}/",
            stage=before[-1].name,
            owner=image.user,
            origin=volume.origin,
        )
        for place, volume in zip(made, draft.state, strict=True)
    )
    last = replace(before[-1], steps=(*before[-1].steps, *steps))
    return replace(image, stages=(*before[:-1], last, replace(final, steps=(*final.steps, *copies))))


def _workload(
    subject: Subject, draft: Draft, wired: Wired, image: ImageRecipe, health: HealthModule | None
) -> Workload:
    origin = merged((draft.origin, *subject.entry, *((draft.schedule.origin,) if draft.schedule else ())))
    return Workload(
        name=subject.name,
        user=image.user,
        environment=wired.environment,
        secrets=wired.secrets,
        volumes=draft.state if subject.archetype != "cli-tool" else (),
        scratch=(*draft.scratch, *_scratch(subject, draft, image)),
        port=draft.port,
        inside=wired.inside,
        calls=wired.calls,
        egress=wired.egress,
        depends_on=wired.depends_on,
        probes=_probes(health) if health else heartbeat.probes(subject, image),
        limits=draft.limits,
        stop=draft.stop,
        restart=draft.restart,
        replicas=draft.replicas,
        # Without an init the program is process 1, which nothing in its container can end when it hangs.
        init=image.needs_init or health is not None,
        hardening=defaults.hardening(origin),
        logs=defaults.logs(origin),
        trigger=_trigger(subject, draft),
        deadline=draft.deadline,
        given=given(subject.deploy),
        program=program(subject.deploy),
        origin=origin,
    )


def _trigger(subject: Subject, draft: Draft) -> Trigger:
    """Tools are run by hand, scheduled jobs when it is their time."""
    if subject.archetype == "cli-tool":
        return Trigger.HAND
    return Trigger.SCHEDULE if draft.schedule else Trigger.SYSTEM


def _scratch(subject: Subject, draft: Draft, image: ImageRecipe) -> Iterator[Scratch]:
    """Memory for what the framework insists on writing, and for what a tool declares."""
    yield from in_memory(subject, draft.state, image.user)
    volumes = {volume.target for volume in draft.state}
    for path in image.writable:
        if path not in volumes:
            yield Scratch(target=path, size=SIZE, mode=0o700, owner=image.user, origin=image.origin)
    if subject.archetype == "cli-tool":
        for volume in draft.state:
            yield Scratch(target=volume.target, size=SIZE, mode=0o700, owner=image.user, origin=volume.origin)


def _probes(health: HealthModule) -> Probes:
    probe = health.probe
    return Probes(
        ready=(*health.argv, "ready"),
        live=(*health.argv, "live"),
        watch=(*health.argv, "watchdog"),
        interval=probe.interval,
        timeout=probe.timeout,
        start_period=probe.start_period,
        retries=probe.retries,
        origin=probe.origin,
    )
