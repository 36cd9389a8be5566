"""Compose and the engine below it: argument vectors, as their reference says (docs.docker.com/reference/cli/docker/compose, compose 2.20 and later).

No value of a parameter is an argument: compose reads them from the file of values. Words that come from specs are names in a closed grammar.
"""

from __future__ import annotations

from speccompile.images.commands import Command
from speccompile.record import record

PROJECT = "com.docker.compose.project"
SERVICE = "com.docker.compose.service"
HASH = "com.docker.compose.config-hash"
ONE_OFF = "com.docker.compose.oneoff"


@record(kw_only=True)
class Compose:
    """How compose is called: ``program`` is ``docker compose`` or ``docker-compose``; ``project`` the application; ``directory`` what paths in the
    file count from; ``values`` the file with the values of parameters, None for none; ``environment`` says on which machine."""

    program: tuple[str, ...]
    project: str
    directory: str
    values: str | None
    environment: tuple[tuple[str, str], ...]

    def _command(self, document: str, *words: str) -> Command:
        values = ("--env-file", self.values) if self.values else ("--env-file", "/dev/null")
        files = ("--project-name", self.project, "--project-directory", self.directory, *values, "--file", document)
        return Command((*self.program, *files, "--profile", "*", *words), self.environment)

    def resolved(self, document: str) -> Command:
        """The file with all values in it, as JSON. It may hold secrets: only for ourselves to read."""
        return self._command(document, "config", "--format", "json")

    def hashes(self, document: str) -> Command:
        """Compose's digest of all that each service is told: a line each."""
        return self._command(document, "config", "--hash", "*")

    def beside(self, document: str, service: str, total: int) -> Command:
        """Start instances of *service* until there are *total*, and leave those that are there alone."""
        return self._up(document, "--no-recreate", "--scale", f"{service}={total}", service)

    def replaced(self, document: str, service: str, total: int) -> Command:
        """Bring all instances of *service* to what the file says."""
        return self._up(document, "--scale", f"{service}={total}", service)

    def _up(self, document: str, *words: str) -> Command:
        return self._command(document, "up", "--detach", "--no-deps", "--no-build", "--quiet-pull", *words)

    def once(self, document: str, service: str) -> Command:
        """Start *service* for one run that goes on without us. The engine says how it ends: compose, attached to it, has been seen to end with 0 where
        the run had ended with 1 (compose 2.40 with an engine 20.10)."""
        return self._command(document, "run", "--detach", "--no-deps", "--no-TTY", "--quiet-pull", service)

    def attended(self, document: str, service: str, words: tuple[str, ...], argv: tuple[str, ...]) -> Command:
        """Run *argv*, or without one what *service* runs itself, in a container of *service*, on the terminal that we have; *words* are options.
        No word of *argv* is taken for an option: these end where the service stands."""
        return self._command(document, "run", "--quiet-pull", *words, "--", service, *argv)


@record(kw_only=True)
class Docker:
    """The engine itself."""

    environment: tuple[tuple[str, str], ...]

    def _command(self, *words: str) -> Command:
        return Command(("docker", *words), self.environment)

    def containers(self, project: str, *labels: str) -> Command:
        """The ids of all containers of a project that have *labels*, running or not."""
        wanted = (f"{PROJECT}={project}", *labels)
        filters = tuple(word for label in wanted for word in ("--filter", f"label={label}"))
        return self._command("ps", "--all", "--quiet", "--no-trunc", *filters)

    def inspected(self, ids: tuple[str, ...]) -> Command:
        """What the engine knows of containers, as JSON."""
        return self._command("container", "inspect", "--", *ids)

    def image(self, reference: str) -> Command:
        """What it knows of an image, as JSON."""
        return self._command("image", "inspect", "--", reference)

    def pull(self, reference: str) -> Command:
        """Fetch an image."""
        return self._command("pull", "--quiet", "--", reference)

    def tag(self, image: str, name: str) -> Command:
        """Give an image one more name, so that no clean-up takes it."""
        return self._command("image", "tag", image, name)

    def untagged(self, image: str) -> Command:
        """Let go of an image, which is taken away when nothing else has it; one that a container is of stays."""
        return self._command("image", "rm", "--", image)

    def start(self, ids: tuple[str, ...]) -> Command:
        """Start containers that have ended."""
        return self._command("container", "start", "--", *ids)

    def stop(self, ids: tuple[str, ...], grace: int) -> Command:
        """Ask containers to end, and kill what has not after *grace* seconds."""
        return self._command("container", "stop", "--time", str(grace), "--", *ids)

    def remove(self, ids: tuple[str, ...]) -> Command:
        """Take containers away with the anonymous volumes that are theirs alone."""
        return self._command("container", "rm", "--force", "--volumes", "--", *ids)

    def logs(self, id_: str) -> Command:
        """The last lines that a container wrote."""
        return self._command("container", "logs", "--tail", "20", "--", id_)

    def exit_code(self, name: str) -> Command:
        """How a container has ended."""
        return self._command("container", "inspect", "--format", "{{.State.ExitCode}}", "--", name)

    def wait(self, id_: str) -> Command:
        """Wait until a container has ended; its exit code is printed."""
        return self._command("container", "wait", "--", id_)

    def execute(self, id_: str, *words: str) -> Command:
        """Run a program in a container."""
        return self._command("container", "exec", id_, *words)

    def processes(self, id_: str) -> Command:
        """The processes of a container, as its machine's ``ps`` shows them."""
        return self._command("container", "top", id_)

    def signal(self, id_: str, name: str) -> Command:
        """Send a signal to a container's first process."""
        return self._command("container", "kill", "--signal", name, "--", id_)
