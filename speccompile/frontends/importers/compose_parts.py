"""What of a compose service has keys of its own in deploy.yaml: its command, ports, volumes, health, limits, secrets, and what Traefik is told of it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence

from speccompile.frontends.commandline import plain
from speccompile.frontends.importers.keys import Keys, item_at, key_at, not_carried, not_needed, number, table, text
from speccompile.frontends.importers.parts import Part, Service
from speccompile.frontends.importers.places import inside
from speccompile.frontends.importers.sizes import cpus, memory
from speccompile.frontends.wording import shown
from speccompile.record import record
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.spec.given import is_taken
from speccompile.spec.located import Located, LocatedList

_DEEPEST = 8
_ASKED = regex(
    r"https?://(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1?\])(?::[^\s/\"']{1,20})?(/[A-Za-z0-9_./-]*)?(?![^\s\"'|;&)])"
)
_INSTALLED = frozenset(
    ("node_modules", ".venv", "venv", "vendor", ".next", ".nuxt", "target", "dist", "build", ".gradle", ".m2")
)
_RULE = regex(r"traefik\.http\.routers\.([\w-]+)\.rule")
_HOSTS = regex(r"Host\(((?:`[^`]*`|[^)`])*)\)")
_PREFIX = regex(r"PathPrefix\(`([^`]*)`\)")
_COLON = regex(r":(?![^{}]*\})")
_QUOTED = regex(r"`([^`]*)`")
_TRAEFIK_PORT = regex(r"traefik\.http\.services\.[\w-]+\.loadbalancer\.server\.port")
_DEPLOY = Keys(
    of="deploy",
    carried={"resources": "`resources`, from limits", "replicas": "`replicas`"},
    lost={"placement": ("where containers run is said when they are deployed", "deploy it to that machine")},
    needless={
        **dict.fromkeys(
            ("restart_policy", "update_config", "rollback_config", "mode", "endpoint_mode"),
            "how a deployment goes is said when it is deployed",
        ),
        "labels": "labels of a deployment are for its own tools",
    },
)


def extended(services: Located, one: Located, depth: int = 0) -> Located:
    """*one* with what it takes from another service of the same file; a key that both have counts as a whole, but mappings are put together."""
    said = one.get("extends")
    name = text(said.get("service")) if isinstance(said, Located) and not said.get("file") else text(said)
    base = table(services, name) if name else None
    if base is None or depth > _DEEPEST:
        return one
    return _merged(extended(services, base, depth + 1), one)


def _merged(base: Located, one: Located) -> Located:
    both = Located(one.source, one.offset)
    for holder in (one, base):
        for key, value in holder.items():
            if key not in both:
                other = base.get(key) if holder is one else None
                merged = _merged(other, value) if isinstance(value, Located) and isinstance(other, Located) else value
                both.add(key, holder.keys_at[key], merged, holder.values_at[key])
    return both


def command(service: Service, one: Located) -> Iterator[Part]:
    """What runs instead of the image's own command."""
    said = one.get("command")
    if said is None:
        return
    words: tuple[str, ...] | None
    if isinstance(said, LocatedList):
        words = tuple(text(word) or "" for word in said)
        words = (
            None
            if not words or words[0] in ("sh", "bash", "/bin/sh", "/bin/bash") or any("$" in word for word in words)
            else words
        )
    else:
        words = plain(text(said) or "")
    if words:
        yield service.put("command", words, key_at(one, "command"))
    else:
        fix = f"look at what the image starts (`speccompile plan`), and write `command: [program, argument]` below {service.name} where it is another program"
        yield not_carried(
            key_at(one, "command"),
            f"{service.name}: `command`",
            "it needs a shell, and nothing that is generated starts one",
            fix,
        )


def ports(one: Located, key: str) -> Iterator[tuple[int, Span]]:
    """The ports in the container, of either syntax."""
    yield from ((found, span) for said, span in _ports(one, key) if (found := number(said)))


def other_ports(one: Located, key: str) -> Iterator[tuple[str, Span]]:
    """What stands there for a port and is no number: a range, a variable."""
    yield from ((said, span) for said, span in _ports(one, key) if not number(said))


def datagrams(one: Located) -> Iterator[tuple[str, Span]]:
    """The ports at which it takes UDP."""
    yield from ((said, span) for said, protocol, span in _of_protocols(one, "ports") if protocol == "udp")


def _ports(one: Located, key: str) -> Iterator[tuple[str, Span]]:
    yield from ((said, span) for said, protocol, span in _of_protocols(one, key) if protocol != "udp")


def _of_protocols(one: Located, key: str) -> Iterator[tuple[str, str, Span]]:
    listed = one.get(key)
    for index, item in enumerate(listed if isinstance(listed, LocatedList) else ()):
        # A variable has a colon of its own: ${PORT:-80}.
        target = text(item.get("target")) if isinstance(item, Located) else _COLON.split(text(item) or "")[-1]
        if isinstance(listed, LocatedList):
            port, _, protocol = (target or "").partition("/")
            said = text(item.get("protocol")) if isinstance(item, Located) else protocol
            yield port, (said or "tcp").lower(), item_at(listed, index)


@record()
class Mount:
    """A volume: its source ("" where it has no name), where it is in the container, whether it is only read there, and of what kind it is."""

    source: str
    target: str
    read_only: bool
    span: Span
    kind: str = "volume"


def mounts(one: Located) -> Iterator[Mount]:
    """The volumes, of either syntax."""
    listed = one.get("volumes")
    for index, item in enumerate(listed if isinstance(listed, LocatedList) else ()):
        span = item_at(listed, index) if isinstance(listed, LocatedList) else Span("")
        if isinstance(item, Located):
            read_only = item.get("read_only") is True
            kind = text(item.get("type")) or "volume"
            yield Mount(text(item.get("source")) or "", text(item.get("target")) or "", read_only, span, kind)
        else:
            source, _, rest = (text(item) or "").partition(":")
            target, _, how = rest.partition(":")
            yield Mount(source, target, "ro" in how.split(","), span) if rest else Mount("", source, False, span)


def volumes(service: Service, one: Located, others: Mapping[str, Sequence[str]]) -> Iterator[Part]:
    """Directories that outlive the container; what is mounted from the sources or the host is not. *others* are the services that have a volume, too."""
    for mount in mounts(one):
        source, target, span = mount.source, mount.target, mount.span
        what = f"{service.name}: the volume at {shown(target)}"
        if mount.kind == "tmpfs":
            yield not_needed(span, what, "what is written for a moment is written to memory")
            continue
        if posixpath.basename(target.rstrip("/")) in _INSTALLED:
            yield not_needed(span, what, "what is installed and built is in the image")
            continue
        if not source:
            fix = f"write `writable: [{inside(target)}]` below {service.name} for what it writes there and what shall be kept"
            yield not_carried(span, what, "it has no name, and so what is in it is gone with its container", fix)
            continue
        if source.startswith((".", "/", "~", "$")):
            why = "files of the host are put into no container; images have what they need"
            fix = f"write `writable: [{inside(target)}]` below {service.name} for what it writes, `include` for files of the project that it reads"
            yield not_carried(span, f"{service.name}: the mount of {shown(source)} at {shown(target)}", why, fix)
        else:
            yield service.add("writable", inside(target), span)
            fix = f"let one service hold the files and the others ask it, or write `mounts` with a directory of the machine below {service.name}"
            if shared := [name for name in others.get(source, ()) if name != service.name]:
                what = f"{service.name}: that it shares the volume {shown(source)} with {', '.join(shared)}"
                yield not_carried(span, what, "each service has volumes of its own", fix)
            elif mount.read_only:
                what = f"{service.name}: that it only reads {shown(target)}"
                yield not_carried(span, what, "a volume is its service's own, which may write there", fix)


_LIMITS = Keys(
    of="deploy.resources.limits",
    carried={"cpus": "`resources.cpus`", "memory": "`resources.memory`"},
    lost={},
    needless={"pids": "every container has a bound for its processes"},
)
_LEAST = ("only upper bounds are said here", "write `resources` below the service")
_RESERVED = Keys(
    of="deploy.resources.reservations",
    carried={},
    lost={
        "cpus": _LEAST,
        "memory": _LEAST,
        "devices": (
            "a device of the machine is in no container",
            "write `resources: {gpus: 1}` below the service where graphics processors are meant",
        ),
    },
    needless={},
)
_HEALTH = Keys(
    of="healthcheck",
    carried={
        "test": "`health.path`",
        "disable": "no `health`",
        **{key: f"`health.{key}`" for key in ("interval", "timeout", "start_period", "retries")},
    },
    lost={},
    needless={"start_interval": "while it starts it is asked as often as ever"},
)
_RESOURCES = Keys(
    of="deploy.resources",
    carried={"limits": "`resources`"},
    needless={"reservations": "what is kept free is said key by key"},
)
INNER = (_LIMITS, _HEALTH)


def health(service: Service, one: Located) -> Iterator[Part]:
    """How it is asked whether it is well, where that is a path in HTTP."""
    check = table(one, "healthcheck")
    if check is None or check.get("disable") is True:
        return
    yield from _HEALTH.rest(check, f"{service.name}: healthcheck")
    test = check.get("test")
    said = " ".join(str(part) for part in test) if isinstance(test, LocatedList) else str(test or "")
    asked = _ASKED.search(said)
    if asked is None:
        if said:
            fix = f"write `health: {{path: /healthz}}` below {service.name}, where it has one; without it its root is asked"
            yield not_carried(
                key_at(check, "test"), f"{service.name}: `healthcheck`", "a server is asked for a path, in HTTP", fix
            )
        return
    if asked[1] and asked[1] != "/":
        yield service.put("health.path", asked[1], key_at(check, "test"))
    for key in ("interval", "timeout", "start_period"):
        if held := text(check.get(key)):
            yield service.put(f"health.{key}", held, key_at(check, key))
    if (count := number(check.get("retries"))) is not None:
        yield service.put("health.retries", count, key_at(check, "retries"))


def limits(service: Service, one: Located) -> Iterator[Part]:
    """The most that it may use."""
    deploy = table(one, "deploy")
    yield from _DEPLOY.rest(deploy, service.name)
    yield from _RESOURCES.rest(table(deploy, "resources"), f"{service.name}: deploy.resources", ("reservations",))
    yield from _LIMITS.rest(table(deploy, "resources", "limits"), service.name)
    yield from _RESERVED.rest(table(deploy, "resources", "reservations"), service.name)
    for holder, of_cpus, of_memory in (
        (one, "cpus", "mem_limit"),
        (table(deploy, "resources", "limits"), "cpus", "memory"),
    ):
        yield from cpus(service, holder, of_cpus)
        yield from memory(service, holder, of_memory)


def copies(service: Service, one: Located) -> Iterator[Part]:
    """How many run side by side."""
    deploy = table(one, "deploy")
    for holder, key in ((one, "scale"), (deploy, "replicas")):
        if holder is not None and (count := number(holder.get(key))) and count > 1:
            yield service.put("replicas", count, key_at(holder, key))


def secrets(service: Service, one: Located, *, built: bool) -> Iterator[Part]:
    """Secrets that are mounted and that no variable names: where the program reads them only the program knows."""
    listed = one.get("secrets")
    named = str(one.get("environment"))
    for index, item in enumerate(listed if isinstance(listed, LocatedList) else ()):
        source = text(item.get("source")) if isinstance(item, Located) else text(item)
        if isinstance(listed, LocatedList) and source and not (built and f"/run/secrets/{source}" in named):
            name = re.sub("[^A-Z0-9_]", "_", source.upper())
            fix = f"write `secrets: [{{name: {name}, as: file}}]` below {service.name}, and let it read the file that {name}_FILE names"
            yield not_carried(
                item_at(listed, index),
                f"{service.name}: the secret {shown(source)}",
                "no variable says where the program reads it",
                fix,
            )


def _labels(one: Located) -> Iterator[tuple[str, str, Span]]:
    labels = one.get("labels")
    if isinstance(labels, Located):
        yield from ((key, text(value) or "", key_at(labels, key)) for key, value in labels.items())
    for index, item in enumerate(labels if isinstance(labels, LocatedList) else ()):
        key, _, value = (text(item) or "").partition("=")
        if isinstance(labels, LocatedList):
            yield key, value, item_at(labels, index)


def is_routed(one: Located) -> bool:
    """Whether Traefik is told of it."""
    return any(_RULE.fullmatch(key) for key, _, _ in _labels(one))


def routed_ports(one: Located) -> Iterator[tuple[int, Span]]:
    """The ports that Traefik is told."""
    yield from (
        (port, span) for key, value, span in _labels(one) if _TRAEFIK_PORT.fullmatch(key) and (port := number(value))
    )


def labels(service: Service, one: Located) -> Iterator[Part]:
    """Labels that are not Traefik's, which are about routes."""
    for key, value, span in _labels(one):
        what = f"{service.name}: the label {shown(key)}"
        if key.startswith("traefik."):
            continue
        if is_taken(key):
            why = "engines, OCI's standard or the compiler write it"
            yield not_carried(span, what, why, "nothing, where only other tools read it")
        elif "$" in value.replace("$$", ""):
            yield not_carried(span, what, "its value is put together by compose", f"write `labels: {{{key[:80]}: …}}`")
        else:
            yield service.label(key, value.replace("$$", "$"), span)


def routes(service: Service, one: Located) -> Iterator[Part]:
    """What Traefik is told: hosts and paths become routes, and the port; all else is named."""
    for key, value, span in _labels(one):
        if _RULE.fullmatch(key):
            hosts = [host for found in _HOSTS.finditer(value) for host in _QUOTED.findall(found[1])]
            paths = _PREFIX.findall(value)
            if not hosts and not paths:
                yield not_carried(
                    span,
                    f"{service.name}: the rule of a router",
                    "it names neither a host nor a path that begins so",
                    f"write `route: {{host: …, path: …}}` below {service.name}",
                )
            for host in hosts or [""]:
                for path in paths or [""]:
                    yield service.add(
                        "routes", {**({"host": host} if host else {}), **({"path": path} if path else {})}, span
                    )
        elif key.startswith("traefik.") and ("middlewares" in key):
            yield not_carried(
                span,
                f"{service.name}: the label {shown(key)}",
                "the front door here is another one",
                f"write what it does as keys of `route` below {service.name}",
            )
