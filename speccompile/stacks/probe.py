"""The health module of programs whose language is no good one for it: Go's, compiled in a stage of its own to one static file.

A runtime of its own (.NET's, Erlang's) would be started anew at every question, every few seconds: a tenth of a second of a whole core, and tens
of megabytes beside the program in its memory limit; and in an image without a shell or an interpreter nothing else could be started at all.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from speccompile.plan.image import Base, Copy, Mount, Stage
from speccompile.stacks.facts import Chosen
from speccompile.stacks.request import Request
from speccompile.stacks.steps import QUIET, Steps
from speccompile.stacks.versions import GO
from speccompile.stacks.written import HOME
from speccompile.vocabulary import Language

LANGUAGE: Language = "go"
HEALTH = f"{HOME}/health"
SMALL = ("-trimpath", "-ldflags=-s -w")
COMPILER = Chosen("go", GO.usual, "default")
"""What compiles it where the program itself is in another language."""


def golang(steps: Steps, version: Chosen) -> Base:
    """The image with Go's compiler in the release *version*."""
    return steps.base(f"golang:{version.value}-bookworm", version)


def caches(steps: Steps) -> tuple[Mount, ...]:
    """What was fetched and compiled before. The go command locks its caches itself, so builds share them."""
    places = (("/go/pkg/mod", "go-mod"), ("/root/.cache/go-build", "go-build"))
    return tuple(
        Mount(kind="cache", options=(("target", target), ("id", name)), origin=steps.origin) for target, name in places
    )


def compiled(steps: Steps, request: Request, version: Chosen) -> Iterator[Stage]:
    """The stage that compiles it, where it is asked for: whatever the service's own sources demand does not touch it."""
    if request.health is None:
        return
    source, _ = request.health
    yield steps.stage(
        "probe",
        golang(steps, version),
        (
            steps.workdir(),
            steps.env({"CGO_ENABLED": "0", **QUIET, "GOTOOLCHAIN": "local"}),
            Copy(sources=(source,), target="./", generated=True, origin=request.origin),
            steps.run(("go", "build", *SMALL, "-o", HEALTH, posixpath.basename(source)), mounts=caches(steps)),
        ),
    )


def brought(request: Request) -> Iterator[Copy]:
    """The program, into the final stage."""
    if request.health:
        yield Copy(sources=(HEALTH,), target=HEALTH, stage="probe", origin=request.origin)


def argv(request: Request) -> tuple[str, ...]:
    """What asks for health."""
    return (HEALTH,) if request.health else ()
