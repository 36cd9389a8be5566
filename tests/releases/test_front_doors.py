"""How the front door is told what changes: it uses what its file says when a step is over, whoever was killed before, and whatever it refuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from engine_in_memory import CutOff

from speccompile.images.commands import Command
from speccompile.images.runner import Outcome, Runner
from speccompile.releases.compose_platform import ComposePlatform
from speccompile.releases.doors import DOORS
from speccompile.releases.engines.compose import Compose, Docker
from speccompile.releases.files import Place
from speccompile.releases.machine import Machine
from speccompile.releases.runner import Hands
from speccompile.releases.wanted import PlatformFailed, Wanted, Way

NGINX_TEXT = "upstream api_3000 {\n    server api:3000 resolve;\n}\n"


class Engine(Runner):
    """An engine with one container of the front door: it uses what its file says once it was told."""

    def __init__(self, file: Path, target: str) -> None:
        super().__init__()
        self.file, self.target = file, target
        self.uses = file.read_text("utf-8")
        self.workers, self.told = 7, 0
        self.shows_processes = True
        self.there, self.made_by_another = 1, 0
        self.refuses = self.ignores = self.dies = False

    def answer(self, command: Command, *, stdin: str = "", timeout: float = 60.0) -> Outcome:
        """As docker does."""
        del stdin, timeout
        match command.argv[1:]:
            case ["ps", *_]:
                return _said(" ".join(("door",) * self.there))
            case words if "up" in words:
                self.there += self.made_by_another
                return _said("", 1)
            case ["container", "inspect", *_]:
                return _said(json.dumps([self._container()] * self.there))
            case ["container", "top", _]:
                return (
                    _said(
                        f"UID PID PPID CMD\n101 5 1 nginx: master process nginx\n101 {self.workers} 5 nginx: worker process\n101 6 5 nginx: worker process is shutting down\n"
                    )
                    if self.shows_processes
                    else _said("", 1)
                )
            case ["container", "exec", _, "nginx", "-t", *_]:
                return _said("", 1 if self.refuses else 0)
            case ["container", "kill", *_] | ["container", "exec", _, "caddy", "reload", *_]:
                return self._load()
        raise AssertionError(command.argv)

    def _load(self) -> Outcome:
        if self.dies:
            raise CutOff
        self.told += 1
        if self.refuses:
            return _said("", 1)
        if not self.ignores:
            self.uses, self.workers = self.file.read_text("utf-8"), self.workers + 1
        return _said("")

    def _container(self) -> dict[str, Any]:
        labels = {"com.docker.compose.service": "proxy"}
        return {
            "Id": "door",
            "Created": "2026",
            "Config": {"Labels": labels},
            "State": {"Status": "running"},
            "Mounts": [{"Destination": self.target}],
            "NetworkSettings": {"Networks": {"edge": {"IPAddress": "172.20.0.2"}}},
        }


def _said(text: str, code: int = 0) -> Outcome:
    return Outcome(code, text, "no" if code else "", 0.0)


class Patient(ComposePlatform):
    """Its pauses take no time, and are remembered."""

    paused: float = 0.0

    def pause(self, seconds: float) -> None:
        """None."""
        type(self).paused += seconds


def _platform(directory: Path, name: str, text: str, target: str | None = None) -> tuple[Patient, Engine]:
    door = DOORS[name]
    (directory / name).write_text(text, encoding="utf-8")
    engine = Engine(directory / name, target or door.target)
    hands = Hands(engine)
    compose = Compose(program=("docker-compose",), project="shop", directory="/", values=None, environment=())
    place = Place(hands, Machine(), str(directory))
    Patient.paused = 0.0
    return Patient(
        hands=hands, compose=compose, docker=Docker(environment=()), place=place, front="proxy", door=door, routes=text
    ), engine


CADDY_TEXT = """:8080 {
	reverse_proxy {
		dynamic a {
			name api
			port 3000
			refresh 2s
		}
	}
}
"""
ROUTES = {"nginx.conf": NGINX_TEXT, "Caddyfile": CADDY_TEXT}


@pytest.mark.parametrize("name", DOORS)
def test_what_a_killed_deployer_has_written_is_loaded_by_the_next_one(name: str, tmp_path: Path) -> None:
    """The file says the right thing already, and the front door does not know it."""
    platform, engine = _platform(tmp_path, name, ROUTES[name])
    engine.dies = True
    with pytest.raises(CutOff):
        platform.switch(frozenset(), "api", ("door",))
    assert "172.20.0.2:3000" in engine.file.read_text("utf-8")
    assert engine.uses == ROUTES[name]
    engine.dies = False
    platform.switch(frozenset(), "api", ("door",))
    assert "172.20.0.2:3000" in engine.uses
    platform.switch(frozenset(), "api", ("door",))
    assert engine.told == 1  # nothing is to be told twice
    platform.switch(frozenset())
    assert (engine.uses, engine.told) == (ROUTES[name], 2)


@pytest.mark.parametrize("name", DOORS)
def test_what_is_refused_is_taken_back(name: str, tmp_path: Path) -> None:
    """From the file, which is what it would start with; and the next time it is told again."""
    platform, engine = _platform(tmp_path, name, ROUTES[name])
    engine.refuses = True
    with pytest.raises(PlatformFailed, match="refuses its configuration"):
        platform.switch(frozenset(), "api", ("door",))
    assert engine.file.read_text("utf-8") == engine.uses == ROUTES[name]
    engine.refuses = False
    platform.switch(frozenset(), "api", ("door",))
    assert "172.20.0.2:3000" in engine.uses


def test_nginx_is_waited_for(tmp_path: Path) -> None:
    """Until other workers take what comes; one that goes on as before is a failure, and where the engine shows no processes a fixed time has to do."""
    platform, engine = _platform(tmp_path, "nginx.conf", NGINX_TEXT)
    engine.ignores = True
    with pytest.raises(PlatformFailed, match="goes on with the configuration of before"):
        platform.switch(frozenset(), "api", ("door",))
    assert Patient.paused >= 60
    assert engine.file.read_text("utf-8") == NGINX_TEXT
    engine.ignores, engine.shows_processes, Patient.paused = False, False, 0.0
    platform.switch(frozenset())  # nobody knows what it uses by now
    assert (engine.told, Patient.paused) == (2, 5.0)


def test_a_front_door_of_another_program_is_told_nothing(tmp_path: Path) -> None:
    """It will be replaced, by one that reads the new configuration when it starts."""
    platform, engine = _platform(tmp_path, "Caddyfile", ROUTES["Caddyfile"], target="/etc/nginx/nginx.conf")
    platform.switch(frozenset(), "api", ("door",))
    assert (engine.told, engine.file.read_text("utf-8")) == (0, ROUTES["Caddyfile"])


def test_what_an_orphaned_compose_has_started_counts(tmp_path: Path) -> None:
    """A deployer that was killed leaves one behind, which takes the name that the next one wants."""
    platform, engine = _platform(tmp_path, "nginx.conf", NGINX_TEXT)
    wanted = Wanted(
        name="api",
        version="1",
        document="wanted.json",
        replicas=1,
        way=Way.BESIDE,
        patience=1.0,
        grace=1.0,
        settle=1.0,
        asked=True,
        watch=0.0,
    )
    with pytest.raises(PlatformFailed):
        platform.start_beside(wanted, 1)
    engine.made_by_another = 1
    platform.start_beside(wanted, 1)
    assert len(platform.instances("api")) == 2
