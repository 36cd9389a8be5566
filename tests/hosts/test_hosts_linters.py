"""What linters say about a shared host's configuration, with all that applications can ask for: nothing. nginx itself is asked at each change."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from pathlib import Path

import crossplane
from test_hosts_registry import EVERYTHING, PLACE, planned, read_back
from test_hosts_settings import FILES

from speccompile.hosts import settings
from speccompile.hosts.configuration import files
from tools import need


def test_gixy_and_crossplane_are_silent(tmp_path: Path) -> None:
    """Two owners, one by IPv6 with users and pages, TLS with two certificates, who stands in front."""
    tls = {**FILES, "listen": 443, "hsts": 15552000, "certificates": [{"host": "*.example.com", **FILES}]}
    said = settings.parse(json.dumps({"listen": 80, "tls": tls, "trusted_proxies": ["10.0.0.0/8"]}), "host.json")
    mine = planned("alice", EVERYTHING, {"host": "a.example.com", "path": "/"}, addresses={"app": "[::1]:3000"})
    made = files(read_back(mine, planned("bob", addresses={"app": "web:80"})), said, replace(PLACE, low=True))
    (tmp_path / "nginx.d").mkdir()
    for path, text in made.items():
        place = tmp_path / "generations/1" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    main = str(tmp_path / "generations/1/nginx.conf")
    run = subprocess.run(
        [need("gixy", "pip install gixy-ng"), "-f", "json", main], capture_output=True, text=True, check=False
    )
    assert json.loads(run.stdout) == []
    assert crossplane.parse(main)["errors"] == []
