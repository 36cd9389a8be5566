"""Nothing in the repository is about the machine on which it was written."""

from __future__ import annotations

import re
import subprocess

import pytest

from tools import ROOT, missing, need

# In pieces, so that this file does not find itself.
HOSTS = (
    "registry." + "npmjs.org",
    "registry." + "yarnpkg.com",
    "py" + "pi.org",
    "python" + "hosted.org",
    "proxy." + "golang.org",
    "index." + "crates.io",
    "ruby" + "gems.org",
)
PLACES = ("/wo" + "rk/", "/tmp/" + "venv", "/tmp/" + "npm/", "/root/" + ".bashrc", "bash_" + "jobs")

FORMAT_WANTS_IT = {"uv.lock", "Pipfile.lock", "yarn.lock"}
"""Files whose format names where a package comes from; npm's does it only if asked."""


def _tracked() -> dict[str, str]:
    """The text of every file under version control."""
    git = need("git", "apt-get install git")
    if not (ROOT / ".git").exists():
        missing("a checkout", "git clone")
    listed = subprocess.run([git, "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode()
    files = [ROOT / name for name in listed.split("\0") if name]
    return {
        file.relative_to(ROOT).as_posix(): file.read_text(encoding="utf-8", errors="replace")
        for file in files
        if file.is_file()
    }


@pytest.fixture(scope="module")
def tracked() -> dict[str, str]:
    """The repository."""
    return _tracked()


@pytest.mark.parametrize("host", HOSTS)
def test_no_host_of_a_package_registry(host: str, tracked: dict[str, str]) -> None:
    """Which registry packages come from is for whoever installs them to say."""
    found = [name for name, text in tracked.items() if host in text and name.rpartition("/")[2] not in FORMAT_WANTS_IT]
    assert found == []


@pytest.mark.parametrize("place", PLACES)
def test_no_place_of_one_machine(place: str, tracked: dict[str, str]) -> None:
    """Paths are relative, or the user's."""
    assert [name for name, text in tracked.items() if re.search(rf"(?<![\w.-]){re.escape(place)}", text)] == []
