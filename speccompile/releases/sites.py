"""The engines that releases are deployed by: one line each."""

from __future__ import annotations

import importlib
from types import MappingProxyType

from speccompile.releases.site import Engine

_ENGINES = MappingProxyType({
    "compose": "speccompile.releases.compose_site",
    "swarm": "speccompile.releases.swarm.engine",
    "kubernetes": "speccompile.releases.kubernetes.engine",
    "quadlet": "speccompile.releases.quadlet.engine",
})  # fmt: skip
"""By the platform's name, as `environments.*.on` writes it: the module with its ``ENGINE``. It is imported when it is asked for."""

DEPLOYED = tuple(_ENGINES)
"""The platforms that are deployed to from here."""


def engine(platform: str) -> Engine | None:
    """The engine of *platform*; None where nothing is deployed to it from here."""
    module = _ENGINES.get(platform)
    found: Engine | None = importlib.import_module(module).ENGINE if module else None
    return found
