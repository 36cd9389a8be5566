"""What ``report --format json`` gives."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

from speccompile.cli.report_assertions import StandingName
from speccompile.cli.report_finding import Finding


class Volume(TypedDict):
    """A volume, and where it is mounted."""

    volume: str
    path: str


class Box(TypedDict):
    """Something that runs, or is called."""

    name: str
    kind: Literal["door", "service", "process", "store", "backup", "external"]
    is_a: str
    public: list[str]
    state: list[Volume]
    secrets: list[str]
    replicas: int
    schedule: str | None
    leaves: bool


class CallsTo(TypedDict):
    """Who calls whom; ``what`` says at which port, or which addresses lead there, "" where neither is known."""

    source: str
    target: str
    what: str


class Drawn(TypedDict):
    """The system."""

    boxes: list[Box]
    calls: list[CallsTo]


class StandsOn(TypedDict):
    """What became of an assertion on a target, and the lines that were read back for that, by path."""

    standing: StandingName
    why: str
    lines: dict[str, list[int]]


class ReportedAssertion(TypedDict):
    """An assertion: where it is written, what it demands in sentences, its standing by target, and the lines that are there because of it."""

    id: str
    text: str
    status: str
    services: list[str]
    path: str
    line: int
    readings: list[str]
    standings: dict[str, StandsOn]
    lines: dict[str, list[int]]


class LostOn(TypedDict):
    """What a target does not hold."""

    platform: str
    of: list[str]
    what: str
    why: str
    fix: str


class RanThen(TypedDict):
    """A run of a verifier; the age counts in seconds to the reference time, null where one of the two is no day of a calendar."""

    service: str | None
    tool: str
    runner: str
    version: str
    time: str
    age: int | None
    passed: bool
    counts: dict[str, int]
    assertions: list[str]
    inputs: int
    path: str


class Lacks(TypedDict):
    """What the evidence of a service lacks."""

    service: str
    reasons: list[str]


class OverriddenFile(TypedDict):
    """What people changed about a generated file, where they say so and why, and the invariants that it may break; ``kept`` where the file is
    somebody's own."""

    path: str
    said_in: str
    reason: str
    allow: list[str]
    kept: bool


class ChosenVersion(TypedDict):
    """A version that was chosen, and where the choice comes from."""

    name: str
    value: str
    source: str


class Wanting(TypedDict):
    """A place in an input; line 0 is the whole file."""

    path: str
    line: int
    assertion: str | None


class LinesBecause(TypedDict):
    """Lines from first to last that are there by the same rules because of the same places."""

    first: int
    last: int
    rules: list[str]
    places: list[Wanting]


class GeneratedFile(TypedDict):
    """A generated file, its target, the number of its lines, and why they are there."""

    path: str
    target: str
    lines: int
    because: list[LinesBecause]


class Difference(TypedDict):
    """Something that differs; null is not there."""

    about: str
    before: str | None
    after: str | None


class FileDifference(TypedDict):
    """A file that differs, and how many lines were added and removed."""

    path: str
    state: Literal["added", "removed", "changed"]
    added: int
    removed: int


class Since(TypedDict):
    """What differs since a commit; ``refused`` says why that one does not compile, and then nothing was compared."""

    revision: str
    commit: str
    standings: list[Difference]
    texts: list[Difference]
    system: list[Difference]
    versions: list[Difference]
    files: list[FileDifference]
    refused: list[str]


class Reported(TypedDict):
    """The report. ``report`` is the version of the document; the reference time is what ages are counted to."""

    status: Literal["ok"]
    report: Literal[1]
    app: str
    targets: list[str]
    system: Drawn
    assertions: list[ReportedAssertion]
    losses: list[LostOn]
    reference_time: str | None
    evidence: list[RanThen]
    lacking: list[Lacks]
    overrides: list[OverriddenFile]
    versions: list[ChosenVersion]
    to_supply: list[str]
    files: list[GeneratedFile]
    changes: Since | None
    diagnostics: list[Finding]
