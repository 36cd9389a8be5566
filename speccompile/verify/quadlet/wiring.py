"""What units say of each other, of secrets and of the machine: order, mounts, networks, ports, variables."""

from __future__ import annotations

import re
from collections.abc import Iterator

from speccompile.codes import quadlet as codes
from speccompile.plan.given import Given
from speccompile.plan.plan import Plan
from speccompile.realise.front_door import NAME as FRONT
from speccompile.regex import regex
from speccompile.verify.quadlet.findings import Finding, Units, line, of_kind
from speccompile.verify.quadlet.given import network_of_another, of_unit
from speccompile.verify.quadlet.readable import read_parts, read_words
from speccompile.verify.readers.unitfile import Unit, Variable
from speccompile.verify.secret_values import ACCOUNT, NO_SECRET, PASSWORD_IN_URL, SECRET_NAME

_FILE = regex(r"[a-z0-9_-]+,type=mount,target=([a-z0-9._-]+),uid=[1-9]\d*,gid=[1-9]\d*,mode=0400")
_VALUE = regex(r"[a-z0-9_-]+,type=env,target=[A-Za-z_][A-Za-z0-9_]*")
_PUBLISHED = regex(r"\$\{[A-Z_]+\}:\$\{[A-Z_]+\}:\d+(?:/udp)?")


def order(plan: Plan, units: Units) -> Iterator[Finding]:
    """SC839: what is waited for is there, is required as well, and does not wait for who waits for it."""
    after: dict[str, tuple[str, ...]] = {}
    for path, name, unit in of_kind(units, "container"):
        after[name] = tuple(one.removesuffix(".service") for one in unit.values("Unit", "After"))
        asked = (*unit.values("Unit", "Requires"), *unit.values("Unit", "Wants"))
        if unit.values("Unit", "After") != asked or (unit.values("Unit", "Wants") and name != f"{plan.app}-{FRONT}"):
            message = f"{name} does not require what it waits for"
            yield Finding(path, line(unit, "Unit", "After"), codes.ORDER, message)
    for path, name, unit in of_kind(units, "container"):
        for other in sorted(set(after[name]) - set(after)):
            yield Finding(
                path, line(unit, "Unit", "After"), codes.ORDER, f"{name} waits for {other}, which is not there"
            )
        if name in _reached(name, after):
            yield Finding(path, line(unit, "Unit", "After"), codes.ORDER, f"{name} waits for itself")
    for path, name, unit in of_kind(units, "timer"):
        place = f"{path.rpartition('/')[0]}/{(unit.value('Timer', 'Unit') or '').removesuffix('.service')}"
        started = units.get(f"{place}.container") or units.get(f"{place}.service")
        if started is None or started.value("Service", "Type") != "oneshot" or started.values("Install", "WantedBy"):
            yield Finding(path, line(unit, "Timer", "Unit"), codes.ORDER, f"the timer {name} starts nothing that ends")


def _reached(name: str, after: dict[str, tuple[str, ...]]) -> set[str]:
    """All that *name* waits for, directly or not."""
    found: set[str] = set()
    waiting = list(after[name])
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += after.get(one, ())
    return found


def secrets(plan: Plan, units: Units) -> Iterator[Finding]:
    """SC834: files for one user alone, or whole variables; what a unit itself says is no secret."""
    hidden = {one.name for one in plan.parameters if one.secret}
    for path, name, unit in of_kind(units, "container"):
        given = unit.values("Container", "Secret")
        mounted = {f"/run/secrets/{match[1]}" for one in given if (match := _FILE.fullmatch(one))}
        for one in unit.entries:
            if one.key == "Secret" and not (_FILE.fullmatch(one.value) or _VALUE.fullmatch(one.value)):
                yield Finding(
                    path, one.line, codes.SECRET, f"{name} takes a secret in another way than a file of its own"
                )
            if one.key == "Environment" and one.section == "Container":
                yield from (
                    Finding(path, one.line, codes.SECRET, f"{name} {wrong}") for wrong in _told(one.value, mounted)
                )
            if hidden & {part.name for part in read_parts(one.value) if isinstance(part, Variable)}:
                yield Finding(path, one.line, codes.SECRET, f"{name} takes a secret from the file of variables")


def _told(value: str, mounted: set[str]) -> Iterator[str]:
    """What is wrong with a variable that a container is told."""
    variable, _, said = next(iter(read_words(value)), "").partition("=")
    if said.startswith("/run/secrets/") and said not in mounted:
        yield f"is told the path of a secret that it does not get: {variable}"
    if SECRET_NAME.fullmatch(variable) and said not in (*mounted, *NO_SECRET) and not ACCOUNT.fullmatch(variable):
        yield f"is told {variable}, which is neither the path of a secret nor a secret of Podman's"
    if PASSWORD_IN_URL.search(said):
        yield f"has a password in {variable}"


def exposure(plan: Plan, units: Units) -> Iterator[Finding]:
    """SC835: the front door alone publishes, or, where there is none, who is asked by clients; all are on networks of the application, in another's
    as deploy.yaml has it, or on none."""
    asked = plan.ingress.routes if plan.ingress and plan.ingress.proxy and plan.ingress.proxy.name == "none" else ()
    outside = {f"{plan.app}-{one.service}" for one in asked} or {f"{plan.app}-{FRONT}"}
    for path, name, unit in of_kind(units, "container"):
        for one in unit.entries:
            if one.key == "PublishPort" and (name not in outside or not _PUBLISHED.fullmatch(one.value)):
                yield Finding(path, one.line, codes.EXPOSED, f"{name} publishes {one.value}")
        networks = unit.values("Container", "Network")
        own = all(value.endswith(".network") or value in _joined(of_unit(plan, name)) for value in networks)
        if not networks or not (own or networks in (("none",), (network_of_another(plan, name),))):
            at = line(unit, "Container", "Network")
            yield Finding(path, at, codes.EXPOSED, f"{name} is on no network of the application's own")
    stores = {f"{plan.app}-{workload.name}" for store in plan.stores for workload in store.workloads}
    inside = {
        f"{name}.network"
        for _, name, unit in of_kind(units, "network")
        if unit.values("Network", "Internal") == ("true",)
    }
    for path, name, unit in of_kind(units, "container"):
        out = set(unit.values("Container", "Network")) - inside - {"none", network_of_another(plan, name)}
        if name in stores and out:
            message = f"{name} holds data and is on a network with a way out"
            yield Finding(path, line(unit, "Container", "Network"), codes.EXPOSED, message)


def _joined(given: Given | None) -> set[str]:
    return {one.name for one in given.networks} if given else set()


def _directories(given: Given | None) -> set[str]:
    kept = {True: "rw", False: "ro"}
    return {f"{one.host}:{one.target}:{kept[one.writable]}" for one in given.directories} if given else set()


def _is_ours(source: str, options: list[str]) -> bool:
    """Whether what is mounted is a generated file, for this container alone."""
    return bool(re.fullmatch(r"\./[A-Za-z.]+", source)) and options == ["ro,Z"]


def mounts(plan: Plan, units: Units) -> Iterator[Finding]:
    """SC840: what is used is there, what is there is used, of the host there is nothing but a generated file, and what deploy.yaml names with a reason."""
    used: set[str] = set()
    for path, name, unit in of_kind(units, "container"):
        for one in unit.entries:
            if one.key not in ("Volume", "Network"):
                continue
            source, target, *options = (*one.value.split(":"), "")
            if source.endswith((".volume", ".network", ".container")):
                used.add(source)
                if f"{path.rpartition('/')[0]}/{source}" not in units:
                    yield Finding(path, one.line, codes.MOUNTS, f"{name} uses {source}, which is not there")
            elif (
                one.key == "Volume"
                and not _is_ours(source, options[:1])
                and one.value not in _directories(of_unit(plan, name))
            ):
                yield Finding(path, one.line, codes.MOUNTS, f"{name} mounts {source} of the host at {target}")
    for kind in ("volume", "network"):
        for path, name, _unit in of_kind(units, kind):
            if f"{name}.{kind}" not in used:
                yield Finding(path, 0, codes.MOUNTS, f"nobody uses the {kind} {name}")


def references(_: Plan, units: Units) -> Iterator[Finding]:
    """SC841: every variable has a default or is tested before the start."""
    for path, name, unit in of_kind(units, "container"):
        known = {value.strip('"').partition("=")[0] for value in unit.values("Service", "Environment")}
        known |= set(_tested(unit))
        for one in unit.entries:
            names = {part.name for part in read_parts(one.value) if isinstance(part, Variable)}
            for missing in sorted(names - known if one.section == "Container" else ()):
                yield Finding(path, one.line, codes.REFERENCES, f"{name} starts without a value of {missing}")


def _tested(unit: Unit) -> Iterator[str]:
    for value in unit.values("Service", "ExecStartPre"):
        if match := re.fullmatch(r"/usr/bin/test -n \$\{(\w+)\}", value):
            yield match[1]
