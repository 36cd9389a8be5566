"""What is wrong with what containers are given by name, as far as no single key can be blamed for it: secrets in labels, hosts that are services."""

from __future__ import annotations

from collections.abc import Iterator

from speccompile.codes.given import SHADOWED
from speccompile.codes.meaning import SECRET_VALUE, TWICE
from speccompile.diagnostics import Diagnostic, Related
from speccompile.frontends.secretlike import token_in
from speccompile.frontends.wording import dotted, shown
from speccompile.spec.located import Located, LocatedList, key_span, value_span

_MEMORY = "/tmp"  # noqa: S108  # in the container


def objections(raw: Located, services: Located, format_name: str) -> Iterator[Diagnostic]:
    """Everything that is wrong with it in *raw*, whose services are *services*; *format_name* is what the file's format is called."""
    for name, service in services.items():
        if isinstance(service, Located):
            yield from _labels(raw, name, service, format_name)
            yield from _hosts(raw, name, service, services)
            yield from _mounts(raw, name, service, format_name)
            yield from _networks(raw, name, service)


def _labels(raw: Located, name: str, service: Located, format_name: str) -> Iterator[Diagnostic]:
    labels = service.get("labels")
    for key, value in labels.items() if isinstance(labels, Located) else ():
        steps = ("services", name, "labels", key)
        if isinstance(value, str) and (what := token_in(value)):
            yield SECRET_VALUE.at(
                key_span(raw, steps),
                f"`{dotted(steps)}` {what}; everybody who may look at containers reads their labels",
                fix="take it out of `labels` (and change the secret, if it was real)",
                found="a value that looks like a secret",
                expected="a public value",
                expected_by=format_name,
            )


def _hosts(raw: Located, name: str, service: Located, services: Located) -> Iterator[Diagnostic]:
    hosts = service.get("extra_hosts")
    for host in hosts if isinstance(hosts, Located) else ():
        if host.lower() in (*services, "localhost", "proxy"):
            there = (Related("the service is here", key_span(raw, ("services", host))),) if host in services else ()
            yield SHADOWED.at(
                key_span(raw, ("services", name, "extra_hosts", host)),
                f"{shown(name)} would not find {shown(host)} itself any more, but what has this address",
                fix="give the host another name, such as one with a dot in it",
                found=f"{shown(host)} in `extra_hosts`",
                expected="the name of a host that is not one of these services",
                expected_by="the names by which services find each other",
                related=there,
            )


def _mounts(raw: Located, name: str, service: Located, format_name: str) -> Iterator[Diagnostic]:
    """Two things at one path of the container, of which an engine takes one or refuses both."""
    mounts, writable = service.get("mounts"), service.get("writable")
    taken: dict[str, tuple[str | int, ...]] = {
        path: ("services", name, "writable", number)
        for number, path in enumerate(writable if isinstance(writable, LocatedList) else ())
        if isinstance(path, str)
    }
    for number, mount in enumerate(mounts if isinstance(mounts, LocatedList) else ()):
        path = mount.get("path") if isinstance(mount, Located) else None
        if not isinstance(path, str):
            continue
        steps = ("services", name, "mounts", number, "path")
        there = path.rstrip("/")
        if there == _MEMORY or there in taken:
            what = "is memory of every container" if there == _MEMORY else "is something else already"
            yield TWICE.at(
                value_span(raw, steps),
                f"{path} of {shown(name)} {what}",
                fix="give one of the two another path",
                found=shown(path),
                expected="a path at which nothing is yet",
                expected_by=format_name,
                related=(Related("the other is here", value_span(raw, taken[there])),) if there in taken else (),
            )
        taken[there] = steps
        for other, place in taken.items():
            if other.startswith(f"{there}/"):
                yield TWICE.at(
                    value_span(raw, place),
                    f"{other} of {shown(name)} lies in what is mounted at {path}, where no engine can put anything",
                    fix="give one of the two another path",
                    related=(Related("the other is here", value_span(raw, steps)),),
                )


def _networks(raw: Located, name: str, service: Located) -> Iterator[Diagnostic]:
    networks = service.get("networks")
    seen: dict[str, int] = {}
    for number, one in enumerate(networks if isinstance(networks, LocatedList) else ()):
        if isinstance(one, str) and one in seen:
            first = value_span(raw, ("services", name, "networks", seen[one]))
            at = value_span(raw, ("services", name, "networks", number))
            message, fix = f"{shown(name)} is on {shown(one)} twice", "take one of the two out"
            yield TWICE.at(at, message, fix=fix, related=(Related("the first one is here", first),))
        elif isinstance(one, str):
            seen[one] = number
