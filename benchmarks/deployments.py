"""Requests that fail while versions are deployed, and deployments that are not whole after their deployer was killed.

    python benchmarks/deployments.py load [--requests 20000]
    python benchmarks/deployments.py kills [--times 100] [--seed 7]

Deploys the small application of the tests to the engine here, with its own front door, and takes it away again. `load` asks all the time, and lets one
good version follow the other until so many requests were made; `kills` ends the deployer at random moments with SIGKILL, deploys again, and looks. Either
ends with 1 when a request failed, or what runs is not just the version that was deployed last. Needs Docker and docker-compose.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

_TESTS = Path(__file__).resolve().parents[1] / "tests"
sys.path[:0] = [str(_TESTS), str(_TESTS / "releases")]

from released import Project, killed, load  # noqa: E402  # the application of the tests

_ALLOWED = "--allow-unverified"
_LONGEST = 14.0  # seconds that a deployment takes on a machine that is not busy


def _asked(project: Project, requests: int) -> int:
    """Deploy until so many *requests* were made; how many of them failed."""
    began, versions = time.monotonic(), 0
    with load(project, side_by_side=8) as asking:
        while asking.count < requests:
            versions += 1
            project.built("api", f"v{versions + 1}")
            code, said = project.answer("deploy", "production", _ALLOWED)
            if code:
                sys.exit(f"a good version was not deployed: {said}")
            print(f"{asking.count} requests, {versions} versions, {len(asking.failed)} failed", flush=True)
    print(
        f"{asking.count} requests while {versions} versions were deployed, {time.monotonic() - began:.0f} s: {len(asking.failed)} failed"
    )
    return len(asking.failed)


def _killed(project: Project, times: int, seed: int) -> int:
    """Kill the deployer so many *times*; how often the next deployment was not whole, or a request failed."""
    chance, bad, requests = random.Random(seed), 0, 0
    for number in range(times):
        moment = chance.uniform(0.5, _LONGEST)
        try:
            requests += killed(project, f"v{number + 2}", moment).count
        except AssertionError as problem:
            bad += 1
            print(f"after {moment:.1f} s: {problem}", flush=True)
        print(f"{number + 1} kills, {requests} requests, {bad} not whole", flush=True)
    return bad


def main() -> None:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("load", "kills"))
    parser.add_argument("--requests", type=int, default=20_000)
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--seed", type=int, default=7)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="speccompile-deployments-") as place:
        project = Project(Path(place, "project"))
        try:
            for service in ("api", "web"):
                project.built(service, "v1")
            code, said = project.answer("deploy", "production", _ALLOWED)
            if code:
                sys.exit(f"the first version was not deployed: {said}")
            bad = _asked(project, asked.requests) if asked.what == "load" else _killed(project, asked.times, asked.seed)
        finally:
            project.remove()
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
