"""What a report says, as values: whoever renders it needs nothing else. Paths count from the project's directory."""

from __future__ import annotations

from collections.abc import Mapping

from speccompile.diagnostics import Diagnostic
from speccompile.record import record
from speccompile.report.changes import Changes
from speccompile.report.system import System


@record(kw_only=True)
class StandingOn:
    """What became of an assertion on one platform, why, and the lines that were read back for that, by path."""

    platform: str
    standing: str
    why: str
    lines: Mapping[str, tuple[int, ...]]


@record(kw_only=True)
class Told:
    """An assertion: where it stands, what it demands in sentences, and what became of it on each platform, in the report's order.

    ``lines`` are there because of it, by path, whether they were read back or not.
    """

    id: str
    text: str
    status: str
    services: tuple[str, ...]
    path: str
    line: int
    says: tuple[str, ...]
    standings: tuple[StandingOn, ...]
    lines: Mapping[str, tuple[int, ...]]


@record(kw_only=True)
class Lost:
    """What a platform does not hold of what the plan says: of what, what is lost, why, and what to do."""

    platform: str
    of: tuple[str, ...]
    what: str
    why: str
    fix: str


@record(kw_only=True)
class Evidence:
    """A run of a verifier. ``age`` is the seconds from then to the report's reference time, None where one of them is no day of a calendar;
    ``counts`` are those that are not zero."""

    service: str | None
    tool: str
    runner: str
    version: str
    time: str
    age: int | None
    passed: bool
    counts: tuple[tuple[str, int], ...]
    assertions: tuple[str, ...]
    inputs: int
    path: str


@record()
class Lacking:
    """What the evidence of a service lacks, a reason each; nothing where all of it passed and holds for what is there now."""

    service: str
    reasons: tuple[str, ...]


@record()
class Overridden:
    """What people changed about a generated file: its path, where they say so, their reason, and the invariants that it is allowed to break. A file
    that is ``kept`` is somebody's own altogether."""

    path: str
    said_in: str
    reason: str
    allow: tuple[str, ...]
    kept: bool


@record()
class Chosen:
    """A version that was chosen, and where the choice comes from."""

    name: str
    value: str
    source: str


@record()
class CausedBy:
    """A place in an input: its path, its line (0 is the whole file), the assertion that stands there, and else what does, where that may be shown."""

    path: str
    line: int
    assertion: str | None
    shown: str


@record(kw_only=True)
class Reason:
    """Why lines are there: a rule with its title, and the places that wanted it."""

    rule: str
    title: str
    causes: tuple[CausedBy, ...]


@record()
class Rule:
    """A rule that put a line there: its code, its title, and what it does."""

    code: str
    title: str
    text: str


@record()
class Block:
    """Lines of a file that are there for the same reasons; ``first`` is the number of the first. Blank ones have none."""

    first: int
    lines: tuple[str, ...]
    reasons: tuple[Reason, ...]


@record()
class File:
    """A generated file, and the target that it is for."""

    path: str
    target: str
    blocks: tuple[Block, ...]


@record(kw_only=True)
class Report:
    """All of it. ``reference`` is the time from which ages are counted: the newest in the specs, or one that was asked for ("" where there is
    neither). ``changes`` is None where nothing was compared."""

    app: str
    platforms: tuple[str, ...]
    system: System
    assertions: tuple[Told, ...]
    losses: tuple[Lost, ...]
    reference: str
    evidence: tuple[Evidence, ...]
    lacking: tuple[Lacking, ...]
    overrides: tuple[Overridden, ...]
    versions: tuple[Chosen, ...]
    to_supply: tuple[str, ...]
    findings: tuple[Diagnostic, ...]
    files: tuple[File, ...]
    rules: tuple[Rule, ...]
    changes: Changes | None

    def counts(self, platform: str) -> dict[str, int]:
        """How many assertions stand how on *platform*, in the order of the words' first appearance in ``WORDS``."""
        found = [one.standing for told in self.assertions for one in told.standings if one.platform == platform]
        return {word: found.count(word) for word in WORDS if word in found}


WORDS = (
    "contradicted", "lost", "not understood", "unsettled", "approximated", "waived", "enforced", "stricter", "by default", "evidenced",
    "the program's", "inactive",
)  # fmt: skip
"""The standings, what somebody has to look at first."""

OPEN = frozenset(WORDS[:4])
"""The standings that want a person."""
