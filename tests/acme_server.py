"""A real ACME server on loopback (Let's Encrypt's pebble), which looks names up here and asks for proofs at ports of our own."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tools import ROOT, free_port, need

sys.path.insert(0, str(ROOT / "tests/nginx"))

from name_server import names


@dataclass(frozen=True)
class Authority:
    """Where its directory is, and the file with the certificate by which that is known."""

    directory: str
    roots: Path


def self_signed(directory: Path, name: str, host: str) -> tuple[Path, Path]:
    """A certificate for *host* and its key, in *directory*: NAME-certificate, NAME-key."""
    certificate, key = directory / f"{name}-certificate", directory / f"{name}-key"
    argv = [need("openssl", "apt-get install openssl"), "req", "-x509", "-newkey", "ec", "-nodes", "-days", "2"]
    argv += [
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-subj",
        f"/CN={host}",
        "-addext",
        f"subjectAltName=DNS:{host}",
    ]
    subprocess.run([*argv, "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
    return certificate, key


def issuer(port: int, name: str) -> str:
    """By whom the certificate is that is shown for *name*."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with (
        socket.create_connection(("127.0.0.1", port), timeout=30) as plain,
        context.wrap_socket(plain, server_hostname=name) as client,
    ):
        shown = client.getpeercert(binary_form=True)
    asked = ["openssl", "x509", "-inform", "DER", "-noout", "-issuer", "-ext", "subjectAltName"]
    return subprocess.run(asked, input=shown, capture_output=True, check=True).stdout.decode()


@contextlib.contextmanager
def authority(directory: Path, *hosts: str, plain: int, encrypted: int) -> Iterator[Authority]:
    """A running one that finds *hosts* on loopback, and asks for proofs at the ports *plain* (HTTP-01) and *encrypted* (TLS-ALPN-01)."""
    certificate, key = self_signed(directory, "authority", "localhost")
    port = free_port()
    said = {
        "listenAddress": f"127.0.0.1:{port}",
        "managementListenAddress": f"127.0.0.1:{free_port()}",
        "certificate": str(certificate),
        "privateKey": str(key),
        "httpPort": plain,
        "tlsPort": encrypted,
        "ocspResponderURL": "",
        "externalAccountBindingRequired": False,
    }
    config = directory / "pebble.json"
    config.write_text(json.dumps({"pebble": said}), encoding="utf-8")
    pebble = need("pebble", "go install github.com/letsencrypt/pebble/v2/cmd/pebble@v2.10.3")
    with names(**dict.fromkeys(hosts, ("127.0.0.1",))) as known, (directory / "pebble.log").open("ab") as log:
        argv = [pebble, "-config", str(config), "-dnsserver", f"127.0.0.1:{known.port}"]
        # It would refuse some requests and wait before it looks, so that clients are tried out.
        kind = {**os.environ, "PEBBLE_VA_NOSLEEP": "1", "PEBBLE_WFE_NONCEREJECT": "0"}
        with subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=kind) as process:
            try:
                _await(port)
                yield Authority(f"https://localhost:{port}/dir", certificate)
            finally:
                process.terminate()
                process.wait(10)


def _await(port: int) -> None:
    for _ in range(200):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise AssertionError("pebble does not listen")
