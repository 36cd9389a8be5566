"""Plan → swarm/stack.yml (Compose file version 3.9, as `docker stack deploy` reads it), swarm/.env.example, swarm/nginx.conf."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping

from speccompile.artifacts import Artifact
from speccompile.backends import dotenv, front_door, header
from speccompile.backends.compose import only_escaped, reference
from speccompile.backends.compose_service import (
    Slots,
    block,
    environment,
    healthcheck,
    hosts,
    labels,
    lent,
    listed,
    logging,
    number,
    said,
    sequence,
    size,
    switch,
    text,
)
from speccompile.backends.escape.compose import ComposeText, compose_optional, compose_text
from speccompile.backends.yaml import Entry, render
from speccompile.digests import digest
from speccompile.plan.plan import Plan
from speccompile.provenance import Origin, merged
from speccompile.realise.compose_plan import Container, Publish
from speccompile.realise.swarm import DIRECTORY, realised, releasing
from speccompile.realise.swarm_parameters import NODE
from speccompile.realise.swarm_plan import Reference, Rollout, StackConfig, SwarmPlan, Task

TARGET = "swarm"
PATH = f"{DIRECTORY}/stack.yml"
ENVIRONMENT = f"{DIRECTORY}/.env.example"

_VERSION = "3.9"
_DIGITS = 12
_USE = (
    "Copy this file to .env beside stack.yml and fill it in there. Keep .env out of version control. A stack reads no such file by itself:",
    "set -a; . ./.env; set +a; docker stack deploy --with-registry-auth --prune --compose-file stack.yml {app}",
    "Values in single quotes stand for themselves.",
)
_CREATION = (
    "A secret of a swarm cannot be altered: give each value a name of its own, and create it before the stack is deployed.",
    'No argument of a program ever holds it: docker secret create "${name}" - (then type the value and Ctrl-D)',
)


def emit(plan: Plan) -> tuple[Artifact, ...]:
    """The stack of *plan*; nothing when nothing in it stays up."""
    swarm = realised(plan)
    if not swarm.tasks:
        return ()
    configuration = configured(swarm)
    document = stack(swarm, configuration)
    only_escaped(document)
    text_, origins = render(document, [(line, plan.origin) for line in header.lines(PATH)])
    example = dotenv.example(ENVIRONMENT, tuple(_use(plan.app)), swarm.parameters, _creation(swarm), plan.origin)
    return (
        Artifact(PATH, text_, origins, TARGET),
        Artifact(example.path, example.text, example.origins, TARGET),
        *configuration,
    )


def configured(swarm: SwarmPlan) -> tuple[Artifact, ...]:
    """The front door's configuration; none where there is no front door."""
    front = (front_door.written(swarm.front),) if swarm.front else ()
    return tuple(Artifact(one.path, one.text, one.origins, TARGET) for one in front)


def stack(swarm: SwarmPlan, configuration: tuple[Artifact, ...]) -> Entry:
    """The stack's file, whose configs are of that *configuration*."""
    return _document(swarm, {one.path: one for one in configuration}, _deploy)


def release_steps(plan: Plan) -> str:
    """The steps of releases as services of a stack that end; "" where there are none. A stack keeps no order, so that they
    are not in the artifact: who deploys puts them in before the service whose release they are of, and takes them away again."""
    steps = releasing(plan)
    if steps is None:
        return ""
    document = _document(steps, {}, _once)
    only_escaped(document)
    return render(document, ())[0]


def _use(app: str) -> Iterator[str]:
    return (line.format(app=app) for line in _USE)


def _creation(swarm: SwarmPlan) -> Mapping[str, tuple[str, ...]]:
    """How the swarm's secrets come to be, by the parameter with their name."""
    return {
        one.parameter: tuple(line.replace("${name}", f"${one.parameter}") for line in _CREATION)
        for one in swarm.secrets
    }


def _document(swarm: SwarmPlan, files: Mapping[str, Artifact], deployed: Callable[[Task], Entry]) -> Entry:
    slots = {one.name: reference(one) for one in swarm.parameters}
    parts = {
        "version": text(_VERSION, swarm.origin),
        "services": Entry(
            {one.container.name: _service(one, slots, deployed(one)) for one in swarm.tasks}, swarm.origin
        ),
        "networks": _named({one.name: _network(one.internal, one.origin) for one in swarm.networks}),
        "volumes": _named({name: block(origin) for name, origin in _volumes(swarm.tasks)}),
        "secrets": _named(
            {
                one.name: block(
                    one.origin, external=switch(on=True, origin=one.origin), name=said(slots[one.parameter], one.origin)
                )
                for one in swarm.secrets
            }
        ),
        "configs": _named({one.name: _config(swarm, one, files) for one in swarm.configs}),
    }
    return Entry({key: part for key, part in parts.items() if part is not None}, swarm.origin)


def _network(internal: bool, origin: Origin) -> Entry:  # a value that is passed on
    parts = {
        "driver": text("overlay", origin),
        "driver_opts": block(origin, encrypted=text("true", origin)),
        **({"internal": switch(on=True, origin=origin)} if internal else {}),
    }
    return Entry(parts, origin)


def _config(swarm: SwarmPlan, config: StackConfig, files: Mapping[str, Artifact]) -> Entry:
    """The name follows from the content, and from all that wants something there: a swarm's configs cannot be altered."""
    file = files[f"{DIRECTORY}/{config.source}"]
    content = digest(file.text.encode()).rpartition(":")[2][:_DIGITS]
    whole = merged(
        (swarm.origin, config.origin, *dict.fromkeys(one for origins in file.origins.values() for one in origins))
    )
    return block(
        config.origin,
        file=text(f"./{posixpath.basename(config.source)}", config.origin),
        name=text(f"{swarm.app}-{config.name}-{content}", whole),
    )


def _volumes(tasks: Iterable[Task]) -> Iterator[tuple[str, Origin]]:
    for one in tasks:
        yield from ((volume.name, volume.origin) for volume in one.container.volumes)


def _named(entries: Mapping[str, Entry]) -> Entry | None:
    ordered = {name: entries[name] for name in sorted(entries)}
    return Entry(ordered, merged(entry.origin for entry in ordered.values())) if ordered else None


def _service(task: Task, slots: Slots, deploy: Entry) -> Entry:
    container = task.container
    hardening, stop = container.hardening, container.stop
    parts: dict[str, Entry | None] = {
        "image": said(_image(task.image), task.image.origin),
        "cap_add": listed(hardening.bounding, hardening.origin) if hardening.bounding else None,
        "cap_drop": listed(["ALL"], hardening.origin) if hardening.no_capabilities else None,
        "command": listed(container.command, container.start) if container.command else None,
        "configs": sequence(
            block(one.origin, source=text(one.name, one.origin), target=text(one.target, one.origin))
            for one in container.configs
        ),
        "deploy": deploy,
        "entrypoint": listed(container.entrypoint, container.start) if container.entrypoint else None,
        "environment": environment(container, slots),
        "extra_hosts": hosts(container.given),
        "healthcheck": healthcheck(container),
        "init": switch(on=True, origin=stop.origin) if container.init else None,
        "labels": labels(container.given),
        "logging": logging(container.logs),
        "networks": sequence(text(one.network, one.origin) for one in container.networks),
        "ports": sequence(_port(one, slots) for one in container.publish),
        "read_only": switch(on=True, origin=hardening.origin) if hardening.read_only else None,
        "secrets": sequence(_secrets(container)),
        "stop_grace_period": text(f"{stop.grace}s", stop.origin),
        "stop_signal": text(stop.signal, stop.origin),
        "user": text(container.user, container.origin),
        "volumes": sequence(_mounts(container, task)),
    }
    return Entry({key: entry for key, entry in parts.items() if entry is not None}, container.origin)


def _image(image: Reference) -> ComposeText:
    """Repository, tag and what pins it: the operator's to change where they have a parameter."""
    place = compose_optional(image.place, image.repository) if image.place else compose_text(image.repository)
    tag = compose_optional(image.tagged, image.tag) if image.tagged else compose_text(image.tag)
    return ComposeText(f"{place}:{tag}{compose_optional(image.at, '') if image.at else ''}")


def _deploy(task: Task) -> Entry:
    replicas, rollout = task.container.replicas, task.rollout
    placement = {
        **({"max_replicas_per_node": number(1, replicas.origin)} if task.alone else {}),
        **({"constraints": Entry([said(_node(), task.pinned.origin)], task.pinned.origin)} if task.pinned else {}),
    }
    restart = task.container.restart.origin
    attempts = {"max_attempts": number(task.attempts, restart)} if task.attempts is not None else {}
    parts: dict[str, Entry | None] = {
        # Names lead to the containers themselves: nginx keeps connections to each, and no kernel needs IPVS.
        "endpoint_mode": text("dnsrr", task.origin),
        "placement": Entry(placement, merged(one.origin for one in placement.values())) if placement else None,
        "replicas": number(task.replicas, replicas.origin),
        "resources": _resources(task),
        "restart_policy": block(restart, condition=text(task.restart, restart), delay=text("5s", restart), **attempts),
        # A way back that fails, too, waits for people: what still serves goes on serving.
        "rollback_config": _rolling(rollout, "pause"),
        "update_config": _rolling(rollout, "rollback"),
    }
    return Entry({key: entry for key, entry in parts.items() if entry is not None}, task.origin)


def _resources(task: Task) -> Entry:
    limits = task.container.limits
    return block(
        limits.origin,
        limits=block(
            limits.origin,
            cpus=text(f"{limits.cpus:g}", limits.cpus_origin or limits.origin),
            memory=text(size(limits.memory), limits.origin),
            pids=number(limits.pids, limits.pids_origin or limits.origin),
        ),
    )


def _once(task: Task) -> Entry:
    """One run to its end. (A swarm has jobs for that, of which docker's stacks know nothing before 23.)"""
    restart = task.container.restart.origin
    return block(
        task.origin,
        replicas=number(1, task.origin),
        resources=_resources(task),
        restart_policy=block(restart, condition=text("none", restart)),
    )


def _node() -> ComposeText:
    return ComposeText(f"node.hostname == ${{{NODE}:?see .env.example}}")


def _rolling(rollout: Rollout, failure: str) -> Entry:
    """One task after the other, each watched for as long as it may take until it is well; *failure* is what follows when one is not."""
    why = rollout.origin
    return block(
        why,
        failure_action=text(failure, why),
        monitor=text(f"{rollout.monitor}s", why),
        order=text("start-first" if rollout.start_first else "stop-first", why),
        parallelism=number(1, why),
    )


def _port(publish: Publish, slots: Slots) -> Entry:
    """At the node itself: the swarm's own mesh would put its address in the place of each client's."""
    why = publish.origin
    return block(
        why,
        mode=text("host", why),
        protocol=text(publish.protocol, why),
        published=said(slots[publish.port], why),
        target=number(publish.target, why),
    )


def _secrets(container: Container) -> Iterator[Entry]:
    """Each once, readable by the container's user alone."""
    uid, _, gid = container.user.partition(":")
    origins: dict[str, list[Origin]] = {}
    for use in container.secrets:
        origins.setdefault(use.name, []).append(use.origin)
    for name, why in origins.items():
        origin = merged(why)
        yield block(
            origin,
            source=text(name, origin),
            target=text(name, origin),
            uid=text(uid, origin),
            gid=text(gid, origin),
            mode=number(0o400, origin),
        )


def _mounts(container: Container, task: Task) -> Iterator[Entry]:
    for volume in container.volumes:
        why = volume.origin
        yield block(
            why,
            type=text("volume", why),
            source=text(volume.name, why),
            target=text(volume.target, why),
            **(lent(why) if volume.lent else {}),
        )
    for one in task.scratch:
        why = one.origin
        yield block(
            why, type=text("tmpfs", why), target=text(one.target, why), tmpfs=block(why, size=number(one.size, why))
        )
