"""A compose file in parts, one a service, as releases keep them: a release is put together from parts of several, and a part is read as a stranger's.

A part holds names of parameters, never their values. What a part may say is what the compiler writes and nothing more: no device but graphics processors, no
privilege, no user root, no file but the front door's own; a directory of the machine and a network of others only while deploy.yaml gives it. So who can
write to the store, and to no machine and no specs, gets no more of a machine than a container.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

from speccompile.codes.releases import WITHDRAWN
from speccompile.diagnostics import quoted
from speccompile.digests import digest
from speccompile.errors import Refused
from speccompile.plan.plan import Plan
from speccompile.record import record
from speccompile.regex import regex
from speccompile.releases import foreign
from speccompile.releases.foreign import canonical
from speccompile.releases.granted import NOTHING, Granted, beyond, is_joined, is_mount
from speccompile.releases.sidecars import lender
from speccompile.source import Span
from speccompile.spec.given import is_taken

_LENT = {"nocopy": True}
_ABOUT = ("networks", "volumes", "secrets", "configs")
_DROPPED = ("build", "pull_policy")
_KEYS = frozenset({
    "cap_add", "cap_drop", "command", "configs", "container_name", "cpus", "depends_on", "deploy", "dns", "dns_search", "entrypoint", "environment",
    "extra_hosts", "healthcheck", "image", "init", "labels", "logging", "mem_limit", "network_mode", "networks", "pids_limit", "ports", "profiles",
    "read_only", "restart", "secrets", "security_opt", "shm_size", "stop_grace_period", "stop_signal", "tmpfs", "ulimits", "user", "volumes",
})  # fmt: skip
_NAME = regex(r"[a-z][a-z0-9_.-]{0,99}")
_USER = regex(r"[1-9][0-9]{0,8}(?::[1-9][0-9]{0,8})?")
_FILE = regex(r"\$\{[A-Z][A-Z0-9_]*(?::?[?-][^${}]*)?\}")
_CONFIGS = ("./nginx.conf", "./Caddyfile")
_ONLY: Mapping[str, object] = {
    "cap_add": ["NET_BIND_SERVICE"],
    "cap_drop": ["ALL"],
    "security_opt": ["no-new-privileges:true"],
    "network_mode": "none",
}
_GPUS: Mapping[str, object] = {"driver": "nvidia", "capabilities": ["gpu"]}
_ASKED = regex(r"\$\{?([A-Za-z_][A-Za-z0-9_]*)")
_PORT_KEYS = frozenset(("target", "published", "host_ip", "protocol"))


@record()
class Part:
    """What compose is told about one service and all that runs in its image: ``text`` is canonical JSON. ``program`` is whether it runs without an image."""

    text: str
    program: bool = False

    @property
    def digest(self) -> str:
        """By which a release names it."""
        return digest(self.text.encode())

    @property
    def content(self) -> dict[str, Any]:
        """The same, to look at."""
        found: dict[str, Any] = json.loads(self.text)
        return found

    def with_images(self, images: Mapping[str, str]) -> Part:
        """The same, where services called in *images* run those."""
        found = self.content
        for name in images.keys() & found["services"].keys():
            found["services"][name]["image"] = images[name].replace("$", "$$")
        return Part(canonical(found))


def part(document: Mapping[str, Any], names: Iterable[str]) -> Part:
    """Of a whole compose file what concerns the services *names*."""
    wanted = [name for name in names if name in document["services"]]
    services = {name: _told(document["services"][name]) for name in wanted}
    used = {about: {name for one in services.values() for name in _used(one, about)} for about in _ABOUT}
    kept = {
        about: {name: what for name, what in (document.get(about) or {}).items() if name in used[about]}
        for about in _ABOUT
    }
    return Part(canonical({"services": services, **kept}))


def owned(plan: Plan, services: Iterable[str]) -> dict[str, list[str]]:
    """Whose the *services* of a file are: by the service of *plan*, its own one first; what is nobody's stands for itself."""
    found = {service.name: [one.name for one in service.workloads] for service in plan.services if service.workloads}
    found |= {store.workload.name: [one.name for one in store.workloads] for store in plan.stores}
    mine = {name for names in found.values() for name in names}
    return found | {name: [name] for name in services if name not in mine}


def owned_with_sidecars(plan: Plan, services: Mapping[str, Mapping[str, Any]]) -> dict[str, list[str]]:
    """The same of a compose file's *services*, where a sidecar is of the service whose network it has."""
    found = owned(plan, services)
    group = {name: one for one, names in found.items() for name in names}
    lent = {name: group[of] for name, told in services.items() if (of := lender(told)) in group}
    apart = {one: [name for name in names if lent.get(name, one) == one] for one, names in found.items()}
    together = {
        one: [*names, *(name for name, of in lent.items() if of == one and name not in names)]
        for one, names in apart.items()
    }
    return {one: names for one, names in together.items() if names}


def whole(app: str, parts: Iterable[Part], images: Mapping[str, str], config: str) -> str:
    """The compose file of all *parts*: *images* says what each service runs, *config* is where the front door's configuration lies on the machine."""
    found: dict[str, Any] = {"name": app, "services": {}}
    for one in parts:
        content = one.content
        for name, service in content["services"].items():
            # Who starts what when is decided here and not by compose; and a part may be put beside others than those that it was made with.
            service.pop("depends_on", None)
            found["services"][name] = {
                **service,
                "image": images[name].replace("$", "$$") if name in images else service["image"],
            }
        for about in _ABOUT:
            found.setdefault(about, {}).update(content[about])
    for name in found.get("configs", {}):
        found["configs"][name] = {"file": config.replace("$", "$$")}
    return canonical(found)


def asked_for(text: str) -> set[str]:
    """The names whose values compose puts into *text* (docs.docker.com/reference/compose-file/interpolation): ``$NAME``, ``${NAME}`` with or without a
    default; ``$$`` is a character."""
    return set(_ASKED.findall(text.replace("$$", "")))


def unkept(part: Part, granted: Granted) -> str | None:
    """What *part* says that no release keeps, as ``checked`` would find it later; None where there is nothing of the kind."""
    found = part.content
    return next(chain(_strange(found), beyond(found, granted)), None)


def checked(content: bytes, place: str, granted: Granted | None = NOTHING) -> Part:
    """The part that *content* from a store is; raises ``Refused`` when it says what the compiler never writes (SC701), or has of a machine what is not
    *granted* (SC783). None is for who only looks at it, and runs nothing."""
    found = foreign.read(content, place, lambda one: next(_strange(one), None))
    if granted is not None and (more := next(beyond(found, granted), None)):
        fix = "give it that in deploy.yaml again (`mounts`, `networks`), while it is meant; else deploy from the specs, which records a release without it"
        raise Refused(
            [WITHDRAWN.at(Span(place), f"{more}: a release has that only while deploy.yaml gives it", fix=fix)]
        )
    return Part(canonical(found))


def _strange(found: dict[str, Any]) -> Iterator[str]:
    if set(found) != {"services", *_ABOUT} or not all(isinstance(one, dict) for one in found.values()):
        yield "its parts are others"
    for name, service in found["services"].items():
        if not _NAME.fullmatch(name):
            yield f"{quoted(name)} is no service's name"
        yield from (f"{name}: {problem}" for problem in _strange_service(service))
        if (other := lender(service)) and (other == name or lender(found["services"].get(other, service))):
            yield f"{name} has the network of {quoted(other)}, which is not beside it"
    for about in _ABOUT:
        for name, what in found[about].items():
            others = about == "networks" and is_joined(name, what or {})
            if not others and not (_NAME.fullmatch(name) and _is_plain(about, what or {})):
                yield f"{about}.{name} is none that is written here"


def _strange_service(service: dict[str, Any]) -> Iterator[str]:
    yield from _strange_keys(service)
    if "cap_drop" not in service or "security_opt" not in service:
        yield "it keeps capabilities"
    if not _USER.fullmatch(str(service.get("user", ""))):
        yield "its user is not a number, or root"
    if not isinstance(service.get("image"), str):
        yield "it has no image"
    for volume in service.get("volumes", ()):
        if not is_mount(volume) and (
            set(volume) - {"type", "source", "target", "read_only", "volume"}
            or volume.get("volume", _LENT) != _LENT
            or volume.get("type") != "volume"
            or not _NAME.fullmatch(volume["source"])
        ):
            yield "it mounts what is no volume"
    for port in service.get("ports", ()):
        if set(port) - _PORT_KEYS:
            yield "it publishes a port in another way"
    yield from _strange_gifts(service)


def _strange_gifts(service: dict[str, Any]) -> Iterator[str]:
    """What a service is given by name, but no label that others write, no device but graphics processors."""
    if not isinstance(service.get("labels", {}), dict):
        yield "its labels are no mapping"
    if any(is_taken(key) for key in service.get("labels", {})):
        yield "it has labels that an engine writes"
    deploy = service.get("deploy", {})
    if set(deploy) - {"replicas", "resources"}:
        yield "`deploy` says more than how many run, and with which graphics processors"
    if "resources" in deploy:
        (device,) = deploy["resources"]["reservations"]["devices"]
        if deploy["resources"] != {"reservations": {"devices": [{**_GPUS, "count": device["count"]}]}}:
            yield "it has devices"


def _strange_keys(service: dict[str, Any]) -> Iterator[str]:
    if extra := sorted(set(service) - _KEYS):
        yield f"{quoted(extra[0])} is said of no service"
    for key, only in _ONLY.items():
        if service.get(key, only) != only and not (key == "network_mode" and lender(service)):
            yield f"{quoted(key)} is always {only}"


def _is_plain(about: str, what: dict[str, Any]) -> bool:
    match about:
        case "networks":
            return set(what) <= {"internal"} and isinstance(what.get("internal", True), bool)
        case "volumes":
            return not what
        case "secrets":
            return set(what) == {"file"} and bool(_FILE.fullmatch(what["file"]))
        case _:
            return set(what) == {"file"} and what["file"] in _CONFIGS


def _told(service: Mapping[str, Any]) -> dict[str, Any]:
    """*service* without what is of no use where nothing is built, and what is started is chosen."""
    return {key: value for key, value in service.items() if key not in _DROPPED}


def _used(service: Mapping[str, Any], about: str) -> Iterator[str]:
    for one in service.get(about) or ():
        name = one.get("source") if isinstance(one, Mapping) else one
        if isinstance(name, str):
            yield name


def step_number(name: str) -> tuple[int, str]:
    """Steps in their order: ``api-release``, ``api-release-2`` …"""
    last = name.rpartition("-")[2]
    return (int(last) if last.isdigit() else 1, name)
