"""What ``jest --json`` writes. A file that cannot be run is an error that is no test's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from speccompile.evidence.cases import Case, Report, Verdict

_VERDICTS = {"passed": Verdict.PASSED, "failed": Verdict.FAILED}


def read(text: str) -> Report | None:
    """See ``readers``."""
    if not text.lstrip().startswith("{"):
        return None
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict) or "numTotalTests" not in said or not isinstance(said.get("testResults"), list):
        return None
    files = [one for one in said["testResults"] if isinstance(one, dict)]
    cases = tuple(case for file in files for case in _cases(file))
    broken = sum(file.get("status") == "failed" and not file.get("assertionResults") for file in files)
    problems = () if said["numTotalTests"] == len(cases) else ("the report counts other tests than it tells of",)
    return Report(cases, broken, problems)


def _cases(file: dict[str, Any]) -> Iterator[Case]:
    for one in file.get("assertionResults") or ():
        name = str(one.get("fullName") or one.get("title") or "a test")
        yield Case(name, _VERDICTS.get(str(one.get("status")), Verdict.SKIPPED), str(file.get("name") or "") or None)
