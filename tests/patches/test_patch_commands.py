"""``patch`` and ``eject`` as people use them: an edit becomes a patch and stays, a file becomes somebody's own and stays."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from case_folders import command
from projects import BUN_WEB, manifest
from report_documents import conforms

COMPOSE = "generated/docker-compose.yml"


@pytest.fixture
def project(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """A project that has been generated."""
    for path, text in {**BUN_WEB, "specs/assertions.json": manifest("web-service")}.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    assert command(["generate"], tmp_path, capsys)[0] == 0
    return tmp_path


def _edit(project: Path, path: str, old: str, new: str) -> bytes:
    text = (project / path).read_text(encoding="utf-8")
    assert old in text
    (project / path).write_text(text.replace(old, new), encoding="utf-8")
    return (project / path).read_bytes()


def _answer(words: list[str], project: Path, capsys: pytest.CaptureFixture[str], name: str) -> tuple[int, Any]:
    code, said, _ = command([*words, "--format", "json"], project, capsys)
    document = json.loads(said)
    conforms(name, document)
    return code, document


def test_an_edit_is_refused_made_a_patch_and_stays(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Byte for byte, through generations and another value in deploy.yaml; the lock and `explain` cite it."""
    edited = _edit(project, COMPOSE, 'mem_limit: "512m"', 'mem_limit: "640m"')
    lines = _edit(project, "generated/Dockerfile", "EXPOSE 3000\n", "EXPOSE 3000\n\nVOLUME /srv\n")
    code, _, told = command(["generate"], project, capsys)
    assert code == 1
    assert "speccompile patch from-diff" in told
    code, made = _answer(
        ["patch", "from-diff", "--reason", 'prices: "all" of them'], project, capsys, "patch-from-diff"
    )
    assert code == 0
    assert [(one["file"], one["operations"]) for one in made["files"]] == [
        ("patches/Dockerfile.yaml", 1),
        ("patches/docker-compose.yml.yaml", 1),
    ]
    assert command(["generate"], project, capsys)[0] == 0
    assert (project / COMPOSE).read_bytes() == edited
    assert (project / "generated/Dockerfile").read_bytes() == lines
    assert command(["check"], project, capsys)[0] == 0
    assert command(["check", "--deep"], project, capsys)[0] == 0
    assert "patches/Dockerfile.yaml" in json.loads((project / "speccompile.lock").read_text())["inputs"]
    number = edited.decode().split("\n").index('    mem_limit: "640m"') + 1
    _, said, _ = command(["explain", f"{COMPOSE}:{number}"], project, capsys)
    assert "by a patch, because of" in said
    assert "patches/docker-compose.yml.yaml:3" in said
    (project / "specs/deploy.yaml").write_text("version: 1\nservices: {app: {port: 4000}}\n")
    assert command(["generate"], project, capsys)[0] == 0
    assert 'mem_limit: "640m"' in (project / COMPOSE).read_text()
    assert "EXPOSE 4000\n\nVOLUME /srv\n\nSTOPSIGNAL" in (project / "generated/Dockerfile").read_text()


def test_a_changed_patch_is_drift(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And a new one is seen by a `check` that was quick before."""
    assert command(["check"], project, capsys)[0] == 0
    (project / "patches").mkdir()
    operation = "{op: replace, path: '/services[*]/mem_limit', value: 1g}"
    (project / "patches/docker-compose.yml.yaml").write_text(f"patches: [{{reason: big, operations: [{operation}]}}]\n")
    code, _, told = command(["check"], project, capsys)
    assert code == 1
    assert "patches/docker-compose.yml.yaml changed since it was generated" in told


def test_list_says_what_each_does_and_whether_it_still_matters(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Those that do not apply do not keep the others from being told."""
    assert command(["patch", "list"], project, capsys)[:2] == (
        0,
        "there are no patches; `speccompile patch new FILE` begins one, `speccompile patch from-diff` makes one of an edit\n",
    )
    (project / "patches").mkdir()
    (project / "patches/Dockerfile.yaml").write_text(
        "patches:\n"
        "  - {reason: one, operations: [{op: replace, find: STOPSIGNAL SIGTERM, text: STOPSIGNAL SIGQUIT}]}\n"
        "  - {reason: two, operations: [{op: remove, find: STOPSIGNAL SIGHUP}]}\n"
        "  - {reason: three, operations: [{op: replace, find: EXPOSE 3000, text: EXPOSE 3000}]}\n"
        "  - {reason: four, operations: [{op: replace, find: 'USER 10001:10001', text: USER root}]}\n"
    )
    code, found = _answer(["patch", "list"], project, capsys, "patch-list")
    assert code == 1
    assert [(one["reason"], one["state"], one["added"], one["removed"]) for one in found["patches"]] == [
        ("one", "applies", 1, 1),
        ("two", "no longer applies", 0, 0),
        ("three", "changes nothing", 0, 0),
        ("four", "breaks an invariant", 1, 1),
    ]
    assert found["patches"][0]["lines"]
    code, said, _ = command(["patch", "list"], project, capsys)
    assert code == 1
    assert "no longer applies: generated/Dockerfile (+0 -0 lines)" in said
    assert "  replace:\n    - STOPSIGNAL SIGTERM\n    + STOPSIGNAL SIGQUIT\n" in said


_OPERATIONS: list[tuple[dict[str, Any], list[dict[str, Any]]]] = [
    ({"op": "replace", "value": "640m"}, [{"op": "replace", "path": "/services/app/mem_limit", "before": "512m", "after": "640m"}]),
    ({"op": "remove"}, [{"op": "remove", "path": "/services/app/mem_limit", "before": "512m"}]),
    ({"op": "test", "value": "512m"}, []),
    ({"op": "add", "value": "640m"}, [{"op": "add", "path": "/services/app/mem_limit", "before": "512m", "after": "640m"}]),
    ({"op": "add", "path": "/services/app/x-a", "value": None}, [{"op": "add", "path": "/services/app/x-a", "after": None}]),
    ({"op": "copy", "from": "/services/app/mem_limit", "path": "/services/app/x-a"}, [{"op": "copy", "path": "/services/app/x-a", "after": "512m"}]),
    (
        {"op": "move", "from": "/services/app/mem_limit", "path": "/services/app/x-a"},
        [
            {"op": "move", "path": "/services/app/mem_limit", "before": "512m"},
            {"op": "move", "path": "/services/app/x-a", "after": "512m"},
        ],
    ),
    ({"op": "add", "path": "/services/app/cap_drop/-", "value": "X"}, [{"op": "add", "path": "/services/app/cap_drop/1", "after": "X"}]),
    ({"op": "add", "path": "/services/app/cap_drop/0", "value": "X"}, [{"op": "add", "path": "/services/app/cap_drop/0", "after": "X"}]),
    (
        {"op": "replace", "path": "/services/[name=app]/cap_drop/[=ALL]", "value": "X"},
        [{"op": "replace", "path": "/services/app/cap_drop/0", "before": "ALL", "after": "X"}],
    ),
    ({"op": "remove", "path": "/services/app/cap_drop/[=ALL]"}, [{"op": "remove", "path": "/services/app/cap_drop/0", "before": "ALL"}]),
]  # fmt: skip


def test_list_says_the_value_before_and_after(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of each operation of RFC 6902, at the place that a selector means."""
    (project / "patches").mkdir()
    for operation, wanted in _OPERATIONS:
        done = {"path": "/services/app/mem_limit", **operation}
        text = json.dumps({"patches": [{"reason": "r", "operations": [done]}]})
        (project / "patches/docker-compose.yml.yaml").write_text(text)
        _, found = _answer(["patch", "list"], project, capsys, "patch-list")
        assert [one["changes"] for one in found["patches"]] == [wanted], operation
    said = command(["patch", "list"], project, capsys)[1]
    assert '  remove /services/app/cap_drop/0: "ALL" → nothing\n' in said


def test_a_patch_that_a_later_one_undoes_does_not_matter(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is another one's ground does."""
    (project / "patches").mkdir()
    values = {"one": ("512m", "640m"), "two": ("640m", "700m")}

    def listed(*operations: list[dict[str, Any]]) -> list[str]:
        patches = [{"reason": f"{number}", "operations": each} for number, each in enumerate(operations)]
        (project / "patches/docker-compose.yml.yaml").write_text(json.dumps({"patches": patches}))
        return [one["state"] for one in _answer(["patch", "list"], project, capsys, "patch-list")[1]["patches"]]

    path = "/services/app/mem_limit"
    first, second = ({"op": "replace", "path": path, "value": new} for _, new in values.values())
    tested = {"op": "test", "path": path, "value": "640m"}
    assert listed([first], [second]) == ["is undone by a later one", "applies"]
    assert listed([first], [tested, second]) == ["applies", "applies"]
    other = {"op": "replace", "path": "/services/app/cpus", "value": 2}
    assert listed([first, other], [second]) == ["applies", "applies"]


def test_new_writes_a_start_that_is_taken_as_it_is(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With real paths in it; and never over what is there."""
    for file in ("Dockerfile", COMPOSE, "generated/nginx.conf"):
        code, made = _answer(["patch", "new", file], project, capsys, "patch-new")
        assert code == 0
        assert (project / made["file"]).is_file()
    assert "/services/app/mem_limit: " in (project / "patches/docker-compose.yml.yaml").read_text()
    assert command(["check"], project, capsys)[0] == 0
    assert _answer(["patch", "new", "Dockerfile"], project, capsys, "patch-new")[0] == 1
    code, said, told = command(["patch", "new", "Dockerfil"], project, capsys)
    assert (code, said) == (1, "")
    assert "did you mean Dockerfile?" in told


def test_a_patch_that_breaks_something_is_made_and_said(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is a start: what it takes is a line."""
    edited = _edit(project, COMPOSE, "read_only: true", "read_only: false")
    code, made = _answer(["patch", "from-diff", COMPOSE, "--reason", "templates"], project, capsys, "patch-from-diff")
    assert code == 1
    assert {one["code"] for one in made["diagnostics"]} == {"SC564"}
    _edit(project, "patches/docker-compose.yml.yaml", "    operations:", "    allow: [SC942, SC970]\n    operations:")
    code, _, told = command(["generate"], project, capsys)
    assert (code, "SC970 is allowed here" in told) == (1, True)
    _edit(project, "patches/docker-compose.yml.yaml", "[SC942, SC970]", "[SC942]")
    assert command(["generate"], project, capsys)[0] == 0
    assert (project / COMPOSE).read_bytes() == edited
    code, _, told = command(["check"], project, capsys)
    assert (code, "warning[SC566]" in told) == (0, True)


def test_an_edit_in_another_layout_is_written_as_it_will_be(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Quotes, indentation and the form of lists are ours, values are theirs; it is said line by line, and `generate` has nothing to change."""
    _edit(project, COMPOSE, '    mem_limit: "512m"\n', "    mem_limit: 640m\n    dns: [10.0.0.2]\n")
    code, answer = _answer(["patch", "from-diff", "--reason", "ours"], project, capsys, "patch-from-diff")
    assert code == 0
    assert {(one["code"], one["path"]) for one in answer["diagnostics"]} == {("SC784", COMPOSE)}
    relaid = (project / COMPOSE).read_text()
    assert '    mem_limit: "640m"\n    dns:\n      - "10.0.0.2"\n' in relaid
    assert command(["generate"], project, capsys)[0] == 0
    assert (project / COMPOSE).read_text() == relaid
    assert command(["check"], project, capsys)[0] == 0


def test_what_cannot_be_expressed_is_said_and_nothing_written(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By line: a comment in YAML, the head of a file, a last line without its end."""
    _edit(project, COMPOSE, "    restart: unless-stopped\n", "    restart: unless-stopped  # always\n")
    text = (project / "generated/Dockerfile").read_text()
    (project / "generated/Dockerfile").write_text(text.rstrip("\n"))
    code, answer = _answer(["patch", "from-diff"], project, capsys, "patch-from-diff")
    assert code == 1
    found = {(one["code"], one["path"], one["line"]) for one in answer["diagnostics"]}
    assert ("SC568", "generated/Dockerfile", len(text.split("\n")) - 1) in found
    assert any(path == COMPOSE for _, path, _ in found)
    assert not (project / "patches").exists()


def test_an_ejected_file_is_left_alone_and_still_checked(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By `generate`, with `--discard-edits` too; what does not fit the others is an error in each."""
    path = "generated/nginx.conf"
    code, answer = _answer(["eject", path, "--reason", "ours"], project, capsys, "eject")
    assert (code, answer["listed"]) == (0, "patches/ejected.yaml")
    assert "Do not edit" not in (project / path).read_text()
    assert path not in json.loads((project / "speccompile.lock").read_text())["files"]
    assert command(["check"], project, capsys)[0] == 0
    mine = _edit(project, path, "worker_connections 1024;", "worker_connections 2048;")
    for words in (["generate"], ["generate", "--discard-edits"], ["check"], ["check", "--deep"], ["check", "--fix"]):
        assert command(words, project, capsys)[0] == 0, words
        assert (project / path).read_bytes() == mine
    _edit(project, path, ":8080", ":8081")
    _edit(project, path, " 8080", " 8081")
    for words in (["generate"], ["check"]):
        code, _, told = command(words, project, capsys)
        assert (code, "error[SC579]" in told) == (1, True)
    (project / path).unlink()
    code, _, told = command(["check"], project, capsys)
    assert (code, "error[SC577]" in told) == (1, True)


def test_an_ejected_file_is_none_of_ours_outside_of_the_project_either(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is not written there, not read there, which is said, and not overwritten; it is not ejected by what lies there."""
    outside = project.parent / f"{project.name}-outside"
    outside.mkdir()
    code, said, _ = command(["eject", str(outside / "nginx.conf"), "-o", str(outside)], project, capsys)
    assert (code, said) == (2, "")
    assert command(["eject", "generated/nginx.conf", "--reason", "ours"], project, capsys)[0] == 0
    code, _, told = command(["generate", "-o", str(outside)], project, capsys)
    assert code == 0
    assert {one.name for one in outside.iterdir()} >= {"docker-compose.yml", "Dockerfile"}
    assert not (outside / "nginx.conf").exists()
    assert "warning[SC580]" in told
    assert "it lies outside of the project" in told
    (outside / "nginx.conf").write_text("# mine\n", encoding="utf-8")
    _edit(project, str(outside / "docker-compose.yml"), 'mem_limit: "512m"', 'mem_limit: "640m"')
    there = ["-o", str(outside)]
    assert command(["check", *there], project, capsys)[0] == 1
    assert command(["patch", "from-diff", "--reason", "more", *there], project, capsys)[0] == 0
    assert command(["generate", *there], project, capsys)[0] == 0
    assert (outside / "nginx.conf").read_text(encoding="utf-8") == "# mine\n"
    assert 'mem_limit: "640m"' in (outside / "docker-compose.yml").read_text(encoding="utf-8")
    code, found = _answer(["patch", "list", *there], project, capsys, "patch-list")
    assert (code, [one["reason"] for one in found["ejected"]], [one["state"] for one in found["patches"]]) == (
        0,
        ["ours"],
        ["applies"],
    )
    assert command(["check", *there], project, capsys)[0] == 0


def test_a_file_that_is_listed_by_hand_is_not_deleted(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Although the lock lists it and its head says that it is ours."""
    (project / "patches").mkdir()
    (project / "patches/ejected.yaml").write_text("ejected: [{file: nginx.conf, reason: ours}]\n")
    before = (project / "generated/nginx.conf").read_bytes()
    assert command(["generate"], project, capsys)[0] == 0
    assert (project / "generated/nginx.conf").read_bytes() == before
    assert command(["check"], project, capsys)[0] == 0


def test_what_is_patched_is_not_ejected_as_well(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nor the other way round."""
    (project / "patches").mkdir()
    (project / "patches/Dockerfile.yaml").write_text(
        "patches: [{reason: x, operations: [{op: replace, find: STOPSIGNAL SIGTERM, text: STOPSIGNAL SIGQUIT}]}]\n"
    )
    code, _, told = command(["eject", "Dockerfile"], project, capsys)
    assert (code, "patches/Dockerfile.yaml" in told) == (1, True)
    (project / "patches/ejected.yaml").write_text("ejected: [{file: Dockerfile, reason: ours}]\n")
    code, _, told = command(["generate"], project, capsys)
    assert (code, "nothing can be patched" in told) == (1, True)


@pytest.mark.parametrize("words", [["patch", "from-diff", "nothing"], ["patch", "new", "../../etc/passwd"], ["eject", "src/index.ts"], ["eject", "\x1b[31m"]])  # fmt: skip
def test_what_is_no_generated_file_is_refused(
    words: list[str], project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """And nothing is written."""
    before = sorted(project.rglob("*"))
    code, said, told = command(words, project, capsys)
    assert (code, said) == (1, "")
    assert "is no generated file" in told
    assert "\x1b[31m" not in told
    assert sorted(project.rglob("*")) == before
