"""Programs that no package registry but Debian 13's has: Podman with quadlet, systemd-analyze, buildx.

They are taken from a root directory of Debian 13 in which nothing is configured and nothing runs: the one that QUADLET_ROOT names, else
.tools/debian13, which mmdebstrap makes (as root or where user namespaces are allowed; half a minute, 320 MB). The root's own loader starts them,
so that they run beside any C library, and nobody has to be root.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

from tools import TOOLS, find

_ROOT = TOOLS / "debian13"
_PACKAGES = "base-files,docker-buildx,podman,systemd"
_MIRROR = "http://deb.debian.org/debian"
INSTALL = "apt-get install mmdebstrap, or let QUADLET_ROOT name a root directory of Debian 13 with podman, systemd and docker-buildx"
"""How whoever misses one of them gets it."""


def started(there: Path, program: str) -> list[str]:
    """The beginning of the argv that starts *program* of the root *there*."""
    (loader,) = there.glob("usr/lib/*/ld-linux*.so*")
    libraries = f"{loader.parent}:{loader.parent}/systemd"
    return [str(loader), "--library-path", libraries, str(there / program)]


def root(program: str) -> Path | None:
    """The root directory that has *program*; None where it cannot be had."""
    given = os.environ.get("QUADLET_ROOT")
    there = Path(given) if given else _made()
    return there if there and (there / program).is_file() else None


@cache
def _made() -> Path | None:
    """.tools/debian13, made if it is not there; None where nothing here can make it. Tests in other processes wait."""
    maker = find("mmdebstrap")
    if (_ROOT / "usr").is_dir() or not maker:
        return _ROOT if (_ROOT / "usr").is_dir() else None
    TOOLS.mkdir(exist_ok=True)
    with (TOOLS / "debian13.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (_ROOT / "usr").is_dir():
            half = TOOLS / "debian13.half"
            shutil.rmtree(half, ignore_errors=True)
            done = subprocess.run(
                [
                    maker,
                    "--variant=extract",
                    f"--include={_PACKAGES}",
                    "--aptopt=APT::Install-Recommends false",
                    "trixie",
                    half,
                    _MIRROR,
                ],
                capture_output=True,
                timeout=600,
                check=False,
            )
            if done.returncode:
                return None
            half.rename(_ROOT)
    return _ROOT
