"""The README's two commands, as they stand there, in one clone, whichever is first, and again."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from conftest import skipped
from tools import ROOT, need

REPOSITORY = "https://github.com/speccompile/speccompile"
QUICK = "-q -n 0 tests/compile/test_cases.py -k test_every_code_has_a_case"
"""What is run of the tests: the commands are looked at here."""


def commands() -> tuple[str, str]:
    """The README's first two commands."""
    first, second = re.findall(r"^```sh\n(.+?)\n```$", (ROOT / "README.md").read_text(), re.MULTILINE | re.DOTALL)[:2]
    return first, second


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with what this checkout holds, committed or not."""
    git, place = need("git", "apt-get install git"), tmp_path_factory.mktemp("published")
    listed = subprocess.run(
        [git, "-C", str(ROOT), "ls-files", "-coz", "--exclude-standard"], capture_output=True, text=True, check=True
    )
    for path in filter(None, listed.stdout.split("\0")):
        if (ROOT / path).is_file():
            (place / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / path, place / path, follow_symlinks=False)
    who = ("-c", "user.name=a", "-c", "user.email=a@example.com")
    for argv in (["init", "-q"], ["add", "-f", "."], ["commit", "-qm", "all"]):
        subprocess.run([git, *who, "-C", str(place), *argv], check=True)
    return place


def run(command: str, directory: Path, published: Path) -> None:
    """Run *command* as a person does, with the published repository where it is published."""
    settings = {f"url.{published}.insteadOf": REPOSITORY, "safe.directory": "*"}
    numbered = enumerate(settings.items())
    here = {
        name: text
        for n, (key, value) in numbered
        for name, text in ((f"GIT_CONFIG_KEY_{n}", key), (f"GIT_CONFIG_VALUE_{n}", value))
    }
    clean = {name: value for name, value in os.environ.items() if name not in ("CI", "VIRTUAL_ENV", "PYTHONPATH")}
    environment = {**clean, **here, "GIT_CONFIG_COUNT": str(len(settings))}
    done = subprocess.run(
        ["sh", "-ec", command], cwd=directory, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"


@pytest.mark.slow
@pytest.mark.parametrize("first", ["try it", "run the tests"])
def test_both_commands_work_in_one_clone_in_both_orders_and_again(first: str, published: Path, tmp_path: Path) -> None:
    try_it, test = commands()
    clone, _, rest = try_it.partition(" && python3 -m venv")
    run(clone, tmp_path, published)
    place = tmp_path / "speccompile"
    if (ROOT / ".tools").is_dir():  # what stands apart from .venv is the same everywhere, and takes long to get
        (place / ".tools").symlink_to((ROOT / ".tools").resolve())
    steps = [f"python3 -m venv{rest}", f"{test} {QUICK}"]
    if first != "try it":
        steps.reverse()
    for step in (*steps, steps[0]):
        run(step, place, published)


def test_the_readme_has_the_two_commands() -> None:
    first, second = commands()
    assert first.startswith(f"git clone {REPOSITORY} && cd speccompile && python3 -m venv .venv && ")
    assert second == "python3 tests/setup.py"


def test_what_was_skipped_is_one_list() -> None:
    reasons = [
        ("a.py", 1, "Skipped: nginx is missing: apt-get install nginx-light"),
        ("b.py", 2, "Skipped: nginx is missing: apt-get install nginx"),
        ("c.py", 3, "Skipped: npm is missing: install Node.js with npm"),
        ("d.py", 4, "Skipped: not on this system"),
    ]
    assert skipped(reasons) == [
        "nginx: apt-get install nginx or apt-get install nginx-light (2 tests)",
        "not on this system: (1 test)",
        "npm: install Node.js with npm (1 test)",
    ]
    assert skipped([]) == []
