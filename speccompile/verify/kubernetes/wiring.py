"""How objects are connected: names, references, secrets, images, and what may talk to whom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from speccompile.codes import kubernetes as codes
from speccompile.plan.plan import Plan
from speccompile.regex import regex
from speccompile.verify.kubernetes.findings import Finding, Manifest, Manifests, PodOf, entries, items, pods, selects
from speccompile.verify.readers.yaml import Path
from speccompile.verify.secret_values import ACCOUNT, NO_SECRET, PASSWORD_IN_URL, SECRET_NAME

_LABEL = regex(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_LONGEST = {"CronJob": 52, "StatefulSet": 52, "Job": 52, "Deployment": 52}
_TAGGED = regex(r"\S+?:(?!latest(?:$|@))[A-Za-z0-9_][A-Za-z0-9_.-]*(?:@sha256:[0-9a-f]{64})?|\S+@sha256:[0-9a-f]{64}")
_HOSTED = regex(r"(?:[^/]*[.:][^/]*|localhost)/")


def naming(_: Plan, found: Manifests) -> Iterator[Finding]:
    """SC889: names that the cluster takes, once each; controllers select their own pods and nobody else's."""
    seen: set[tuple[str, str]] = set()
    made = list(pods(found))
    for one in found:
        longest = _LONGEST.get(one.kind, 63)
        if not _LABEL.fullmatch(one.name) or len(one.name) > longest:
            yield Finding(one.file, ("metadata", "name"), codes.NAMING, f"{one.name} is no name for a {one.kind}")
        if (one.kind, one.name) in seen:
            yield Finding(one.file, ("metadata", "name"), codes.NAMING, f"there are two {one.kind}s called {one.name}")
        seen.add((one.kind, one.name))
    for pod in made:
        if pod.ends:
            continue
        selector = pod.manifest.spec.get("selector")
        mine = [other for other in made if selects(selector, other.labels)]
        if not entries(selector).get("matchLabels") or mine != [pod]:
            text = f"{pod.manifest.name} does not select its own pods alone"
            yield Finding(pod.manifest.file, ("spec", "selector"), codes.NAMING, text)


def references(_: Plan, found: Manifests) -> Iterator[Finding]:
    """SC887: what is referred to is there."""
    made = list(pods(found))
    services = {one.name: one for one in found if one.kind == "Service"}
    claims = {one.name for one in found if one.kind == "PersistentVolumeClaim"}
    accounts = {one.name for one in found if one.kind == "ServiceAccount"}
    volumes = [entries(volume) for pod in made for volume in items(pod.spec.get("volumes"))]
    used = {str(entries(one.get("persistentVolumeClaim")).get("claimName")) for one in volumes}
    for one in services.values():
        if not any(selects({"matchLabels": one.spec.get("selector")}, pod.labels) for pod in made):
            yield Finding(one.file, ("spec", "selector"), codes.WIRING, f"the service {one.name} selects no pod")
    for one in found:
        if one.kind == "Ingress":
            yield from _routes(one, services)
        if one.kind == "PersistentVolumeClaim" and one.name not in used:
            yield Finding(one.file, (), codes.WIRING, f"no pod has the volume {one.name}")
    for pod in made:
        if pod.spec.get("serviceAccountName") not in accounts:
            text = f"{pod.manifest.name} runs as an account that is not there"
            yield Finding(pod.manifest.file, (*pod.path, "spec"), codes.WIRING, text)
        yield from (Finding(pod.manifest.file, path, codes.WIRING, text) for path, text in _mounts(pod, claims))


def _routes(one: Manifest, services: Mapping[str, Manifest]) -> Iterator[Finding]:
    for number, rule in enumerate(items(one.spec.get("rules"))):
        for place, path in enumerate(items(entries(entries(rule).get("http")).get("paths"))):
            to = entries(entries(entries(path).get("backend")).get("service"))
            service = services.get(str(to.get("name")))
            ports = {entries(port).get("port") for port in items(service.spec.get("ports"))} if service else set()
            if entries(to.get("port")).get("number") not in ports:
                at: Path = ("spec", "rules", number, "http", "paths", place)
                yield Finding(one.file, at, codes.WIRING, f"{to.get('name')} is no service that listens there")


def _mounts(pod: PodOf, claims: set[str]) -> Iterator[tuple[Path, str]]:
    """Every volume is mounted and every mount has a volume; what variables are made of stands before."""
    templates = {
        str(entries(entries(one).get("metadata")).get("name"))
        for one in items(pod.manifest.spec.get("volumeClaimTemplates"))
    }
    volumes = [entries(one) for one in items(pod.spec.get("volumes"))]
    names = [str(one.get("name")) for one in volumes] + sorted(templates)
    at, mounted = (*pod.path, "spec", "volumes"), set()
    if len(set(names)) != len(names):
        yield at, f"two volumes of {pod.manifest.name} have one name"
    for one in volumes:
        claim = entries(one.get("persistentVolumeClaim")).get("claimName")
        if claim is not None and claim not in claims:
            yield at, f"{pod.manifest.name} has the volume {claim}, which nobody asks for"
    for path, container in pod.containers():
        targets = [str(entries(one).get("mountPath")) for one in items(container.get("volumeMounts"))]
        mounted |= {str(entries(one).get("name")) for one in items(container.get("volumeMounts"))}
        if len(set(targets)) != len(targets):
            yield path, f"two volumes of {pod.manifest.name} are at one place"
    if mounted != set(names):
        yield at, f"{pod.manifest.name} mounts what is not there, or does not mount what is"


def secrets(_: Plan, found: Manifests) -> Iterator[Finding]:
    """SC884: no value of a secret, anywhere."""
    for one in found:
        if one.kind == "Secret":
            yield Finding(one.file, (), codes.SECRET, f"{one.name} is a secret with its value")
    for pod in pods(found):
        for path, container in pod.containers():
            for number, variable in enumerate(items(container.get("env"))):
                name, value = str(entries(variable).get("name")), entries(variable).get("value")
                at = (*path, "env", number)
                if value is not None and _tells(name, str(value)):
                    text = f"the value of {name} stands in the manifest"
                    yield Finding(pod.manifest.file, at, codes.SECRET, text)
                source = entries(entries(variable).get("valueFrom"))
                if SECRET_NAME.fullmatch(name) and "configMapKeyRef" in source and not ACCOUNT.fullmatch(name):
                    text = f"{name} is taken from a ConfigMap, which everybody may read"
                    yield Finding(pod.manifest.file, at, codes.SECRET, text)


def _tells(name: str, value: str) -> bool:
    named = SECRET_NAME.fullmatch(name) and not ACCOUNT.fullmatch(name) and value not in NO_SECRET and "$(" not in value
    return bool(named) or bool(PASSWORD_IN_URL.search(value))


def images(_: Plan, found: Manifests) -> Iterator[Finding]:
    """SC891: tagged or pinned, and fetched only where the name says from where or somebody else makes the image."""
    for pod in pods(found):
        for path, container in pod.containers():
            name, policy = str(container.get("image", "")), container.get("imagePullPolicy")
            if not _TAGGED.fullmatch(name):
                yield Finding(pod.manifest.file, path, codes.IMAGE, f"the image {name} is not pinned to a tag")
            if policy not in ("Never", "IfNotPresent") or (policy == "Never" and _HOSTED.match(name)):
                yield Finding(
                    pod.manifest.file, path, codes.IMAGE, f"the image {name} is fetched when it should not be, or never"
                )


def network(_: Plan, found: Manifests) -> Iterator[Finding]:
    """SC885: nothing is allowed that the other end does not allow, and everything else is forbidden."""
    policies = [one for one in found if one.kind == "NetworkPolicy"]
    everything = [one for one in policies if one.spec.get("podSelector") == {}]
    closed = [one for one in everything if set(one.spec) == {"podSelector", "policyTypes"}]
    if not closed:
        yield Finding("", (), codes.NETWORK, "no policy forbids what no other one allows")
    for one in policies:
        if one.spec.get("policyTypes") != ["Ingress", "Egress"]:
            yield Finding(one.file, ("spec",), codes.NETWORK, f"{one.name} is not about both directions")
        if one in everything and one not in closed:
            yield Finding(one.file, ("spec",), codes.NETWORK, f"{one.name} allows something to every pod")
        if not any(selects(one.spec.get("podSelector"), pod.labels) for pod in pods(found)):
            yield Finding(one.file, ("spec", "podSelector"), codes.NETWORK, f"{one.name} is about no pod")
        yield from _open(one)
    comes, goes = (_ends(policies, pods(found), way) for way in (("ingress", "from"), ("egress", "to")))
    for source, target, port in sorted({(to, of, port) for of, to, port in comes} ^ goes, key=str):
        text = f"only one end allows that {source} calls {target} at {port}"
        yield Finding("", (), codes.NETWORK, text)


def _open(one: Manifest) -> Iterator[Finding]:
    for way, key in (("ingress", "from"), ("egress", "to")):
        for number, rule in enumerate(items(one.spec.get(way))):
            peers = items(entries(rule).get(key))
            loose = not peers or any(
                not entries(peer) or any(not entries(inner) for inner in entries(peer).values()) for peer in peers
            )
            ports = "ports" in entries(rule) or all("ipBlock" in entries(peer) for peer in peers)
            if loose or not ports:
                yield Finding(
                    one.file, ("spec", way, number), codes.NETWORK, f"{one.name} allows everybody or every port"
                )


def _ends(policies: list[Manifest], made: Iterator[PodOf], way: tuple[str, str]) -> set[tuple[str, str, Any]]:
    """Whom each policy names at which port: (whose policy, the other one, port)."""
    labels = [pod.labels for pod in made]
    found: set[tuple[str, str, Any]] = set()
    for one in policies:
        for rule in items(one.spec.get(way[0])):
            for peer in items(entries(rule).get(way[1])):
                if "podSelector" not in entries(peer):
                    continue
                for port in items(entries(rule).get("ports")):
                    found |= {
                        (str(mine.get(_NAME)), str(other.get(_NAME)), entries(port).get("port"))
                        for mine in labels
                        if selects(one.spec.get("podSelector"), mine)
                        for other in labels
                        if selects(entries(peer).get("podSelector"), other)
                    }
    return found


_NAME = "app.kubernetes.io/name"
