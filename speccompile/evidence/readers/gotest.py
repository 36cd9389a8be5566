"""What ``go test -json`` writes: an event a line (cmd/test2json). A package that does not build is an error that is no test's."""

from __future__ import annotations

import json
from typing import Any

from speccompile.evidence.cases import Case, Report, Verdict

_VERDICTS = {"pass": Verdict.PASSED, "fail": Verdict.FAILED, "skip": Verdict.SKIPPED}


def read(text: str) -> Report | None:
    """See ``readers``."""
    events = [event for line in text.splitlines() if (event := _event(line)) is not None]
    if not events:
        return None
    ended: dict[tuple[str, str], Verdict] = {}
    begun: set[tuple[str, str]] = set()
    packages: dict[str, Verdict | None] = {}
    for event in events:
        package, test, action = str(event.get("Package", "")), str(event.get("Test", "")), event["Action"]
        if test and action == "run":
            begun.add((package, test))
        elif test and action in _VERDICTS:
            ended[package, test] = _VERDICTS[action]
        elif not test and package:
            packages[package] = _VERDICTS.get(action, packages.get(package))
    failing = {package for (package, _), verdict in ended.items() if verdict is Verdict.FAILED}
    alone = [name for name, verdict in packages.items() if verdict is Verdict.FAILED and name not in failing]
    problems = [f"{test} in {package} was begun and did not end" for package, test in sorted(begun - ended.keys())]
    problems += [f"{name} was begun and did not end" for name, verdict in sorted(packages.items()) if verdict is None]
    cases = tuple(Case(f"{package}::{test}", verdict) for (package, test), verdict in ended.items())
    return Report(cases, len(alone), tuple(problems))


def _event(line: str) -> dict[str, Any] | None:
    if not line.startswith("{"):
        return None
    try:
        said = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) and isinstance(said.get("Action"), str) else None
