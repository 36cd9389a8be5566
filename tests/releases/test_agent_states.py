"""The agent's rounds, whatever happens between them and in them: hypothesis releases, stops, alters, reboots, takes the registry down, kills the agent.

The machine is one in memory that does what an engine does: a version that is bad does not get well, and then what ran before goes on.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from memory_store import MemoryStore
from release_records import B_DIGEST

from speccompile.digests import digest
from speccompile.releases.agent.decisions import Condition, Seen, Service, Version
from speccompile.releases.agent.machine import Brought
from speccompile.releases.agent.rounds import Agent, Round
from speccompile.releases.record import MadeFrom, Release, Released

SERVICES = ("api", "web", "worker")
HOST, ELSEWHERE = "here", "there"
GRACE = 600
BAD = frozenset({2, 5})
"""Versions that never get well."""
BAD_DIGESTS = frozenset(digest(str(version).encode()) for version in BAD)


class Killed(Exception):
    """The agent was killed in the middle of a round."""


class InMemory:
    """A machine on which versions run by their text."""

    def __init__(self) -> None:
        self.running: dict[Service, Seen] = {}
        self.registry_is_down = False
        self.kill_in: int | None = None
        self.brought: list[tuple[Service, Version]] = []
        self.retired: list[Service] = []
        self.kept: tuple[Version, ...] | None = None  # nothing was cleared away

    def seen(self, release: Release, known: Mapping[Service, Sequence[Version]]) -> Mapping[Service, Seen]:
        """What is there; of what version is known by comparing with those that it could be."""
        del release
        return {
            name: Seen(self._known(here.version, known.get(name, ())), here.condition)
            for name, here in self.running.items()
        }

    def _known(self, version: Version | None, known: Sequence[Version]) -> Version | None:
        return next((one for one in known if one.same(version)), None)

    def bring(
        self,
        release: Release,
        targets: Mapping[Service, Version],
        before: Mapping[Service, Version],
        chosen: frozenset[Service],
        back: frozenset[Service],
    ) -> Mapping[Service, Brought]:
        """As an engine: beside, well, then over; or as it was."""
        assert release.number
        assert before.keys() <= self.running.keys()
        assert back <= chosen <= targets.keys()
        return {name: self._bring(name, targets[name]) for name in sorted(chosen)}

    def _bring(self, service: Service, version: Version) -> Brought:
        self._tick()
        here = self.running.get(service)
        if self.registry_is_down and not (here and version.same(here.version)):
            return Brought("the registry does not answer", passing=True)
        self.brought.append((service, version))
        if version.artifacts in BAD_DIGESTS:
            return Brought("connection refused on /health")
        self.running[service] = Seen(version, Condition.WELL)
        return Brought()

    def retire(self, service: Service) -> None:
        """Away with it."""
        self._tick()
        self.retired.append(service)
        self.running.pop(service, None)

    def tidy(self, kept: Collection[Version]) -> None:
        """It is looked at after the round."""
        self.kept = tuple(kept)

    def _tick(self) -> None:
        if self.kill_in is not None:
            self.kill_in -= 1
            if self.kill_in < 0:
                self.kill_in = None
                raise Killed


contents = st.dictionaries(
    st.sampled_from(SERVICES), st.tuples(st.integers(1, 6), st.sampled_from([(), (HOST,), (ELSEWHERE,)])), min_size=1
)


class Rounds(RuleBasedStateMachine):
    """What may happen to a host and its agent."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        root = Path(self.folder.name)
        (root / "state").mkdir()
        self.store = MemoryStore()
        self.machine = InMemory()
        self.now = datetime(2026, 1, 1, tzinfo=UTC)
        self.agent = Agent(
            store=self.store,
            machine=self.machine,
            host=HOST,
            platform="compose",
            directory=root / "state",
            grace=GRACE,
            clock=lambda: self.now,
        )
        self.wanted: dict[Service, int] = {}
        self.was_well: set[Service] = set()
        self.last_wanted: dict[Service, datetime] = {}
        self.lost_memory = False

    def teardown(self) -> None:
        """Nothing is left behind."""
        self.folder.cleanup()

    @initialize(content=contents)
    def first(self, content: dict[Service, tuple[int, tuple[str, ...]]]) -> None:
        """There is a release."""
        self.release(content)

    @rule(content=contents)
    def release(self, content: dict[Service, tuple[int, tuple[str, ...]]]) -> None:
        """Somebody deploys."""
        number = len(self.store.numbers()) + 1
        services = {}
        for name, (version, hosts) in content.items():
            text = self.store.keep(str(version).encode())
            image = f"registry.example.com/bank/{name}@{digest(str(version).encode())}"
            services[name] = Released(image=image, artifacts=text, from_release=number, hosts=hosts)
        made = Release(
            number=number,
            app="bank",
            environment="staging",
            platform="compose",
            commit=None,
            specs=B_DIGEST,
            made_at="2026-01-01T00:00:00Z",
            by="ann",
            made_from=MadeFrom(release=None, why="deploy"),
            services=services,
        )
        self.store.add(made)
        before = set(self.wanted)
        self.wanted = {name: version for name, (version, hosts) in content.items() if not hosts or HOST in hosts}
        for name in before - set(self.wanted):
            self.last_wanted[name] = self.now

    @rule(seconds=st.integers(0, 900))
    def time_passes(self, seconds: int) -> None:
        """The clock goes on."""
        self.now += timedelta(seconds=seconds)

    @rule(
        name=st.sampled_from(SERVICES),
        condition=st.sampled_from([Condition.STOPPED, Condition.ALTERED, Condition.UNWELL]),
    )
    def somebody_meddles(self, name: Service, condition: Condition) -> None:
        """A service is stopped, edited, or hangs."""
        if here := self.machine.running.get(name):
            self.machine.running[name] = Seen(here.version, condition)

    @rule(name=st.sampled_from(SERVICES))
    def removed_by_hand(self, name: Service) -> None:
        """Somebody takes a service away."""
        self.machine.running.pop(name, None)
        self.was_well.discard(name)

    @rule()
    def reboot(self) -> None:
        """Everything is stopped."""
        self.machine.running = {
            name: Seen(here.version, Condition.STOPPED) for name, here in self.machine.running.items()
        }

    @rule(down=st.booleans())
    def registry(self, down: bool) -> None:  # hypothesis draws it
        """The registry of the images goes down or comes back."""
        self.machine.registry_is_down = down

    @rule()
    def memory_is_lost(self) -> None:
        """The state directory is emptied."""
        (self.agent.directory / "memory.json").unlink(missing_ok=True)

    @rule(content=st.binary(max_size=40))
    def memory_is_garbage(self, content: bytes) -> None:
        """The file holds something else."""
        (self.agent.directory / "memory.json").write_bytes(content)

    @rule(after=st.integers(0, 2))
    def killed_in_a_round(self, after: int) -> None:
        """kill -9 of the agent, before one of its actions."""
        self.machine.kill_in = after
        with contextlib.suppress(Killed):
            self._round()
        self.machine.kill_in = None

    @rule()
    def a_round(self) -> None:
        """The timer."""
        self._round()

    @precondition(lambda self: not self.machine.registry_is_down)
    @rule()
    def settles(self) -> None:
        """Two rounds, and everything that can be is as wanted; a third has nothing to do."""
        self._round()
        self._round()
        for name, version in self.wanted.items():
            if version not in BAD:
                here = self.machine.running[name]
                assert here.version is not None
                assert here.version.runs.endswith(digest(str(version).encode()))
        before, brought = dict(self.machine.running), len(self.machine.brought)
        self._round()
        assert len(self.machine.brought) == brought
        assert self.machine.running == before

    @invariant()
    def no_bad_version_serves(self) -> None:
        """What never got well never took over."""
        assert all(
            here.version is None or here.version.artifacts not in BAD_DIGESTS for here in self.machine.running.values()
        )

    @invariant()
    def what_was_well_is_still_there(self) -> None:
        """No release of a bad version has cost a service that ran."""
        assert self.was_well & set(self.wanted) <= set(self.machine.running)

    def _kept_what_runs(self, *here: Version | None) -> None:
        """Nothing was cleared away that one of those needs."""
        kept = self.machine.kept
        assert kept is None or all(version is None or any(version.same(one) for one in kept) for version in here)

    def _round(self) -> Round:
        retired, self.machine.kept = len(self.machine.retired), None
        wanted, running = set(self.wanted), set(self.machine.running)
        try:
            done = self.agent.round()
        finally:
            self.was_well |= {n for n, here in self.machine.running.items() if here.condition is Condition.WELL}
            self.was_well &= set(self.machine.running)
            gone = self.machine.retired[retired:]
            assert not set(gone) & wanted
            assert all((self.now - self.last_wanted.get(name, self.now)).total_seconds() >= GRACE for name in gone)
            assert set(self.machine.running) - running <= wanted  # nothing is started that is another host's
        here = (self.machine.running[name].version for name in wanted & set(self.machine.running))
        self._kept_what_runs(*here)
        assert self.store.statuses()[HOST].wanted == done.release
        return done


Rounds.TestCase.settings = settings(max_examples=40, stateful_step_count=20, deadline=None)
TestRounds = Rounds.TestCase


def test_what_runs_is_kept_where_memory_is_lost_and_the_next_version_is_bad() -> None:
    """Nobody knows then what it is of: nothing is cleared away until somebody does."""
    state = Rounds()
    try:
        state.first({"api": (1, ())})
        state.a_round()
        state.release({"api": (2, ())})
        state.memory_is_lost()
        state.a_round()
        state.what_was_well_is_still_there()
    finally:
        state.teardown()
