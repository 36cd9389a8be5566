"""Rounds of the agent in which something other than a service is wrong: what runs goes on, and the store is told."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from memory_store import MemoryStore
from release_records import B_DIGEST, IMAGE, release

from speccompile.errors import Refused
from speccompile.releases import history
from speccompile.releases.agent.decisions import Condition, Seen, Service, Version
from speccompile.releases.agent.machine import Brought, Passing
from speccompile.releases.agent.remembered import remembered
from speccompile.releases.agent.rounds import Agent, for_host
from speccompile.releases.agent.services import _brought
from speccompile.releases.record import HostStatus, MadeFrom, Release
from speccompile.releases.rolling import End, Outcome
from speccompile.releases.store import Unreachable


class Watched:
    """A machine that runs whatever it is told to, and says when it was asked to change anything."""

    def __init__(self) -> None:
        self.running: dict[Service, Seen] = {}
        self.changes = 0
        self.back: frozenset[Service] = frozenset()
        self.answer = Brought()

    def seen(self, release: Release, known: Mapping[Service, Sequence[Version]]) -> Mapping[Service, Seen]:
        """What runs."""
        del release, known
        return dict(self.running)

    def bring(
        self,
        release: Release,
        targets: Mapping[Service, Version],
        before: Mapping[Service, Version],
        chosen: frozenset[Service],
        back: frozenset[Service],
    ) -> Mapping[Service, Brought]:
        """Whatever ``answer`` says becomes of it."""
        del release, before
        self.changes += 1
        self.back = back
        if self.answer.failure is None:
            self.running |= {name: Seen(targets[name], Condition.WELL) for name in chosen}
        return dict.fromkeys(chosen, self.answer)

    def retire(self, service: Service) -> None:
        """Away with it."""
        self.running.pop(service)

    def tidy(self, kept: Collection[Version]) -> None:
        """Nothing to do."""


class Silent(MemoryStore):
    """A store that no longer lets a host write."""

    def report(self, host: str, status: HostStatus) -> None:
        """It refuses."""
        raise Unreachable(f"403 Forbidden for {host}, at {status.at}")


@pytest.fixture
def machine() -> Watched:
    """A machine on which nothing runs."""
    return Watched()


def _agent(store: MemoryStore, machine: Watched, directory: Path) -> Agent:
    return Agent(
        store=store,
        machine=machine,
        host="one",
        platform="compose",
        directory=directory,
        grace=0,
        clock=lambda: datetime(2026, 1, 1, tzinfo=UTC),
    )


def test_a_store_that_went_back_changes_nothing(tmp_path: Path, machine: Watched) -> None:
    """SC730: neither an older release is followed, nor an empty store taken for one that wants nothing."""
    store = MemoryStore()
    for number in (1, 2):
        store.add(release(number))
    agent = _agent(store, machine, tmp_path)
    assert agent.round().well
    changes = machine.changes
    for left in ({1: release(1)}, {}):
        store.releases = left
        done = agent.round()
        assert [one.code for one in done.findings] == ["SC730"]
        assert (machine.changes, done.well, set(machine.running)) == (changes, False, {"api"})
    (tmp_path / "memory.json").unlink()  # as its fix says
    store.releases = {1: release(1)}
    assert agent.round().well


def test_a_release_for_another_platform_is_left_alone(tmp_path: Path, machine: Watched) -> None:
    """SC731."""
    store = MemoryStore()
    store.add(release(1).model_copy(update={"platform": "kubernetes"}))
    done = _agent(store, machine, tmp_path).round()
    assert ([one.code for one in done.findings], machine.changes) == (["SC731"], 0)


@pytest.mark.parametrize(
    "runs", [{"closure": f"/nix/store/{'a' * 32}-bank-1.0"}, {"path": B_DIGEST}], ids=lambda one: next(iter(one))
)
def test_what_nothing_here_starts_is_left_alone(tmp_path: Path, machine: Watched, runs: dict[str, str]) -> None:
    """SC736: an archive, or a closure; what runs goes on."""
    store = MemoryStore()
    store.add(release(1))
    assert _agent(store, machine, tmp_path).round().well
    other = release(2)
    services = {"api": other.services["api"].model_copy(update={"image": None, **runs})}
    store.add(other.model_copy(update={"services": services}))
    done = _agent(store, machine, tmp_path).round()
    assert ([one.code for one in done.findings], machine.changes, set(machine.running)) == (["SC736"], 1, {"api"})
    with pytest.raises(Refused):
        history.composition(store, services, None)


def test_a_reason_that_may_pass_is_no_mark_on_a_version(tmp_path: Path, machine: Watched) -> None:
    """A registry that is down: the same version is tried again; one that did not get well is not."""
    store = MemoryStore()
    store.add(release(1))
    agent = _agent(store, machine, tmp_path)
    machine.answer = Brought("the registry does not answer", passing=True)
    for _ in range(2):
        assert agent.round().status.services["api"].why == "the registry does not answer"
    assert (machine.changes, remembered(tmp_path).bad) == (2, {})
    machine.answer = Brought("its health check fails\nwith a second line")
    for _ in range(2):
        agent.round()
    assert machine.changes == 3
    assert (
        store.hosts["one"].services["api"].why
        == "release 1 did not get well here: its health check fails with a second line"
    )


def test_a_status_that_cannot_be_written_is_a_finding(tmp_path: Path, machine: Watched) -> None:
    """The machine is as it shall be all the same."""
    store = Silent()
    store.add(release(1))
    done = _agent(store, machine, tmp_path).round()
    assert ([one.code for one in done.findings], set(machine.running)) == (["SC712"], {"api"})


def test_a_machine_that_does_not_answer_is_no_version_s_fault(
    tmp_path: Path, machine: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(*_: object) -> Mapping[Service, Brought]:
        raise Passing("the engine does not answer")

    store = MemoryStore()
    store.add(release(1))
    with monkeypatch.context() as patch:
        patch.setattr(machine, "bring", silent)
        with pytest.raises(Passing):
            _agent(store, machine, tmp_path).round()
    assert _agent(store, machine, tmp_path).round().well


def test_a_host_takes_what_is_its_own() -> None:
    """Services that name no hosts are for all."""
    whole = release(4)
    api = whole.services["api"]
    services = {
        "api": api,
        "here": api.model_copy(update={"hosts": ("one", "two")}),
        "there": api.model_copy(update={"hosts": ("two",)}),
    }
    found = for_host(whole.model_copy(update={"services": services}), "one")
    assert set(found) == {"api", "here"}
    assert (found["api"].runs, found["api"].release) == (IMAGE, 4)


def test_steps_are_not_run_of_what_is_gone_back_to(tmp_path: Path, machine: Watched) -> None:
    """By `rollback`, and by this host alone where the wanted version is bad; a host that never had the service goes nowhere back."""
    store = MemoryStore()
    agent = _agent(store, machine, tmp_path / "one")
    (tmp_path / "one").mkdir()
    went_back = MadeFrom(release=1, why="back: api to 1")
    for made in (
        release(1),
        release(2, artifacts=B_DIGEST),
        release(3).model_copy(update={"made_from": went_back}),
    ):
        store.add(made)
        assert agent.round().well
        assert machine.back == (frozenset(("api",)) if made.made_from is went_back else frozenset())
    store.add(release(4).model_copy(update={"services": release(3).services}))  # another service was deployed since
    machine.running["api"] = Seen(machine.running["api"].version, Condition.STOPPED)
    assert agent.round().well
    assert machine.back == {"api"}
    store.add(release(5, artifacts=B_DIGEST))
    machine.answer = Brought("its health check fails")
    agent.round()
    assert machine.back == frozenset()
    machine.running, machine.answer = {}, Brought()
    agent.round()
    assert machine.back == {"api"}
    store.releases = {3: store.releases[3]}
    fresh = Watched()
    (tmp_path / "two").mkdir()
    assert _agent(store, fresh, tmp_path / "two").round().well
    assert (fresh.changes, fresh.back) == (1, frozenset())


def test_a_host_does_not_go_back_over_a_step_that_cannot_be_undone(tmp_path: Path, machine: Watched) -> None:
    """What was well here before does not work with the data as they are now; a rollback that was forced is followed."""
    store = MemoryStore()
    agent = _agent(store, machine, tmp_path)
    store.add(release(1))
    assert agent.round().well
    final = release(2, artifacts=B_DIGEST)
    store.add(
        final.model_copy(update={"services": {"api": final.services["api"].model_copy(update={"irreversible": True})}})
    )
    machine.answer = Brought("its health check fails")
    agent.round()
    machine.running, changes = {}, machine.changes
    said = agent.round().status.services["api"]
    assert (said.state, machine.changes) == ("absent", changes)
    assert said.why == (
        "release 2 did not get well here: its health check fails; release 1 does not work after a step of it: "
        "deploy one that does, or go back all the same with rollback --force"
    )
    machine.answer = Brought()
    store.add(release(3).model_copy(update={"made_from": MadeFrom(release=1, why="back: api to 1")}))
    assert agent.round().well
    assert machine.back == {"api"}


@pytest.mark.parametrize(("back", "passing"), [(None, True), (False, False), (True, False)])
def test_an_engine_that_went_away_is_no_mark_on_a_version(back: bool | None, passing: bool) -> None:
    """It is tried again; what was not well is not."""
    outcome = Outcome(name="api", end=End.FAILED, why="Cannot connect to the Docker daemon", back=back)
    assert _brought(outcome) == Brought("Cannot connect to the Docker daemon", passing=passing)
