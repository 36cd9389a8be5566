"""The units that `agent install` writes, as systemd itself reads them."""

from __future__ import annotations

from pathlib import Path

import pytest

from case_folders import command
from quadlet_generator import need_debian
from speccompile.releases.agent.units import Installed, service, timer

_WORDS = ("--store", "/srv/releases", "--app", "bank", "-e", "production", "--host", "one")


def _agent(*argv: str) -> Installed:
    return Installed(
        app="bank", environment="production", argv=argv, every=300, credentials="/etc/speccompile/agent.env"
    )


def test_systemd_is_content_and_exposed_to_little(tmp_path: Path) -> None:
    """`systemd-analyze verify` finds nothing, and `security` little: what is left is root, the network and the engine's socket."""
    debian = need_debian()
    agent = _agent("/usr/bin/true", "agent", "run", "--once")
    (tmp_path / f"{agent.name}.service").write_text(service(agent))
    (tmp_path / f"{agent.name}.timer").write_text(timer(agent))
    found = debian.verified(tmp_path)
    assert found == ""
    unit = str(tmp_path / f"{agent.name}.service")
    judged = debian.run("usr/bin/systemd-analyze", "security", "--offline=true", "--threshold=30", "--no-pager", unit)
    assert judged.returncode == 0, judged.stdout + judged.stderr


@pytest.mark.parametrize(
    ("word", "written"),
    [
        ("s3://b/x?endpoint=https://s3.example.com", '"s3://b/x?endpoint=https://s3.example.com"'),
        ("/srv/100%/x y", '"/srv/100%%/x y"'),
        ('/srv/"$HOME"', '"/srv/\\"$$HOME\\""'),
        ("/srv/a\nExecStart=/bin/sh", '"/srv/a\\nExecStart=/bin/sh"'),
    ],
)
def test_a_word_stays_one_word(word: str, written: str) -> None:
    """Whatever is in it: no specifier, no variable, no line of its own."""
    assert f"\nExecStart=/bin/speccompile --store {written}\n" in service(_agent("/bin/speccompile", "--store", word))


def test_names_with_hyphens_are_told_apart() -> None:
    one = Installed(app="a-b", environment="c", argv=("/x",), every=5, credentials="/c")
    other = Installed(app="a", environment="b-c", argv=("/x",), every=5, credentials="/c")
    assert one.name != other.name


def test_install_writes_and_starts_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With --dry-run it writes nothing either, and shows the same."""
    root = tmp_path / "root"
    code, shown, _ = command(["agent", "install", "--dry-run", "--root", str(root), *_WORDS], tmp_path, capsys)
    assert (code, root.exists()) == (0, False)
    for _ in range(2):  # again is the same
        code, said, _ = command(["agent", "install", "--root", str(root), *_WORDS], tmp_path, capsys)
        assert code == 0
    written = {f"/{one.relative_to(root)}": one.read_text() for one in root.rglob("*") if one.is_file()}
    assert sorted(one.rpartition(".")[2] for one in written) == ["service", "timer"]
    assert shown.strip() == "\n".join(f"# {path}\n{text}" for path, text in sorted(written.items())).strip()
    assert "systemctl enable --now speccompile-agent-bank-production-" in said


@pytest.mark.parametrize(
    "words",
    [
        ("--app", "../x", "--store", "/s", "-e", "p"),
        ("--app", "x", "--store", "s", "-e", "p"),
        ("--app", "x", "--store", "/s", "-e", "p", "--host", "a b"),
        ("--app", "x", "--store", "/s", "-e", "p\nq"),
    ],
)
def test_names_that_are_none(words: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(["agent", "install", "--dry-run", *words], tmp_path, capsys)[0] == 2


def test_values_that_others_can_read_start_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    values = tmp_path / "values.env"
    values.write_text("PASSWORD=hunter2-hunter2\n")
    values.chmod(0o644)
    words = ["agent", "run", "--once", *_WORDS, "--values", str(values), "--state", str(tmp_path / "state")]
    code, said, told = command(words, tmp_path, capsys)
    assert (code, "SC732" in told, "hunter2" in said + told) == (1, True, False)


def test_where_nobody_can_write_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    code, said, told = command(["agent", "install", "--root", str(tmp_path / "file/below"), *_WORDS], tmp_path, capsys)
    assert (code, said, "SC733" in told) == (1, "", True)
    words = ["agent", "run", "--once", *_WORDS, "--state", str(tmp_path / "file/below")]
    code, _, told = command(words, tmp_path, capsys)
    assert (code, "SC733" in told) == (1, True)
