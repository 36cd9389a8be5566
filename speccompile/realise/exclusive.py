"""Exclusive runs: a second container of the job cannot do anything while the first one runs, whoever starts it and however.

The container has a fixed name, so that the engine refuses a second ``up``; but ``docker compose run`` makes up names of its own. So the job's
process takes a lock first, on a volume that all its containers share: the kernel holds it for as long as the process or a child of it lives.
A run that does not get the lock ends with status 75. Images without util-linux' flock (distroless, Alpine) have the name alone.
"""

from __future__ import annotations

from dataclasses import replace

from speccompile.plan.image import ImageRecipe
from speccompile.plan.workload import Volume, Workload
from speccompile.provenance import because, merged

CODE = "SC382"
TITLE = "exclusive runs"

_LOCK = "/run/exclusive"
_FLOCK = ("flock", "--nonblock", "--conflict-exit-code", "75", "--no-fork", _LOCK)


def locked(workload: Workload, image: ImageRecipe) -> Workload:
    """*workload*, which takes the lock before it starts what *image* starts, if it is exclusive."""
    if not workload.replicas.exclusive or not image.has("flock"):
        return workload
    return replace(
        workload,
        entrypoint=(*_FLOCK, *(workload.entrypoint or image.entrypoint)),
        command=workload.command or image.command,
        started=merged((workload.replicas.origin, *((workload.started,) if workload.started else ()))),
        volumes=(
            *workload.volumes,
            Volume(name=f"{workload.name}-lock", target=_LOCK, origin=because(CODE, *workload.replicas.origin.causes)),
        ),
    )


def takes_lock(entrypoint: tuple[str, ...]) -> bool:
    """Whether what is started so takes the lock."""
    return entrypoint[: len(_FLOCK)] == _FLOCK
