"""A deployment of units that is cut off before or after any command: the next one finds what is there, and ends whole.

systemd is one in memory here (`test_quadlet_agent.py` has a real one): it starts what it has read, and what it has read is what was there at the last reload.
"""

from __future__ import annotations

import contextlib
import tempfile
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quadlet_projects import example
from speccompile.images.commands import Command
from speccompile.images.runner import Outcome
from speccompile.releases.composition import Composition
from speccompile.releases.deployment import Order, deploy
from speccompile.releases.engines.quadlet import Systemd
from speccompile.releases.quadlet.cellar import Cellar
from speccompile.releases.quadlet.engine import ENGINE
from speccompile.releases.quadlet.once import Once
from speccompile.releases.quadlet.platform import QuadletPlatform
from speccompile.releases.quadlet.shelf import Shelf
from speccompile.releases.quadlet.told import groups, told
from speccompile.releases.rolling import End
from speccompile.releases.runner import Hands

SICK = 9
"""The version that never gets well."""


class CutOff(BaseException):
    """The deployer was killed."""


class InMemory:
    """A systemd, and a clock; after ``calls`` changes it kills whoever asks."""

    def __init__(self, units: Path) -> None:
        self.units = units
        self.read: dict[str, str] = {}
        self.runs: dict[str, tuple[str, float]] = {}
        self.failed: set[str] = set()
        self.calls: int | None = None

    def answer(self, command: Command, *, stdin: str = "", timeout: float = 0) -> Outcome:
        del stdin, timeout
        words = [word for word in command.argv if not word.startswith("-")]
        return self._ended(self._show(words[2:]) if words[1] == "show" else self._changed(words[1], words[2:]))

    def _changed(self, verb: str, units: list[str]) -> str | None:
        if self.calls is not None:
            self.calls -= 1
            if self.calls == 0:
                raise CutOff
        if verb == "daemon-reload":
            self.read = {one.stem: one.read_text() for one in self.units.glob("*.container")}
        names = [one.removesuffix(".service") for one in units]
        if verb in ("stop", "reset-failed", "disable"):
            for name in names:
                self.runs.pop(name, None)
                self.failed.discard(name)
        if verb not in ("start", "restart"):
            return ""
        return "" if all(self._start(name, anew=verb == "restart") for name in names) else None

    def _start(self, name: str, *, anew: bool) -> bool:
        if name not in self.read:
            return False
        needed = [
            line.removeprefix("Requires=").removesuffix(".service")
            for line in self.read[name].split("\n")
            if line.startswith("Requires=")
        ]
        if not all(one in self.runs or self._start(one, anew=False) for one in needed):
            return False
        if name in self.runs and not anew:
            return True
        self.runs.pop(name, None)
        if f"{SICK:064x}" in self.read[name]:
            self.failed.add(name)
            return False
        self.failed.discard(name)
        self.runs[name] = (self.read[name], time.monotonic())
        return True

    def _show(self, units: list[str]) -> str:
        blocks = []
        for unit in units:
            name = unit.removesuffix(".service")
            state = "active" if name in self.runs else "activating" if name in self.failed else "inactive"
            since = int(self.runs[name][1] * 1e6) if name in self.runs else 0
            loaded = "loaded" if name in self.read else "not-found"
            blocks.append(
                f"Id={unit}\nLoadState={loaded}\nActiveState={state}\nSubState={'auto-restart' if state == 'activating' else 'x'}\n"
                f"ExecMainStartTimestampMonotonic={since}\n"
            )
        return "\n".join(blocks)

    def _ended(self, said: str | None) -> Outcome:
        return Outcome(int(said is None), said or "", "", 0.0)


def _composition(api: int) -> Composition:
    done = example("bank")
    plain = ENGINE.composition(done.files, done.plan)
    images = {name: f"ghcr.io/acme/{name}@sha256:{api if name == 'api' else 1:064x}" for name in plain.parts}
    return Composition(parts=plain.parts, images=images, routes=plain.routes)


def _deploy(systemd: InMemory, wanted: Composition, before: Composition | None) -> Any:
    known = [told("bank", one) for one in (wanted, before) if one]
    hands = Hands(systemd)  # type: ignore[arg-type]  # all that is asked of one
    shelf = Shelf("bank", systemd.units, systemd.units / "timers")
    platform = _Hasty(
        hands=hands,
        systemd=Systemd(user=False),
        shelf=shelf,
        cellar=Cellar(app="bank", once=Once(hands, Systemd(user=False), shelf, "bank"), kept=lambda _: b"", user=False),
        app="bank",
        versions={name: tuple(one[name] for one in known if name in one) for name in known[0]},
    )
    order = Order(
        groups=groups(wanted, known[0], 0.0),
        before={one.name: one for one in groups(before, known[1], 0.0)} if before else {},
        chosen=frozenset(wanted.parts),
        fail_fast=False,
    )
    return {one.name: one for one in deploy(platform, order, lambda: None, lambda _: None)}


class _Hasty(QuadletPlatform):
    """No time passes."""

    def pause(self, seconds: float) -> None:
        """None."""

    def story(self, id_: str) -> str:
        """Nothing is said."""
        return id_


@pytest.fixture(scope="module", autouse=True)
def _compiled() -> None:
    example("bank")


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 40), st.sampled_from((2, SICK)))
def test_whatever_was_cut_off_becomes_whole(calls: int, version: int) -> None:
    """As the release says where that is well, else as it was before; and nobody else's unit is started anew."""
    with tempfile.TemporaryDirectory() as place:
        units = Path(place, "units")
        systemd = InMemory(units)
        first = _composition(1)
        assert {one.end for one in _deploy(systemd, first, None).values()} == {End.DEPLOYED}
        others = {name: one for name, one in systemd.runs.items() if name != "bank-api"}
        systemd.calls = calls
        with contextlib.suppress(CutOff):
            _deploy(systemd, _composition(version), first)
        systemd.calls = None
        done = _deploy(systemd, _composition(version), first)
        expected = 1 if version == SICK else version
        assert f"{expected:064x}" in systemd.runs["bank-api"][0], done
        assert (units / "bank-api.container").read_text() == systemd.runs["bank-api"][0]
        assert (done["api"].end is End.FAILED) == (version == SICK)
        assert not [one for one in units.iterdir() if "_step" in one.name]
        assert {name: one for name, one in systemd.runs.items() if name != "bank-api"} == others


def test_what_was_started_before_its_file_was_written_is_started_anew(tmp_path: Path) -> None:
    """A deployer that was killed between the two leaves just that; a hand that alters a unit and puts it back, too."""
    systemd = InMemory(tmp_path / "units")
    first = _composition(1)
    _deploy(systemd, first, None)
    since = systemd.runs["bank-api"][1]
    assert {one.end for one in _deploy(systemd, first, first).values()} == {End.UNCHANGED}
    assert systemd.runs["bank-api"][1] == since
    file = systemd.units / "bank-api.container"
    file.write_text(file.read_text())
    assert _deploy(systemd, first, first)["api"].end is End.DEPLOYED
    assert systemd.runs["bank-api"][1] > since
    assert {one.end for one in _deploy(systemd, first, first).values()} == {End.UNCHANGED}
