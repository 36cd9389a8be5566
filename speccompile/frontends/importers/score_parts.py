"""Of a Score workload: how a container is asked whether it is well, the volumes that it has, and its port."""

from __future__ import annotations

from collections.abc import Iterator

from speccompile.frontends.importers.keys import (
    Keys,
    beginning,
    items,
    key_at,
    not_carried,
    number,
    table,
    tables,
    text,
    under,
    wrong_shape,
)
from speccompile.frontends.importers.parts import Part, Service
from speccompile.frontends.wording import shown
from speccompile.source import Span
from speccompile.spec.located import Located

RESOURCES = Keys(
    of="resources of a container",
    carried={"limits": "`resources`"},
    needless={"requests": "what is asked for at least is said key by key"},
)
LIMITS = Keys(of="limits", carried={"cpu": "`resources.cpus`", "memory": "`resources.memory`"})
_SERVICE = Keys(of="service", carried={"ports": "`port`"})
_PORT = Keys(
    of="ports of the service",
    carried={"targetPort": "`port`", "port": "`port`, where there is no `targetPort`", "protocol": "TCP alone"},
)
_PROBES = {"readinessProbe": "health.ready", "livenessProbe": "health.live"}
_PROBE = Keys(of="a probe", carried={"httpGet": "`health`"})


def shapes(value: Located) -> Iterator[Part]:
    """What stands where the format has a mapping, and keys of ports that it does not know."""
    yield from _SERVICE.rest(value.get("service"), "service")
    for keys in (("containers",), ("resources",), ("service", "ports")):
        for name, one, span in items(value, *keys):
            if not isinstance(one, Located):
                yield wrong_shape(span, f"{shown(name)} of `{'.'.join(keys)}`", one, "a mapping")
            elif keys[-1] == "ports":
                yield from _PORT.rest(one, f"the port {shown(name)}")


def probe(service: Service, one: Located) -> Iterator[Part]:
    """The paths at which it is asked: of one probe for both, of two each its own."""
    asking = [key for key in _PROBES if text(under(one, key, "httpGet", "path"))]
    for key, its in _PROBES.items():
        asked = table(one, key, "httpGet")
        if asked and (path := text(asked.get("path"))):
            yield from _PROBE.rest(one[key], f"{service.name}: {key}")
            yield service.put(its if len(asking) > 1 else "health.path", path, key_at(asked, "path"))
            yield from _FROM_PROBE.rest(asked, f"{service.name}: {key}")
        elif key in one:
            yield not_carried(
                key_at(one, key),
                f"{service.name}: `{key}`",
                "a server is asked for a path, in HTTP",
                f"write `health: {{path: /healthz}}` below {service.name}, where it has one",
            )


_FROM_PROBE = Keys(
    of="httpGet",
    carried={"path": "`health.path`", "port": "the port of the service"},
    needless={
        "scheme": "what the server speaks follows from its sources",
        "host": "the service itself is asked",
        "httpHeaders": "the service itself is asked",
    },
)


VOLUME = Keys(
    of="a volume of a container",
    carried={"target": "`writable`", "path": "`writable`, where there is no `target`"},
    lost={
        "readOnly": (
            "a volume is its service's own, which may write there",
            "let the service that writes the files give them out, or write `mounts` with a directory of the machine",
        ),
    },
    needless={"source": "it is a resource of the file, and a volume of this service here"},
)


KEYS = (VOLUME, RESOURCES, LIMITS, _SERVICE, _PORT, _PROBE, _FROM_PROBE)


def volumes(service: Service, one: Located) -> Iterator[Part]:
    """Directories that outlive a container."""
    said = one.get("volumes")
    if isinstance(said, Located):  # by the path in the container: specification from 2024 on
        for path, volume, span in items(said):
            yield service.add("writable", path, span)
            yield from VOLUME.rest(volume, f"{service.name}: {path}")
            yield from _below(service, volume, "path")
    for item in tables(said):
        if item is not said and (target := text(item.get("target", item.get("path")))):
            yield service.add("writable", target, beginning(item))
            yield from VOLUME.rest(item, f"{service.name}: {target}")
            yield from _below(service, item, "path") if "target" in item else ()


def _below(service: Service, volume: object, key: str) -> Iterator[Part]:
    """What of a volume is mounted, where that is not all of it."""
    if isinstance(volume, Located) and volume.get(key):
        what = f"{service.name}: the directory {shown(str(volume[key]))} in a volume"
        fix = "let the program write to a directory of its own below it"
        yield not_carried(key_at(volume, key), what, "a volume is mounted as a whole", fix)


def port(value: Located, service: Service, *, single: bool) -> Iterator[Part]:
    found = [(name, one) for name, one, _ in items(value, "service", "ports") if isinstance(one, Located)]
    for index, (name, entry) in enumerate(found):
        listens = number(entry.get("targetPort")) or number(entry.get("port"))
        span = key_at(entry, "targetPort" if "targetPort" in entry else "port")
        if str(entry.get("protocol", "TCP")).upper() != "TCP":
            what = f"the port {shown(name)} of {shown(str(entry['protocol']))}"
            yield not_carried(span, what, "a service listens on a port of TCP", "publish it beside what is generated")
        elif index or not single:
            yield not_carried(
                span,
                f"the port {shown(name)}",
                "a service listens on one port here" if index else "the file does not say which container it is of",
                f"write `port: {listens}` below the service that listens there",
            )
        elif listens:
            yield service.put("port", listens, span)
    if not found and single:
        yield service.put("role", "worker", _service_span(value))


def _service_span(value: Located) -> Span:
    """Where the file would say how it is reached."""
    return key_at(value, "service" if "service" in value else "containers")
