"""Images that deploy.yaml names itself: a container each, hardened as everything is, and what a service that needs one is told.

Nothing is known of such an image. It gets the same bounds all the same, and a note says which: no capability, no new privileges, a numeric user,
a read-only root with /tmp in memory, an internal network. What it cannot do with these, deploy.yaml grants (``user``, ``writable``); root
and capabilities it does not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from speccompile.codes.lowering import ACCESSORY_ASSUMED
from speccompile.diagnostics import Diagnostic
from speccompile.lower.defaults import hardening, logs
from speccompile.lower.given import given
from speccompile.lower.naming import variable, volume
from speccompile.lower.secret_parameters import value_parameter
from speccompile.lower.sidecars import LOOPBACK
from speccompile.lower.subject import Subject
from speccompile.plan.image import Base
from speccompile.plan.plan import ACCESSORY, Dependent, Store
from speccompile.plan.workload import (
    Call,
    Dependency,
    Inside,
    Limits,
    Literal,
    Parameter,
    Port,
    Probes,
    Readiness,
    Replicas,
    Restart,
    RestartPolicy,
    Scratch,
    Stop,
    Supplied,
    Volume,
    Workload,
)
from speccompile.provenance import Cause, Origin, because
from speccompile.record import record
from speccompile.spec.project import AccessorySpec

CODE = "SC384"
TITLE = "images beside the services"

_MEMORY, _CPUS, _PIDS = 512 * 2**20, 0.5, 256


@record()
class Called:
    """What a service gets for an accessory that it needs; a sidecar of its own is neither waited for nor called in any network."""

    environment: tuple[Literal, ...]
    dependent: Dependent
    dependency: Dependency | None
    call: Call | None


def workloads(accessories: Sequence[AccessorySpec]) -> tuple[Store, ...]:
    """A workload for each."""
    return tuple(_store(one) for one in accessories)


def needed(subject: Subject) -> Iterator[Called]:
    """Those that *subject* needs: where each is, what waits for it, and a probe that says whether it can be reached."""
    named = {one.name: one for one in subject.project.accessories}
    told = set(subject.deploy.env) if subject.deploy else set()
    for number, name in enumerate(subject.deploy.needs if subject.deploy else ()):
        if name not in named:
            continue
        sidecar = named[name].deploy.beside == subject.name
        keys = ("port", "beside") if sidecar else ("port",)
        origin = because(CODE, subject.deployed("needs", number), *(Cause(named[name].deploy.at(key)) for key in keys))
        port = str(named[name].deploy.port)
        url = variable(name, "url")
        host = LOOPBACK if sidecar else name
        values = {url: f"http://{host}:{port}", variable(name, "host"): host, variable(name, "port"): port}
        readiness = Readiness.HEALTHY if named[name].deploy.check else Readiness.STARTED
        yield Called(
            tuple(Literal(name=key, value=value, origin=origin) for key, value in values.items() if key not in told),
            Dependent(name=name, protocol="tcp", variable=url, critical=False, origin=origin),
            None if sidecar else Dependency(name=name, readiness=readiness, origin=origin),
            None if sidecar else Call(to=name, port=named[name].deploy.port, origin=origin),
        )


def parameters(accessories: Sequence[AccessorySpec]) -> Iterator[Parameter]:
    """What the operator supplies for them."""
    for one in accessories:
        for number, name in enumerate(one.deploy.secrets):
            origin = because(CODE, Cause(one.deploy.at("secrets", number)))
            yield value_parameter(name, f"a secret of {one.name}", (one.name,), origin, in_url=False)


def notes(accessories: Sequence[AccessorySpec]) -> Iterator[Diagnostic]:
    """What was assumed of each."""
    for one in accessories:
        kept = ", ".join(("/tmp", *one.deploy.writable))  # noqa: S108  # in the container
        yield ACCESSORY_ASSUMED.at(
            one.deploy.at("image"),
            f"{one.name} runs as {one.deploy.user} without capabilities, and can write to {kept} only: nothing is known of {one.deploy.image}",
            fix=f"try it (`docker compose up {one.name}`); where its log says that it may not, write `user` or `writable` as it needs",
        )


def _store(one: AccessorySpec) -> Store:
    asked = one.deploy
    told = [key for key in ("command", "user") if getattr(asked, key) and key in asked.model_fields_set]
    origin = because(CODE, *(Cause(asked.at(key)) for key in ("image", *told)))
    reference, _, digest = asked.image.partition("@")
    workload = Workload(
        name=one.name,
        user=asked.user,
        environment=tuple(sorted(_environment(one), key=lambda entry: entry.name)),
        secrets=(),
        volumes=tuple(_volumes(one)),
        scratch=tuple(_scratch(asked.writable, origin)),
        port=Port(number=asked.port, origin=origin) if asked.port else None,
        inside=Inside(origin=origin),
        calls=(),
        egress=None,
        depends_on=(),
        probes=_probes(one),
        limits=_limits(one, origin),
        stop=Stop(signal="SIGTERM", grace=30, origin=origin),
        restart=Restart(policy=RestartPolicy.ALWAYS, origin=origin),
        replicas=Replicas(count=1, exclusive=False, origin=origin),
        hardening=hardening(origin),
        logs=logs(origin),
        init=True,
        command=asked.command,
        given=given(asked),
        origin=origin,
    )
    base = Base(reference=reference, digest=digest or None, origin=origin)
    return Store(kind=ACCESSORY, base=base, pin=variable(one.name, "digest"), workload=workload, origin=origin)


def _environment(one: AccessorySpec) -> Iterator[Literal | Supplied]:
    for name, value in one.deploy.env.items():
        yield Literal(name=name, value=value, origin=because(CODE, Cause(one.deploy.at("env", name))))
    for number, name in enumerate(one.deploy.secrets):
        yield Supplied(name=name, parameter=name, origin=because(CODE, Cause(one.deploy.at("secrets", number))))


def _volumes(one: AccessorySpec) -> Iterator[Volume]:
    for number, path in enumerate(one.deploy.writable):
        yield Volume(
            name=volume(one.name, path), target=path, origin=because(CODE, Cause(one.deploy.at("writable", number)))
        )


def _scratch(writable: Sequence[str], origin: Origin) -> Iterator[Scratch]:
    if "/tmp" not in writable:  # noqa: S108  # in the container
        yield Scratch(target="/tmp", size=64 * 2**20, mode=0o1777, origin=origin)  # noqa: S108  # in the container


def _probes(one: AccessorySpec) -> Probes | None:
    if not one.deploy.check:
        return None
    origin = because(CODE, Cause(one.deploy.at("check")))
    return Probes(ready=one.deploy.check, interval=15, timeout=5, start_period=30, retries=5, origin=origin)


def _limits(one: AccessorySpec, origin: Origin) -> Limits:
    wanted = one.deploy.resources
    if wanted is None:
        return Limits(memory=_MEMORY, cpus=_CPUS, pids=_PIDS, origin=origin)
    return Limits(
        memory=wanted.memory or _MEMORY,
        cpus=wanted.cpus or _CPUS,
        pids=_PIDS,
        cpus_origin=because(CODE, Cause(wanted.at("cpus"))) if wanted.cpus else origin,
        pids_origin=origin,
        origin=because(CODE, Cause(wanted.at("memory"))) if wanted.memory else origin,
    )
