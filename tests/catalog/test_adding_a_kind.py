"""Adding a kind of backing service is what CONTRIBUTING says: a module, a line, a case; and nothing else has to know."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tools import ROOT

_MODULE = '''"""A made-up queue."""

from speccompile.catalog.backing import Backing, plain, scratch

BACKING = Backing(
    kind="gearbox", usual_name="gearbox", words=("gearbox",), generic=(), clients=("gearbox-js",), schemes=("gearbox",), own=("GEARBOX",),
    oldest=1, version="1.2", tag="acme/gearbox:{version}", port=4730, user="999:999", data="/data", scratch=(scratch("/tmp", size="1m"),),
    command=(), environment=(), login=None, protocol="tcp", url_variable="GEARBOX_URL", forms=(plain("gearbox://{host}:4730"),),
    check=("gearbox", "ping", "127.0.0.1"), start_period=5, memory=64 * 2**20, least=16 * 2**20, cpus=0.5, pids=64, stop_signal="SIGTERM", stop_grace=10,
)
'''
_SERVER = 'require("node:http").createServer((q, a) => a.end(process.env.GEARBOX_URL)).listen(process.env.PORT);\n'


def _copy(to: Path) -> Path:
    """The compiler with the module and the line."""
    for part in ("speccompile", "templates"):
        shutil.copytree(ROOT / part, to / part, ignore=shutil.ignore_patterns("__pycache__"))
    catalogue = to / "speccompile/catalog"
    (catalogue / "gearbox.py").write_text(_MODULE, "utf-8")
    registry = catalogue / "__init__.py"
    text = registry.read_text("utf-8")
    text = text.replace("    elasticsearch,\n", "    elasticsearch,\n    gearbox,\n", 1)
    registry.write_text(text.replace('    "mailpit":', '    "gearbox": gearbox.BACKING,\n    "mailpit":', 1), "utf-8")
    return to


def _project(at: Path, deploy: object) -> Path:
    (at / "specs").mkdir(parents=True)
    (at / "package.json").write_text(
        json.dumps({"name": "shop", "version": "1.0.0", "scripts": {"start": "node server.js"}}), "utf-8"
    )
    (at / "server.js").write_text(_SERVER, "utf-8")
    manifest = {"version": "1.0.0", "archetype": "web-service", "assertions": []}
    (at / "specs/assertions.json").write_text(json.dumps(manifest), "utf-8")
    (at / "specs/deploy.yaml").write_text(json.dumps(deploy), "utf-8")
    return at


def _run(compiler: Path, project: Path, *argv: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "speccompile", "-C", str(project), *argv],
        cwd=compiler,
        env={**os.environ, "PYTHONPATH": str(compiler), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_a_module_and_a_line_are_a_kind(tmp_path: Path) -> None:
    """It is generated, verified (a defect ends with another status), and an error without the line."""
    compiler = _copy(tmp_path / "compiler")
    deploy = {
        "app": "shop",
        "services": {"shop": {"needs": ["jobs"]}, "jobs": {"uses": "gearbox", "resources": {"memory": "128M"}}},
    }
    project = _project(tmp_path / "shop", deploy)
    done = _run(compiler, project, "generate")
    assert done.returncode == 0, done.stdout + done.stderr
    compose = (project / "generated/docker-compose.yml").read_text("utf-8")
    assert "acme/gearbox:1.2" in compose
    assert "gearbox://jobs:4730" in compose
    assert 'mem_limit: "128m"' in compose
    without = _run(ROOT, _project(tmp_path / "other", deploy), "generate")
    assert without.returncode != 0
    assert "SC204" in without.stdout + without.stderr
