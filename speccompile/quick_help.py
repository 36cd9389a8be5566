"""The pages of ``--help``, as they were written down: to make them anew takes the command line and all that the commands import."""

from __future__ import annotations

import os
import sys

from speccompile import __version__

TYPE_CHECKING = False  # typing takes too long to import here
if TYPE_CHECKING:
    from collections.abc import Sequence

_HELP = ("-h", "--help")
_WIDE_ENOUGH = 80  # click's pages are made for that at most


def quick_help(arguments: Sequence[str]) -> str | None:
    """What ``[COMMAND] --help`` and ``--version`` print; None for anything else, and where a page is to be made for a narrow terminal."""
    if list(arguments) == ["--version"]:
        return f"speccompile, version {__version__}\n"
    program = _program()
    if (
        not arguments
        or arguments[-1] not in _HELP
        or len(arguments) > 2
        or program is None
        or _columns() < _WIDE_ENOUGH
    ):
        return None
    from speccompile.help_pages import PAGES  # noqa: PLC0415  # few ask for help

    page = PAGES.get(" ".join(arguments[:-1]))
    return None if page is None else page.replace("speccompile", program, 1)


def _program() -> str | None:
    """What the program is called in its help; None where it was started in another way."""
    if sys.modules["__main__"].__package__ == "speccompile":
        return "python -m speccompile"
    return "speccompile" if os.path.basename(sys.argv[0]) == "speccompile" else None  # noqa: PTH119


def _columns() -> int:
    """The terminal's width, as click finds it (``shutil.get_terminal_size``, which takes long to import)."""
    try:
        said = int(os.environ.get("COLUMNS", "0"))
        return (
            said
            if said > 0
            else os.get_terminal_size(sys.__stdout__.fileno() if sys.__stdout__ else 1).columns or _WIDE_ENOUGH
        )
    except (ValueError, OSError):
        return _WIDE_ENOUGH
