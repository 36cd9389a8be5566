"""Earlier releases, read for what they ran: what a deployment can go back to, and what a rollback goes to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from speccompile.codes.releases import BAD_PART, IRREVERSIBLE, NO_RELEASE, ROUTES_DIFFER
from speccompile.codes.units import NO_STARTER
from speccompile.diagnostics import Diagnostic
from speccompile.errors import Refused
from speccompile.record import record
from speccompile.releases.composition import Composition
from speccompile.releases.documents import Part, checked
from speccompile.releases.record import Release, Released
from speccompile.releases.routing import ports
from speccompile.releases.store import Store
from speccompile.source import Span

_PROGRAMS = "quadlet"
"""The platform that runs programs without a container, too."""


@record()
class Goal:
    """What a rollback goes to: what each service was, and the release where that is from."""

    services: Mapping[str, Released]
    releases: Mapping[str, int]


def newest(store: Store) -> Release | None:
    """The last release; None where there is none. Raises ``Refused`` when it cannot be read."""
    numbers = store.numbers()
    return store.read(numbers[-1]) if numbers else None


Check: TypeAlias = Callable[[bytes, str], Part]


def composition(
    store: Store, services: Mapping[str, Released], front_door: str | None, check: Check = checked
) -> Composition:
    """What the platform was told of *services*; raises ``Refused`` where that is not there or not the compiler's, as *check* says (that of compose)."""
    parts = {name: _part(store, name, one, check) for name, one in services.items()}
    images = {name: one.runs for name, one in services.items()}
    routes = _text(store, front_door, "the front door").decode("utf-8", "replace") if front_door else ""
    return Composition(parts=parts, images=images, routes=routes)


def startable(release: Release) -> None:
    """Raise ``Refused`` (SC736) where a service of *release* runs no image, and its platform starts nothing else."""
    if release.platform == _PROGRAMS:
        return
    for name, one in sorted(release.services.items()):
        if one.image is None:
            raise _not_started(name, f"{name} runs {one.runs[:80]}, which is no image")


def _not_started(name: str, message: str) -> Refused:
    fix = "deploy again from the specs, which records a release of its own; or follow it with the tool that made it"
    return Refused([NO_STARTER.at(Span(name), message, fix=fix)])


def goal(store: Store, now: Release, chosen: Sequence[str], to: int | None) -> Goal:
    """What *chosen* services (all, where none is named) were in release *to*; without that, in the last one in which they were something else.
    Raises ``Refused``."""
    names = tuple(chosen) or tuple(now.services)
    target = _alike(_read(store, to), now) if to is not None else None
    if target is None and not chosen:
        target = next((one for one in _earlier(store, now) if _runs(one) != _runs(now)), None)
        if target is None:
            raise Refused([_none(f"no release before {now.number} ran anything else")])
    found: dict[str, Released] = {}
    releases: dict[str, int] = {}
    problems = []
    for name in names if chosen else tuple(target.services if target else ()):
        source = target or next(
            (one for one in _earlier(store, now) if name in one.services and _of(one, name) != _of(now, name)), None
        )
        if source is None or name not in source.services:
            problems.append(
                _none(
                    f"{name} ran nothing else in any release before {now.number}"
                    if to is None
                    else f"there was no {name} in release {to}"
                )
            )
            continue
        found[name], releases[name] = source.services[name], source.number
    if problems:
        raise Refused(problems)
    return Goal(found, releases)


def objections(store: Store, now: Release, to: Goal) -> tuple[Diagnostic, ...]:
    """Steps of releases since then that cannot be undone, and ports at which the front door does not look."""
    found = []
    for number in (one for one in store.numbers() if one <= now.number):
        release = store.read(number)
        for name, source in to.releases.items():
            one = release.services.get(name)
            if one and one.irreversible and one.from_release == number and source < number:
                fix = "deploy a version that works with the data as they are now, or go back all the same with --force"
                found.append(
                    IRREVERSIBLE.at(
                        Span(name),
                        f"release {number} ran a step of {name} after which release {source} does not work",
                        fix=fix,
                    )
                )
    return tuple(found)


def moved_ports(now: Composition, then: Composition, names: Sequence[str]) -> tuple[Diagnostic, ...]:
    """Services of which the front door of *now* looks at another port than that of *then*."""
    here, there = ports(now.routes), ports(then.routes)
    return tuple(
        ROUTES_DIFFER.at(
            Span(name),
            f"{name} listened on port {there[name]} then, and the front door asks it at port {here[name]}",
            fix="go back with all services (name none), and the front door goes back with them",
        )
        for name in names
        if name in here and name in there and here[name] != there[name]
    )


def _earlier(store: Store, now: Release) -> list[Release]:
    earlier = (store.read(number) for number in reversed(store.numbers()) if number < now.number)
    return [one for one in earlier if one.platform == now.platform]


def _alike(release: Release, now: Release) -> Release:
    """*release*, which *now* can go back to: what another platform was told is nothing that this one understands."""
    if release.platform == now.platform:
        return release
    raise Refused([_none(f"release {release.number} was deployed to {release.platform}, and this is {now.platform}")])


def _runs(release: Release) -> dict[str, tuple[str | None, str]]:
    return {name: _of(release, name) for name in release.services}


def _of(release: Release, name: str) -> tuple[str | None, str]:
    one = release.services.get(name)
    return (one.runs, one.artifacts) if one else (None, "")


def _read(store: Store, number: int) -> Release:
    try:
        return store.read(number)
    except KeyError:
        raise Refused([_none(f"there is no release {number}")]) from None


def _none(message: str) -> Diagnostic:
    return NO_RELEASE.at(Span("rollback"), message, fix="`speccompile releases list` shows the releases that there are")


def _part(store: Store, name: str, one: Released, check: Check) -> Part:
    part = check(_text(store, one.artifacts, name), name)
    if name not in part.content["services"]:
        raise Refused(
            [
                BAD_PART.at(
                    Span(name), f"what was kept of {name} is of another service", fix="deploy again from the specs"
                )
            ]
        )
    if part.program == (one.image is not None):
        kind = "a program that systemd starts" if part.program else "a container"
        raise _not_started(name, f"{name} is {kind}, and its release says that it runs {one.runs[:80]}")
    return part


def _text(store: Store, digest: str, what: str) -> bytes:
    try:
        return store.kept(digest)
    except KeyError:
        message = f"the store has not kept what compose was told of {what} ({digest[:19]}…)"
        raise Refused([BAD_PART.at(Span(what), message, fix="deploy again from the specs")]) from None
