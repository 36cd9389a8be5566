"""Whether the sources of a server listen on one port, whatever anybody says: only where that is sure."""

from __future__ import annotations

from speccompile.detect.reading import Sources
from speccompile.regex import regex
from speccompile.stacks.facts import Chosen, Facts

_IN_SOURCE = regex(r"\((?:number|address) in the source\)\Z")
_TOLD = regex(
    r"(?<![A-Z])PORT\b|(?i:\b(?:argv|argparse|click|commander|yargs|flag|clap|getopt|config|settings|dotenv|envconfig|viper)\b)"
)
# What is started by a program of its own is told the port by that.
_STARTED = frozenset((
    "gunicorn", "uvicorn", "hypercorn", "granian", "daphne", "waitress", "next", "nuxt", "vite", "astro", "@sveltejs/kit", "@remix-run/serve", "django",
    "streamlit",
))  # fmt: skip


def fixed(codes: Sources, facts: Facts) -> Chosen | None:
    """The port on which the service whose sources *codes* are listens, as a number that stands in its sources and nothing can change."""
    port = facts.listens
    if port.span is None or not _IN_SOURCE.search(port.source) or facts.dependencies & _STARTED or facts.pages:
        return None
    told = any(_TOLD.search(code.code) for _, code in codes)
    return None if told else port
