"""The gate before images: what is not shown is on one checklist, and stops unless it is allowed; what was verified goes the whole way."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from engine_projects import answer, codes, commit, git, held_to_it, image
from engine_projects import manifest as assertions

from registry_server import Registry

pytest_plugins = ("engine_fixtures",)
pytestmark = [pytest.mark.engine, pytest.mark.slow]

TESTS = 'test -f src/index.ts && echo "1..1" && echo "ok 1 - A-001 it is there"\n'


@pytest.fixture
def tested(project: Path) -> Path:
    """The project, with a test that says how it went, not verified yet."""
    (project / "api/tests").mkdir()
    (project / "api/tests/run.sh").write_text(TESTS)
    deploy = project / "specs/deploy.yaml"
    said = json.loads(deploy.read_text())
    said["services"]["api"]["verify"] = [["sh", "tests/run.sh"]]
    deploy.write_text(json.dumps(said))
    assert held_to_it(project, "generate").returncode == 0
    commit(project)
    return project


@pytest.mark.parametrize("strict", [[], ["--strict"]])
def test_what_is_not_verified_is_not_built_nor_pushed(
    strict: list[str], tested: Path, docker: str, loopback: Registry
) -> None:
    """In words and as data."""
    del docker
    for words in (("build", *strict), ("push", *strict, "--registry", f"{loopback.host}/team")):
        done = held_to_it(tested, *words)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.count("Deployment checklist") == 1
        assert (
            "✗ tests passed: 1 problem of SC547\n    run `speccompile verify`, then `speccompile generate`"
            in done.stderr
        )
        done = held_to_it(tested, *words, "--format", "json")
        assert codes(done) == {"SC547"}
        states = {one["name"]: one["ok"] for one in answer(done)["checklist"]}
        assert states["tests passed"] is False
        assert states["proofs passed"] is True


@pytest.mark.parametrize("ci", ["", "true"])
def test_what_is_allowed_is_built_and_pushed_and_labelled_false(
    ci: str, tested: Path, docker: str, loopback: Registry
) -> None:
    """By the option, and by what `generate` was told here; by that only while the specs are the same."""
    push = ("push", "--registry", f"{loopback.host}/team")
    for allowed, by in (["--allow-unverified"], "--allow-unverified"), ([], "generate --allow-unverified"):
        if not allowed:
            assert held_to_it(tested, "generate", "--allow-unverified", CI=ci).returncode == 0
        done = held_to_it(tested, "build", *allowed, "--format", "json", CI=ci)
        assert done.returncode == 0, done.stderr
        body = answer(done)
        assert body["allowed_by"] == by
        assert [one["name"] for one in body["checklist"] if not one["ok"]] == ["tests passed"]
        assert image(docker, body["builds"][0]["image"])["Config"]["Labels"]["com.spec-driven.verified"] == "false"
        done = held_to_it(tested, *push, *allowed, "--format", "json", CI=ci)
        assert done.returncode == 0, done.stderr
        (pushed,) = answer(done)["pushes"]
        assert answer(done)["allowed_by"] == by
        assert pushed["attestation"]["statement"]["predicate"]["labels"]["com.spec-driven.verified"] == "false"
    (tested / "api/assertions.json").write_text(assertions().replace("health checks", "health probes"))
    assert held_to_it(tested, "generate", CI=ci).returncode == 0
    commit(tested)
    for words in (("build",), push):
        done = held_to_it(tested, *words, "--format", "json", CI=ci)
        assert (done.returncode, codes(done)) == (1, {"SC547"})


def test_what_is_verified_is_built_and_pushed(tested: Path, docker: str, loopback: Registry) -> None:
    """verify, generate, commit, build, push: nothing has to be allowed, and the label says so."""
    for words in (("verify",), ("generate", "--strict")):
        done = held_to_it(tested, *words)
        assert done.returncode == 0, done.stdout + done.stderr
    commit(tested)
    done = held_to_it(tested, "build", "--strict", "--format", "json")
    assert done.returncode == 0, done.stdout + done.stderr
    body = answer(done)
    assert all(one["ok"] for one in body["checklist"])
    assert image(docker, body["builds"][0]["image"])["Config"]["Labels"]["com.spec-driven.verified"] == "true"
    done = held_to_it(tested, "push", "--strict", "--registry", f"{loopback.host}/team")
    assert done.returncode == 0, done.stderr
    assert "✓ tests passed" in done.stderr


@pytest.mark.parametrize(
    ("natural", "status", "code", "name"),
    [
        ("All traffic is served over TLS 1.2 or newer", "confirmed", "SC392", "nothing lost, contradicted or not understood"),
        ("The containers are placed on nodes with fast disks", "confirmed", "SC393", "nothing lost, contradicted or not understood"),
        ("Balance is shown in euros", "proposed", "SC360", "every assertion is settled"),
    ],
)  # fmt: skip
def test_what_else_stops(natural: str, status: str, code: str, name: str, tested: Path, docker: str) -> None:
    """Tests alone are not enough."""
    del docker
    said = json.loads(assertions())
    said["assertions"].append({**said["assertions"][0], "id": "A-002", "natural": natural, "status": status})
    (tested / "api/assertions.json").write_text(json.dumps(said))
    assert held_to_it(tested, "verify").returncode == 0
    assert held_to_it(tested, "generate", "--allow-unverified").returncode == 0
    git(tested, "add", "-A")
    done = held_to_it(tested, "build", "--strict", "--format", "json")
    assert done.returncode == 1
    assert codes(done) == {code}
    assert [one["name"] for one in answer(done)["checklist"] if one["ok"] is False] == [name]
