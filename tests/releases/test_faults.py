"""What stands in a deployment's way is said before anything changes: no engine, no store, environments that are wrong."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from case_folders import command
from report_documents import conforms
from speccompile.catalog import CATALOG
from speccompile.cli.release_report import Report, outputs, without_url
from speccompile.frontends import deploy as deploy_format
from speccompile.images.commands import Command
from speccompile.images.runner import Runner
from speccompile.lower.lower import Surroundings
from speccompile.pipeline import Compilation, compile_project
from speccompile.project.memory import MemoryTree
from speccompile.releases.carrying import OnHost
from speccompile.releases.directory import DirectoryStore
from speccompile.releases.machine import Machine
from speccompile.releases.rolling import End, Outcome
from speccompile.releases.runner import Hands
from speccompile.releases.wanted import PlatformFailed
from speccompile.spec.deploy import Deploy

MANIFEST = json.dumps({"version": "1.0.0", "archetype": "web-service", "assertions": []})
FILES = {
    "specs/assertions.json": MANIFEST,
    "package.json": json.dumps(
        {"name": "shop", "version": "1.0.0", "type": "module", "scripts": {"start": "node server.js"}}
    ),
    "server.js": "require('node:http').createServer((q, a) => a.end()).listen(process.env.PORT);\n",
}


def project(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], patch: dict[str, Any] | None = None, /, **environment: Any
) -> Path:
    """A project with one environment, its compose file patched, generated."""
    if patch:
        (tmp_path / "patches").mkdir()
        patches = {"version": 1, "patches": [patch]}
        (tmp_path / "patches/docker-compose.yml.yaml").write_text(json.dumps(patches), "utf-8")
    told = {"app": "shop", "environments": {"production": {"releases": "releases", **environment}}}
    for path, text in {**FILES, "specs/deploy.yaml": json.dumps(told)}.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    assert command(["generate"], tmp_path, capsys)[0] == 0
    return tmp_path


def answer(words: list[str], where: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, list[str]]:
    """The exit code, and the codes of what was found."""
    code, said, _ = command([*words, "--format", "json"], where, capsys)
    document = json.loads(said)
    conforms(words[0], document)
    return code, [one["code"] for one in document["diagnostics"]]


@pytest.mark.parametrize("host", [None, "ssh://nobody@127.0.0.1:1"])
def test_without_an_engine(
    host: str | None, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is tried, here or there."""
    where = project(tmp_path, capsys, **({"host": host} if host else {}))
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    assert answer(["deploy", "production"], where, capsys) == (1, ["SC705"])


def test_without_compose(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """SC703: an engine answers, and what would deploy is not there."""
    for name in ("bin", "shop"):
        (tmp_path / name).mkdir()
    where = project(tmp_path / "shop", capsys)
    docker = tmp_path / "bin/docker"
    docker.write_text('#!/bin/sh\n[ "$1" = version ] && echo 28\n', encoding="utf-8")
    docker.chmod(0o755)
    monkeypatch.setenv("PATH", str(docker.parent))
    assert answer(["deploy", "production"], where, capsys) == (1, ["SC703"])


def test_a_store_that_does_not_answer(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It may answer later."""
    where = project(tmp_path, capsys)
    kept = where / "releases/shop/production/releases"
    kept.mkdir(parents=True)
    (kept / "1.json").symlink_to("/etc/passwd")
    assert answer(["status"], where, capsys) == (75, ["SC712"])


def test_a_record_that_is_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is refused, and nothing is asked of any machine."""
    where = project(tmp_path, capsys, host="ssh://nobody@127.0.0.1:1")
    kept = where / "releases/shop/production/releases"
    kept.mkdir(parents=True)
    (kept / "1.json").write_text('{"command": "rm"}', encoding="utf-8")
    for words in (["status"], ["rollback"]):
        assert answer(words, where, capsys) == (1, ["SC700"])


def test_nothing_was_deployed_yet(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Status says so, and is not well."""
    where = project(tmp_path, capsys)
    assert answer(["status"], where, capsys) == (1, [])


def compiled(environment: str | None, **told: Any) -> Compilation:
    """The project as it is in an environment."""
    files = {**FILES, "specs/deploy.yaml": json.dumps({"app": "shop", **told})}
    return compile_project(
        MemoryTree(files), Surroundings(None, ("shop",), allow_unverified=False, environment=environment)
    )


def test_an_environment_is_the_rest_of_the_file_but_for_what_it_says() -> None:
    """Routes, replicas and bounds; where it says nothing the artifacts are those of all; and images are the same."""
    there = {
        "replicas": {"web": 3},
        "resources": {"web": {"memory": "1G"}},
        "routes": {"web": [{"host": "staging.example.com"}]},
    }
    told = {
        "services": {"web": {"port": 4000}},
        "environments": {"staging": there, "production": {}},
    }
    whole, staging, production = (compiled(name, **told) for name in (None, "staging", "production"))
    assert {path: whole.files[path] for path in production.files} == production.files
    compose, nginx = staging.files["docker-compose.yml"], staging.files["nginx.conf"]
    assert "replicas: 3" in compose
    assert 'mem_limit: "1g"' in compose
    assert "server_name staging.example.com;" in nginx
    assert (staging.files["Dockerfile"], staging.spec.digest) == (
        whole.files["Dockerfile"],
        compiled(None, services=told["services"]).spec.digest,
    )


def test_urls_are_the_front_doors() -> None:
    """By the route, the port and the address that the values say; what nothing reaches has a note."""
    plan = compiled(
        None, services={"web": {"port": 4000, "routes": [{"host": "shop.example.com", "path": "/api"}]}}
    ).plan
    assert outputs(plan, {}) == {
        "web": {"INTERNAL_URL": "http://web:4000", "PUBLIC_URL": "http://shop.example.com:8080/api"}
    }
    anywhere = compiled(None, services={"web": {"port": 4000}}).plan
    assert outputs(anywhere, {"HTTP_PORT": "80", "BIND_ADDRESS": "0.0.0.0"})["web"]["PUBLIC_URL"] == "http://localhost"
    closed = compiled(None, services={"web": {"port": 4000, "routes": []}}).plan
    (note,) = without_url(closed, outputs(closed, {}), ("web",))
    assert note.code == "SC711"


def read(**environment: Any) -> tuple[Deploy | None, list[str]]:
    """A deploy.yaml with one environment, and what is wrong with it."""
    services = {"web": {}, "api": {"path": "api", "routes": []}}
    text = json.dumps({"app": "shop", "services": services, "environments": {"production": environment}})
    found = deploy_format.read(text, "deploy.yaml", tuple(CATALOG))
    return found.model, [one.code for one in found.diagnostics]


@pytest.mark.parametrize(
    "environment",
    [
        {"host": "ssh://-oProxyCommand=x@host"},
        {"host": "ssh://host/../x"},
        {"host": "ssh://a b"},
        {"host": "ssh://user@-host"},
        {"host": "tcp://host:2375"},
        {"host": "ssh://host;id"},
        {"host": "ssh://one", "hosts": ["ssh://two"]},
        {"hosts": ["ssh://one", "ssh://one"]},
        {"stages": ["1"]},
        {"hosts": ["ssh://one"], "stages": ["101%"]},
        {"context": "prod"},
        {"on": "kubernetes", "host": "ssh://one"},
        {"on": "mainframe"},
        {"releases": "ftp://x"},
        {"releases": "s3://bucket/../x"},
        {"releases": "s3://bucket/x/."},
        {"releases": "s3://bucket//x"},
        {"releases": "oci://ghcr.io/../x"},
        {"releases": "-x"},
        {"values": "../outside.env"},
        {"replicas": {"wbe": 2}},
        {"replicas": {"web": 0}},
        {"routes": {"web": [{"path": "/a"}, {"path": "/a"}]}},
        {"routes": {"web": [{"path": "/a"}], "api": [{"path": "/a"}]}},
        {"resources": {"web": {"memory": "1"}}},
        {"watch": "a while"},
    ],
    ids=str,
)
def test_an_environment_that_is_wrong(environment: dict[str, Any]) -> None:
    """One finding, with a position."""
    _, codes = read(**environment)
    assert len(codes) == 1


def test_an_environment_that_is_right() -> None:
    """With all that there is."""
    found, codes = read(
        on="compose",
        hosts=["ssh://deploy@one.example.com:2222", "ssh://[::1]"],
        stages=["1", "25%", "all"],
        values="environments/production.env",
        releases="oci://registry.example.com:5000/acme/bank-releases",
        watch="60s",
        replicas={"web": 2},
        routes={"web": [{"host": "a.example.com"}]},
    )
    assert codes == []
    assert found is not None
    first = Machine(found.environments["production"].machines[0])
    assert first.shell("pwd").argv[-6:] == ("2222", "-l", "deploy", "--", "one.example.com", "pwd")
    assert first.environment == (("DOCKER_HOST", "ssh://deploy@one.example.com:2222"),)


def test_no_answer_is_a_failure_however_it_ended() -> None:
    """What a program said then is what was wrong, whatever its exit code: a wrapper may lose that."""
    hands = Hands(Runner())
    said = Command((sys.executable, "-c", "import sys; print('TAG is missing a value', file=sys.stderr)"))
    with pytest.raises(PlatformFailed, match="TAG is missing a value"):
        hands.answer(said)
    assert hands.answer(Command((sys.executable, "-c", "print(1)"))) == "1\n"


def test_what_is_not_done_is_a_failure_however_it_ended() -> None:
    """A full disk, of which a wrapper says 0; and what somebody else has done meanwhile is done."""
    hands = Hands(Runner())
    said = Command((sys.executable, "-c", "import sys; print('no space left on device', file=sys.stderr)"))
    with pytest.raises(PlatformFailed, match="no space left on device"):
        hands.until(lambda: False, said, timeout=60)
    hands.until(lambda: True, Command((sys.executable, "-c", "import sys; sys.exit(1)")), timeout=60)


def test_no_public_url_is_said_where_the_front_door_is_not_up() -> None:
    """Nor any URL of a service that does not run."""
    urls = {"api": {"INTERNAL_URL": "http://api:3000", "PUBLIC_URL": "http://a.example"}, "web": {"INTERNAL_URL": "x"}}
    ends = {"api": End.DEPLOYED, "web": End.SKIPPED, "proxy": End.FAILED}
    host = OnHost(host="this machine", outcomes=tuple(Outcome(name=name, end=end) for name, end in ends.items()))
    report = Report(
        app="shop",
        environment="production",
        images={},
        hosts=(host,),
        outputs=urls,
        release=None,
        unchanged=None,
        seconds=1,
    )
    assert report.reached == {"api": {"INTERNAL_URL": "http://api:3000"}}
    assert report.data()["deployments"]["outputs"] == report.reached
    assert "PUBLIC_URL" not in report.text()


def test_a_registry_of_releases_that_is_down_changes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is asked before any machine is, and may be up later."""
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    where = project(tmp_path, capsys, releases="oci://127.0.0.1:1/acme/releases")
    for words in (["status"], ["rollback"], ["releases"]):
        assert answer(words, where, capsys) == (75, ["SC712"])


@pytest.mark.parametrize("app", ["shop", "docs"])
def test_what_a_deployment_records_in_the_project_is_no_source(
    app: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also where nothing is ignored, as there is no git: only this application's releases in that environment, though."""
    where = project(tmp_path, capsys)
    DirectoryStore(where / "releases" / app / "production").keep(b"a text that was told")
    assert answer(["check"], where, capsys) == ((0, []) if app == "shop" else (1, ["SC510"] * 3))
