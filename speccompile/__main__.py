"""The entry: help, and ``check`` and ``generate`` of an unchanged project, are answered before anything heavy is imported."""

from __future__ import annotations

import atexit
import gc
import os
import sys

from speccompile.quick_help import quick_help


def run() -> None:
    """Run the command line, and end the process."""
    try:
        main()
    except SystemExit as end:
        _leave(end.code)
        raise
    _leave(0)


def main() -> None:
    """Run the command line. Exits by ``SystemExit`` or, after a fast path, by returning."""
    arguments = sys.argv[1:]
    page = quick_help(arguments)
    if page is not None and _written(page):
        return
    gc.disable()  # a compilation keeps what it makes: looking for garbage takes a sixth of the time and frees next to nothing
    try:
        if "check" in arguments or "generate" in arguments:
            from speccompile.quick_check import printed, quick_answer  # noqa: PLC0415  # other commands do without

            answer = quick_answer(arguments)
            if answer is not None and printed(answer):
                return
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


def _written(page: str) -> bool:
    """Whether *page* got out; when it did not, the full command runs into the same trouble and reports it."""
    try:
        sys.stdout.write(page)
        sys.stdout.flush()
    except (OSError, ValueError):
        return False
    return True


if __name__ == "__main__":
    run()
