"""What became of each assertion: which artifacts have lines because of it."""

from __future__ import annotations

from collections.abc import Sequence

from speccompile.artifacts import Artifact
from speccompile.plan.plan import Plan
from speccompile.record import record


@record()
class Row:
    """An assertion, its status, and the number of lines that it caused by artifact path."""

    assertion: str
    text: str
    status: str
    lines: dict[str, int]

    @property
    def standing(self) -> str:
        """What to say of it: where it is enforced, or why it is not."""
        if self.status != "confirmed":
            return "settled, inactive" if self.status in ("denied", "refined", "deferred") else "not settled"
        return "enforced by " + ", ".join(sorted(self.lines)) if self.lines else "not deployment-relevant"


def coverage(plan: Plan, artifacts: Sequence[Artifact]) -> tuple[Row, ...]:
    """One row an assertion, in order of ids."""
    counted: dict[str, dict[str, int]] = {}
    for artifact in artifacts:
        for origins in artifact.origins.values():
            for id_ in {id_ for origin in origins for id_ in origin.assertions}:
                by_path = counted.setdefault(id_, {})
                by_path[artifact.path] = by_path.get(artifact.path, 0) + 1
    return tuple(Row(c.assertion, c.text, c.status, counted.get(c.assertion, {})) for c in plan.assertions)
