"""A run that is ended when its time is over: coreutils' ``timeout`` (BusyBox' takes the same words) starts what the image starts.

It asks with SIGTERM and kills when the grace period of the workload is over; what asks the workload to stop it passes on. Images without it
(distroless) bound no run.
"""

from __future__ import annotations

from dataclasses import replace

from speccompile.plan.image import ImageRecipe
from speccompile.plan.workload import Workload


def bounded(workload: Workload, image: ImageRecipe) -> Workload:
    """*workload*, whose process is ended after the seconds of its deadline; as it is where there is none, or nothing in *image* could."""
    if workload.deadline is None or not image.has("timeout"):
        return workload
    return replace(
        workload,
        entrypoint=("timeout", "-k", str(workload.stop.grace), str(workload.deadline.seconds), *image.entrypoint),
        command=workload.command or image.command,
        started=workload.deadline.origin,
    )
