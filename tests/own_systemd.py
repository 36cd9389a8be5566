"""A systemd of a test's own: process 1 of its namespaces, with Podman's quadlet as its generator, and a stand-in for Podman itself.

What is real: systemd, as the machine has it, the generator (Debian 13's, `debian_root`), units, jobs, dependencies, timers, notifications. What is not: containers.
The stand-in does what `podman run` does as systemd sees it (it says that it is up when it would be healthy, lives, and ends when asked), and follows a
file of the test's for each image: `good`, `sick` (never healthy), `ends`, `absent` (nowhere to be fetched from). Nothing of it is seen outside of the namespaces but control
groups that end with it. It takes root, and a kernel that lets root make namespaces.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from debian_root import INSTALL, root, started
from tools import missing

_QUADLET = "usr/libexec/podman/quadlet"
_TARGETS = ("sysinit", "basic", "shutdown", "timers", "default", "network-online", "initrd-switch-root")
_BEGIN = """
set -e
mount --make-rprivate /
mount -t tmpfs none /run
cp -a /etc /run/etc && mount --bind /run/etc /etc
mount -t tmpfs none /var/lib
mkdir -p /run/opt
for one in /opt/*; do [ -e "$one" ] || continue; mkdir "/run$one"; mount --bind "$one" "/run$one" 2>/dev/null || rmdir "/run$one"; done
[ ! -d /opt ] || mount --rbind /run/opt /opt
[ ! -d /nix ] || mount -t tmpfs none /nix
rm -rf /etc/systemd/system /etc/containers /run/etc/systemd/system-generators
mkdir -p /etc/systemd/system /etc/containers/systemd /run/generators /run/units
if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
  mount -t cgroup2 none /sys/fs/cgroup
else
  mount -t tmpfs none /sys/fs/cgroup
  mkdir /sys/fs/cgroup/systemd /sys/fs/cgroup/unified
  mount -t cgroup -o none,name=systemd none /sys/fs/cgroup/systemd
  mount -t cgroup2 none /sys/fs/cgroup/unified
fi
for target in {targets}; do printf '[Unit]\\nDefaultDependencies=no\\n' > /run/units/$target.target; done
cp {there}/quadlet /run/generators/quadlet
cp {there}/early/* /etc/systemd/system/ 2>/dev/null || true
cp -r {there}/containers/* /etc/containers/systemd/ 2>/dev/null || true
export container=test PODMAN={there}/podman
export SYSTEMD_UNIT_PATH=/etc/systemd/system:/run/systemd/transient:/run/systemd/generator:/run/units
export SYSTEMD_GENERATOR_PATH=/run/generators SYSTEMD_ENVIRONMENT_GENERATOR_PATH=/run/none
exec {systemd} --system --log-target=console --log-level=warning --default-standard-output=null
"""
_PODMAN = """#!{python} -ISB
import json, os, pathlib, signal, socket, sys, time
there = pathlib.Path({there!r})
words = sys.argv[1:]
with (there / "podman.log").open("a") as log:
    log.write(" ".join(words[:2]) + "\\n")
def way(words):
    for word in [named, *words]:
        name = there / "images" / word.replace("/", "_")
        if word and len(word) < 200 and name.is_file():
            return name.read_text().strip()
    return "good"
named = next((word.partition("=")[2] or words[at + 1] for at, word in enumerate(words) if word.split("=")[0] == "--name"), "")
if words[:2] == ["image", "pull"] or words[0] == "pull":
    sys.exit(way(words) == "absent")
if words[:2] == ["image", "inspect"]:
    name = there / "images" / (words[-1].replace("/", "_") + ".id")
    if not name.is_file():
        sys.exit("no such image")
    print(json.dumps([{{"Id": name.read_text().strip(), "RepoDigests": [], "Labels": None}}]))
    sys.exit(0)
if words[0] != "run":
    sys.exit(0)
how = way(words)
with (there / "runs.log").open("a") as log:
    log.write(f"{{named}} {{how}}\\n")
if how == "done":
    sys.exit(0)
if how == "ends":
    sys.exit(3)
def notify(text):
    if address := os.environ.get("NOTIFY_SOCKET"):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as to:
            to.connect("\\0" + address[1:] if address[0] == "@" else address)
            to.send(text.encode())
if any("-d" == word for word in words) or any(word.startswith("--sdnotify") for word in words):
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    if how == "good":
        notify("READY=1")
    while True:
        time.sleep(60)
"""


@dataclass
class OwnSystemd:
    """A systemd that runs, and the directory of what its stand-in for Podman follows."""

    there: Path
    process: int

    def run(self, *argv: str, timeout: float = 120, **environment: str) -> subprocess.CompletedProcess[str]:
        """*argv* beside that systemd: in its mounts, and among its processes."""
        return subprocess.run(
            ["nsenter", f"--target={self.process}", "--mount", "--pid", "--", *argv],
            env={**os.environ, **environment},
            cwd="/",
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    def image(self, reference: str, how: str) -> None:
        """Let the image *reference* be one that is *how*."""
        (self.there / "images" / reference.replace("/", "_")).write_text(how)

    def built(self, reference: str, number: int, how: str) -> str:
        """Let the image *reference* be here, with an id of *number*, and be one that is *how*; gives the id."""
        id_ = f"{number:064x}"
        (self.there / "images" / f"{reference.replace('/', '_')}.id").write_text(id_)
        self.image(f"sha256:{id_}", how)
        return id_

    def runs(self) -> list[str]:
        """The containers that were started, in their order, and how they were."""
        log = self.there / "runs.log"
        return log.read_text().splitlines() if log.exists() else []

    def text(self, path: str) -> str | None:
        """The file at *path* there."""
        done = self.run("cat", path)
        return done.stdout if done.returncode == 0 else None

    def write(self, path: str, text: str) -> None:
        """Let the file at *path* say *text*, as somebody does by hand."""
        done = subprocess.run(
            [
                "nsenter",
                f"--target={self.process}",
                "--mount",
                "--",
                "sh",
                "-c",
                'mkdir -p "$(dirname "$1")" && cat > "$1"',
                "sh",
                path,
            ],
            input=text,
            text=True,
            check=True,
        )
        assert done.returncode == 0


@contextmanager
def own_systemd(there: Path) -> Iterator[OwnSystemd]:
    """A systemd that runs until the end of the block, and looks for its files in the directory *there*."""
    systemd = next((one for one in ("/usr/lib/systemd/systemd", "/lib/systemd/systemd") if Path(one).is_file()), None)
    quadlet = root(_QUADLET)
    if os.geteuid() or systemd is None or not shutil.which("unshare") or not shutil.which("nsenter"):
        pytest.skip("a systemd of one's own is missing: it takes root, and apt-get install systemd util-linux")
    if quadlet is None:
        missing("Podman's quadlet generator", INSTALL)
        raise AssertionError("quadlet")
    _laid(there, quadlet)
    begin = there / "begin.sh"
    begin.write_text(_BEGIN.format(targets=" ".join(_TARGETS), there=there, systemd=systemd))
    argv = [
        "unshare",
        "--mount",
        "--pid",
        "--fork",
        "--kill-child",
        "--cgroup",
        "--uts",
        "--ipc",
        "--mount-proc",
        "sh",
        str(begin),
    ]
    with (there / "systemd.log").open("w") as log, subprocess.Popen(argv, stdout=log, stderr=log, cwd="/") as outer:
        try:
            yield _up(there, outer)
        finally:
            outer.send_signal(signal.SIGKILL)
            outer.wait()


def _laid(there: Path, quadlet: Path) -> None:
    for name in ("images", "early", "containers"):
        (there / name).mkdir(exist_ok=True)
    podman = there / "podman"
    podman.write_text(_PODMAN.format(python=sys.executable, there=str(there)))
    podman.chmod(0o755)
    generator = there / "quadlet"
    generator.write_text(f'#!/bin/sh\nexec {" ".join(started(quadlet, _QUADLET))} -no-kmsg-log "$@"\n')
    generator.chmod(0o755)


def _up(there: Path, outer: subprocess.Popen[bytes]) -> OwnSystemd:
    """The systemd that *outer* has begun, once it answers; skips where this kernel allows none."""
    for _ in range(300):
        children = Path(f"/proc/{outer.pid}/task/{outer.pid}/children").read_text().split()
        if children:
            mine = OwnSystemd(there, int(children[0]))
            done = mine.run("systemctl", "is-system-running")
            if done.stdout.strip() in ("running", "degraded"):
                return mine
        if outer.poll() is not None:
            break
        time.sleep(0.1)
    pytest.skip(
        f"a systemd of one's own is missing: this kernel lets none run in namespaces (root, cgroup v2, no seccomp against unshare): {(there / 'systemd.log').read_text()[-500:]}"
    )
