"""What a verifier said, whichever tool it was."""

from __future__ import annotations

from enum import Enum

from speccompile.record import record


class Verdict(Enum):
    """How a test ended."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


@record()
class Case:
    """A test: its name as its tool gives it, how it ended, and the file that it is in, where the tool says so."""

    name: str
    verdict: Verdict
    file: str | None = None


@record()
class Report:
    """The tests that a tool told of, the errors that are no test's (a file that does not compile), and why what it says cannot be relied on."""

    cases: tuple[Case, ...] = ()
    errors: int = 0
    problems: tuple[str, ...] = ()

    def count(self, verdict: Verdict) -> int:
        """How many tests ended so."""
        return sum(case.verdict is verdict for case in self.cases)

    def joined(self, other: Report) -> Report:
        """Both reports as one."""
        problems = tuple(dict.fromkeys((*self.problems, *other.problems)))
        return Report((*self.cases, *other.cases), self.errors + other.errors, problems)
