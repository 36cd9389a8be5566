"""A program without a container has started when it answers, and not before: systemd, the unit as it is generated, and curl are real."""

from __future__ import annotations

from pathlib import Path

import pytest

from own_systemd import own_systemd
from projects import PYTHON_WEB, assertion, compiled, manifest

_PROGRAM = """#!/usr/bin/python3 -IS
import http.server, pathlib, socketserver
ready = pathlib.Path("/run/ready")
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if ready.exists() and self.path == "/healthz" else 503)
        self.end_headers()
        pathlib.Path("/var/lib/shop-web/asked").write_text(self.headers["User-Agent"])
socketserver.TCPServer.allow_reuse_address = True
socketserver.TCPServer(("127.0.0.1", 8765), Handler).serve_forever()
"""


def test_a_program_has_started_when_it_answers(tmp_path: Path) -> None:
    """One that is never well is not up, and is started again; one that gets well is."""
    # Nothing below /home and /root is seen by a program, also no interpreter.
    for program in ("/usr/bin/curl", "/usr/bin/python3"):
        if not Path(program).exists():
            pytest.skip(f"{program} is missing: apt-get install curl python3")
    service = {"path": ".", "port": 8765, "artifact": {"path": "bin/web"}, "writable": ["/var/lib/shop-web"]}
    service["health"] = {"path": "/healthz", "start_period": "1s", "interval": "1s", "timeout": "1s", "retries": 3}
    done = compiled(
        PYTHON_WEB,
        manifest("web-service", assertion(1, "GET /healthz returns 200")),
        {"app": "shop", "targets": ["quadlet"], "proxy": "none", "services": {"web": service}},
    )
    with own_systemd(tmp_path) as systemd:
        assert systemd.run("mount", "-t", "tmpfs", "none", "/opt").returncode == 0
        systemd.write("/opt/shop/web/web", _PROGRAM)
        systemd.run("chmod", "755", "/opt", "/opt/shop", "/opt/shop/web", "/opt/shop/web/web")
        systemd.write("/etc/systemd/system/shop-web.service", done.files["quadlet/shop-web.service"])
        assert systemd.run("systemctl", "daemon-reload").returncode == 0

        assert systemd.run("systemctl", "start", "shop-web.service").returncode != 0
        shown = systemd.run("systemctl", "show", "--property=Result,Restart", "shop-web.service").stdout.split()
        assert shown == ["Restart=always", "Result=timeout"]
        assert (systemd.text("/var/lib/private/shop-web/asked") or "").startswith("curl/")

        systemd.write("/run/ready", "")
        started = systemd.run("systemctl", "restart", "shop-web.service")
        assert started.returncode == 0, started.stderr + (tmp_path / "systemd.log").read_text()[-1500:]
        assert systemd.run("systemctl", "is-active", "shop-web.service").stdout.strip() == "active"
