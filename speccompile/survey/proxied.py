"""What the tree's own nginx does for each service beside passing requests on: in its route where deploy.yaml has a key for it, else named once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.regex import regex
from speccompile.spec.archetypes import WEB_SERVICE
from speccompile.stacks import protocols
from speccompile.survey.found import Found
from speccompile.survey.nginxfile import Passed, passed
from speccompile.survey.routes import Routed, meant

_OF_CALLS = regex(r"/|/[A-Za-z_]\w{0,60}(?:\.\w{1,60}){0,10}")


@record()
class Held:
    """The route of a service, if it has one, and what is left of its locations for people to look after."""

    route: Routed | None
    unused: tuple[str, ...] = ()


def held(tree: Tree, services: Sequence[Found], routes: Mapping[str, Routed]) -> dict[str, Held]:
    """Of each of *services*, by name; *routes* are those that have one anyway."""
    web = [one for one in services if one.archetype == WEB_SERVICE]
    mine: dict[str, list[Passed]] = {}
    for found in passed(tree):
        if one := meant(web, found.host, found.port, any_host=True):
            mine.setdefault(one.name, []).append(found)
    return {one.name: _held(one, mine.get(one.name, []), routes.get(one.name), len(web)) for one in services}


def _held(one: Found, locations: Sequence[Passed], route: Routed | None, web: int) -> Held:
    calls = protocols.spoken(one.detection.facts) is not None
    if route is None and calls:
        route = _called(one, locations, web)
    path = route.path if route else "/"
    own = next((found for found in locations if found.path == path), None)
    keys = tuple(_keys(one, own, calls=calls)) if own else ()
    if own and keys:
        why = f"{own.file} passes {own.path} on to it, and says so of that"
        route = replace(route, keys=keys) if route else Routed(path, why, keys=keys)
    return Held(route, tuple(_unused(one, locations, own)))


def _called(one: Found, locations: Iterable[Passed], web: int) -> Routed | None:
    """Where calls come to a server of gRPC, which has no route by itself."""
    found = next((each for each in locations if each.calls and _OF_CALLS.fullmatch(each.path)), None)
    if found is None:
        return None
    host = f"{one.name}.localhost" if found.path == "/" and web > 1 else None
    return Routed(found.path, f"{found.file} passes calls of gRPC on to it", host=host)


def _keys(one: Found, own: Passed, *, calls: bool) -> Iterator[tuple[str, str]]:
    """What its route says besides. That it passes calls on is known of a server of gRPC; texts of calls are not compressed by who passes them on."""
    if own.calls and not calls and _OF_CALLS.fullmatch(own.path):
        yield "grpc", "true"
    yield from ((key, value) for key, value in own.told.keys if not (own.calls and key == "compression"))
    if own.told.users is not None:
        yield "basic_auth", _users(one)


def _users(one: Found) -> str:
    """The secret with those that get in."""
    return f"{one.name.upper().replace('-', '_')}_USERS"


def _unused(one: Found, locations: Sequence[Passed], own: Passed | None) -> Iterator[str]:
    """What deploy.yaml does not say: each location with keys of its own, each directive that has none, once."""
    if own and own.told.users is not None:
        lines = own.told.users or "the file of users"
        yield f"the secret {_users(one)} has the lines of {lines}, by which {own.file} lets people in to {one.name}"
    for found in locations:
        more = [f"{key}: {value}" for key, value in found.told.keys] if found is not own else []
        more += [f"basic_auth: {_users(one)}"] if found is not own and found.told.users is not None else []
        if more and (own is None or found.told.keys != own.told.keys or found.told.users != own.told.users):
            yield f"{found.file} has {', '.join(more)} for {found.path} of {one.name}: a route of its own in deploy.yaml"
    by_file: dict[str, dict[str, None]] = {}
    for found in locations:
        by_file.setdefault(found.file, {}).update(dict.fromkeys(found.told.lost))
    for file, names in by_file.items():
        if names:
            yield f"{', '.join(names)} in {file} for {one.name}: nothing is made of these"
