"""Changes of a host are whole or not at all, whoever fails, is killed, or comes at the same time."""

from __future__ import annotations

import random
import shutil
import subprocess
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from nginx_server import nginx, service
from shared_hosts import Shared, environment, project

from speccompile.digests import digest_of
from speccompile.errors import Refused
from speccompile.hosts import changing, machine
from speccompile.hosts.changing import Changed, Host, changed
from speccompile.hosts.machine import Machine
from speccompile.hosts.registry import Application, Reached
from speccompile.hosts.settings import Settings
from speccompile.images.processes import below, kill
from speccompile.images.runner import Runner
from speccompile.plan.ingress import BodyLimit, Route, Timeouts
from speccompile.provenance import because
from speccompile.source import Span
from tools import need

WHY = because("SC385")


def application(owner: str, port: int, path: str | None = None) -> Application:
    """One with one service at *port*, and one place."""
    route = Route(
        host=None,
        path=path or f"/{owner}/app",
        service="api",
        port=3000,
        timeouts=Timeouts(connect=5, exchange=60, origin=WHY),
        rate=None,
        body=BodyLimit(size=2**20, origin=WHY),
        origin=WHY,
    )
    return Application(owner, "app", None, (Reached("api", None, f"127.0.0.1:{port}"),), (route,), (), Span("x"))


def add(host: Shared, one: Application) -> Changed:
    """Put *one* there."""
    machine = Machine(root=str(host.root), nginx=host.program)

    def change(there: Host) -> tuple[Application, ...]:
        return (*(other for other in there.applications if other.name != one.name), one)

    return changed(Runner(), machine, change)


def whole(host: Shared) -> None:
    """What is in force is a generation, all of it, and nginx takes it."""
    files = {path: text.decode() for path, text in host.files().items()}
    said = files.pop("digest")
    assert said == digest_of(f"{path}\0{len(text)}\0{text}".encode() for path, text in sorted(files.items()))
    (host.top / "run").mkdir(exist_ok=True)
    subprocess.run([host.program, "-e", "stderr", "-t", "-q", "-c", f"{host.root}/current/nginx.conf"], check=True)


def test_what_is_there_is_not_put_there_again(tmp_path: Path) -> None:
    """Nothing is written, and a nginx that has read it does not read it again; one that has not does."""
    host, here = Shared(tmp_path / "machine"), project(tmp_path / "p")
    with service("alice") as port:
        assert host.add(here, "alice", port)["state"] == "added"
        before = {path: path.lstat().st_mtime_ns for path in host.root.rglob("*")}
        assert host.add(here, "alice", port)["state"] == "unchanged"
        assert {path: path.lstat().st_mtime_ns for path in host.root.rglob("*")} == before
        with host.serving() as site:
            for _ in range(2):
                assert host.add(here, "alice", port)["state"] == "unchanged"
            assert (host.root / "loaded").readlink() == (host.root / "current").readlink()
            assert site.ask("/alice/todo").status == 200
        assert host.told("remove", "--owner", "nobody", "--app", "x", where=here)["diagnostics"][0]["code"] == "SC675"


def test_a_neighbour_whose_file_is_broken_changes_nothing(tmp_path: Path) -> None:
    """nginx is tested with the operator's own files; what runs goes on, and the message names the file and its line."""
    host, here = Shared(tmp_path / "machine"), project(tmp_path / "p")
    with service("alice") as port:
        host.add(here, "alice", port)
        with host.serving() as site:
            (host.root / "nginx.d/own.conf").write_text("server {\n  lisen 1;\n}\n")
            before = host.files()
            ended = host.run("add", "--owner", "bob", "--address", "127.0.0.1:9", where=here)
            assert ended.code == 1
            assert "error[SC667]: nginx refuses what" in ended.errors
            assert 'unknown directive "lisen"' in ended.errors
            assert "nginx.d/own.conf:2" in ended.errors
            assert host.files() == before
            assert [one.name for one in (host.root / "generations").iterdir()] == ["1"]
            assert site.ask("/alice/todo").status == 200
            (host.root / "nginx.d/own.conf").write_text(
                f"server {{ listen {host.port}; server_name mine.example; return 204; }}\n"
            )
            host.add(here, "bob", 1026)
            assert site.ask("/", "mine.example").status == 204


def test_a_configuration_that_the_running_nginx_does_not_take_is_taken_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A log that cannot be opened by the master passes no test of root's; a port that somebody has does, and is then refused."""
    host, here = Shared(tmp_path / "machine"), project(tmp_path / "p")
    monkeypatch.setattr(machine, "PATIENCE", 2)
    with service("alice") as port:
        host.add(here, "alice", port)
        with host.serving() as site:
            before = (host.root / "current").readlink()
            # Passed by -t, which opens no socket that somebody has, and refused by the master: the port is the service's.
            host.say(listen=port)
            ended = host.run("add", "--owner", "bob", "--address", "127.0.0.1:9", where=here)
            assert (ended.code, "SC668" in ended.errors) == (1, True), ended.errors
            assert (host.root / "current").readlink() == before
            host.say()
            assert host.names == ["alice/todo"]
            assert site.ask("/alice/todo").status == 200
            host.add(here, "bob", 1025)
            assert host.names == ["alice/todo", "bob/todo"]


@pytest.mark.slow
def test_two_at_once_lose_nothing(tmp_path: Path) -> None:
    """Twenty times."""
    host = Shared(tmp_path / "machine")
    failed: list[BaseException] = []
    for round_ in range(20):

        def run(number: int) -> None:
            try:
                add(host, application(f"o{number}", 10000 + number))
            except BaseException as problem:  # told by the test
                failed.append(problem)

        both = [threading.Thread(target=run, args=(2 * round_ + n,)) for n in (0, 1)]
        for one in both:
            one.start()
        for one in both:
            one.join()
    assert not failed
    assert len(host.names) == 40
    assert len(list((host.root / "generations").iterdir())) == 3
    whole(host)


@pytest.mark.slow
def test_who_is_killed_leaves_a_whole_host(tmp_path: Path) -> None:
    """At moments that are not chosen: with all its processes or without the shell that works for it."""
    host, chance = Shared(tmp_path / "machine"), random.Random(7)
    here = project(tmp_path / "p")
    with service("alice") as port:
        host.add(here, "alice", port)
        began = time.monotonic()
        host.told("list", where=here)
        usual = (time.monotonic() - began) * 2
        with host.serving() as site:
            for number in range(8):
                argv = host.argv("add", "--owner", f"o{number}", "--address", f"127.0.0.1:{20000 + number}", where=here)
                process = subprocess.Popen(
                    argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment()
                )
                time.sleep(chance.uniform(0.3, 1.5) * usual)
                others = below(process.pid) if number % 2 else ()
                process.kill()
                process.wait()
                for other in others:
                    kill(other)
                whole(host)
                assert site.ask("/alice/todo").status == 200
            there = set(host.names)
            for number in range(8):
                host.add(here, f"o{number}", 20000 + number)
            assert set(host.names) == {"alice/todo", *(f"o{number}/todo" for number in range(8))} >= there
            assert [site.ask(f"/o{number}/todo").status for number in range(8)] == [502] * 8
        whole(host)
        assert len(list((host.root / "generations").iterdir())) == 3


def test_an_archive_that_was_cut_off_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever comes over a connection that breaks."""
    host = Shared(tmp_path / "machine")
    add(host, application("alice", 1025))

    def cut(runner: Runner, at: Machine, seen: str, next_: str, said: Settings, content: bytes) -> tuple[str, str]:
        return machine.put(runner, at, seen, next_, said, content[: len(content) // 2])

    monkeypatch.setattr(changing, "put", cut)
    before = host.files()
    with pytest.raises(Refused, match="only a part"):
        add(host, application("bob", 1026))
    assert host.files() == before


def test_an_older_nginx_gets_what_it_knows(tmp_path: Path) -> None:
    """Addresses stand in upstreams without being looked up, names in variables; said in a note."""
    old = shutil.which("nginx", path="/usr/sbin:/usr/bin")
    if old is None or "nginx/1.2" not in subprocess.run([old, "-v"], capture_output=True, text=True, check=True).stderr:
        old = need("nginx", "apt-get install nginx-light")
    host = Shared(tmp_path / "machine", program=old)
    with service("alice") as port:
        named = replace(application("alice", port), services=(Reached("api", None, f"localhost:{port}"),))
        notes = {one.code for one in add(host, named).notes}
        add(host, application("bob", port))
        with host.serving() as site:
            assert site.ask("/bob/app/x").json["path"] == "/bob/app/x"
            location = host.files()["hosts/_/alice.app.conf"].decode()
            if "set $reached" in location:
                assert "SC671" in notes
            assert " resolve;" in host.files()["upstreams/bob.app.conf"].decode() or "set $reached" in location


def test_the_wheel_is_the_newer_one() -> None:
    """So that the tests above are about both."""
    said = subprocess.run([nginx(), "-v"], capture_output=True, text=True, check=True)
    assert "nginx/1.3" in said.stderr + said.stdout
