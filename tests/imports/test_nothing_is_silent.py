"""Nothing of a file is lost without a word: each key is taken out, and each mapping is given one that nobody knows, and every time something is other."""

from __future__ import annotations

import copy
import json
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from import_cases import FILES
from ruamel.yaml import YAML

from speccompile.errors import Refused
from speccompile.frontends.importers import importing
from speccompile.frontends.importers.importing import Imported, imported
from speccompile.project.memory import MemoryTree
from speccompile.spec.located import Located, SourceText, key_span

ODD = Path(__file__).parent / "odd"
ODD_ONES = sorted(one for one in ODD.iterdir() if one.name != "Procfile")
Way: TypeAlias = tuple[str | int, ...]
SAME = {
    "app.json": {"env.SECRET_KEY_BASE.generator", "env.LOCAL_DOMAIN.required"},  # what has no value is a secret
    "new.fly.toml": {
        "env.PORT",  # as internal_port says
        "mounts.0.processes",
        "http_service.processes",
        "http_service.processes.0",
        "mounts.0.processes.0",
        "vm.0.processes.0",
        "vm.0.processes",
        "http_service.checks.0.method",
    },
    "old.fly.toml": {"services.0.processes", "services.0.processes.0", "services.0.protocol", "env", "env.PORT"},
    "render.yaml": {
        "envVarGroups.0.envVars.1.generateValue",
        "services.0.type",
        "services.0.dockerCommand",  # `startCommand` is there
        "services.0.envVars.1.fromDatabase.property",
        "services.0.envVars.2.fromDatabase.property",
        "services.0.envVars.4.fromService.property",
        "services.0.envVars.7.sync",
    },
    "score.yaml": {
        "containers.main.livenessProbe.httpGet.port",
        "service.ports.http.port",
        "service.ports.http.protocol",
    },
    "compose.yaml": {
        "services.app.depends_on.db.condition",
        "services.app.healthcheck.test.0",
        "services.app.healthcheck.test.1",
        "services.app.healthcheck.test.2",
        "services.app.labels.traefik.enable",
        "services.db.volumes.0",
    },
}
"""Keys that say what holds without them: the usual value, or what another key says, too."""
_OF_PEOPLE = {"x-common", "x-environment"}


def plain(path: Path) -> Any:
    """What stands in a file."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".toml":
        return tomllib.loads(text)
    return json.loads(text) if path.suffix == ".json" else YAML(typ="safe", pure=True).load(text)


def _value(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{json.dumps(key)} = {_value(one)}' for key, one in value.items())}}}"
    return json.dumps(value)


def _toml(value: dict[str, Any], at: tuple[str, ...] = ()) -> str:
    """As TOML, a key a line."""
    several = {key for key, one in value.items() if isinstance(one, list) and one and isinstance(one[0], dict)}
    below = several | {key for key, one in value.items() if isinstance(one, dict)}
    text = "".join(f"{json.dumps(key)} = {_value(one)}\n" for key, one in value.items() if key not in below)
    for key in sorted(below):
        name = ".".join(json.dumps(one) for one in (*at, key))
        for one in value[key] if key in several else [value[key]]:
            text += (f"[[{name}]]\n" if key in several else f"[{name}]\n") + _toml(one, (*at, key))
    return text


def written(path: Path, value: Any) -> str:
    """*value* in the syntax of the file, a key a line; JSON is YAML."""
    return _toml(value) if path.suffix == ".toml" else json.dumps(value, indent=1)


def ways(value: Any, at: Way = ()) -> Iterator[Way]:
    """The ways to all keys and items."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in pairs:
        yield (*at, key)
        yield from ways(one, (*at, key))


def _led(value: Any, way: Way) -> Any:
    for step in way:
        value = value[step]
    return value


class Case:
    """A file, imported again and again."""

    def __init__(self, path: Path) -> None:
        self.path, self.value = path, plain(path)
        self.name = path.name.split(".", 1)[1] if path.name.endswith(".fly.toml") else path.name
        procfile = (
            {"Procfile": (ODD / "Procfile").read_text("utf-8")} if path.parent == ODD and path.suffix == ".json" else {}
        )
        self.tree = procfile
        self.base = self.made(self.value)

    def _imported(self, text: str) -> Imported:
        return imported(text, self.name, MemoryTree({**self.tree, self.name: text}), "", None, "example.com")

    def made(self, value: Any) -> tuple[list[str], list[tuple[str, str]]]:
        """What comes of it: deploy.yaml without the comments that say where it is from, and what is said."""
        try:
            found = self._imported(written(self.path, value))
        except Refused as refused:
            return [], [(one.code, one.message) for one in refused.diagnostics]
        text = [line.split(" #")[0] for line in found.text.splitlines() if not line.lstrip().startswith("#")]
        return text, sorted((one.code, one.message) for one in found.diagnostics)

    def spoken_of(self, value: Any) -> Callable[[Way], bool]:
        """Whether something is said of the place of a way into *value*, or of one above it."""
        text = written(self.path, value)
        lines = {
            span.line
            for one in self._imported(text).diagnostics
            for span in (one.span, *(other.span for other in one.related))
        }
        raw, _ = importing._READERS[importing._BY_SUFFIX[self.path.suffix[1:]]](SourceText(self.name, text))
        assert isinstance(raw, Located)
        return lambda way: any(key_span(raw, way[:length]).line in lines for length in range(1, len(way) + 1))


@pytest.mark.parametrize("path", ODD_ONES, ids=lambda path: path.name)
def test_what_is_taken_out_makes_a_difference(path: Path) -> None:
    """Or something was said of it, or of what it stands below."""
    case = Case(path)
    spoken = case.spoken_of(case.value)
    silent = set()
    for way in ways(case.value):
        held = _led(case.value, way)
        if held in ("", [], {}, None, False) or spoken(way) or way[0] in _OF_PEOPLE:
            continue
        less = copy.deepcopy(case.value)
        del _led(less, way[:-1])[way[-1]]
        if case.made(less) == case.base:
            silent.add(".".join(map(str, way)))
    assert silent <= SAME.get(path.name, set())


@pytest.mark.parametrize("path", [*ODD_ONES, *sorted(FILES.iterdir())], ids=lambda path: path.name)
def test_what_nobody_knows_is_said(path: Path) -> None:
    """In whichever mapping it stands."""
    case = Case(path)
    silent = []
    for way in ((), *ways(case.value)):
        if not isinstance(_led(case.value, way), dict) or (way and way[0] in _OF_PEOPLE):
            continue
        more = copy.deepcopy(case.value)
        _led(more, way)["zzodd"] = "zzvalue"
        if case.made(more) == case.base and not case.spoken_of(more)((*way, "zzodd")):
            silent.append(".".join(map(str, way)))
    assert silent == []
