"""The operator's .env: what is said of it, and that no value ever is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from speccompile.cli.settings import Settings, settings
from speccompile.plan.workload import Parameter
from speccompile.provenance import because


def _slot(name: str, *, in_url: bool = False, default: str | None = None) -> Parameter:
    return Parameter(
        name=name,
        purpose="it",
        default=default,
        example="",
        secret=True,
        in_url=in_url,
        requested_by=("api",),
        origin=because("SC300"),
    )


SLOTS = (_slot("DB_PASSWORD", in_url=True), _slot("STRIPE_KEY"), _slot("HTTP_PORT", default="8080"))


@pytest.mark.parametrize(
    ("text", "missing", "breaking"),
    [
        ("DB_PASSWORD=\nSTRIPE_KEY=x\n", ("DB_PASSWORD",), ()),
        ("DB_PASSWORD=\nSTRIPE_KEY='a b/c'\nDB_PASSWORD=0f-1._~\n", (), ()),
        ("DB_PASSWORD=p@ss/word\nSTRIPE_KEY=x\n", (), ("DB_PASSWORD",)),
        ("DB_PASSWORD='p:w'\nSTRIPE_KEY=x\n", (), ("DB_PASSWORD",)),
        ('export DB_PASSWORD="pw" \nSTRIPE_KEY=x # the key\n', (), ()),
        ("# DB_PASSWORD=pw\n", ("DB_PASSWORD", "STRIPE_KEY"), ()),
        ("DB_PASSWORD=pw%20\nSTRIPE_KEY=\xe9\n", (), ("DB_PASSWORD",)),
    ],
)
def test_what_is_wrong(tmp_path: Path, text: str, missing: tuple[str, ...], breaking: tuple[str, ...]) -> None:
    """The last line of a name counts, as for compose; only what gets into a URL is held to its alphabet."""
    (tmp_path / ".env").write_text(text, encoding="utf-8")
    assert settings(tmp_path / ".env", SLOTS) == Settings(missing, breaking)


def test_nothing_else_is_read(tmp_path: Path) -> None:
    """No file, a link, a directory, a pipe."""
    assert settings(tmp_path / ".env", SLOTS) is None
    (tmp_path / "elsewhere").write_text("DB_PASSWORD=x\n", encoding="utf-8")
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    os.mkfifo(tmp_path / "pipe")
    for name in ("link", "pipe", "."):
        assert settings(tmp_path / name, SLOTS) is None
