"""What the search for services finds."""

from __future__ import annotations

from speccompile.detect.detection import Detection
from speccompile.record import record
from speccompile.stacks.facts import Chosen
from speccompile.survey.composefile import ComposeService
from speccompile.vocabulary import ArchetypeName


@record()
class Step:
    """A command that runs once before a new version serves, and why it is proposed."""

    command: tuple[str, ...]
    why: str


@record()
class Worker:
    """A worker: what it is called, what it runs, and why."""

    name: str
    command: tuple[str, ...]
    why: str


@record(kw_only=True)
class Found:
    """A service: its name and directory ("" is the project), the stack with its facts, the archetype and why, why it is a service at all,
    what it runs where that is not what its sources say, its entry in an existing compose file, and the port that its sources say. ``role`` is
    the one that its archetype does not say, ``release`` what runs once before it, ``unused`` what was seen and cannot be used."""

    name: str
    directory: str
    detection: Detection
    archetype: ArchetypeName
    reason: str
    why: str
    command: tuple[str, ...] | None = None
    compose: ComposeService | None = None
    listens: Chosen | None = None
    role: str | None = None
    release: tuple[Step, ...] = ()
    unused: tuple[str, ...] = ()

    @property
    def port(self) -> int:
        """The port on which it listens by itself."""
        return int((self.listens or self.detection.facts.listens).value)


@record()
class PassedOver:
    """A directory that was recognised, or is built by a compose file, and is no service all the same."""

    directory: str
    why: str
