"""How the containers of a compose file are connected: start order, secrets, networks, mounts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from speccompile.codes import compose as codes
from speccompile.plan.given import Given
from speccompile.plan.plan import Plan
from speccompile.realise.compose import realised
from speccompile.regex import regex
from speccompile.verify.compose_findings import Finding, Services, entries, items
from speccompile.verify.secret_values import ACCOUNT, NO_SECRET, PASSWORD_IN_URL, SECRET_NAME

_SUPPLIED = regex(r"\$\{[A-Za-z_][A-Za-z0-9_]*:\?[^{}$]+\}")


def order(plan: Plan, _: Mapping[str, Any], found: Services) -> Iterator[Finding]:
    """SC944: dependents wait for health, or for the end of a step of a release, and in no circle."""
    steps = {one.workload.name for service in plan.services for one in service.processes if one.ends}
    edges: dict[str, set[str]] = {}
    for name, body in found.items():
        for other, how in entries(body.get("depends_on")).items():
            edges.setdefault(name, set()).add(other)
            at = ("services", name, "depends_on", other)
            if other not in found:
                yield Finding(at, codes.ORDER, f"{name} waits for {other}, which is not there")
            elif (
                entries(found[other].get("healthcheck")).get("test")
                and entries(how).get("condition") != "service_healthy"
            ):
                yield Finding(at, codes.ORDER, f"{name} does not wait until {other} is healthy")
            elif other in steps and entries(how).get("condition") != "service_completed_successfully":
                yield Finding(at, codes.ORDER, f"{name} does not wait until {other} has ended well")
    for name in found:
        if name in _reached(name, edges):
            yield Finding(("services", name), codes.ORDER, f"{name} waits for itself")


def _reached(start: str, edges: Mapping[str, set[str]]) -> set[str]:
    reached: set[str] = set()
    waiting = list(edges.get(start, ()))
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += edges.get(name, ())
    return reached


def _accounts(found: Services) -> Iterator[str]:
    """Who logs in to the containers that make an account."""
    for body in found.values():
        for variable, value in entries(body.get("environment")).items():
            if variable.endswith(("_ROOT_USER", "_USERNAME", "_USER")):
                yield str(value)


def secrets(_: Plan, data: Mapping[str, Any], found: Services) -> Iterator[Finding]:
    """SC945: paths of mounted files, or values that the operator supplies; no password anywhere. Builds alone get theirs from an environment."""
    built = {secret for body in found.values() for secret in items(entries(body.get("build")).get("secrets"))}
    used = {secret for body in found.values() for secret in items(body.get("secrets"))}
    accounts = frozenset(_accounts(found))
    for name, body in found.items():
        mounted = {f"/run/secrets/{secret}" for secret in items(body.get("secrets"))}
        for variable, value in entries(body.get("environment")).items():
            at = ("services", name, "environment", variable)
            if str(value).startswith("/run/secrets/") and value not in mounted:
                yield Finding(at, codes.SECRET, f"{variable} is the path of a secret that {name} does not get")
            asked = value in mounted or value in NO_SECRET or _SUPPLIED.fullmatch(str(value)) is not None
            # Of S3's pair of keys the one that is no secret says who it is.
            asked = asked or (ACCOUNT.fullmatch(variable) is not None and value in accounts)
            if SECRET_NAME.fullmatch(variable) and not asked:
                yield Finding(
                    at,
                    codes.SECRET,
                    f"{variable} of {name} is neither the path of a secret nor the operator's to supply",
                )
            if PASSWORD_IN_URL.search(str(value)):
                yield Finding(at, codes.SECRET, f"{variable} of {name} holds a password")
    for secret, how in entries(data.get("secrets")).items():
        if secret in built - used and how == {"environment": secret}:
            continue
        if not _SUPPLIED.fullmatch(str(entries(how).get("file", ""))) or len(how) != 1:
            yield Finding(
                ("secrets", secret), codes.SECRET, f"the secret {secret} is not a file that the operator has to name"
            )


def exposure(plan: Plan, data: Mapping[str, Any], found: Services) -> Iterator[Finding]:
    """SC946: stores are on internal networks and publish nothing; the network of another has only what deploy.yaml puts beside that."""
    networks = entries(data.get("networks"))
    lent = {one.name: f"service:{one.beside.name}" for one in realised(plan).containers if one.beside}
    stores = {store.workload.name for store in plan.stores}
    for name, body in found.items():
        at = ("services", name)
        attached, mode = items(body.get("networks")), body.get("network_mode")
        if bool(attached) == (mode is not None) or "expose" in body or mode not in (None, lent.get(name, "none")):
            yield Finding(at, codes.EXPOSED, f"{name} is on networks that are not named")
        if name in stores and (
            body.get("ports") or not all(entries(networks.get(n)).get("internal") is True for n in attached)
        ):
            yield Finding(at, codes.EXPOSED, f"the backing service {name} can be reached from outside, or reach out")
        for number, port in enumerate(items(body.get("ports"))):
            chosen = isinstance(port, dict) and all(
                str(port.get(key, "")).startswith("${") for key in ("host_ip", "published")
            )
            if not chosen:
                yield Finding(
                    (*at, "ports", number),
                    codes.EXPOSED,
                    f"{name} publishes a port at no address of the operator's choice",
                )


def _directories(given: Given | None) -> set[tuple[object, object, bool]]:
    """The machine's, as deploy.yaml gives them: where they are, where they are seen, whether they can be written."""
    return {(one.host, one.target, one.writable) for one in given.directories} if given else set()


def _joined(given: Given | None) -> set[str]:
    return {one.name for one in given.networks} if given else set()


def joining(plan: Plan, data: Mapping[str, Any], found: Services) -> Iterator[Finding]:
    """SC946: of others' networks those alone that deploy.yaml names, by those services to which it gives them."""
    named = {one.name: _joined(one.given) for one in realised(plan).containers}
    others = {name: entries(how) for name, how in entries(data.get("networks")).items() if "external" in entries(how)}
    for name, body in found.items():
        for number, network in enumerate(items(body.get("networks"))):
            if network in others and network not in named.get(name, ()):
                yield Finding(
                    ("services", name, "networks", number),
                    codes.EXPOSED,
                    f"{name} is on {network}, which is somebody else's",
                )
    for name, how in others.items():
        if how != {"external": True, "name": name}:
            yield Finding(("networks", name), codes.EXPOSED, f"{name} is another network than its name says")


def mounts(plan: Plan, data: Mapping[str, Any], found: Services) -> Iterator[Finding]:
    """SC953: what is used is declared, what is declared is used, and nothing is the host's but what deploy.yaml names, with a reason."""
    named = {one.name: _directories(one.given) for one in realised(plan).containers}
    used: dict[str, set[str]] = {"networks": set(), "volumes": set(), "secrets": set(), "configs": set()}
    for name, body in found.items():
        used["networks"] |= {str(network) for network in items(body.get("networks"))}
        both = (*items(body.get("secrets")), *items(entries(body.get("build")).get("secrets")))
        used["secrets"] |= {str(secret) for secret in both}
        used["configs"] |= {str(entries(config).get("source")) for config in items(body.get("configs"))}
        for number, volume in enumerate(items(body.get("volumes"))):
            of_the_host = (
                entries(volume).get("source"),
                entries(volume).get("target"),
                not entries(volume).get("read_only"),
            )
            if entries(volume).get("type") == "bind" and of_the_host in named.get(name, ()):
                continue
            used["volumes"].add(str(entries(volume).get("source")))
            if entries(volume).get("type") != "volume":
                yield Finding(
                    ("services", name, "volumes", number), codes.MOUNTS, f"{name} mounts something of the host"
                )
    for section, names in used.items():
        declared = set(entries(data.get(section)))
        for name in sorted(names ^ declared):
            there = "declared but not used" if name in declared else "used but not declared"
            yield Finding((section, name), codes.MOUNTS, f"{name} of {section} is {there}")
