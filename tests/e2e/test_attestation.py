"""What is attested is attached to images in real registries: one that knows referrers, and one (Debian's) that does not."""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from engine_projects import answer, commit, held_to_it, speccompile
from registry_gate import gated

from registry_server import PASSWORD, USER, Registry, free_port, registry
from speccompile.digests import digest
from speccompile.images.attestation import MEDIA_TYPE, PREDICATE, STATEMENT, read, statement, written
from speccompile.images.credentials import Credential
from speccompile.images.failures import Trouble
from speccompile.images.referrers import Stored, attach, attached
from speccompile.images.registry_client import Client, RegistryError
from tools import missing, need

pytest_plugins = ("engine_fixtures",)

PATH = "team/bank"
IMAGE_TYPE = "application/vnd.oci.image.manifest.v1+json"
CONFIG = b'{"architecture":"amd64","os":"linux","config":{},"rootfs":{"type":"layers","diff_ids":[]}}'


@pytest.fixture(scope="session")
def referrers_registry(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program of a registry that knows referrers."""
    go = need("go", "apt-get install golang")
    sources = tmp_path_factory.mktemp("referrers") / "registry"
    shutil.copytree(Path(__file__).parent / "referrers_registry", sources)
    argv = [go, "build", "-o", "registry", "."]
    built = subprocess.run(argv, cwd=sources, capture_output=True, text=True, check=False)
    if built.returncode:
        missing("the module google/go-containerregistry", f"a Go proxy that can be reached: {built.stderr[-200:]}")
    return sources / "registry"


@contextlib.contextmanager
def knowing_referrers(program: Path, directory: Path) -> Iterator[str]:
    """The ``host:port`` of a registry that does."""
    host = f"127.0.0.1:{free_port()}"
    with (directory / "referrers.log").open("w") as log:
        process = subprocess.Popen([str(program), host], stdout=log, stderr=log)
    try:
        for _ in range(100):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"http://{host}/v2/", timeout=5).close()
                break
            time.sleep(0.1)
        yield host
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture(params=[Stored.REFERRERS, Stored.TAG])
def kind(request: pytest.FixtureRequest) -> Stored:
    """How a registry lists what is attached."""
    found: Stored = request.param
    return found


@pytest.fixture
def host(kind: Stored, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """A registry that lists in that way."""
    with contextlib.ExitStack() as stack:
        if kind is Stored.REFERRERS:
            yield stack.enter_context(knowing_referrers(request.getfixturevalue("referrers_registry"), tmp_path))
        else:
            yield stack.enter_context(registry(tmp_path)).host


def pushed(client: Client) -> str:
    """The digest of an image without layers that is put there by hand."""
    scope = f"repository:{PATH}:pull,push"
    _, headers = client.ask("POST", f"/v2/{PATH}/blobs/uploads/", scope, {"Content-Length": "0"}, b"")
    place = client.local(headers["location"])
    assert place
    joint = "&" if "?" in place else "?"
    client.ask(
        "PUT", f"{place}{joint}digest={digest(CONFIG)}", scope, {"Content-Type": "application/octet-stream"}, CONFIG
    )
    config = {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": digest(CONFIG), "size": len(CONFIG)}
    manifest = json.dumps({"schemaVersion": 2, "mediaType": IMAGE_TYPE, "config": config, "layers": []}).encode()
    client.ask("PUT", f"/v2/{PATH}/manifests/v1", scope, {"Content-Type": IMAGE_TYPE}, manifest)
    return digest(manifest)


def said(subject: str, number: int = 1) -> bytes:
    """A statement about *subject*."""
    return written(statement("127.0.0.1/team/bank", subject, {"assertions": [{"id": f"A-{number:03}"}]}))


def test_what_is_attached_is_found(kind: Stored, host: str) -> None:
    """Of what was attached twice, both, the last first; of another kind, none; and the image is as it was."""
    client = Client(host)
    subject = pushed(client)
    assert attached(client, PATH, subject, MEDIA_TYPE) == ()
    for number in (1, 2):
        assert attach(client, PATH, subject, MEDIA_TYPE, said(subject, number)).stored is kind
    assert set(attached(Client(host), PATH, subject, MEDIA_TYPE)) == {said(subject, 1), said(subject, 2)}
    assert attached(client, PATH, subject, "application/spdx+json") == ()
    attach(client, PATH, subject, "application/spdx+json", b"{}")
    assert len(attached(client, PATH, subject, MEDIA_TYPE)) == 2
    content, _ = client.ask("GET", f"/v2/{PATH}/manifests/v1", f"repository:{PATH}:pull", {"Accept": IMAGE_TYPE})
    assert digest(content) == subject


def test_attaching_the_same_again_changes_nothing(host: str) -> None:
    client = Client(host)
    subject = pushed(client)
    first, second = (attach(client, PATH, subject, MEDIA_TYPE, said(subject)) for _ in range(2))
    assert first == second
    assert attached(client, PATH, subject, MEDIA_TYPE) == (said(subject),)


def test_nothing_is_attached_to_what_is_not_there(host: str) -> None:
    client = Client(host)
    pushed(client)
    with pytest.raises(RegistryError) as refused:
        attach(client, PATH, "sha256:" + "0" * 64, MEDIA_TYPE, b"{}")
    assert refused.value.trouble is Trouble.NAME


def test_a_registry_that_wants_a_password(tmp_path: Path) -> None:
    with registry(tmp_path, password=True) as there:
        client = Client(there.host, Credential(USER, PASSWORD))
        subject = pushed(client)
        attach(client, PATH, subject, MEDIA_TYPE, said(subject))
        assert attached(Client(there.host, Credential(USER, PASSWORD)), PATH, subject, MEDIA_TYPE) == (said(subject),)
        with pytest.raises(RegistryError) as refused:
            attach(Client(there.host), PATH, subject, MEDIA_TYPE, said(subject))
        assert refused.value.trouble is Trouble.DENIED


def test_what_somebody_else_put_under_the_tag_is_not_believed(tmp_path: Path) -> None:
    """A manifest that is about another image, though it is listed for this one."""
    with registry(tmp_path) as there:
        client = Client(there.host)
        subject = pushed(client)
        attach(client, PATH, subject, MEDIA_TYPE, said(subject))
        tag = subject.replace(":", "-")
        scope = f"repository:{PATH}:pull,push"
        index = "application/vnd.oci.image.index.v1+json"
        content, _ = client.ask("GET", f"/v2/{PATH}/manifests/{tag}", scope, {"Accept": index})
        (entry,) = json.loads(content)["manifests"]
        manifest, _ = client.ask("GET", f"/v2/{PATH}/manifests/{entry['digest']}", scope, {"Accept": IMAGE_TYPE})
        forged = json.dumps({**json.loads(manifest), "subject": entry}).encode()
        client.ask("PUT", f"/v2/{PATH}/manifests/{digest(forged)}", scope, {"Content-Type": IMAGE_TYPE}, forged)
        body = json.dumps({"schemaVersion": 2, "mediaType": index, "manifests": [{**entry, "digest": digest(forged), "size": len(forged)}]}).encode()  # fmt: skip
        client.ask("PUT", f"/v2/{PATH}/manifests/{tag}", scope, {"Content-Type": index}, body)
        assert attached(client, PATH, subject, MEDIA_TYPE) == ()


def test_a_statement_is_read_only_for_its_image() -> None:
    subject = digest(b"image")
    held = statement("bank", subject, {"assertions": []})
    assert held["subject"] == [{"name": "bank", "digest": {"sha256": subject.partition(":")[2]}}]
    assert (held["_type"], held["predicateType"]) == (STATEMENT, PREDICATE)
    assert read(written(held), subject) == {"assertions": []}
    assert read(written(held), digest(b"other")) is None
    for broken in (
        b"",
        b"[]",
        b"\xff",
        b'{"a":' * 100_000,
        written({**held, "predicateType": "x"}),
        written({**held, "subject": 1}),
    ):
        assert read(broken, subject) is None


@pytest.fixture
def tested(project: Path) -> Path:
    """The engine's project, with a test that names its assertion, verified, generated and committed."""
    (project / "api/tests").mkdir()
    (project / "api/tests/run.sh").write_text('echo "1..1"\necho "ok 1 - A-002 the balance"\n')
    manifest = json.loads((project / "api/assertions.json").read_text())
    more = {**manifest["assertions"][0], "id": "A-002", "natural": "Balance never goes negative", "type": "invariant"}
    manifest["assertions"].append({**more, "category": "structure"})
    (project / "api/assertions.json").write_text(json.dumps(manifest))
    deploy = json.loads((project / "specs/deploy.yaml").read_text())
    deploy["services"]["api"]["verify"] = [["sh", "tests/run.sh"]]
    (project / "specs/deploy.yaml").write_text(json.dumps(deploy))
    for word in ("verify", "generate"):
        assert held_to_it(project, word).returncode == 0
    commit(project)
    return project


def standings(predicate: dict[str, Any]) -> dict[str, str]:
    """What became of each assertion, by what is attested."""
    return {one["id"]: one["standing"] for one in predicate["assertions"]}


@pytest.mark.engine
@pytest.mark.slow
def test_what_is_pushed_is_attested_and_inspect_reads_it(tested: Path, docker: str, loopback: Registry) -> None:
    """With the standings, the evidence by its digest, and the labels that the image carries."""
    del docker
    built = held_to_it(tested, "build", "--format", "json")
    assert built.returncode == 0, built.stderr
    (one,) = answer(built)["builds"]
    of_build = one["attestation"]["statement"]
    assert of_build["subject"][0]["digest"]["sha256"] == one["image_id"].removeprefix("sha256:")
    done = held_to_it(tested, "push", "--registry", f"{loopback.host}/team", "--format", "json")
    assert done.returncode == 0, done.stderr
    (image,) = answer(done)["pushes"]
    found = image["attestation"]
    assert found["stored"] == "tag"
    assert found["statement"]["subject"][0]["digest"] == {"sha256": image["digest"].removeprefix("sha256:")}
    held = found["statement"]["predicate"]
    assert standings(held) == {"A-001": "enforced", "A-002": "evidenced"}
    assert held["labels"]["com.spec-driven.verified"] == "true"
    (run,) = held["evidence"]
    assert (run["tool"], run["passed"], run["digest"][:7]) == ("tests", True, "sha256:")
    seen = answer(held_to_it(tested, "inspect", image["reference"], "--engine", "buildah", "--format", "json"))
    assert (seen["found_in"], seen["attestation"], seen["matches_checkout"]) == (loopback.host, held, True)
    text = held_to_it(tested, "inspect", image["reference"], "--engine", "buildah").stdout
    assert "Attested:      2 assertions: 1 enforced, 1 evidenced (not signed)" in text


@pytest.mark.engine
@pytest.mark.slow
def test_a_changed_source_is_another_one(project: Path, docker: str) -> None:
    """Uncommitted, committed, and put back: what counts is what the image is made of."""
    del docker
    built = answer(speccompile(project, "build", "--format", "json"))["builds"][0]["image"]
    source = project / "api/src/index.ts"
    text = source.read_text()

    def matches() -> tuple[bool, set[str]]:
        seen = answer(speccompile(project, "inspect", built, "--format", "json"))
        return seen["matches_checkout"], {one["message"].partition(" sha256")[0] for one in seen["diagnostics"]}

    assert matches() == (True, set())
    source.write_text(text + "// another\n")
    assert matches() == (False, {"the specs are the same, but the image is of sources"})
    assert "api/src/index.ts" in speccompile(project, "inspect", built).stderr
    source.write_text(text)
    assert matches() == (True, set())
    (project / "api/NOTES.md").write_text("not in the image\n")
    assert matches() == (True, set())


@pytest.mark.engine
@pytest.mark.slow
def test_a_registry_that_takes_no_statement_is_said_and_the_image_stays(
    tested: Path, docker: str, loopback: Registry, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """It takes the image, and refuses what is uploaded after that."""
    del docker, monkeypatch, tmp_path
    assert held_to_it(tested, "build").returncode == 0
    ended = []

    def refuse(method: str, path: str) -> bool:
        if method == "PUT" and "/manifests/" in path:
            ended.append(path)
        return method == "POST" and bool(ended)

    with gated(loopback, refuse) as host:
        done = held_to_it(tested, "push", "--registry", f"{host}/team", "--format", "json")
    assert done.returncode == 0, done.stderr
    body = answer(done)
    assert [one["code"] for one in body["diagnostics"]] == ["SC549"]
    assert body["pushes"][0]["status"] == "success"
    assert body["pushes"][0]["attestation"]["reference"] is None
