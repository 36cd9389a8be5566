"""A command that systemd runs once: who deploys, like the agent, may have no right to do what it does.

It is a unit of its own for as long as it lasts (systemd-run would do that, and needs a message bus to wait for the end), and what it says goes to a file.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path

from speccompile import regular
from speccompile.record import record
from speccompile.releases.engines.quadlet import Systemd
from speccompile.releases.quadlet.shelf import Shelf
from speccompile.releases.runner import Hands

_LARGEST = 64 << 20
_UNIT = """[Service]
Type=oneshot
ExecSearchPath={places}
Environment=HOME=/root
ExecStart={argv}
TimeoutStartSec={seconds:.0f}
StandardOutput=truncate:{said}
StandardError=inherit
"""


@record()
class Once:
    """What runs such commands for the application *app*."""

    hands: Hands
    systemd: Systemd
    shelf: Shelf
    app: str

    def run(self, argv: Sequence[str], places: Sequence[str], seconds: float) -> tuple[bool, str]:
        """Whether *argv*, whose program is in one of *places*, did what it should within *seconds*, and what it said. Its words are ours, without quotes,
        blanks, specifiers and variables. Raises ``PlatformFailed`` where systemd does not answer."""
        unit, said = f"{self.app}_once.service", Path(f"/run/speccompile-{self.app}.said")
        if any(shlex.quote(word) != word or "%" in word for word in argv):
            raise ValueError(f"not plain: {argv}")
        text = _UNIT.format(places=":".join(places), argv=" ".join(argv), seconds=seconds, said=said)
        try:
            self.shelf.write({unit: text})
            self.hands.ask(self.systemd.reloaded())
            done = self.hands.try_(self.systemd.restarted(unit), timeout=seconds + 60)
            return done.ok, _said(said) or done.errors
        finally:
            self.shelf.remove((unit,))
            self.hands.try_(self.systemd.stopped((unit,)))
            self.hands.try_(self.systemd.forgotten((unit,)))
            self.hands.try_(self.systemd.reloaded())


def _said(file: Path) -> str:
    try:
        return regular.read(file, _LARGEST).decode("utf-8", "replace")
    except OSError:
        return ""
