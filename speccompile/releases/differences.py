"""What is different between two releases, as people say it: which services came, went or run another image, and what else each is told otherwise.

Records name the texts by which a platform starts a service; those are compared by what they mean, key by key. A text is a stranger's: it is only ever
shown, never followed. Texts that are not JSON objects (nginx's configuration) are read by the strict reader of the compiler's own, or else said to differ.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from speccompile.diagnostics import quoted
from speccompile.nesting import is_too_deep
from speccompile.record import record
from speccompile.releases.record import Release, Released
from speccompile.verify.readers.nginx import Directive, NginxSyntaxError, read

_MOST = 20  # differences of one service that are said one by one
_LONGEST = 60
_NAMED = {"source", "target", "name"}


@record()
class Difference:
    """Something that is different: the service that it is about ("" for the whole), and what, in words."""

    service: str
    what: str


def differences(before: Release, after: Release, text: Callable[[str], bytes | None]) -> tuple[Difference, ...]:
    """What is different in *after*; *text* gives what the store has kept under a digest, None where that is not there."""
    names = sorted({*before.services, *after.services})
    found = [
        Difference(name, one)
        for name in names
        for one in _service(before.services.get(name), after.services.get(name), text)
    ]
    found += [Difference("", one) for one in _whole(before, after)]
    return tuple(found) + tuple(Difference("", one) for one in _routes(before.front_door, after.front_door, text))


def _service(before: Released | None, after: Released | None, text: Callable[[str], bytes | None]) -> Iterator[str]:
    if before is None or after is None:
        yield f"comes: {after.runs}" if after else "goes"
        return
    if before.runs != after.runs:
        what = "image" if before.image and after.image else "program"
        yield f"{what} {_short(before.runs)} → {_short(after.runs)}"
    if before.artifacts != after.artifacts:
        yield from _texts(text(before.artifacts), text(after.artifacts))
    if before.hosts != after.hosts:
        yield f"hosts {', '.join(before.hosts) or 'all'} → {', '.join(after.hosts) or 'all'}"
    if before.verified != after.verified:
        yield "verified" if after.verified else "no longer verified"


def _whole(before: Release, after: Release) -> Iterator[str]:
    for name in ("platform", "commit", "specs", "evidence"):
        old, now = getattr(before, name), getattr(after, name)
        if old != now:
            yield f"{name} {_digest(old)} → {_digest(now)}"
    for what, old_ones, new_ones in (
        ("parameters", before.parameters, after.parameters),
        ("patches", before.patches, after.patches),
    ):
        if new := sorted({*new_ones} - {*old_ones}):
            yield f"{what} added: {', '.join(new)}"
        if gone := sorted({*old_ones} - {*new_ones}):
            yield f"{what} removed: {', '.join(gone)}"


def _texts(before: bytes | None, after: bytes | None) -> Iterator[str]:
    if before is None or after is None:
        yield "what the platform is told, and the store has not kept both texts"
        return
    old, new = _object(before), _object(after)
    if old is None or new is None:
        yield "what the platform is told"
        return
    said = [one for one in _changes(old, new, ()) if not one.startswith("image ")]
    yield from said[:_MOST]
    if len(said) > _MOST:
        yield f"and {len(said) - _MOST} more"


def _changes(before: object, after: object, path: tuple[str, ...]) -> Iterator[str]:
    """What is different below *path*, a line each: keys of objects, elements of lists by what names them."""
    match before, after:
        case dict(), dict():
            for key in sorted({*before, *after}):
                yield from _entry(before, after, key, (*path, key))
        case list(), list() if _keyed(before) is not None and _keyed(after) is not None:
            yield from _changes(_keyed(before), _keyed(after), path)
        case list(), list():
            yield from _elements(before, after, path)
        case _ if _canonical(before) != _canonical(after):
            yield f"{_path(path)} {_value(before)} → {_value(after)}"


def _elements(before: list[Any], after: list[Any], path: tuple[str, ...]) -> Iterator[str]:
    """What is different between lists whose elements have no names."""
    old, new = [*map(_canonical, before)], [*map(_canonical, after)]
    said = [f"{_path(path)} {_value(one)} added" for one in after if _canonical(one) not in old]
    said += [f"{_path(path)} {_value(one)} removed" for one in before if _canonical(one) not in new]
    if not said and old != new:
        said = [f"{_path(path)} in another {'order' if sorted(old) == sorted(new) else 'number'}"]
    yield from said


def _canonical(value: object) -> str:
    """What tells values apart as JSON does: 1 is neither true nor 1.0."""
    return json.dumps(value, sort_keys=True)


def _entry(before: Mapping[str, Any], after: Mapping[str, Any], key: str, path: tuple[str, ...]) -> Iterator[str]:
    if key not in before:
        yield f"{_path(path)} {_value(after[key])} added"
    elif key not in after:
        yield f"{_path(path)} {_value(before[key])} removed"
    else:
        yield from _changes(before[key], after[key], path)


def _keyed(elements: list[Any]) -> dict[str, Any] | None:
    """A list of objects by what names each; None where they have no such key, or two have one name."""
    found: dict[str, Any] = {}
    for one in elements:
        names = [str(one[key]) for key in sorted(_NAMED) if isinstance(one, dict) and key in one]
        if not names or names[-1] in found:
            return None
        found[names[-1]] = one
    return found


def _path(path: tuple[str, ...]) -> str:
    """Where it is; what all services have in common is left out."""
    kept = path[2:] if path[:1] == ("services",) and len(path) > 2 else path
    return "".join(char if char.isprintable() else "?" for char in ".".join(kept))[:_LONGEST] or "the whole"


def _value(value: object) -> str:
    shown = quoted(value, _LONGEST)
    plain = shown[1:-1] if isinstance(value, str) and shown[1:-1].replace("-", "").replace(".", "").isalnum() else shown
    return plain if len(plain) <= _LONGEST else f"{plain[:_LONGEST]}…"


def _object(content: bytes) -> dict[str, Any] | None:
    try:
        text = content.decode()
        found = None if is_too_deep(text) else json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _routes(before: str | None, after: str | None, text: Callable[[str], bytes | None]) -> Iterator[str]:
    """Routes that come, go, or lead elsewhere."""
    if before == after:
        return
    old, new = (_routed(text(one) if one else b"") for one in (before, after))
    if old is None or new is None:
        yield "what the front door is told"
        return
    said = [f"route {route} → {new[route]} added" for route in sorted(new.keys() - old.keys())]
    said += [f"route {route} removed" for route in sorted(old.keys() - new.keys())]
    said += [
        f"route {route}: {old[route]} → {new[route]}"
        for route in sorted(old.keys() & new.keys())
        if old[route] != new[route]
    ]
    yield from said or ["how the front door treats requests; its routes are the same"]


def _routed(content: bytes | None) -> dict[str, str] | None:
    """Where requests go in nginx's configuration, by host and path; None where it cannot be read."""
    if content is None:
        return None
    try:
        directives = read(content.decode()).directives
    except (NginxSyntaxError, ValueError, RecursionError):
        return None
    found: dict[str, str] = {}
    servers = [one for top in directives if top.name == "http" for one in top.block or ()]
    upstreams = {one.args[0]: _first_server(one) for one in servers if one.name == "upstream" and one.args}
    for server in (one for one in servers if one.name == "server"):
        hosts = " ".join(arg for one in server.block or () if one.name == "server_name" for arg in one.args)
        for location in (one for one in server.block or () if one.name == "location"):
            found[f"{hosts.replace('_', '*') if hosts == '_' else hosts} {' '.join(location.args)}".strip()] = _leads(
                location, upstreams
            )
    return found


def _leads(location: Directive, upstreams: Mapping[str, str]) -> str:
    """Where a location leads: to a service and its port, else what it answers itself."""
    for one in location.block or ():
        if one.name in ("proxy_pass", "grpc_pass") and one.args:
            target = one.args[0].partition("://")[2].partition("/")[0]
            return upstreams.get(target, target)
        if one.name in ("return", "root", "alias", "try_files"):
            return f"{one.name} {' '.join(one.args)}"[:_LONGEST]
    return "nowhere"


def _first_server(upstream: Directive) -> str:
    return next((one.args[0] for one in upstream.block or () if one.name == "server" and one.args), upstream.args[0])


def _short(image: str) -> str:
    name, at, digest = image.partition("@")
    return f"{name}{at}{_digest(digest)}" if at else _digest(image)


def _digest(text: str | None) -> str:
    """A digest or a commit as people tell it from others."""
    if text is None:
        return "none"
    kind, colon, rest = text.partition(":")
    return f"{kind}:{rest[:12]}" if colon and len(rest) == 64 else text[:12] if len(text) in (40, 64) else text
