"""What the agent asks of the machine that it is on: an engine of `deploy` behind it does the work."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from speccompile.record import record
from speccompile.releases.agent.decisions import Seen, Service, Version
from speccompile.releases.record import Release


class Passing(Exception):
    """The machine does not answer, or a service could not be brought for a reason that is not its version's and may pass."""


@record()
class Brought:
    """What became of a service: why it is not as it was to be (None: it is), and whether the reason may pass (an image that cannot be fetched now, another
    service that failed) so that the version is not to blame."""

    failure: str | None = None
    passing: bool = False


class Machine(Protocol):
    """A machine that services run on. All methods raise ``Passing``."""

    def seen(self, release: Release, known: Mapping[Service, Sequence[Version]]) -> Mapping[Service, Seen]:
        """What of the application is here, and how it is. *known* are the versions of which it could be, the wanted ones first; *release* says how
        the front door routes."""

    def bring(
        self,
        release: Release,
        targets: Mapping[Service, Version],
        before: Mapping[Service, Version],
        chosen: frozenset[Service],
        back: frozenset[Service],
    ) -> Mapping[Service, Brought]:
        """Bring the services *chosen* to what *targets* has for each: beside what runs, which goes on until the new one is well, and afterwards where it
        does not get well. The other targets are there and stay as they are; *before* are the versions that services have now, where they are known. Of the
        services *back* no step of a release is run: they go back to a version, and their data have been changed since."""

    def retire(self, service: Service) -> None:
        """Take *service* away, in its own time to end; what it has stored stays."""

    def tidy(self, kept: Collection[Version]) -> None:
        """Take away what no version of *kept* needs, of what the agent has fetched: the disk is not to fill up."""
