"""All services of a release as compose is told of them, and what follows from that for the steps of a deployment."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from speccompile.record import record
from speccompile.releases.documents import Part, step_number, whole
from speccompile.releases.doors import DOORS, NGINX, Door
from speccompile.releases.engines.compose import Compose
from speccompile.releases.routing import ports
from speccompile.releases.runner import Hands
from speccompile.releases.sidecars import labelled, lender, of
from speccompile.releases.wanted import Group, PlatformFailed, Wanted, Way

_UNITS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001, "us": 0.000001, "ns": 0.000000001}
_PATIENCE = 20.0  # seconds beside those of the probe in which a container gets started on a busy machine
_UNASKED = 60.0
_SETTLE = 4.0  # nginx asks again for addresses that are older than two seconds (`resolver … valid=2s`), and waits as long for an answer
_GRACE = 10.0


@record(kw_only=True)
class Composition:
    """The parts by service, what each service runs (where that is known; an image, but for programs without one), and the front door's configuration."""

    parts: Mapping[str, Part]
    images: Mapping[str, str]
    routes: str

    def document(self, app: str, config: str) -> str:
        """The compose file; *config* is where the front door's configuration lies on the machine."""
        images = {
            name: self.images[group]
            for group, one in self.parts.items()
            if group in self.images
            for name, told in one.content["services"].items()
            if not lender(told)
        }
        return whole(app, self.parts.values(), images, config)

    @property
    def sidecars(self) -> tuple[str, ...]:
        """The services that are a part of another one's instances, and whose images stand in their parts."""
        return tuple(
            name for part in self.parts.values() for name, told in part.content["services"].items() if lender(told)
        )

    def pinned(self, images: Mapping[str, str]) -> Composition:
        """The same with *images*, by service; those of sidecars, which have no part of their own, stand in the parts that they are of: a release keeps that."""
        beside = {name: image for name, image in images.items() if name not in self.parts}
        parts = {group: one.with_images(beside) for group, one in self.parts.items()} if beside else self.parts
        return replace(self, parts=parts, images={name: image for name, image in images.items() if name not in beside})

    @property
    def front(self) -> str:
        """The front door's service; "" where there is none."""
        return next(
            (
                name
                for part in self.parts.values()
                for name, one in part.content["services"].items()
                if one.get("configs")
            ),
            "",
        )

    @property
    def door(self) -> Door:
        """Its program: that whose configuration it is given; nginx where there is none."""
        given = (what["file"] for part in self.parts.values() for what in part.content["configs"].values())
        return next((DOORS[name] for file in given if (name := file.removeprefix("./")) in DOORS), NGINX)


def groups(
    hands: Hands, compose: Compose, composition: Composition, text: str, file: Path, watch: float
) -> tuple[Group, ...]:
    """What is wanted, by service: *text*, the compose file of *composition*, is written to *file*, and compose asked what comes of it. Raises
    ``PlatformFailed``."""
    put(file, text)
    resolved = resolve(hands, compose, file)
    hashes = _hashes(hands, compose, file)
    if composition.sidecars:
        put(file, labelled(text, hashes))
        hashes = _hashes(hands, compose, file)
    owner = {name: group for group, part in composition.parts.items() for name in part.content["services"]}
    routed = ports(composition.routes)
    found = []
    for group, part in composition.parts.items():
        told = part.content["services"]
        steps = tuple(sorted((name for name, one in told.items() if is_step(one)), key=step_number))
        workloads = tuple(
            _with_sidecars(
                _wanted(name, resolved[name], hashes.get(name, ""), str(file), watch, routed=name in routed),
                [_wanted(one, resolved[one], "", str(file), watch, routed=False) for one in of(told, name)],
            )
            for name in sorted(told, key=lambda name: (name != group, name))
            if name not in steps and not lender(told[name])
        )
        needs = frozenset(
            owner[need] for one in told.values() for need in one.get("depends_on") or () if need in owner
        ) - {group}
        front = any(one.get("configs") for one in told.values())
        found.append(Group(name=group, steps=steps, workloads=workloads, needs=needs, front=front))
    return tuple(found)


def _hashes(hands: Hands, compose: Compose, file: Path) -> dict[str, str]:
    """Compose's digest of all that each service of *file* is told."""
    lines = hands.answer(compose.hashes(str(file))).splitlines()
    return dict(line.split(maxsplit=1) for line in lines if line.strip())


def put(file: Path, text: str) -> None:
    """Let *file* hold *text*, for nobody else to read."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        new = file.with_name(
            f".{file.name}.{secrets.token_hex(4)}.new"
        )  # others may put a file of that name here just now
        try:
            new.write_text(text, encoding="utf-8")
            new.chmod(0o600)
            new.replace(file)
        finally:
            new.unlink(missing_ok=True)
    except OSError as problem:
        raise PlatformFailed(f"{problem.filename or file}: {problem.strerror}") from problem


def resolve(hands: Hands, compose: Compose, file: Path) -> dict[str, Any]:
    """The services of *file* with the values of all parameters."""
    try:
        found: dict[str, Any] = json.loads(hands.answer(compose.resolved(str(file))))["services"]
    except (ValueError, KeyError) as problem:
        raise PlatformFailed(f"compose does not say what it makes of {file}: {problem}") from problem
    return found


def _wanted(
    name: str, service: Mapping[str, Any], version: str, document: str, watch: float, *, routed: bool
) -> Wanted:
    check = service.get("healthcheck") or {}
    asked = bool(check.get("test")) and not check.get("disable")
    grace = seconds(service.get("stop_grace_period"), _GRACE)
    return Wanted(
        name=name,
        version=version,
        document=document,
        replicas=int((service.get("deploy") or {}).get("replicas") or service.get("scale") or 1),
        way=_way(service),
        patience=patience(check) if asked else _UNASKED,
        grace=grace,
        settle=_SETTLE if routed else 0.0,
        asked=asked,
        watch=watch,
    )


def _with_sidecars(wanted: Wanted, beside: Sequence[Wanted]) -> Wanted:
    """*wanted* with what is *beside* each of its instances: it may be well only after that is, and is no more than one where that may not be."""
    if not beside:
        return wanted
    alone = wanted.way is Way.BESIDE and any(one.way is Way.IN_PLACE for one in beside)
    return replace(
        wanted,
        way=Way.IN_PLACE if alone else wanted.way,
        patience=wanted.patience + sum(one.patience for one in beside),
        grace=max(wanted.grace, *(one.grace for one in beside)),
        asked=wanted.asked and all(one.asked for one in beside),
        sidecars=tuple(one.name for one in beside),
    )


def _way(service: Mapping[str, Any]) -> Way:
    if service.get("profiles"):
        return Way.ON_DEMAND
    shared = any(volume.get("type") != "bind" or not volume.get("read_only") for volume in service.get("volumes") or ())
    alone = shared or any(service.get(key) for key in ("ports", "container_name"))
    return Way.IN_PLACE if alone else Way.BESIDE


def patience(check: Mapping[str, Any]) -> float:
    """How long the engine itself takes at most to call it unhealthy (docs.docker.com/reference/dockerfile, HEALTHCHECK, for what is left out)."""
    once = seconds(check.get("interval"), 30.0) + seconds(check.get("timeout"), 30.0)
    return seconds(check.get("start_period"), 0.0) + once * (int(check.get("retries") or 3) + 1) + _PATIENCE


def seconds(text: object, default: float) -> float:
    """A duration as Go writes it (``1m30s``)."""
    if not isinstance(text, str):
        return default
    return sum(float(number) * _UNITS[unit] for number, unit in _parts(text)) or default


def _parts(text: str) -> Iterator[tuple[str, str]]:
    yield from re.findall(r"([0-9.]+)(h|ms|m|us|ns|s)", text)


def is_step(service: Mapping[str, Any]) -> bool:
    """Whether it ends, and is started by nobody else: a step of a release."""
    return service.get("restart") == "no" and not service.get("profiles")
