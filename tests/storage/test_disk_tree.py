"""The view of a directory on disk: it never leaves its root, and does not see what speccompile writes."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest
from storage_project import generate

from speccompile.ownership import hidden
from speccompile.paths import is_normal_outside, normal, output_from
from speccompile.project.answers import LIMIT, Directory
from speccompile.project.disk import DiskTree
from speccompile.project.recorder import Recorder
from speccompile.project.tree import Tree


@pytest.fixture
def root(tmp_path: Path) -> Path:
    project = tmp_path / "project"
    (project / "src" / "deep").mkdir(parents=True)
    (project / "src" / "deep" / "a.py").write_bytes("é\r\n".encode())
    (project / "package.json").write_text("{}")
    (tmp_path / "secret").write_text("outside")
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "file").write_text("outside")
    return project


def test_what_is_there(root: Path) -> None:
    tree: Tree = DiskTree(root)
    assert tree.read("src/deep/a.py") == "é\r\n"
    assert tree.read("./src//deep/../deep/a.py") == "é\r\n"
    assert tree.entries("") == ("package.json", "src/")
    assert tree.entries("src") == ("deep/",)
    assert tree.is_directory("")
    assert tree.is_directory("src/deep")
    assert not tree.is_directory("package.json")
    assert tree.is_file("package.json")
    assert not tree.is_file("src")
    assert not tree.is_file("nothing")
    assert tree.read("src") is None
    assert tree.entries("package.json") == ()
    assert tree.entries("nothing") == ()


@pytest.mark.parametrize(
    "path", ["../secret", "/etc/passwd", "src/../../secret", "..", "a\0b", "\udcff", "src/" + "x" * 5000]
)
def test_what_cannot_be_there(root: Path, path: str) -> None:
    tree = DiskTree(root)
    assert tree.read(path) is None
    assert tree.content(path) is None
    assert not tree.is_file(path)
    assert not tree.is_directory(path)
    assert tree.entries(path) == ()
    assert DiskTree(root).below("..").entries("project") == ()


def test_links(root: Path, tmp_path: Path) -> None:
    (root / "inside").symlink_to("src/deep")
    (root / "absolute").symlink_to(root / "package.json")
    (root / "file-out").symlink_to(tmp_path / "secret")
    (root / "directory-out").symlink_to("../outside")
    (root / "loop").symlink_to("loop")
    (root / "dangling").symlink_to("nothing")
    (root / "src" / "up").symlink_to("..")
    tree = DiskTree(root)
    assert tree.read("inside/a.py") == "é\r\n"
    assert tree.read("absolute") == "{}"
    assert tree.entries("") == ("absolute", "inside/", "package.json", "src/")
    assert tree.read("file-out") is None
    assert tree.read("directory-out/file") is None
    assert not tree.is_directory("directory-out")
    assert not tree.is_directory("loop")
    assert not tree.is_file("loop/x")
    assert tree.read("src/up/src/up/package.json") == "{}"
    assert tree.below("src").read("up/package.json") == "{}", "links may lead anywhere inside the project"
    assert tree.below("src").read("../package.json") is None


def test_a_root_beside_one_with_a_longer_name(tmp_path: Path) -> None:
    for name in ("app", "app-secret"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x").write_text(name)
    (tmp_path / "app" / "link").symlink_to("../app-secret/x")
    assert DiskTree(tmp_path / "app").read("link") is None


def test_special_files_do_not_block(root: Path) -> None:
    os.mkfifo(root / "fifo")
    with socket.socket(socket.AF_UNIX) as listener:
        directory = os.open(root, os.O_RDONLY)
        listener.bind(f"/proc/self/fd/{directory}/socket" if Path("/proc/self/fd").exists() else str(root / "socket"))
        os.close(directory)
        tree = DiskTree(root)
        assert tree.entries("") == ("fifo", "package.json", "socket", "src/")
        assert tree.read("fifo") is None
        assert tree.read("socket") is None
        assert not tree.is_file("fifo")


def test_what_is_no_text(root: Path) -> None:
    (root / "latin1").write_bytes(b"\xe9")
    (root / "large").write_bytes(b"a" * (LIMIT + 1))
    (root / "full").write_bytes(b"a" * LIMIT)
    (root / "sparse").touch()
    os.truncate(root / "sparse", 1 << 40)
    tree = DiskTree(root)
    assert tree.read("latin1") is None
    assert tree.content("latin1") == b"\xe9"
    assert tree.is_file("latin1")
    assert tree.read("large") is None
    assert tree.read("sparse") is None
    assert tree.is_file("large")
    assert tree.read("full") == "a" * LIMIT


def test_names_that_are_not_text_are_invisible_and_the_order_is_that_of_code_points(root: Path) -> None:
    (root / "names").mkdir()
    for name in (b"\xff", b"b", b"B", "é".encode(), b"a b", b"-"):
        (Path(os.fsdecode(os.fsencode(root / "names") + b"/" + name))).touch()
    assert DiskTree(root).entries("names") == ("-", "B", "a b", "b", "é")


def test_version_control_lock_and_temporary_files_are_invisible(root: Path) -> None:
    (root / ".git").mkdir()
    (root / ".git" / "HEAD").write_text("x")
    (root / "speccompile.lock").write_text("x")
    (root / "src" / ".speccompile.a.new").write_text("x")
    (root / "sly").symlink_to(".git/HEAD")
    tree = DiskTree(root)
    assert tree.entries("") == ("package.json", "src/")
    assert tree.entries("src") == ("deep/",)
    assert tree.read(".git/HEAD") is None
    assert tree.read("sly") is None
    assert not tree.is_directory(".git")


@pytest.mark.parametrize(
    ("output", "files"), [("generated", ["a/b", "c"]), ("", ["Dockerfile", "nginx/conf/a", "src/b"])]
)
def test_what_we_write_is_invisible(root: Path, output: str, files: list[str]) -> None:
    def answers() -> list[object]:
        own = hidden(output, [f"{output}/{file}" if output else file for file in files])
        tree = DiskTree(root, own)
        return [
            tree.entries(""),
            tree.entries("src"),
            tree.is_directory("nginx"),
            tree.is_directory("generated"),
            tree.is_file("Dockerfile"),
            tree.entries("nginx"),
            tree.entries("nginx/conf"),
        ]

    before = answers()
    generate(root, dict.fromkeys(files, "text\n"), output)
    assert answers() == before
    (root / "nginx" / "conf").mkdir(parents=True, exist_ok=True)
    (root / "nginx" / "conf" / "mine").touch()
    assert answers() != before, "a directory with a file of the user's in it is the user's"


def test_recorder_gives_the_same_answers_and_records_them(root: Path) -> None:
    plain, recorder = DiskTree(root), Recorder(DiskTree(root))
    below = recorder.below("src").below("deep")
    assert recorder.read("package.json") == plain.read("package.json")
    assert recorder.read("nothing") is None
    assert below.read("a.py") == "é\r\n"
    assert below.read("../../package.json") is None
    assert recorder.entries("") == plain.entries("")
    assert recorder.is_directory("src")
    assert not recorder.is_file("src")
    assert below.is_file("a.py")
    assert recorder.is_file("./src/deep/a.py")
    asked = [(path, kind) for path, kind, _ in recorder.questions()]
    assert asked == [
        ("", "entries"),
        ("nothing", "read"),
        ("package.json", "read"),
        ("src", "is-directory"),
        ("src", "is-file"),
        ("src/deep/a.py", "is-file"),
        ("src/deep/a.py", "read"),
    ]
    assert below.questions() == recorder.questions()
    directory = Directory(str(root))
    assert all(directory.answer(kind, path) == answer for path, kind, answer in recorder.questions())


def test_normal_paths() -> None:
    assert [normal(path) for path in ("", ".", "a/", "a//b/./c", "a/../b")] == ["", "", "a", "a/b/c", "b"]
    assert [normal(path) for path in ("/a", "..", "a/../..", "a\0")] == [None] * 4
    assert [is_normal_outside(path) for path in ("..", "../a", "../../a/b", "a", "../a/../b", "../", "/a")] == [
        True,
        True,
        True,
        False,
        False,
        False,
        False,
    ]
    assert [output_from("/p/q", given) for given in (".", "x/", "../x", "/tmp", "/p/q/x")] == [
        "",
        "x",
        "../x",
        "../../tmp",
        "x",
    ]
