"""systemd and Podman on one machine: argument vectors, as systemctl(1), journalctl(1), systemd-run(1) and podman(1) say (systemd 252, Podman 5.4 or later).

Names of units are ours, in a closed grammar. No value of a parameter is an argument: systemd reads them from a file of the operator's.
"""

from __future__ import annotations

from speccompile.images.commands import Command
from speccompile.record import record

PROPERTIES = ("Id", "LoadState", "ActiveState", "SubState", "Result", "ExecMainStartTimestampMonotonic")


@record()
class Systemd:
    """How systemd is called: the machine's own, or with ``user`` that of who calls."""

    user: bool

    def _command(self, *words: str) -> Command:
        return Command(("systemctl", *(("--user",) if self.user else ()), "--no-pager", *words))

    def reloaded(self) -> Command:
        """Read all units anew; quadlet makes services of those that are Podman's."""
        return self._command("daemon-reload")

    def shown(self, units: tuple[str, ...]) -> Command:
        """How *units* are: a block of lines each."""
        return self._command("show", f"--property={','.join(PROPERTIES)}", "--", *units)

    def restarted(self, unit: str) -> Command:
        """Start *unit*, anew where it runs; ends when it is up, or is not going to be."""
        return self._command("restart", "--", unit)

    def started(self, units: tuple[str, ...]) -> Command:
        """Start *units*."""
        return self._command("start", "--", *units)

    def stopped(self, units: tuple[str, ...]) -> Command:
        """End *units*; each is asked first, and killed after the time that it has."""
        return self._command("stop", "--", *units)

    def forgotten(self, units: tuple[str, ...]) -> Command:
        """Let systemd no longer know that *units* have failed."""
        return self._command("reset-failed", "--", *units)

    def at_boot(self, unit: str) -> Command:
        """Let *unit* be started with the machine."""
        return self._command("enable", "--", unit)

    def enabled(self, timer: str) -> Command:
        """Let *timer* start what it starts, from now on and after each boot."""
        return self._command("enable", "--now", "--", timer)

    def disabled(self, timer: str) -> Command:
        """Let it no longer; and what is started with the machine no longer be."""
        return self._command("disable", "--now", "--", timer)

    def said(self, unit: str) -> Command:
        """The last lines that *unit* wrote, and what systemd says of it."""
        named = ("--user-unit", unit) if self.user else ("--unit", unit)
        return Command(("journalctl", *named, "--lines=20", "--output=cat", "--no-pager"))

    def let_go(self, image: str) -> Command:
        """Have systemd start what takes *image* away, where no container is of it: who asks may have no right to do so itself."""
        user = ("--user",) if self.user else ()
        return Command(
            ("systemd-run", *user, "--quiet", "--collect", "--no-block", "--", "podman", "image", "rm", image)
        )

    def alive(self) -> Command:
        """Whether systemd answers."""
        return self._command("show", "--property=Version", "--value")


def image(reference: str) -> Command:
    """What Podman has under a name, as JSON."""
    return Command(("podman", "image", "inspect", "--format", "json", "--", reference))


def pull(reference: str) -> Command:
    """Fetch it."""
    return Command(("podman", "pull", "--quiet", "--", reference))


def tag(reference: str, name: str) -> Command:
    """Give it one more name."""
    return Command(("podman", "tag", reference, name))
