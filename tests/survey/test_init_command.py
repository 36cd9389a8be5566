"""The command: its flags, and what it says when there is nothing, something already, or more than one thing."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from test_services import FLASK, PYTHON, server
from test_survey_cases import ran

from tools import ROOT


def project(root: Path, files: dict[str, str]) -> Path:
    """*files* on disk."""
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return root


def test_nothing_is_detected(tmp_path: Path) -> None:
    """What is there, what was passed over, what is supported."""
    text = "services: {x: {build: thing}}"
    done = ran(project(tmp_path, {"compose.yml": text, "thing/Main.cob": "", "README": ""}), "init", "--yes")
    assert done.returncode == 1
    for part in (
        "SC234",
        "README",
        "thing: compose.yml builds it as x, and no stack is recognised there",
        "python: a lock of uv",
    ):
        assert part in done.stderr
    assert not (tmp_path / "specs").exists()


def test_what_holds_for_several_is_said_once(tmp_path: Path) -> None:
    """Of stores, of what was passed over, of routes that are missing."""
    files = {**server("a", dependencies={"pg": "8"}), **server("b", dependencies={"pg": "8"})}
    libraries = {f"packages/{name}/package.json": json.dumps({"name": name, "version": "1.0.0"}) for name in ("x", "y")}
    done = ran(project(tmp_path, {**files, **libraries}), "init", "--yes")
    lines = done.stdout.splitlines()
    assert [line for line in lines if line.startswith("  db:")] == ["  db: postgres, for a, b (it depends on pg)"]
    assert [line.partition(":")[0] for line in lines if "passed over" in line] == [
        "  passed over packages/x, packages/y"
    ]
    assert [line.partition(", so")[0] for line in lines if "no health route" in line] == [
        "  no health route was seen in the sources of a, b"
    ]


def test_two_stacks_are_plausible(tmp_path: Path) -> None:
    """Which was taken, why, and how to choose the other."""
    both = {**server(""), "requirements.txt": FLASK, "app.py": PYTHON}
    done = ran(project(tmp_path / "one", both), "init", "--yes")
    assert (
        "stack: node (package.json is there); also plausible: python, because requirements.txt is there (choose with --stack)"
        in done.stdout
    )
    done = ran(project(tmp_path / "two", both), "init", "--yes", "--stack", "python")
    assert "stack: python" in done.stdout
    assert "stack: python" in (tmp_path / "two/specs/deploy.yaml").read_text("utf-8")


def test_paths_are_taken_as_they_are_given(tmp_path: Path) -> None:
    """Without looking further."""
    root = project(tmp_path, {**server("a"), **server("b"), **server("examples/c")})
    done = ran(root, "init", "--path", "examples/c", "--path", "./a/", "--yes")
    assert done.returncode == 0, done.stderr
    assert sorted(path.parent.name for path in (root / "specs").glob("*/assertions.json")) == ["a", "c"]


@pytest.mark.parametrize("words", [("--path", "../x"), ("--path", "/etc"), ("--archetype", "library")])
def test_misuse_is_a_matter_of_usage(tmp_path: Path, words: tuple[str, ...]) -> None:
    """Paths that leave the project; one archetype for several services."""
    root = project(tmp_path, {**server("a"), **server("b")})
    done = ran(root, "init", "--yes", *words)
    assert (done.returncode, (root / "specs").exists()) == (2, False)


def test_a_path_without_sources(tmp_path: Path) -> None:
    """Is refused where it is."""
    done = ran(project(tmp_path, server("a")), "init", "--yes", "--path", "nowhere")
    assert (done.returncode, "nowhere: error[SC234]" in done.stderr) == (1, True)


def created(done: subprocess.CompletedProcess[str]) -> list[str]:
    """What it says that it wrote, by name below the project."""
    return sorted(line.partition("specs/")[2] for line in done.stdout.splitlines() if line.startswith("created "))


def test_nothing_is_lost(tmp_path: Path) -> None:
    """What is there already stays as it is, and is used; what is missing is written."""
    root = project(tmp_path, {**server("a"), **server("b"), "specs/b/assertions.json": "mine"})
    done = ran(root, "init", "--yes")
    assert (done.returncode, created(done)) == (0, ["a/assertions.json", "deploy.yaml"])
    assert (root / "specs/b/assertions.json").read_text() == "mine"
    assert "assertions: specs/b/assertions.json" in (root / "specs/deploy.yaml").read_text("utf-8")


@pytest.mark.parametrize(
    ("manifest", "beside"), [("specs/assertions.json", "specs/deploy.yaml"), ("assertions.json", "deploy.yaml")]
)
def test_a_manifest_that_is_there_gets_a_deploy_yaml_beside_it(tmp_path: Path, manifest: str, beside: str) -> None:
    """And says what the project is; its bytes stay."""
    text = (ROOT / "specs/wordcount/assertions.json").read_text("utf-8")
    root = project(tmp_path, {**server(""), manifest: text})
    done = ran(root, "init", "--yes")
    assert (done.returncode, done.stderr) == (0, "")
    assert "archetype: cli-tool (as its manifest says)" in done.stdout
    assert (root / manifest).read_text("utf-8") == text
    assert "\napp: root  # the package's name\n" in (root / beside).read_text("utf-8")
    assert "SC231" not in ran(root, "generate", "--dry-run").stderr
    again = ran(root, "init", "--yes")
    assert (again.returncode, "has specs already" in again.stderr) == (1, True)


def test_several_services_share_a_manifest_that_is_there(tmp_path: Path) -> None:
    """Those that are something else say so."""
    text = json.dumps({"version": "1.0.0", "archetype": "data-pipeline", "assertions": []})
    root = project(tmp_path, {**server("a"), **server("b"), "specs/assertions.json": text})
    done = ran(root, "init", "--yes")
    assert (done.returncode, created(done)) == (0, ["deploy.yaml"])
    assert (root / "specs/deploy.yaml").read_text("utf-8").count("    archetype: web-service  #") == 2
    assert ran(root, "generate", "--dry-run").returncode == 0


def test_a_deploy_yaml_that_is_there_gets_a_manifest(tmp_path: Path) -> None:
    """Under either of its names; where it decides where several manifests are, nothing is guessed."""
    root = project(tmp_path / "one", {**server(""), "specs/deploy.yml": "app: mine\n"})
    assert created(ran(root, "init", "--yes")) == ["assertions.json"]
    assert (root / "specs/deploy.yml").read_text() == "app: mine\n"
    root = project(tmp_path / "two", {**server("a"), **server("b"), "deploy.yaml": "app: mine\n"})
    done = ran(root, "init", "--yes")
    assert (done.returncode, "SC502" in done.stderr, (root / "specs").exists()) == (1, True, False)


@pytest.mark.parametrize(
    ("files", "words", "line"),
    [
        (server(""), (), "app: root  # the package's name"),
        (
            {**server("a"), **server("b"), "package.json": '{"name": "@acme/shop"}'},
            (),
            "app: shop  # the package's name",
        ),
        (
            {**server("a"), **server("b"), "compose.yml": "{name: till, services: {a: {build: a}}}"},
            (),
            "app: till  # the name in compose.yml",
        ),
        ({**server("a"), **server("b")}, ("--app", "kiosk"), "app: kiosk  # you said so"),
        ({**server("a"), **server("b")}, (), "app: app  # nothing in the tree names the project: choose a name"),
    ],
)
def test_the_project_always_gets_a_name(
    tmp_path: Path, files: dict[str, str], words: tuple[str, ...], line: str
) -> None:
    """A directory's name is none: two clones would be two projects."""
    root = project(tmp_path / "any-directory", files)
    done = ran(root, "init", "--yes", *words)
    assert done.returncode == 0, done.stderr
    text = (root / "specs/deploy.yaml").read_text("utf-8")
    assert (line in text, "any-directory" in text) == (True, False)
    assert ("as nothing in the tree names it" in done.stdout) == ("nothing" in line)


def test_a_name_that_is_none_is_a_matter_of_usage(tmp_path: Path) -> None:
    """And nothing is written."""
    done = ran(project(tmp_path, server("")), "init", "--yes", "--app", "No Name")
    assert (done.returncode, (tmp_path / "specs").exists()) == (2, False)


def test_a_link_for_a_folder_is_not_followed(tmp_path: Path) -> None:
    """Nor is anything written beside it."""
    root = project(tmp_path / "p", {**server("a"), **server("b")})
    (tmp_path / "elsewhere").mkdir()
    (root / "specs").mkdir()
    (root / "specs/a").symlink_to(tmp_path / "elsewhere")
    done = ran(root, "init", "--yes")
    assert (done.returncode, "SC503" in done.stderr) == (1, True)
    assert (list((tmp_path / "elsewhere").iterdir()), list((root / "specs").rglob("*.json"))) == ([], [])


def test_a_manifest_beside_the_sources_is_used(tmp_path: Path) -> None:
    """It needs no other, and no line in deploy.yaml."""
    root = project(tmp_path, {**server("a"), **server("b"), "b/specs/assertions.json": "{}"})
    assert ran(root, "init", "--yes").returncode == 0
    text = (root / "specs/deploy.yaml").read_text("utf-8")
    assert text.count("assertions:") == 1
    assert not (root / "specs/b").exists()


@pytest.mark.parametrize(("answer", "written"), [("\n", True), ("n\n", False)])
def test_a_terminal_is_asked(tmp_path: Path, answer: str, written: bool) -> None:
    """For the project's name, which nothing says, and before specs for several services are written."""
    root = project(tmp_path, {**server("a"), **server("b")})
    ours, theirs = pty.openpty()
    argv = [sys.executable, "-m", "speccompile", "-C", str(root), "init"]
    with subprocess.Popen(
        argv, stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={"PYTHONPATH": str(ROOT)}, text=True
    ) as process:
        os.write(ours, f"kiosk\n{answer}".encode())
        _, said = process.communicate(timeout=60)
    assert "Write specs for these?" in said
    assert (root / "specs/deploy.yaml").exists() is written
    assert not written or "\napp: kiosk  #" in (root / "specs/deploy.yaml").read_text("utf-8")


@pytest.mark.parametrize(
    "image", ["bob:hunter2xyz@registry.test/team/tool:1", "https://bob:hunter2xyz@registry.test/team/tool:1"]
)
def test_who_logs_in_where_an_image_is_stays_untold(tmp_path: Path, image: str) -> None:
    """In what is named as unused, and in what is written."""
    compose = f'services: {{web: {{build: "."}}, tool: {{image: "{image}"}}}}\n'
    done = ran(project(tmp_path, {**server(""), "compose.yml": compose}), "init", "--yes")
    assert done.returncode == 0, done.stderr
    assert "registry.test" in done.stdout + done.stderr
    written = "".join(path.read_text("utf-8") for path in (tmp_path / "specs").iterdir())
    assert "hunter2xyz" not in done.stdout + done.stderr + written
