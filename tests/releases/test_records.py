"""Records, and what is kept beside them, are read as a stranger's: they name no command, no path, no route; and stores lose nothing."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from speccompile.errors import Refused
from speccompile.releases import history
from speccompile.releases.composition import Composition
from speccompile.releases.directory import DirectoryStore
from speccompile.releases.documents import Part, checked, part
from speccompile.releases.record import HostStatus, MadeFrom, Release, Released, ServiceStatus, release_in, written
from speccompile.releases.routing import meanwhile, pinned, ports
from speccompile.releases.store import Leased, Taken
from tools import ROOT

_SHA = "sha256:" + "0" * 64
DOCUMENT = YAML(typ="safe", pure=True).load((ROOT / "generated/bank/docker-compose.yml").read_text("utf-8"))
BANK = part(DOCUMENT, ("api",))


def release(number: int = 1, **more: Any) -> Release:
    """A release of one service."""
    told = {
        "number": number,
        "app": "bank",
        "environment": "production",
        "platform": "compose",
        "commit": None,
        "specs": _SHA,
        "made_at": "2026-11-28T03:00:00Z",
        "by": "somebody@here",
        "made_from": MadeFrom(release=None, why="the first"),
        "services": {"api": Released(image=_SHA, artifacts=BANK.digest, from_release=number)},
        **more,
    }
    return Release.model_validate(told)


def test_a_record_is_read_as_it_was_written() -> None:
    """The same release is the same bytes."""
    text = written(release())
    assert release_in(text.encode(), "1.json") == release()
    assert written(release_in(text.encode(), "1.json")) == text


STRANGE: dict[str, Callable[[dict[str, Any]], object]] = {
    "a command": lambda one: one.update(command=["sh"]),
    "a command of a service": lambda one: one["services"]["api"].update(command=["sh"]),
    "a name that is an option": lambda one: one.update(services={"--privileged": one["services"]["api"]}),
    "a name that is a path": lambda one: one.update(services={"../../etc": one["services"]["api"]}),
    "an app that leaves": lambda one: one.update(app="../bank"),
    "an environment that leaves": lambda one: one.update(environment="/etc"),
    "an image by tag": lambda one: one["services"]["api"].update(image="bank/api:1"),
    "an image that is an option": lambda one: one["services"]["api"].update(image=f"--privileged@{_SHA}"),
    "two things to run": lambda one: one["services"]["api"].update(path=_SHA),
    "nothing to run": lambda one: one["services"]["api"].update(image=None),
    "a path out of Nix's store": lambda one: one["services"]["api"].update(
        image=None, closure="/nix/store/../../bin/sh"
    ),
    "artifacts that are a path": lambda one: one["services"]["api"].update(artifacts="../../x"),
    "a route": lambda one: one.update(front_door="server { }"),
    "two lines": lambda one: one.update(by="a\nb"),
    "text that turns around": lambda one: one.update(by="a\N{RIGHT-TO-LEFT OVERRIDE}b"),
    "a number that is a text": lambda one: one.update(number="1"),
    "a number that is none": lambda one: one.update(number=0),
    "a number that is true": lambda one: one.update(number=True),
    "another version": lambda one: one.update(version=2),
    "no services": lambda one: one.update(services={}),
    "a parameter that is none": lambda one: one.update(parameters=["A=B"]),
    "a line feed at the end": lambda one: one.update(app="bank\n"),
}


@pytest.mark.parametrize("how", STRANGE)
def test_what_a_stranger_writes_is_refused(how: str) -> None:
    """With the field, and what is wrong with it."""
    found = json.loads(written(release()))
    STRANGE[how](found)
    with pytest.raises(Refused, match="SC700"):
        release_in(json.dumps(found).encode(), "1.json")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        "{",
        '{"number":1,"number":2}',
        "[" * 100_000,
        "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
        "NaN",
    ],
)
def test_what_is_no_record_is_refused(text: str) -> None:
    """Never with a traceback."""
    with pytest.raises(Refused, match="SC700"):
        release_in(text.encode("utf-8", "surrogatepass"), "1.json")


@given(st.binary(max_size=200))
def test_any_bytes_are_refused_or_read(content: bytes) -> None:
    """Never anything else."""
    for read in (lambda: release_in(content, "x"), lambda: checked(content, "x")):
        with pytest.raises(Refused):
            read()


def _service(found: dict[str, Any]) -> dict[str, Any]:
    service: dict[str, Any] = found["services"]["api"]
    return service


PARTS: dict[str, Callable[[dict[str, Any]], object]] = {
    "a directory of the host": lambda one: _service(one).update(
        volumes=[{"type": "bind", "source": "/", "target": "/host"}]
    ),
    "a volume without a source": lambda one: _service(one).update(volumes=[{"type": "volume", "target": "/data"}]),
    "a volume in short form": lambda one: _service(one).update(volumes=["/:/host"]),
    "a volume that is a bind": lambda one: one["volumes"].update(
        data={"driver_opts": {"type": "none", "o": "bind", "device": "/"}}
    ),
    "privileges": lambda one: _service(one).update(privileged=True),
    "a capability": lambda one: _service(one).update(cap_add=["SYS_ADMIN"]),
    "all capabilities": lambda one: _service(one).pop("cap_drop"),
    "new privileges": lambda one: _service(one).update(security_opt=[]),
    "root": lambda one: _service(one).update(user="0:0"),
    "a user by name": lambda one: _service(one).update(user="root"),
    "the host's processes": lambda one: _service(one).update(pid="host"),
    "the host's network": lambda one: _service(one).update(network_mode="host"),
    "a network of somebody else's": lambda one: one["networks"].update(edge={"external": True}),
    "a network driver": lambda one: one["networks"].update(edge={"driver": "host"}),
    "a file of the host as a secret": lambda one: one["secrets"].update({"admin-token": {"file": "/etc/shadow"}}),
    "a file of the host as a configuration": lambda one: one["configs"].update(nginx={"file": "/etc/shadow"}),
    "a configuration with content": lambda one: one["configs"].update(nginx={"content": "x"}),
    "another file": lambda one: _service(one).update(extends={"file": "/x.yml", "service": "x"}),
    "a build": lambda one: _service(one).update(build={"context": "/"}),
    "a device": lambda one: _service(one).update(devices=["/dev/sda"]),
    "a name that is an option": lambda one: one["services"].update({"--help": _service(one)}),
    "a part that there is none of": lambda one: one.update(include=["/x.yml"]),
    "a label": lambda one: _service(one).update(labels={"com.docker.compose.service": "db"}),
}


@pytest.mark.parametrize("how", PARTS)
def test_a_part_can_ask_for_no_more_than_a_container(how: str) -> None:
    """Whoever can write to the store gets no more of the machine."""
    found = BANK.content
    PARTS[how](found)
    with pytest.raises(Refused, match="SC701"):
        checked(json.dumps(found).encode(), "api")


@pytest.mark.parametrize(
    "file", sorted((ROOT / "generated").glob("*/docker-compose.yml")), ids=lambda file: str(file.parent.name)
)
def test_what_the_compiler_writes_is_taken(file: Path) -> None:
    """Of every example, and as it was."""
    document = YAML(typ="safe", pure=True).load(file.read_text("utf-8"))
    for name in document["services"]:
        made = part(document, (name,))
        assert checked(made.text.encode(), name) == made


def test_a_document_refers_to_parameters_and_holds_no_value() -> None:
    """And each service runs the image by its digest; a dollar in a path is none of compose's."""
    composition = Composition(parts={"api": BANK}, images={"api": _SHA}, routes="")
    found = json.loads(composition.document("bank", "/home/a$b/nginx.conf"))
    assert found["services"]["api"]["image"] == _SHA
    assert found["secrets"]["db-password"] == {"file": "${DB_PASSWORD_FILE:?see .env.example}"}
    assert "build" not in found["services"]["api"]


def test_a_number_is_taken_once(tmp_path: Path) -> None:
    """Of many who come at the same moment one gets it, and what is there is whole."""
    store, got, taken = DirectoryStore(tmp_path / "releases"), [], []

    def add(number: int) -> None:
        try:
            store.add(release(1, by=f"worker {number}"))
            got.append(number)
        except Taken:
            taken.append(number)

    threads = [threading.Thread(target=add, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(got), len(taken), store.numbers()) == (1, 7, (1,))
    assert store.read(1).by == f"worker {got[0]}"
    assert not [one for one in os.listdir(tmp_path / "releases/releases") if one.startswith(".")]  # noqa: PTH208


def test_what_is_kept_is_what_its_digest_says(tmp_path: Path) -> None:
    """What was altered is not there; nor is anything outside."""
    store = DirectoryStore(tmp_path)
    named = store.keep(b"text")
    assert (store.keep(b"text"), store.kept(named)) == (named, b"text")
    (tmp_path / "kept" / named.removeprefix("sha256:")).write_bytes(b"other")
    for digest in (named, _SHA, "../../etc/passwd", "sha256:../x"):
        with pytest.raises(KeyError):
            store.kept(digest)


def test_a_record_that_is_a_link_or_misplaced_is_none(tmp_path: Path) -> None:
    """Numbers and names are the store's."""
    store = DirectoryStore(tmp_path)
    store.add(release(1))
    (tmp_path / "releases/2.json").write_text(written(release(1)), encoding="utf-8")
    with pytest.raises(Refused, match="says that it is release 1"):
        store.read(2)
    with pytest.raises(KeyError):
        store.read(3)


def test_a_lease_ends_with_its_holder(tmp_path: Path) -> None:
    """Two cannot have it; then the next one can."""
    store = DirectoryStore(tmp_path)
    with store.lease("one@here", 60), pytest.raises(Leased, match="one@here is deploying"), store.lease("two", 60):
        pass
    with store.lease("two", 60) as lease:
        lease.renew()


def test_a_host_says_one_thing(tmp_path: Path) -> None:
    """The last one."""
    store = DirectoryStore(tmp_path)
    for state in ("starting", "healthy"):
        services = {"api": ServiceStatus.model_validate({"state": state})}
        store.report("ssh://one", HostStatus(host="ssh://one", at="2026-11-28T03:00:00Z", wanted=1, services=services))
    assert [one.services["api"].state for one in store.statuses().values()] == ["healthy"]


def kept(store: DirectoryStore, number: int, image: str, **more: Any) -> Release:
    """A release in *store* whose api runs the image with that digit, and whose web always runs the same."""
    digest, same = "sha256:" + image * 64, store.keep(part(DOCUMENT, ("db",)).text.encode())
    api = Released(image=digest, artifacts=store.keep(BANK.text.encode()), from_release=number, **more)
    made = release(number, services={"api": api, "db": Released(image=_SHA, artifacts=same, from_release=1)})
    store.add(made)
    return made


def test_a_rollback_goes_to_what_was_something_else(tmp_path: Path) -> None:
    """Of a service: the last release in which it was; of all: the last in which anything was; or the one that is named."""
    store = DirectoryStore(tmp_path)
    for number, image in enumerate("abbc", 1):
        kept(store, number, image)
    now = store.read(4)
    assert history.goal(store, now, ("api",), None).releases == {"api": 3}
    assert history.goal(store, now, ("api",), 1).releases == {"api": 1}
    assert history.goal(store, store.read(3), ("api",), None).releases == {"api": 1}
    assert history.goal(store, now, (), None).releases == {"api": 3, "db": 3}
    for chosen, to in ((("db",), None), (("api",), 9)):
        with pytest.raises(Refused, match="SC708"):
            history.goal(store, now, chosen, to)


def test_no_way_back_over_an_irreversible_step(tmp_path: Path) -> None:
    """Whichever release since then ran it; to that one itself there is a way."""
    store = DirectoryStore(tmp_path)
    kept(store, 1, "a")
    kept(store, 2, "b", irreversible=True)
    now = kept(store, 3, "c")
    (found,) = history.objections(store, now, history.goal(store, now, ("api",), 1))
    assert (found.code, found.message) == ("SC709", "release 2 ran a step of api after which release 1 does not work")
    assert history.objections(store, now, history.goal(store, now, ("api",), 2)) == ()


def test_a_store_that_was_tampered_with_gives_nothing(tmp_path: Path) -> None:
    """Neither a part of another service, nor one that asks for more."""
    store = DirectoryStore(tmp_path)
    evil = BANK.content
    evil["services"]["api"]["volumes"] = [{"type": "bind", "source": "/", "target": "/host"}]
    for text in (json.dumps(evil), part(DOCUMENT, ("db",)).text):
        services = {"api": Released(image=_SHA, artifacts=store.keep(text.encode()), from_release=1)}
        with pytest.raises(Refused, match="SC701"):
            history.composition(store, services, None)


def test_routes_follow_their_services() -> None:
    """While services change one after the other, each is asked at the port where it is."""
    text = "    upstream a_1 {\n        server a:4000 resolve;\n    }\n    upstream b_1 {\n        server b:5000 resolve;\n    }\n"
    before = {"a": "3000", "b": "3001"}
    assert ports(meanwhile(text, before, frozenset())) == before
    assert ports(meanwhile(text, before, frozenset(("a",)))) == {"a": "4000", "b": "3001"}
    assert meanwhile(text, before, frozenset(("a", "b"))) == text


def test_what_is_not_well_yet_is_no_address_of_its_service() -> None:
    """The others are; the name is still resolved, and asked only where none of them answers."""
    text = "  server api:3000 resolve;\n  server web:3000 resolve;\n  server api:3000 resolve weight=5;\n"
    assert pinned(text, "api", ("10.0.0.2", "10.0.0.3")).splitlines() == [
        "  server 10.0.0.2:3000;",
        "  server 10.0.0.3:3000;",
        "  server api:3000 resolve down;",
        "  server api:3000 resolve backup;",
        "  server web:3000 resolve;",
        "  server 10.0.0.2:3000 weight=5;",
        "  server 10.0.0.3:3000 weight=5;",
        "  server api:3000 resolve down weight=5;",
        "  server api:3000 resolve backup weight=5;",
    ]
    assert pinned(text, "api", ()) == text


def test_a_moved_port_is_said() -> None:
    """A rollback of one service leaves the front door as it is."""
    now, then = (
        Composition(parts={}, images={}, routes=f"  server api:{port} resolve;\n") for port in ("4000", "3000")
    )
    (found,) = history.moved_ports(now, then, ("api",))
    assert found.code == "SC710"
    assert history.moved_ports(now, now, ("api",)) == ()


def test_a_part_is_known_by_what_it_says() -> None:
    """The order of keys is none of it."""
    assert part(dict(reversed(DOCUMENT.items())), ("api",)) == Part(BANK.text)
