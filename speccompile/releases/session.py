"""One machine, ready to be deployed to: the tools that are there, our directory on it, the images that it has."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from speccompile.codes.releases import BAD_PART, NOT_THERE_YET, PLATFORM, VALUES
from speccompile.diagnostics import Diagnostic
from speccompile.digests import digest
from speccompile.errors import Refused
from speccompile.images.commands import Command
from speccompile.record import record
from speccompile.releases import pinning
from speccompile.releases.compose_platform import ComposePlatform
from speccompile.releases.composition import Composition, groups, put, resolve
from speccompile.releases.documents import asked_for
from speccompile.releases.engines.compose import Compose, Docker
from speccompile.releases.files import Place, place
from speccompile.releases.machine import Machine, here
from speccompile.releases.runner import Hands
from speccompile.releases.sidecars import lender
from speccompile.releases.site import Where
from speccompile.releases.wanted import Group, Instance, PlatformFailed
from speccompile.source import Span


class _Grounds(ComposePlatform):
    """The platform of a deployment that takes nothing away but what it replaces: what nobody wants any more has its own time to go."""

    def strangers(self, names: frozenset[str]) -> tuple[Instance, ...]:
        """None."""
        del names
        return ()


@record(kw_only=True)
class Session:
    """A machine that answers."""

    where: Where
    hands: Hands
    compose: Compose
    docker: Docker
    place: Place

    def file(self, name: str) -> Path:
        """A file of ours here, for compose to read; of each machine its own, as several are deployed to side by side."""
        address = self.where.machine.address
        of = digest(address.encode()).removeprefix("sha256:")[:12] if address else "."
        return Path(here(self.where.app, self.where.environment), of, name)

    def groups(self, composition: Composition, name: str) -> tuple[Group, ...]:
        """What *composition* comes to on this machine; raises ``PlatformFailed``."""
        file = self.file(f"{name}.json")
        return groups(self.hands, self.compose, composition, self.told(composition), file, self.where.watch)

    def told(self, composition: Composition) -> str:
        """The compose file of *composition*. Raises ``Refused`` where it asks for what only our own process knows, like a key to the store: what others
        may have written gets the values of this environment, and nothing else."""
        text = composition.document(self.where.app, f"{self.place.path}/{composition.door.config}")
        strange = sorted(asked_for(text) & os.environ.keys() - self.where.told.keys() - self.where.asked)
        if strange:
            what = f"it asks for {strange[0]}, which is a variable of this process and no value of {self.where.environment}"
            fix = f"if the release is right, write {strange[0]} into the file of values; else see who can write to the store"
            raise Refused([BAD_PART.at(Span("releases"), what, fix=fix)])
        return text

    def platform(self, composition: Composition) -> ComposePlatform:
        """The machine as what a deployment works on."""
        return self._as(ComposePlatform, composition)

    def grounds(self, *compositions: Composition) -> ComposePlatform:
        """The same for the agent, which takes nothing away but what it replaces; only the first of *compositions* counts, as versions stand in labels."""
        return self._as(_Grounds, compositions[0])

    def _as(self, kind: type[ComposePlatform], composition: Composition) -> ComposePlatform:
        return kind(
            hands=self.hands,
            compose=self.compose,
            docker=self.docker,
            place=self.place,
            front=composition.front,
            door=composition.door,
            routes=composition.routes,
        )

    def ready(self, composition: Composition) -> None:
        """Put the front door's configuration there before anything mounts it."""
        name = composition.door.config
        if composition.front and not self.place.read(name):
            self.place.write(name, composition.routes)

    def images(self, composition: Composition, built: frozenset[str], registry: str | None) -> dict[str, pinning.Image]:
        """The image of each service and sidecar of *composition*, fetched where it is not there; raises ``Refused`` for all that are nowhere. *built* are
        the services whose images a registry has only when deploy.yaml names one."""
        file = self.file("asked.json")
        put(file, self.told(composition))
        resolved = resolve(self.hands, self.compose, file)
        found: dict[str, pinning.Image] = {}
        missing: list[Diagnostic] = []
        first = {
            group: min(
                part.content["services"],
                key=lambda name: (name != group, lender(part.content["services"][name]) != "", name),
            )
            for group, part in composition.parts.items()
        }
        for owner, name in (*first.items(), *((one, one) for one in composition.sidecars)):
            reference = str(resolved[name]["image"])
            image = pinning.pinned(self.hands, self.docker, reference, fetch=owner not in built or registry is not None)
            if image is None:
                missing.append(pinning.missing(self.where.machine, owner, reference, built, registry))
            else:
                found[owner] = image
        if missing:
            raise Refused(missing)
        return found

    def lacking(self, images: Mapping[str, str]) -> list[Diagnostic]:
        """Those of *images*, by service, that the machine neither has nor can fetch."""
        return [
            pinning.missing(
                self.where.machine, name, image, frozenset((name,)), "its registry" if "@" in image else None
            )
            for name, image in images.items()
            if pinning.pinned(self.hands, self.docker, image, fetch="@" in image) is None
        ]

    def let_go(self, image: str) -> bool:
        """Take *image* away; the engine refuses what a container is of. Whether it is gone."""
        done = self.hands.try_(self.docker.untagged(image))
        return done.ok or "No such image" in done.errors

    def keep(self, image: str, name: str) -> None:
        """Give *image* a *name*, so that no clean-up of what has none takes it; that it could not is no reason to fail."""
        self.hands.try_(self.docker.tag(image, name))


def opened(hands: Hands, where: Where) -> Session:
    """The session on a machine; raises ``Refused`` when its engine or compose does not answer."""
    program = compose_program(hands, where.machine)
    around = where.machine.environment
    try:
        there = place(hands, where.machine, where.app, where.environment)
    except PlatformFailed as problem:
        raise refused(where.machine, problem) from problem
    compose = Compose(
        program=program,
        project=where.app,
        directory=there.path if where.machine.address else where.directory,
        values=where.values,
        environment=around,
    )
    return Session(where=where, hands=hands, compose=compose, docker=Docker(environment=around), place=there)


def compose_program(hands: Hands, machine: Machine) -> tuple[str, ...]:
    """How compose is called here; raises ``Refused`` when it is not installed, or the engine of *machine* does not answer."""
    alive = hands.try_(Command(("docker", "version", "--format", "{{.Server.Version}}"), machine.environment))
    if not alive.ok:
        said = (alive.errors or alive.output).strip().split("\n")[-1] or "docker is not installed here"
        fix = (
            "start the engine (systemctl start docker)"
            if machine.address is None
            else f"try: docker -H {machine.address} version"
        )
        raise Refused([PLATFORM.at(Span(str(machine)), f"the engine does not answer: {said}", fix=fix)])
    for words in (("docker", "compose"), ("docker-compose",)):
        if hands.try_(Command((*words, "version"))).ok:
            return words
    fix = "install the plugin docker-compose-plugin (docs.docker.com/compose/install)"
    raise Refused([NOT_THERE_YET.at(Span("docker compose"), "compose is not installed here", fix=fix)])


def refused(machine: Machine, problem: PlatformFailed) -> Refused:
    """What the platform said, as a finding."""
    said = str(problem)
    if "is missing a value" in said or "couldn't find env file" in said:
        fix = "copy .env.example, fill it in, and name the file in the environment's `values`, or call it .env beside the artifacts"
        return Refused([VALUES.at(Span(".env"), said.replace("\n", " "), fix=fix)])
    return Refused(
        [PLATFORM.at(Span(str(machine)), said.replace("\n", " "), fix="mend what it says, then run the command again")]
    )
