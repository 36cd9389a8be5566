"""State: where the file system may be written. All else is read-only.

deploy.yaml's ``writable`` paths become named volumes, and so do the paths that confirmed assertions say are written.
A confirmed assertion about checkpoints or resuming wants a volume that
outlives the container: at ``/var/lib/state``, told to the process by STATE_DIR, unless a writable path is declared.
What the sources write by literal paths is kept in memory where no volume is, and a warning says so; what they write beside the code cannot be written.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from dataclasses import replace

from speccompile.lower.draft import Draft
from speccompile.lower.naming import volume
from speccompile.lower.subject import Subject
from speccompile.lower.written import mounted, told
from speccompile.plan.workload import Literal, Volume
from speccompile.provenance import Cause, because
from speccompile.requirements.kinds import Files, Resume
from speccompile.spec.paths import can_be_written

CODE = "SC340"
TITLE = "state"

_STATE = "/var/lib/state"


def apply(subject: Subject, draft: Draft) -> Draft:
    """Add the volumes."""
    if subject.archetype == "library":
        return draft
    volumes = tuple(_declared(subject))
    environment = draft.environment
    resumes = subject.asks(Resume)
    if resumes and subject.archetype == "data-pipeline":
        origin = because(CODE, *(one.cause for one in resumes))
        target = volumes[0].target if volumes else _STATE
        volumes = volumes or (Volume(name=f"{subject.name}-state", target=_STATE, origin=origin),)
        environment = (*environment, Literal(name="STATE_DIR", value=target, origin=origin))
    volumes = _with(volumes, _written(subject))
    return replace(
        draft,
        state=volumes,
        notes=(*draft.notes, *told(subject, volumes, draft.stores)),
        environment=tuple(sorted(environment, key=lambda literal: literal.name)),
    )


def _declared(subject: Subject) -> Iterator[Volume]:
    for number, path in enumerate(subject.deploy.writable if subject.deploy else ()):
        yield _volume(subject, path, subject.deployed("writable", number))


def _written(subject: Subject) -> Iterator[Volume]:
    """What is written outlives the container where that is not the caller's own (a tool's)."""
    for one in subject.asks(Files) if subject.archetype != "cli-tool" else ():
        path = one.requirement.path
        directory = posixpath.dirname(path) if path and "." in posixpath.basename(path) else path
        if (
            one.requirement.access == "write"
            and directory
            and can_be_written(directory)
            and not _mounted(subject, directory)
        ):
            yield _volume(subject, directory, one.cause)


def _mounted(subject: Subject, directory: str) -> bool:
    """Whether *directory* is of the machine."""
    places = [one.target for one in mounted(subject, read_only=True)]
    return any(directory == one or directory.startswith(f"{one}/") for one in places)


def _volume(subject: Subject, path: str, cause: Cause) -> Volume:
    return Volume(name=volume(subject.name, path), target=path, origin=because(CODE, cause))


def _with(volumes: tuple[Volume, ...], others: Iterable[Volume]) -> tuple[Volume, ...]:
    """*volumes*, and those of *others* that are not at one of their paths, nor inside of it."""
    for other in others:
        if not any(other.target == one.target or other.target.startswith(f"{one.target}/") for one in volumes):
            volumes = (*volumes, other)
    return volumes
