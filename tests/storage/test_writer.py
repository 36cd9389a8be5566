"""What the writer touches, and what it never touches."""

from __future__ import annotations

import os
import resource
import stat
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from storage_project import any_name, artifact, generate, lock_for, order_for, refused, snapshot, states

from speccompile.errors import Refused
from speccompile.lock import dump
from speccompile.lock_file import read_lock
from speccompile.paths import LOCK
from speccompile.writer import Order, preview, recover, write

TEXTS = {"Dockerfile": "FROM x\n", "api/compose.yml": "a: 1\n"}


def test_create_identical_update_stale(tmp_path: Path) -> None:
    first = states(generate(tmp_path, TEXTS))
    assert first == {"generated/Dockerfile": "create", "generated/api/compose.yml": "create"}
    before = snapshot(tmp_path)
    assert set(states(generate(tmp_path, TEXTS)).values()) == {"identical"}
    assert snapshot(tmp_path) == before
    assert states(generate(tmp_path, {"Dockerfile": "FROM y\n", "new": ""})) == {
        "generated/Dockerfile": "update",
        "generated/api/compose.yml": "stale",
        "generated/new": "create",
    }
    assert {*snapshot(tmp_path)} == {"generated/Dockerfile", "generated/new", LOCK}
    assert read_lock(tmp_path) == lock_for({"Dockerfile": "FROM y\n", "new": ""})


def test_unchanged_files_keep_their_inode_and_time(tmp_path: Path) -> None:
    generate(tmp_path, TEXTS)
    kept = tmp_path / "generated" / "Dockerfile"
    os.utime(kept, (1, 1))
    before = kept.stat()
    generate(tmp_path, {**TEXTS, "new": ""})
    assert (kept.stat().st_ino, kept.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    lock = (tmp_path / LOCK).stat().st_ino
    generate(tmp_path, {**TEXTS, "new": ""})
    assert (tmp_path / LOCK).stat().st_ino == lock


def test_modes_and_newlines(tmp_path: Path) -> None:
    umask = os.umask(0o027)
    try:
        generate(tmp_path, TEXTS)
        path = tmp_path / "generated" / "Dockerfile"
        assert stat.S_IMODE(path.stat().st_mode) == 0o640
        path.chmod(0o755)
        generate(tmp_path, {**TEXTS, "Dockerfile": "a\r\nb\n"})
    finally:
        os.umask(umask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o644, "who may read it stays as it was; it is no program"
    assert path.read_bytes() == artifact("a\r\nb\n").encode(), "bytes are what the artifact says on every system"
    assert path.stat().st_nlink == 1


def test_an_edited_file_is_kept_until_somebody_discards_the_edit(tmp_path: Path) -> None:
    generate(tmp_path, TEXTS)
    for name in TEXTS:
        (tmp_path / "generated" / name).write_text(artifact("edited\n"))
    before = snapshot(tmp_path)
    assert refused(lambda: generate(tmp_path, {"Dockerfile": "FROM x\n"})) == {"generated/Dockerfile": "SC512"}
    assert refused(lambda: generate(tmp_path, TEXTS)) == {f"generated/{name}": "SC512" for name in TEXTS}
    assert snapshot(tmp_path) == before
    assert states(generate(tmp_path, {"Dockerfile": "FROM x\n"}, discard=True)) == {
        "generated/Dockerfile": "update (edits discarded)",
        "generated/api/compose.yml": "orphan",
    }
    assert snapshot(tmp_path)["generated/api/compose.yml"] == "edited\n"
    assert refused(lambda: generate(tmp_path, TEXTS)) == {"generated/api/compose.yml": "SC502"}


def test_an_edit_that_is_what_would_be_generated_is_in_nobodys_way(tmp_path: Path) -> None:
    generate(tmp_path, TEXTS)
    (tmp_path / "generated/Dockerfile").write_text(artifact("FROM y\n"))
    assert states(generate(tmp_path, {**TEXTS, "Dockerfile": "FROM y\n"}))["generated/Dockerfile"] == "identical"


def test_a_file_of_somebody_else_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("mine\n")
    before = snapshot(tmp_path)
    assert refused(lambda: generate(tmp_path, TEXTS, "")) == {"Dockerfile": "SC502"}
    assert refused(lambda: preview(tmp_path, order_for(TEXTS, ""))) == {"Dockerfile": "SC502"}
    assert snapshot(tmp_path) == before
    (tmp_path / "Dockerfile").write_text(artifact(TEXTS["Dockerfile"]))
    assert states(generate(tmp_path, TEXTS, "")) == {"Dockerfile": "identical", "api/compose.yml": "create"}


def test_preview_says_what_write_does_and_does_nothing(tmp_path: Path) -> None:
    generate(tmp_path, TEXTS)
    before = snapshot(tmp_path)
    texts = {"Dockerfile": "other", "more": ""}
    seen = preview(tmp_path, order_for(texts))
    assert snapshot(tmp_path) == before
    assert seen == generate(tmp_path, texts)


@pytest.mark.parametrize("where", ["generated", "generated/api", "generated/api/compose.yml", LOCK])
@pytest.mark.parametrize("what", ["link out", "link in", "dangling", "fifo", "other kind"])
def test_nothing_is_written_through_a_link_or_over_something_odd(where: str, what: str, tmp_path: Path) -> None:
    root, outside = tmp_path / "project", tmp_path / "outside"
    (root / "inside" / "api").mkdir(parents=True)
    (outside / "api").mkdir(parents=True)
    place = root / where
    place.parent.mkdir(parents=True, exist_ok=True)
    is_folder = where in ("generated", "generated/api")
    match what:
        case "link out" | "link in":
            target = outside if what == "link out" else root / "inside"
            (target / "file").write_text("untouched")
            place.symlink_to(target if is_folder else target / "file")
        case "dangling":
            place.symlink_to(outside / "nothing")
        case "fifo":
            os.mkfifo(place)
        case _ if is_folder:
            place.write_text("a file")
        case _:
            place.mkdir()
    before = snapshot(tmp_path)
    codes = refused(lambda: generate(root, TEXTS))
    assert set(codes.values()) == {"SC501" if where == LOCK else "SC503"}
    assert where in codes
    assert snapshot(tmp_path) == before


def test_output_outside_the_project(tmp_path: Path) -> None:
    root = tmp_path / "project"
    root.mkdir()
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    assert "../link/new/Dockerfile" in states(generate(root, TEXTS, "../link/new"))
    assert (tmp_path / "real" / "new" / "Dockerfile").read_text() == artifact("FROM x\n")
    assert set(states(generate(root, TEXTS, "../link/new")).values()) == {"identical"}
    found = states(generate(root, {"Dockerfile": "FROM x\n"}))
    assert found["../link/new/Dockerfile"] == "orphan", "outside the project only the output directory is ours to clear"
    assert (tmp_path / "real" / "new" / "Dockerfile").exists()


def test_moving_the_output_directory_moves_the_files(tmp_path: Path) -> None:
    generate(tmp_path, TEXTS)
    generate(tmp_path, TEXTS, "deploy")
    assert {*snapshot(tmp_path)} == {"deploy/Dockerfile", "deploy/api/compose.yml", LOCK}
    generate(tmp_path, TEXTS, "")
    assert {*snapshot(tmp_path)} == {"Dockerfile", "api/compose.yml", LOCK}


def test_a_damaged_lock_stops_everything(tmp_path: Path) -> None:
    generate(tmp_path, TEXTS)
    (tmp_path / LOCK).write_text("<<<<<<< HEAD\n")
    before = snapshot(tmp_path)
    assert refused(lambda: generate(tmp_path, {})) == {LOCK: "SC501"}
    assert snapshot(tmp_path) == before


def test_an_orphan_outside_the_project_is_not_deleted(tmp_path: Path) -> None:
    root = tmp_path / "project"
    root.mkdir()
    generate(root, TEXTS, "../out")
    assert states(generate(root, TEXTS))["../out/Dockerfile"] == "orphan"
    assert (tmp_path / "out" / "Dockerfile").exists()


@pytest.mark.parametrize("huge", ["sparse", "proc"])
def test_what_is_no_file_of_reasonable_size_is_in_the_way(huge: str, tmp_path: Path) -> None:
    generate(tmp_path, TEXTS)
    place = tmp_path / "generated/Dockerfile"
    place.unlink()
    if huge == "sparse":
        with place.open("wb") as file:
            file.truncate(3 << 30)
    else:
        place.symlink_to("/proc/self/environ")
    assert refused(lambda: generate(tmp_path, TEXTS)) == {"generated/Dockerfile": "SC503"}


@pytest.mark.parametrize(
    "output", [".git", "a/.GIT/b", ".git.", ".git . ./x", "GIT~1", ".git:x", ".g\u200cit", ".\ufeffGit/hooks"]
)
def test_not_into_a_repository(output: str, tmp_path: Path) -> None:
    assert refused(lambda: generate(tmp_path, TEXTS, output)) == {output: "SC503"}
    assert snapshot(tmp_path) == {}


@pytest.mark.parametrize(("output", "paths"), [
    ("generated", ["../x"]), ("generated", ["/x"]), ("generated", [""]), ("generated", [".speccompile.x"]),
    ("", [LOCK]), ("a/..", ["x"]), ("generated", ["x", "x"]), ("generated", [".git/x"]),
])  # fmt: skip
def test_defects_of_ours_are_not_written(output: str, paths: list[str], tmp_path: Path) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # several
        write(
            tmp_path,
            Order(
                output=output,
                artifacts=tuple((path, "") for path in paths),
                lock_text=dump(lock_for({})),
                names=any_name,
            ),
        )
    assert snapshot(tmp_path) == {}


def test_the_lock_must_list_just_the_artifacts(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="just the artifacts"):
        write(tmp_path, replace(order_for(TEXTS), lock_text=dump(lock_for({"Dockerfile": "FROM x\n"}))))


def test_a_name_that_no_target_claims_is_a_defect_of_ours(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no target says"):
        generate(tmp_path, {"mine.txt": ""})


def in_child(action: Callable[[], None]) -> int:
    """Run *action* in a process of its own, so that it can give up rights; its exit status, 0 when it returns."""
    child = os.fork()
    if child == 0:
        status = 99
        try:
            action()
            status = 0
        except Refused as error:
            status = int(error.diagnostics[0].code.removeprefix("SC")) - 500
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.mark.parametrize("locked", [".", "generated", "generated/api"])
def test_no_permission(locked: str, tmp_path: Path) -> None:
    root = tmp_path / "project"
    root.mkdir()
    generate(root, TEXTS)
    before = snapshot(root)
    if os.geteuid() == 0:  # root may do everything, so be somebody else
        for path in (root, *root.rglob("*")):
            os.chown(path, 65534, 65534)
        for path in tmp_path.parents:
            if path.stat().st_uid == 0 and path.parent != path and "pytest" in path.name:
                path.chmod(0o755)
        tmp_path.chmod(0o755)
    (root / locked).chmod(0o555)

    def as_nobody() -> None:
        if os.geteuid() == 0:
            os.setgroups([])
            os.setgid(65534)
            os.setuid(65534)
        generate(root, {"Dockerfile": "FROM y\n", "api/compose.yml": "a: 2\n", "new": ""})

    status = in_child(as_nobody)
    (root / locked).chmod(0o755)
    assert status == 4
    assert snapshot(root) == before


def test_a_limit_on_the_size_of_files(tmp_path: Path) -> None:
    generate(tmp_path, TEXTS)
    before = snapshot(tmp_path)

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
        generate(tmp_path, {**TEXTS, "a": "small", "large": "x" * 20_001})

    assert in_child(limited) == 4
    assert snapshot(tmp_path) == before


def test_a_name_that_is_too_long(tmp_path: Path) -> None:
    generate(tmp_path, {"x" * 255: "", "b": ""})
    before = snapshot(tmp_path)
    assert refused(lambda: generate(tmp_path, {"x" * 256: "", "b": "2"})) == {f"generated/{'x' * 256}": "SC504"}
    assert refused(lambda: generate(tmp_path, {"x" * 256 + "/y": ""})) == {f"generated/{'x' * 256}": "SC504"}
    assert snapshot(tmp_path) == before


def test_an_output_directory_that_cannot_be_made_outside(tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    (tmp_path / "file").touch()
    assert set(refused(lambda: generate(tmp_path / "project", TEXTS, "../file/x/y")).values()) <= {"SC503", "SC504"}
    assert snapshot(tmp_path) == {"file": "", "project": "(empty)"}


def test_file_systems_without_hard_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*args: object, **kwargs: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    generate(tmp_path, TEXTS)
    (tmp_path / "generated" / "Dockerfile").chmod(0o600)
    generate(tmp_path, {"Dockerfile": "FROM y\n"})
    assert {*snapshot(tmp_path)} == {"generated/Dockerfile", LOCK}
    assert stat.S_IMODE((tmp_path / "generated" / "Dockerfile").stat().st_mode) == 0o600


WRITER = """
import sys
from pathlib import Path
from storage_project import generate
for turn in range(40):
    generate(Path(sys.argv[1]), {f"file{n}": f"{sys.argv[2]} {turn}" for n in range(5)} | {sys.argv[2]: "", "same": ""})
"""


def test_two_at_a_time(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *sys.path])}
    running = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path), name], stderr=subprocess.PIPE, text=True, env=environment
        )
        for name in "ab"
    ]
    for process in running:
        assert (process.communicate()[1], process.returncode) == ("", 0)
    found = snapshot(tmp_path)
    last = found["generated/file0"].split()[0]
    assert {*found} == {f"generated/file{n}" for n in range(5)} | {f"generated/{last}", "generated/same", LOCK}
    assert {found[f"generated/file{n}"] for n in range(5)} == {f"{last} 39"}
    assert recover(tmp_path, any_name) is False


def test_a_thousand_folders_do_not_use_up_descriptors(tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(soft, 128), hard))
    try:
        generate(tmp_path, {f"service{n}/Dockerfile": "" for n in range(300)})
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert len(snapshot(tmp_path)) == 301
