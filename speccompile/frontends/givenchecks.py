"""What is wrong with what containers are given by name, as far as no single key can be blamed for it: secrets in labels, hosts that are services."""

from __future__ import annotations

from collections.abc import Iterator

from speccompile.codes.given import SHADOWED
from speccompile.codes.meaning import SECRET_VALUE
from speccompile.diagnostics import Diagnostic, Related
from speccompile.frontends.secretlike import token_in
from speccompile.frontends.wording import dotted, shown
from speccompile.spec.located import Located, key_span


def objections(raw: Located, services: Located, format_name: str) -> Iterator[Diagnostic]:
    """Everything that is wrong with it in *raw*, whose services are *services*; *format_name* is what the file's format is called."""
    for name, service in services.items():
        if isinstance(service, Located):
            yield from _labels(raw, name, service, format_name)
            yield from _hosts(raw, name, service, services)


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
