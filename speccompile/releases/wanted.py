"""What shall run, what runs, and what a platform can be asked: all that the steps of a deployment know of one."""

from __future__ import annotations

from enum import Enum
from typing import Protocol

from speccompile.record import record


class State(Enum):
    """How an instance is, by its platform's own word. RUNNING is one that nothing asks whether it is well."""

    STARTING = "starting"
    HEALTHY = "healthy"
    RUNNING = "running"
    UNHEALTHY = "unhealthy"
    STOPPED = "stopped"


SERVING = (State.HEALTHY, State.RUNNING)


@record()
class Instance:
    """A container (or its like): its id, the version of which it is, how it is, and when it was made (texts in order of time). ``why`` says what of it is
    not well, where that is not its own program: it may have sidecars, which are a part of it."""

    id: str
    version: str
    state: State
    made: str
    why: str = ""


class Way(Enum):
    """How a new version takes the place of an old one.

    BESIDE: both run for a while. IN_PLACE: the old one ends first, as there may be only one (it has data, a port of the host, or the specs say
    so). ON_DEMAND: nothing runs until a schedule or somebody starts it.
    """

    BESIDE = "beside"
    IN_PLACE = "in place"
    ON_DEMAND = "on demand"


@record(kw_only=True)
class Wanted:
    """A workload as it shall be: ``version`` is the platform's own digest of all that it is told, ``document`` the file that tells it.

    ``patience`` are the seconds within which it must be well, ``grace`` those that it has to end, ``settle`` those that the front door takes to learn
    where it is; ``asked`` is whether anything asks it whether it is well. ``watch`` are the seconds after which it is trusted. ``sidecars`` are the names
    of what is beside each of its instances and a part of it.
    """

    name: str
    version: str
    document: str
    replicas: int
    way: Way
    patience: float
    grace: float
    settle: float
    asked: bool
    watch: float
    sidecars: tuple[str, ...] = ()


@record(kw_only=True)
class Group:
    """A service with all that runs in its image: ``steps`` are run once before, ``needs`` are the services that come first.

    ``front`` is whether it is the front door, whose routes are text of their own.
    """

    name: str
    steps: tuple[str, ...]
    workloads: tuple[Wanted, ...]
    needs: frozenset[str]
    front: bool = False


class PlatformFailed(Exception):
    """The platform refuses or does not answer; the message is what it said."""


class Platform(Protocol):
    """What the steps of a deployment ask for. All of it raises ``PlatformFailed``."""

    def instances(self, name: str) -> tuple[Instance, ...]:
        """All instances of a workload, running or not, the oldest first."""

    def start_beside(self, wanted: Wanted, more: int) -> None:
        """Start so many *more* instances, and touch none that is there."""

    def replace(self, wanted: Wanted) -> None:
        """Bring all instances to what is wanted; the old ones end first."""

    def start(self, ids: tuple[str, ...]) -> None:
        """Start instances that have ended."""

    def stop(self, ids: tuple[str, ...], grace: float) -> None:
        """End instances: they are asked, and after *grace* seconds killed."""

    def remove(self, ids: tuple[str, ...]) -> None:
        """Take instances away, whatever they do."""

    def step(self, name: str, document: str) -> str | None:
        """Run a step of a release to its end; None when it did what it should, else the end of what it said."""

    def switch(self, done: frozenset[str], name: str = "", only: tuple[str, ...] = ()) -> None:
        """Let the front door, when there is one, route to the services *done* as they are now, and to all others as before; to the workload *name*
        just by these instances of it."""

    def reroutes(self) -> bool:
        """Whether the front door routes otherwise than it shall in the end."""

    def story(self, id_: str) -> str:
        """The last lines that an instance wrote, and what its probe said."""

    def strangers(self, names: frozenset[str]) -> tuple[Instance, ...]:
        """Instances of this application that are none of these workloads'."""

    def pause(self, seconds: float) -> None:
        """Let time pass."""

    def now(self) -> float:
        """A clock that only goes forward, in seconds."""
