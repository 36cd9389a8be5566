"""Every engine answers as the type of engines says: a module is imported by its name, where no checker of types looks."""

from __future__ import annotations

import inspect
from typing import get_args

import pytest

from speccompile.releases.compose_site import ENGINE as COMPOSE
from speccompile.releases.kubernetes.engine import ENGINE as KUBERNETES
from speccompile.releases.quadlet.engine import ENGINE as QUADLET
from speccompile.releases.site import Engine
from speccompile.releases.sites import engine
from speccompile.releases.swarm.engine import ENGINE as SWARM
from speccompile.spec.environments import Platform

ENGINES: dict[str, Engine] = {"compose": COMPOSE, "kubernetes": KUBERNETES, "quadlet": QUADLET, "swarm": SWARM}
"""mypy compares each with the protocol, here."""


def test_none_is_left_out() -> None:
    """A platform more is one line more above."""
    assert {name: engine(name) for name in get_args(Platform)} == ENGINES


@pytest.mark.parametrize("name", ENGINES)
def test_each_takes_what_the_others_take(name: str) -> None:
    """By the names of parameters."""
    for method, said in inspect.getmembers(Engine, inspect.isfunction):
        if not method.startswith("_"):
            own = getattr(type(ENGINES[name]), method)
            assert list(inspect.signature(own).parameters) == list(inspect.signature(said).parameters), method
