"""The project is found upwards, as git finds a repository, and what is said is seen from where one stands."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from case_folders import command
from projects import BUN_WEB, assertion, manifest
from speccompile.discovery import project_directory
from speccompile.quick_check import quick_answer


@pytest.fixture(autouse=True)
def _outside_of_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    """With CI set there is no quick answer."""
    monkeypatch.delenv("CI", raising=False)


SAID = assertion(1, "Orders are stored in postgres")


def project(root: Path, **more: str) -> Path:
    """A small project in the directory *root*."""
    files = {**BUN_WEB, "specs/assertions.json": manifest("web-service", SAID), **more}
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return root


@pytest.mark.parametrize(
    "mark",
    ["specs/assertions.json", "assertions.json", "specs/deploy.yaml", "specs/deploy.yml", "deploy.yaml", "deploy.yml"],
)
@pytest.mark.parametrize("below", [".", "src", "src/deep/er"])
def test_any_spec_file_marks_a_project(tmp_path: Path, mark: str, below: str) -> None:
    """From itself and from any directory below."""
    root = tmp_path / "p"
    (root / "src/deep/er").mkdir(parents=True)
    (root / mark).parent.mkdir(exist_ok=True)
    (root / mark).write_text("")
    assert project_directory(str(root / below)) == str(root)
    assert project_directory(str(tmp_path)) is None


def test_the_closest_one_is_meant(tmp_path: Path) -> None:
    """A service with specs of its own is a project."""
    for place in ("specs", "services/api/specs", "services/api/src"):
        (tmp_path / place).mkdir(parents=True)
    for place in ("specs/deploy.yaml", "services/api/specs/assertions.json"):
        (tmp_path / place).write_text("")
    assert project_directory(str(tmp_path / "services/api/src")) == str(tmp_path / "services/api")
    assert project_directory(str(tmp_path / "services")) == str(tmp_path)


def test_a_deploy_yaml_of_another_tool_hides_no_project(tmp_path: Path) -> None:
    """Many have a file of that name."""
    for place in ("specs/assertions.json", "k8s/deploy.yaml"):
        (tmp_path / place).parent.mkdir()
        (tmp_path / place).write_text("")
    assert project_directory(str(tmp_path / "k8s")) == str(tmp_path)


@pytest.mark.parametrize("below", ["specs", "specs/api"])
def test_the_specs_folder_is_no_project(tmp_path: Path, below: str) -> None:
    """Nor is the directory of one service's manifest in it."""
    (tmp_path / "specs/api").mkdir(parents=True)
    (tmp_path / "specs/deploy.yaml").write_text("")
    (tmp_path / "specs/assertions.json").write_text("")
    (tmp_path / "specs/api/assertions.json").write_text("")
    assert project_directory(str(tmp_path / below)) == str(tmp_path)


def test_an_example_below_a_folder_called_specs_is_a_project(tmp_path: Path) -> None:
    """Where nothing above says that the folder is its own."""
    (tmp_path / "specs/bank/src").mkdir(parents=True)
    (tmp_path / "specs/bank/assertions.json").write_text("")
    assert project_directory(str(tmp_path / "specs/bank/src")) == str(tmp_path / "specs/bank")


@pytest.mark.parametrize("git", ["directory", "file"])
def test_the_search_ends_at_a_work_tree(tmp_path: Path, git: str) -> None:
    """Also of a submodule, whose .git is a file."""
    inner = tmp_path / "inner/src"
    inner.mkdir(parents=True)
    (tmp_path / "deploy.yaml").write_text("")
    assert project_directory(str(inner)) == str(tmp_path)
    if git == "directory":
        (tmp_path / "inner/.git").mkdir()
    else:
        (tmp_path / "inner/.git").write_text("gitdir: ../.git/modules/inner\n")
    assert project_directory(str(inner)) is None


def test_a_directory_that_everybody_may_write_in_is_nobody_s_project(tmp_path: Path) -> None:
    """What a stranger put into /tmp is not compiled."""
    shared = tmp_path / "shared"
    (shared / "mine").mkdir(parents=True)
    (shared / "deploy.yaml").write_text("")
    assert project_directory(str(shared / "mine")) == str(shared)
    shared.chmod(0o1777)
    assert project_directory(str(shared / "mine")) is None
    assert project_directory(str(shared)) == str(shared)


def test_commands_work_from_a_directory_below(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """All of them on the one project; the fast path of check too."""
    root = project(tmp_path / "p")
    code, said, _ = command(["generate"], root / "src", capsys)
    assert code == 0
    assert "  create  ../generated/Dockerfile\n" in said
    assert "docker compose -f ../generated/docker-compose.yml up" in said
    assert (root / "generated/Dockerfile").is_file()
    assert not (root / "src/generated").exists()
    below, here = quick_answer(["-C", str(root / "src"), "check"]), quick_answer(["-C", str(root), "check"])
    assert below is not None
    assert here is not None
    assert below.out == here.out
    for words in (
        ["check"],
        ["plan"],
        ["explain", "A-001"],
        ["explain", "../generated/Dockerfile:1"],
        ["explain", "generated/Dockerfile:1"],
    ):
        assert command(words, root / "src", capsys)[0] == 0, words


@pytest.mark.parametrize(
    ("here", "words", "seen"),
    [("p/src", [], "../specs"), ("p", [], "specs"), (".", ["-C", "p"], "p/specs"), (".", ["-C", "p/src"], "p/specs")],
)
def test_positions_are_seen_from_where_one_stands(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], here: str, words: list[str], seen: str
) -> None:
    """In text, for GitHub and in SARIF; as plain data they count from the project."""
    root = project(tmp_path / "p", **{"specs/deploy.yaml": "services: {app: {prot: 3000}}\n"})
    (root / "src").mkdir(exist_ok=True)
    _, _, told = command([*words, "generate"], tmp_path / here, capsys)
    assert told.startswith(f"{seen}/deploy.yaml:1:18: error[SC202]: ")
    assert "    1 | services" in told
    assert (
        f"::error file={seen}/deploy.yaml,line=1,"
        in command([*words, "check", "--format", "github"], tmp_path / here, capsys)[1]
    )
    assert f'"uri": "{seen}/deploy.yaml"' in command([*words, "check", "--format", "sarif"], tmp_path / here, capsys)[1]
    (finding,) = json.loads(command([*words, "check", "--format", "json"], tmp_path / here, capsys)[1])["diagnostics"]
    assert finding["path"] == "specs/deploy.yaml"


@pytest.mark.parametrize(
    ("here", "words", "where"),
    [("p", ["generate", "-o", "out"], "p/out"), ("p/src", ["generate", "-o", "out"], "p/src/out"), ("p/src", ["generate", "-o", "../../far"], "far"),
     (".", ["-C", "p", "generate", "-o", "out"], "p/out"), (".", ["-C", "p/src", "generate", "-o", "../out"], "p/out")],
)  # fmt: skip
def test_an_output_directory_counts_from_where_the_command_runs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], here: str, words: list[str], where: str
) -> None:
    """As every path on a command line does; ``-C`` is as if one had gone there first."""
    (project(tmp_path / "p") / "src").mkdir(exist_ok=True)
    assert command(words, tmp_path / here, capsys)[0] == 0
    assert (tmp_path / where / "Dockerfile").is_file()
    assert (tmp_path / "p/speccompile.lock").is_file()


def test_outside_of_any_project(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The directory itself is looked at, and the fix is init."""
    code, _, told = command(["generate"], tmp_path, capsys)
    assert code == 1
    assert told.startswith("specs/assertions.json: error[SC101]: no manifest was found")
    assert "fix: run `speccompile init`" in told


def test_init_stays_where_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A project below another one is made on purpose."""
    root = project(tmp_path / "p")
    shutil.copytree(root / "src", root / "new/src")
    shutil.copy(root / "package.json", root / "new/package.json")
    assert command(["init", "--yes"], root / "new", capsys)[0] == 0
    assert (root / "new/specs/assertions.json").is_file()


def test_a_deploy_yml_is_read_like_deploy_yaml(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And when it changes, check says so."""
    root = project(tmp_path / "p", **{"specs/deploy.yml": "services: {app: {port: 4321}}\n"})
    assert command(["generate"], root, capsys)[0] == 0
    assert "4321" in (root / "generated/docker-compose.yml").read_text(encoding="utf-8")
    assert quick_answer(["-C", str(root), "check"]) is not None
    (root / "specs/deploy.yml").write_text("services: {app: {port: 4322}}\n")
    code, _, told = command(["check"], root, capsys)
    assert (code, "specs/deploy.yml changed since" in told) == (1, True)
