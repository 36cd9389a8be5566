"""`status` says what is known: a machine that does not answer hides no other, and what an agent wrote is what a host said, not what is so."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import click
import pytest
from memory_store import MemoryStore
from release_records import release, status

from report_documents import conforms
from speccompile.cli import status as asking
from speccompile.codes.releases import PLATFORM
from speccompile.errors import Refused
from speccompile.releases.machine import Machine
from speccompile.releases.record import HostStatus
from speccompile.releases.wanted import PlatformFailed
from speccompile.source import Span

ONE, TWO, THREE = (Machine(f"ssh://m{number}") for number in (1, 2, 3))


def scene(*machines: Machine, store: MemoryStore | None = None, **away: Exception) -> Any:
    """An environment with these machines, of which those that are named in *away* do not answer."""

    def site(machine: Machine) -> SimpleNamespace:
        problem = away.get((machine.address or "").removeprefix("ssh://"))
        if isinstance(problem, Refused):
            raise problem

        def how(*_: object) -> HostStatus:
            if problem:
                raise problem
            return status(str(machine), 2)

        return SimpleNamespace(status=how)

    return cast(
        "Any",
        SimpleNamespace(
            app="bank",
            name="staging",
            machines=machines,
            site=site,
            store=store or MemoryStore(),
            environment=SimpleNamespace(on="compose"),
            seen=lambda *_: None,
            outputs=dict,
        ),
    )


def test_a_machine_that_does_not_answer_hides_no_other() -> None:
    """Whether at once or half-way; it is said which, and all is not well."""
    refused = Refused([PLATFORM.at(Span(str(TWO)), "the engine does not answer: no route to host", fix="try it")])
    there = scene(ONE, TWO, THREE, m2=refused, m3=PlatformFailed("broken pipe"))
    found = asking._found(there, release(2))
    assert ([one.host for one in found.asked], found.silent) == (["ssh://m1"], ("ssh://m2", "ssh://m3"))
    assert not found.good
    document = asking._data(there, release(2), found)
    conforms("status", document)
    assert [(one["host"], one["status"]) for one in document["hosts"]] == [
        ("ssh://m1", "asked"),
        ("ssh://m2", "silent"),
        ("ssh://m3", "silent"),
    ]
    assert [one["message"] for one in document["diagnostics"]] == [
        "the engine does not answer: no route to host",
        "broken pipe",
    ]
    text = asking._text(there, release(2), found)
    assert "on ssh://m2: nobody knows, it does not answer" in text
    assert "  healthy    api  release 2" in text


@pytest.mark.parametrize(
    ("said", "message"),
    [
        (status("edge", 2), None),
        (status("edge", 2, "stopped"), None),
        (status("edge", 1), "edge follows release 1, as it said at 2026-01-01T00:00:00Z, and the last is 2"),
        (status("edge", 9999), "edge follows release 9999, as it said at 2026-01-01T00:00:00Z, and the last is 2"),
        (
            HostStatus(host="edge", at="2026-01-01T00:00:00Z", wanted=2, services={}),
            "edge follows release 2, as it said at 2026-01-01T00:00:00Z, and says nothing of api",
        ),
    ],
    ids=["well", "stopped", "behind", "ahead", "silent of one"],
)
def test_what_an_agent_said_is_shown_as_that(said: HostStatus, message: str | None) -> None:
    """With the time by its own clock; what cannot be so is a finding."""
    store = MemoryStore()
    store.report("edge", said)
    store.report("ssh://m1", status("ssh://m1", 1))
    store.report("this machine", status("this machine", 1))
    there = scene(ONE, store=store)
    found = asking._found(there, release(2))
    conforms("status", asking._data(there, release(2), found))
    assert [one.host for one in found.said] == ["edge"]
    assert [(one.code, one.message) for one in found.findings] == ([("SC756", message)] if message else [])
    assert found.good == (said == status("edge", 2))
    assert "on edge, as it said at 2026-01-01T00:00:00Z:" in asking._text(there, release(2), found)


def test_a_host_that_is_gone_is_forgotten_until_it_says_something() -> None:
    """And nobody else is."""
    store = MemoryStore()
    for host in ("edge", "attic"):
        store.report(host, status(host, 1))
    there = scene(ONE, store=store)
    with pytest.raises(click.BadParameter, match="attic, edge"):
        asking._forgotten(there, "shed")
    asking._forgotten(there, "attic")
    assert [one.host for one in asking._found(there, release(2)).said] == ["edge"]
    store.report("attic", status("attic", 2))
    assert {one.host for one in asking._found(there, release(2)).said} == {"attic", "edge"}


def test_garbage_of_one_host_hides_no_machine() -> None:
    """It is a finding beside them."""

    class Garbled(MemoryStore):
        """Where a host wrote what is no status."""

        def statuses(self) -> dict[str, HostStatus]:
            raise Refused([PLATFORM.at(Span("hosts/x.json"), "this is not the record", fix="take it out")])

    found = asking._found(scene(ONE, store=Garbled()), release(2))
    assert ([one.host for one in found.asked], len(found.findings), found.good) == (["ssh://m1"], 1, False)
