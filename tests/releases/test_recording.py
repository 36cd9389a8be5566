"""What cannot be recorded: a store that is full, or away, or whose clock is wrong."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from memory_store import MemoryStore
from release_records import B_DIGEST, IMAGE
from release_records import release as release_record

from report_documents import conforms
from speccompile.cli import releasing
from speccompile.cli.release_report import Report
from speccompile.releases import history
from speccompile.releases.carrying import About, OnHost, recorded
from speccompile.releases.compose_site import ComposeSite
from speccompile.releases.composition import Composition
from speccompile.releases.directory import DirectoryStore
from speccompile.releases.documents import part
from speccompile.releases.machine import Machine
from speccompile.releases.record import HostStatus, MadeFrom
from speccompile.releases.rolling import End, Outcome
from speccompile.releases.site import Wish
from speccompile.releases.store import Unreachable
from tools import missing


class _Full(MemoryStore):
    """A store that has room for ``left`` texts."""

    def __init__(self, left: int) -> None:
        super().__init__()
        self.left = left

    def keep(self, content: bytes) -> str:
        """As long as there is room."""
        if not self.left:
            raise Unreachable("/srv/releases: No space left on device")
        self.left -= 1
        return super().keep(content)

    def report(self, host: str, status: HostStatus) -> None:
        """There is none for this."""
        del host, status
        raise Unreachable("/srv/releases: No space left on device")


ABOUT = About(
    commit=None,
    dirty=False,
    specs=B_DIGEST,
    by="ann",
    made_from=MadeFrom(release=None, why="deployed"),
    parameters=(),
    evidence=None,
    verified=frozenset(),
    irreversible=frozenset(),
)


@pytest.mark.parametrize(("left", "taken", "said"), [(0, None, "what was deployed"), (9, 1, "how the services are")])
def test_what_cannot_be_recorded_is_reported_all_the_same(left: int, taken: int | None, said: str) -> None:
    """And the next deployment, which changes nothing, records it."""
    store = _Full(left)
    one = part({"services": {"api": {"image": "acme/api:1"}}}, ["api"])
    wished = Wish(
        composition=Composition(parts={"api": one}, images={"api": IMAGE}, routes=""),
        chosen=frozenset(("api",)),
        before=None,
        fail_fast=False,
    )
    session = SimpleNamespace(
        where=SimpleNamespace(machine=Machine(), app="shop"),
        platform=lambda _: None,
        groups=lambda *_: (),
        keep=lambda *_: None,
    )
    host = ComposeSite(cast("Any", session))
    environment = SimpleNamespace(on="compose")
    there = cast("Any", SimpleNamespace(store=store, app="shop", name="production", environment=environment))
    for end in (End.DEPLOYED, End.UNCHANGED):
        outcomes = (Outcome(name="api", end=end),)
        undertaking = releasing.Undertaking(there=there, sites=(host,), wish=wished, about=ABOUT)
        release, found = releasing._recorded(undertaking, None, (OnHost("this machine", outcomes),))
        assert (release.number if release else None, [each.code for each in found]) == (taken, ["SC753"])
        assert said in found[0].message
        report = Report(
            app="shop",
            environment="production",
            images={},
            hosts=(OnHost("this machine", outcomes),),
            outputs={},
            release=release,
            unchanged=None,
            seconds=1,
            unrecorded=found,
        )
        assert (report.data()["status"], report.data()["deployments"]["status"]) == ("failed", "success")
        assert "nothing changed" not in report.text()
        conforms("deploy", report.data())
        store.releases.clear()
        store.left, taken, said = 9, 1, "how the services are"


def test_a_full_disk_leaves_the_store_as_it_was(tmp_path: Path) -> None:
    """Nothing half-written is left, and with room again it goes on."""
    place = tmp_path / "small"
    place.mkdir()
    size = ["-t", "tmpfs", "-o", "size=128k", "none", str(place)]
    if subprocess.run(["mount", *size], capture_output=True, check=False).returncode:
        missing("a machine where the tests may mount a file system", "run them as root, outside of a container")
    try:
        store = DirectoryStore(place / "releases")
        store.add(release_record(1))
        filler = place / "filler"
        with pytest.raises(OSError, match="No space"):
            filler.write_bytes(b"x" * (1 << 20))
        before = sorted(place.rglob("*"))
        for refused in (lambda: store.add(release_record(2)), lambda: store.keep(b"y" * 20000)):
            with pytest.raises(Unreachable, match="No space left"):
                refused()
        assert sorted(one for one in place.rglob("*") if one.name != "kept") == before
        assert (store.numbers(), store.read(1)) == ((1,), release_record(1))
        filler.unlink()
        store.add(release_record(2))
        assert store.numbers() == (1, 2)
    finally:
        subprocess.run(["umount", str(place)], check=True)


def test_no_clock_of_anybodys_decides_which_release_is_the_last() -> None:
    """One that says that it was made in a hundred years is followed by the next all the same."""
    store = MemoryStore()
    store.add(release_record(1).model_copy(update={"made_at": "2126-01-01T00:00:00Z"}))
    last = history.newest(store)
    assert last is not None
    wished = Wish(
        composition=Composition(
            parts={"api": part({"services": {"api": {"image": "acme/api:1"}}}, ["api"])},
            images={"api": IMAGE},
            routes="",
        ),
        chosen=frozenset(("api",)),
        before=None,
        fail_fast=False,
    )
    made = recorded(
        store, last, ("bank", "staging", "compose"), wished, (Outcome(name="api", end=End.DEPLOYED),), ABOUT
    )
    assert made is not None
    assert made.made_at < last.made_at
    assert history.newest(store) == made


def test_a_way_back_that_went_half_says_so() -> None:
    """`web` went back, `api` did not: the record names what is back, and keeps `api` as it was."""
    store = MemoryStore()
    parts = {name: part({"services": {name: {"image": f"acme/{name}:1"}}}, [name]) for name in ("api", "web")}
    images = dict.fromkeys(parts, IMAGE)
    wished = Wish(
        composition=Composition(parts=parts, images=images, routes=""),
        chosen=frozenset(parts),
        before=None,
        fail_fast=False,
    )
    about = replace(ABOUT, made_from=MadeFrom(release=1, why="back from 2"), back={"api": 1, "web": 1})
    outcomes = (Outcome(name="api", end=End.FAILED, back=True), Outcome(name="web", end=End.DEPLOYED))
    last = release_record(2)
    store.add(last)
    made = recorded(store, last, ("bank", "staging", "compose"), wished, outcomes, about)
    assert made is not None
    assert (made.made_from.why, made.made_from.is_back) == ("back: web to 1", True)
    assert made.services["api"] == last.services["api"]
