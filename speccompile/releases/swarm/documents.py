"""A stack's file in parts, one a service, as releases keep them; a part is read as a stranger's (see ``releases.documents``).

Beside the service a part has the steps of its release, which no stack holds, and the services that it needs, of which a stack knows nothing either.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from speccompile.diagnostics import quoted
from speccompile.digests import digest
from speccompile.record import record
from speccompile.regex import regex
from speccompile.releases import foreign
from speccompile.releases.documents import Part
from speccompile.releases.foreign import canonical
from speccompile.spec.given import is_taken

VERSION = "com.spec-driven.version"
"""The label of containers with the digest of all that they were told."""
_FORMAT = "3.9"
_DIGITS = 12
_LENT = {"read_only": True, "volume": {"nocopy": True}}
_ABOUT = ("networks", "volumes", "secrets", "configs")
_KEYS = frozenset({
    "cap_add", "cap_drop", "command", "configs", "deploy", "entrypoint", "environment", "extra_hosts", "healthcheck", "image", "init", "labels", "logging",
    "networks", "ports",
    "read_only", "secrets", "stop_grace_period", "stop_signal", "user", "volumes",
})  # fmt: skip
_DEPLOY = frozenset({
    "endpoint_mode", "placement", "replicas", "resources", "restart_policy", "rollback_config", "update_config",
})  # fmt: skip
_PORT = frozenset(("mode", "protocol", "published", "target"))
_NAME = regex(r"[a-z][a-z0-9_.-]{0,99}")
_USER = regex(r"[1-9][0-9]{0,8}:[1-9][0-9]{0,8}")
_NAMED = regex(r"\$\{[A-Z][A-Z0-9_]*:\?[^${}]*\}")
_NODE = regex(r"node\.hostname == \$\{[A-Z][A-Z0-9_]*:\?[^${}]*\}")
_CONFIGS = frozenset(("./nginx.conf", "./Caddyfile"))


def part(stack: Mapping[str, Any], steps: Mapping[str, Any], names: Iterable[str], needs: Iterable[str]) -> Part:
    """What *stack* and *steps*, two whole files, say of the services *names*, which *needs* come before."""
    wanted = tuple(names)
    services = {name: stack["services"][name] for name in wanted if name in stack["services"]}
    once = {name: steps["services"][name] for name in wanted if name in steps.get("services", {})}
    used = {about: set(_used((*services.values(), *once.values()), about)) for about in _ABOUT}
    defined = {
        about: {
            name: what
            for name, what in {**(steps.get(about) or {}), **(stack.get(about) or {})}.items()
            if name in used[about]
        }
        for about in _ABOUT
    }
    return Part(canonical({"services": services, "steps": once, "needs": sorted(needs), **defined}))


@record(kw_only=True)
class Stacked:
    """What is told of the parts of an application: the image of each service, where that is known, and the front door's file: its place here, its text."""

    app: str
    images: Mapping[str, str]
    file: str
    text: str

    def document(self, group: str, content: Mapping[str, Any], key: str) -> dict[str, Any]:
        """A stack's file of the ``services`` or ``steps`` (*key*) of a part of *group*."""
        image = self.images.get(group)
        services = {
            name: {**told, **({"image": image.replace("$", "$$")} if image else {})}
            for name, told in content[key].items()
        }
        defined = {about: content[about] for about in _ABOUT}
        used = {about: set(_used(services.values(), about)) for about in _ABOUT}
        return {
            "version": _FORMAT,
            "services": services,
            **{
                about: {name: self._defined(about, name, what) for name, what in one.items() if name in used[about]}
                for about, one in defined.items()
            },
        }

    def _defined(self, about: str, name: str, what: Any) -> Any:
        if about != "configs":
            return what
        # A config cannot be altered, so that its name follows from its content; the artifact says the same.
        content = digest(self.text.encode()).rpartition(":")[2][:_DIGITS]
        return {"file": self.file.replace("$", "$$"), "name": f"{self.app}-{name}-{content}"}


def versions(resolved: Mapping[str, Any]) -> dict[str, str]:
    """The digest of all that each service of a file with all values is told."""
    found = {}
    for name, told in (resolved.get("services") or {}).items():
        defined = {
            about: {one: _without_place((resolved.get(about) or {}).get(one)) for one in sorted(_used((told,), about))}
            for about in _ABOUT
        }
        found[name] = digest(canonical({"told": told, **defined}).encode()).rpartition(":")[2][:32]
    return found


def labelled(document: Mapping[str, Any], known: Mapping[str, str]) -> str:
    """The text of *document*, in which all values are, for docker to read: each service says of its containers which version they are, *known* by its
    name, and no dollar sign is taken for the beginning of a variable."""
    services = {
        name: {**_literal(told), "labels": {**_literal(told.get("labels") or {}), VERSION: known[name]}, **_ports(told)}
        for name, told in document["services"].items()
    }
    return canonical({**_literal(document), "services": services})


def _ports(told: Mapping[str, Any]) -> dict[str, Any]:
    """Docker takes a published port for a number only where it has put the value in itself."""
    published = [(one, str(one["published"])) for one in told.get("ports", ())]
    return (
        {"ports": [{**one, "published": int(text) if text.isdecimal() else text} for one, text in published]}
        if published
        else {}
    )


def _literal(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("$", "$$")
    if isinstance(value, Mapping):
        return {key: _literal(one) for key, one in value.items()}
    return [_literal(one) for one in value] if isinstance(value, list) else value


def checked(content: bytes, place: str) -> Part:
    """The part that *content* from a store is; raises ``Refused`` (SC701) when it says what the compiler never writes."""
    return Part(canonical(foreign.read(content, place, lambda one: next(_strange(one), None))))


def _strange(found: dict[str, Any]) -> Iterator[str]:
    if set(found) != {"services", "steps", "needs", *_ABOUT}:
        yield "its parts are others"
    if not all(isinstance(one, str) and _NAME.fullmatch(one) for one in found["needs"]):
        yield "it needs what is no service"
    for name, service in (*found["services"].items(), *found["steps"].items()):
        if not _NAME.fullmatch(name):
            yield f"{quoted(name)} is no service's name"
        yield from (f"{name}: {problem}" for problem in _strange_service(service))
    for about in _ABOUT:
        for name, what in found[about].items():
            if not _NAME.fullmatch(name) or not _is_plain(about, what):
                yield f"{about}.{name} is none that is written here"


def _strange_service(service: dict[str, Any]) -> Iterator[str]:
    if extra := sorted(set(service) - _KEYS):
        yield f"{quoted(extra[0])} is said of no service"
    if service.get("cap_drop") != ["ALL"] or service.get("cap_add", ["NET_BIND_SERVICE"]) != ["NET_BIND_SERVICE"]:
        yield "it keeps capabilities"
    if not _USER.fullmatch(str(service.get("user", ""))):
        yield "its user is not a number, or root"
    if not isinstance(service.get("image"), str):
        yield "it has no image"
    if not all(map(_is_kept, service.get("volumes", ()))):
        yield "it mounts what is no volume"
    if any(set(one) - _PORT for one in service.get("ports", ())):
        yield "it publishes a port in another way"
    if extra := sorted(set(service["deploy"]) - _DEPLOY):
        yield f"deploy.{extra[0]} is said of no service"
    if any(is_taken(key) for key in service.get("labels", {})):
        yield "it has labels that an engine writes"
    if not all(_NODE.fullmatch(one) for one in (service["deploy"].get("placement") or {}).get("constraints", ())):
        yield "it runs on another node"


def _is_kept(volume: dict[str, Any]) -> bool:
    if volume["type"] == "tmpfs":
        return set(volume) == {"type", "target", "tmpfs"} and set(volume["tmpfs"]) == {"size"}
    how = {key: part for key, part in volume.items() if key not in ("type", "source", "target")}
    return (
        how in ({}, _LENT)
        and {"type", "source", "target"} <= set(volume)
        and bool(volume["type"] == "volume" and _NAME.fullmatch(volume["source"]))
    )


def _is_plain(about: str, what: dict[str, Any]) -> bool:
    match about:
        case "networks":
            plain = {"driver": "overlay", "driver_opts": {"encrypted": "true"}}
            return what in (plain, {**plain, "internal": True})
        case "volumes":
            return what == {}
        case "secrets":
            return (
                set(what) == {"external", "name"} and what["external"] is True and bool(_NAMED.fullmatch(what["name"]))
            )
        case _:
            return set(what) == {"file", "name"} and what["file"] in _CONFIGS and bool(_NAME.fullmatch(what["name"]))


def _used(services: Iterable[Mapping[str, Any]], about: str) -> Iterator[str]:
    for service in services:
        for one in service.get(about) or ():
            name = one.get("source") if isinstance(one, Mapping) else one
            if isinstance(name, str):
                yield name


def _without_place(what: object) -> object:
    """A definition without the path of a file here, of which its name has the digest."""
    return {key: value for key, value in what.items() if key != "file"} if isinstance(what, Mapping) else what
