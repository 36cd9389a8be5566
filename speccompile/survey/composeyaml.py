"""A compose file's YAML as ``init`` takes it: what can be read is read, and what cannot be is as if it were not there."""

from __future__ import annotations

from speccompile.frontends import looseyaml
from speccompile.regex import regex
from speccompile.spec.located import SourceText

_LARGEST = 400_000
_DEFAULTED = regex(r"\$\{[A-Za-z_]\w*:?-([^${}]*)\}")


def read(text: str) -> object:
    """The document in *text*: mappings, tuples, texts, numbers, truth values and None; None also for what cannot be read."""
    return looseyaml.read(SourceText("", text[:_LARGEST]))[0]


def defaulted(text: str) -> str:
    """*text* with the default of each variable that has one in its place."""
    return _DEFAULTED.sub(lambda found: found[1], text)
