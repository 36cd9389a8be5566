"""``generate`` of what has not changed says what it would say if it compiled, and nothing where it would say something else."""

from __future__ import annotations

import io
import shutil
import tempfile
from contextlib import redirect_stderr
from pathlib import Path

import pytest
from click.testing import CliRunner
from derived_project import DEPLOY, EDITS, FILES, PATCH, project, put
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from speccompile import check_record, installation, local_state
from speccompile.cli import main
from speccompile.derived import shelf
from speccompile.paths import LOCK
from speccompile.quick_check import printed, quick_answer
from speccompile.writer.journal import MARKER

_SECRET = DEPLOY.replace("needs: [db]", "needs: [db], secrets: [API_TOKEN]") % 3000


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("CI", raising=False)
    return project(tmp_path / "project")


def _compiled(root: Path, *, in_ci: bool = False) -> tuple[int, str, str]:
    """What ``generate`` says that compiles: in CI nothing is known."""
    done = CliRunner(env={"CI": "1"} if in_ci else {}).invoke(main, ["-C", str(root), "generate"])
    return done.exit_code, done.stdout, done.stderr


def _quick(root: Path, *options: str) -> tuple[int, str, str] | None:
    """What it says that does not compile; None where it has to."""
    answer = quick_answer(["-C", str(root), "generate", *options])
    if answer is None:
        return None
    said, out = io.StringIO(), answer.out
    answer.out = ""
    with redirect_stderr(said):
        assert printed(answer)
    return 0, out, said.getvalue()


def _as_compiled(root: Path) -> bool:
    """Whether the quick answer is there; then it is right, and ``check`` finds nothing either."""
    quick = _quick(root)
    if quick is None:
        return False
    place = local_state.usable(str(root))
    known = place.read(check_record.NAME)
    assert quick_answer(["-C", str(root), "check"]) is not None
    assert quick == _compiled(root, in_ci=True)
    assert CliRunner(env={"CI": "1"}).invoke(main, ["-C", str(root), "check"]).exit_code == 0
    place.put(check_record.NAME, known)  # in CI other things are remembered
    return True


def test_it_is_said_again_until_something_changes(root: Path) -> None:
    put(root, "specs/deploy.yaml", _SECRET)
    assert _quick(root) is None
    code, out, notes = _compiled(root)
    assert (code, notes.count("note[SC376]")) == (0, 1)  # the secret that nobody reads
    assert "create " in out
    assert _as_compiled(root)
    for path, text in (*EDITS[1:3], *EDITS[-1:]):
        put(root, path, text)
        _as_compiled(root)
        assert _compiled(root)[0] == 0, path
        assert _as_compiled(root), path


def test_what_is_seen_as_before_is_not_compiled(root: Path) -> None:
    """Most edits of sources are so; a service that asks something else then is known by it the next time, too."""
    _compiled(root)
    put(root, "tool/main.py", "import words\nprint(2)\n")
    assert _as_compiled(root)
    put(root, "tool/words.py", "WORDS = ()\n")
    _compiled(root)
    put(root, "tool/words.py", "WORDS = (1,)\n")
    assert _as_compiled(root)
    put(root, "api/src/index.js", FILES["api/src/index.js"] + "// more\n")
    assert _as_compiled(root)
    assert _record(root).relooked == ["service api", "service tool"]
    put(root, "tool/words.py", "import os\nWORDS = os.environ['WORDS']\n")
    assert _quick(root) is None
    assert ".WORDS" not in _compiled(root)[1]
    assert _as_compiled(root)
    assert _record(root).relooked == []


def _record(root: Path) -> check_record.Record:
    record = check_record.load(str(root))
    assert record is not None
    return record


def test_what_is_kept_of_another_compilation_is_of_no_use(root: Path) -> None:
    """``check`` brings its record up to date, and not what is kept: what it finds may have been seen otherwise."""
    _compiled(root)
    put(root, "extra.py", "print(1)\n")  # in no image, which is said; no artifact is another one
    assert CliRunner().invoke(main, ["-C", str(root), "check"]).exit_code == 0
    assert _record(root).basis == ""
    put(root, "tool/main.py", "print(2)\n")
    assert _quick(root) is None


def test_what_is_damaged_or_gone_is_compiled(root: Path) -> None:
    _compiled(root)
    place = local_state.cached(str(root))
    assert place is not None
    known = place.read(shelf.NAME)
    put(root, "tool/main.py", "print(2)\n")
    for at in (0, 60, 600):
        place.put(shelf.NAME, known[:at] + bytes([known[at] ^ 1]) + known[at + 1 :])
        assert _quick(root) is None
    place.remove(shelf.NAME)
    assert _quick(root) is None
    place.put(shelf.NAME, known)
    assert _as_compiled(root)


class Edits(RuleBasedStateMachine):
    """A workspace that is edited and generated: what is said without compiling is what is said else."""

    @initialize()
    def start(self) -> None:
        self.patched = pytest.MonkeyPatch()
        self.place = Path(tempfile.mkdtemp())
        self.patched.setenv("XDG_CACHE_HOME", str(self.place / "cache"))
        self.patched.delenv("CI", raising=False)
        self.root = project(self.place / "project")
        _compiled(self.root)

    @rule(edit=st.sampled_from(EDITS))
    def edit(self, edit: tuple[str, str]) -> None:
        put(self.root, *edit)

    @rule(path=st.sampled_from(["api/src/index.js", "tool/main.py", "api/src/more.js", "tool/data/names.txt"]))
    def add(self, path: str) -> None:
        text = (self.root / path).read_text() if (self.root / path).exists() else ""
        put(self.root, path, text + "\n")

    @rule(path=st.sampled_from(sorted({path for path, _ in EDITS} - set(FILES))))
    def delete(self, path: str) -> None:
        (self.root / path).unlink(missing_ok=True)

    @rule()
    def generate(self) -> None:
        _compiled(self.root)

    @rule()
    def check(self) -> None:
        CliRunner().invoke(main, ["-C", str(self.root), "check"])

    @invariant()
    def said_as_compiled(self) -> None:
        _as_compiled(self.root)

    def teardown(self) -> None:
        self.patched.undo()
        shutil.rmtree(self.place)


TestEdits = Edits.TestCase
TestEdits.settings = settings(max_examples=3, stateful_step_count=12, deadline=None, derandomize=True)


@pytest.mark.parametrize("path", ["generated/.env", "generated/secrets/api_token"])
def test_what_is_there_beside_the_files_changes_the_steps(root: Path, path: str) -> None:
    put(root, "specs/deploy.yaml", _SECRET)
    _compiled(root)
    assert _as_compiled(root)
    put(root, path, "x")
    assert _quick(root) is None
    assert _compiled(root)[1] != ""
    assert _as_compiled(root)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("generated/docker-compose.yml", "# mine\n"),
        (LOCK, "{}"),
        (MARKER, "a write was killed"),
        ("generated/nginx/nginx.conf", ""),
        ("patches/docker-compose.yml.yaml", PATCH),
        ("tool/main.py", "import os\nprint(os.environ['LOG_LEVEL'])\n"),
    ],
)
def test_what_is_not_as_it_was_is_compiled(root: Path, path: str, text: str) -> None:
    _compiled(root)
    put(root, path, text)
    assert _quick(root) is None


def test_it_is_not_said_from_elsewhere_nor_with_other_options_nor_in_ci(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _compiled(root)
    assert _as_compiled(root)
    for options in (["--dry-run"], ["--format", "json"], ["--target", "compose"], ["-o", "elsewhere"], ["--strict"]):
        assert quick_answer(["-C", str(root), "generate", *options]) is None
    monkeypatch.chdir(root)
    assert quick_answer(["generate"]) is None  # paths are shown as seen from where it is started
    monkeypatch.setenv("CI", "1")
    assert _quick(root) is None


def test_patches_and_what_was_allowed_are_asked_each_time(root: Path) -> None:
    put(root, "patches/docker-compose.yml.yaml", PATCH)
    _compiled(root)
    assert _quick(root) is None


def test_what_another_installation_said_is_not_said_again(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One of the same version may make other files."""
    _compiled(root)
    assert _as_compiled(root)
    monkeypatch.setattr(installation, "state", lambda: "another")
    assert _quick(root) is None
