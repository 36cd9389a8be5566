"""Podman's own generator and systemd's own verifier have nothing to say about units, whatever the specs are."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from projects import compiled
from quadlet_generator import need_debian
from quadlet_projects import CHOSEN, EXAMPLES, NAMES, example, made, said, written
from speccompile.errors import Refused
from speccompile.plan.workload import Literal
from speccompile.realise.quadlet.quadlet_plan import APART
from speccompile.realise.quadlet.realisation import realised
from speccompile.verify.readers.unitfile import Variable, parts, words
from strategies import projects, prose

_PROGRAMS = st.fixed_dictionaries(
    {"path": st.sampled_from(("bin/api", "bin/a b", "x%h", "a;b$HOME")), "arguments": st.lists(prose, max_size=2)}
)
Project = tuple[dict[str, str], dict[str, Any], dict[str, Any] | None]


@pytest.mark.parametrize("name", EXAMPLES)
def test_of_examples(name: str, tmp_path: Path) -> None:
    """Units of the examples are read without a word."""
    assert said(example(name), tmp_path / "x") == ""


@pytest.mark.parametrize("name", NAMES)
def test_of_projects(name: str, tmp_path: Path) -> None:
    """So are those of projects with hostile values, releases, replicas, images beside the services."""
    assert said(made(name), tmp_path / "x") == ""


@settings(
    deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(projects(), st.none() | _PROGRAMS)
def test_of_any_spec(tmp_path: Path, project: Project, program: dict[str, Any] | None) -> None:
    """So are those of any valid spec, with texts that mean something to shells, systemd and Podman, and of programs without a container."""
    sources, specs, deploy = project
    written_down = {**(deploy or {}), **CHOSEN}
    if program and deploy and specs["archetype"] != "cli-tool":
        service = {**deploy["services"]["svc"], "artifact": program}
        written_down |= {"proxy": "none", "services": {"svc": {key: service[key] for key in service if key != "route"}}}
    try:
        done = compiled(sources, json.dumps(specs, ensure_ascii=False), written_down)
    except Refused:
        return
    assert done.defects == ()
    assert said(done, tmp_path / "x") == ""


def test_it_says_what_is_wrong(tmp_path: Path) -> None:
    """A key that does not exist is noticed by the generator, one of systemd's by the verifier."""
    units = written(made("bun-web"), tmp_path / "x")
    (path,) = units.glob("*-db.container")
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("\nPull=", "\nPulll="), encoding="utf-8")
    assert "Pulll" in need_debian().generated(units, tmp_path / "one").said
    path.write_text(text.replace("\nRestartSec=", "\nRestartSecs="), encoding="utf-8")
    assert "RestartSecs" in need_debian().verified(need_debian().generated(units, tmp_path / "two").services)


def test_programs_are_hardly_exposed(tmp_path: Path) -> None:
    """What runs without a container is bounded as systemd's own services are (`systemd-analyze security`, 9.6 for what says nothing); less is noticed."""
    units = written(made("programs"), tmp_path / "x")
    services = sorted(units.glob("*.service"))
    assert {path.name: need_debian().exposure(path) for path in services} == dict.fromkeys(
        ("shop-job.service", "shop-web.service"), 1.3
    )
    bare = re.sub(
        r"(?m)^(?:Private|Protect|Restrict|SystemCall|Capability)\w+=.*\n", "", services[0].read_text("utf-8")
    )
    services[0].write_text(bare, encoding="utf-8")
    assert need_debian().exposure(services[0]) > 5


@pytest.mark.parametrize("name", NAMES)
def test_podman_is_told_what_the_plan_says(name: str, tmp_path: Path) -> None:
    """Values come through the generator and systemd's command line as they were meant, whatever characters they hold."""
    done = made(name)
    services = need_debian().generated(written(done, tmp_path / "x"), tmp_path / "y").services
    for unit in realised(done.plan).containers:
        (line,) = re.findall(
            r"^ExecStart=(.*)$", (services / f"{unit.name}.service").read_text(encoding="utf-8"), re.MULTILINE
        )
        told = [_meant(word) for word in words(line)]
        at = told.index(unit.image.name)
        assert told[at + 1 :] == [APART.get(word, word) for word in unit.command.arguments]
        options = list(pairwise(told[:at]))
        variables = dict(value.partition("=")[::2] for option, value in options if option == "--env")
        for one in unit.environment:
            assert variables[one.name] == (
                one.value if isinstance(one, Literal) else f"{one.before}{one.parameter}{one.after}"
            )
        vectors = {option: json.loads(value) for option, value in options if value.startswith("[")}
        assert vectors.get("--entrypoint", []) == list(unit.command.entrypoint)
        if unit.check:
            assert vectors["--health-cmd"] == list(unit.check.running)
            assert vectors["--health-startup-cmd"] == list(unit.check.starting)


def _meant(word: str) -> str:
    """A word of a command line as Podman gets it, with the names of variables in place of their values."""
    return "".join(
        part.name if isinstance(part, Variable) else part
        for part in parts(word.replace("%t", "%%t").replace("%N", "%%N"))
    )
