"""Policies and routes that a realised plan implies."""

from __future__ import annotations

from typing import Any, assert_never

from speccompile.realise.kubernetes.network_kinds import Allowed, Door, Host, Names, Outside, Peer
from speccompile.verify.kubernetes.labels import DOOR, selector

Object = dict[str, Any]

_BOTH = ["Ingress", "Egress"]


def denied() -> Object:
    """The policy that allows nothing."""
    return {"podSelector": {}, "policyTypes": _BOTH}


def policy(app: str, one: Allowed) -> Object:
    """What the pods of a workload may be reached by, and reach."""
    spec: Object = {"podSelector": {"matchLabels": selector(app, one.workload)}, "policyTypes": _BOTH}
    if one.sources:
        spec["ingress"] = [{"from": [_from(app, source)], "ports": _ports(source.port)} for source in one.sources]
    if one.destinations:
        spec["egress"] = [_to(app, destination) for destination in one.destinations]
    return spec


def _ports(*numbers: int, protocol: str = "TCP") -> list[Object]:
    return [{"protocol": protocol, "port": number} for number in numbers]


def _from(app: str, source: Peer | Door) -> Object:
    if isinstance(source, Peer):
        return {"podSelector": {"matchLabels": selector(app, source.workload)}}
    return {"namespaceSelector": {"matchLabels": {DOOR: "true"}}}


def _to(app: str, destination: Peer | Outside | Names) -> Object:
    match destination:
        case Peer():
            pods = {"podSelector": {"matchLabels": selector(app, destination.workload)}}
            return {"to": [pods], "ports": _ports(destination.port)}
        case Outside():
            return {
                "to": [
                    {"ipBlock": {"cidr": "0.0.0.0/0", "except": ["169.254.0.0/16"]}},
                    {"ipBlock": {"cidr": "::/0", "except": ["fe80::/10"]}},
                ]
            }
        case Names():
            system = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}}}
            return {"to": [system], "ports": [*_ports(53, protocol="UDP"), *_ports(53)]}
        case _:
            assert_never(destination)


def rules(one: Host) -> Object:
    """The routes of a host."""
    paths = [
        {
            "path": path.path,
            "pathType": "Prefix",
            "backend": {"service": {"name": path.to, "port": {"number": path.port}}},
        }
        for path in one.paths
    ]
    return {**({"host": one.host} if one.host else {}), "http": {"paths": paths}}
