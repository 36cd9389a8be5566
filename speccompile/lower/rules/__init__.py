"""The rules, in the order in which they apply. Each is a module: ``CODE``, ``apply(subject, draft) -> draft``; its docstring
is what ``speccompile explain CODE`` prints."""

from __future__ import annotations

from types import ModuleType

from speccompile.lower.rules import (
    demands,
    environment,
    exposure,
    externals,
    health,
    limits,
    pages,
    port,
    replicas,
    schedule,
    secrets,
    shutdown,
    state,
    stores,
    traffic,
)

RULES: tuple[ModuleType, ...] = (
    port,
    stores,
    externals,
    secrets,
    environment,
    demands,
    health,
    shutdown,
    limits,
    state,
    replicas,
    schedule,
    exposure,
    traffic,
    pages,
)
