"""What stands where a spec could be and is no file: said, and the project not taken for one that has no such spec."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from projects import assertion, manifest
from speccompile.errors import Refused
from speccompile.frontends.load import load
from speccompile.project.disk import DiskTree

MANIFEST = manifest("web-service", assertion(1, "GET /health returns 200"))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project with a manifest and nothing else, beside a file that is none of its own."""
    (tmp_path / "project/specs").mkdir(parents=True)
    (tmp_path / "project/specs/assertions.json").write_text(MANIFEST)
    (tmp_path / "deploy.yaml").write_text("version: 1\n")
    return tmp_path / "project"


def found(root: Path) -> list[tuple[str, str]]:
    """What is refused, by code and path."""
    try:
        load(DiskTree(root), ())
    except Refused as refused:
        return [(one.code, one.span.path) for one in refused.diagnostics]
    return []


@pytest.mark.parametrize("name", ["specs/deploy.yaml", "deploy.yml", "assertions.json", "specs/verification.json"])
@pytest.mark.parametrize("kind", ["out", "nowhere", "loop", "pipe", "directory", "link to a directory"])
def test_what_is_no_file_is_refused(name: str, kind: str, root: Path) -> None:
    """At its place; a link to a file of the project is one."""
    assert found(root) == []
    place, above = root / name, "../" * name.count("/")
    match kind:
        case "pipe":
            os.mkfifo(place)
        case "directory":
            place.mkdir()
        case _:
            targets = {
                "out": f"{above}../deploy.yaml",
                "nowhere": "none",
                "loop": place.name,
                "link to a directory": f"{above}specs",
            }
            place.symlink_to(targets[kind])
    assert found(root) == [("SC535", name)]


def test_a_link_to_a_file_of_the_project_is_read(root: Path) -> None:
    """Monorepos share specs."""
    (root / "shared.yaml").write_text("version: 1\napp: shop\n")
    (root / "specs/deploy.yaml").symlink_to("../shared.yaml")
    assert "SC535" not in [code for code, _ in found(root)]


def test_what_cannot_be_read_is_said_for_what_it_is(root: Path) -> None:
    """The size where it is too large, else the encoding."""
    place = root / "specs/deploy.yaml"
    for content, words in ((b" " * (5 << 20), "5 MiB"), (b"\xff\xfe", "not UTF-8")):
        place.write_bytes(content)
        with pytest.raises(Refused) as refused:
            load(DiskTree(root), ())
        (message,) = [one.message for one in refused.value.diagnostics]
        assert words in message
