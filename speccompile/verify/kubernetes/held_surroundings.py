"""What a pod has around it: its port, stores, secrets, volumes, and whom it reaches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from speccompile.plan.assertions import Demand
from speccompile.plan.plan import ACCESSORY
from speccompile.verify.held.outcome import Outcome, approximated, enforced, lost, programs
from speccompile.verify.kubernetes.findings import Manifest, PodOf, entries, items
from speccompile.verify.kubernetes.labels import WORKLOAD
from speccompile.verify.kubernetes.view import Reader, View


def _port(view: View, demand: Demand, _pod: PodOf) -> Outcome:
    listens = [one for one in view.of_kind("Service") if one.name == demand.service]
    ports = [entries(port).get("port") for one in listens for port in items(one.spec.get("ports"))]
    if not ports:
        return lost(f"{demand.service} listens on no port here")
    lines, wanted = view.lines(listens[0], "spec", "ports"), demand.get("number")
    return (
        enforced(f"it is reached at {wanted}", lines)
        if wanted in (None, *ports)
        else lost(f"it is reached at {ports[0]}, not {wanted}", lines)
    )


def _store(view: View, demand: Demand, _pod: PodOf) -> Outcome:
    """A store beside it, with a volume of its own."""
    product = demand.get("product")
    for one in view.plan.stores:
        made = view.pod(one.workload.name)
        if one.kind == ACCESSORY or (product and one.kind != product) or made is None:
            continue
        lines = view.lines(made.manifest, "spec", "volumeClaimTemplates")
        if demand.kind == "store" and not lines:
            continue
        return enforced(
            f"{one.workload.name} ({one.kind}) runs beside it" + (" and keeps it in a volume" if lines else ""),
            lines or view.lines(made.manifest, "spec"),
        )
    return lost(
        f"no {product or 'store'} runs beside {demand.service}: declare it in deploy.yaml (`uses:`, and `needs`)"
    )


def _secret(view: View, demand: Demand, pod: PodOf) -> Outcome:
    path, container = view.container(pod)
    name = str(demand.get("name") or "")
    file = name.lower().replace("_", "-")
    for number, one in enumerate(items(pod.spec.get("volumes"))):
        keys = [entries(item).get("key") for item in items(entries(entries(one).get("secret")).get("items"))]
        if file in keys or (not name and keys):
            return enforced(
                f"/run/secrets/{file or keys[0]}: no manifest has its value",
                view.lines(pod.manifest, *pod.path, "spec", "volumes", number, "name"),
            )
    for number, one in enumerate(items(container.get("env"))):
        source = entries(entries(one).get("valueFrom"))
        if "secretKeyRef" in source and name in ("", entries(one).get("name")):
            return enforced(
                f"{entries(one).get('name')} is taken from a secret: no manifest has its value",
                view.lines(pod.manifest, *path, "env", number, "name"),
            )
    return lost(
        f"it is given no secret{f' {name}' if name else ''}: list it in deploy.yaml (`secrets: [{name or 'NAME'}]`)"
    )


def _egress(view: View, demand: Demand, pod: PodOf) -> Outcome:
    mine = [one for one in view.of_kind("NetworkPolicy") if one.name == f"allow-{demand.service}"]
    rules = [
        entries(peer)
        for one in mine
        for rule in items(one.spec.get("egress"))
        for peer in items(entries(rule).get("to"))
    ]
    lines = tuple(line for one in mine for line in view.lines(one, "spec", "egress"))
    if demand.get("allow"):
        return lost("a policy allows everything outside or nothing: it knows no names")
    return (
        lost("its policy lets it out", lines)
        if any("ipBlock" in peer for peer in rules)
        else enforced("its policy lets it reach the system alone", lines or view.lines(pod.manifest))
    )


def _private(view: View, demand: Demand, pod: PodOf) -> Outcome:
    """No route leads to it, and its policy lets nobody in from outside."""
    if demand.path or demand.get("networks"):
        return lost("the API's Ingress keeps nothing for some")
    if demand.get("callers") and demand.of != "store":
        return lost("who alone may call it is told of stores (`of: store`), and of no service")
    stores = [one.workload.name for one in view.plan.stores] if demand.of == "store" else []
    if demand.of == "store" and not stores:
        return lost("no store runs here: who runs it has to keep it inside")
    wanted = {f"allow-{name}" for name in stores or (demand.service,)}
    mine = [one for one in view.of_kind("NetworkPolicy") if one.name in wanted]
    peers = [
        entries(peer)
        for one in mine
        for rule in items(one.spec.get("ingress"))
        for peer in items(entries(rule).get("from"))
    ]
    lines = tuple(line for one in mine for line in view.lines(one, "spec", "ingress"))
    if any("podSelector" not in peer for peer in peers):
        return lost("requests from outside are let in", lines)
    if demand.get("callers"):
        return _callers_alone(view, mine, lines)
    return enforced("its policy lets in what is inside alone", lines or view.lines(pod.manifest))


def _callers_alone(view: View, policies: Iterable[Manifest], lines: tuple[tuple[str, int], ...]) -> Outcome:
    """Which programs of services the policy of each store lets in: one of each, where one alone may reach it."""
    programs = {one.name for service in view.plan.services for one in service.programs}
    let_in = {one.name.removeprefix("allow-"): sorted(programs & set(_let_in(one))) for one in policies}
    said = "; ".join(f"the policy of {store} lets in {', '.join(each) or 'nobody'}" for store, each in let_in.items())
    if any(len(each) > 1 for each in let_in.values()):
        return approximated(f"{said}, all of which need it", lines)
    return enforced(said, lines)


def _let_in(policy: Manifest) -> Iterator[Any]:
    for rule in items(policy.spec.get("ingress")):
        for peer in items(entries(rule).get("from")):
            yield entries(entries(entries(peer).get("podSelector")).get("matchLabels")).get(WORKLOAD)


def _files(view: View, demand: Demand, pod: PodOf) -> Outcome:
    path, container = view.container(pod)
    if demand.get("access") == "read":
        return lost("nothing of the node is mounted for it to read")
    memory = {
        entries(one).get("name")
        for one in items(pod.spec.get("volumes"))
        if "persistentVolumeClaim" not in entries(one)
    }
    targets = [
        entries(one).get("mountPath")
        for one in items(container.get("volumeMounts"))
        if entries(one).get("name") not in memory
    ]
    wanted, lines = demand.get("path"), view.lines(pod.manifest, *path, "volumeMounts")
    if targets and wanted in (None, *targets):
        return (enforced if wanted else approximated)(f"{wanted or targets[0]} is a volume", lines)
    return lost("what it writes is gone with its pod: list it in deploy.yaml (`writable`)")


def _external(view: View, demand: Demand, pod: PodOf) -> Outcome:
    _, container = view.container(pod)
    mine = [one for one in view.of_kind("NetworkPolicy") if one.name == f"allow-{demand.service}"]
    out = any(
        "ipBlock" in entries(peer)
        for one in mine
        for rule in items(one.spec.get("egress"))
        for peer in items(entries(rule).get("to"))
    )
    names = {entries(one).get("name") for one in items(container.get("env"))}
    told = [one for one in view.plan.externals if one.parameter in names]
    if out and told:
        return enforced(
            f"{told[0].parameter} holds its address, and its policy lets it out", view.lines(mine[0], "spec", "egress")
        )
    return lost("it is told of no address of it, or does not get there")


def _timezone(_view: View, _demand: Demand, _pod: PodOf) -> Outcome:
    return programs("a container's clock is UTC: the program converts")


READERS: Mapping[str, Reader] = MappingProxyType(
    {
        "port": _port,
        "store": _store,
        "secret": _secret,
        "egress": _egress,
        "private": _private,
        "files": _files,
        "external": _external,
        "timezone": _timezone,
        "cache": _store,
        "queue": _store,
    }
)
