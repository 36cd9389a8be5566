"""The entry: ``check`` of an unchanged project is answered before anything heavy is imported."""

from __future__ import annotations

import atexit
import gc
import os
import sys
from collections.abc import Sequence

from speccompile.discovery import project_directory
from speccompile.unchanged import ok_json, ok_text, unchanged

FORMATS = {"text": ok_text, "json": ok_json}
OPTIONS = {"--format": "format", "-o": "output", "--output": "output"}


def run() -> None:
    """Run the command line, and end the process."""
    try:
        main()
    except SystemExit as end:
        _leave(end.code)
        raise
    _leave(0)


def main() -> None:
    """Run the command line. Exits by ``SystemExit`` or, after the fast path, by returning."""
    answer = quick_answer(sys.argv[1:])
    if answer is not None and _printed(answer):
        return
    gc.disable()  # a compilation keeps what it makes: looking for garbage takes a sixth of the time and frees next to nothing
    try:
        from speccompile.cli import main as command_line  # noqa: PLC0415  # imports everything
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    command_line()


def _leave(code: object) -> None:
    """End the process at once. Taking the interpreter apart is a tenth of a cold ``generate`` and frees what the system
    takes back anyway. Comes back where Python has something to say first: no plain code, or output that cannot be written."""
    if not isinstance(code, int):
        return
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError):
        return
    atexit._run_exitfuncs()
    os._exit(code)


def quick_answer(arguments: Sequence[str]) -> str | None:
    """What ``[-C DIR] check [-o DIR] [--format text|json]`` prints for an unchanged project; None for anything else."""
    directory, rest = ".", list(arguments)
    if len(rest) >= 2 and rest[0] == "-C":
        directory, rest = rest[1], rest[2:]
    given = {OPTIONS.get(name): value for name, value in zip(rest[1::2], rest[2::2], strict=False)}
    if rest[:1] != ["check"] or len(rest) != 1 + 2 * len(given) or None in given:
        return None
    shown = FORMATS.get(given.get("format", "text"))
    output = given.get("output")
    place = os.path.join(os.path.realpath(directory), output) if output else output  # noqa: PTH118
    files = unchanged(project_directory(directory) or directory, place) if shown else None
    return None if files is None or shown is None else shown(files)


def _printed(answer: str) -> bool:
    """Whether *answer* got out; when it did not, the full command runs into the same trouble and reports it."""
    try:
        sys.stdout.write(answer)
        sys.stdout.flush()
    except (OSError, ValueError):
        return False
    return True


if __name__ == "__main__":
    run()
