"""What is asked of each platform's artifacts, asked of what runs: from inside, of its own kernel. One module for every platform that a test can start."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

from answers import System

Inside: TypeAlias = "Callable[..., tuple[int, str]]"
"""Runs an argument vector inside of a workload, as its user; gives how it ended and what it said."""

_ASK = r"""
# What a cluster renews a volume of secrets by begins with two dots.
import json, os, socket, sys
status = dict(line.rstrip("\n").split(":\t", 1) for line in open("/proc/self/status") if ":\t" in line)
writable = []
for place, inner, _ in os.walk("/"):
    inner[:] = [] if place in ("/proc", "/sys", "/dev") else inner
    try:
        if place not in ("/proc", "/sys", "/dev"):
            name = os.path.join(place, ".asked")
            os.close(os.open(name, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
            os.unlink(name)
            writable.append(place)
    except OSError:
        pass
def known(name):
    try:
        return bool(socket.getaddrinfo(name, 1))
    except OSError:
        return False
print(json.dumps({
    "user": f"{os.getuid()}:{os.getgid()}",
    "capabilities": any(int(status[name], 16) for name in ("CapEff", "CapPrm", "CapInh", "CapBnd")),
    "escalates": status["NoNewPrivs"] != "1",
    "writable": writable,
    "secrets": sorted(one for one in os.listdir("/run/secrets") if one[:2] != "..") if os.path.isdir("/run/secrets") else [],
    "variables": sorted(os.environ),
    "goes_out": any(line.split()[1] == "00000000" for line in open("/proc/net/route")),
    "known": [name for name in sys.argv[1:] if known(name)],
}))
"""


def agrees(system: System, name: str, inside: Inside) -> None:
    """Fail unless the workload *name*, which runs, is what the artifacts of *system* answer: as whom it runs, what it may write, has, and answers."""
    wanted, found = system.workloads[name], _asked(inside)
    assert found["user"] == wanted.user
    assert found["capabilities"] == wanted.capabilities
    if wanted.escalates is not None:
        assert found["escalates"] == wanted.escalates
    # Below what it may write it may make directories; nothing else is written.
    tops = {one for one in found["writable"] if not any(one.startswith(f"{other}/") for other in found["writable"])}
    assert wanted.read_only
    assert tops == wanted.writable
    assert set(found["secrets"]) == wanted.secrets
    assert wanted.variables <= set(found["variables"])
    assert wanted.ready
    code, text = inside(*wanted.ready)
    assert code == 0, text


def reaches(system: System, name: str, inside: Inside, neighbours: frozenset[str], others: Iterable[str]) -> None:
    """Fail unless the network lets the workload *name* go out as it shall; of all the *others* it finds its *neighbours* alone, and among
    these is whom it calls, and who calls it. Not asked where artifacts say it and the network does not do it (Kubernetes' policies, with most plugins of a node's network)."""
    others = sorted(others)
    found = _asked(inside, *others)
    assert found["goes_out"] == system.workloads[name].goes_out
    assert set(found["known"]) == neighbours & set(others)
    assert _called(system, name) <= neighbours


def finds(system: System, name: str, inside: Inside) -> None:
    """Fail unless the workload *name* finds whom it calls by the names that it was told, where names are no secret."""
    called = sorted(callee for caller, callee in system.calls if caller == name)
    assert called
    assert _asked(inside, *called)["known"] == called


def _asked(inside: Inside, *others: str) -> dict[str, Any]:
    code, text = inside("python", "-c", _ASK, *others)
    assert code == 0, text
    found: dict[str, Any] = json.loads(text)
    return found


def _called(system: System, name: str) -> set[str]:
    """Those on the other side of a call."""
    pairs = [tuple(one or "proxy" for one in pair) for pair in system.calls]
    return {one for pair in pairs if name in pair for one in pair}
