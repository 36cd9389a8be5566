"""The tree in memory answers like a directory."""

from __future__ import annotations

from speccompile.project.memory import MemoryTree
from speccompile.project.tree import Tree

TREE: Tree = MemoryTree({"a.txt": "a", "src/b.txt": b"b", "src/deep/c.bin": b"\xff", "srcs.txt": ""})


def test_answers() -> None:
    assert (TREE.read("a.txt"), TREE.read("src/b.txt"), TREE.read("src/deep/c.bin"), TREE.read("none")) == (
        "a",
        "b",
        None,
        None,
    )
    assert TREE.is_file("src/deep/c.bin")
    assert not TREE.is_file("src")
    assert TREE.is_directory("")
    assert TREE.is_directory("src/deep")
    assert not TREE.is_directory("sr")
    assert not TREE.is_directory("a.txt")
    assert TREE.entries("") == ("a.txt", "src/", "srcs.txt")
    assert TREE.entries("src") == ("b.txt", "deep/")
    assert TREE.entries("none") == ()


def test_below() -> None:
    below = TREE.below("src")
    assert (below.read("b.txt"), below.read("a.txt"), below.entries("")) == ("b", None, ("b.txt", "deep/"))
    assert TREE.below("").read("a.txt") == "a"
