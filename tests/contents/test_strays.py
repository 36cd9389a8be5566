"""Links that lead out of the project, or to nothing; what a build alone reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from speccompile.detect.built_from import built_from
from speccompile.plan.image import Base, Copy, ImageRecipe, Stage
from speccompile.project.disk import DiskTree
from speccompile.project.memory import MemoryTree
from speccompile.provenance import because

ORIGIN = because("SC300")


def test_links_that_lead_out_are_known(tmp_path: Path) -> None:
    """Those that git passes over are somebody's own, and so is what tools make."""
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "a.csv").write_text("a")
    (tmp_path / ".gitignore").write_text("mine\n")
    for path, target in (
        ("in", "there"), ("there/up", "../there/a.csv"), ("there/out", "/etc/hosts"), ("gone", "nowhere"), ("mine", "/etc/hosts"),
        ("node_modules", "/tmp"), ("self", "."),
    ):  # fmt: skip
        (tmp_path / path).symlink_to(target)
    tree = DiskTree(tmp_path)
    assert tree.about("strays", "") == ("gone", "there/out")
    assert tree.about("strays", "there") == ("out",)


def copied(first: tuple[str, ...], last: tuple[str, ...], stack: str = "java") -> ImageRecipe:
    """An image of two stages, and what each copies of the sources."""
    stages = tuple(
        Stage(
            name=name,
            base=Base(reference="debian:12", origin=ORIGIN),
            steps=tuple(Copy(sources=(one,), target="./", origin=ORIGIN) for one in sources),
            origin=ORIGIN,
        )
        for name, sources in (("build", first), ("final", last))
    )
    return ImageRecipe(
        stack=stack, stages=stages, user="1:1", entrypoint=(), command=("a",), context=(), needs_init=False, language="go", origin=ORIGIN
    )  # fmt: skip


@pytest.mark.parametrize(("first", "last", "stack", "left"), [
    (("data/", "src/"), (), "java", ["data/"]),
    (("data/",), ("data/",), "java", []),
    (("code/",), (), "java", []),
    (("data/",), (), "static", []),
    (("texts/",), (), "dotnet", []),
    (("data/", "wwwroot/"), (), "dotnet", ["data/"]),
    (("words.dat", "tsconfig.json"), (), "node", ["words.dat"]),
    (("named/",), (), "node", []),
])  # fmt: skip
def test_what_a_build_alone_reads(first: tuple[str, ...], last: tuple[str, ...], stack: str, left: list[str]) -> None:
    """Data that no manifest names; .NET publishes JSON by itself."""
    tree = MemoryTree({
        "data/a.csv": "", "src/a.html": "", "code/a.java": "", "code/a.csv": "", "texts/a.json": "", "wwwroot/a.html": "", "words.dat": "",
        "tsconfig.json": "", "named/a.csv": "", "package.json": '{"scripts": {"build": "cp -r named dist"}}',
    })  # fmt: skip
    assert list(built_from(copied(first, last, stack), tree, "")) == left
    inner = tuple(f"app/{one}" for one in first), tuple(f"app/{one}" for one in last)
    below = MemoryTree({f"app/{path}": tree.read(path) or "" for path in ("data/a.csv", "src/a.html", "words.dat")})
    if stack == "java" and "data/" in first:
        assert list(built_from(copied(*inner, stack), below, "app")) == left
