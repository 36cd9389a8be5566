"""Another machine, through a real sshd on loopback; and machines that are not there or lack something."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from nginx_server import service
from shared_hosts import Shared, project
from ssh_server import sshd

from case_folders import command
from report_documents import conforms
from speccompile.hosts.machine import ssh_arguments


def test_another_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All is as here: added, listed, removed, each in two processes of ssh's."""
    (tmp_path / "ssh").mkdir()
    host, here = Shared(tmp_path / "machine"), project(tmp_path / "p")
    with sshd(tmp_path / "ssh") as there, service("alice") as port:
        monkeypatch.setenv("PATH", f"{there.path}:{os.environ['PATH']}")
        far = ("-H", there.url)
        answer = host.add(here, "alice", port, *far)
        conforms("route-add", answer)
        assert (answer["state"], answer["machine"]) == (
            "added",
            f"{there.url}{host.root}",
        )
        with host.serving() as site:
            host.add(here, "bob", 1026, *far)
            assert [site.ask(f"/{owner}/todo").status for owner in ("alice", "bob")] == [200, 502]
            listed = host.told("list", *far, where=here)
            conforms("route-list", listed)
            assert [one["owner"] for one in listed["applications"]] == ["alice", "bob"]
            gone = host.told("remove", "--owner", "bob", *far, where=here)
            conforms("route-remove", gone)
            assert site.ask("/bob/todo").status == 404
        (tmp_path / "ssh/known").write_text("")
        ended = host.run("list", *far, where=here)
        assert (ended.code, "error[SC660]" in ended.errors, "Host key verification failed" in ended.errors) == (
            75,
            True,
            True,
        )


@pytest.mark.parametrize(
    ("url", "arguments"),
    [
        ("ssh://deploy@api.example.com", ("--", "deploy@api.example.com")),
        ("ssh://api.example.com/", ("--", "api.example.com")),
        ("ssh://deploy@10.0.0.1:2222", ("-p", "2222", "--", "deploy@10.0.0.1")),
        ("ssh://-oProxyCommand=x", None),
        ("ssh://a@-oProxyCommand=x", None),
        ("ssh://a b", None),
        ("ssh://a;b", None),
        ("ssh://host:99999", None),
        ("ssh://user:password@host", None),
        ("host", None),
        ("ssh://host/path", None),
    ],
)
def test_an_address_is_no_option(url: str, arguments: tuple[str, ...] | None) -> None:
    """Nor anything but a user, a host and a port."""
    found = ssh_arguments(url)
    assert found == (None if arguments is None else ("-o", "BatchMode=yes", "-o", "ConnectTimeout=10", *arguments))


def test_a_machine_without_nginx(tmp_path: Path) -> None:
    """Is told what it lacks."""
    host = Shared(tmp_path / "machine", program="no-such-nginx")
    ended = host.run("list", where=project(tmp_path / "p"))
    assert ended.code == 1
    assert "error[SC669]" in ended.errors
    assert "has no no-such-nginx" in ended.errors


@pytest.mark.skipif(os.geteuid() != 0, reason="an unprivileged user is made by root")
def test_a_directory_that_may_not_be_written(tmp_path: Path) -> None:
    """Says so, and how it may be."""
    host, here = Shared(tmp_path / "machine"), project(tmp_path / "p")
    (host.root / "generations").write_text("a file")
    ended = host.run("add", "--owner", "alice", "--address", "127.0.0.1:9", where=here)
    assert (ended.code, "may not be written" in ended.errors, "--sudo" in ended.errors) == (1, True, True)


@pytest.mark.parametrize(
    "words",
    [
        ("--root", "/tmp/$(touch x)"),
        ("--root", "/a/../b"),
        ("--root", "host"),
        ("--root", "/"),
        ("--nginx", "-V"),
        ("--nginx", "a;b"),
        ("-H", "ssh://-oProxyCommand=x"),
        ("--owner", "../x"),
    ],
)
def test_what_is_no_place_is_a_mistake_of_the_command_line(
    words: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """And reaches no shell, here or there."""
    assert command(["route", "list", *words], project(tmp_path / "p"), capsys)[0] == 2
