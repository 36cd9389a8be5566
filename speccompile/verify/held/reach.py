"""Who reaches a service, what it reaches, and how its health is asked for."""

from __future__ import annotations

from speccompile.plan.assertions import Demand
from speccompile.plan.plan import HealthModule
from speccompile.provenance import Origin
from speccompile.verify import health as modules
from speccompile.verify.compose_findings import entries
from speccompile.verify.held.outcome import Outcome, Reader, approximated, enforced, lost, of_interval, stricter
from speccompile.verify.held.view import Lines, View, in_seconds
from speccompile.verify.readers.source import Unreadable


def port(view: View, demand: Demand) -> Outcome:
    """EXPOSE of the Dockerfile, and where the front door hands over."""
    service, wanted = view.service(demand.service), demand.get("number")
    exposed = [(one.rest, where) for one, where in view.dockerfile(demand.service) if one.keyword == "EXPOSE"]
    if not exposed or service is None:
        return lost(f"{demand.service} listens on no port here")
    rest, where = exposed[0]
    if rest != str(wanted):
        return lost(f"it listens on {rest}, not {wanted}", (where,), *([service.port.origin] if service.port else ()))
    if denied := service.denies("port", wanted):
        return lost(denied.why, (where,), denied.origin)
    env = view.key(demand.service, "environment", "PORT")
    return enforced(f"it is told to listen on {rest}, and asked there", (where, *env))


def private(view: View, demand: Demand) -> Outcome:
    """No published port, no way in through the front door."""
    if demand.of == "store":
        return _stores_inside(view, callers=bool(demand.get("callers")))
    if demand.get("callers"):
        return lost("who alone may call it is told of stores (`of: store`), and of no service")
    box = view.box(demand.service)
    if demand.of == "path":
        return lost(f"the front door does not keep {demand.path or 'single paths'} for some")
    if wanted := demand.get("networks"):
        return _from(view, demand, {str(one) for one in wanted})
    if not box:
        return lost("nothing runs it in a container")
    published = view.key(demand.service, "ports")
    if published or view.locations(demand.service):
        return lost(
            "the front door hands requests over to it",
            published or view.door(*(one.passed for one in view.locations(demand.service))),
        )
    return enforced("no port of it is published, and the front door does not know it", _networks(view, demand.service))


def _stores_inside(view: View, *, callers: bool) -> Outcome:
    """No store publishes a port. Whatever is on its network reaches it: where *callers* alone may, that is one service at most."""
    names = [one.workload.name for one in view.plan.stores if view.box(one.workload.name)]
    if not names:
        return lost("no store runs here: who runs it has to keep it inside")
    if open_ := [line for name in names for line in view.key(name, "ports")]:
        return lost("a store publishes a port", tuple(open_))
    said = "no port of it is" if len(names) == 1 else "no port of any of them is"
    said = f"{', '.join(names)}: {said} published"
    lines = tuple(line for name in names for line in _networks(view, name))
    every = (one.name for service in view.plan.services for one in service.programs)
    there = {one for name in names for one in _networked(view, name)}
    services = sorted(name for name in every if there & _networked(view, name))
    if callers and len(services) > 1:
        return approximated(f"{said}; on its network {', '.join(services)} reach it, needed or not", lines)
    return enforced(said, lines)


def _networked(view: View, name: str) -> set[str]:
    """The networks that a workload is on."""
    return set(view.box(name).get("networks") or ())


def _from(view: View, demand: Demand, wanted: set[str]) -> Outcome:
    """Each location takes requests from no other networks."""
    found = view.locations(demand.service)
    asks = [
        [one for one in each.directives if one.name == "if" and one.args[0].startswith("($outside_")] for each in found
    ]
    if not found or not all(asks):
        return lost("the front door takes requests from every address that reaches it")
    numbers = {one.args[0].strip("()").removeprefix("$outside_") for each in asks for one in each}
    tables = [one for one in view.nginx if one.name == "geo" and one.args[0].removeprefix("$allowed_") in numbers]
    listed = [one for table in tables for one in table.block or ()]
    if any((one.name, one.args) == ("default", ("yes",)) for one in listed):
        return lost("the front door takes requests from every address but some")
    allowed = {one.name for one in listed if one.args == ("yes",)}
    lines = view.door(*listed, *(one for each in asks for one in each))
    said = f"the front door takes requests from {', '.join(sorted(allowed))} alone"
    if allowed == wanted:
        return enforced(said, lines)
    routes = view.plan.ingress.routes if view.plan.ingress else ()
    blamed = [one.networks.origin for one in routes if one.service == demand.service and one.networks]
    return stricter(said, lines) if allowed < wanted else lost(said, lines, *blamed)


def egress(view: View, demand: Demand) -> Outcome:
    """Internal networks alone."""
    if not view.box(demand.service):
        return lost("nothing runs it in a container")
    if demand.get("allow"):
        return lost(
            "an engine's network lets everything out or nothing: compose has no list of those that may be reached"
        )
    if view.goes_out(demand.service):
        return lost("it is in a network that has a way out", _networks(view, demand.service))
    return enforced("its networks have no way out", _networks(view, demand.service))


def _networks(view: View, service: str) -> Lines:
    return view.key(service, "networks") or view.key(service, "network_mode")


def external(view: View, demand: Demand) -> Outcome:
    """A variable with its address, and a network that leads there."""
    wanted = _words(str(demand.get("name")))
    names = [one.parameter for one in view.plan.externals if _words(one.name) & wanted]
    lines = tuple(line for name in names for line in view.key(demand.service, "environment", name))
    if not lines:
        return lost(
            f"no variable holds the address of {demand.get('name')}: declare it in deploy.yaml (`uses: external`, and `needs`)"
        )
    if not view.goes_out(demand.service):
        closing = (
            other.origin
            for other in (
                *view.plan.constraints,
                *(one for each in view.plan.assertions if each.status == "confirmed" for one in each.demands),
            )
            if other.kind == "egress" and other.service == demand.service and not other.get("allow")
        )
        return lost(
            "its networks have no way out, so that it reaches nobody", _networks(view, demand.service), *closing
        )
    return enforced(f"{names[0]} holds its address, and its network leads there", lines)


def _words(name: str) -> frozenset[str]:
    return frozenset(
        word.rstrip("s")
        for word in name.lower().replace("_", "-").split("-")
        if word not in ("api", "external", "the", "service")
    )


def health(view: View, demand: Demand) -> Outcome:
    """The health module asks that path, and the engine runs the module."""
    service = view.service(demand.service)
    if service is None or service.health is None:
        return lost(f"{demand.service} is asked for no health: it does not serve")
    module = service.health
    where, have = _asked(view, module, "READY")
    lines = (*where, *view.key(demand.service, "healthcheck", "test"))
    if have is None or not view.key(demand.service, "healthcheck"):
        return lost("no health check was found")
    wanted = demand.get("path") or demand.path
    if denied := service.denies("health", wanted):
        return lost(denied.why, lines, denied.origin)
    if wanted is None or have == wanted:
        return _as_often(view, demand, enforced(f"the engine's health check asks {have}", lines), module.probe.origin)
    if demand.get("probe") == "ready" or _asked(view, module, "PATH")[1] == wanted:
        return approximated(f"the engine's only health check asks {have}; who wants {wanted} can ask it", lines)
    return lost(f"the health check asks {have}, not {wanted}", lines, module.probe.origin)


def _as_often(view: View, demand: Demand, asked: Outcome, origin: Origin) -> Outcome:
    """What becomes of *asked* where it is demanded how often."""
    wanted = demand.get("every")
    if wanted is None:
        return asked
    said = entries(view.box(demand.service).get("healthcheck")).get("interval")
    return of_interval(in_seconds(said), wanted, asked, view.key(demand.service, "healthcheck", "interval"), origin)


def _asked(view: View, module: HealthModule, constant: str) -> tuple[Lines, object]:
    """The path that the module has in *constant*, and where."""
    try:
        line, path = modules.read(module, view.files.get(module.path, "")).constants.get(constant, (0, None))
    except Unreadable:
        return (), None
    return (((module.path, line),), path) if line else ((), None)


READERS: dict[str, Reader] = {
    "port": port,
    "private": private,
    "egress": egress,
    "external": external,
    "health": health,
}
