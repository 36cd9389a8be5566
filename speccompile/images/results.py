"""What came of building and pushing, as values."""

from __future__ import annotations

from typing import TypeAlias

from speccompile.images.failures import Trouble
from speccompile.record import record


@record(kw_only=True)
class Built:
    """An image that is there: its names, the first of which it is called by, its id, and how it came to be.

    ``local_name`` is the one by which compose starts it.
    """

    service: str
    names: tuple[str, ...]
    local_name: str
    id: str
    size: int
    layers: int
    seconds: float
    cached: bool
    base_digest: str | None = None
    labels: tuple[tuple[str, str], ...] = ()

    @property
    def image(self) -> str:
        """The name that it is called by."""
        return self.names[0]


@record(kw_only=True)
class BuildFailed:
    """An image that could not be built: why, where the whole log is, and its last lines."""

    service: str
    image: str
    reason: str
    seconds: float
    log: str
    tail: tuple[str, ...]
    trouble: Trouble = Trouble.OTHER


@record(kw_only=True)
class BuildSkipped:
    """An image that was not tried, and why."""

    service: str
    image: str
    reason: str


BuildResult: TypeAlias = Built | BuildFailed | BuildSkipped


@record(kw_only=True)
class Pushed:
    """An image that is in the registry under all its names: its manifest's digest, and the reference that a deployment should use.

    ``compose`` are the variables that hand it to compose, which fetches it itself where ``fetched``. ``upload`` is the name that it was
    sent under, where that is none of its own.
    """

    service: str
    names: tuple[str, ...]
    digest: str
    reference: str
    compose: tuple[tuple[str, str], ...]
    fetched: bool
    seconds: float
    upload: str | None = None


@record(kw_only=True)
class Uploaded:
    """An image that is in the registry, but not under all its names: which tags were moved, which were not, and why."""

    service: str
    image: str
    digest: str
    reference: str
    moved: tuple[str, ...]
    left: tuple[str, ...]
    reason: str
    seconds: float
    upload: str | None = None


@record(kw_only=True)
class PushFailed:
    """An image of which a name, or all of it, is not in the registry: why, what to do, and how often it was tried.

    ``uploaded`` says what is there all the same.
    """

    service: str
    image: str
    trouble: Trouble
    reason: str
    fix: str
    attempts: int
    seconds: float
    uploaded: Uploaded | None = None


@record(kw_only=True)
class PushSkipped:
    """An image whose upload was not tried, or not finished, and why."""

    service: str
    image: str
    reason: str


PushResult: TypeAlias = Pushed | Uploaded | PushFailed | PushSkipped
