"""Programs that systemd starts itself: no image, no network of Podman's, a user that is made up for the time that they run (systemd.exec(5), DynamicUser=)."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import replace

from speccompile.plan.plan import Plan, Service
from speccompile.plan.walk import cited
from speccompile.plan.workload import Literal, Parameter, Schedule, SecretUse, Supplied, Trigger, Workload
from speccompile.provenance import Origin, merged
from speccompile.realise.quadlet import names
from speccompile.realise.quadlet.life import life
from speccompile.realise.quadlet.quadlet_plan import NEVER, Answer, Asked, Credential, Image, Program
from speccompile.record import record

_STATES = "/var/lib/"
_NOT_HTTP = ("grpc", "tcp")
"""What a probe's scheme says of servers that speak something else."""
TEMPORARY = "/tmp"  # noqa: S108  # the program's


@record()
class Contained:
    """That a workload is run in a container all the same, and why."""

    workload: Workload
    why: str


def contained(plan: Plan) -> tuple[Contained, ...]:
    """Those workloads of *plan* that are programs, and cannot be run without a container."""
    found = ((workload, _why(plan, service, workload)) for service, workload in _all(plan))
    return tuple(Contained(workload, why) for workload, why in found if why)


def run(plan: Plan) -> frozenset[str]:
    """The names of the workloads of *plan* that need no container."""
    kept = {one.workload.name for one in contained(plan)}
    return frozenset(workload.name for _, workload in _all(plan) if workload.name not in kept)


def _all(plan: Plan) -> Iterator[tuple[Service, Workload]]:
    yield from ((service, one) for service in plan.services for one in service.workloads if one.program)


def _why(plan: Plan, service: Service, workload: Workload) -> str | None:
    """Why *workload* cannot do without a container; None where it can."""
    entry, program = plan.ingress, workload.program
    built, pulled = (one.workloads for one in plan.services), (one.workloads for one in plan.stores)
    others = [one for each in (*built, *pulled) for one in each if one.name != workload.name]
    if workload.calls or workload.depends_on:
        needed = (*(one.to for one in workload.calls), *(one.name for one in workload.depends_on))
        return f"it needs {needed[0]}, which is in one"
    if any(call.to == workload.name for one in others for call in one.calls) or any(
        needed.name == workload.name for one in others for needed in one.depends_on
    ):
        return "what needs it is in one"
    if (
        entry
        and (entry.proxy is None or entry.proxy.name != "none")
        and any(one.service == service.name for one in entry.routes)
    ):
        return "the front door is in one, and passes requests on to it"
    if workload.replicas.several:
        return "there are several of it"
    if any(not _is_state(one.target) for one in workload.volumes):
        return "it keeps data elsewhere than in a directory of its own below /var/lib"
    if workload.given:
        return "it is given labels, hosts or processors, which containers have"
    if any(use.variable is None for use in workload.secrets):
        return "it reads a secret below /run/secrets"
    if program and ";" in program.arguments:
        return "one of its arguments is a semicolon"
    return None


def _is_state(target: str) -> bool:
    return target.startswith(_STATES) and posixpath.normpath(target) == target


def programs(plan: Plan, parameters: Mapping[str, Parameter], called: Origin) -> Iterator[Program]:
    """The services of *plan*; *called* is why the application is called so."""
    wanted = run(plan)
    for service, workload in _all(plan):
        if workload.name in wanted:
            own = workload is service.workload
            schedule, asked = (service.schedule, answer(service)) if own else (None, None)
            yield _program(plan.app, workload, schedule, asked, parameters, called)


def answer(service: Service) -> Answer | None:
    """What the program of *service* answers once it is up; None where it speaks no HTTP, or at no port that stands fast."""
    health, workload = service.health, service.workload
    if health is None or workload is None or workload.port is None or health.probe.scheme in _NOT_HTTP:
        return None
    probe = health.probe
    headers = (
        *((f"Host: {probe.site}",) if probe.site else ()),
        *((f"X-Forwarded-Proto: {probe.scheme}",) if probe.scheme else ()),
    )
    return Answer(
        url=f"http://127.0.0.1:{health.port}{probe.path}",
        headers=headers,
        strict=probe.strict,
        timeout=probe.timeout,
        origin=health.origin,
    )


def _program(
    app: str,
    workload: Workload,
    schedule: Schedule | None,
    asked: Answer | None,
    parameters: Mapping[str, Parameter],
    called: Origin,
) -> Program:
    if workload.program is None:
        raise ValueError(f"{workload.name} is no program")
    built, why = workload.program, merged((workload.program.origin, called))
    nothing = Image(name="", pull=NEVER, origin=built.origin)
    told = {use.variable for use in workload.secrets}
    variables = [one for one in workload.environment if one.name not in told]
    alone = Program(
        name=names.unit(app, workload.name),
        title=f"{app}: {workload.name}",
        service=workload.name,
        file=f"{names.directory(app, workload.name)}/{built.within or posixpath.basename(built.path)}",
        source=built.path,
        within=built.within,
        arguments=built.arguments,
        environment=tuple(one for one in variables if isinstance(one, Literal)),
        asked=tuple(_asked(one, parameters) for one in variables if isinstance(one, Supplied)),
        credentials=tuple(_credentials(workload.secrets)),
        states=tuple(one.target.removeprefix(_STATES) for one in workload.volumes),
        # A user that is made up has a /tmp of its own, and nothing else is said of that.
        scratch=tuple(one for one in workload.scratch if one.target != TEMPORARY),
        limits=workload.limits,
        stop=workload.stop,
        life=life(workload if asked else _unasked(workload), schedule, nothing, None),
        answer=asked,
        wanted=workload.trigger is Trigger.SYSTEM,
        goes_out=workload.egress is not None,
        called=merged((why, workload.origin)),
        origin=merged((workload.origin, *(one.origin for one in workload.volumes))),
    )
    # There would be none of it without the key.
    return cited(alone, built.origin)


def _unasked(workload: Workload) -> Workload:
    """*workload* as what nobody asks whether it is well."""
    return replace(workload, probes=None)


def _asked(variable: Supplied, parameters: Mapping[str, Parameter]) -> Asked:
    known = parameters[variable.parameter]
    return Asked(
        name=variable.name,
        before=variable.before,
        after=variable.after,
        default=None if known.secret or variable.before or variable.after else known.default,
        origin=merged((variable.origin, known.origin)),
    )


def _credentials(uses: tuple[SecretUse, ...]) -> Iterator[Credential]:
    for name in dict.fromkeys(use.name for use in uses):
        mine = [use for use in uses if use.name == name]
        yield Credential(
            name=name,
            variables=tuple(use.variable for use in mine if use.variable),
            origin=merged(use.origin for use in mine),
        )
