"""What a deployment says at its end: as text, and as the document that `report.deploy` describes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from speccompile.codes.delivering import TORN
from speccompile.codes.releases import FAILED, NO_PUBLIC_URL
from speccompile.diagnostic_data import as_data
from speccompile.diagnostics import Diagnostic
from speccompile.plan.ingress import Ingress, Route
from speccompile.plan.plan import Plan
from speccompile.realise import front_door
from speccompile.record import record
from speccompile.releases.carrying import OnHost, merged
from speccompile.releases.deployment import Change
from speccompile.releases.record import Release
from speccompile.releases.rolling import End, Outcome
from speccompile.source import Span

_BACK = {
    True: "what ran before runs",
    False: "nothing of it runs that is well",
    None: "what runs of it now is not known",
}
_ANY = frozenset(("", "0.0.0.0", "::"))  # noqa: S104  # told apart, not bound


@record(kw_only=True)
class Report:
    """What there is to say: *outputs* are the URLs by service, *unrecorded* is why the store does not have it."""

    app: str
    environment: str
    images: Mapping[str, str]
    hosts: tuple[OnHost, ...]
    outputs: Mapping[str, Mapping[str, str]]
    release: Release | None
    unchanged: int | None
    seconds: float
    unrecorded: tuple[Diagnostic, ...] = ()
    notes: tuple[Diagnostic, ...] = ()

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """What became of each service."""
        return merged(self.hosts)

    @property
    def good(self) -> bool:
        """Whether all of it was deployed everywhere."""
        return all(host.good for host in self.hosts)

    @property
    def reached(self) -> dict[str, dict[str, str]]:
        """The URLs of what runs: none of a service that failed or was skipped, and no public one where that became of the front door."""
        gone = {one.name for one in self.outcomes if one.end in (End.FAILED, End.SKIPPED) and not one.back}
        hidden = {"PUBLIC_URL"} if front_door.NAME in gone else set()
        return {
            name: {key: url for key, url in urls.items() if key not in hidden}
            for name, urls in sorted(self.outputs.items())
            if name not in gone
        }

    @property
    def findings(self) -> tuple[Diagnostic, ...]:
        """A finding for each service that failed, by machine where there are several; for those that are in two versions now; and notes."""
        failed = [(host.host, one) for host in self.hosts for one in host.outcomes if one.end is End.FAILED]
        found = [_finding(one, f" on {host}" if len(self.hosts) > 1 else "") for host, one in failed]
        return (*found, *self._torn, *self.unrecorded, *self.notes)

    @property
    def _torn(self) -> Iterator[Diagnostic]:
        """A finding for each service that is new on one machine and not on another."""
        if self.good:
            return
        last = self.release.number if self.release else self.unchanged
        way = f"speccompile rollback --environment {self.environment} --to {last}"
        back = f"; or let all machines go back: {way}" if last else ""
        for name in dict.fromkeys(one.name for host in self.hosts for one in host.outcomes):
            new = [
                host.host
                for host in self.hosts
                if any(one.name == name and one.end is End.DEPLOYED for one in host.outcomes)
            ]
            others = [host.host for host in self.hosts if host.host not in new]
            if new and others:
                yield TORN.at(
                    Span(name),
                    f"{name} is in its new version on {', '.join(new)}, and not on {', '.join(others)}",
                    fix=f"mend what failed, and deploy again{back}",
                )

    def data(self) -> dict[str, Any]:
        """As plain data."""
        named = {end: [one.name for one in self.outcomes if one.end is end] for end in End}
        return {
            "status": "success" if self.good and not self.unrecorded else "failed",
            "application": {"slug": self.app},
            "environment": self.environment,
            "release": self.release.number if self.release else self.unchanged,
            "builds": [{"service": name, "image": image} for name, image in sorted(self.images.items())],
            "deployments": {
                "services": [_service(one, self.reached) for one in self.outcomes],
                "status": "success" if self.good else "failed",
                "outputs": self.reached,
                "successful": [*named[End.DEPLOYED], *named[End.UNCHANGED]],
                "unchanged": named[End.UNCHANGED],
                "failed": named[End.FAILED],
                "skipped": named[End.SKIPPED],
                "hosts": [
                    {
                        "host": one.host,
                        "status": "success" if one.good else "failed" if one.outcomes else "not-reached",
                        "services": [_there(each) for each in one.outcomes],
                    }
                    for one in self.hosts
                ],
            },
            "total_time": _time(self.seconds),
            "diagnostics": [as_data(one) for one in self.findings],
        }

    def text(self) -> str:
        """For people."""
        lines = []
        for host in self.hosts:
            several = len(self.hosts) > 1
            if several and host.outcomes:
                lines.append(f"on {host.host}:")
            lines += [f"  {line}" if several else line for one in host.outcomes for line in self._lines(one)]
        lines += [f"not reached, runs what it ran: {host.host}" for host in self.hosts if not host.outcomes]
        if self.release:
            lines.append(f"release {self.release.number} of {self.app} in {self.environment}, {_time(self.seconds)}")
        elif self.good and not self.unrecorded:
            same = all(one.end is End.UNCHANGED for one in self.outcomes)
            what = f"release {self.unchanged or 'none'} of {self.app} runs in {self.environment}"
            lines.append(f"nothing changed: {what}" if same else f"no new release: {what} again")
        elif not self.good:
            lines.append(f"nothing is recorded: the last release is {self.unchanged or 'none'}")
        return "\n".join(lines)

    def _lines(self, one: Outcome) -> Iterator[str]:
        urls = " ".join(f"{key}={value}" for key, value in sorted(self.reached.get(one.name, {}).items()))
        shown = urls if one.end in (End.DEPLOYED, End.UNCHANGED) else ""
        yield "  ".join(filter(None, (f"{one.end.value:<9}", one.name, one.why, shown)))
        if one.story:
            yield from (f"           | {line}" for line in one.story.split("\n"))
        if one.end is End.FAILED:
            yield f"           {_BACK[one.back]}"


def plan_data(
    app: str, environment: str, planned: Mapping[str, Sequence[Change]], notes: Sequence[Diagnostic]
) -> dict[str, Any]:
    """What would be done, by machine."""
    return {
        "status": "planned",
        "application": {"slug": app},
        "environment": environment,
        "plan": [
            {
                "host": host,
                "changes": [
                    {"service": one.name, "does": one.how or "nothing", "steps": list(one.steps)} for one in found
                ],
            }
            for host, found in planned.items()
        ],
        "diagnostics": [as_data(one) for one in notes],
    }


def plan_text(planned: Mapping[str, Sequence[Change]]) -> str:
    """The same for people."""
    lines = []
    for host, found in planned.items():
        lines.append(f"on {host}:")
        for one in found:
            lines += [f"  {one.name}: {step} is run" for step in one.steps]
            lines.append(f"  {one.name}: {one.how or 'stays as it is'}")
    return "\n".join(lines)


def outputs(plan: Plan, values: Mapping[str, str], host: str | None = None) -> dict[str, dict[str, str]]:
    """The URLs of the services: INTERNAL_URL where it listens, PUBLIC_URL where a route leads to it; *host* is where the front door is reached, None
    where that is among the *values*."""
    found = _internal(plan)
    ingress = plan.ingress
    usual = {one.name: one.default for one in front_door.parameters(front_door.front_door(ingress))}
    scheme, parameter, implied = (
        ("https", front_door.TLS_PORT, "443") if ingress and ingress.tls else ("http", front_door.PORT, "80")
    )
    port = values.get(parameter) or usual.get(parameter) or implied
    address = host or values.get(front_door.ADDRESS) or usual.get(front_door.ADDRESS) or ""
    for route in _named(ingress):
        named = route.host or ("localhost" if address in _ANY else f"[{address}]" if ":" in address else address)
        path = "" if route.path == "/" else route.path
        found.setdefault(route.service, {})["PUBLIC_URL"] = (
            f"{scheme}://{named}{'' if port == implied else f':{port}'}{path}"
        )
    return found


def urls(plan: Plan) -> dict[str, dict[str, str]]:
    """The same where requests come in by what the platform has, at the ports that are usual: PUBLIC_URL of what has a host's name."""
    found, ingress = _internal(plan), plan.ingress
    for route in _named(ingress):
        if route.host:
            path = "" if route.path == "/" else route.path
            scheme = "https" if ingress and ingress.tls else "http"
            found.setdefault(route.service, {})["PUBLIC_URL"] = f"{scheme}://{route.host}{path}"
    return found


def _named(ingress: Ingress | None) -> Iterator[Route]:
    """The routes, the last first; a pattern of hosts is the name of none."""
    every = reversed(ingress.routes) if ingress else ()
    return (one for one in every if not (one.host or "").startswith("*."))


def _internal(plan: Plan) -> dict[str, dict[str, str]]:
    return {
        service.name: {"INTERNAL_URL": f"http://{service.name}:{service.port.number}"}
        for service in plan.services
        if service.workload and service.port and service.role == "server"
    }


def without_url(plan: Plan, found: Mapping[str, Mapping[str, str]], names: Sequence[str]) -> tuple[Diagnostic, ...]:
    """A note for each server of *names* that nothing from outside reaches."""
    routed = {route.service for route in plan.ingress.routes} if plan.ingress else set()
    return tuple(
        NO_PUBLIC_URL.at(
            Span(service.name),
            f"no route leads to {service.name}: it has no PUBLIC_URL",
            fix=f"write services.{service.name}.route where it shall be reached from outside",
        )
        for service in plan.services
        if service.name in names
        and service.role == "server"
        and "PUBLIC_URL" not in found.get(service.name, {})
        and service.name not in routed
    )


def _finding(one: Outcome, where: str) -> Diagnostic:
    fix = "see its last lines, mend it, build it, and deploy again"
    if one.back is None:
        fix = "mend what it says and deploy again, which looks at what is there; `speccompile status` shows it"
    return FAILED.at(Span(one.name), f"{one.name} was not deployed{where}: {one.why}; {_BACK[one.back]}", fix=fix)


def _service(one: Outcome, found: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    return {**_there(one), "outputs": dict(found.get(one.name, {}))}


def _there(one: Outcome) -> dict[str, Any]:
    return {
        "service": one.name,
        "status": one.end.value,
        "reason": one.why or None,
        "log": one.story or None,
        "restored": one.back if one.end is End.FAILED else None,
    }


def _time(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}m{rest}s" if minutes else f"{rest}s"
