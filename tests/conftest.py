"""What every test has in common."""

from __future__ import annotations

import atexit
import os
import re
import shutil
import signal
import tempfile
from collections import Counter
from collections.abc import Iterable

import pytest
from hypothesis import settings

from one_swarm import left

# Tests that several files run, each in some languages: what fails is explained there as in any test.
pytest.register_assert_rewrite("health_behaviour")

# A shared machine's pauses are not findings. In CI a change is judged by the same examples each time: what chance finds, it finds where
# somebody works on it, who has the example in .hypothesis from then on and makes it a test.
settings.register_profile("local", deadline=None)
settings.register_profile("ci", deadline=None, print_blob=True, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "local")

# What a shell or nohup starts in the background is deaf to Ctrl-C or to a terminal that goes, and so is all that it starts. Tests send these.
for _number, _usual in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
    if signal.getsignal(_number) == signal.SIG_IGN:
        signal.signal(_number, _usual)

# What a Dockerfile is allowed to say (mounts, the syntax line) needs BuildKit; old engines ask for this.
os.environ["DOCKER_BUILDKIT"] = "1"


LONGEST = (
    "tests/health/test_health_watchdog.py",
    "tests/compile/test_sabotage.py",
    "tests/stacks/test_stack_builds.py",
    "tests/stacks/test_source_edit.py",
    "tests/e2e/test_private_registries.py",
    "tests/e2e/test_registry_faults.py",
    "tests/catalog/test_catalog_engine.py",
    "tests/e2e/test_push_engine.py",
    "tests/e2e/test_build_engine.py",
    "tests/health/test_health_real.py",
    "tests/health/test_health_languages.py",
    "tests/stores/test_store_clients.py",
    "tests/docs/test_readme_commands.py",
    "tests/docs/test_from_zero.py",
    "tests/releases/test_deploy_ssh.py",
    "tests/extension/test_contributing.py",
)
"""The files that take minutes, those that wait and those that compute in turn."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Workers begin with what takes longest, so that none is left alone with it in the end: first these files, then those with a slow test."""
    if hasattr(config, "workerinput"):
        slow = {item.path for item in items if item.get_closest_marker("slow")}
        items.sort(key=lambda item: (_place(item.nodeid.partition("::")[0]), item.path not in slow))


def _place(path: str) -> int:
    return LONGEST.index(path) if path in LONGEST else len(LONGEST)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Whoever began the tests leaves the swarm that they have begun, when all workers have ended."""
    if not hasattr(session.config, "workerinput"):
        left()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What was skipped, in one list: a line for each program that is missing, what gets it, how many tests want it."""
    lines = skipped(report.longrepr for report in terminalreporter.stats.get("skipped", ()))
    if lines:
        terminalreporter.section("skipped, since something is missing here")
        for line in lines:
            terminalreporter.line(line)


def skipped(reasons: Iterable[object]) -> list[str]:
    """A line for each reason to skip a test (`tools.missing` gives most of them), the most frequent first."""
    said = (str(reason[2]) if isinstance(reason, tuple) else str(reason) for reason in reasons)
    counted = Counter(text.removeprefix("Skipped: ") for text in said)
    grouped: dict[str, Counter[str]] = {}
    for text, count in counted.items():
        found = _MISSING.fullmatch(text)
        grouped.setdefault(found["what"] if found else text, Counter())[found["install"] if found else ""] += count
    ordered = sorted(grouped.items(), key=lambda item: (-item[1].total(), item[0]))
    return [_line(what, installs) for what, installs in ordered]


_MISSING = re.compile(r"(?P<what>.+?) is missing: (?P<install>.+)", re.DOTALL)


def _line(what: str, installs: Counter[str]) -> str:
    count = installs.total()
    how = " or ".join(sorted(filter(None, installs)))
    return f"{what}: {f'{how} ' if how else ''}({count} {'test' if count == 1 else 'tests'})"


# Where local state is kept when a project is in no checkout; what a test leaves there is nobody's.
os.environ["XDG_CACHE_HOME"] = tempfile.mkdtemp(prefix="speccompile-tests-")
atexit.register(shutil.rmtree, os.environ["XDG_CACHE_HOME"], ignore_errors=True)
