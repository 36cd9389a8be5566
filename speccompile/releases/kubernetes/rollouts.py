"""A service of a cluster goes from what it is to what is wanted: told once, then looked on until it is well, or told what it was before.

What was before is applied again, rather than `kubectl rollout undo`, which gives back a template of pods and nothing else (neither the number of them, nor a
policy, nor the parameters), only to controllers that have a history, and as a manager of fields of its own, with whom the next deployment would be in conflict.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence

from speccompile.record import record
from speccompile.releases.kubernetes import seen
from speccompile.releases.kubernetes.conversation import Cluster, Conflict
from speccompile.releases.kubernetes.documents import Document, key, template, workload
from speccompile.releases.kubernetes.stepping import Stepping
from speccompile.releases.kubernetes.told import Told, version
from speccompile.releases.rolling import End, Outcome
from speccompile.releases.wanted import Group, PlatformFailed, Wanted, Way

_GLANCE = 1.0


class _Unwell(Exception):
    """A workload is not well; carries why, and what it said."""

    def __init__(self, why: str, story: str) -> None:
        super().__init__(why)
        self.story = story


@record(kw_only=True)
class Rollouts:
    """``told`` are the objects of each service, ``before`` those of the last release, ``there`` what the cluster had when this deployment began. *pause* and
    *now* are the clock's."""

    cluster: Cluster
    told: Mapping[str, Told]
    before: Mapping[str, Told]
    there: Mapping[str, Document]
    say: Callable[[str], None]
    pause: Callable[[float], None] = time.sleep
    now: Callable[[], float] = time.monotonic

    def changed(self, group: Group) -> tuple[Document, ...]:
        """The objects of *group* that are not there as they shall be, or not done yet."""
        return tuple(one for one in self.told[group.name].lasting if not self.is_whole(one))

    def is_whole(self, wanted: Document) -> bool:
        """Whether just what is wanted is there, and well where it runs; a field that somebody else has set is none of it."""
        there = self.there.get(key(wanted))
        if there is None or version(there) != version(wanted) or any(seen.taken(there)):
            return False
        return wanted["kind"] not in ("Deployment", "StatefulSet") or seen.whole(there)

    def runs(self, group: Group) -> bool:
        """Whether all controllers of *group* are there."""
        return all(key(one) in self.there for one in self.told[group.name].controllers)

    def bring(self, group: Group) -> Outcome:
        """Bring *group* to what is wanted. What fails goes back."""
        told = self.told[group.name]
        if not self.changed(group):
            return Outcome(name=group.name, end=End.UNCHANGED)
        passed: list[Document] = []
        try:
            for job in told.steps if group.steps else ():
                self.say(f"{group.name}: runs {workload(job)}")
                stepping = Stepping(cluster=self.cluster, pause=self.pause, now=self.now)
                if said := stepping.run(job, told.ground):
                    why = f"the release step {workload(job)} failed: {said[0]}"
                    return Outcome(name=group.name, end=End.FAILED, why=why, story=said[1], back=self.runs(group))
            known = {pod.id: pod.restarts for one in group.workloads for pod in self.cluster.pods(one.name)}
            self.say(f"{group.name}: the cluster is told")
            passed = [*told.controllers]
            self.cluster.apply(told.lasting)
            for wanted, one in _with(group, told.controllers):
                self._until_well(wanted, one, known)
            for wanted, one in _with(group, told.controllers):
                self._watched(wanted, one, known)
        except (_Unwell, PlatformFailed, Conflict) as problem:
            story = problem.story if isinstance(problem, _Unwell) else ""
            back = self._back(group, passed) if passed else self.runs(group)
            return Outcome(name=group.name, end=End.FAILED, why=str(problem), story=story, back=back)
        return Outcome(name=group.name, end=End.DEPLOYED)

    def _until_well(self, wanted: Wanted, told: Document, known: Mapping[str, int]) -> None:
        """Wait until all pods are of the version that was told, and ready; raises ``_Unwell`` when one cannot be, or the time is up."""
        deadline, ours = self.now() + wanted.patience, version(template(told))
        while not self.cluster.rolled(told):
            pods = self.cluster.pods(wanted.name)
            culprit = seen.sick(pods, ours, known)
            if culprit is None and self.now() < deadline:
                self._unstuck(told, pods)
                continue
            culprit = culprit or next((one for one in pods if one.version == ours and not one.ready), None)
            reason = seen.why(culprit) if culprit else "the cluster started too few pods"
            late = "" if self.now() < deadline else f"not ready after {wanted.patience:.0f} seconds: "
            raise _Unwell(f"{late}{reason}", self.cluster.story(culprit) if culprit else "")

    def _unstuck(self, told: Document, pods: Iterable[seen.Pod]) -> None:
        """A stateful set waits for a pod of another version that is never ready before it makes the next one: such a pod is taken away
        (kubernetes.io/docs/concepts/workloads/controllers/statefulset, "Forced rollback")."""
        if told["kind"] == "StatefulSet":
            ours = version(template(told))
            self.cluster.remove(f"Pod/{one.name}" for one in pods if one.version != ours and not one.ready)

    def _watched(self, wanted: Wanted, told: Document, known: Mapping[str, int]) -> None:
        """Look on until it is trusted; raises ``_Unwell``."""
        deadline, ours = self.now() + wanted.watch, version(template(told))
        while self.now() < deadline:
            self.pause(_GLANCE)
            if culprit := seen.sick(self.cluster.pods(wanted.name), ours, known):
                raise _Unwell(f"{seen.why(culprit)}, within {wanted.watch:.0f} seconds", self.cluster.story(culprit))

    def _back(self, group: Group, passed: Sequence[Document]) -> bool:
        """Let the service be what it was in the last release, else what it was when this began; whether that runs. What was nothing is taken away again."""
        earlier = self.before.get(group.name)
        objects = earlier.lasting if earlier else tuple(seen.cleansed(self.there[key(one)]) for one in passed if key(one) in self.there)  # fmt: skip
        kept = {key(one): version(one) for one in objects}
        new = [one for one in passed if key(one) not in kept]
        if all(kept.get(key(one)) == version(one) for one in passed if key(one) in kept) and not new:
            return False  # it is the same version: there is nothing else to go back to
        self.say(f"{group.name}: goes back")
        try:
            self.cluster.remove(map(key, new))
            self.cluster.apply(objects)
            controllers = [one for one in objects if one["kind"] in ("Deployment", "StatefulSet")]
            for wanted, one in _with(group, controllers):
                self._until_well(wanted, one, {pod.id: pod.restarts for pod in self.cluster.pods(wanted.name)})
        except (_Unwell, PlatformFailed, Conflict) as problem:
            self.say(f"{group.name}: does not go back: {problem}")
            return False
        return bool(controllers)


def _with(group: Group, controllers: Iterable[Document]) -> list[tuple[Wanted, Document]]:
    """Those of *controllers* that roll out, each with what is wanted of it."""
    named = {one.name: one for one in group.workloads if one.way is not Way.ON_DEMAND}
    return [(named[workload(one)], one) for one in controllers if workload(one) in named and one["kind"] != "CronJob"]
