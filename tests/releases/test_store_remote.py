"""Stores on real servers on loopback: SeaweedFS for S3, Debian's docker-registry for OCI, and a directory beside them, by the same battery."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from release_records import release, status
from s3_server import CREDENTIALS, SECRET, S3Server, s3_server

from registry_server import PASSWORD, USER, docker_config, registry
from speccompile.errors import Refused
from speccompile.images.registry_client import Client
from speccompile.images.runner import Runner
from speccompile.releases import oci as oci_store
from speccompile.releases import s3 as s3_store
from speccompile.releases.oci import RELEASE
from speccompile.releases.places import store_at
from speccompile.releases.remote import remote
from speccompile.releases.repository import Layer, Repository
from speccompile.releases.store import Leased, Lost, Store, Taken, Unreachable

Opened = Callable[[str], Store]


@pytest.fixture(scope="module")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    """An object store."""
    with s3_server(tmp_path_factory.mktemp("s3")) as server:
        yield server


@pytest.fixture(scope="module")
def oci(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dict[str, str]]]:
    """A registry that wants a password: its host, and the environment of who has one."""
    directory = tmp_path_factory.mktemp("oci")
    with registry(directory, password=True) as server:
        yield server.host, docker_config(directory / "login", server.host, PASSWORD)


@pytest.fixture(params=["directory", "s3", "oci"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Opened:
    """Opens a store of this test's own; each time as another client."""
    if request.param == "directory":
        return lambda environment: store_at(str(tmp_path), Path("/"), "bank", environment)
    if request.param == "s3":
        server: S3Server = request.getfixturevalue("s3")
        around = {**CREDENTIALS, "HOME": str(tmp_path)}
        return lambda environment: remote(server.address(tmp_path.name), "bank", environment, Runner(), around)
    host, around = request.getfixturevalue("oci")
    address = f"oci://{host}/acme/{tmp_path.name.replace('_', '-').strip('-').lower()}"
    return lambda environment: remote(address, "bank", environment, Runner(), around)


def test_a_release_is_recorded_once_and_read_back(opened: Opened) -> None:
    """Also by another client; and each environment has its own."""
    mine, theirs = opened("staging"), opened("staging")
    assert (mine.numbers(), mine.statuses()) == ((), {})
    text = mine.keep(b"what compose is told\n")
    assert mine.keep(b"what compose is told\n") == text
    mine.add(release(1, artifacts=text))
    with pytest.raises(Taken):
        theirs.add(release(1, by="bob"))
    assert (theirs.numbers(), theirs.read(1), theirs.kept(text)) == (
        (1,),
        release(1, artifacts=text),
        b"what compose is told\n",
    )
    assert opened("production").numbers() == ()
    for absent in (
        lambda: theirs.read(2),
        lambda: theirs.kept("sha256:" + "0" * 64),
        lambda: theirs.kept("../../etc/passwd"),
    ):
        with pytest.raises(KeyError):
            absent()


def test_hosts_say_how_they_are(opened: Opened) -> None:
    """What a host says takes the place of what it said before, whatever it is called."""
    store = opened("staging")
    for host, wanted in (("one", 1), ("two.example.com", 1), ("one", 2)):
        store.report(host, status(host, wanted))
    assert {host: one.wanted for host, one in store.statuses().items()} == {"one": 2, "two.example.com": 1}


def test_writers_at_once_lose_nothing(opened: Opened) -> None:
    """Four clients record what they can: each number is one client's, who knows it, and nobody else thinks so."""

    def record(writer: int) -> set[int]:
        store, mine = opened("staging"), set()
        for number in range(1, 5):
            try:
                store.add(release(number, by=f"writer {writer}"))
                mine.add(number)
            except (Taken, Unreachable):
                continue  # in a registry somebody may be recording just then
        return mine

    with ThreadPoolExecutor(4) as pool:
        recorded = list(pool.map(record, range(4)))
    store = opened("staging")
    found = {number: store.read(number).by for number in store.numbers()}
    assert found == {number: f"writer {writer}" for writer, numbers in enumerate(recorded) for number in numbers}
    assert found


def test_one_deploys_at_a_time(opened: Opened) -> None:
    """Until it is given back; the other learns who it is."""
    mine, theirs = opened("staging"), opened("staging")
    with mine.lease("ann@laptop", 60) as lease:
        lease.renew()
        with pytest.raises(Leased) as refused, theirs.lease("bob@ci", 60):
            pytest.fail("two deploy")
        assert refused.value.holder == "ann@laptop"
        with opened("production").lease("bob@ci", 60):
            lease.renew()
    with theirs.lease("bob@ci", 60):
        pass


def test_of_many_at_once_never_two_deploy(opened: Opened) -> None:
    """Whoever has the turn finds nobody else in it."""
    inside = threading.Semaphore(1)

    def deploy(number: int) -> bool:
        try:
            with opened("staging").lease(f"client {number}", 60):
                assert inside.acquire(blocking=False)
                time.sleep(0.05)
                inside.release()
        except Leased:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert any(pool.map(deploy, range(4)))


@pytest.mark.parametrize("opened", ["s3", "oci"], indirect=True)
def test_a_turn_is_kept_up(opened: Opened) -> None:
    """Starting a service may take longer than a turn holds."""
    mine, theirs = opened("staging"), opened("staging")
    with mine.lease("ann@laptop", 3) as lease:
        time.sleep(6.5)
        with pytest.raises(Leased), theirs.lease("bob@ci", 60):
            pytest.fail("two deploy")
        lease.renew()


@pytest.mark.parametrize("opened", ["s3", "oci"], indirect=True)
def test_a_turn_runs_out(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the server's clock: who was killed keeps nobody away, and who was only asleep, and so renewed nothing, learns that it is over."""
    for store in (s3_store, oci_store):
        monkeypatch.setattr(store, "renewed", lambda lease, _: nullcontext(lease))
    mine, theirs = opened("staging"), opened("staging")
    with mine.lease("ann@laptop", 1) as lease:
        time.sleep(4.2)
        with theirs.lease("bob@ci", 60):
            pass
        with pytest.raises(Lost):
            lease.renew()


def test_garbage_is_a_finding(s3: S3Server, tmp_path: Path) -> None:
    """Nothing else is harmed by it."""
    store = remote(s3.address(tmp_path.name), "bank", "staging", Runner(), {**CREDENTIALS, "HOME": str(tmp_path)})
    store.add(release(1))
    bucket = store._bucket  # type: ignore[attr-defined]
    for number, garbage in ((2, b"\x00\xff"), (3, b'{"number": 3}'), (4, b"[" * 100_000), (5, b'{"a": 1, "a": 2}')):
        bucket.put(f"releases/{number}.json", garbage)
        with pytest.raises(Refused, match="SC700"):
            store.read(number)
    bucket.put("hosts/x.json", b"whose?")
    bucket.put("turn.json", b"mine for ever")
    with pytest.raises(Refused, match="SC700"), store.lease("ann", 5):
        pytest.fail("a turn beside garbage")
    assert store.read(1) == release(1)
    assert (store.numbers(), store.statuses()) == ((1, 2, 3, 4, 5), {})


def test_a_text_that_was_exchanged_is_none(s3: S3Server, tmp_path: Path) -> None:
    store = remote(s3.address(tmp_path.name), "bank", "staging", Runner(), {**CREDENTIALS, "HOME": str(tmp_path)})
    named = store.keep(b"mine")
    store._bucket.put(f"kept/{named.removeprefix('sha256:')}", b"theirs")  # type: ignore[attr-defined]
    with pytest.raises(KeyError):
        store.kept(named)


def test_two_records_of_one_number_are_a_finding(oci: tuple[str, dict[str, str]]) -> None:
    """A registry whose list lags could let that happen: none is taken for the other, and none is lost."""
    host, around = oci
    store = remote(f"oci://{host}/acme/twice", "bank", "staging", Runner(), around)
    store.add(release(1))
    store._repository.put("bank.staging.1.0123456789abcdef", RELEASE, [Layer("x", RELEASE, b"{}")])  # type: ignore[attr-defined]
    with pytest.raises(Refused, match="SC722"):
        store.read(1)
    assert store.numbers() == (1,)


def test_an_artifact_is_what_oras_pulls(oci: tuple[str, dict[str, str]]) -> None:
    """A file with its name, and the texts that the record refers to, which the registry keeps therefore."""
    host, around = oci
    store = remote(f"oci://{host}/acme/oras", "bank", "staging", Runner(), around)
    text = store.keep(b"what compose is told\n")
    store.add(release(7, artifacts=text))
    found = store._repository  # type: ignore[attr-defined]
    (tag,) = (one for one in found.tags() if one.startswith("bank.staging.7."))
    artifact = found.get(tag)
    assert artifact.annotations["org.opencontainers.image.version"] == "7"
    assert text in {named for _, named in artifact.layers}


def test_who_is_not_let_in_is_told_without_secrets(
    s3: S3Server, oci: tuple[str, dict[str, str]], tmp_path: Path
) -> None:
    wrong = {**CREDENTIALS, "AWS_SECRET_ACCESS_KEY": "hunter2-hunter2", "HOME": str(tmp_path)}
    with pytest.raises(Unreachable) as refused:
        remote(s3.address("x"), "bank", "staging", Runner(), wrong).numbers()
    assert "403 Forbidden" in str(refused.value)
    assert not {SECRET, "hunter2-hunter2", CREDENTIALS["AWS_ACCESS_KEY_ID"]} & set(str(refused.value).split())
    with pytest.raises(Unreachable, match="unauthorized"):
        remote(f"oci://{oci[0]}/acme/x", "bank", "staging", Runner(), {"HOME": str(tmp_path)}).numbers()
    missing = s3.address("x").replace("releases", "no-such-bucket")
    with pytest.raises(Unreachable, match="there is no bucket no-such-bucket"):
        remote(missing, "bank", "staging", Runner(), {**CREDENTIALS, "HOME": str(tmp_path)}).numbers()


def test_credentials_of_the_aws_tools_are_used(s3: S3Server, tmp_path: Path) -> None:
    file = tmp_path / ".aws/credentials"
    file.parent.mkdir()
    key, secret = CREDENTIALS["AWS_ACCESS_KEY_ID"], CREDENTIALS["AWS_SECRET_ACCESS_KEY"]
    file.write_text(
        f"[default]\naws_access_key_id = no\n[ci]\naws_access_key_id = {key}\naws_secret_access_key = {secret}\n"
    )
    around = {"HOME": str(tmp_path), "AWS_PROFILE": "ci"}
    assert remote(s3.address(tmp_path.name), "bank", "staging", Runner(), around).numbers() == ()


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("s3://acme-releases/bank?endpoint=http://s3.example.com", "SC725"),
        ("s3://acme-releases/bank?endpoint=https://s3.example.com", "SC726"),
        ("s3://me:hunter2@acme-releases/bank", "SC727"),
        ("s3://acme-releases/../x", "SC727"),
        ("oci://ghcr.io/Acme/X", "SC727"),
        ("oci://ghcr.io/acme/x?y", "SC727"),
        ("ftp://x/y", "SC727"),
    ],
)
def test_an_address_that_will_not_do(address: str, code: str, tmp_path: Path) -> None:
    with pytest.raises(Refused, match=code):
        remote(address, "bank", "staging", Runner(), {"HOME": str(tmp_path)})


def test_a_server_without_conditions_is_found_out(tmp_path: Path) -> None:
    """Before anything is recorded."""
    with _answering(_Lax) as lax:
        store = remote(lax.address(tmp_path.name), "bank", "staging", Runner(), {**CREDENTIALS, "HOME": str(tmp_path)})
        with pytest.raises(Refused, match="SC721"):
            store.add(release(1))
        with pytest.raises(Refused, match="SC721"), store.lease("ann", 5):
            pytest.fail("a turn that is none")


def test_a_clock_that_is_wrong_is_said(tmp_path: Path) -> None:
    """The server's word for it, and not that somebody is not let in."""
    with _answering(_Skewed) as server:
        store = remote(server.address("x"), "bank", "staging", Runner(), {**CREDENTIALS, "HOME": str(tmp_path)})
        with pytest.raises(Unreachable, match="this machine's clock is too far from the server's"):
            store.numbers()


class _Skewed(BaseHTTPRequestHandler):
    """Refuses what was signed at another time than its own."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        text = b"<Error><Code>RequestTimeTooSkewed</Code><Message>The difference is too large.</Message></Error>"
        self.send_response(403)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # as it is called there
        """Say nothing."""


class _Lax(BaseHTTPRequestHandler):
    """Takes whatever is written, as servers do that know no conditions."""

    protocol_version = "HTTP/1.1"

    def do_PUT(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self.send_response(200)
        self.send_header("ETag", '"0123456789abcdef0123456789abcdef"')
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # as it is called there
        """Say nothing."""


@contextmanager
def _answering(handler: type[BaseHTTPRequestHandler]) -> Iterator[S3Server]:
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield S3Server(f"http://127.0.0.1:{server.server_port}")
        finally:
            server.shutdown()
            thread.join()


def test_a_token_that_has_run_out_is_got_anew(oci: tuple[str, dict[str, str]]) -> None:
    """A deployment takes longer than the token of a registry holds."""
    host, around = oci
    made = []

    def connect() -> Client:
        from speccompile.images.credentials import credential  # used here alone

        made.append(Client(host, credential(Runner(), host, around)))
        return made[-1]

    repository = Repository(host, "acme/token", connect)
    repository.keep(b"before")
    made[0]._authorization = "Bearer of-yesterday"
    repository.keep(b"after")
    assert len(made) == 2
    assert USER


def test_without_the_extra_is_said_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "obstore", None)
    with pytest.raises(Refused, match="SC724") as refused:
        remote("s3://acme-releases/bank", "bank", "staging", Runner(), {**CREDENTIALS, "HOME": str(tmp_path)})
    assert refused.value.diagnostics[0].fix == "pip install 'speccompile[s3]'"
