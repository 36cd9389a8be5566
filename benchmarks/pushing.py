"""What a push sends, asked of a registry: Debian's ``docker-registry`` on loopback, whose files go when all is measured."""

from __future__ import annotations

import contextlib
import json
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_TYPE = "application/vnd.docker.distribution.manifest.v2+json"


@dataclass(frozen=True)
class Pushed:
    """An image in a registry: its layers' bytes there by their digests, in order, and those of its configuration and its manifest, which
    every push of a changed image sends."""

    layers: dict[str, int]
    described: int

    def sent_after(self, before: Pushed) -> tuple[int, int]:
        """The bytes of the layers that a registry with the image of *before* has not, and how many these are."""
        new = [size for digest, size in self.layers.items() if digest not in before.layers]
        return sum(new), len(new)


@contextlib.contextmanager
def registry(directory: Path) -> Iterator[str]:
    """A registry with its files below *directory*; gives its ``host:port``."""
    program = shutil.which("docker-registry")
    if program is None:
        raise SystemExit("docker-registry is not there: apt-get install docker-registry")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{probe.getsockname()[1]}"
    settings = {
        "version": "0.1",
        "log": {"level": "warn"},
        "storage": {"filesystem": {"rootdirectory": str(directory / "registry")}},
        "http": {"addr": host},
    }
    configuration = directory / "registry.yml"
    configuration.write_text(json.dumps(settings), encoding="utf-8")
    argv = [program, "serve", str(configuration)]
    process = subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while True:
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"http://{host}/v2/", timeout=5).close()
                break
            if process.poll() is not None:
                raise SystemExit("docker-registry did not start")
            time.sleep(0.1)
        yield host
    finally:
        process.terminate()
        process.wait(20)


def read(reference: str) -> Pushed:
    """What the registry has of ``host:port/name:tag``."""
    host, _, rest = reference.partition("/")
    name, _, tag = rest.rpartition(":")
    request = urllib.request.Request(f"http://{host}/v2/{name}/manifests/{tag}", headers={"Accept": _TYPE})
    with urllib.request.urlopen(request, timeout=60) as answer:
        text = answer.read()
    manifest = json.loads(text)
    layers = {str(one["digest"]): int(one["size"]) for one in manifest["layers"]}
    return Pushed(layers, int(manifest["config"]["size"]) + len(text))
