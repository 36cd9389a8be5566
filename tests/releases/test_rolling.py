"""The steps of a deployment, on an engine in memory: nothing that serves ceases to, what fails goes back, and whatever was cut off becomes whole."""

from __future__ import annotations

import contextlib

import pytest
from engine_in_memory import CutOff, Memory
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from speccompile.releases.carrying import staged
from speccompile.releases.deployment import Order, changes, deploy
from speccompile.releases.rolling import End, Outcome
from speccompile.releases.wanted import Group, Instance, PlatformFailed, State, Wanted, Way


def workload(name: str, version: str, **more: object) -> Wanted:
    """One that becomes well at once."""
    told = {
        "replicas": 1,
        "way": Way.BESIDE,
        "patience": 5.0,
        "grace": 1.0,
        "settle": 2.0,
        "asked": True,
        "watch": 0.0,
        **more,
    }
    return Wanted(name=name, version=version, document="wanted.json", **told)  # type: ignore[arg-type]


def group(name: str, version: str, needs: tuple[str, ...] = (), steps: tuple[str, ...] = (), **more: object) -> Group:
    """A service with one workload."""
    return Group(name=name, steps=steps, workloads=(workload(name, version, **more),), needs=frozenset(needs))


def done(engine: Memory, *groups: Group, before: tuple[Group, ...] = (), fail_fast: bool = False) -> dict[str, Outcome]:
    """What comes of deploying all of *groups*."""
    order = Order(
        groups=groups,
        before={one.name: one for one in before},
        chosen=frozenset(one.name for one in groups),
        fail_fast=fail_fast,
    )
    return {one.name: one for one in deploy(engine, order, lambda: None, lambda _: None)}


def test_a_new_version_comes_beside_the_old_one() -> None:
    """And the old one goes when the new one is well, and the front door knows it."""
    engine = Memory()
    assert done(engine, group("api", "1"))["api"].end is End.DEPLOYED
    assert done(engine, group("api", "2"))["api"].end is End.DEPLOYED
    assert (engine.versions("api"), len(engine.there), engine.gaps) == (["2"], 1, set())
    assert done(engine, group("api", "2"))["api"].end is End.UNCHANGED


def test_a_sick_version_leaves_the_old_one_alone() -> None:
    """The same instance serves, nothing else is left, and it is said what the sick one said."""
    engine = Memory(sick={"2"})
    done(engine, group("api", "1"))
    (old,) = engine.instances("api")
    outcome = done(engine, group("api", "2"))["api"]
    assert (outcome.end, outcome.back, outcome.story) == (End.FAILED, True, "the last words of 0002")
    assert (engine.instances("api"), engine.gaps) == ((old,), set())


def test_the_first_version_that_is_sick_leaves_nothing() -> None:
    """There is nothing to go back to, which is said."""
    engine = Memory(sick={"1"})
    outcome = done(engine, group("api", "1"))["api"]
    assert (outcome.end, outcome.back, engine.there) == (End.FAILED, False, {})


@pytest.mark.parametrize("way", [Way.BESIDE, Way.IN_PLACE])
def test_the_only_version_that_is_sick_stays_as_it_is(way: Way) -> None:
    """There is nothing better to go back to, and what answers badly is more than nothing."""
    engine, api = Memory(), group("api", "1", way=way)
    done(engine, api)
    (id_,) = engine.there
    engine.sick = {"1"}
    engine.turned(id_, State.UNHEALTHY)
    for before in ((api,), ()):
        outcome = done(engine, api, before=before)["api"]
        assert (outcome.end, outcome.back, list(engine.there)) == (End.FAILED, False, [id_])
        assert outcome.why.endswith("what ran before was not well either, and is left as it was")
    engine.sick = set()
    engine.turned(id_, State.UNHEALTHY if way is Way.BESIDE else State.HEALTHY)
    assert done(engine, api)["api"].end in (End.DEPLOYED, End.UNCHANGED)
    assert engine.versions("api") == ["1"]


def test_those_that_are_well_stay_where_one_of_them_is_not() -> None:
    """Of the wanted version as well: there is no other."""
    engine, api = Memory(), group("api", "1", replicas=2)
    done(engine, api)
    first, second = engine.there
    engine.sick = {"1"}
    engine.turned(second, State.UNHEALTHY)
    outcome = done(engine, api, before=(api,))["api"]
    assert (outcome.end, outcome.back, set(engine.there)) == (End.FAILED, True, {first, second})


def test_what_is_well_by_now_stays_where_a_worker_of_the_same_release_is_not() -> None:
    """The server was put right, as the last release has it; the worker cannot be."""
    engine = Memory(sick={"w"})
    both = Group(name="api", steps=(), workloads=(workload("api", "s"), workload("api-worker", "w")), needs=frozenset())
    outcome = done(engine, both, before=(both,))["api"]
    assert (outcome.end, outcome.back, engine.versions("api"), len(engine.there)) == (End.FAILED, False, ["s"], 1)


def test_a_version_that_dies_while_it_is_watched_goes_back() -> None:
    """The old one was kept, and is started again."""
    engine = Memory(dying={"2"})
    done(engine, group("api", "1", watch=30.0))
    outcome = done(engine, group("api", "2", watch=30.0))["api"]
    assert (outcome.end, outcome.back, engine.versions("api"), len(engine.there)) == (End.FAILED, True, ["1"], 1)


def test_a_failing_step_changes_nothing() -> None:
    """Nothing new is started."""
    engine = Memory(failing_steps={"api-release"})
    done(engine, group("api", "1"))
    before = dict(engine.there)
    outcome = done(engine, group("api", "2", steps=("api-release",)))["api"]
    assert (outcome.end, outcome.back, outcome.story) == (End.FAILED, True, "it says no")
    assert engine.there == before


def test_what_needs_a_failed_one_is_skipped_and_the_rest_goes_on() -> None:
    """With the reason; and with --fail-fast nothing goes on."""
    services = (
        group("db", "1"),
        group("api", "1", needs=("db",)),
        group("web", "1", needs=("api",)),
        group("other", "1"),
    )
    outcomes = done(
        Memory(sick={"1"}),
        group("db", "1"),
        group("api", "2", needs=("db",)),
        group("web", "2", needs=("api",)),
        group("other", "2"),
    )
    assert {name: one.end for name, one in outcomes.items()} == {
        "db": End.FAILED,
        "api": End.SKIPPED,
        "web": End.SKIPPED,
        "other": End.DEPLOYED,
    }
    assert outcomes["api"].why == "it needs db, which failed"
    assert outcomes["web"].why == "it needs api, which was skipped"
    fast = done(Memory(sick={"1"}), *services, fail_fast=True)
    assert [one.end for one in fast.values()] == [End.FAILED, End.SKIPPED, End.SKIPPED, End.SKIPPED]


def test_what_is_replaced_in_place_goes_back_to_what_the_last_release_said() -> None:
    """A store has one instance at a time."""
    engine = Memory(sick={"2"})
    old = group("db", "1", way=Way.IN_PLACE)
    done(engine, old)
    outcome = done(engine, group("db", "2", way=Way.IN_PLACE), before=(old,))["db"]
    assert (outcome.end, outcome.back, engine.versions("db")) == (End.FAILED, True, ["1"])


def test_all_that_runs_in_an_image_goes_back_together() -> None:
    """The worker fails, so the server that had taken over goes back, too."""
    engine = Memory(sick={"w2"})

    def both(server: str, worker: str) -> Group:
        return Group(
            name="api", steps=(), workloads=(workload("api", server), workload("api-worker", worker)), needs=frozenset()
        )

    done(engine, both("s1", "w1"))
    outcome = done(engine, both("s2", "w2"), before=(both("s1", "w1"),))["api"]
    assert (outcome.end, outcome.back) == (End.FAILED, True)
    assert (engine.versions("api"), engine.versions("api-worker"), engine.gaps) == (["s1"], ["w1"], set())


def test_a_plan_says_what_is_done_and_nothing_else() -> None:
    """And nothing is planned where nothing is to do."""
    engine = Memory()
    groups = (group("db", "1", way=Way.IN_PLACE), group("api", "1", needs=("db",), steps=("api-release",)))
    order = Order(groups=groups, before={}, chosen=frozenset(("db", "api")), fail_fast=False)
    assert [(one.name, one.how, one.steps) for one in changes(engine, order)] == [
        ("db", "db is started, 1 of it", ()),
        ("api", "api is started, 1 of it", ("api-release",)),
    ]
    done(engine, *groups)
    assert [one.how for one in changes(engine, order)] == ["", ""]
    assert engine.steps == ["api-release"]


def test_what_is_no_longer_wanted_is_taken_away_when_all_is_well() -> None:
    """And stays while something failed."""
    engine = Memory(sick={"2"})
    done(engine, group("api", "1"), group("old", "1"))
    done(engine, group("api", "2"))
    assert engine.versions("old") == ["1"]
    done(engine, group("api", "3"))
    assert engine.instances("old") == ()


@given(calls=st.integers(0, 40), sick=st.booleans(), watch=st.sampled_from((0.0, 5.0)), replicas=st.integers(1, 3))
@settings(max_examples=300, deadline=None)
def test_whatever_was_cut_off_becomes_whole(
    calls: int, sick: bool, watch: float, replicas: int
) -> None:  # hypothesis gives it
    """At whichever change the deployer is killed: something serves all the time, and the next deployment ends in one of the two states."""
    engine = Memory(sick={"2"} if sick else set())
    done(engine, group("api", "1", watch=watch, replicas=replicas))
    engine.calls = calls
    with contextlib.suppress(CutOff):
        done(engine, group("api", "2", watch=watch, replicas=replicas))
    assert engine.versions("api")
    engine.calls = None
    outcome = done(engine, group("api", "2", watch=watch, replicas=replicas))["api"]
    assert engine.versions("api") == (["1"] if sick else ["2"]) * replicas
    assert (outcome.end is End.FAILED) == sick
    assert (engine.gaps, engine.leaks) == (set(), set())
    assert all(one.state is State.HEALTHY for one in engine.instances("api"))


class Restarted(Memory):
    """An engine that is away from the given question to it, for so many questions, and then starts again what ran."""

    def __init__(self, away: int, questions: int) -> None:
        super().__init__()
        self.away, self.questions = away, questions

    def instances(self, name: str) -> tuple[Instance, ...]:
        """All that asks or changes anything asks this, before or after."""
        self.away -= 1
        if -self.questions <= self.away < 0:
            raise PlatformFailed("Cannot connect to the Docker daemon")
        if self.away == -self.questions - 1:
            self._set([id_ for id_, (_, one) in self.there.items() if one.state is not State.STOPPED], State.STARTING)
        return super().instances(name)

    def _look(self) -> None:
        """What serves meanwhile is the engine's own affair."""


@given(away=st.integers(0, 25), questions=st.integers(1, 12))
@settings(max_examples=60, deadline=None)
def test_an_engine_that_is_restarted_half_way(away: int, questions: int) -> None:
    """Each service has an outcome, and the next deployment is whole."""
    engine = Restarted(10_000, 1)
    services = ("db", "api", "web")
    first, second = ([group(name, version) for name in services] for version in "12")
    done(engine, *first)
    engine.away, engine.questions = away, questions
    found = done(engine, *second, before=tuple(first))
    assert found.keys() == set(services)
    unasked = [one for one in found.values() if one.why == "Cannot connect to the Docker daemon"]
    assert all(one.back is None for one in unasked)  # nothing was done, and what runs nobody knows
    engine.away = 10_000
    engine.pause(1)
    again = done(engine, *second, before=tuple(first))
    assert all(one.end in (End.DEPLOYED, End.UNCHANGED) for one in again.values())
    assert [engine.versions(name) for name in services] == [["2"]] * 3
    assert len(engine.there) == 3


class Deployments(RuleBasedStateMachine):
    """Versions come and go, are sick or die, the deployer is killed, the machine starts again: what serves is never without a reason gone."""

    def __init__(self) -> None:
        super().__init__()
        self.engine = Memory(sick={"4", "5"})
        self.good = ""
        self.wanted = ""

    @rule(version=st.sampled_from("12345"), calls=st.none() | st.integers(0, 15))
    def deployed(self, version: str, calls: int | None) -> None:
        """A deployment, which may be cut off."""
        self.engine.calls, self.wanted = calls, version
        try:
            outcome = done(self.engine, group("api", version))["api"]
        except CutOff:
            return
        finally:
            self.engine.calls = None
        if outcome.end in (End.DEPLOYED, End.UNCHANGED):
            self.good = version
            assert self.engine.versions("api") == [version]
        else:
            assert version in self.engine.sick
            assert outcome.back == bool(self.engine.versions("api"))

    @rule()
    def restarted(self) -> None:
        """The machine starts again: everything that was not stopped on purpose is started by the engine."""
        ids = [id_ for id_, (_, one) in self.engine.there.items() if one.state is not State.STOPPED]
        self.engine.start(tuple(ids))
        self.engine.pause(1)
        self.engine.gaps.clear()
        self.engine.leaks.clear()

    @invariant()
    def serves(self) -> None:
        """What served once serves."""
        assert (self.engine.gaps, self.engine.leaks) == (set(), set())


TestDeployments = Deployments.TestCase
TestDeployments.settings = settings(max_examples=150, stateful_step_count=12, deadline=None)


@pytest.mark.parametrize(("count", "stages", "expected"), [
    (3, (), [[0], [1], [2]]),
    (8, ("1", "25%", "all"), [[0], [1], [2, 3, 4, 5, 6, 7]]),
    (2, ("all",), [[0, 1]]),
    (1, ("1", "25%"), [[0]]),
    (5, ("1",), [[0], [1, 2, 3, 4]]),
])  # fmt: skip
def test_stages(count: int, stages: tuple[str, ...], expected: list[list[int]]) -> None:
    """So many machines have it after each; all at the end."""
    assert [list(one) for one in staged(count, stages)] == expected
