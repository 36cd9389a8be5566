"""The kinds of trouble that strangers have, in other languages and spellings: each is read as it is written there."""

from __future__ import annotations

import pytest
from spelling_cases import BASES, LOOPBACK, NOT_INSTALLED, PINS, site
from spelling_files import Files, package
from spelling_health import HEALTH

from speccompile.detect.detection import detect
from speccompile.diagnostics import Diagnostic
from speccompile.project.memory import MemoryTree
from speccompile.stacks.facts import Facts
from speccompile.survey import composefile

_LOOPBACKS = {"SC263", "SC268", "SC271"}


def _facts(files: Files, directory: str = "") -> Facts:
    tree = MemoryTree(files)
    return detect(tree.below(directory) if directory else tree).facts


def _said(facts: Facts) -> tuple[Diagnostic, ...]:
    return (*facts.diagnostics, *facts.obstacles, *(one.note for one in facts.withheld))


@pytest.mark.parametrize("case", HEALTH)
def test_a_health_route_has_what_stands_before_it(case: str) -> None:
    """The whole path, or none where that cannot be told."""
    files, path = HEALTH[case]
    assert _facts(files).health_path == path


@pytest.mark.parametrize("case", LOOPBACK)
def test_a_server_that_nobody_reaches_is_told_of(case: str) -> None:
    """Once, with what it is told; and nothing is said of one that everybody reaches."""
    files, code, word = LOOPBACK[case]
    found = [one for one in _said(_facts(files)) if one.code in _LOOPBACKS]
    assert [one.code for one in found] == ([code] if code else [])
    assert all(word in one.message for one in found)


@pytest.mark.parametrize("case", BASES)
def test_pages_are_served_where_they_expect_to_be(case: str) -> None:
    """Also where the path is a constant, or what stands where the environment says nothing."""
    configuration, base = BASES[case]
    pages = _facts(site(configuration)).pages
    assert pages is not None
    assert pages.base == base


@pytest.mark.parametrize("case", PINS)
def test_a_pin_above_the_service_is_taken(case: str) -> None:
    """The closest one decides, whatever file it is in."""
    files, tool, version = PINS[case]
    chosen = {one.name: one for one in _facts(files, "api").versions}
    assert chosen[tool].value == version
    assert chosen[tool].source.startswith("../")


@pytest.mark.parametrize("case", NOT_INSTALLED)
def test_what_no_build_can_install_is_told_of(case: str) -> None:
    """At its place, before anything is built."""
    files, code, path = NOT_INSTALLED[case]
    assert (code, path) in [(one.code, one.span.path) for one in _said(_facts(files))]


def test_a_public_repository_is_not_told_of() -> None:
    """npm writes every repository of a known host as one by ssh, and asks by https."""
    files = package({"lib": "github:acme/lib"}, repository={"url": "git+ssh://git@github.com/acme/acme.git"})
    lock = '{"lockfileVersion": 3, "packages": {"node_modules/lib": {"resolved": "git+ssh://git@github.com/acme/lib.git#0"}}}'
    facts = _facts({**files, "package-lock.json": lock, "server.js": "require('http').createServer().listen(3000);\n"})
    assert [one for one in _said(facts) if one.code == "SC493"] == []


def test_settings_of_uv_are_part_of_the_installation() -> None:
    """Without them uv asks other indexes than those that it locked for."""
    project = '[project]\nname = "a"\nversion = "1"\nrequires-python = ">=3.11"\ndependencies = []\n'
    facts = _facts(
        {"pyproject.toml": project, "uv.lock": "version = 1\n", "uv.toml": "offline = false\n", "app.py": ""}
    )
    assert "uv.toml" in getattr(facts, "manifests", ())


def test_drivers_of_a_compose_file_are_named() -> None:
    """Where lines go, and over what containers reach each other: what is usual is not said."""
    text = (
        "services:\n  web: {build: ., logging: {driver: syslog}}\n  db: {image: 'postgres:16', logging: {driver: json-file}}\n"
        "networks: {a: {driver: overlay}, b: {driver: bridge}}\n"
    )
    found = composefile.read(MemoryTree({"compose.yaml": text, "requirements.txt": "flask==3.0.3\n"}))
    assert [one.unused for one in found.services] == [("logging.driver",), ()]
    assert found.unused == ("networks.a.driver",)
