"""What the specs assert, and what that demands of a system that runs, in words that need no reader of sentences."""

from __future__ import annotations

from enum import Enum
from typing import Any

from speccompile.plan.node import Node
from speccompile.record import record


class Standing(Enum):
    """What became of an assertion; the words are those of reports."""

    ENFORCED = "enforced"
    STRICTER = "stricter"
    BY_DEFAULT = "by default"
    APPROXIMATED = "approximated"
    EVIDENCED = "evidenced"
    PROGRAM = "the program's"
    WAIVED = "waived"
    LOST = "lost"
    CONTRADICTED = "contradicted"
    NOT_UNDERSTOOD = "not understood"
    UNSETTLED = "unsettled"
    INACTIVE = "inactive"


@record(kw_only=True)
class Demand(Node):
    """Something that must hold of ``service``: its kind, the fields of that kind as pairs, and of what it speaks: the whole
    ``service``, one ``path``, one ``client``, one ``run``, the ``host`` or each ``store``.

    ``begin`` and ``end`` are the characters of the assertion's text from which it was read, none where deploy.yaml says it. Kinds, fields
    and units are those of ``requirements.kinds``, durations in seconds, sizes in bytes.
    """

    kind: str
    value: tuple[tuple[str, Any], ...]
    of: str
    path: str | None
    begin: int
    end: int
    service: str

    @property
    def bound(self) -> bool:
        """Whether deploy.yaml says it, and not the assertion's text."""
        return self.begin == self.end

    def get(self, field: str) -> Any:
        """The value of a field; None where the kind has no such field, or nothing was said of it."""
        return dict(self.value).get(field)


@record(kw_only=True)
class Waived(Node):
    """That an assertion need not be held: why, and until which day (None: for ever)."""

    why: str
    until: str | None


@record(kw_only=True)
class Ignored(Node):
    """That something that was read is not meant: codes or kinds, and why."""

    what: tuple[str, ...]
    why: str


@record(kw_only=True)
class Shown(Node):
    """That tests that passed, or proofs, name an assertion, and that nothing has changed since: which these are."""

    by: tuple[str, ...]


@record(kw_only=True)
class Evidence(Node):
    """What the evidence of ``service`` lacks, a reason each, the end of a sentence: of its tests, and of the proofs by ``provers``, which are
    those that its specifications call for. Nothing where all of it passed and holds for what is there now."""

    service: str
    tests: tuple[str, ...]
    proofs: tuple[str, ...]
    provers: tuple[str, ...]


@record(kw_only=True)
class Covered(Node):
    """An assertion: its text, its status, the services that it concerns, and what it demands of them.

    ``unread`` is whether it speaks of this system as it runs, and no reader knows what it demands. Demands of an assertion that is not
    settled are what would follow. ``beyond`` are times, sizes and shares that its
    text names and no demand has. ``evidence`` are the tests that are said to show it.
    """

    assertion: str
    text: str
    status: str
    services: tuple[str, ...]
    demands: tuple[Demand, ...]
    unread: bool
    beyond: tuple[str, ...] = ()
    waived: Waived | None = None
    shown: Shown | None = None
    ignored: Ignored | None = None
    evidence: tuple[str, ...] = ()
