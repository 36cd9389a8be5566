"""Which engine: what is installed, what works, and why one is taken."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from speccompile.images.commands import Command
from speccompile.images.engine import Engine, Kind
from speccompile.images.inherited import search_path
from speccompile.images.packages import install
from speccompile.images.runner import Runner
from speccompile.record import record

AUTO = "auto"
NAMES = (AUTO, "docker", "podman", "buildah")
_ORDER = NAMES[1:]
_NEEDS_BUILDX = 23  # from this version on the client builds with buildx alone
_HAS_BUILDKIT = 18  # from this version on the engine has a BuildKit of its own
_REWRITES = (0, 13)  # BuildKit's first version that rewrites timestamps in layers


@record()
class Flaw:
    """Why a program cannot be used, and what to do about it."""

    program: str
    problem: str
    fix: str


@record()
class Choice:
    """The engine that is taken, why, all that work, and what is wrong with those that do not."""

    engine: Engine | None
    why: str
    working: tuple[Engine, ...]
    flaws: tuple[Flaw, ...]


def choose(runner: Runner, wanted: str = AUTO, *, reproducible: bool = False) -> Choice:
    """The engine called *wanted*, or the first that works of docker, podman, buildah.

    With *reproducible*, an engine that can give equal digests goes before one that cannot.
    """
    names = _ORDER if wanted == AUTO else (wanted,)
    found = [one for name in names for one in _candidates(runner, name)]
    working = tuple(one for one in found if isinstance(one, Engine))
    flaws = tuple(one for one in found if isinstance(one, Flaw))
    missing = tuple(_missing(name) for name in names if not _programs(name))
    fitting = [engine for engine in working if engine.reproduces] if reproducible else []
    engine = next(iter((*fitting, *working)), None)
    return Choice(engine, _why(engine, wanted, working, flaws, reproducible), working, (*flaws, *missing))


def _why(
    engine: Engine | None, wanted: str, working: tuple[Engine, ...], flaws: tuple[Flaw, ...], reproducible: bool
) -> str:
    if engine is None:
        return "no container engine works here"
    if wanted != AUTO:
        reason = "asked for"
    elif reproducible and engine.reproduces and engine is not working[0]:
        reason = f"the first that can build reproducibly ({working[0].kind.value} cannot)"
    else:
        reason = "the first that works of " + ", ".join(_ORDER)
    passed = "".join(
        f"; passed over {flaw.program}: {flaw.problem}" for flaw in flaws if flaw.program != engine.program
    )
    return reason + passed


def _missing(name: str) -> Flaw:
    return Flaw(name, "not installed", install(name))


def _programs(name: str) -> tuple[str, ...]:
    """Every program of that *name* on the PATH, in its order, links to one of them left out."""
    found: dict[Path, str] = {}
    for directory in search_path(os.environ).split(os.pathsep):
        program = shutil.which(name, path=directory)
        if program:
            found.setdefault(Path(program).resolve(), program)
    return tuple(found.values())


def _candidates(runner: Runner, name: str) -> Iterator[Engine | Flaw]:
    """What each program of that *name* turns out to be, up to the first that works."""
    for program in _programs(name):
        one = _docker(runner, program) if name == "docker" else _other(runner, program, Kind(name))
        yield one
        if isinstance(one, Engine):
            return


def _docker(runner: Runner, program: str) -> Engine | Flaw:
    outcome = runner.answer(Command((program, "version", "--format", "{{json .}}")), timeout=30)
    said = _json(outcome.output)
    client, server = (said.get(side) or {} for side in ("Client", "Server"))
    if not server.get("Version"):
        return Flaw(program, f"its daemon does not answer: {_first_line(outcome.errors)}", _start(outcome.errors))
    version = str(server["Version"])
    buildx = runner.answer(Command((program, "buildx", "inspect")), timeout=30)
    if buildx.ok:
        driver = _driver(buildx.output)
        limit = _limit(driver, buildx.output)
        return Engine(Kind.BUILDX, program, version, not limit, limit, apart=driver not in ("", "docker"))
    if _major(str(client.get("Version", "0"))) >= _NEEDS_BUILDX:
        problem = f"its client {client['Version']} needs buildx for BuildKit, and buildx is not installed"
        return Flaw(program, problem, install("docker-buildx"))
    if _major(version) < _HAS_BUILDKIT:
        return Flaw(program, f"its engine {version} has no BuildKit", install("docker"))
    limit = "BuildKit inside the Docker engine cannot rewrite the timestamps of files in layers"
    return Engine(Kind.BUILDKIT, program, version, False, limit)


def _driver(inspected: str) -> str:
    """The kind of builder that buildx uses, from ``docker buildx inspect``."""
    found = re.search(r"^Driver:\s*(\S+)", inspected, re.MULTILINE)
    return found[1] if found else ""


def _limit(driver: str, inspected: str) -> str:
    """Why the builder cannot rewrite timestamps; nothing when it can."""
    if driver == "docker":
        return "the builder inside the Docker engine cannot rewrite timestamps; docker buildx create --use makes one that can"
    version = re.search(r"^\s*BuildKit(?: version)?:\s*v?(\d+)\.(\d+)", inspected, re.MULTILINE | re.IGNORECASE)
    if version and (0, 0) < (int(version[1]), int(version[2])) < _REWRITES:  # 0.0 is a build without a version
        return f"BuildKit {version[1]}.{version[2]} cannot rewrite timestamps; 0.13 and later can"
    return ""


def _other(runner: Runner, program: str, kind: Kind) -> Engine | Flaw:
    """Podman or buildah: there is no daemon, but storage and a runtime have to work."""
    outcome = runner.answer(Command((program, "info")), timeout=30)
    if not outcome.ok:
        return Flaw(
            program, f"it does not work here: {_first_line(outcome.errors)}", f"run `{program} info` and follow it"
        )
    version = re.search(r"\d+(?:\.\d+)+", runner.answer(Command((program, "--version")), timeout=30).output)
    return Engine(kind, program, version[0] if version else "?", True)


def _start(errors: str) -> str:
    """What to do about a daemon that does not answer."""
    if "permission denied" in errors.lower():
        return "sudo usermod -aG docker $USER, then log in again"
    return "sudo systemctl start docker (or start Docker Desktop)"


def _json(text: str) -> dict[str, Any]:
    try:
        said = json.loads(text)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _major(version: str) -> int:
    digits = re.match(r"\d+", version)
    return int(digits[0]) if digits else 0


def _first_line(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if line.strip()), "no answer")[:300]
