"""State: where the file system may be written. All else is read-only.

deploy.yaml's ``writable`` paths become named volumes. A confirmed assertion about checkpoints or resuming wants a volume that
outlives the container: at ``/var/lib/state``, told to the process by STATE_DIR, unless a writable path is declared.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from speccompile.lower.draft import Draft
from speccompile.lower.naming import volume
from speccompile.lower.subject import Subject
from speccompile.plan.container import Literal, Volume
from speccompile.provenance import because
from speccompile.requirements.kinds import Resume

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
    return replace(
        draft,
        state=volumes,
        environment=tuple(sorted(environment, key=lambda literal: literal.name)),
    )


def _declared(subject: Subject) -> Iterator[Volume]:
    for number, path in enumerate(subject.deploy.writable if subject.deploy else ()):
        yield Volume(
            name=volume(subject.name, path), target=path, origin=because(CODE, subject.deployed("writable", number))
        )
