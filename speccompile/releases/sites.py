"""The engines that releases are deployed by: one line each."""

from __future__ import annotations

import importlib
from types import MappingProxyType

from speccompile.releases.site import Engine
from speccompile.spec.environments import Platform

_ENGINES = MappingProxyType({
    "compose": "speccompile.releases.compose_site",
    "swarm": "speccompile.releases.swarm.engine",
    "kubernetes": "speccompile.releases.kubernetes.engine",
    "quadlet": "speccompile.releases.quadlet.engine",
})  # fmt: skip
"""By the platform's name, as `environments.*.on` writes it: the module with its ``ENGINE``. It is imported when it is asked for."""


def engine(platform: Platform) -> Engine:
    """The engine of *platform*."""
    found: Engine = importlib.import_module(_ENGINES[platform]).ENGINE
    return found
