"""What ``generate`` says when it is done: the files, the assertions, what is verified, what to do next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from speccompile.cli.coverage import Row, coverage
from speccompile.cli.next_steps import next_steps
from speccompile.cli.workspace import Compiled
from speccompile.diagnostic_data import as_data
from speccompile.plan.assertions import Standing
from speccompile.plan.plan import Plan
from speccompile.writer import Written

_ACTIVE = "confirmed"
_PROVERS = {"dafny": "Dafny", "tlc": "TLC"}
_HELD = frozenset(one.value for one in (Standing.ENFORCED, Standing.STRICTER, Standing.BY_DEFAULT))


def as_json(compiled: Compiled, written: Written, *, dry_run: bool) -> dict[str, Any]:
    """The summary as plain data."""
    compilation = compiled.compilation
    return {
        "status": "ok",
        "app": compilation.plan.app,
        "dry_run": dry_run,
        "files": [{"path": change.path, "state": change.state.value} for change in written.files],
        "assertions": [
            {
                "id": row.assertion,
                "status": row.status,
                "text": row.text,
                "standing": row.standing,
                "why": row.why,
                "enforced_by": row.lines if row.standing in _HELD else {},
            }
            for row in coverage(compilation.standings)
        ],
        "verified": _verified(compilation.plan),
        "next": list(next_steps(compiled, compiled.is_there)),
        "diagnostics": [as_data(note) for note in compilation.notes],
    }


def as_text(compiled: Compiled, written: Written, told: str, *, dry_run: bool) -> str:
    """The summary for a person; *told* is what ``follows`` says."""
    title = f"Deployment artifacts for {compiled.compilation.plan.app}" + (
        " (dry run: nothing was written)" if dry_run else ""
    )
    seen = compiled.workspace.seen
    width = max(len(change.state.value) for change in written.files)
    lines = [
        title,
        "=" * len(title),
        *(f"  {change.state.value:{width}}  {seen(change.path)}" for change in written.files),
    ]
    return "\n".join((*lines, "", told))


def follows(compiled: Compiled, is_there: Callable[[str], bool]) -> str:
    """What the summary says whatever was written. *is_there* tells of a path in the output directory whether anything has that name."""
    plan, steps = compiled.compilation.plan, next_steps(compiled, is_there)
    return "\n".join((*_assertions(compiled), "", *_verification(plan), "", "Next:", *_numbered(steps)))


def _assertions(compiled: Compiled) -> list[str]:
    rows = coverage(compiled.compilation.standings)
    confirmed = sum(row.status == _ACTIVE for row in rows)
    counted = Counter(row.standing for row in rows if row.status == _ACTIVE)
    stand = ", ".join(f"{counted[one.value]} {one.value}" for one in Standing if counted[one.value])
    lines = [f"Assertions: {len(rows)}; {confirmed} confirmed" + (f": {stand}" if stand else "")]
    width = max((len(row.assertion) for row in rows), default=0)
    standing = max((len(row.standing) for row in rows), default=0)
    lines += [f"  {row.assertion:{width}}  {row.standing:{standing}}  {_shown(row)}".rstrip() for row in rows]
    return lines + _left_out(compiled)


def _left_out(compiled: Compiled) -> list[str]:
    """What the chosen targets do not give: assertions are judged by all artifacts, and who writes the rest must hold what is said of it."""
    if not compiled.left_out:
        return []
    return [
        f"  not generated, as `targets` in deploy.yaml leaves it out, so nothing there is in force: {', '.join(compiled.left_out)}"
    ]


def _shown(row: Row) -> str:
    where = ", ".join(row.lines)
    return f"{row.why} ({where})" if where else row.why


def _verified(plan: Plan) -> dict[str, dict[str, str]]:
    prefix = "com.spec-driven."
    return {
        service.name: {
            label.key.removeprefix(prefix): label.value for label in service.labels if label.key.startswith(prefix)
        }
        for service in plan.services
    }


def _verification(plan: Plan) -> list[str]:
    lines = ["Verification (what the image labels say):"]
    called = {one.service: one.provers for one in plan.evidence}
    for name, said in _verified(plan).items():
        proofs = [(said[f"{tool}-verified"], _PROVERS[tool]) for tool in called.get(name, ())]
        marks = ((said["verified"], "verified"), *proofs)
        lines.append(f"  {name}: " + ", ".join(f"{'✓' if value == 'true' else '✗'} {what}" for value, what in marks))
    if not plan.services:
        lines.append("  no image is built")
    elif all(said["verified"] == "false" for said in _verified(plan).values()):
        lines.append("  without evidence that holds for these sources nothing is claimed: run `speccompile verify`")
    return lines


def _numbered(steps: tuple[str, ...]) -> list[str]:
    return [f"  {number}. {step}" for number, step in enumerate(steps, start=1)]
