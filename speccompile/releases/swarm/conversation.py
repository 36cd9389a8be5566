"""A manager of a swarm, asked and told: what its services are, and what they shall be."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from speccompile.errors import Refused
from speccompile.images.runner import Outcome
from speccompile.record import record
from speccompile.releases.engines.swarm import Stack
from speccompile.releases.runner import Hands, last_lines
from speccompile.releases.swarm import seen, values
from speccompile.releases.wanted import PlatformFailed

_LONG = 900.0
_MISSING = ("no such", "not found")


@record(kw_only=True)
class Manager:
    """All of it raises ``PlatformFailed``. ``values`` are those of parameters, by name."""

    hands: Hands
    stack: Stack
    values: Mapping[str, str]

    def resolved(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """*document* with the values of all parameters; raises ``Refused`` where one has none that must have one. It may hold secrets."""
        if problems := values.missing(document, self.values):
            raise Refused(problems)
        found: dict[str, Any] = values.resolved(document, self.values)
        return found

    def deploy(self, text: str) -> None:
        """Let the services in *text*, a stack's file, be as it says; the swarm goes on by itself."""
        self.hands.ask(self.stack.deployed(), stdin=text, timeout=_LONG)

    def service(self, name: str) -> seen.Service | None:
        """The service *name*; None where there is none."""
        found = self._details(self.hands.try_(self.stack.inspected(name)))
        return seen.service(found[0]) if found else None

    def tasks(self, name: str) -> tuple[seen.Task, ...]:
        """The tasks of the service *name*, the oldest first."""
        listed = self.hands.try_(self.stack.tasks(name))
        ids = tuple(listed.output.split()) if listed.ok else ()
        found = self._details(self.hands.try_(self.stack.task(ids))) if ids else []
        return tuple(sorted(map(seen.task, found), key=lambda one: one.made))

    def names(self) -> frozenset[str]:
        """All services of the stack, as its file names them."""
        listed = self.hands.ask(self.stack.services()).split()
        return frozenset(one.removeprefix(f"{self.stack.name}_") for one in listed)

    def undo(self, name: str) -> None:
        """Let the service *name* be what it was."""
        self.hands.ask(self.stack.undone(name))

    def remove(self, names: frozenset[str]) -> None:
        """Take services away."""
        if names:
            self.hands.ask(self.stack.removed(tuple(sorted(map(self.stack.service, names)))))

    def tidy(self) -> None:
        """Take away configs that no service has: the swarm refuses it for others, and that is right so."""
        for name in self.hands.try_(self.stack.configs()).output.split():
            self.hands.try_(self.stack.forgotten(name))

    def story(self, task: seen.Task) -> str:
        """The last lines that a task wrote, why it ended, and what its health check said, where its container is on this node."""
        logs = self.hands.try_(self.stack.logs(task.id))
        said = [last_lines(f"{logs.output}\n{logs.errors}")] if logs.ok else []
        inspected = self.hands.try_(self.stack.container(task.container)).output if task.container else ""
        probes = [
            str(entry.get("Output") or "")
            for one in _listed(inspected)
            for entry in ((one.get("State") or {}).get("Health") or {}).get("Log") or ()
        ]
        said += [task.error] if task.error else []
        said += [f"health check: {last_lines(probes[-1])}"] if probes and probes[-1].strip() else []
        return "\n".join(filter(None, said))

    def _details(self, outcome: Outcome) -> list[dict[str, Any]]:
        """What was inspected; one that has gone meanwhile is left out."""
        if not outcome.ok and not any(words in outcome.errors.lower() for words in _MISSING):
            raise PlatformFailed(last_lines(outcome.errors) or f"docker ended with {outcome.code}")
        return _listed(outcome.output)


def _listed(text: str) -> list[dict[str, Any]]:
    try:
        found = json.loads(text or "[]")
    except ValueError as problem:
        raise PlatformFailed(f"the swarm does not say what there is: {problem}") from problem
    return found if isinstance(found, list) else []
