"""What a program tries to write, found by running it: ``build --trace-writes``.

The container is run as the compose file runs it, but for three things. Its root can be written, and the user is root with the right to write everywhere, so
that what would be refused is done, and seen. It has no network but its own loopback: a trial reaches nobody's database. What the operator supplies has
values that mean nothing. Memory stands in for volumes. What it then has written into its root, the engine tells (`docker diff`, `podman diff`).
"""

from __future__ import annotations

import json
import posixpath
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from speccompile.images.commands import Command
from speccompile.images.engine import Engine, Kind
from speccompile.images.runner import Runner
from speccompile.plan.workload import Literal, Workload
from speccompile.record import record

_GLANCE = 0.5  # seconds between two looks at the container
_AFTER = 2.0  # seconds that a healthy program is left to go on
_STARTING = 60.0  # seconds that the engine may take to start a container, or to tell what it wrote
_NOTHING = "trial"
_SECRETS = "/run/secrets"
# What engines themselves put into a container, and what is no part of its root.
_ENGINES = ("/etc/hostname", "/etc/hosts", "/etc/resolv.conf", "/etc/mtab", "/.dockerenv", "/run/.containerenv")
_INITS = ("/sbin/docker-init", "/usr/sbin/docker-init", "/run/podman-init")
_ELSEWHERE = ("/dev", "/proc", "/sys", _SECRETS)


@record(kw_only=True)
class Trace:
    """What a container wrote into its root: the files and directories that are new or other than in the image, sorted. ``end`` is how its run
    ended (healthy, running, or its exit status), after so many ``seconds``."""

    service: str
    paths: tuple[str, ...]
    end: str
    seconds: float

    @property
    def directories(self) -> tuple[str, ...]:
        """The directories that it wrote into."""
        return tuple(sorted({posixpath.dirname(path) for path in self.paths}))


@record(kw_only=True)
class Untraced:
    """A container that could not be run, and why."""

    service: str
    reason: str


def traced(runner: Runner, engine: Engine, workload: Workload, image: str, seconds: float) -> Trace | Untraced:
    """Run *image* as *workload*, for *seconds* at most, and look what it wrote."""
    if not _runs_containers(engine):
        return Untraced(
            service=workload.name, reason=f"{engine.kind.command} builds images and runs none: use --engine docker"
        )
    with tempfile.TemporaryDirectory(prefix="speccompile-trial-") as directory:
        secret = Path(directory, "secret")
        secret.write_text(_NOTHING, encoding="utf-8")
        secret.chmod(0o444)
        began = time.monotonic()
        started = runner.answer(start(engine, workload, image, str(secret)), timeout=_STARTING)
        name = started.output.strip()
        if not started.ok or not name:
            return Untraced(service=workload.name, reason=_last_line(started.errors) or "the engine did not start it")
        try:
            end = _watched(runner, engine, name, began + seconds)
            found = runner.answer(Command((engine.program, "diff", name)), timeout=_STARTING)
        finally:
            runner.answer(Command((engine.program, "rm", "--force", "--volumes", name)), timeout=_STARTING)
    if not found.ok:
        return Untraced(service=workload.name, reason=_last_line(found.errors))
    mounted = (*(one.target for one in workload.volumes), *(one.target for one in workload.scratch))
    return Trace(
        service=workload.name,
        paths=tuple(written(found.output, mounted)),
        end=end,
        seconds=time.monotonic() - began,
    )


def _runs_containers(engine: Engine) -> bool:
    """Whether an engine can run what it has built, and tell what was written."""
    return engine.kind is not Kind.BUILDAH


def start(engine: Engine, workload: Workload, image: str, secret: str) -> Command:
    """The command that starts the trial of *workload*; *secret* is the absolute path of a file that stands in for each secret."""
    memory = [word for one in workload.scratch for word in ("--tmpfs", f"{one.target}:mode=1777")]
    memory += [word for one in workload.volumes for word in ("--tmpfs", f"{one.target}:mode=1777")]
    secrets = [word for one in workload.secrets for word in ("--volume", f"{secret}:{_SECRETS}/{one.name}:ro")]
    variables = tuple(_environment(workload))
    named = [word for name, _ in variables for word in ("--env", name)]
    rights = [word for one in ("DAC_OVERRIDE", "FOWNER", "CHOWN") for word in ("--cap-add", one)]
    return Command(
        (
            engine.program,
            "run",
            "--detach",
            "--health-interval",
            "1s",
            *("--user", "0:0", "--cap-drop", "ALL", *rights, "--security-opt", "no-new-privileges"),
            *(
                "--network",
                "none",
                "--memory",
                str(workload.limits.memory),
                "--pids-limit",
                str(workload.limits.pids),
            ),
            *(("--init",) if workload.init else ()),
            *memory,
            *secrets,
            *named,
            image,
            *(() if workload.entrypoint else workload.command),
        ),
        variables,
    )


def _environment(workload: Workload) -> Iterator[tuple[str, str]]:
    """What the container is told: the values stand in the client's environment, and no argument has them."""
    yield "HOME", "/"  # a user who is in no passwd file has that one
    for one in workload.environment:
        yield one.name, one.value if isinstance(one, Literal) else f"{one.before}{_NOTHING}{one.after}"
    for use in workload.secrets:
        if use.variable:
            yield use.variable, f"{_SECRETS}/{use.name}"


def _watched(runner: Runner, engine: Engine, name: str, deadline: float) -> str:
    """How the run of the container ended: when it is healthy, when it has ended, when time is up."""
    asked = Command((engine.program, "inspect", "--format", "{{json .State}}", name))
    healthy = False
    while time.monotonic() < deadline:
        state = _state(runner.answer(asked, timeout=_STARTING).output)
        if state.get("Running") is False:
            return f"exit status {state.get('ExitCode')}"
        if healthy:
            return "healthy"
        health = state.get("Health") or state.get("Healthcheck")
        healthy = isinstance(health, dict) and health.get("Status") == "healthy"
        time.sleep(min(_AFTER if healthy else _GLANCE, max(0.0, deadline - time.monotonic())))
    return "healthy" if healthy else "running"


def _state(text: str) -> Mapping[str, object]:
    try:
        state: object = json.loads(text)
    except ValueError:
        return {}
    return state if isinstance(state, dict) else {}


def written(changes: str, mounted: Iterable[str]) -> Iterator[str]:
    """The paths in *changes*, as `docker diff` prints them, that were written into the root; *mounted* are no part of it.

    A directory in which something changed is told of by what changed in it.
    """
    lines = [line[2:] for line in changes.split("\n") if line[:2] in ("A ", "C ")]
    apart = (*mounted, *_ELSEWHERE)
    paths = sorted(
        path
        for path in lines
        if path not in (*_ENGINES, *_INITS) and not any(_within(path, one) or _within(one, path) for one in apart)
    )
    above = {posixpath.dirname(path) for path in lines}
    while parents := {posixpath.dirname(path) for path in above} - above:
        above |= parents
    yield from (path for path in paths if path not in above)


def _within(path: str, directory: str) -> bool:
    return path == directory or path.startswith(f"{directory.rstrip('/')}/")


def _last_line(text: str) -> str:
    return next((line.strip() for line in reversed(text.split("\n")) if line.strip()), "")
