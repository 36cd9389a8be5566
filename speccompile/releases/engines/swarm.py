"""The engine of a swarm: argument vectors, as docker's reference says (docs.docker.com/reference/cli/docker/stack, /service; 20.10 and later).

No value of a parameter is an argument, and none is in docker's environment: it reads a file from us that has them. Words that come from specs are names
in a closed grammar.
"""

from __future__ import annotations

from speccompile.images.commands import Command
from speccompile.record import record

NAMESPACE = "com.docker.stack.namespace"
_STATE = "{{.Swarm.LocalNodeState}} {{.Swarm.ControlAvailable}} {{.Swarm.Nodes}}"


@record(kw_only=True)
class Stack:
    """How docker is called for the stack ``name``; ``environment`` says on which machine."""

    name: str
    environment: tuple[tuple[str, str], ...]

    def _command(self, *words: str) -> Command:
        return Command(("docker", *words), self.environment)

    def service(self, name: str) -> str:
        """What the swarm calls the service *name* of the stack."""
        return f"{self.name}_{name}"

    def state(self) -> Command:
        """Whether the machine is in a swarm, whether it is a manager, and of how many nodes."""
        return self._command("info", "--format", _STATE)

    def deployed(self) -> Command:
        """Bring what the file in its input says to be, and leave all else of the stack alone. Images are digests or ids already."""
        options = ("--with-registry-auth", "--resolve-image", "never", "--compose-file", "-")
        return self._command("stack", "deploy", *options, self.name)

    def services(self) -> Command:
        """The names of all services of the stack."""
        return self._command("service", "ls", "--filter", f"label={NAMESPACE}={self.name}", "--format", "{{.Name}}")

    def inspected(self, name: str) -> Command:
        """What the swarm knows of a service, as JSON."""
        return self._command("service", "inspect", "--", self.service(name))

    def tasks(self, name: str) -> Command:
        """The ids of a service's tasks, of those that have ended the last few."""
        return self._command("service", "ps", "--no-trunc", "--quiet", "--", self.service(name))

    def task(self, ids: tuple[str, ...]) -> Command:
        """What the swarm knows of tasks, as JSON."""
        return self._command("inspect", "--type", "task", "--", *ids)

    def undone(self, name: str) -> Command:
        """Let a service be what it was before its last update."""
        return self._command("service", "rollback", "--detach", "--", self.service(name))

    def removed(self, names: tuple[str, ...]) -> Command:
        """Take services away, by the swarm's names."""
        return self._command("service", "rm", "--", *names)

    def configs(self) -> Command:
        """The names of all configs of the stack."""
        return self._command("config", "ls", "--filter", f"label={NAMESPACE}={self.name}", "--format", "{{.Name}}")

    def forgotten(self, config: str) -> Command:
        """Take a config away; the swarm keeps one that a service has."""
        return self._command("config", "rm", "--", config)

    def logs(self, task: str) -> Command:
        """The last lines that a task wrote."""
        return self._command("service", "logs", "--raw", "--tail", "20", "--", task)

    def container(self, id_: str) -> Command:
        """What the engine knows of a task's container, where that is on this node."""
        return self._command("container", "inspect", "--", id_)
