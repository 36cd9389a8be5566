"""What a pyproject.toml lacks, seen in the sources; and what is said about the rest."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
from libraries import MONEY, python

from speccompile.codes.code import Code
from speccompile.codes.package import GAP, INEXPRESSIBLE, PRIVATE, UNLOCKED, UNPUBLISHABLE, UNREADABLE, UNTYPED
from speccompile.errors import Refused

HEAD = '[project]\nname = "exact-money"\nversion = "1.0.0"\n'


def settings(files: Mapping[str, str]) -> dict[str, object]:
    """The settings for *files*, by their dotted keys."""
    return {".".join(setting.keys): json.loads(setting.value) for setting in python(files)[0].settings}


def test_money() -> None:
    """A back end, the marker, and what the registry shows."""
    package, notes = python(MONEY)
    assert settings(MONEY) == {
        "build-system": {"requires": ["hatchling>=1.27"], "build-backend": "hatchling.build"},
        "project.requires-python": ">=3.10",
        "project.readme": "README.md",
        "project.classifiers": ["Typing :: Typed"],
    }
    assert package.marker is not None
    assert package.marker.path == "src/exact_money/py.typed"
    assert {note.code for note in notes} == {"SC404", "SC405", "SC408"}


def test_back_ends() -> None:
    """The one that is there is kept; setup.py means setuptools."""
    system = '[build-system]\nrequires = ["flit_core"]\nbuild-backend = "flit_core.buildapi"\n'
    assert "build-system" not in settings({**MONEY, "pyproject.toml": HEAD + system})
    legacy = settings({**MONEY, "setup.py": "from setuptools import setup\n"})
    assert legacy["build-system"] == {"requires": ["setuptools>=77"], "build-backend": "setuptools.build_meta"}


def test_another_import_name() -> None:
    """Hatchling is told where the package is when it could not guess."""
    files = {path.replace("exact_money", "cash"): text for path, text in MONEY.items()}
    assert settings(files)["tool.hatch.build.targets.wheel"] == {"packages": ["src/cash"]}


def test_requires_python_from_the_sources() -> None:
    """What it is developed with is what it needs."""
    assert settings({**MONEY, ".python-version": "3.12.4\n"})["project.requires-python"] == ">=3.12"


def test_classifier_among_others() -> None:
    """A list that is there gets an element."""
    files = {**MONEY, "pyproject.toml": HEAD + 'classifiers = ["Intended Audience :: Developers"]\n'}
    element = next(setting for setting in python(files)[0].settings if setting.keys[-1] == "classifiers")
    assert (element.member, json.loads(element.value)) == (True, "Typing :: Typed")


@pytest.mark.parametrize(
    ("group", "script"),
    [
        ('[dependency-groups]\ndev = ["pytest>=8"]\n', 'uv run --locked --group "$TEST_SET" pytest'),
        ('[project.optional-dependencies]\ntest = ["pytest"]\n', 'uv run --locked --extra "$TEST_SET" pytest'),
        (
            '[dependency-groups]\ndev = ["pytest-cov"]\n',
            "uv run --locked python -m unittest discover --start-directory tests",
        ),
    ],
)
def test_how_tests_run(group: str, script: str) -> None:
    """By pytest where something lists it, with exactly what is locked."""
    package, _ = python({**MONEY, "pyproject.toml": HEAD + group, "uv.lock": ""})
    assert (script,) in [step.script for step in package.workflow.jobs[0].steps]
    assert all("uv run" not in line for step in package.workflow.jobs[1].steps for line in step.script)


@pytest.mark.parametrize(
    ("files", "code"),
    [
        (MONEY, UNLOCKED),
        (MONEY, GAP),
        ({**MONEY, "src/exact_money/__init__.py": "def total(parts):\n    return sum(parts)\n"}, UNTYPED),
        ({**MONEY, "pyproject.toml": HEAD + 'classifiers = ["Private :: Do Not Upload"]\n'}, PRIVATE),
    ],
)
def test_notes(files: dict[str, str], code: Code) -> None:
    """What is missing besides, is said; and untyped sources get no marker."""
    package, notes = python(files)
    assert code.id in {note.code for note in notes}
    assert (package.marker is None) == (code is UNTYPED)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", UNPUBLISHABLE),
        ("[project", UNREADABLE),
        ('[project]\nname = "exact-money"\n', UNPUBLISHABLE),
        ('[project]\nname = "no such package"\nversion = "1"\n', UNPUBLISHABLE),
        ('[project]\nname = "other"\nversion = "1"\n', UNPUBLISHABLE),
        ('project = {name = "exact-money", version = "1.0.0"}\n', INEXPRESSIBLE),
        ('build-system = {}\n[project]\nname = "exact-money"\nversion = "1.0.0"\n', None),
    ],
)
def test_refused(text: str, code: Code | None) -> None:
    """Nothing is made of what cannot be published."""
    files = {**MONEY, "pyproject.toml": text}
    if code is None:
        assert python(files)[0].settings
        return
    if "other" in text:
        files = {path: source for path, source in files.items() if not path.startswith("src/")}
    with pytest.raises(Refused) as refused:
        python(files)
    assert [diagnostic.code for diagnostic in refused.value.diagnostics] == [code.id]
