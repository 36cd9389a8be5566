"""The containers of backing services, from the catalogue."""

from __future__ import annotations

from collections.abc import Iterable

from speccompile.catalog import CATALOG
from speccompile.catalog.backing import identifier
from speccompile.lower.draft import StoreNeed
from speccompile.lower.naming import variable
from speccompile.lower.wiring import BACKEND, password_of
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
    Tmpfs,
    Volume,
)
from speccompile.plan.image import Base
from speccompile.plan.plan import Store
from speccompile.provenance import merged


def stores(app: str, needs: Iterable[StoreNeed]) -> tuple[Store, ...]:
    """One store for each name among *needs*; it cites all who need it."""
    by_name: dict[str, list[StoreNeed]] = {}
    for need in needs:
        by_name.setdefault(need.name, []).append(need)
    return tuple(_store(app, same) for _, same in sorted(by_name.items()))


def _store(app: str, same: list[StoreNeed]) -> Store:
    need, backing = same[0], CATALOG[same[0].kind]
    origin = merged(other.origin for other in same)
    version = next((other.version for other in same if other.version), None) or backing.version
    environment = tuple(
        Literal(name=name, value=value.format(app=identifier(app)), origin=origin)
        for name, value in sorted(backing.environment)
    )
    container = Container(
        name=need.name,
        user=backing.user,
        environment=environment,
        secrets=(SecretUse(name=password_of(need), variable=backing.password_variable, origin=origin),)
        if backing.password_variable
        else (),
        volumes=(Volume(name=f"{need.name}-data", target=backing.data, origin=origin),) if backing.data else (),
        tmpfs=tuple(Tmpfs(target=target, options=options, origin=origin) for target, options in backing.tmpfs),
        configs=(),
        networks=(Attach(network=BACKEND, origin=origin),),
        depends_on=(),
        publish=(),
        check=Check(
            argv=tuple(word.format(app=identifier(app)) for word in backing.check),
            interval=backing.check_interval,
            timeout=backing.check_timeout,
            start_period=backing.start_period,
            retries=5,
            origin=origin,
        ),
        limits=Limits(memory=backing.memory, cpus=backing.cpus, pids=backing.pids, origin=origin),
        stop=Stop(signal=backing.stop_signal, grace=backing.stop_grace, origin=origin),
        restart=Restart(policy=RestartPolicy.UNLESS_STOPPED, origin=origin),
        replicas=Replicas(count=1, exclusive=False, origin=origin),
        init=False,
        command=backing.command,
        origin=origin,
    )
    return Store(
        kind=need.kind,
        base=Base(reference=backing.tag.format(version=version), origin=origin),
        pin_slot=variable(need.name, "digest"),
        container=container,
        origin=origin,
    )
