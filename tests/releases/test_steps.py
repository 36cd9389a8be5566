"""Steps of a release on several machines: once where all have the same data, on each where each has its own, and before anything else serves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

import pytest
from engine_in_memory import Memory

from speccompile.releases.carrying import carried_out
from speccompile.releases.compose_site import ComposeSite
from speccompile.releases.composition import Composition
from speccompile.releases.documents import part
from speccompile.releases.machine import Machine
from speccompile.releases.site import Site, Wish
from speccompile.releases.steps import once_for_all
from speccompile.releases.wanted import Group, Wanted, Way

_API = {"image": "acme/api:1", "restart": "unless-stopped"}
_STEP = {"image": "acme/api:1", "restart": "no"}
_VOLUME = {"type": "volume", "source": "db", "target": "/data"}
_DB = {"image": "postgres:16", "volumes": [_VOLUME]}


def composition(**services: dict[str, Any]) -> Composition:
    """Of these services of a compose file; `api_release` is a step of `api`."""
    told = {name.replace("_", "-"): said for name, said in services.items()}
    document = {"services": told, "volumes": {"db": {}}}
    groups = {name: [name] for name in told if not name.endswith("-release")}
    groups["api"] += [name for name in told if name.endswith("-release")]
    return Composition(parts={name: part(document, names) for name, names in groups.items()}, images={}, routes="")


ELSEWHERE = composition(api=_API, api_release=_STEP)
OWN = composition(api=_API, api_release={**_STEP, "depends_on": {"db": {"condition": "service_healthy"}}}, db=_DB)
BETWEEN = composition(
    api={**_API, "depends_on": {"pool": {"condition": "service_started"}}},
    api_release=_STEP,
    pool={"image": "bouncer:1", "depends_on": {"db": {"condition": "service_healthy"}}},
    db=_DB,
)
FILES = composition(api={**_API, "volumes": [_VOLUME]}, api_release=_STEP)


@pytest.mark.parametrize(
    ("composed", "once"),
    [(ELSEWHERE, {"api"}), (OWN, set()), (BETWEEN, set()), (FILES, set())],
    ids=["elsewhere", "own", "between", "files"],
)
def test_data_on_the_machine_is_each_machines_own(composed: Composition, once: set[str]) -> None:
    """Its own, that of what it needs, and of what that needs; what has no steps has none to run."""
    assert once_for_all(composed) == once


@dataclass
class Machines:
    """So many machines in memory; ``order`` is where something was done, in its order; on the one whose number is ``sick`` nothing gets well."""

    order: list[str] = field(default_factory=list)
    sick: int | None = None

    def sites(self, count: int) -> Sequence[Site]:
        """Those of them."""
        return [
            ComposeSite(cast("Any", self._session(f"ssh://m{at}", {"1"} if at == self.sick else set())))
            for at in range(count)
        ]

    def _session(self, address: str, sick: set[str]) -> SimpleNamespace:
        order = self.order

        class Noted(Memory):
            """Says what it does."""

            def step(self, name: str, document: str) -> str | None:
                order.append(f"{address} {name}")
                return super().step(name, document)

            def start_beside(self, wanted: Wanted, more: int) -> None:
                order.append(f"{address} {wanted.name}")
                super().start_beside(wanted, more)

        engine = Noted(sick=sick)
        wanted = Wanted(
            name="api",
            version="1",
            document="wanted.json",
            replicas=1,
            way=Way.BESIDE,
            patience=5.0,
            grace=1.0,
            settle=0.0,
            asked=True,
            watch=0.0,
        )
        group = Group(name="api", steps=("api-release",), workloads=(wanted,), needs=frozenset())
        return SimpleNamespace(
            where=SimpleNamespace(machine=Machine(address)),
            groups=lambda *_: (group,),
            platform=lambda _: engine,
            ready=lambda _: None,
        )


def wish(composed: Composition) -> Wish:
    """All of it."""
    return Wish(composition=composed, chosen=frozenset(("api",)), before=None, fail_fast=False)


LEASE = cast("Any", SimpleNamespace(renew=lambda: None))


@pytest.mark.parametrize("stages", [(), ("all",), ("2", "all"), ("1", "all")], ids=str)
def test_the_first_machine_runs_them_for_all(stages: tuple[str, ...]) -> None:
    """And before any of the others has the new version, also where they are of one stage."""
    machines = Machines()
    done = carried_out(machines.sites(3), stages, wish(ELSEWHERE), LEASE, lambda _: None)
    assert all(one.good for one in done)
    assert machines.order[:2] == ["ssh://m0 api-release", "ssh://m0 api"]
    assert sorted(machines.order[2:]) == ["ssh://m1 api", "ssh://m2 api"]


def test_each_machine_runs_them_for_its_own_data() -> None:
    """Before its own new version."""
    machines = Machines()
    carried_out(machines.sites(2), (), wish(OWN), LEASE, lambda _: None)
    assert machines.order == [f"ssh://m{n} {name}" for n in range(2) for name in ("api-release", "api")]


def test_the_plan_says_the_same() -> None:
    """Steps where they are run."""
    first, second = Machines().sites(2)
    steps = [one.planned(wish(ELSEWHERE).on(at))[0].steps for at, one in enumerate((first, second))]
    assert steps == [("api-release",), ()]


def test_a_stage_that_fails_is_the_last() -> None:
    """The machines of the next one are not touched, and that is said."""
    machines = Machines(sick=1)
    done = carried_out(machines.sites(4), ("1", "50%", "all"), wish(OWN), LEASE, lambda _: None)
    assert [(one.good, bool(one.outcomes)) for one in done] == [
        (True, True),
        (False, True),
        (False, False),
        (False, False),
    ]
    assert {line.split()[0] for line in machines.order} == {"ssh://m0", "ssh://m1"}
