"""What ``plan --assertions`` gives as JSON: each assertion once, with what it demands and its standing by target."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from typing_extensions import TypedDict

StandingName: TypeAlias = Literal[
    "enforced",
    "stricter",
    "by default",
    "approximated",
    "evidenced",
    "the program's",
    "waived",
    "lost",
    "contradicted",
    "not understood",
    "unsettled",
    "inactive",
]


class ReadScope(TypedDict):
    """Of what a reading speaks; a path where it speaks of one."""

    of: Literal["service", "path", "client", "run", "host", "store"]
    path: str | None


class ReadDemand(TypedDict):
    """What a reader made of some words, from the first to behind the last character; durations in seconds, sizes in bytes."""

    kind: str
    value: dict[str, Any]
    scope: ReadScope
    words: list[int]


class TargetStanding(TypedDict):
    """What became of an assertion with a target, and the lines of artifacts that were read for it."""

    standing: StandingName
    why: str
    lines: dict[str, list[int]]


class Account(TypedDict):
    """An assertion, the services that it concerns, what it demands, and its standing by target."""

    id: str
    text: str
    status: str
    services: list[str]
    readings: list[ReadDemand]
    standings: dict[str, TargetStanding]


class Accounts(TypedDict):
    """What became of each assertion."""

    assertions: list[Account]


class Proposed(TypedDict):
    """What is open about an assertion, and what is proposed: a status, or keys of its binding in deploy.yaml (a value that only a person knows is
    null); the file to which it was written, null where it was left."""

    id: str
    text: str
    path: str
    line: int
    standing: StandingName
    why: str
    set_status: Literal["confirmed", "deferred"] | None
    bind: dict[str, Any] | None
    reason: str
    certain: bool
    written_to: str | None


class Settle(TypedDict):
    """All that was open; ``open`` where something still is."""

    status: Literal["ok", "open"]
    proposals: list[Proposed]
    diagnostics: list[Any]
