"""What ``verify`` says in the end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from speccompile.evidence.verifying import Done
from speccompile.spec.runs import passed
from speccompile.spec.verification import Run


def as_rows(done: Sequence[Done]) -> Iterator[dict[str, Any]]:
    """The runs as plain data."""
    for one in done:
        run = one.run
        yield {
            "service": run.service,
            "tool": run.tool,
            "runner": run.runner,
            "version": run.tool_version,
            "command": list(run.command),
            "passed": passed(run),
            "exit_status": run.exit_status,
            "counts": run.counts.model_dump(),
            "problems": list(run.problems),
            "assertions": {id_: list(names) for id_, names in run.assertions.items()},
            "inputs": len(run.inputs),
            "tail": list(one.tail),
            "seconds": round(one.seconds, 1),
        }


def as_text(app: str, done: Sequence[Done], files: Sequence[str], *, good: bool) -> str:
    """The same for a person."""
    title = f"Verification of {app}"
    lines = [title, "=" * len(title), *(line for one in done for line in _lines(one))]
    named = sorted({(id_, name) for one in done for id_, names in one.run.assertions.items() for name in names})
    if named:
        lines += ["", "Assertions that are named by what passed:", *(f"  {id_}  {name}" for id_, name in named)]
    lines += ["", *(f"written: {file}" for file in files)]
    after = "next: speccompile generate" if good else "labels say `false` until all of it passes"
    return "\n".join([*lines, after])


def _lines(one: Done) -> Iterator[str]:
    run = one.run
    what = ", ".join(_counted(run)) or "nothing was counted"
    mark = "✓" if passed(run) else "✗"
    yield f"  {mark} {run.service or 'proof'}: {run.runner} ({run.tool_version}): {what}; {len(run.inputs)} inputs"
    yield from (f"      | {_printable(line)}" for line in one.tail)


def _printable(line: str) -> str:
    """No control character of what was written reaches a terminal."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in line)


def _counted(run: Run) -> Iterator[str]:
    for name, number in run.counts.model_dump().items():
        if number:
            yield f"{number} {name}"
