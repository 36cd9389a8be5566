"""One workload as container units: one, or one for each of its replicas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from speccompile.plan.walk import cited
from speccompile.plan.workload import (
    Beside,
    Literal,
    Parameter,
    Probes,
    Readiness,
    Schedule,
    SecretUse,
    Supplied,
    Trigger,
    Workload,
)
from speccompile.provenance import Origin, merged
from speccompile.realise.networks import attached, joined
from speccompile.realise.quadlet import names
from speccompile.realise.quadlet.life import life
from speccompile.realise.quadlet.quadlet_plan import (
    After,
    Attach,
    Check,
    Command,
    Container,
    Image,
    Lent,
    Mount,
    MountedSecret,
    SecretVariable,
)
from speccompile.realise.quadlet.secrets import Whole, whole_of
from speccompile.record import record

_OFTEN = 2
"""Seconds between two questions while a container starts: what depends on it waits for the answer."""


@record()
class Around:
    """What a workload is looked at with: the application's name, all workloads and all parameters by name, what secrets are called by their
    values, why the application is called so, and how many of each workload there are where this lies over units that are installed already."""

    app: str
    workloads: Mapping[str, Workload]
    parameters: Mapping[str, Parameter]
    wholes: Mapping[Whole, str]
    origin: Origin
    usual: Mapping[str, int]

    def units(self, workload: Workload) -> tuple[str, ...]:
        """The names of the units of *workload*."""
        return names.units(self.app, workload, self.usual.get(workload.name))

    def called(self, *origins: Origin) -> Origin:
        """Why something is there that the application's name is in."""
        return merged((*origins, self.origin))


def containers(
    around: Around, workload: Workload, image: Image, schedule: Schedule | None = None
) -> Iterator[Container]:
    """The units of *workload*, which *schedule* starts where there is one."""
    told = {use.variable for use in workload.secrets}
    variables = [one for one in workload.environment if one.name not in told]
    plain = tuple(one for one in variables if not _is_secret(one, around))
    user, _, group = workload.user.partition(":")
    for number, name in enumerate(around.units(workload)):
        lent = _lent(around, workload.beside, number) if workload.beside else None
        unit = Container(
            name=name,
            title=f"{around.app}: {workload.name}",
            image=image,
            user=user,
            group=group,
            environment=plain,
            parameters=tuple(_parameters(plain, around)),
            secrets=tuple(_files(around, workload.secrets)),
            secret_variables=tuple(_values(variables, around)),
            mounts=tuple(
                Mount(
                    volume=names.shared(around.app, one.name),
                    target=one.target,
                    lent=one.lent is not None,
                    origin=around.called(one.origin),
                )
                for one in workload.volumes
            ),
            configs=(),
            scratch=workload.scratch,
            networks=() if lent else tuple(_networks(around, workload)),
            publish=(),
            check=_check(workload.probes) if workload.probes else None,
            unchecked=workload.unchecked,
            limits=workload.limits,
            stop=workload.stop,
            life=life(workload, schedule, image, _awaited(around, workload)),
            after=(After(service=lent.unit, needed=True, origin=lent.origin),)
            if lent
            else tuple(_after(around, workload)),
            wanted=workload.trigger is Trigger.SYSTEM,
            init=workload.init,
            command=Command(entrypoint=workload.entrypoint, arguments=workload.command, origin=workload.start),
            hardening=workload.hardening,
            logs=workload.logs,
            given=workload.given,
            lent=lent,
            called=around.called(workload.origin),
            origin=workload.origin,
        )
        yield unit if workload.replicas.count == 1 else cited(unit, workload.replicas.origin)


def _lent(around: Around, beside: Beside, number: int) -> Lent:
    """The network of the instance of that *number* of what a sidecar is beside of."""
    owner = around.workloads[beside.name]
    return Lent(unit=around.units(owner)[number], origin=around.called(beside.origin, owner.replicas.origin))


def _networks(around: Around, workload: Workload) -> Iterator[Attach]:
    for one in attached(workload):
        yield Attach(
            network=names.shared(around.app, one.network), alias=workload.name, origin=around.called(one.origin)
        )
    for one in joined(workload):
        yield Attach(network=one.network, alias=workload.name, external=True, origin=one.origin)


def _is_secret(variable: Literal | Supplied, around: Around) -> bool:
    return isinstance(variable, Supplied) and around.parameters[variable.parameter].secret


def _parameters(variables: tuple[Literal | Supplied, ...], around: Around) -> Iterator[Parameter]:
    """Those of which *variables* are made."""
    wanted = {one.parameter for one in variables if isinstance(one, Supplied)}
    yield from (around.parameters[name] for name in sorted(wanted))


def _files(around: Around, uses: tuple[SecretUse, ...]) -> Iterator[MountedSecret]:
    """Each secret once, however many variables tell where it is."""
    for name in dict.fromkeys(use.name for use in uses):
        mine = [use for use in uses if use.name == name]
        yield MountedSecret(
            name=names.secret(around.app, name),
            target=name,
            variables=tuple(use.variable for use in mine if use.variable),
            origin=around.called(*(use.origin for use in mine)),
        )


def _values(variables: list[Literal | Supplied], around: Around) -> Iterator[SecretVariable]:
    for one in variables:
        if isinstance(one, Supplied) and _is_secret(one, around):
            yield SecretVariable(
                name=around.wholes[whole_of(one)],
                variable=one.name,
                parameter=one.parameter,
                before=one.before,
                after=one.after,
                origin=around.called(one.origin),
            )


def _check(probes: Probes) -> Check:
    """Whether it can serve is asked while it starts, whether it has to be started again from then on, where anything tells that apart."""
    return Check(
        starting=probes.ready,
        often=_OFTEN,
        running=probes.live or probes.ready,
        interval=probes.interval,
        timeout=probes.timeout,
        start_period=probes.start_period,
        retries=probes.retries,
        kills=bool(probes.live),
        origin=probes.origin,
    )


def _awaited(around: Around, workload: Workload) -> Origin | None:
    """Why the end of *workload* is waited for: what it releases."""
    waits = [
        dependency.origin
        for one in around.workloads.values()
        for dependency in one.depends_on
        if dependency.name == workload.name and dependency.readiness is Readiness.COMPLETED
    ]
    return merged(waits) if waits else None


def _after(around: Around, workload: Workload) -> Iterator[After]:
    origins: dict[str, list[Origin]] = {}
    for one in workload.depends_on:
        needed = around.workloads[one.name]
        why = one.origin if needed.replicas.count == 1 else merged((one.origin, needed.replicas.origin))
        for unit in around.units(needed):
            origins.setdefault(unit, []).append(why)
    yield from (
        After(service=unit, needed=True, origin=around.called(*every)) for unit, every in sorted(origins.items())
    )
