"""The states of drift, each with its diagnostic."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from storage_project import artifact, expected, generate, lock_for

from speccompile import __version__
from speccompile.codes.drift import CODES
from speccompile.digests import digest
from speccompile.drift import Drift, drift, findings
from speccompile.errors import Refused
from speccompile.lock import Lock
from speccompile.lock_file import read_lock
from speccompile.paths import LOCK

OLD = {"a": "a\n", "b": "b\n"}
CHANGED = (("specs/assertions.json", digest(b"2")),)


def states(root: Path, lock: Lock) -> dict[str, tuple[Drift, str | None]]:
    found = drift(root, read_lock(root), expected(lock))
    assert len(findings(found)) == sum(state.state is not Drift.OK for state in found)
    return {state.path: (state.state, state.finding.code if state.finding else None) for state in found}


def after(
    root: Path, texts: Mapping[str, str], inputs: tuple[tuple[str, str], ...] = (), tool: str = __version__
) -> dict[str, tuple[Drift, str | None]]:
    return states(root, lock_for(texts, inputs=inputs, tool=tool))


def test_ok(tmp_path: Path) -> None:
    generate(tmp_path, OLD)
    assert after(tmp_path, OLD) == dict.fromkeys(["generated/a", "generated/b", LOCK], (Drift.OK, None))
    tool_only = lock_for(OLD)
    tool_only.tool = "2"
    assert states(tmp_path, tool_only)[LOCK] == (Drift.OK, None), "a new version that changes no file is no drift"


def test_stale_because_of_the_spec(tmp_path: Path) -> None:
    generate(tmp_path, OLD)
    found = drift(tmp_path, read_lock(tmp_path), expected(lock_for({"a": "new\n", "b": "b\n"}, inputs=CHANGED)))
    assert [state.state for state in found] == [Drift.STALE_SPEC, Drift.OK, Drift.STALE_SPEC]
    finding = found[0].finding
    assert finding is not None
    assert (finding.code, finding.related[0].span.path) == ("SC510", "specs/assertions.json")
    assert "specs/assertions.json" in finding.message
    sources = drift(tmp_path, read_lock(tmp_path), expected(lock_for({"a": "new\n", "b": "b\n"})))[0]
    assert sources.state is Drift.STALE_SPEC
    assert sources.finding is not None
    assert "the sources or the options changed" in sources.finding.message


def test_stale_because_of_the_tool(tmp_path: Path) -> None:
    generate(tmp_path, OLD)
    assert after(tmp_path, {"a": "new\n", "b": "b\n"}, tool="2") == {
        "generated/a": (Drift.STALE_TOOL, "SC511"),
        "generated/b": (Drift.OK, None),
        LOCK: (Drift.STALE_TOOL, "SC511"),
    }


def test_edited(tmp_path: Path) -> None:
    generate(tmp_path, OLD)
    (tmp_path / "generated/a").write_text(artifact("edited"))
    (tmp_path / "generated/b").unlink()
    (tmp_path / "generated/b").symlink_to("a")
    assert after(tmp_path, OLD) == {
        "generated/a": (Drift.EDITED, "SC512"),
        "generated/b": (Drift.EDITED, "SC503"),
        LOCK: (Drift.OK, None),
    }
    assert after(tmp_path, {"a": "new", "b": "b\n"}, inputs=CHANGED)["generated/a"] == (Drift.EDITED, "SC512")
    (tmp_path / "generated/a").write_text("edited, and the header with it")
    assert after(tmp_path, OLD)["generated/a"] == (Drift.EDITED, "SC502")


def test_missing(tmp_path: Path) -> None:
    generate(tmp_path, OLD)
    (tmp_path / "generated/a").unlink()
    found = after(tmp_path, {**OLD, "c": "c"}, inputs=CHANGED)
    assert found["generated/a"] == found["generated/c"] == (Drift.MISSING, "SC513")
    (tmp_path / "generated/c").write_text("mine")
    assert after(tmp_path, {**OLD, "c": "c"}, inputs=CHANGED)["generated/c"] == (Drift.EDITED, "SC502")


def test_orphan(tmp_path: Path) -> None:
    generate(tmp_path, {**OLD, "c": "c\n"})
    (tmp_path / "generated/b").write_text("edited")
    (tmp_path / "generated/c").unlink()
    found = drift(tmp_path, read_lock(tmp_path), expected(lock_for({})))
    assert [state.state for state in found] == [Drift.ORPHAN] * 3 + [Drift.EDITED]
    messages = [state.finding.message for state in found if state.finding]
    assert len(set(messages)) == 4
    assert "edited by hand" in messages[1]
    assert "is gone" in messages[2]


def test_no_lock(tmp_path: Path) -> None:
    missing = (Drift.MISSING, "SC513")
    assert after(tmp_path, OLD) == {"generated/a": missing, "generated/b": missing, LOCK: (Drift.MISSING, "SC515")}
    generate(tmp_path, OLD)
    (tmp_path / LOCK).unlink()
    assert after(tmp_path, OLD)["generated/a"] == (Drift.OK, None)


def test_lock_edited(tmp_path: Path) -> None:
    generate(tmp_path, OLD)
    text = (tmp_path / LOCK).read_text()
    (tmp_path / LOCK).write_text(text.replace("  ", "   "))
    assert after(tmp_path, OLD)[LOCK] == (Drift.OK, None), "it says the same"
    (tmp_path / LOCK).write_text(_with_other_digest(text))
    assert after(tmp_path, OLD)[LOCK] == (Drift.EDITED, "SC516")
    generate(tmp_path, OLD)
    assert (tmp_path / LOCK).read_text() == text


def _with_other_digest(text: str) -> str:
    return re.sub(r"sha256:[0-9a-f]{64}", f"sha256:{'0' * 64}", text, count=1)


def test_a_file_altered_together_with_the_lock_is_found(tmp_path: Path) -> None:
    generate(tmp_path, {**OLD, "a": "hostile\n"})
    assert after(tmp_path, OLD)["generated/a"] == (Drift.STALE_SPEC, "SC510")
    assert after(tmp_path, OLD)[LOCK] == (Drift.STALE_SPEC, "SC510")


def test_what_no_chosen_target_gives_is_a_stray(tmp_path: Path) -> None:
    generate(tmp_path, OLD)
    (tmp_path / "generated/deep").mkdir()
    (tmp_path / "generated/deep/c").write_text(artifact("somebody says that this is ours"))
    (tmp_path / "generated/notes").write_text("mine")
    assert after(tmp_path, OLD)["generated/deep/c"] == (Drift.STRAY, "SC518")
    assert "generated/notes" not in after(tmp_path, OLD)
    chosen = drift(tmp_path, read_lock(tmp_path), expected(lock_for(OLD), ["notes"]))
    assert ("generated/notes", Drift.STRAY) in [(state.path, state.state) for state in chosen]


def test_beside_the_sources_only_the_header_makes_a_stray(tmp_path: Path) -> None:
    generate(tmp_path, OLD, "")
    (tmp_path / "notes").write_text("mine")
    (tmp_path / "c").write_text(artifact("ours"))
    found = drift(tmp_path, read_lock(tmp_path), expected(lock_for(OLD, ""), ["notes"]))
    assert [state.path for state in found if state.state is not Drift.OK] == ["c"]


@pytest.mark.parametrize("name", [".speccompile.redo", ".speccompile.writing", "generated/.speccompile.x.new"])
def test_reserved_names_are_findings(name: str, tmp_path: Path) -> None:
    generate(tmp_path, OLD)
    (tmp_path / name).write_text("")
    assert after(tmp_path, OLD)[name] == (Drift.STRAY, "SC519")


def test_output_directory_moved(tmp_path: Path) -> None:
    generate(tmp_path, OLD)
    found = states(tmp_path, lock_for(OLD, "deploy"))
    assert {path: state for path, (state, _) in found.items()} == {
        "generated/a": Drift.ORPHAN,
        "generated/b": Drift.ORPHAN,
        "deploy/a": Drift.MISSING,
        "deploy/b": Drift.MISSING,
        LOCK: Drift.STALE_SPEC,
    }
    assert found[LOCK][1] == "SC517"


@pytest.mark.parametrize(("content", "line"), [(b"{\n\n<<<<<<<", 3), (b"\xff", 0), (b"null", 0)])
def test_unreadable_locks_have_a_position_and_a_fix(content: bytes, line: int, tmp_path: Path) -> None:
    (tmp_path / LOCK).write_bytes(content)
    with pytest.raises(Refused) as caught:
        read_lock(tmp_path)
    (finding,) = caught.value.diagnostics
    assert (finding.code, finding.span.path, finding.span.line) == ("SC501", LOCK, line)
    assert "git checkout" in finding.fix


def test_codes_are_explained() -> None:
    assert len({code.id for code in CODES}) == len(CODES)
    assert all(code.id.startswith("SC5") and len(code.explanation) > 40 for code in CODES)
