"""The catalogue of rules: code → title and documentation, for ``explain`` and for docs/rules.md."""

from __future__ import annotations

import inspect
from types import ModuleType

from speccompile.lower import (
    accessories,
    backups,
    build_values,
    coverage,
    defaults,
    deliveries,
    environments,
    evidence,
    followed,
    given,
    handover,
    labels,
    library,
    promised,
    repository,
    sidecars,
    together,
    wiring,
)
from speccompile.lower.rules import RULES
from speccompile.realise import exclusive, front_door
from speccompile.stacks import steps

_BESIDES: tuple[ModuleType, ...] = (
    defaults,
    steps,
    coverage,
    wiring,
    handover,
    exclusive,
    front_door,
    accessories,
    sidecars,
    given,
    backups,
    together,
    labels,
    repository,
    build_values,
    evidence,
    library,
    promised,
    environments,
    deliveries,
    followed,
)


def _documented() -> dict[str, tuple[str, str]]:
    found = {module.CODE: (module.TITLE, inspect.cleandoc(module.__doc__ or "")) for module in (*_BESIDES, *RULES)}
    return dict(sorted(found.items()))


RULE_DOCS: dict[str, tuple[str, str]] = _documented()
