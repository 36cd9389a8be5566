"""Steps of a release on several machines: once where all have the same data, on each where each has its own, and before anything else serves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

import pytest
from engine_in_memory import Memory

from report_documents import conforms
from speccompile.cli.release_report import Report
from speccompile.releases.carrying import OnHost, carried_out, merged
from speccompile.releases.compose_site import ComposeSite
from speccompile.releases.composition import Composition
from speccompile.releases.documents import part
from speccompile.releases.machine import Machine
from speccompile.releases.rolling import End, Outcome
from speccompile.releases.site import Site, Wish
from speccompile.releases.steps import once_for_all
from speccompile.releases.wanted import Group, PlatformFailed, Wanted, Way

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
    """So many machines in memory; ``order`` is where something was done, in its order; on the one whose number is ``sick`` nothing gets well, the one that
    is ``away`` does not answer any more."""

    order: list[str] = field(default_factory=list)
    sick: int | None = None
    away: int | None = None

    def sites(self, count: int) -> Sequence[Site]:
        """Those of them."""
        return [
            ComposeSite(
                cast("Any", self._session(f"ssh://m{at}", {"1"} if at == self.sick else set(), away=at == self.away))
            )
            for at in range(count)
        ]

    def _session(self, address: str, sick: set[str], *, away: bool) -> SimpleNamespace:
        order = self.order

        def ready(_: Composition) -> None:
            if away:
                raise PlatformFailed("ssh: connect to host m1 port 22: No route to host")

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
            ready=ready,
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
    said = report(done)
    conforms("deploy", said.data())
    hosts = said.data()["deployments"]["hosts"]
    assert [(one["status"], [each["status"] for each in one["services"]]) for one in hosts] == [
        ("success", ["deployed"]),
        ("failed", ["failed"]),
        ("not-reached", []),
        ("not-reached", []),
    ]
    assert [one.code for one in said.findings] == ["SC706", "SC755"]
    assert said.findings[1].message == "api is in its new version on ssh://m0, and not on ssh://m1, ssh://m2, ssh://m3"
    assert said.findings[1].fix.endswith("speccompile rollback --environment production --to 6")
    assert said.text().splitlines()[0] == "on ssh://m0:"
    assert said.text().splitlines()[-3:] == [
        "not reached, runs what it ran: ssh://m2",
        "not reached, runs what it ran: ssh://m3",
        "nothing is recorded: the last release is 6",
    ]


def report(done: tuple[OnHost, ...]) -> Report:
    """What is said of it, where release 6 was the last and nothing is recorded."""
    return Report(
        app="shop",
        environment="production",
        images={},
        hosts=done,
        outputs={},
        release=None,
        unchanged=6,
        seconds=1,
    )


def test_what_is_not_everywhere_is_not_recorded() -> None:
    """`web` is well on the first two machines, and the last one's turn did not come, as `api` failed: no release says that it has it."""
    api, web = Outcome(name="api", end=End.DEPLOYED), Outcome(name="web", end=End.DEPLOYED)
    failed = Outcome(name="api", end=End.FAILED, why="its health check fails", back=True)
    hosts = (OnHost("ssh://m0", (api, web)), OnHost("ssh://m1", (failed, web)), OnHost("ssh://m2", ()))
    assert {one.name: (one.end, one.why) for one in merged(hosts)} == {
        "api": (End.FAILED, "its health check fails"),
        "web": (End.SKIPPED, "the turn of ssh://m2 did not come"),
    }
    torn = [one.message for one in report(hosts).findings if one.code == "SC755"]
    assert torn[1] == "web is in its new version on ssh://m0, ssh://m1, and not on ssh://m2"


def test_a_machine_that_goes_away_is_one_that_failed() -> None:
    """What was done on the others is told of; of what runs there nothing is said, as nobody knows."""
    machines = Machines(away=1)
    done = carried_out(machines.sites(3), (), wish(OWN), LEASE, lambda _: None)
    assert [[each.end for each in one.outcomes] for one in done] == [[End.DEPLOYED], [End.FAILED], []]
    (failed,) = done[1].outcomes
    assert (failed.why, failed.back) == ("ssh: connect to host m1 port 22: No route to host", None)
    said = report(done)
    conforms("deploy", said.data())
    assert said.data()["deployments"]["hosts"][1]["services"][0]["restored"] is None
    assert "what runs of it now is not known" in said.text()
    assert "what ran before runs" not in said.text()
