"""The real readers of units: Podman's quadlet generator (5.4) and systemd-analyze, as Debian 13 has them (`debian_root`).

Debian 12 has Podman 4.3, which has no quadlet yet (4.4 brought it).
"""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from debian_root import INSTALL, root, started
from tools import missing


@dataclass(frozen=True, slots=True)
class Generated:
    """What the generator makes of a directory of units: what it says of them, and where the services are."""

    said: str
    services: Path


@dataclass(frozen=True, slots=True)
class Debian:
    """A root directory with the programs."""

    root: Path

    def run(self, program: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """*program* of the root with *arguments*, in an environment of its own."""
        return subprocess.run(
            [*started(self.root, program), *arguments],
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC", **environment},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def generated(self, units: Path, scratch: Path) -> Generated:
        """What quadlet makes of *units* for a user's systemd, below *scratch*; it says nothing when it is content."""
        services = scratch / "services"
        services.mkdir(parents=True)
        done = self.run(
            "usr/libexec/podman/quadlet", "-user", "-no-kmsg-log", str(services), QUADLET_UNIT_DIRS=str(units)
        )
        said = [line for line in (done.stdout + done.stderr).splitlines() if "Loading source unit file" not in line]
        return Generated("\n".join(said) + (f"exit status {done.returncode}" if done.returncode else ""), services)

    def verified(self, services: Path, whose: str = "user") -> str:
        """What the *user*'s systemd, or the *system*'s, says of the services and timers in the directory *services*; nothing when it is content."""
        units = sorted(str(path) for path in services.iterdir() if path.suffix in (".service", ".timer"))
        if not units:
            return ""
        done = self.run(
            "usr/bin/systemd-analyze",
            *("verify", f"--{whose}", "--man=no", "--recursive-errors=yes", *units),
            SYSTEMD_UNIT_PATH=f"{services}:{self.root}/usr/lib/systemd/{whose}",
            XDG_RUNTIME_DIR=str(services.parent),
        )
        # Podman itself need not be on the machine that only reads units.
        said = [
            line
            for line in (done.stdout + done.stderr).splitlines()
            if not line.endswith(_NO_PODMAN) and not _NOT_BUILT.search(line)
        ]
        return "\n".join(said) + (f"exit status {done.returncode}" if done.returncode and said else "")

    def exposure(self, unit: Path) -> float:
        """How exposed the service *unit* is, from 0 to 10, as systemd counts it."""
        done = self.run("usr/bin/systemd-analyze", "security", "--offline=yes", "--no-pager", str(unit))
        (found,) = re.findall(r"Overall exposure level for \S+: ([0-9.]+)", done.stdout)
        return float(found)

    def elapses(self, event: str, after: str, count: int) -> list[str]:
        """The next *count* times at which the calendar *event* elapses *after* a time, UTC; fewer where there are no more."""
        done = self.run("usr/bin/systemd-analyze", "calendar", f"--base-time={after}", f"--iterations={count}", event)
        assert done.returncode == 0, (event, done.stderr)
        lines = (line.partition(": ") for line in done.stdout.splitlines())
        return [
            time.split(" ", 1)[1] for what, _, time in lines if "elapse" in what or "Iteration" in what if " " in time
        ]


_NOT_BUILT = re.compile(r"Command /opt/.* is not executable: No such file or directory")
_NO_PODMAN = "Command /usr/bin/podman is not executable: No such file or directory"


@cache
def need_debian() -> Debian:
    """Those programs; where they cannot be had, the test is skipped (failed in CI)."""
    found = root("usr/libexec/podman/quadlet")
    if found is None:
        missing("Podman's quadlet generator", INSTALL)
        raise AssertionError("quadlet")
    return Debian(found)
