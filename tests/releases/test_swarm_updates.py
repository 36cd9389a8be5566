"""What is done with what a swarm says, told by a swarm in memory."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from speccompile.releases.deployment import Order, each
from speccompile.releases.rolling import End
from speccompile.releases.swarm import documents, seen
from speccompile.releases.swarm.conversation import Manager
from speccompile.releases.swarm.documents import labelled
from speccompile.releases.swarm.seen import Service, Task, Verdict
from speccompile.releases.swarm.updates import Updates
from speccompile.releases.wanted import Group, PlatformFailed, Wanted, Way

_NEW = "v2"


@pytest.mark.parametrize(
    ("service", "tasks", "verdict"),
    [
        (("v2", "v1", "updating"), (), Verdict.GOES_ON),
        (("v2", "v1", ""), (("v1", "running"),), Verdict.GOES_ON),
        (("v2", "v1", "completed"), (("v2", "running"),), Verdict.WELL),
        (("v2", None, ""), (("v2", "running"),), Verdict.WELL),
        (("v2", None, ""), (("v2", "starting"),), Verdict.GOES_ON),
        (("v2", None, ""), (("v2", "failed"), ("v2", "starting")), Verdict.SICK),
        (("v1", "v2", "rollback_started"), (), Verdict.GOES_ON),
        (("v1", "v2", "rollback_completed"), (("v1", "running"),), Verdict.BACK),
        (("v1", "v2", "rollback_paused"), (), Verdict.STUCK),
        (("v2", "v1", "paused"), (), Verdict.STUCK),
        (("v2", "v1", "rollback_completed"), (("v2", "running"),), Verdict.WELL),
    ],
)
def test_the_swarms_words_are_understood(
    service: tuple[str, str | None, str], tasks: tuple[tuple[str, str], ...], verdict: Verdict
) -> None:
    version, before, update = service
    now = Service(version=version, before=before, replicas=1, update=update, message="")
    there = [_task(number, *one) for number, one in enumerate(tasks)]
    assert seen.verdict(now, there, _NEW, frozenset()) is verdict


def test_who_broke_is_asked_before_who_was_shut_down() -> None:
    """A task that its health check has ended is complete, and the swarm has begun another one meanwhile."""
    tasks = [_task(0, "v1", "running"), _task(1, _NEW, "complete"), _task(2, _NEW, "shutdown")]
    assert [one.id for one in seen.culprits(tasks, _NEW)] == ["t1", "t2"]
    assert seen.culprits([*tasks, _task(3, _NEW, "failed")], _NEW)[0].id == "t3"
    now = Service(version=_NEW, before=None, replicas=1, update="", message="")
    assert seen.verdict(now, tasks, _NEW, frozenset()) is Verdict.SICK


def test_what_failed_before_is_no_failure_now() -> None:
    now = Service(version=_NEW, before=None, replicas=1, update="", message="")
    assert seen.verdict(now, [_task(0, _NEW, "failed")], _NEW, frozenset(("t0",))) is Verdict.GOES_ON


def _task(number: int, version: str, state: str) -> Task:
    desired = "running" if state in ("running", "starting") else "shutdown"
    return Task(
        id=f"t{number}", version=version, state=state, desired=desired, error="", container="", made=f"{number:04}"
    )


@dataclass
class Swarm:
    """A manager in memory: ``sick`` versions never run, ``failing`` steps fail; an update takes two looks, and a failed one is rolled back if it can."""

    sick: set[str] = field(default_factory=set)
    failing: set[str] = field(default_factory=set)
    there: dict[str, Service] = field(default_factory=dict)
    told: dict[str, list[Task]] = field(default_factory=dict)
    looks: dict[str, int] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)
    refuses: str = ""
    time: float = 0.0

    def deploy(self, text: str) -> None:
        if self.refuses:
            raise PlatformFailed(self.refuses)
        for name, told in json.loads(text)["services"].items():
            version = told["labels"][documents.VERSION]
            self.log.append(f"{name} {version}")
            before = self.there.get(name)
            if told.get("once"):
                self.there[name] = Service(version=version, before=None, replicas=1, update="", message="")
                self.told[name] = [_task(0, version, "failed" if name in self.failing else "complete")]
                continue
            update = "updating" if before else ""
            self.there[name] = Service(
                version=version, before=before.version if before else None, replicas=1, update=update, message=""
            )
            self.told.setdefault(name, []).append(_task(len(self.log), version, "starting"))

    def service(self, name: str) -> Service | None:
        return self.there.get(name)

    def tasks(self, name: str) -> tuple[Task, ...]:
        return tuple(self.told.get(name, ()))

    def undo(self, name: str) -> None:
        now = self.there[name]
        assert now.before
        self.log.append(f"{name} back")
        self._be(name, now.before, now.version, "rollback_completed")

    def remove(self, names: frozenset[str]) -> None:
        for name in names:
            self.log.append(f"{name} gone")
            del self.there[name], self.told[name]

    def story(self, task: Task) -> str:
        return f"the last words of {task.version}"

    def pause(self, seconds: float) -> None:
        self.time += seconds
        for name, now in self.there.items():
            if not any(one.state == "starting" for one in self.told[name]):
                continue
            if now.version not in self.sick:
                self._be(name, now.version, now.before, "completed" if now.update else "")
            elif now.before:
                self._be(name, now.before, now.version, "rollback_completed")
            else:
                self.told[name] = [_task(len(self.log), now.version, "failed")]

    def _be(self, name: str, version: str, before: str | None, update: str) -> None:
        self.there[name] = Service(version=version, before=before, replicas=1, update=update, message="")
        self.told[name] = [_task(len(self.log), version, "running")]


def _wanted(name: str, version: str) -> Wanted:
    return Wanted(
        name=name, version=version, document="", replicas=1, way=Way.BESIDE, patience=30, grace=1, settle=0, asked=True, watch=3,
    )  # fmt: skip


def _deployed(swarm: Swarm, version: str, *, steps: Mapping[str, tuple[str, ...]] | None = None) -> dict[str, Any]:
    """Deploy `db`, `api` that needs it, and `web` that needs api."""
    needs = {"db": (), "api": ("db",), "web": ("api",), "other": ()}
    groups = tuple(
        Group(
            name=name,
            steps=(steps or {}).get(name, ()),
            workloads=(_wanted(name, f"{name}-{version}"),),
            needs=frozenset(need),
        )
        for name, need in needs.items()
    )
    every: dict[str, dict[str, Any]] = {name: {"services": {name: {}}} for name in needs}
    updates = Updates(
        manager=cast(Manager, swarm),
        documents=every,
        steps={name: {"services": {step: {"once": True} for step in (steps or {}).get(name, ())}} for name in needs},
        versions={name: f"{name}-{version}" for name in (*needs, "api-release")},
        say=lambda _: None,
        pause=swarm.pause,
        now=lambda: swarm.time,
    )
    order = Order(groups=groups, before={}, chosen=frozenset(needs), fail_fast=False)
    return each(order, lambda _: True, lambda group, _: updates.bring(group), lambda: None)


def test_services_come_in_the_order_of_their_needs_and_once() -> None:
    swarm = Swarm()
    found = _deployed(swarm, "1", steps={"api": ("api-release",)})
    assert {one.end for one in found.values()} == {End.DEPLOYED}
    assert swarm.log == [
        "db db-1",
        "other other-1",
        "api-release api-release-1",
        "api-release gone",
        "api api-1",
        "web web-1",
    ]
    assert {one.end for one in _deployed(swarm, "1").values()} == {End.UNCHANGED}


def test_what_fails_is_back_what_needs_it_is_skipped_the_rest_goes_on() -> None:
    swarm = Swarm(sick={"api-2"})
    _deployed(swarm, "1")
    found = _deployed(swarm, "2")
    assert {name: one.end for name, one in found.items()} == {
        "db": End.DEPLOYED, "other": End.DEPLOYED, "api": End.FAILED, "web": End.SKIPPED,
    }  # fmt: skip
    assert found["api"].back
    assert swarm.there["api"].version == "api-1"


def test_of_what_never_ran_nothing_is_left() -> None:
    swarm = Swarm(sick={"api-1"})
    found = _deployed(swarm, "1")
    assert (found["api"].end, found["api"].back, "api" in swarm.there) == (End.FAILED, False, False)
    assert found["api"].story == "the last words of api-1"


def test_what_was_wanted_before_and_is_not_well_is_left_there() -> None:
    """It may get well again with what it needs; and there may be nothing older that would."""
    swarm = Swarm()
    _deployed(swarm, "1")
    swarm.told["api"] = [_task(1, "api-1", "failed")]
    log = list(swarm.log)
    found = _deployed(swarm, "1")
    assert (found["api"].end, found["api"].back, swarm.log) == (End.FAILED, False, log)
    assert swarm.there["api"].version == "api-1"


def test_a_step_that_fails_changes_nothing() -> None:
    swarm = Swarm()
    _deployed(swarm, "1")
    swarm.failing = {"api-release"}
    found = _deployed(swarm, "2", steps={"api": ("api-release",)})
    assert (found["api"].end, found["api"].back, swarm.there["api"].version) == (End.FAILED, True, "api-1")
    assert "api-release" not in swarm.there


def test_a_deployment_that_was_cut_off_is_looked_at_and_not_told_again() -> None:
    """Else the swarm would know the new version as the one to go back to."""
    swarm = Swarm()
    _deployed(swarm, "1")
    swarm.deploy(labelled({"services": {"api": {}}}, {"api": "api-2"}))
    assert _deployed(swarm, "2")["api"].end in (End.DEPLOYED, End.UNCHANGED)
    assert swarm.log.count("api api-2") == 1
    assert swarm.there["api"].before == "api-1"


def test_what_the_swarm_refuses_is_said() -> None:
    swarm = Swarm()
    _deployed(swarm, "1")
    swarm.refuses = "secret not found: bank-key-1"
    found = _deployed(swarm, "2")
    assert (found["db"].why, found["db"].back) == ("secret not found: bank-key-1", True)
