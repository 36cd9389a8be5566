"""Large trees and large files: bounded, linear, and called by their name."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from contents_of import compilation
from test_wanted import NODE, PYTHON, built

from speccompile.codes.contents import TOO_LARGE
from speccompile.detect.detection import detect
from speccompile.project.answers import LOCK_LIMIT
from speccompile.project.disk import DiskTree


def write(root: Path, files: dict[str, str]) -> None:
    """A tree on disk."""
    for path, text in files.items():
        (root / path).write_text(text, encoding="utf-8")


def test_a_lock_of_eight_mebibytes_is_read(tmp_path: Path) -> None:
    """It is whole, and nothing is said against it."""
    files = built("express", "tsc", "node server.js") | {"server.js": NODE["server.js"]}
    lock = json.loads(files["package-lock.json"])
    lock["packages"] |= {f"node_modules/p{n}": {"version": "1.0.0", "integrity": "x" * 500} for n in range(15_000)}
    write(tmp_path, files | {"package-lock.json": json.dumps(lock)})
    assert (tmp_path / "package-lock.json").stat().st_size > 8 * 1024 * 1024
    assert detect(DiskTree(tmp_path)).facts.obstacles == ()


@pytest.mark.parametrize("name", ["package-lock.json", "uv.lock"])
def test_a_lock_that_is_too_large_is_called_that(name: str, tmp_path: Path) -> None:
    """SC289 with its size, and nothing about what is thought to be in it."""
    files = built("express", "tsc", "node server.js") if name == "package-lock.json" else {
        "pyproject.toml": '[project]\nname = "a"\nversion = "1"\ndependencies = ["flask"]\n', "app.py": PYTHON["app.py"],
    }  # fmt: skip
    write(tmp_path, files)
    with (tmp_path / name).open("wb") as file:
        file.truncate(LOCK_LIMIT + 1)
    found = [one for one in detect(DiskTree(tmp_path)).facts.obstacles if one.code.startswith("SC2")]
    assert [one.code for one in found] == [TOO_LARGE.id]
    assert "65 MiB" in found[0].message


@pytest.mark.slow
@pytest.mark.parametrize("place", ["", "lib/"])
def test_time_grows_with_the_number_of_files(place: str) -> None:
    """Four times as many take no more than eight times as long: with their square it would be sixteen."""
    taken = []
    for count in (1_000, 4_000):
        files = NODE | {f"{place}f{n}.js": f"export const x = './f{n + 1}.js'\n" for n in range(count)}
        start = time.process_time()
        compilation(files)
        taken.append(time.process_time() - start)
    assert taken[1] < 8 * taken[0], taken
