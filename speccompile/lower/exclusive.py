"""Exclusive runs: a second container of the job cannot do anything while the first one runs, whoever starts it and however.

The container has a fixed name, so that the engine refuses a second ``up``; but ``docker compose run`` makes up names of its own. So the job's
process takes a lock first, on a volume that all its containers share: the kernel holds it for as long as the process or a child of it lives.
A run that does not get the lock ends with status 75. Images without util-linux' flock (distroless, Alpine) have the name alone.
"""

from __future__ import annotations

from dataclasses import replace

from speccompile.plan.container import Container, Volume
from speccompile.plan.image import ImageRecipe
from speccompile.provenance import because, merged

CODE = "SC382"
TITLE = "exclusive runs"

_LOCK = "/run/exclusive"
_FLOCK = ("flock", "--nonblock", "--conflict-exit-code", "75", "--no-fork", _LOCK)


def locked(container: Container, image: ImageRecipe) -> Container:
    """*container*, which takes the lock before it starts what *image* starts, if it is exclusive."""
    if not container.replicas.exclusive or not image.has("flock"):
        return container
    return replace(
        container,
        entrypoint=(*_FLOCK, *(container.entrypoint or image.entrypoint)),
        command=container.command or image.command,
        started=merged((container.replicas.origin, *((container.started,) if container.started else ()))),
        volumes=(
            *container.volumes,
            Volume(
                name=f"{container.name}-lock", target=_LOCK, origin=because(CODE, *container.replicas.origin.causes)
            ),
        ),
    )
