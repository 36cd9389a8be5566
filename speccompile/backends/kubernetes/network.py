"""What is reached under which name, from where, and from outside."""

from __future__ import annotations

from typing import assert_never

from speccompile.backends.kubernetes.entries import block, document, listed, plain
from speccompile.backends.kubernetes.metadata import DOOR, matching, metadata, selector
from speccompile.backends.yaml import Entry
from speccompile.provenance import Origin
from speccompile.realise.kubernetes.kinds import KubernetesPlan
from speccompile.realise.kubernetes.network_kinds import (
    Allowed,
    Budget,
    Door,
    Host,
    Listener,
    Names,
    Outside,
    Path,
    Peer,
)

_EVERYWHERE = (("0.0.0.0/0", "169.254.0.0/16"), ("::/0", "fe80::/10"))
_DNS = 53


def listener(plan: KubernetesPlan, one: Listener) -> Entry:
    """The Service of what listens."""
    why = one.origin
    ports = listed(
        block(why, {"name": plain(f"tcp-{port}", why), "port": plain(port, why), "targetPort": plain(port, why)})
        for port in one.ports
    )
    spec = block(
        why,
        {
            "clusterIP": plain("None", why) if one.headless else None,
            "selector": selector(plan.app, one.name, why),
            "ports": ports,
        },
    )
    return document("v1", "Service", metadata(one.name, plan.app, why), why, spec=spec)


def denied(plan: KubernetesPlan) -> Entry:
    """That nothing reaches a pod of the namespace and none reaches anything, but for what another policy allows."""
    why = plan.origin
    spec = block(why, {"podSelector": plain_mapping(why), "policyTypes": _both(why)})
    return document("networking.k8s.io/v1", "NetworkPolicy", metadata("default-deny", plan.app, why), why, spec=spec)


def plain_mapping(why: Origin) -> Entry:
    """A mapping with nothing in it: a selector of everything."""
    return Entry({}, why)


def _both(why: Origin) -> Entry | None:
    return listed([plain("Ingress", why), plain("Egress", why)])


def allowed(plan: KubernetesPlan, one: Allowed) -> Entry:
    """What the pods of a workload may be reached by, and reach."""
    why = one.origin
    spec = block(
        why,
        {
            "podSelector": matching(plan.app, one.workload, why),
            "policyTypes": _both(why),
            "ingress": listed(_source(plan, source) for source in one.sources),
            "egress": listed(_destination(plan, destination) for destination in one.destinations),
        },
    )
    head = metadata(f"allow-{one.workload}", plan.app, why)
    return document("networking.k8s.io/v1", "NetworkPolicy", head, why, spec=spec)


def _source(plan: KubernetesPlan, source: Peer | Door) -> Entry:
    why = source.origin
    match source:
        case Peer():
            where = block(why, {"podSelector": matching(plan.app, source.workload, why)})
        case Door():
            label = block(why, {"matchLabels": block(why, {DOOR: plain("true", why)})})
            where = block(why, {"namespaceSelector": label})
        case _:
            assert_never(source)
    return block(why, {"from": listed([where]), "ports": listed([_port("TCP", source.port, why)])})


def _destination(plan: KubernetesPlan, destination: Peer | Outside | Names) -> Entry:
    why = destination.origin
    match destination:
        case Peer():
            pods = block(why, {"podSelector": matching(plan.app, destination.workload, why)})
            return block(why, {"to": listed([pods]), "ports": listed([_port("TCP", destination.port, why)])})
        case Outside():
            return block(why, {"to": listed(_block(every, but, why) for every, but in _EVERYWHERE)})
        case Names():
            system = block(why, {"matchLabels": block(why, {"kubernetes.io/metadata.name": plain("kube-system", why)})})
            ports = listed(_port(protocol, _DNS, why) for protocol in ("UDP", "TCP"))
            return block(why, {"to": listed([block(why, {"namespaceSelector": system})]), "ports": ports})
        case _:
            assert_never(destination)


def _block(every: str, but: str, why: Origin) -> Entry:
    network = block(why, {"cidr": plain(every, why), "except": listed([plain(but, why)])})
    return block(why, {"ipBlock": network})


def _port(protocol: str, number: int, why: Origin) -> Entry:
    return block(why, {"protocol": plain(protocol, why), "port": plain(number, why)})


def budget(plan: KubernetesPlan, one: Budget) -> Entry:
    """That not all pods of a workload are taken away at once; those that do not serve may be."""
    why = one.origin
    spec = block(
        why,
        {
            "maxUnavailable": plain(1, why),
            "unhealthyPodEvictionPolicy": plain("AlwaysAllow", why),
            "selector": matching(plan.app, one.name, why),
        },
    )
    return document("policy/v1", "PodDisruptionBudget", metadata(one.name, plan.app, why), why, spec=spec)


def ingress(plan: KubernetesPlan) -> Entry | None:
    """What comes in, by the cluster's own class of controller; None where nothing does."""
    if not plan.hosts:
        return None
    rules = listed(_rule(host) for host in plan.hosts)
    if rules is None:
        return None
    spec = block(rules.origin, {"rules": rules})
    head = metadata(plan.app, plan.app, rules.origin)
    return document("networking.k8s.io/v1", "Ingress", head, rules.origin, spec=spec)


def _rule(one: Host) -> Entry:
    paths = block(one.origin, {"paths": listed(map(_path, one.paths))})
    return block(one.origin, {"host": plain(one.host, one.origin) if one.host else None, "http": paths})


def _path(one: Path) -> Entry:
    why = one.origin
    service = block(why, {"name": plain(one.to, why), "port": block(why, {"number": plain(one.port, why)})})
    return block(
        why,
        {"path": plain(one.path, why), "pathType": plain("Prefix", why), "backend": block(why, {"service": service})},
    )
