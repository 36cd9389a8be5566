"""What the engine holds of a container: its limits, its number, its rights, how it ends and comes back."""

from __future__ import annotations

import re

from speccompile.plan.assertions import Demand
from speccompile.plan.workload import Workload
from speccompile.provenance import Origin
from speccompile.verify.compose_findings import entries, items
from speccompile.verify.held.outcome import (
    Outcome,
    Reader,
    approximated,
    by_default,
    enforced,
    lost,
    programs,
    stricter,
)
from speccompile.verify.held.view import Lines, View, in_bytes, in_seconds

_NO_CONTAINER = "nothing runs it in a container"


def container_of(view: View, demand: Demand) -> Workload | None:
    """The plan's container of the service of *demand*."""
    service = view.service(demand.service)
    return service.workload if service else None


def _bounded(have: float | None, demand: Demand, field: str, shown: tuple[str, Lines, Origin | None]) -> Outcome:
    """A limit beside what is demanded of it."""
    wanted, bound = demand.get(field), demand.get("bound")
    said, lines, origin = shown
    if demand.of == "host":
        return lost("it is about the host, at which nothing here looks")
    if have is None:
        return lost(f"the compose file has no {said}")
    if bound == "least":
        if have >= wanted:
            return approximated(f"{said} lets it have that much; nothing keeps it free for it", lines)
        return lost(f"{said} is less than {wanted}", lines, *([origin] if origin else ()))
    if have == wanted:
        return enforced(said, lines)
    if have < wanted and bound == "most":
        return stricter(f"{said} is less than {wanted}", lines)
    return lost(f"{said}, not {wanted}", lines, *([origin] if origin else ()))


def memory(view: View, demand: Demand) -> Outcome:
    """``mem_limit``."""
    box, container = view.box(demand.service), container_of(view, demand)
    if not box:
        return lost(_NO_CONTAINER)
    have = in_bytes(box.get("mem_limit"))
    origin = container.limits.origin if container else None
    return _bounded(
        have, demand, "bytes", (f"mem_limit {box.get('mem_limit')}", view.key(demand.service, "mem_limit"), origin)
    )


def cpu(view: View, demand: Demand) -> Outcome:
    """``cpus``."""
    box, container = view.box(demand.service), container_of(view, demand)
    if not box:
        return lost(_NO_CONTAINER)
    have = box.get("cpus")
    origin = (container.limits.cpus_origin or container.limits.origin) if container else None
    return _bounded(
        have if isinstance(have, int | float) else None,
        demand,
        "cpus",
        (f"cpus {have}", view.key(demand.service, "cpus"), origin),
    )


def replicas(view: View, demand: Demand) -> Outcome:
    """``deploy.replicas``, one where there is none."""
    box, container = view.box(demand.service), container_of(view, demand)
    if not box:
        return lost(_NO_CONTAINER)
    have = entries(box.get("deploy")).get("replicas", 1)
    lines = (
        view.key(demand.service, "deploy", "replicas")
        or view.key(demand.service, "container_name")
        or view.at("services", demand.service)
    )
    least, most = demand.get("least"), demand.get("most")
    blamed = [container.replicas.origin] if container else []
    if (least is not None and have < least) or (most is not None and have > most):
        return lost(
            f"{have} of it {'run' if have > 1 else 'runs'}, not {least if least is not None and have < least else most}",
            lines,
            *blamed,
        )
    if most is not None and not box.get("container_name"):
        return approximated(f"`up` starts {have}; a `--scale` on the command line could start more", lines)
    return enforced(f"{have} of it {'run' if have > 1 else 'runs'}", lines)


def drain(view: View, demand: Demand) -> Outcome:
    """``stop_grace_period`` is at least the time demanded."""
    box, container = view.box(demand.service), container_of(view, demand)
    have, wanted = in_seconds(box.get("stop_grace_period")), demand.get("seconds")
    lines = (*view.key(demand.service, "stop_grace_period"), *view.key(demand.service, "stop_signal"))
    if have is None:
        return lost(_NO_CONTAINER)
    said = f"the engine waits {have:g} s after {box.get('stop_signal')} before it kills"
    if wanted is None:
        return approximated(f"{said}; no time is said", lines)
    return (
        enforced(said, lines)
        if have >= wanted
        else lost(f"{said}, not {wanted:g} s", lines, *([container.stop.origin] if container else ()))
    )


def restart(view: View, demand: Demand) -> Outcome:
    """``restart``: servers do not stay down."""
    policy, wanted = view.box(demand.service).get("restart"), demand.get("seconds")
    lines = view.key(demand.service, "restart")
    if policy not in ("unless-stopped", "always"):
        return lost("the engine does not start it again: a run that fails waits for the next one", lines)
    if wanted is not None:
        return approximated(
            f"restart {policy}: at once, then after pauses that double; {wanted:g} s are not promised", lines
        )
    return by_default(f"restart {policy}", lines)


def unprivileged(view: View, demand: Demand) -> Outcome:
    """A numeric user that is not root, and no capability."""
    box, key = view.box(demand.service), demand.service
    lines = (*view.key(key, "user"), *view.key(key, "cap_drop"), *view.key(key, "security_opt"))
    if re.fullmatch(r"[1-9][0-9]*:[1-9][0-9]*", str(box.get("user", ""))) and items(box.get("cap_drop")) == ["ALL"]:
        return by_default(f"user {box['user']} without capabilities", lines)
    return lost("the compose file gives it no user of its own", lines)


def readonly(view: View, demand: Demand) -> Outcome:
    """``read_only``."""
    lines = view.key(demand.service, "read_only")
    if view.box(demand.service).get("read_only") is True:
        return by_default("read_only: nothing but volumes and memory can be written", lines)
    return lost("its root can be written", lines)


def logskept(view: View, demand: Demand) -> Outcome:
    """The log driver rotates by size; it knows no age, and the format is what the program writes."""
    logging = entries(view.box(demand.service).get("logging"))
    options = entries(logging.get("options"))
    if demand.get("seconds") is None and demand.get("format") is not None:
        return programs(f"the engine keeps each line as the program writes it: {demand.get('format')} is the program's")
    if not options.get("max-size") or not options.get("max-file"):
        return lost("its logs are not rotated")
    lines = view.key(demand.service, "logging", "options", "max-size") + view.key(
        demand.service, "logging", "options", "max-file"
    )
    said = f"{options['max-file']} files of {options['max-size']} are kept"
    if demand.get("seconds") is None:
        return by_default(said, lines)
    return approximated(f"{said}: the driver knows sizes, and no age", lines)


def timezone(view: View, demand: Demand) -> Outcome:
    """``TZ``."""
    have = entries(view.box(demand.service).get("environment")).get("TZ")
    if have == demand.get("name"):
        return approximated(
            "TZ says so to programs whose image has the zone's data", view.key(demand.service, "environment", "TZ")
        )
    return lost(
        "no TZ is set: the clock of the process is that of UTC; write `env: {TZ: …}` where the image has the zones"
    )


def platform(view: View, demand: Demand) -> Outcome:
    """The image's runtime and its version."""
    runtime, version = demand.get("runtime"), demand.get("version")
    if demand.get("region"):
        return lost("where the host stands is chosen by who runs it; nothing here knows")
    if demand.get("architecture"):
        return lost("the image is built for the architecture of the machine that builds it")
    if demand.get("system") == "kubernetes":
        return lost("no cluster runs it: name kubernetes among the targets of deploy.yaml")
    if not runtime:
        return approximated("containers are Linux ones; which distribution is the image's")
    bases = [(one.rest.split()[0], where) for one, where in view.dockerfile(demand.service) if one.keyword == "FROM"]
    service = view.service(demand.service)
    for reference, where in bases:
        name, _, tag = reference.rpartition("/")[2].partition(":")
        if name == runtime and (version is None or re.match(rf"{re.escape(version)}(?![0-9])", tag)):
            return enforced(f"the image is of {reference}", (where,))
        if name == runtime:
            blamed = [stage.base.origin for stage in service.image.stages[-1:]] if service else []
            return lost(f"the image is of {reference}, not of version {version}", (where,), *blamed)
    return lost(f"no image of {runtime} was found in the last stage of the Dockerfile")


READERS: dict[str, Reader] = {
    "memory": memory,
    "cpu": cpu,
    "replicas": replicas,
    "drain": drain,
    "restart": restart,
    "unprivileged": unprivileged,
    "readonly": readonly,
    "logskept": logskept,
    "timezone": timezone,
    "platform": platform,
}
