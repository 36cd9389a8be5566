"""What came of one run of a prover."""

from __future__ import annotations

from speccompile.record import record


@record(kw_only=True)
class Proof:
    """A run: ``subjects`` are the specifications that it was given or read, from the project's root; ``done`` is what it counted (lemmas, states),
    ``errors`` what went wrong by its own count, and ``problems`` why it is no proof. ``proved`` are the definitions of each subject of which it
    is one; None where it is of the whole file. ``lines`` is what it says of a failure."""

    runner: str
    version: str
    command: tuple[str, ...]
    subjects: tuple[str, ...]
    status: int
    done: int
    errors: int
    problems: tuple[str, ...]
    proved: tuple[tuple[str, tuple[str, ...]], ...] | None = None
    lines: tuple[str, ...] = ()
