"""What ``cargo test`` writes: libtest's lines, one a test and one a program. The sums must be those of the lines."""

from __future__ import annotations

import re

from speccompile.evidence.cases import Case, Report, Verdict
from speccompile.regex import regex

_TEST = regex(r"^test (?P<name>.+?)(?: - should panic)? \.\.\. (?P<verdict>ok|FAILED|ignored)\b", re.MULTILINE)
_BEGUN = regex(r"^running (?P<count>\d{1,9}) tests?$", re.MULTILINE)
_SUM = regex(
    r"^test result: (?P<verdict>ok|FAILED)\. (?P<passed>\d{1,9}) passed; (?P<failed>\d{1,9}) failed; (?P<ignored>\d{1,9}) ignored;",
    re.MULTILINE,
)
_VERDICTS = {"ok": Verdict.PASSED, "FAILED": Verdict.FAILED, "ignored": Verdict.SKIPPED}


def read(text: str) -> Report | None:
    """See ``readers``."""
    begun = list(_BEGUN.finditer(text))
    if not begun:
        return None
    sums = list(_SUM.finditer(text))
    report = Report(tuple(Case(found["name"], _VERDICTS[found["verdict"]]) for found in _TEST.finditer(text)))
    problems = []
    if len(sums) != len(begun):
        problems.append("a test program was begun and did not end")
    for verdict, name in ((Verdict.PASSED, "passed"), (Verdict.FAILED, "failed"), (Verdict.SKIPPED, "ignored")):
        counted = sum(int(one[name]) for one in sums)
        if counted != report.count(verdict):
            problems.append(f"the sums say {counted} {name}, the lines {report.count(verdict)}")
    return Report(report.cases, 0, tuple(problems))
