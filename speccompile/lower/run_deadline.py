"""A run that is ended when its time is over: coreutils' ``timeout`` (BusyBox' takes the same words) starts what the image starts.

It asks with SIGTERM and kills when the grace period of the container is over; what asks the container to stop it passes on. Images without it
(distroless) bound no run.
"""

from __future__ import annotations

from dataclasses import replace

from speccompile.lower.draft import RunDeadline
from speccompile.plan.container import Container
from speccompile.plan.image import ImageRecipe


def bounded(container: Container, image: ImageRecipe, deadline: RunDeadline | None) -> Container:
    """*container*, whose process is ended after the seconds of *deadline*; as it is where there is none, or nothing in *image* could."""
    if deadline is None or not image.has("timeout"):
        return container
    return replace(
        container,
        entrypoint=("timeout", "-k", str(container.stop.grace), str(deadline.seconds), *image.entrypoint),
        command=container.command or image.command,
        started=deadline.origin,
    )
