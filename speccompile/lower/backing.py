"""The containers of backing services, from the catalogue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from speccompile.catalog import CATALOG
from speccompile.catalog.backing import HALF, names
from speccompile.lower.backups import backup
from speccompile.lower.draft import StoreNeed
from speccompile.lower.handover import Access, password_of, password_slot, way_of
from speccompile.lower.naming import variable
from speccompile.lower.networks import BACKEND
from speccompile.plan.container import (
    Attach,
    Check,
    Container,
    Limits,
    Literal,
    Replicas,
    Restart,
    RestartPolicy,
    SecretUse,
    Stop,
    Supplied,
    Tmpfs,
    Volume,
)
from speccompile.plan.handover import Way
from speccompile.plan.image import Base
from speccompile.plan.plan import Store
from speccompile.provenance import merged
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
    return replace(store, backup=backup(need, store.container, copied)) if need.name in copied else store


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
        environment.append(Supplied(name=login.variable, slot=password_slot(need.name), origin=origin))
    kept = backing.volume(version)
    check = (locked.check if locked else ()) or backing.check
    container = Container(
        name=need.name,
        user=backing.user,
        environment=tuple(sorted(environment, key=lambda entry: entry.name)),
        secrets=(SecretUse(name=password_of(need.name), variable=f"{login.variable}_FILE", origin=origin),)
        if login and way is Way.FILE
        else (),
        volumes=(Volume(name=f"{need.name}-data", target=kept, origin=origin),) if kept else (),
        tmpfs=tuple(Tmpfs(target=target, options=options, origin=origin) for target, options in backing.tmpfs),
        configs=(),
        networks=(Attach(network=BACKEND, origin=origin),),
        depends_on=(),
        publish=(),
        check=Check(
            argv=tuple(word.format(app=known.database, user=known.user) for word in check),
            interval=backing.check_interval,
            timeout=backing.check_timeout,
            start_period=backing.start_period,
            retries=5,
            origin=origin,
        ),
        limits=limits,
        stop=Stop(signal=backing.stop_signal, grace=backing.stop_grace, origin=origin),
        restart=Restart(policy=RestartPolicy.UNLESS_STOPPED, origin=origin),
        replicas=Replicas(count=1, exclusive=False, origin=origin),
        init=False,
        command=tuple(word.replace(HALF, half) for word in (locked.command if locked else ()) or backing.command),
        origin=origin,
    )
    return Store(
        kind=need.kind,
        base=Base(reference=backing.tag.format(version=version), origin=origin),
        pin_slot=variable(need.name, "digest"),
        container=container,
        origin=origin,
    )
