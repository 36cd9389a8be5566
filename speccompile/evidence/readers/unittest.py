"""What ``python -m unittest -v`` writes: a line a test, and the sum. The sum must be that of the lines."""

from __future__ import annotations

import re

from speccompile.evidence.cases import Case, Report, Verdict
from speccompile.regex import regex

_TEST = regex(
    r"^(?P<name>\w+ \([\w.]+\))(?:\n(?P<words>.+?))? \.\.\. (?:[^\n]*\n)*?(?P<verdict>ok|FAIL|ERROR|expected failure|unexpected success|skipped\b)",
    re.MULTILINE,
)
_SUM = regex(r"^Ran (?P<count>\d{1,9}) tests? in ", re.MULTILINE)
_END = regex(r"^(?:OK|FAILED|NO TESTS RAN)\b", re.MULTILINE)
_VERDICTS = {
    "ok": Verdict.PASSED,
    "expected failure": Verdict.PASSED,
    "skipped": Verdict.SKIPPED,
}


def read(text: str) -> Report | None:
    """See ``readers``."""
    found = list(_SUM.finditer(text))
    if not found or not _END.search(text, found[-1].end()):
        return None
    cases = tuple(
        Case(" ".join(filter(None, (one["name"], one["words"]))), _VERDICTS.get(one["verdict"], Verdict.FAILED))
        for one in _TEST.finditer(text)
    )
    count = sum(int(one["count"]) for one in found)
    problems = () if count == len(cases) else (f"{count} tests ran, and {len(cases)} were told of",)
    return Report(cases, 0, problems)
