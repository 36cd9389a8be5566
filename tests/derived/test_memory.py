"""What is kept of the last compilation changes no byte of the next one, whatever is edited; and what is not this program's own is not believed."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from derived_project import ALONE, ANOTHER, DEPLOY, EDITS, FILES, MANIFEST, OVERLAID, PATCH, RENAMED, project, put
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from speccompile import local_state, regular, service_files
from speccompile.cli.workspace import Asked, Compiled, Workspace
from speccompile.derived import blobs, shelf
from speccompile.derived.kept import Kept
from speccompile.derived.same import same
from speccompile.derived.unit import unit
from speccompile.diagnostics import Diagnostic
from speccompile.errors import Refused
from speccompile.plan.plan import Plan
from speccompile.project.disk import DiskTree
from speccompile.project.recorder import Recorder, Trace
from speccompile.provenance import because
from speccompile.source import Span
from speccompile.targets import Target


def _seen(compiled: Compiled) -> tuple[object, ...]:
    made = compiled.compilation
    return (
        compiled.pairs,
        compiled.lock,
        made.notes,
        made.standings,
        compiled.seen,
        [one.origins for one in made.artifacts],
        made.plan,
    )


def _outcome(root: Path, *, kept: bool) -> tuple[object, ...]:
    workspace = Workspace.exactly(str(root))
    try:
        return _seen(workspace.compiled_and_kept(Asked()) if kept else workspace.compiled(Asked()))
    except Refused as refused:
        return refused.diagnostics


class Edits(RuleBasedStateMachine):
    """A workspace that is edited, and compiled after each edit with what is known of the last time, and without."""

    @initialize()
    def start(self) -> None:
        self.patched = pytest.MonkeyPatch()
        self.place = Path(tempfile.mkdtemp())
        self.patched.setenv("XDG_CACHE_HOME", str(self.place / "cache"))
        self.patched.delenv("CI", raising=False)
        self.root = project(self.place / "project")

    @rule(edit=st.sampled_from(EDITS))
    def edit(self, edit: tuple[str, str]) -> None:
        put(self.root, *edit)

    @rule(path=st.sampled_from(sorted(FILES)))
    def restore(self, path: str) -> None:
        put(self.root, path, FILES[path])

    @rule(path=st.sampled_from(sorted({path for path, _ in EDITS} | set(FILES))))
    def delete(self, path: str) -> None:
        (self.root / path).unlink(missing_ok=True)

    @invariant()
    def same_as_without(self) -> None:
        outcome, without = _outcome(self.root, kept=True), _outcome(self.root, kept=False)
        assert outcome == without
        assert same(outcome, without)  # with what wanted each part of the plan

    def teardown(self) -> None:
        self.patched.undo()
        shutil.rmtree(self.place)


TestEdits = Edits.TestCase
TestEdits.settings = settings(max_examples=2, stateful_step_count=6, deadline=None, derandomize=True)


_STEPS: tuple[tuple[tuple[str, str | None], ...], ...] = (
    (
        ("more/main.py", "print(2)\n"),
        ("more/requirements.txt", "click==8.1.7\n"),
        ("more/assertions.json", MANIFEST % ("cli-tool", 20)),
    ),
    (("specs/deploy.yaml", ANOTHER % 3000),),
    (("more/main.py", "import os\nprint(os.environ['LOG_LEVEL'])\n"),),
    (("specs/deploy.yaml", RENAMED % 3000),),
    (("specs/deploy.yaml", ALONE % 3000),),
    (("specs/deploy.yaml", OVERLAID % 3000),),
    (("api/assertions.json", MANIFEST % ("web-service", 45)),),
    (("patches/docker-compose.yml.yaml", PATCH),),
    (("tool/main.py", "import os\nprint(os.environ['LOG_LEVEL'])\n"),),
    (("patches/docker-compose.yml.yaml", None), ("specs/deploy.yaml", DEPLOY % 3000)),
)


def test_services_that_come_go_and_are_renamed_are_as_without(root: Path) -> None:
    """Patches and overlays, too; nothing is kept in between but what ``generate`` keeps."""
    for step in _STEPS:
        for path, text in step:
            if text is None:
                (root / path).unlink()
            else:
                put(root, path, text)
        outcome, without = _outcome(root, kept=True), _outcome(root, kept=False)
        assert outcome == without, step
        assert same(outcome, without), step
        assert not any(isinstance(one, Diagnostic) for one in outcome), step


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("CI", raising=False)
    return project(tmp_path / "project")


def _made(root: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The stages that are not taken from what is kept."""
    made: list[str] = []
    plainly = Kept._made

    def noted(self: Kept, name: str, *given: object) -> object:
        made.append(name)
        return plainly(self, name, *given)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(Kept, "_made", noted)
        Workspace.exactly(str(root)).compiled_and_kept(Asked())
    return made


def test_only_what_changed_is_made(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _made(root, monkeypatch) == ["specs", "service api", "service tool", "beside the services", "compilation"]
    assert _made(root, monkeypatch) == []
    put(root, "api/src/index.js", FILES["api/src/index.js"] + "// more\n")
    assert _made(root, monkeypatch) == ["service api"]
    put(root, "tool/requirements.txt", "click==8.1.8\n")
    put(root, "tool/main.py", "import os\nprint(os.environ['LOG_LEVEL'])\n")
    assert _made(root, monkeypatch) == ["service tool", "compilation"]


def _files_made(root: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The services whose files are made and verified."""
    made: list[str] = []
    plainly = service_files._targets

    def noted(alone: service_files.Alone) -> tuple[Target, ...]:
        made.extend(one.name for one in alone.plan.services)
        return plainly(alone)

    with monkeypatch.context() as patched:
        patched.setattr(service_files, "_targets", noted)
        Workspace.exactly(str(root)).compiled_and_kept(Asked())
    return made


def _lowered(root: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is lowered and not taken from what is kept."""
    made: list[str] = []
    plainly = Kept.part

    def noted(self: Kept, name: str, make: Callable[[object], tuple[object, ...]], about: object) -> object:
        def noting(about: object) -> tuple[object, ...]:
            made.append(name)
            return make(about)

        return plainly(self, name, noting, about)

    with monkeypatch.context() as patched:
        patched.setattr(Kept, "part", noted)
        Workspace.exactly(str(root)).compiled_and_kept(Asked())
    return [name for name in made if not name.startswith("files ")]


def test_of_what_is_seen_otherwise_alone_is_lowered_again(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert sorted(_lowered(root, monkeypatch)) == [
        "assertions ",
        "built api",
        "built tool",
        "drafted api",
        "drafted tool",
    ]
    put(root, "tool/main.py", "import os\nprint(os.environ['LOG_LEVEL'])\n")
    assert _lowered(root, monkeypatch) == ["drafted tool", "built tool"]
    put(root, "patches/docker-compose.yml.yaml", PATCH)
    assert _lowered(root, monkeypatch)  # a patch is of the specs; with one no compilation is kept, but these parts
    put(root, "tool/main.py", "import os\nprint(os.environ['OTHER_LEVEL'])\n")
    assert _lowered(root, monkeypatch) == ["drafted tool", "built tool"]
    put(root, "specs/deploy.yaml", DEPLOY % 3001)
    assert {"built api", "drafted api"} <= {*_lowered(root, monkeypatch)}


def test_a_part_is_made_again_when_what_it_called_is_answered_otherwise(root: Path) -> None:
    def read(key: str) -> tuple[list[str], tuple[str | None, ...], bool]:
        memory, tree, made = Kept(str(root)), Recorder(DiskTree(root)), list[str]()

        def make(path: str) -> tuple[str | None, ...]:
            made.append(path)
            return (memory.call("read", memory._later_of(tree).read, path),)

        text = memory.last("whole", key, tree, lambda _: memory.part("text", make, "tool/main.py"))
        memory.save()
        return made, text, any(path == "tool/main.py" for path, *_ in tree.questions())

    first = FILES["tool/main.py"]
    assert read("a") == (["tool/main.py"], (first,), True)
    assert read("b") == ([], (first,), True)
    put(root, "tool/main.py", "print(2)\n")
    assert read("c") == (["tool/main.py"], ("print(2)\n",), True)


def _dockerfile(root: Path) -> list[str]:
    return Workspace.exactly(str(root)).compiled_from_memory(Asked()).compilation.files["tool/Dockerfile"].split("\n")


def test_files_of_what_did_not_change_are_not_made_again(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _files_made(root, monkeypatch) == ["api", "tool"]
    put(root, "tool/requirements.txt", "click==8.1.8\n")
    put(root, "tool/main.py", "import os\nprint(os.environ['LOG_LEVEL'])\n")
    assert _files_made(root, monkeypatch) == ["tool"]
    before = _dockerfile(root)
    put(root, "api/assertions.json", MANIFEST % ("web-service", 45))
    assert _files_made(root, monkeypatch) == []
    now = [line for line in _dockerfile(root) if line not in before]
    assert len(now) == 1
    assert service_files.SPEC_DIGEST in now[0]  # which is put into what is kept
    put(root, "patches/docker-compose.yml.yaml", PATCH)
    assert _files_made(root, monkeypatch) == []


def _without_files(target: Target, plan: Plan, _files: Mapping[str, str]) -> tuple[Diagnostic, ...]:
    return target.verify(plan, {})


def test_a_finding_about_the_files_of_a_service_is_found_and_not_kept(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plainly = service_files._targets

    def wrong(alone: service_files.Alone) -> tuple[Target, ...]:
        return tuple(replace(target, verify=partial(_without_files, target)) for target in plainly(alone))

    with monkeypatch.context() as patched:
        patched.setattr(service_files, "_targets", wrong)
        found = Workspace.exactly(str(root)).compiled_and_kept(Asked()).compilation.defects
    assert found
    assert shelf.load(str(root)) == {}


def test_nothing_is_kept_or_believed_in_ci(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "1")
    assert _made(root, monkeypatch) == []
    assert shelf.load(str(root)) == {}


@pytest.mark.parametrize("at", [0, 40, 400, -400, -1])
def test_what_is_damaged_is_not_believed(root: Path, at: int) -> None:
    expected = _outcome(root, kept=True)
    place = local_state.cached(str(root))
    assert place is not None
    content = bytearray(place.read(shelf.NAME))
    content[at] ^= 1
    place.put(shelf.NAME, bytes(content))
    assert _outcome(root, kept=True) == expected


def test_a_damaged_part_is_made_again(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _outcome(root, kept=True)
    place = local_state.cached(str(root))
    assert place is not None
    whole = place.read(shelf.NAME)
    for name, one in shelf.load(str(root)).items():
        content = one.content.read()
        at = whole.index(content) + len(content) // 2
        place.put(shelf.NAME, whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        put(root, "tool/main.py", f"import os\nprint(os.environ['{name.upper().replace(' ', '_')}'])\n")
        if name.startswith(("built api", "drafted api", "assertions")):
            assert name in _lowered(root, monkeypatch)
            place.put(shelf.NAME, whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert same(_outcome(root, kept=True), _outcome(root, kept=False)), name


def test_what_another_version_made_is_not_believed(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _made(root, monkeypatch)
    assert shelf.load(str(root))
    monkeypatch.setattr(shelf, "__version__", "0.0.0")
    assert shelf.load(str(root)) == {}


def test_no_name_leads_out_of_our_own_values(tmp_path: Path) -> None:
    for hostile in (
        b"cos\nsystem\n(S'true'\ntR.",
        b"cspeccompile.images.runner\nRunner\n)R.",
        b"cbuiltins\neval\n(S'1'\ntR.",
    ):
        with pytest.raises(blobs.Unkept):
            blobs.read(hostile, {}, Recorder(DiskTree(tmp_path)))


def test_values_come_back_as_they_were(tmp_path: Path) -> None:
    origin = because("SC310")
    value = (origin, origin, Span("a", 1, 2), frozenset({"a", "b"}))
    back = blobs.read(blobs.written(value, {}), {}, Recorder(DiskTree(tmp_path)))
    assert same(back, value)
    assert not same(back, (origin, origin, Span("a", 1, 3), frozenset({"a", "b"})))


def test_more_is_kept_than_a_file_that_people_write_may_have(root: Path) -> None:
    """Of a thousand services more than 64 MiB are kept: what is needed of it is read."""
    large = bytes(regular.LARGEST + 1)
    units = {
        "small": unit("a", Trace(), b"small"),
        "large": unit("b", Trace(), large),
        "last": unit("c", Trace(), b"x"),
    }
    assert shelf.save(str(root), units)
    known = shelf.load(str(root))
    assert [(one, known[one].whole()) for one in ("small", "last")] == [("small", b"small"), ("last", b"x")]
    assert known["large"].content.size == len(large)
    assert shelf.save(str(root), {"last": known["last"]})  # what was read goes on to be there
    assert known["small"].whole() == b"small"
