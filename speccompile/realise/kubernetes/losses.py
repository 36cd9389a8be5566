"""What a cluster does otherwise than the plan says, and what to do about it.

One loss for each kind, and for each set of assertions that demand it; what a waiver lets go is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from speccompile.codes import kubernetes as codes
from speccompile.codes import routes
from speccompile.codes.code import Code
from speccompile.codes.lowering import ROUTE_CLASH
from speccompile.diagnostics import Severity
from speccompile.plan.ingress import Ingress, Route
from speccompile.plan.plan import Plan
from speccompile.plan.tls import Acme
from speccompile.plan.workload import Trigger, Workload
from speccompile.provenance import Origin, merged
from speccompile.realise.giving import in_an_image, lost, no_gateway, nothing_of_others
from speccompile.realise.kubernetes.controllers import VOLUME, Member, claims, members
from speccompile.realise.kubernetes.kinds import Component
from speccompile.realise.kubernetes.pods import fits
from speccompile.realise.loss import Loss
from speccompile.record import record

_SIGTERM, _OPEN = "SIGTERM", 0o1777
_INGRESS = "the API's Ingress has no word for it"
_CONTROLLER = "let the program or the ingress controller do it (the latter's own annotation, in an overlay of yours)"
_PROGRAM = "let the program say it"


@record()
class _Part:
    """That ``of`` the plan, which ``origin`` wants, is not held as it says: of which kind that is."""

    code: Code
    origin: Origin
    of: str


# Code → what is lost, the end of a sentence whose beginning is of what; why; what to do.
_SAID: Mapping[str, tuple[str, str, str]] = MappingProxyType(
    {
        codes.RATE.id: ("is asked as often as anybody likes", _INGRESS, _CONTROLLER),
        codes.CONNECTIONS.id: ("is asked by as many at once as like to", _INGRESS, _CONTROLLER),
        codes.BODY.id: ("takes bodies of the size that the ingress controller takes", _INGRESS, _CONTROLLER),
        codes.TIMEOUTS.id: ("is waited for as long as the ingress controller waits", _INGRESS, _CONTROLLER),
        codes.ORIGINS.id: (
            "does not tell browsers whose pages may call",
            "the API's Ingress sets no headers",
            _PROGRAM,
        ),
        codes.CACHING.id: ("does not tell browsers what they may keep", "the API's Ingress sets no headers", _PROGRAM),
        codes.STRIP.id: (
            "is passed on with its path, which the service does not expect",
            _INGRESS,
            "let the service answer below that path and leave out `strip`",
        ),
        codes.TRUSTED.id: (
            "may not be believed",
            "whose X-Forwarded-* headers are believed is a setting of the ingress controller",
            "set it there",
        ),
        routes.DOOR_LOST.id: (
            "would be open to everybody",
            _INGRESS,
            "let the program see to it, and take these keys out; or choose compose (`targets:` in deploy.yaml)",
        ),
        routes.ROUTE_LOST.id: ("is not held as deploy.yaml has it", _INGRESS, _CONTROLLER),
        codes.PROCESSES.id: (
            "may start as many processes as the node lets a pod",
            "a pod has no bound on them",
            "set the kubelet's `podPidsLimit` on the nodes, to the largest of these numbers",
        ),
        codes.LOGS.id: (
            "has as much of its logs kept as the node keeps",
            "rotation is the kubelet's",
            "set its `containerLogMaxSize` and `containerLogMaxFiles` where what it does is not right",
        ),
        codes.ORDER.id: (
            "starts at once, whatever it depends on",
            "a cluster starts pods in no order",
            "nothing has to be done where it ends when what it needs is not there: it is started again",
        ),
        codes.RELEASE.id: (
            "is not waited for by new pods",
            "a cluster keeps no order between a Job and a Deployment",
            "apply what has not the label app.kubernetes.io/component=server or =worker first, wait for the Job, then apply all: "
            "docs/kubernetes.md has the commands",
        ),
        codes.VOLUMES.id: (
            f"is asked for with {VOLUME // 2**30} GiB",
            "the plan knows no sizes of volumes",
            "patch `resources.requests.storage` in an overlay before it is applied for the first time",
        ),
        codes.PRELOADED.id: (
            "can be fetched by no node",
            "its name has no registry",
            "name the registry in deploy.yaml (`registry: ghcr.io/acme`) and `speccompile push`",
        ),
        codes.SIGNAL.id: (
            "is stopped by its image's own signal",
            "a pod names none",
            "see that the image names it: docker image inspect --format {{.Config.StopSignal}} IMAGE",
        ),
        codes.SCRATCH.id: (
            "can be written by everybody in its container, and has programs run in it",
            "a directory in memory has no owner and no mode of its own",
            "nothing has to be done where one program runs in the container",
        ),
        codes.BY_HAND.id: (
            "can be started by hand while another run goes on",
            "a CronJob keeps its own runs apart, and no others",
            "look whether one runs before you start another: kubectl get jobs",
        ),
    }
)
# Code → the kinds of demands that are lost with it; of other losses no demand is.
_DEMANDED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        codes.RATE.id: ("rate",),
        codes.CONNECTIONS.id: ("connections",),
        codes.BODY.id: ("body",),
        codes.TIMEOUTS.id: ("deadline", "idle"),
        codes.ORIGINS.id: ("origins",),
        codes.CACHING.id: ("cachecontrol",),
    }
)
_COMPOSE = "choose compose (`targets:` in deploy.yaml, or --target)"
_WHOLE = frozenset((codes.STRIP.id, codes.PRELOADED.id, routes.DOOR_LOST.id))


def losses(plan: Plan) -> tuple[Loss, ...]:
    """All that a cluster does not hold of *plan* as it says."""
    found = members(plan)
    if not found:
        return ()
    parts = (*_of_routes(plan), *_of_workloads(found), *_of_volumes(found))
    return (*_grouped(plan, parts), *_at_one_place(plan), *_of_given([each for one in found for each in one.workloads]))


def _of_given(workloads: Sequence[Workload]) -> Iterator[Loss]:
    """What a pod cannot be given by name."""
    yield from in_an_image(workloads)
    yield from no_gateway(workloads, "a pod's hosts have addresses, and may be on any node")
    yield from nothing_of_others(
        workloads,
        "a cluster has one network, in which policies say who talks to whom",
        "a pod may be on any node, and the restricted Pod Security Standard knows no `hostPath`",
    )
    given = [(one.name, one.given) for one in workloads if one.given]
    every = {name: one.gpus.origin for name, one in given if one.gpus and one.gpus.count is None}
    fix = "write a number in the place of `all`"
    yield from lost(
        every, "gets no graphics processor", "a cluster counts them, and no pod is given all of a node", fix
    )
    labels = {f"{label.key} of {name}": label.origin for name, one in given for label in one.labels if not fits(label)}
    yield from lost(labels, "is not written", "an annotation's name has at most 63 characters", "shorten it")
    beside = [(one.name, one.given) for one in workloads if one.given and one.beside]
    lent = {f"{label.key} of {name}": label.origin for name, one in beside for label in one.labels}
    yield from lost(
        lent, "is not written", "annotations are a pod's, and that is its service's", "give the service the label"
    )


def _at_one_place(plan: Plan) -> Iterator[Loss]:
    """Services that an Ingress could not tell apart: at one place there may be several where clients ask them themselves (`proxy: none`)."""
    taken: dict[tuple[str | None, str], Route] = {}
    for route in plan.ingress.routes if plan.ingress else ():
        before = taken.setdefault((route.host, route.path.rstrip("/")), route)
        if before.service != route.service:
            yield Loss(
                code=ROUTE_CLASH,
                of=(before.service, route.service),
                what=f"are both reached at {route.host or ''}{route.path}",
                why="an Ingress tells services apart by host and path alone",
                fix=f"give one of them a path of its own in deploy.yaml: `route: {{path: /{route.service}}}`",
                origin=route.origin,
            )


def _grouped(plan: Plan, parts: Iterable[_Part]) -> Iterator[Loss]:
    waived = {one.assertion for one in plan.assertions if one.waived}
    groups: dict[tuple[str, tuple[str, ...]], list[_Part]] = {}
    for one in parts:
        wanted = tuple(name for name in one.origin.assertions if name not in waived)
        if wanted or not one.origin.assertions:
            groups.setdefault((one.code.id, wanted), []).append(one)
    for (code, wanted), group in sorted(groups.items()):
        what, why, fix = _SAID[code]
        yield Loss(
            of=tuple(dict.fromkeys(one.of for one in group)),
            what=what,
            why=why,
            fix=fix,
            elsewhere=_COMPOSE if wanted and group[0].code.severity is not Severity.NOTE else "",
            kinds=_DEMANDED.get(code, ()),
            whole=code in _WHOLE,
            code=group[0].code,
            origin=merged(one.origin for one in group),
        )


def _of_routes(plan: Plan) -> Iterator[_Part]:
    for whole in plan.ingress.routes if plan.ingress else ():
        name, route = f"{whole.host or ''}{whole.path}", whole.asked
        if whole.files:
            yield _Part(routes.ROUTE_LOST, whole.files.origin, f"`files` of {name} (the service is asked for them)")
        for code, node in (
            (codes.RATE, route.rate),
            (codes.CONNECTIONS, route.connections),
            (codes.BODY, route.body),
            (codes.TIMEOUTS, route.timeouts),
            (codes.TIMEOUTS, route.kept_alive),
            (codes.ORIGINS, route.origins),
            (codes.CACHING, route.caching),
        ):
            if node is not None:
                yield _Part(code, node.origin, name)
        if _is_stripped(route):
            yield _Part(codes.STRIP, route.origin, name)
        yield from _of_keys(route, name)
    yield from _of_entry(plan.ingress) if plan.ingress else ()
    for trusted in plan.ingress.trusted if plan.ingress else ():
        yield _Part(codes.TRUSTED, trusted.origin, trusted.network)


def _of_keys(route: Route, name: str) -> Iterator[_Part]:
    """Keys that a route has in deploy.yaml alone, by these."""
    for key, door in (("allow`, `deny", route.networks), ("basic_auth", route.login)):
        if door is not None:
            yield _Part(routes.DOOR_LOST, door.origin, f"{name} (`{key}`)")
    for key, node in (
        ("methods", route.methods),
        ("websockets`, `events", route.stream),
        ("grpc", route.grpc),
        ("compression", route.compression),
        ("headers", route.headers),
        ("canary", route.canary),
        ("maintenance", route.maintenance),
        ("errors", route.errors),
    ):
        if node is not None:
            yield _Part(routes.ROUTE_LOST, node.origin, f"`{key}` of {name}")


def _of_entry(entry: Ingress) -> Iterator[_Part]:
    """What is said of all routes together."""
    for redirect in entry.redirects:
        yield _Part(routes.ROUTE_LOST, redirect.origin, f"`redirect` of {redirect.host or ''}{redirect.path}")
    for node, name in (
        (entry.buffered, "`access_log`"),
        (entry.tls, _tls(entry)),
        (entry.announced, "PROXY protocol"),
        (entry.errors, "`errors`"),
    ):
        if node is not None:
            yield _Part(routes.ROUTE_LOST, node.origin, name)


def _tls(entry: Ingress) -> str:
    by_acme = entry.tls is not None and isinstance(entry.tls.certified, Acme)
    return "TLS by ACME (in a cluster it is cert-manager's to get certificates)" if by_acme else "TLS"


def _is_stripped(route: Route) -> bool:
    return route.strip and route.path != "/" and not route.part


def _of_workloads(found: Iterable[Member]) -> Iterator[_Part]:
    for one in found:
        workload, name = one.workload, one.workload.name
        for each in one.workloads:
            yield from _of_container(each)
        if others := [other for other in workload.depends_on if other.name not in {step.name for step in one.before}]:
            yield _Part(codes.ORDER, merged(other.origin for other in others), name)
        if one.component is Component.RELEASE:
            yield _Part(codes.RELEASE, one.origin, name)
        if one.image.preloaded:
            yield _Part(codes.PRELOADED, one.image.origin, one.image.repository)
        if one.component in (Component.STORE, Component.BACKUP) and workload.stop.signal != _SIGTERM:
            yield _Part(codes.SIGNAL, workload.stop.origin, f"{name} ({workload.stop.signal} is meant)")
        if workload.trigger is Trigger.HAND or (workload.replicas.exclusive and one.component is Component.JOB):
            yield _Part(codes.BY_HAND, workload.replicas.origin, name)


def _of_container(workload: Workload) -> Iterator[_Part]:
    limits, name = workload.limits, workload.name
    yield _Part(codes.PROCESSES, limits.pids_origin or limits.origin, f"{name} ({limits.pids})")
    yield _Part(codes.LOGS, workload.logs.origin, name)
    for scratch in workload.scratch:
        if scratch.owner or scratch.mode != _OPEN or not scratch.executable:
            yield _Part(codes.SCRATCH, scratch.origin, f"{scratch.target} of {name}")


def _of_volumes(found: tuple[Member, ...]) -> Iterator[_Part]:
    shared = {one.name for one in claims(found) if one.shared}
    for one in found:
        for volume in (each for workload in one.workloads for each in workload.volumes):
            several = " (several pods use it: its storage class has to have ReadWriteMany)"
            yield _Part(codes.VOLUMES, volume.origin, f"{volume.name}{several if volume.name in shared else ''}")
