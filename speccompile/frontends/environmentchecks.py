"""What is wrong with the environments of deploy.yaml as a whole: services that are not there, keys of another platform, two places at once."""

from __future__ import annotations

from collections.abc import Iterator

from speccompile.codes.meaning import MISFIT, TWICE, UNKNOWN_SERVICE
from speccompile.diagnostics import Diagnostic, Related
from speccompile.frontends import routechecks
from speccompile.frontends.deliverychecks import delivery
from speccompile.frontends.wording import shown, suggestion
from speccompile.spec.located import Located, LocatedList, key_span, value_span

_BY_SERVICE = ("replicas", "resources", "routes")
_OF_KUBERNETES = ("context", "namespace")
_OF_MACHINES = ("host", "hosts", "stages")


def objections(raw: Located, format_name: str) -> Iterator[Diagnostic]:
    """Everything that is wrong with the environments of *raw*; *format_name* is what the file's format is called."""
    environments, services = raw.get("environments"), raw.get("services")
    if not isinstance(environments, Located):
        return
    for name, environment in environments.items():
        if isinstance(environment, Located):
            yield from _misfits(raw, name, environment)
            yield from _places(raw, name, environment)
            yield from delivery(raw, name, environment)
            yield from _unknown(raw, name, environment, format_name)
            routes = environment.get("routes")
            if isinstance(routes, Located) and isinstance(services, Located):
                yield from _routes(raw, routes, services, format_name)


def _misfits(raw: Located, name: str, environment: Located) -> Iterator[Diagnostic]:
    """Keys that are of no use on the platform."""
    on = environment.get("on", "compose")
    for key in _OF_MACHINES if on == "kubernetes" else _OF_KUBERNETES:
        if key in environment:
            yield MISFIT.at(
                key_span(raw, ("environments", name, key)),
                f"{shown(name)} is on {shown(str(on))}, and has no use for `{key}`",
                fix=f"take `{key}` out"
                + ("; `context` says which cluster is meant" if on == "kubernetes" else ", or write `on: kubernetes`"),
                found=f"`{key}`",
                expected="no such key",
                expected_by=f"`on: {on}`"
                if "on" in environment
                else "`on`, which is compose where nothing else is said",
            )
    if environment.get("stages") is not None and "hosts" not in environment and on != "kubernetes":
        yield MISFIT.at(
            key_span(raw, ("environments", name, "stages")),
            f"{shown(name)} has no `hosts` that `stages` could be of",
            fix="take `stages` out, or list the machines in `hosts`",
        )


def _places(raw: Located, name: str, environment: Located) -> Iterator[Diagnostic]:
    if "host" in environment and "hosts" in environment:
        yield TWICE.at(
            key_span(raw, ("environments", name, "hosts")),
            f"{shown(name)} has `host` and `hosts`",
            fix="write all machines into `hosts`, and take `host` out",
            related=(Related("`host` is here", key_span(raw, ("environments", name, "host"))),),
        )
    seen: dict[object, int] = {}
    hosts = environment.get("hosts")
    for index, host in enumerate(hosts if isinstance(hosts, LocatedList) else ()):
        if isinstance(host, str) and host in seen:
            yield TWICE.at(
                value_span(raw, ("environments", name, "hosts", index)),
                f"{shown(name)} lists the host {shown(host)} twice",
                fix="take one of the two out",
                related=(
                    Related("the first one is here", value_span(raw, ("environments", name, "hosts", seen[host]))),
                ),
            )
        elif isinstance(host, str):
            seen[host] = index


def _unknown(raw: Located, name: str, environment: Located, format_name: str) -> Iterator[Diagnostic]:
    """What is said of services that there are none of."""
    services = raw.get("services")
    known = list(services) if isinstance(services, Located) else []
    for key in _BY_SERVICE:
        said = environment.get(key)
        for service in said if isinstance(said, Located) else ():
            if service not in known:
                yield UNKNOWN_SERVICE.at(
                    key_span(raw, ("environments", name, key, service)),
                    f"{shown(name)} says `{key}` of {shown(service)}, and there is no such service",
                    fix=suggestion(
                        service, known, f"add the service {service[:40]} below `services`, or take the entry out"
                    ),
                    found=shown(service),
                    expected="a service of this file",
                    expected_by=format_name,
                )


def _routes(raw: Located, routes: Located, services: Located, format_name: str) -> Iterator[Diagnostic]:
    """What is wrong with the routes as they are in an environment, where that is so because of its own."""
    there = _like(services)
    for name, service in services.items():
        said = routes.get(name)
        if isinstance(service, Located) and isinstance(said, LocatedList):
            mine = _like(service, without=("route", "routes"))
            mine.add("routes", routes.keys_at[name], said, routes.values_at[name])
            there.add(name, services.keys_at[name], mine, services.values_at[name])
    whole = _like(raw)
    whole.add("services", raw.keys_at["services"], there, raw.values_at["services"])
    known = {(one.code, one.span) for one in routechecks.objections(raw, services, format_name)}
    for one in routechecks.objections(whole, there, format_name):
        if (one.code, one.span) not in known:
            yield one


def _like(raw: Located, without: tuple[str, ...] = ()) -> Located:
    """A copy of *raw* that more can be put into."""
    made = Located(raw.source, raw.offset)
    for key, value in raw.items():
        if key not in without:
            made.add(key, raw.keys_at[key], value, raw.values_at[key])
    return made
