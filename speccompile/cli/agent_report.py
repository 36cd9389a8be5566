"""What a round of the agent came to, as data and for people."""

from __future__ import annotations

from typing import Any

from speccompile.diagnostic_data import as_data
from speccompile.releases.agent.decisions import Action, Keep, Repair, Replace, Retire, Start
from speccompile.releases.agent.rounds import Round


def document(done: Round) -> dict[str, Any]:
    """The round as data (``report.agent``)."""
    return {
        "status": "ok" if done.well else "failed",
        "host": done.status.host,
        "release": done.release,
        "actions": [
            {"service": one.action.service, "action": word(one.action), "failure": one.failure} for one in done.done
        ],
        "services": {name: one.model_dump(mode="json") for name, one in sorted(done.status.services.items())},
        "diagnostics": [as_data(one) for one in done.findings],
    }


def text(done: Round) -> str:
    """The round in lines: what was done, then how each service is."""
    followed = f"follows release {done.release}" if done.release else "follows no release"
    lines = [f"{done.status.host} {followed}"]
    for one in done.done:
        if not isinstance(one.action, Keep):
            lines.append(f"  {word(one.action)} {one.action.service}: {one.failure or 'done'}")
    for name, status in sorted(done.status.services.items()):
        of = f"release {status.release}" if status.release else ""
        lines.append("  " + "  ".join(filter(None, (f"{status.state:<9}", name, of, status.why or ""))))
    return "\n".join(lines)


def word(action: Action) -> str:
    """What an action is called."""
    match action:
        case Start():
            return "start"
        case Replace():
            return "replace"
        case Repair():
            return "repair"
        case Retire():
            return "retire"
        case Keep():
            return "keep"
