"""This machine with systemd and quadlet, ready to be deployed to."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any

from speccompile.codes.releases import NO_IMAGE, PLATFORM
from speccompile.codes.units import NO_MACHINE, NOT_HAD
from speccompile.diagnostics import Diagnostic
from speccompile.errors import Refused
from speccompile.record import record
from speccompile.releases.composition import Composition
from speccompile.releases.engines import quadlet as engine
from speccompile.releases.engines.quadlet import Systemd
from speccompile.releases.pinning import Image
from speccompile.releases.quadlet.cellar import Cellar
from speccompile.releases.quadlet.once import Once
from speccompile.releases.quadlet.platform import QuadletPlatform
from speccompile.releases.quadlet.shelf import Shelf, shelf
from speccompile.releases.quadlet.told import Told, groups, told
from speccompile.releases.record import is_image
from speccompile.releases.runner import Hands
from speccompile.releases.site import Where
from speccompile.releases.wanted import Group, Instance, PlatformFailed
from speccompile.source import Span
from speccompile.verify.readers.unitfile import read

_PULLING = 1800.0
_LOCAL = "localhost/"
_FETCH = "_fetch"
_NOT_HAD = (
    "let this machine reach the store of the releases; for a closure name the cache and its key in nix.conf (substituters, trusted-public-keys), "
    "and let the cache have the path: nix copy --to CACHE PATH"
)


class _Grounds(QuadletPlatform):
    """The platform of a deployment that takes nothing away but what it replaces: what nobody wants any more has its own time to go."""

    def strangers(self, names: frozenset[str]) -> tuple[Instance, ...]:
        """None."""
        del names
        return ()


@record(kw_only=True)
class QuadletSession:
    """A machine that answers."""

    where: Where
    hands: Hands
    systemd: Systemd
    shelf: Shelf
    cellar: Cellar

    def groups(self, composition: Composition, name: str) -> tuple[Group, ...]:
        """What *composition* comes to on this machine."""
        del name
        return groups(composition, told(self.where.app, composition), self.where.watch)

    def platform(self, *compositions: Composition) -> QuadletPlatform:
        """The machine as what a deployment works on: the first of *compositions* is wanted, the others are what may be here."""
        return self._as(QuadletPlatform, compositions)

    def grounds(self, *compositions: Composition) -> QuadletPlatform:
        """The same for the agent, which takes nothing away but what it replaces."""
        return self._as(_Grounds, compositions)

    def _as(self, kind: type[QuadletPlatform], compositions: tuple[Composition, ...]) -> QuadletPlatform:
        return kind(
            hands=self.hands,
            systemd=self.systemd,
            shelf=self.shelf,
            cellar=self.cellar,
            app=self.where.app,
            versions=self._versions(compositions),
        )

    def ready(self, composition: Composition) -> None:
        """Nothing has to be there before."""

    def images(self, composition: Composition, built: frozenset[str], registry: str | None) -> dict[str, Image]:
        """The image of each service that runs one, by digest, fetched where a registry has it; raises ``Refused`` for all that are nowhere."""
        found: dict[str, Image] = {}
        missing: list[Diagnostic] = []
        for group, part in composition.parts.items():
            if part.program:
                continue
            unit = next(iter(part.content["services"][group]["units"].values()))
            reference = read(unit).value("Container", "Image") or ""
            fetch = (group not in built or registry is not None) and not reference.startswith(_LOCAL)
            image = self._pinned(reference, fetch=fetch)
            if image is None:
                missing.append(_missing(group, reference))
            else:
                found[group] = image
        if missing:
            raise Refused(missing)
        return found

    def lacking(self, images: Mapping[str, str]) -> list[Diagnostic]:
        """Those of *images* and programs, by service, that cannot be fetched. systemd fetches them: who asks may have no right to. Of images, what only a
        machine has is not looked for: its unit says so when it is started."""
        programs = {name: one for name, one in images.items() if not is_image(one)}
        return [
            *(
                _missing(name, image, why)
                for name, image in sorted(images.items())
                if name not in programs and "@" in image and (why := self._fetched(name, image)) is not None
            ),
            *(
                NOT_HAD.at(Span(name), f"{name} runs {one}, which cannot be brought here: {why}", fix=_NOT_HAD)
                for name, one in sorted(programs.items())
                if (why := self._brought(one)) is not None
            ),
        ]

    def keep(self, image: str, name: str) -> None:
        """Give *image* one more *name*; a program is kept as it is."""
        if is_image(image):
            self.hands.try_(engine.tag(image, name))

    def let_go(self, image: str) -> bool:
        """Have *image*, or a program, taken away; whether that was begun."""
        if not is_image(image):
            return self.cellar.let_go(image)
        return self.hands.try_(self.systemd.let_go(image)).ok

    def _versions(self, compositions: tuple[Composition, ...]) -> dict[str, tuple[Told, ...]]:
        found: dict[str, tuple[Told, ...]] = {}
        for composition in compositions:
            for name, one in told(self.where.app, composition).items():
                found[name] = (*found.get(name, ()), one)
        return found

    def _brought(self, program: str) -> str | None:
        """Why *program* is not here; None where it is, now at the latest."""
        try:
            self.cellar.bring(program)
        except PlatformFailed as problem:
            return " ".join(str(problem).split())
        return None

    def _fetched(self, name: str, image: str) -> str | None:
        """Let systemd fetch *image*, by a unit of quadlet's for that (podman-systemd.unit(5), ``.image``); why it could not, None when it has."""
        unit = f"{self.where.app}-{name}{_FETCH}"
        service = f"{unit}-image.service"
        self.shelf.remove(self.shelf.garbled())  # what should be there is written again when it is brought
        try:
            self.shelf.write(
                {f"{unit}.image": f"[Image]\nImage={image}\n\n[Service]\nTimeoutStartSec={_PULLING:.0f}\n"}
            )
            self.hands.ask(self.systemd.reloaded())
            done = self.hands.try_(self.systemd.restarted(service), timeout=_PULLING + 60)
            said = "" if done.ok else self.hands.try_(self.systemd.said(service)).output
            return None if done.ok else (said.strip() or done.errors.strip() or "it is not fetched").split("\n")[-1]
        finally:
            self.shelf.remove((f"{unit}.image",))
            self.hands.try_(self.systemd.stopped((service,)))
            self.hands.try_(self.systemd.forgotten((service,)))
            self.hands.try_(self.systemd.reloaded())

    def _pinned(self, reference: str, *, fetch: bool) -> Image | None:
        said = self.hands.try_(engine.image(reference))
        if not said.ok and fetch:
            self.hands.try_(engine.pull(reference), timeout=_PULLING)
            said = self.hands.try_(engine.image(reference))
        try:
            found: dict[str, Any] = json.loads(said.output)[0]
            return _image(reference, found)
        except (ValueError, LookupError, TypeError, AttributeError):
            return None


def _image(reference: str, found: Mapping[str, Any]) -> Image:
    """What Podman says of an image: with a digest of its registry, where it has one under this name."""
    name = reference.partition("@")[0]
    repository = name.rpartition(":")[0] if ":" in name.rpartition("/")[2] else name
    digests = (str(one).rpartition("@") for one in found.get("RepoDigests") or ())
    digest = next((one for place, _, one in digests if place == repository), None)
    known = digest and not repository.startswith(_LOCAL)
    id_ = str(found["Id"]).removeprefix("sha256:")
    verified = (found.get("Labels") or {}).get("com.spec-driven.verified") == "true"
    return Image(f"{repository}@{digest}" if known else f"sha256:{id_}", verified)


def opened(hands: Hands, where: Where) -> QuadletSession:
    """The session on this machine; raises ``Refused`` when systemd does not answer, or another machine is meant."""
    if where.machine.address is not None:
        message = f"{where.machine} is another machine, and units are started by systemd of this one"
        fix = "leave `host` and `hosts` out, deploy where the units run, and let the others follow: speccompile agent install --platform quadlet"
        raise Refused([NO_MACHINE.at(where.said, message, fix=fix)])
    user = os.geteuid() != 0
    systemd = Systemd(user)
    try:
        hands.ask(systemd.alive())
    except PlatformFailed as problem:
        fix = "deploy on a machine that systemd runs" + (
            ", as root or with a session of the user (loginctl enable-linger)" if user else ""
        )
        raise Refused(
            [PLATFORM.at(Span("systemd"), f"systemd does not answer: {problem}".replace("\n", " "), fix=fix)]
        ) from problem
    units = shelf(where.app, user=user)
    cellar = Cellar(app=where.app, once=Once(hands, systemd, units, where.app), kept=where.kept, user=user)
    return QuadletSession(where=where, hands=hands, systemd=systemd, shelf=units, cellar=cellar)


def _missing(group: str, reference: str, why: str | None = None) -> Diagnostic:
    said = f": {why}" if why else ""
    fix = "build it (`speccompile build --engine podman`), or push it (`speccompile build --push`) and log in to the registry (`podman login`)"
    return NO_IMAGE.at(
        Span(reference), f"{group} runs {reference}, which this machine neither has nor can fetch{said}", fix=fix
    )
