"""What holds for an archetype before any rule has looked at the specs."""

from __future__ import annotations

from speccompile.lower.draft import Draft, Exposure
from speccompile.lower.subject import ARCHETYPE, Subject
from speccompile.plan.workload import Hardening, Limits, Logs, Replicas, Restart, RestartPolicy, Scratch, Stop
from speccompile.provenance import Origin, because

CODE = ARCHETYPE
TITLE = "archetype defaults"

_GRACE = {"web-service": 10, "cli-tool": 10, "data-pipeline": 30, "library": 10}


def hardening(origin: Origin) -> Hardening:
    """What no workload may, because of *origin*."""
    return Hardening(read_only=True, no_capabilities=True, no_new_privileges=True, origin=origin)


def logs(origin: Origin) -> Logs:
    """What is kept of what a workload says: enough for a look back, and never a full disk. What rotates logs counts in powers of 1000."""
    return Logs(files=3, size=10 * 10**6, origin=origin)


def initial(subject: Subject) -> Draft:
    """The draft that the rules start from; all of it follows from the archetype."""
    origin = because(CODE, subject.because_of_archetype)
    stays = subject.server or subject.role == "worker"
    policy = RestartPolicy.ALWAYS if stays else RestartPolicy.NEVER
    told = (subject.deployed("role"),) if subject.deploy and subject.deploy.role else ()
    return Draft(
        exposure=Exposure(public=subject.server, network=True, entries=(), origin=origin),
        stop=Stop(signal="SIGTERM", grace=_GRACE[subject.archetype], origin=origin),
        limits=Limits(memory=512 * 2**20, cpus=1.0, pids=256, origin=origin),
        restart=Restart(policy=policy, origin=because(CODE, *(told or (subject.because_of_archetype,)))),
        replicas=Replicas(count=1, exclusive=False, origin=origin),
        scratch=(Scratch(target="/tmp", size=64 * 2**20, mode=0o1777, origin=origin),),  # noqa: S108  # in the container
        origin=origin,
    )
