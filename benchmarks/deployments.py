"""Requests that fail while versions are deployed, and deployments that are not whole after their deployer was killed.

    python benchmarks/deployments.py load [--requests 20000]
    python benchmarks/deployments.py kills [--times 100] [--minutes 15] [--seed 7]

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

from released import Project, after, killed, load  # noqa: E402  # the application of the tests

_ALLOWED = "--allow-unverified"


def _deployed(project: Project) -> None:
    code, said = project.answer("deploy", "production", _ALLOWED)
    if code:
        sys.exit(f"a good version was not deployed: {said}")


def _asked(project: Project, requests: int) -> int:
    """Deploy until so many *requests* were made; how many of them failed."""
    began, versions = time.monotonic(), 0
    with load(project, side_by_side=8) as asking:
        while asking.count < requests:
            versions += 1
            project.built("api", f"v{versions + 1}")
            _deployed(project)
            print(f"{asking.count} requests, {versions} versions, {len(asking.failed)} failed", flush=True)
    took = time.monotonic() - began
    print(f"{asking.count} requests while {versions} versions were deployed, {took:.0f} s: {len(asking.failed)} failed")
    if asking.failed:
        print(*asking.failed[:20], project.refused(), sep="\n")
    return len(asking.failed)


def _killed(project: Project, times: int, seconds: float, seed: int) -> int:
    """Kill the deployer so many *times*, as long as the *seconds* last; how often the next deployment was not whole, or a request failed."""
    chance, bad, requests, failed, kills = random.Random(seed), 0, 0, 0, 0
    project.built("api", "v2")
    began = time.monotonic()
    _deployed(project)
    longest, began = time.monotonic() - began, time.monotonic()
    print(f"a deployment takes {longest:.1f} s here: the moments are spread over that", flush=True)
    while kills < times and time.monotonic() - began < seconds:
        moment, version = chance.uniform(0, longest), f"v{kills + 3}"
        done = killed(project, version, after(moment))
        kills, requests, failed = kills + 1, requests + done.asking.count, failed + len(done.asking.failed)
        if not done.is_whole(version):
            bad += 1
            print(f"after {moment:.1f} s: {done.code}, {done.serves}, {done.containers}, {done.said}", flush=True)
            print(*done.asking.failed[:20], project.refused(), sep="\n", flush=True)
        print(f"{kills} kills, {bad} not whole; {requests} requests, {failed} failed", flush=True)
    return bad


def main() -> None:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("load", "kills"))
    parser.add_argument("--requests", type=int, default=20_000)
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--minutes", type=float, default=float("inf"), help="no kill begins later")
    parser.add_argument("--seed", type=int, default=7)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="speccompile-deployments-") as place:
        project = Project(Path(place, "project"))
        try:
            for service in ("api", "web"):
                project.built(service, "v1")
            _deployed(project)
            bad = (
                _asked(project, asked.requests)
                if asked.what == "load"
                else _killed(project, asked.times, asked.minutes * 60, asked.seed)
            )
        finally:
            project.remove()
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
