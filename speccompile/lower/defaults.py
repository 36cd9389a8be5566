"""What holds for an archetype before any rule has looked at the specs."""

from __future__ import annotations

from speccompile.lower.draft import Draft, Exposure
from speccompile.lower.subject import ARCHETYPE, Subject
from speccompile.plan.container import Limits, Replicas, Restart, RestartPolicy, Stop, Tmpfs
from speccompile.provenance import because

CODE = ARCHETYPE
TITLE = "archetype defaults"

_GRACE = {"web-service": 10, "cli-tool": 10, "data-pipeline": 30, "library": 10}


def initial(subject: Subject) -> Draft:
    """The draft that the rules start from; all of it follows from the archetype."""
    origin = because(CODE, subject.because_of_archetype)
    stays = subject.server or subject.role == "worker"
    policy = RestartPolicy.UNLESS_STOPPED if stays else RestartPolicy.NEVER
    told = (subject.deployed("role"),) if subject.deploy and subject.deploy.role else ()
    return Draft(
        exposure=Exposure(public=subject.server, network=True, host=None, path="/", origin=origin),
        stop=Stop(signal="SIGTERM", grace=_GRACE[subject.archetype], origin=origin),
        limits=Limits(memory=512 * 2**20, cpus=1.0, pids=256, origin=origin),
        restart=Restart(policy=policy, origin=because(CODE, *(told or (subject.because_of_archetype,)))),
        replicas=Replicas(count=1, exclusive=False, origin=origin),
        scratch=(Tmpfs(target="/tmp", options=("size=64m", "mode=1777"), origin=origin),),  # noqa: S108  # in the container
        origin=origin,
    )
