"""What a swarm cannot do of what a plan says (Docker Engine 20.10 to 28, `docker stack deploy`)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from speccompile.plan.plan import Plan
from speccompile.plan.workload import Supplied, Workload
from speccompile.provenance import Origin, merged
from speccompile.realise import proxy_losses, published, sidecars
from speccompile.realise.front_door import front_door
from speccompile.realise.giving import in_an_image, lost, no_gateway, nothing_of_others
from speccompile.realise.loss import Loss
from speccompile.realise.swarm import stays_up

_ELSEWHERE = "choose compose or kubernetes for it (`targets:` in deploy.yaml): a stack's networks let in nobody that the swarm does not run"
_INSIDE = (
    "deploy with `speccompile deploy ENVIRONMENT`, which runs it before; or run its command in a container of the service once the stack is up (docker exec); "
    "or choose compose or kubernetes (`targets:` in deploy.yaml)"
)


def losses(plan: Plan) -> tuple[Loss, ...]:
    """What is not in the stack of *plan*, and what of the rest is not held."""
    return (*_left_out(plan), *_weaker(plan), *proxy_losses.losses(plan))


def _left_out(plan: Plan) -> Iterator[Loss]:
    """What ends: services of a swarm are kept up."""
    scheduled = [one for one in plan.services if one.schedule and one.workload]
    if scheduled:
        yield Loss(
            of=tuple(one.name for one in scheduled),
            what="is not in the stack, so nothing starts it",
            why="a swarm has no clock",
            fix=_ELSEWHERE,
            whole=True,
            origin=merged(one.schedule.origin for one in scheduled if one.schedule),
        )
    others = [
        one.workload for one in plan.services if one.role in ("job", "tool") and not one.schedule and one.workload
    ]
    if others:
        yield _whole(
            others,
            "is not in the stack",
            "a swarm keeps its services up, and this one ends",
            _ELSEWHERE,
        )
    steps = [one.workload for service in plan.services for one in service.processes if one.ends]
    if steps:
        yield _whole(
            steps,
            "is not in the stack: a new version serves whether it ran or not",
            "a swarm starts services in no order, and knows none that end",
            _INSIDE,
        )
    yield from sidecars.left_out(plan, "a swarm's tasks have a network each, and may be on different nodes")
    backups = [store.backup.workload for store in plan.stores if store.backup]
    if backups:
        yield _whole(
            backups,
            "is not in the stack, so no copy is made",
            "a swarm has no clock",
            _ELSEWHERE,
        )


def _weaker(plan: Plan) -> Iterator[Loss]:
    """What a stack's file has no key for."""
    up = stays_up(plan)
    if not up:
        return
    yield _part(
        up,
        "may get privileges that it was not started with",
        "a swarm has no `no-new-privileges` for a service; it runs without capabilities, as a user of its own",
        'set `"no-new-privileges": true` in /etc/docker/daemon.json of each node',
    )
    waiting = [one for one in up if one.depends_on]
    if waiting:
        yield _part(
            waiting,
            "starts at once, whatever it depends on",
            "a swarm starts services in no order; one that ends is started again after 5 s",
            "let the program wait for what it needs, or end",
        )
    owned = [one for one in up for scratch in one.scratch if scratch.owner]
    if owned:
        yield _part(
            owned,
            "has directories in memory that every process in its container can read",
            "a stack's file has a size for such a directory, and no owner and no mode",
            "nothing, where one program runs in the container",
        )
    executable = [one for one in up for scratch in one.scratch if scratch.executable]
    if executable:
        yield _part(
            executable,
            "cannot run programs from its directories in memory",
            "a swarm mounts these with noexec",
            "let somebody else run this store (`external: true`), or choose compose or kubernetes",
        )
    yield from in_an_image(up)
    yield from _not_given(up)
    secret = {one.name for one in plan.parameters if one.secret}
    shown = [one for one in up if any(isinstance(v, Supplied) and v.parameter in secret for v in one.environment)]
    if shown:
        yield _part(
            shown,
            "has secrets in its variables, which `docker service inspect` shows to everybody who may use the swarm",
            "a variable is a part of the service's definition",
            "let the program read them from files, as /run/secrets has them (`secrets: [{name: X, as: file}]` in deploy.yaml), where it can",
        )
    front = front_door(plan.ingress)
    outside = [front.workload] if front else published.workloads(plan)
    if outside:
        yield _part(
            outside,
            "is published at every address of its node",
            "a swarm publishes a port, and has no address for it",
            "let the node's firewall decide who reaches that port",
        )


def _not_given(up: Sequence[Workload]) -> Iterator[Loss]:
    """What a stack has no key for of what deploy.yaml gives by name."""
    yield from no_gateway(up, "a stack's `extra_hosts` are addresses")
    processors = {one.name: one.given.gpus.origin for one in up if one.given and one.given.gpus}
    why = "a stack's file has no devices, and what a node has of them each daemon is told by hand"
    yield from lost(processors, "gets no graphics processor", why)
    yield from nothing_of_others(
        up,
        "a stack joins overlay networks only, and nothing here says that it is one",
        "a task may be on any node, and only one of them has that directory",
    )


def _whole(workloads: Sequence[Workload], what: str, why: str, fix: str) -> Loss:
    return Loss(of=_names(workloads), what=what, why=why, fix=fix, whole=True, origin=_origin(workloads))


def _part(workloads: Sequence[Workload], what: str, why: str, fix: str) -> Loss:
    return Loss(of=_names(workloads), what=what, why=why, fix=fix, origin=_origin(workloads))


def _names(workloads: Sequence[Workload]) -> tuple[str, ...]:
    return tuple(sorted({one.name for one in workloads}))


def _origin(workloads: Sequence[Workload]) -> Origin:
    return merged(one.origin for one in workloads)
