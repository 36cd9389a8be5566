"""A cluster, asked and told by kubectl: what there is in a namespace, and what there shall be."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from speccompile.images.runner import Outcome
from speccompile.record import record
from speccompile.releases.engines.kubernetes import Kubectl
from speccompile.releases.kubernetes import seen
from speccompile.releases.kubernetes.documents import Document, key
from speccompile.releases.kubernetes.told import stream
from speccompile.releases.runner import Hands, last_lines
from speccompile.releases.wanted import PlatformFailed

_SLICE = 5
_MARGIN = 60.0
_CONFLICT = ("Apply failed with", " conflict")
_LATE = "timed out waiting"


class Conflict(Exception):
    """Somebody else has set what an object says; carries kubectl's words."""


@record(kw_only=True)
class Cluster:
    """All of it raises ``PlatformFailed``."""

    hands: Hands
    kubectl: Kubectl

    def namespace(self) -> Document | None:
        """The namespace itself; None where it is not there."""
        return _document(self.hands.ask(self.kubectl.ground()))

    def objects(self) -> dict[str, Document]:
        """All that was deployed from here, by ``KIND/NAME``."""
        return {key(one): one for one in _items(self.hands.ask(self.kubectl.objects()))}

    def foreign(self) -> dict[str, Document]:
        """All of the application, whoever made it."""
        return {key(one): one for one in _items(self.hands.ask(self.kubectl.foreign()))}

    def pods(self, workload: str) -> tuple[seen.Pod, ...]:
        """The pods of a workload, the oldest first."""
        found = _items(self.hands.ask(self.kubectl.pods(workload)))
        return tuple(map(seen.pod, sorted(found, key=lambda one: str(one["metadata"].get("creationTimestamp")))))

    def jobs(self, step: str) -> tuple[seen.Run, ...]:
        """The jobs of a step of a release."""
        return tuple(map(seen.run, _items(self.hands.ask(self.kubectl.jobs(step)))))

    def apply(self, objects: Sequence[Document]) -> None:
        """Let *objects* be as they say; raises ``Conflict`` where others have set what they say."""
        if objects:
            _ended(self.hands.try_(self.kubectl.applied(), stdin=stream(objects)))

    def try_out(self, objects: Sequence[Document]) -> None:
        """The same, of which nothing is kept."""
        if objects:
            _ended(self.hands.try_(self.kubectl.tried(), stdin=stream(objects)))

    def rolled(self, controller: Document) -> bool:
        """Whether a controller's roll-out ends within some seconds; that it has ended otherwise is none of kubectl's errors."""
        command = self.kubectl.rolled(controller["kind"], controller["metadata"]["name"], _SLICE)
        said = self.hands.try_(command, timeout=_SLICE + _MARGIN)
        if not said.ok and _LATE not in said.errors and "progress deadline" not in said.errors:
            raise PlatformFailed(last_lines(said.errors or said.output) or f"kubectl ended with {said.code}")
        return said.ok

    def remove(self, names: Iterable[str]) -> None:
        """Take objects away, ``KIND/NAME``."""
        if every := tuple(sorted(names)):
            self.hands.ask(self.kubectl.removed(every))

    def end(self, names: Iterable[str]) -> None:
        """The same, until they are gone."""
        if every := tuple(sorted(names)):
            self.hands.ask(self.kubectl.ended(every), timeout=180.0)

    def keys(self, secret: str) -> frozenset[str] | None:
        """The keys of a secret; None where we may not ask. One that is not there has none."""
        said = self.hands.try_(self.kubectl.keys(secret))
        if not said.ok and "forbidden" not in said.errors.lower():
            raise PlatformFailed(last_lines(said.errors) or f"kubectl ended with {said.code}")
        return frozenset(said.output.split()) if said.ok else None

    def story(self, pod: seen.Pod) -> str:
        """The last lines that a pod wrote, before its container was started again where it was, and what the cluster warns of."""
        before = self.hands.try_(self.kubectl.logs_before(pod.name, pod.container)) if pod.restarts else None
        logs = (
            before if before and before.ok and before.output.strip() else self.hands.try_(self.kubectl.logs(pod.name))
        )
        events = self.hands.try_(self.kubectl.events(pod.name))
        said = [last_lines(logs.output)] if logs.ok else []
        said += seen.event_lines(_items(events.output))[-3:] if events.ok else []
        return "\n".join(filter(None, said))


def _ended(said: Outcome) -> None:
    """Raise what kubectl said, unless it is content."""
    if said.ok:
        return
    words = last_lines(said.errors or said.output) or f"kubectl ended with {said.code}"
    if all(one in said.errors for one in _CONFLICT):
        raise Conflict(words)
    raise PlatformFailed(words)


def _items(text: str) -> list[dict[str, Any]]:
    found = _document(text) or {}
    return list(found.get("items") or ())


def _document(text: str) -> Mapping[str, Any] | None:
    try:
        found = json.loads(text) if text.strip() else None
    except ValueError as problem:
        raise PlatformFailed(f"the cluster does not say what there is: {problem}") from problem
    return found if isinstance(found, dict) else None
