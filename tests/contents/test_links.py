"""Symbolic links: what they lead to inside the project is in the image, and nothing else is."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_wanted import PYTHON

from projects import manifest
from speccompile.lower.lower import Surroundings
from speccompile.pipeline import Compilation, compile_project
from speccompile.project.disk import DiskTree
from speccompile.verify.readers.ignore import read


def project(root: Path, link: str, target: str) -> Compilation:
    """A service in ``api`` with a *link* to *target*, compiled."""
    files = {f"api/{path}": text for path, text in PYTHON.items()} | {
        "api/lib/a.py": "x = 1\n",
        "libs/common/__init__.py": "y = 2\n",
        "libs/data.json": "{}\n",
        "specs/assertions.json": manifest("web-service"),
        "specs/deploy.yaml": "{version: 1, services: {api: {path: api}}}\n",
    }
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    (root / link).symlink_to(target)
    made = compile_project(DiskTree(root), Surroundings(None, ("srv", "project"), allow_unverified=False))
    assert made.defects == ()
    return made


CASES = (
    ("api/common", "../libs/common", "COPY libs/common/ common/", "libs/common/__init__.py"),
    ("api/lib/common", "../../libs/common", "COPY libs/common/ lib/common/", "libs/common/__init__.py"),
    ("api/data.json", "../libs/data.json", "COPY libs/data.json data.json", "libs/data.json"),
)


@pytest.mark.parametrize(("link", "target", "step", "path"), CASES)
def test_what_a_link_leads_to_is_copied_in_its_place(
    link: str, target: str, step: str, path: str, tmp_path: Path
) -> None:
    """At the service's top, below, and of a file; the link itself is not sent."""
    made = project(tmp_path, link, target)
    assert step in made.files["Dockerfile"]
    assert read(made.files["Dockerfile.dockerignore"]).sends(path)
    assert not read(made.files["Dockerfile.dockerignore"]).sends(link)


@pytest.mark.parametrize("target", ["/etc", "../../outside", "../specs", "../.git"])
def test_a_link_brings_nothing_from_outside(target: str, tmp_path: Path) -> None:
    """Neither from outside of the project, nor specs or a repository."""
    root = tmp_path / "project"
    (root / ".git").mkdir(parents=True)
    (tmp_path / "outside").mkdir()
    text = project(root, "api/other", target).files["Dockerfile"]
    assert "other" not in text
    assert "COPY specs" not in text
