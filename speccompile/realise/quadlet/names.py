"""What units, containers, secrets and images are called: everything of an application begins with its name, as all of a user's units share one space."""

from __future__ import annotations

from speccompile.plan.image import Base
from speccompile.plan.repository import DOCKER_HUB, LOCAL_TAG, Repository
from speccompile.plan.workload import Workload

_LOCAL = "localhost"


def unit(app: str, name: str) -> str:
    """The unit of the workload *name*."""
    return f"{app}-{name}"


def units(app: str, workload: Workload, usually: int | None = None) -> tuple[str, ...]:
    """The units of *workload*: one, or one each where it runs several times. Where it runs *usually* as often, these are called as they are there."""
    name, count = unit(app, workload.name), workload.replicas.count
    first = name if (usually or count) == 1 else f"{name}_1"
    return (first, *(f"{name}_{number}" for number in range(2, count + 1)))


def directory(app: str, name: str) -> str:
    """Where the program of the workload *name* is installed that is in no container."""
    return f"/opt/{app}/{name}"


def shared(app: str, name: str) -> str:
    """The unit of a network or a volume; no workload's name has such a line in it, so no two services that quadlet makes have one name."""
    return f"{app}_{name}"


def built(repository: Repository) -> str:
    """What is built here and has no registry is in Podman's own store, which says localhost where others say nothing."""
    place = repository.name if repository.registry else f"{_LOCAL}/{repository.name}"
    return f"{place}:{LOCAL_TAG}"


def pulled(base: Base) -> str:
    """The full name of *base*: a short one is looked up in whatever registries a machine has configured (containers-registries.conf(5))."""
    first, slash, _ = base.reference.partition("/")
    if slash and (first == _LOCAL or set(first) & set(".:")):
        return base.pinned
    return f"{DOCKER_HUB}/{base.pinned}" if slash else f"{DOCKER_HUB}/library/{base.pinned}"


def secret(app: str, *parts: str) -> str:
    """What Podman calls a secret: «bank-db-password»."""
    return "-".join((app, *(part.lower().replace("_", "-") for part in parts)))


def settings(app: str) -> str:
    """Where the operator's parameters are: below /etc, or the user's ~/.config (%E of systemd.unit(5))."""
    return f"%E/{app}/parameters.env"
