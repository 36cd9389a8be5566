"""Whether values of secrets can get into a commit, where there is no output directory whose .gitignore could be ours."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from speccompile.codes.drift import NOT_KEPT_OUT
from speccompile.diagnostics import Diagnostic
from speccompile.plan.plan import Layout
from speccompile.source import Span

_PATH = ".gitignore"
_KEPT_OUT = {
    ".env": (".env", "/.env", ".env*", "*.env"),
    "secrets/": ("secrets/", "/secrets/", "secrets", "/secrets"),
}


def kept_out(layout: Layout, ignored: Iterable[str]) -> Iterator[Diagnostic]:
    """A note with the lines that the project's own .gitignore, whose lines are *ignored*, lacks when the artifacts are beside it."""
    if layout.output:
        return
    lines = frozenset(ignored)
    missing = [line for line, enough in _KEPT_OUT.items() if lines.isdisjoint(enough)]
    if missing:
        message = (
            "the files are generated beside your sources, where nothing keeps values of secrets out of version control"
        )
        yield NOT_KEPT_OUT.at(Span(_PATH), message, fix=f"add to .gitignore, a line each: {', '.join(missing)}")
