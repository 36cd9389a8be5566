"""What a stranger's commit can carry: nothing of it is obeyed, nothing is written or lost outside, no check is switched off."""

from __future__ import annotations

import json
import os
import shutil
import stat
from pathlib import Path

import pytest
from attacked import Capture, made, outside_ci, project, relocked

from case_folders import command, contents
from projects import assertion, manifest
from speccompile import __version__, check_record, local_state
from speccompile.digests import digest
from speccompile.unchanged import unchanged


def listed(root: Path, *paths: str) -> dict[str, str]:
    """*paths* with their digests, as the lock lists files."""
    return {path: digest((root / path).read_bytes()) for path in paths}


def found(root: Path, capsys: Capture, *arguments: str) -> set[str]:
    """The codes that ``check`` reports; none is a bug of ours, and it ends with 1 when there are any but notes."""
    code, said, _ = command(["check", "--format", "json", *arguments], root, capsys)
    diagnostics = json.loads(said).get("diagnostics", [])
    assert code == any(one["severity"] != "note" for one in diagnostics)
    return {one["code"] for one in diagnostics}


def test_the_lock_leads_no_write_outside(project: Path, capsys: Capture) -> None:
    relocked(project, output="../victim", files=listed(project, "../victim/precious"))
    assert "SC517" in found(project, capsys)
    assert "SC517" in found(project, capsys, "--deep")
    for arguments in (["check", "--fix"], ["generate"], ["generate", "--discard-edits"]):
        command(arguments, project, capsys)
        relocked(project, output="../victim", files=listed(project, "../victim/precious"))


def test_the_lock_has_nothing_of_the_users_deleted_or_hidden(project: Path, capsys: Capture) -> None:
    own = ("src/cli.js", "package.json", "specs/assertions.json")
    expected = (project / "generated/Dockerfile").read_bytes()
    relocked(project, output="", files={**listed(project, *own)})
    command(["generate"], project, capsys)
    assert all((project / path).exists() for path in own)
    assert (project / "generated/Dockerfile").read_bytes() == expected, "its sources are seen all the same"


@pytest.mark.parametrize("options", [{"targets": ["nginx"]}, {"allow_unverified": True}, {"output": "../victim"}])
def test_the_lock_carries_no_options(options: dict[str, object], project: Path, capsys: Capture) -> None:
    relocked(project, options=options)
    assert found(project, capsys) == {"SC501"}
    assert found(project, capsys, "--deep") == {"SC501"}


def test_unsettled_assertions_need_the_option_on_this_command_line(project: Path, capsys: Capture) -> None:
    pending = manifest("cli-tool", assertion(1, "Uses at most 512 MB of memory", status="pending"))
    (project / "specs/assertions.json").write_text(pending)
    assert command(["generate", "--allow-unverified"], project, capsys)[0] == 0
    assert found(project, capsys) == {"SC360"}
    assert found(project, capsys, "--allow-unverified") == {"SC395"}, "the note that it is pending"
    assert found(project, capsys) == {"SC360"}


@pytest.mark.parametrize("style", ["text", "json", "sarif", "github"])
@pytest.mark.parametrize("ci", ["", "false"])
def test_a_lock_altered_together_with_an_artifact_is_noticed(
    style: str, ci: str, project: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", ci)
    place = project / "generated/Dockerfile"
    place.write_text(place.read_text() + "USER 0\n")
    files = json.loads((project / "speccompile.lock").read_text())["files"]
    relocked(project, files={**files, **listed(project, "generated/Dockerfile")})
    code, said, errors = command(["check", "--format", style], project, capsys)
    assert code == 1
    assert "SC510" in said + errors


@pytest.mark.parametrize("what", ["environ", "huge", "fifo", "link", "directory link"])
def test_check_reads_through_no_link_and_nothing_endless(
    what: str, project: Path, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    canary = "canary-5f2c"
    monkeypatch.setenv("CANARY", canary)
    (tmp_path / "victim-compose.yml").write_text(f"services: {{{canary}: 1}}\n")
    place = project / "generated/docker-compose.yml"
    place.unlink()
    match what:
        case "environ":
            place.symlink_to("/proc/self/environ")
        case "huge":
            with place.open("wb") as file:
                file.truncate(3 << 30)
        case "fifo":
            os.mkfifo(place)
        case "link":
            place.symlink_to(tmp_path / "victim-compose.yml")
        case _:
            (project / "generated").rename(tmp_path / "moved")
            shutil.copy(tmp_path / "victim-compose.yml", tmp_path / "moved/docker-compose.yml")
            (project / "generated").symlink_to(tmp_path / "moved")
    for arguments in (
        ["check"],
        ["check", "--deep"],
        ["generate"],
        ["generate", "--diff"],
        ["explain", "docker-compose.yml:1"],
        ["build"],
    ):
        code, said, errors = command(arguments, project, capsys)
        assert canary not in said + errors
        assert code == (0 if arguments[0] == "explain" else 1), arguments
    assert "SC503" in found(project, capsys)


def test_an_output_directory_outside_is_reached_by_no_link_of_the_checkout(tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "outside").mkdir()
    root = made(tmp_path / "specs" / "tool", capsys)
    (tmp_path / "generated").symlink_to(tmp_path / "outside")
    code, _, errors = command(["generate", "-o", "../../generated/tool"], root, capsys)
    assert (code, "SC503" in errors) == (1, True)
    assert contents(tmp_path / "outside") == {}


@pytest.mark.parametrize(
    "given",
    [".git", ".git/hooks", "/", "package.json", "", ".speccompile.x", "speccompile.lock", "a\nb", "a*", "x" * 2000],
)
def test_a_wrong_output_directory_is_the_users_mistake(given: str, project: Path, capsys: Capture) -> None:
    before = contents(project)
    for verb in ("generate", "check", "plan"):
        code, _, errors = command([verb, "-o", given], project, capsys)
        assert (code, "Traceback" in errors) == (2, False)
    assert contents(project) == before


def test_the_project_itself_is_an_output_directory(project: Path, capsys: Capture) -> None:
    (project / ".gitignore").write_text("dist\n")
    assert command(["generate", "-o", "."], project, capsys)[0] == 0
    assert (project / ".gitignore").read_text() == "dist\n"
    assert found(project, capsys, "-o", ".") == set()
    assert command(["generate", "-o", "."], project, capsys)[0] == 0


def test_a_record_in_the_tree_is_no_record(project: Path, capsys: Capture) -> None:
    """A directory that looks like a repository, committed under any name but .git, is where nobody looks."""
    (place,) = (place for place in local_state.places(str(project)) if (Path(place.path) / check_record.NAME).exists())
    record = (Path(place.path) / check_record.NAME).read_bytes()
    place.remove(check_record.NAME)
    for name in ("git", ".GIT", "bare.git", "generated/.git2"):
        planted = project / name
        for folder in ("objects", "refs", f"speccompile/{place.names[-1]}"):
            (planted / folder).mkdir(parents=True)
        (planted / "HEAD").write_text("ref: refs/heads/main\n")
        (planted / "speccompile" / place.names[-1] / check_record.NAME).write_bytes(record)
    assert unchanged(str(project)) is None
    (project / ".git").write_text("gitdir: bare.git\n")
    assert unchanged(str(project)) is None, "not even where a pointer leads there"


@pytest.mark.parametrize(
    "spoilt", ["mode of the file", "mode of the directory", "owner", "link", "fifo", "damaged", "other version"]
)
def test_a_record_that_others_could_have_written_is_not_trusted(spoilt: str, project: Path, capsys: Capture) -> None:
    assert unchanged(str(project)) is not None
    (place,) = (place for place in local_state.places(str(project)) if (Path(place.path) / check_record.NAME).exists())
    file = Path(place.path) / check_record.NAME
    match spoilt:
        case "mode of the file":
            file.chmod(0o620)
        case "mode of the directory":
            file.parent.chmod(0o777)
        case "owner":
            if os.geteuid():
                pytest.skip("only root can give files away")
            os.chown(file, 65534, 65534)
        case "link":
            file.symlink_to(file.rename(project.parent / "moved.json"))
        case "fifo":
            file.unlink()
            os.mkfifo(file)
        case "damaged":
            file.write_text("[" * 100_000)
        case _:
            file.write_bytes(file.read_bytes().replace(__version__.encode(), b"0.0.9", 1))
    assert unchanged(str(project)) is None
    assert found(project, capsys) == set(), "the slow way finds nothing all the same"


def test_state_lies_in_the_git_directory_for_this_user_alone(project: Path, capsys: Capture) -> None:
    repository = project / ".git"
    (repository / "objects").mkdir(parents=True)
    (repository / "HEAD").write_text("ref: refs/heads/main\n")
    repository.chmod(0o755)
    shutil.rmtree(os.environ["XDG_CACHE_HOME"])
    assert found(project, capsys) == set()
    (record,) = repository.rglob(check_record.NAME)
    assert [stat.S_IMODE(path.stat().st_mode) for path in (record, record.parent)] == [0o600, 0o700]
    repository.chmod(0o775)
    assert local_state.usable(str(project)).base != str(repository), "others of the group may write there"


def test_a_cache_inside_the_checkout_is_no_place(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(project / ".cache"))
    monkeypatch.setenv("TMPDIR", str(project))
    assert local_state.places(str(project)) == ()


def test_looking_writes_nothing(project: Path, capsys: Capture) -> None:
    for path in ("generated/Dockerfile", "specs/assertions.json"):
        (project / path).write_text((project / path).read_text() + "\n")
    cache = Path(os.environ["XDG_CACHE_HOME"])
    before = contents(project), contents(cache)
    for arguments in (
        ["generate", "--diff"],
        ["generate", "--dry-run"],
        ["generate", "--diff", "--format", "json"],
        ["check"],
        ["check", "--deep"],
    ):
        command(arguments, project, capsys)
        assert (contents(project), contents(cache)) == before, arguments


def test_an_edit_is_shown_and_kept(project: Path, capsys: Capture) -> None:
    place = project / "generated/Dockerfile"
    place.write_text(place.read_text() + "USER 0\x1b[2J\n")
    edited = place.read_bytes()
    for arguments in (["generate"], ["check", "--fix"]):
        code, _, errors = command(arguments, project, capsys)
        assert (code, place.read_bytes()) == (1, edited)
        assert "--discard-edits" in errors
    assert "-USER 0" in command(["generate"], project, capsys)[1]
    assert "\x1b" not in command(["generate"], project, capsys)[1]
    assert "-USER 0" in json.loads(command(["generate", "--format", "json"], project, capsys)[1])["diff"]
    assert command(["generate", "--discard-edits"], project, capsys)[0] == 0
    assert found(project, capsys) == set()


@pytest.mark.parametrize(
    "name",
    [
        b".speccompile.\xff",
        b".speccompile.\x1b[2J\n",
        b"generated/npm-publish-\x1b[2J.yml",
        b"generated/\xff/Dockerfile",
    ],
)
def test_names_that_are_no_text_for_a_terminal(name: bytes, project: Path, capsys: Capture) -> None:
    path = project / os.fsdecode(name)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes((project / "generated/Dockerfile").read_bytes())
    for style in ("text", "json", "sarif", "github"):
        code, said, errors = command(["check", "--format", style], project, capsys)
        assert code == 1
        assert "\x1b" not in said + errors


__all__ = ["outside_ci", "project"]  # the fixtures that pytest finds here
