"""What a listing tells: whatever is done to a tree, where the listing of a directory is as it was, all that it told is answered as it was."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from speccompile.project.disk import DiskTree
from speccompile.project.recorder import Recorder

_PLACES = ("a", "b", "a/c", "a/c/d", "b/node_modules", "b/coverage", "own", "own/x")
_QUESTIONS = ("is_file", "is_directory", "read", "digest", "entries")
_PATHS = ("", *_PLACES, "a/c/d/e", "b/node_modules/x", "own/x/y", "b/coverage/index.html", "missing/at/all")
_KINDS = ("file", "folder", "link", "loop", "gone", "empty")


def _become(root: Path, path: str, kind: str) -> None:
    """Let *path* be of that *kind*, where what is above it is a directory."""
    place = root / path
    if place.is_symlink() or place.is_file():
        place.unlink()
    elif place.is_dir():
        shutil.rmtree(place)
    if kind == "gone" or not place.parent.is_dir() or place.parent.is_symlink():
        return
    if kind == "file":
        place.write_text(path)
    elif kind == "link":
        place.symlink_to(root / "b" if path != "b" else root / "a")
    elif kind == "loop":
        place.symlink_to(place)
    else:
        place.mkdir()
        if kind == "folder":
            (place / "index.html").write_text(path)


_CHANGES = st.lists(st.tuples(st.sampled_from(_PLACES), st.sampled_from(_KINDS)), max_size=6)


def _asked(root: Path, own: list[str]) -> Recorder:
    recorder = Recorder(DiskTree(root)).hiding(own)
    for path in _PATHS:
        for question in _QUESTIONS:
            getattr(recorder, question)(path)
    return recorder


@settings(max_examples=60, deadline=None, derandomize=True)
@given(before=_CHANGES, after=_CHANGES, own=st.sampled_from(([], ["own/x"], ["own"])))
def test_what_a_listing_tells_is_so_for_as_long_as_it_is_the_same(
    tmp_path_factory: pytest.TempPathFactory,
    before: list[tuple[str, str]],
    after: list[tuple[str, str]],
    own: list[str],
) -> None:
    root = tmp_path_factory.mktemp("tree")
    for change in before:
        _become(root, *change)
    recorder = _asked(root, own)
    trace = recorder.trace()
    assert trace.questions == recorder.questions()
    assert {one.path for one in trace.told} >= {""}
    for change in after:
        _become(root, *change)
    now = DiskTree(root).hiding(own)
    for told in trace.told:
        if now.listing(told.path) == told.listing:
            assert all(now.answer(kind, path) == answer for path, kind, answer in told.questions)


def test_a_trace_holds_where_a_listing_changed_and_nothing_that_was_asked(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    trace = _asked(tmp_path, []).trace()
    told = {one.path: one.listing for one in trace.told}
    (tmp_path / "notes.md").write_text("")
    again = Recorder(DiskTree(tmp_path))
    now = again.replay(trace)
    # The root's names were asked for, and are others now.
    assert now is None
    assert again.questions() == ()
    some = Recorder(DiskTree(tmp_path))
    some.is_file("missing")
    some.read("a/missing")
    trace = some.trace()
    assert trace.asked == ()
    assert {one.path for one in trace.told} == {"", "a"}
    (tmp_path / "more.md").write_text("")
    again = Recorder(DiskTree(tmp_path))
    now = again.replay(trace)
    assert now is not None
    assert again.questions() == some.questions()
    assert now != trace
    assert again.replay(now) == now
    (tmp_path / "missing").write_text("")
    assert Recorder(DiskTree(tmp_path)).replay(now) is None
    assert told["a"] == {one.path: one.listing for one in now.told}["a"]
