"""``build --trace-writes`` on a real engine: what a program writes into its root is told, what goes to memory is not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from engine_projects import answer, committed, deploy, service, speccompile

from speccompile.images.tracing import written

pytest_plugins = ("engine_fixtures",)
pytestmark = pytest.mark.engine

WRITING = """import { mkdirSync, writeFileSync } from "node:fs";
for (const name of ["a", "b"].map((one) => [process.cwd(), "run" + "time", one].join("/"))) {
  mkdirSync(name, { recursive: true });
  writeFileSync([name, "state"].join("/"), "1");
}
writeFileSync(["", "tmp", "scratch"].join("/"), "1");
Bun.serve({ port: Number(process.env.PORT), fetch: () => new Response("ok\\n") });
"""


@pytest.fixture
def trials(tmp_path: Path, app: str, engine: str) -> dict[str, Any]:
    """Two services, built and tried: what the report says of each."""
    root = tmp_path / "pair"
    root.mkdir()
    files = {path: text for name in ("writes", "clean") for path, text in service(name).items()}
    files["writes/src/index.ts"] = WRITING
    committed(root, {**files, "specs/deploy.yaml": deploy(app, {"writes": [], "clean": []})})
    done = speccompile(root, "build", "--engine", engine, "--trace-writes", "--format", "json")
    assert done.returncode == 0, done.stderr
    document = answer(done)
    assert not any("trial" in name for name in [build["image"] for build in document["builds"]])
    return {"diagnostics": document["diagnostics"], **{one["container"]: one for one in document["trials"]}}


@pytest.mark.parametrize("engine", ["docker"], indirect=True)
def test_what_is_written_into_the_root_is_told(trials: dict[str, Any]) -> None:
    assert trials["writes"]["paths"] == ["/app/runtime/a/state", "/app/runtime/b/state"]
    assert (trials["writes"]["status"], trials["writes"]["end"]) == ("written", "healthy")
    assert (trials["clean"]["status"], trials["clean"]["paths"]) == ("clean", [])
    found = [one for one in trials["diagnostics"] if one["code"] == "SC652"]
    assert [one["path"] for one in found] == ["writes"]
    assert "writable: [/app/runtime/a, /app/runtime/b]" in found[0]["fix"]


@pytest.mark.parametrize("engine", ["buildah"], indirect=True)
def test_an_engine_that_runs_nothing_says_so(trials: dict[str, Any]) -> None:
    assert [trials[name]["status"] for name in ("writes", "clean")] == ["failed", "failed"]
    assert {one["code"] for one in trials["diagnostics"]} == {"SC653"}


def test_what_the_engine_itself_puts_there_is_nobodys() -> None:
    changes = "C /etc\nA /etc/hostname\nA /run\nA /run/secrets\nA /run/secrets/db\nC /app\nA /app/x\nA /app/data\nA /app/data/y\nC /tmp\nA /tmp/z\nD /app/gone\nA /app/empty\n"
    assert list(written(changes, ("/tmp", "/app/data"))) == ["/app/empty", "/app/x"]
