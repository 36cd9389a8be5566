"""A service of a swarm goes from what it is to what is wanted: told once, then watched until the swarm has ended, which goes back by itself.

So a deployment that is cut off anywhere leaves a swarm that goes on; the next one looks at what came of it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from speccompile.record import record
from speccompile.releases.rolling import End, Outcome
from speccompile.releases.runner import last_lines
from speccompile.releases.swarm import seen
from speccompile.releases.swarm.conversation import Manager
from speccompile.releases.swarm.documents import labelled
from speccompile.releases.swarm.seen import Verdict
from speccompile.releases.wanted import Group, PlatformFailed, Wanted

_GLANCE = 1.0
_STEP = 900.0
_ASKED = 4


@record(kw_only=True)
class Updates:
    """``documents`` are the stack's files of each service's group, ``steps`` those of the steps of its release, both with images; ``versions`` are the digests
    of all that each is told. *pause* and *now* are the clock's."""

    manager: Manager
    documents: Mapping[str, dict[str, Any]]
    steps: Mapping[str, dict[str, Any]]
    versions: Mapping[str, str]
    say: Callable[[str], None]
    pause: Callable[[float], None] = time.sleep
    now: Callable[[], float] = time.monotonic

    def bring(self, group: Group) -> Outcome:
        """Bring *group* to what is wanted. What fails goes back."""
        try:
            changed = [one for one in group.workloads if not self.is_whole(one)]
            if not changed:
                return Outcome(name=group.name, end=End.UNCHANGED)
            for step in group.steps:
                self.say(f"{group.name}: runs {step}")
                said = self._step(group.name, step)
                if said is not None:
                    why = f"the release step {step} failed"
                    return Outcome(name=group.name, end=End.FAILED, why=why, story=said, back=True)
            return self._update(group, changed)
        except PlatformFailed as problem:
            return Outcome(name=group.name, end=End.FAILED, why=str(problem), back=self._still_runs(group))

    def is_whole(self, wanted: Wanted) -> bool:
        """Whether just what is wanted runs."""
        there = self.manager.service(wanted.name)
        return (
            there is not None
            and there.replicas == wanted.replicas
            and seen.is_well(there, self.manager.tasks(wanted.name), wanted.version)
        )

    def _update(self, group: Group, changed: list[Wanted]) -> Outcome:
        for wanted in changed:
            self._settled(wanted)
        known = {one.name: frozenset(task.id for task in self.manager.tasks(one.name)) for one in changed}
        was = {one.name: self.manager.service(one.name) for one in changed}
        if not all(_is_told(was[one.name], one) for one in changed):
            self.say(f"{group.name}: the swarm is told")
            self.manager.deploy(labelled(self.documents[group.name], self.versions))
        found = {one.name: self._watch(one, known[one.name]) for one in changed}
        first = next((one for one in changed if found[one.name] is not Verdict.WELL), None)
        if first is None:
            return Outcome(name=group.name, end=End.DEPLOYED)
        culprits = seen.culprits(self.manager.tasks(first.name), first.version)[:_ASKED]
        story = next(filter(None, map(self.manager.story, culprits)), "")
        why = f"{first.name}: {_why(found[first.name], culprits, self.manager.service(first.name))}"
        back = [self._back(one, was[one.name]) for one in changed]
        return Outcome(name=group.name, end=End.FAILED, why=why, story=story, back=all(back))

    def _settled(self, wanted: Wanted) -> None:
        """Wait for an update to something else that is under way, of a deployment that was cut off: the swarm brings it to its end or back."""
        deadline = self.now() + wanted.patience
        while self.now() < deadline:
            there = self.manager.service(wanted.name)
            under_way = there and there.update in ("updating", "rollback_started") and there.version != wanted.version
            if not under_way:
                return
            self.pause(_GLANCE)

    def _watch(self, wanted: Wanted, known: frozenset[str]) -> Verdict:
        """What comes of it, and for as long as a version is not trusted, whether it stays so."""
        found = self._ended(wanted, known)
        trusted = self.now() + wanted.watch
        while found is Verdict.WELL and self.now() < trusted:
            self.pause(_GLANCE)
            found = self._verdict(wanted, known)
            if found is Verdict.GOES_ON:
                found = self._ended(wanted, known)
        return found

    def _ended(self, wanted: Wanted, known: frozenset[str]) -> Verdict:
        deadline = self.now() + wanted.patience
        while (found := self._verdict(wanted, known)) is Verdict.GOES_ON and self.now() < deadline:
            self.pause(_GLANCE)
        return found

    def _verdict(self, wanted: Wanted, known: frozenset[str]) -> Verdict:
        there = self.manager.service(wanted.name)
        return seen.verdict(there, self.manager.tasks(wanted.name), wanted.version, known) if there else Verdict.STUCK

    def _back(self, wanted: Wanted, was: seen.Service | None) -> bool:
        """Let the service be what it *was* when this deployment began, if the swarm has not done so; whether something runs that ran before. What was the
        wanted version then was not told anything, and is left to the swarm."""
        try:
            there = self.manager.service(wanted.name)
            if there is None:
                return False
            if there.version == wanted.version:
                if was is None:
                    self.manager.remove(frozenset((wanted.name,)))
                if was is None or was.version == wanted.version:
                    return False
                self.manager.undo(wanted.name)
            return self._runs_before(wanted)
        except PlatformFailed:
            return False

    def _runs_before(self, wanted: Wanted) -> bool:
        deadline = self.now() + wanted.patience
        while self.now() < deadline:
            there = self.manager.service(wanted.name)
            if there is None or there.update == "rollback_paused":
                return False
            if there.version != wanted.version and seen.is_well(there, self.manager.tasks(wanted.name), there.version):
                return True
            self.pause(_GLANCE)
        return False

    def _still_runs(self, group: Group) -> bool:
        try:
            return all(any(task.state == "running" for task in self.manager.tasks(one.name)) for one in group.workloads)
        except PlatformFailed:
            return False

    def _step(self, group: str, name: str) -> str | None:
        """Run a step of a release to its end, as a service that ends; None when it did what it should, else the end of what it said. One that an earlier
        deployment has left running is waited for: two migrations at once are none."""
        if self.manager.service(name):
            self._run(name)
            self.manager.remove(frozenset((name,)))
        document = self.steps[group]
        self.manager.deploy(labelled({**document, "services": {name: document["services"][name]}}, self.versions))
        good, task = self._run(name)
        story = self.manager.story(task) if task and not good else ""
        self.manager.remove(frozenset((name,)))
        return None if good else last_lines(story) or f"not done after {_STEP:.0f} seconds"

    def _run(self, name: str) -> tuple[bool, seen.Task | None]:
        deadline = self.now() + _STEP
        while True:
            tasks = self.manager.tasks(name)
            done = seen.ended(tasks)
            if done is not None or self.now() > deadline:
                return bool(done), tasks[-1] if tasks else None
            self.pause(_GLANCE)


def _is_told(there: seen.Service | None, wanted: Wanted) -> bool:
    """Whether the service is what it shall be already, well or not. It is not told again: the swarm would know that as the version to go back to."""
    return there is not None and (there.version, there.replicas) == (wanted.version, wanted.replicas)


def _why(verdict: Verdict, culprits: Sequence[seen.Task], service: seen.Service | None) -> str:
    """Why it failed, in the swarm's words where it has some. A container that its health check ends has no error."""
    said = next((one.error for one in culprits if one.error), "") or (service.message if service else "")
    why = "not well in time" if verdict is Verdict.GOES_ON else "it does not stay up and well"
    return f"{why}: {said}" if said else why
