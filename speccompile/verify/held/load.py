"""What is measured, or follows the load."""

from __future__ import annotations

from speccompile.plan.assertions import Demand
from speccompile.verify.held.outcome import Outcome, Reader, approximated, lost, nothing
from speccompile.verify.held.view import View


def availability(view: View, demand: Demand) -> Outcome:
    """A share of time is measured; what is down is started again."""
    lines = (*view.key(demand.service, "restart"), *view.key(demand.service, "healthcheck"))
    if view.box(demand.service).get("restart") in ("unless-stopped", "always"):
        return approximated("measured, not held: what dies or hangs is started again, on this one host", lines)
    return lost("nothing that is generated keeps it up")


READERS: dict[str, Reader] = {
    "availability": availability,
    "scale": nothing("as many are started as is said, whatever the load is"),
}
