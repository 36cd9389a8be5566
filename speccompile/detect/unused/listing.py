"""Names from other people's files in a message."""

from __future__ import annotations

from collections.abc import Iterable

from speccompile.diagnostics import quoted

_SHOWN = 20


def listed(names: Iterable[str]) -> str:
    """*names* in their order, each once; of very many the first."""
    several = tuple(dict.fromkeys(names))
    shown = ", ".join(name if name.isprintable() else quoted(name) for name in several[:_SHOWN])
    return shown + (f" and {len(several) - _SHOWN} more" if len(several) > _SHOWN else "")
