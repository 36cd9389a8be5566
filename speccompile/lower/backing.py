"""The containers of backing services, from the catalogue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from speccompile.catalog import CATALOG
from speccompile.catalog.backing import HALF, Backing, Room, names
from speccompile.lower.backups import backup
from speccompile.lower.defaults import hardening, logs
from speccompile.lower.draft import StoreNeed
from speccompile.lower.handover import Access, password_of, password_slot, way_of
from speccompile.lower.naming import variable
from speccompile.plan.handover import Way
from speccompile.plan.image import Base
from speccompile.plan.plan import Store
from speccompile.plan.workload import (
    Inside,
    Limits,
    Literal,
    Port,
    Probes,
    Replicas,
    Restart,
    RestartPolicy,
    Scratch,
    SecretUse,
    Stop,
    Supplied,
    Volume,
    Workload,
)
from speccompile.provenance import Origin, merged
from speccompile.requirements.asked import Asked
from speccompile.requirements.kinds import Backup as Demanded


def stores(
    app: str, accesses: Sequence[Access], copied: Mapping[str, Sequence[Asked[Demanded]]] = MappingProxyType({})
) -> tuple[Store, ...]:
    """One store for each name among *accesses* that runs here; it cites all who need it, and is *copied* as is asked there, by name."""
    by_name: dict[str, list[StoreNeed]] = {}
    for access in (one for one in accesses if not one.need.outside):
        by_name.setdefault(access.need.name, []).append(access.need)
    return tuple(
        _copied(_store(app, same, way_of(name, accesses)), same[0], copied) for name, same in sorted(by_name.items())
    )


def _copied(store: Store, need: StoreNeed, copied: Mapping[str, Sequence[Asked[Demanded]]]) -> Store:
    return replace(store, backup=backup(need, store.workload, copied)) if need.name in copied else store


def _store(app: str, same: list[StoreNeed], way: Way) -> Store:
    need, backing = same[0], CATALOG[same[0].kind]
    login, known = backing.login, names(app, need.database, need.user)
    locked = login if way is not Way.NONE else None
    origin = merged(other.origin for other in same)
    version = next((other.version for other in same if other.version), None) or backing.version
    usual = Limits(memory=backing.memory, cpus=backing.cpus, pids=backing.pids, origin=origin)
    limits = next((other.limits for other in same if other.limits), usual)
    half = str(limits.memory // 2**21)
    environment: list[Literal | Supplied] = [
        Literal(
            name=name, value=value.format(app=known.database, user=known.user, host=need.name, half=half), origin=origin
        )
        for name, value in (*backing.environment, *(locked.environment if locked else ()))
    ]
    if login and way is Way.ENVIRONMENT:
        environment.append(Supplied(name=login.variable, parameter=password_slot(need.name), origin=origin))
    kept = backing.volume(version)
    check = (locked.check if locked else ()) or backing.check
    workload = Workload(
        name=need.name,
        user=backing.user,
        environment=tuple(sorted(environment, key=lambda entry: entry.name)),
        secrets=(SecretUse(name=password_of(need.name), variable=f"{login.variable}_FILE", origin=origin),)
        if login and way is Way.FILE
        else (),
        volumes=(Volume(name=f"{need.name}-data", target=kept, origin=origin),) if kept else (),
        scratch=tuple(_scratch(room, origin) for room in backing.scratch),
        port=Port(number=backing.port, origin=origin),
        inside=Inside(origin=origin),
        calls=(),
        egress=None,
        depends_on=(),
        probes=_probes(backing, tuple(word.format(app=known.database, user=known.user) for word in check), origin),
        limits=limits,
        stop=Stop(signal=backing.stop_signal, grace=backing.stop_grace, origin=origin),
        restart=Restart(policy=RestartPolicy.ALWAYS, origin=origin),
        replicas=Replicas(count=1, exclusive=False, origin=origin),
        hardening=hardening(origin),
        logs=logs(origin),
        init=False,
        command=tuple(word.replace(HALF, half) for word in (locked.command if locked else ()) or backing.command),
        origin=origin,
    )
    return Store(
        kind=need.kind,
        base=Base(reference=backing.tag.format(version=version), origin=origin),
        pin=variable(need.name, "digest"),
        workload=workload,
        origin=origin,
    )


def _scratch(room: Room, origin: Origin) -> Scratch:
    return Scratch(
        target=room.path, size=room.size, mode=room.mode, owner=room.owner, executable=room.executable, origin=origin
    )


def _probes(backing: Backing, argv: tuple[str, ...], origin: Origin) -> Probes:
    return Probes(
        ready=argv,
        interval=backing.check_interval,
        timeout=backing.check_timeout,
        start_period=backing.start_period,
        retries=5,
        origin=origin,
    )
