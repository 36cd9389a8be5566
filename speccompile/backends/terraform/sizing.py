"""How big the one machine is: the smallest of a short list that holds what all containers together may take."""

from __future__ import annotations

from speccompile.plan.plan import Plan
from speccompile.realise.compose import realised
from speccompile.realise.compose_plan import Container
from speccompile.record import record

GIB = 2**30
SYSTEM = GIB // 2
"""What the system, the engine and its logs take, in bytes."""


@record()
class Size:
    """An instance type by architecture, with its memory in GiB and its CPUs (aws.amazon.com/ec2/instance-types)."""

    amd64: str
    arm64: str
    memory: int
    cpus: int


SIZES = (
    Size("t3.small", "t4g.small", 2, 2),
    Size("t3.medium", "t4g.medium", 4, 2),
    Size("t3.large", "t4g.large", 8, 2),
    Size("t3.xlarge", "t4g.xlarge", 16, 4),
    Size("t3.2xlarge", "t4g.2xlarge", 32, 8),
    Size("m7i.4xlarge", "m7g.4xlarge", 64, 16),
    Size("m7i.8xlarge", "m7g.8xlarge", 128, 32),
    Size("m7i.16xlarge", "m7g.16xlarge", 256, 64),
)


def containers(plan: Plan) -> tuple[Container, ...]:
    """All that runs on the machine: what compose is told."""
    return realised(plan).containers


def memory(plan: Plan) -> int:
    """The bytes that all containers may take at once, and the system."""
    return SYSTEM + sum(one.limits.memory * one.replicas.count for one in containers(plan))


def cpus(plan: Plan) -> float:
    """The CPUs of the container that may take the most: an engine starts none that may take more than there are."""
    return max((one.limits.cpus for one in containers(plan)), default=0)


def size(plan: Plan) -> Size | None:
    """The smallest machine that is big enough; None where none is."""
    fitting = (one for one in SIZES if one.memory * GIB >= memory(plan) and one.cpus >= cpus(plan))
    return next(fitting, None)


def architecture(plan: Plan) -> str:
    """arm64, which costs less, where all images are built for it; else amd64."""
    return "arm64" if all("linux/arm64" in service.platforms for service in plan.services) else "amd64"
