"""Old releases of frameworks: the newest runtime that they run on is taken, and said."""

from __future__ import annotations

import pytest

from speccompile.detect.detection import detect
from speccompile.project.memory import MemoryTree

LOCK = """GEM
  remote: https://gems.example.com/
  specs:
    puma (6.0.0)
    rails ({release})
    railties ({release})

PLATFORMS
  ruby

DEPENDENCIES
  rails
"""


def said(files: dict[str, str]) -> tuple[str, list[str]]:
    """The release of the runtime, and the codes of what is said about versions."""
    facts = detect(MemoryTree(files)).facts
    found = [one for one in facts.diagnostics if one.code in ("SC140", "SC141", "SC253")]
    return facts.runtime.value, [one.code for one in found]


@pytest.mark.parametrize(("requirements", "python", "codes"), [
    ("Django==3.2.25\n", "3.10", ["SC140"]),
    ("django>=3.2,<4.0\n", "3.10", ["SC140"]),
    ("django~=4.1.0\n", "3.11", ["SC140"]),
    ("django>=3.2\n", "3.12", []),
    ("django==4.2.16\n", "3.12", []),
    ("django\n", "3.12", []),
    ("django==1.11.29\n", "3.9", ["SC141"]),
    ("Django==3.2.25\ncelery==4.4.7\n", "3.9", ["SC140"]),
    ("fastapi==0.88.0\npydantic==1.10.2\n", "3.11", ["SC140"]),
    ("tensorflow==2.11.0\n", "3.10", ["SC140"]),
])  # fmt: skip
def test_python(requirements: str, python: str, codes: list[str]) -> None:
    """pip installs the newest release that a range accepts: that one decides."""
    assert said({"requirements.txt": requirements, "main.py": ""}) == (python, codes)


def test_a_pin_is_followed_and_contradicted_once() -> None:
    """Developers run what they pin."""
    files = {"requirements.txt": "Django==3.2.25\n", "main.py": "", ".python-version": "3.12\n"}
    assert said(files) == ("3.12", ["SC253"])


def test_a_range_that_leaves_no_room_is_followed() -> None:
    """Then the framework is what is said to be too old."""
    files = {
        "pyproject.toml": "[project]\nname='x'\nrequires-python='>=3.12'\ndependencies=['django==3.2']\n",
        "main.py": "",
    }
    assert said(files) == ("3.12", ["SC141"])


@pytest.mark.parametrize(("release", "ruby", "codes"), [
    ("6.1.7.6", "3.1", ["SC140"]),
    ("7.0.8", "3.3", ["SC140"]),
    ("7.1.3", "3.4", []),
    ("5.2.8", "3.1", ["SC141"]),
])  # fmt: skip
def test_ruby(release: str, ruby: str, codes: list[str]) -> None:
    """What the lock has of Rails decides."""
    files = {"Gemfile": 'gem "rails"\n', "Gemfile.lock": LOCK.format(release=release), "config.ru": "run 1\n"}
    assert said(files) == (ruby, codes)
