"""``speccompile inspect``: what an image says about where it comes from, and whether that is here."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping
from typing import Any

import click

from speccompile.cli.answering import format_option, refused, shown
from speccompile.cli.compile_options import compile_options
from speccompile.cli.engine_options import (
    checkout_of,
    engine_option,
)
from speccompile.cli.guard import Exit, guarded
from speccompile.cli.saying import say, say_json
from speccompile.cli.source_digests import source_digests
from speccompile.cli.workspace import Asked, Compiled, Workspace
from speccompile.codes.engines import DENIED, NO_IMAGE, OTHER_SPECS, UNREACHABLE
from speccompile.diagnostic_data import as_data
from speccompile.diagnostics import Diagnostic, quoted
from speccompile.errors import Refused
from speccompile.images import attestation
from speccompile.images import labels as known
from speccompile.images.checkout import Checkout
from speccompile.images.commands import host_of
from speccompile.images.credentials import credential
from speccompile.images.engines import choose
from speccompile.images.failures import Trouble
from speccompile.images.inspection import ImageFacts, local
from speccompile.images.referrers import attached
from speccompile.images.registries import login_command
from speccompile.images.registry_client import Client, Reference, RegistryError
from speccompile.images.report import size
from speccompile.images.runner import Runner
from speccompile.plan.plan import Service
from speccompile.plan.repository import LOCAL_TAG
from speccompile.record import record
from speccompile.source import Span

_EVIDENCE = ("verified", "verified-at", "dafny-verified", "tlc-verified")
_SHOWN = 5
_PREFIX = "com.spec-driven."


@click.command("inspect")
@click.argument("image", metavar="IMAGE")
@engine_option
@format_option
@compile_options
@click.pass_obj
def command(directory: str, image: str, asked: Asked, engine_name: str, style: str) -> None:
    """Tell from which specs an image was built, what was verified, and whether it matches this checkout.

    IMAGE is looked for in the engine, then in the registry that its name says; a service's name means what was built last of it.
    Exit code 1 when it does not match.

    Example: speccompile inspect ghcr.io/acme/bank:v1
    """

    def action(workspace: Workspace) -> Exit:
        runner = Runner()
        compiled, trouble = _project(workspace, asked)
        name = _named(compiled, image)
        try:
            place, facts = _found(runner, name, engine_name)
        except Refused as problem:
            return Exit.TRANSIENT if refused(problem, workspace, style) and _transient(problem) else Exit.FOUND
        state = checkout_of(runner, compiled) if compiled else Checkout()
        seen = _Seen(name, place, facts, compiled, state, trouble, _attestation(runner, name, facts))
        found = [*seen.differences(), *seen.changes()]
        if style == "json":
            status = "differs" if found else "ok"
            say_json({"status": status} | seen.data() | {"diagnostics": [as_data(d) for d in found]})
        else:
            say(seen.text())
            shown(found, workspace, style)
        return Exit.FOUND if found else Exit.FINE

    guarded(action, Workspace.at(directory), style)


def _named(compiled: Compiled | None, image: str) -> str:
    """*image*, or what compose starts where it is the name of a service here."""
    services = compiled.compilation.plan.services if compiled else ()
    return next((f"{one.repository.name}:{LOCAL_TAG}" for one in services if one.name == image), image)


def _found(runner: Runner, image: str, engine_name: str) -> tuple[str, ImageFacts]:
    """The image in an engine that works, else in its registry; raises ``Refused``."""
    if image[:1].isalnum():  # what is not is no image's name, and might be an engine's option
        for engine in choose(runner, engine_name).working:
            facts = local(runner, engine, image)
            if facts:
                return str(engine), facts
    reference, host = Reference.parse(image), host_of(image)
    if reference is None or (host == "docker.io" and not image.startswith("docker.io/")):
        message = f"no engine here has an image {quoted(image)}"
        raise Refused(
            [NO_IMAGE.at(Span(image), message, fix="build it, or name it with its registry, as it was pushed")]
        )
    try:
        return host, Client(host, credential(runner, f"{host}/{reference.path}", os.environ)).image(reference)
    except RegistryError as problem:
        raise Refused([_refusal(image, host, problem)]) from problem


def _refusal(image: str, host: str, problem: RegistryError) -> Diagnostic:
    message = f"no engine here has {quoted(image)}, and from {host}: {problem}"
    match problem.trouble:
        case Trouble.DENIED:
            return DENIED.at(Span(image), message, fix=f"log in: {login_command(host)}")
        case Trouble.TRANSIENT:
            return UNREACHABLE.at(Span(image), message, fix="try again when it answers")
        case _:
            return NO_IMAGE.at(Span(image), message, fix="check the name and the tag or digest")


def _transient(problem: Refused) -> bool:
    return all(d.code == UNREACHABLE.id for d in problem.diagnostics)


def _project(workspace: Workspace, asked: Asked) -> tuple[Compiled | None, str]:
    """The project here, when there is one that can be compiled; else why not."""
    try:
        return workspace.settled().compiled(asked), ""
    except Refused as problem:
        return None, f"the project here does not compile: {problem.diagnostics[0].message}"


def _attestation(runner: Runner, image: str, facts: ImageFacts) -> dict[str, Any] | None:
    """What is attached to the image in the registry that its name says; None where nothing is, or it cannot be asked."""
    reference, digest = Reference.parse(image), facts.manifest or facts.digest_at(image)
    if reference is None or digest is None or not image.startswith(f"{reference.host}/"):
        return None
    client = Client(reference.host, credential(runner, f"{reference.host}/{reference.path}", os.environ))
    try:
        found = attached(client, reference.path, digest, attestation.MEDIA_TYPE)
    except RegistryError:
        return None
    return next((held for content in found if (held := attestation.read(content, digest)) is not None), None)


def _attested(held: dict[str, Any] | None) -> str:
    """The standings that are attested, counted."""
    said = held.get("assertions") if held else None
    if not isinstance(said, list):
        return "nothing that is known"
    counted = Counter(str(one.get("standing")) for one in said if isinstance(one, dict))
    shown = ", ".join(f"{number} {name}" for name, number in sorted(counted.items()) if name.isprintable())
    return f"{len(said)} assertions: {shown} (not signed)"


@record()
class _Seen:
    """An image, where it was found, and the checkout that it is held against."""

    image: str
    place: str
    facts: ImageFacts
    compiled: Compiled | None
    checkout: Checkout
    trouble: str
    attestation: dict[str, Any] | None

    @property
    def labels(self) -> Mapping[str, str]:
        """The image's labels."""
        return self.facts.labels

    def _current(self) -> str | None:
        services = self.compiled.compilation.plan.services if self.compiled else ()
        return next((label.value for s in services for label in s.labels if label.key == known.SPEC_DIGEST), None)

    def differences(self) -> list[Diagnostic]:
        """Why the image is not this checkout's; nothing when it is, or there is nothing to compare with."""
        carried, current = self.labels.get(known.SPEC_DIGEST), self._current()
        if carried is None:
            message = "the image carries no digest of specs: speccompile did not build it"
            return [OTHER_SPECS.at(Span(self.image), message, fix="build it with `speccompile build`")]
        if self.compiled is None:
            return []
        if carried != current:
            message = f"the image is of specs {carried}, those here are {current}"
            fix = f"check out {self.labels.get(known.REVISION, 'its commit')}, or build anew: speccompile build"
            return [OTHER_SPECS.at(Span(self.image), message, fix=fix)]
        revision = self.labels.get(known.REVISION)
        if revision and self.checkout.commit and revision.removesuffix("-dirty") != self.checkout.commit:
            message = f"the specs are the same, but the image is of commit {revision}, this is {self.checkout.commit}"
            return [
                OTHER_SPECS.at(Span(self.image), message, fix=f"check out {revision}, or build anew: speccompile build")
            ]
        return []

    def changes(self) -> list[Diagnostic]:
        """Where the specs and the commit are those of the image: that the sources are not."""
        if self.compiled is None or self.differences():
            return []
        carried, service = self.labels.get(known.SOURCE_DIGEST), self._service()
        if carried and service:
            here = source_digests(self.compiled)[service.name]
            if carried == here:
                return []
            message = f"the specs are the same, but the image is of sources {carried}, those here are {here}"
        elif self.checkout.dirty and self.labels.get(known.REVISION) == self.checkout.commit:
            message = "the image is of the commit, and the sources here differ from it"
        else:
            return []
        listed = ", ".join(self.checkout.dirty[:_SHOWN])
        changed = f": {listed}" if listed else ""
        fix = "put the sources back, or build anew: speccompile build"
        return [OTHER_SPECS.at(Span(self.image), message + changed, fix=fix)]

    def _service(self) -> Service | None:
        """The service here that the image is of, by its title; the only one where it has none."""
        services = self.compiled.compilation.plan.services if self.compiled else ()
        title = self.labels.get(known.TITLE)
        titled = [one for one in services if any(of.key == known.TITLE and of.value == title for of in one.labels)]
        return titled[0] if len(titled) == 1 else services[0] if len(services) == 1 else None

    def _matches(self) -> bool | None:
        return None if self.compiled is None else not (self.differences() or self.changes())

    def _assertions(self) -> list[dict[str, str]]:
        """The assertions of the image's specs, which are known when they are those here."""
        if self.compiled is None or self.labels.get(known.SPEC_DIGEST) != self._current():
            return []
        return [
            {"id": one.assertion, "status": one.status, "text": one.text}
            for one in self.compiled.compilation.plan.assertions
        ]

    def data(self) -> dict[str, Any]:
        """As plain data."""
        said = self.labels
        return {
            "image": self.image,
            "found_in": self.place,
            "digest": self.facts.manifest,
            "digests": list(self.facts.digests),
            "id": self.facts.id,
            "size": self.facts.size,
            "layers": self.facts.layers,
            "title": said.get(known.TITLE),
            "version": said.get(known.VERSION),
            "revision": said.get(known.REVISION),
            "created": said.get(known.CREATED),
            "source": said.get(known.SOURCE),
            "base": {"name": said.get(known.BASE_NAME), "digest": said.get(known.BASE_DIGEST)},
            "spec_digest": said.get(known.SPEC_DIGEST),
            "assertion_count": said.get(f"{_PREFIX}assertions"),
            "assertions": self._assertions(),
            "evidence": {name: said.get(_PREFIX + name) for name in _EVIDENCE},
            "matches_checkout": self._matches(),
            "attestation": self.attestation,
        }

    def text(self) -> str:
        """For a person."""
        body = self.data()
        evidence = body["evidence"]
        verdict = {True: "yes", False: "no", None: f"cannot be told: {self.trouble}"}[body["matches_checkout"]]
        base = " ".join(filter(None, (body["base"]["name"], body["base"]["digest"])))
        rows = [
            ("Image", self.image),
            ("Found in", self.place),
            ("Image ID", self.facts.id),
            ("Digest", body["digest"] or "not known: a registry gives it"),
            ("Size", f"{size(self.facts.size)}, {self.facts.layers} layers"),
            ("Title", " ".join(filter(None, (body["title"], body["version"])))),
            ("Commit", body["revision"]),
            ("Created", body["created"]),
            ("Source", body["source"]),
            ("Base", base),
            ("Specs", body["spec_digest"]),
            ("Assertions", f"{body['assertion_count']} confirmed" if body["assertion_count"] else None),
            *(("", f"{one['id']} {one['status']}: {one['text']}") for one in body["assertions"]),
            ("Evidence", ", ".join(f"{name} {value}" for name, value in evidence.items() if value)),
            ("Attested", _attested(self.attestation)),
            ("This checkout", verdict),
        ]
        return "\n".join(f"{name + ':' if name else '':14} {value or 'not known'}" for name, value in rows)
