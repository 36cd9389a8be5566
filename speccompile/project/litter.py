"""What tools leave in a checkout, and nobody wrote.

Imported by the fast path of ``check``, so nothing costly may be imported here.
"""

from __future__ import annotations

TYPE_CHECKING = False  # typing takes too long to import for the fast path of ``check``
if TYPE_CHECKING:
    from collections.abc import Iterable

# What tools make of a checkout on one machine and not on another: seeing it would make the lock file differ between the two.
LITTER = frozenset((
    "node_modules", "bower_components", "__pycache__", ".venv", "venv", ".tox",
    ".nox", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis", ".cache",
    ".turbo", ".next", ".nuxt", ".svelte-kit", ".astro", ".parcel-cache",
    ".gradle", ".idea", ".vscode", ".DS_Store", ".coverage", "htmlcov",
    ".env",
))  # fmt: skip
COVERAGE = "coverage"
_REPORTS = frozenset((
    ".last_run.json", ".resultset.json", "assets", "base.css", "clover.xml", "cobertura.xml", "coverage-final.json", "coverage-summary.json", "coverage.json",
    "coverage.xml", "lcov-report", "lcov.info", "prettify.css", "tmp",
))  # fmt: skip
_REPORTED = (".lcov", ".info", ".out", ".html", ".cov", ".profraw")


def is_report(entries: Iterable[str]) -> bool:
    """Whether a directory called coverage with these *entries* is what a tool writes of tests, and no part of the program (an insurance's coverage)."""
    names = tuple(entries)
    return not names or any(name in _REPORTS or name.endswith(_REPORTED) for name in names)
