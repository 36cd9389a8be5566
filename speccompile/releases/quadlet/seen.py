"""What systemd says of units, read."""

from __future__ import annotations

from collections.abc import Mapping

from speccompile.record import record
from speccompile.releases.wanted import State


@record()
class Service:
    """A service as systemd has it: how it is, and when what runs of it was started (seconds of the monotonic clock; 0: nothing runs)."""

    state: State
    since: float
    there: bool


_ABSENT = Service(State.STOPPED, 0.0, there=False)


def services(text: str) -> Mapping[str, Service]:
    """The services that *text* (``systemctl show``) tells of, by the names of their units without ``.service``. One that systemd does not know is left out."""
    found: dict[str, Service] = {}
    for block in text.split("\n\n"):
        said = dict(line.partition("=")[::2] for line in block.splitlines())
        name = said.get("Id", "")
        if name.endswith(".service") and said.get("LoadState") not in ("not-found", None):
            found[name.removesuffix(".service")] = Service(_state(said), _since(said), there=True)
    return found


def of(found: Mapping[str, Service], unit: str) -> Service:
    """The service *unit*, or one that is not there."""
    return found.get(unit, _ABSENT)


def _state(said: Mapping[str, str]) -> State:
    """How a service is (systemctl(1)). One that systemd starts again because it failed is sick: what answers is said to be up by ``Notify=healthy`` alone."""
    match said.get("ActiveState"):
        case "active" | "reloading" | "refreshing":
            return State.RUNNING
        case "activating" if said.get("SubState") != "auto-restart":
            return State.STARTING
        case "activating":
            return State.UNHEALTHY
        case _:
            return State.STOPPED


def _since(said: Mapping[str, str]) -> float:
    """When its process was started, in microseconds there (systemd's D-Bus interface, «Timestamp properties»). By the monotonic clock, as the other one may
    have been set since."""
    stamp = said.get("ExecMainStartTimestampMonotonic", "")
    return int(stamp) / 1e6 if stamp.isdecimal() and said.get("ActiveState") == "active" else 0.0
