"""What a swarm says of a service and of its tasks, read; and what follows for an update that is under way. Nothing is asked here.

The words are those of the engine's API (docs.docker.com/reference/api/engine, ServiceInspect and TaskInspect).
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import Any

from speccompile.record import record
from speccompile.releases.swarm.documents import VERSION

_BROKEN = frozenset(("failed", "rejected", "orphaned"))
_OVER = frozenset(("complete", "shutdown", "remove"))


@record(kw_only=True)
class Service:
    """A service: the version that it shall be and was before its last update ("" where nobody said), how many of it, what became of that update
    ("" for none), and what the swarm says about it."""

    version: str
    before: str | None
    replicas: int
    update: str
    message: str


@record(kw_only=True)
class Task:
    """One run of a service, of a version: how it is, how it shall be, why it has ended, its container ("" without one), and when it was made."""

    id: str
    version: str
    state: str
    desired: str
    error: str
    container: str
    made: str


class Verdict(Enum):
    """What there is to say of an update."""

    GOES_ON = "goes on"
    WELL = "well"
    SICK = "sick"
    BACK = "back"
    STUCK = "stuck"


def service(found: dict[str, Any]) -> Service:
    """A service as ``docker service inspect`` has it."""
    status, previous = found.get("UpdateStatus") or {}, found.get("PreviousSpec")
    mode = found["Spec"].get("Mode") or {}
    return Service(
        version=_version(found["Spec"].get("TaskTemplate") or {}),
        before=_version(previous.get("TaskTemplate") or {}) if previous else None,
        replicas=int((mode.get("Replicated") or {}).get("Replicas") or 0),
        update=str(status.get("State") or ""),
        message=_line(status.get("Message")),
    )


def task(found: dict[str, Any]) -> Task:
    """A task as ``docker inspect --type task`` has it."""
    status = found.get("Status") or {}
    return Task(
        id=str(found["ID"]),
        version=_version(found.get("Spec") or {}),
        state=str(status.get("State") or ""),
        desired=str(found.get("DesiredState") or ""),
        error=_line(status.get("Err")),
        container=str((status.get("ContainerStatus") or {}).get("ContainerID") or ""),
        made=str(found.get("CreatedAt") or ""),
    )


def verdict(now: Service, tasks: Sequence[Task], version: str, known: frozenset[str]) -> Verdict:
    """What has become of the update of a service to *version*; *known* are the tasks that there were before it."""
    match now.update:
        case "updating" | "rollback_started":
            return Verdict.GOES_ON
        case "paused" | "rollback_paused":
            return Verdict.STUCK
    if now.version != version:
        return Verdict.BACK
    if is_well(now, tasks, version):
        return Verdict.WELL
    # One that its health check ends is asked to, and may well end with 0.
    broken = (one.version == version and one.state in (*_BROKEN, "complete") and one.id not in known for one in tasks)
    return Verdict.SICK if any(broken) else Verdict.GOES_ON


def is_well(now: Service, tasks: Sequence[Task], version: str) -> bool:
    """Whether just *version* runs, as often as it shall, and the swarm has no more to do. A task runs once its health check is content."""
    alive = [one for one in tasks if one.desired == "running"]
    return (
        now.version == version
        and now.update in ("", "completed", "rollback_completed")
        and len(alive) == now.replicas
        and all(one.state == "running" and one.version == version for one in alive)
    )


def ended(tasks: Sequence[Task]) -> bool | None:
    """Whether what ends has done what it should; None while it runs."""
    if any(one.state in _BROKEN or (one.state in _OVER and one.state != "complete") for one in tasks):
        return False
    return True if tasks and all(one.state == "complete" for one in tasks) else None


def culprits(tasks: Sequence[Task], version: str) -> tuple[Task, ...]:
    """The tasks of *version*, those first that have the most to say: what broke, what ended, the newest of these. One that was shut down before it had
    begun says nothing."""
    of = sorted((one for one in tasks if one.version == version), key=lambda one: one.made, reverse=True)
    return tuple(sorted(of, key=lambda one: (not one.error, one.state not in _BROKEN, one.state != "complete")))


def _line(text: object) -> str:
    return "".join(char if char.isprintable() else " " for char in str(text or "")).strip()


def _version(template: dict[str, Any]) -> str:
    return str(((template.get("ContainerSpec") or {}).get("Labels") or {}).get(VERSION) or "")
