"""What a name says to a terminal or to a runner of workflows is not said."""

from __future__ import annotations

from pathlib import Path

import pytest

from speccompile.cli.reporters import report
from speccompile.cli.workspace import Workspace
from speccompile.codes.contents import SECRET_COPIED
from speccompile.source import Span


class _Terminal:
    """Standard output that calls itself a terminal: what is written to others click strips of colours."""

    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str) -> int:
        """Keep *text*."""
        self.text += text
        return len(text)

    def flush(self) -> None:
        """Nothing is held back."""

    def isatty(self) -> bool:
        """Always."""
        return True


@pytest.mark.parametrize("style", ["text", "json", "sarif", "github"])
def test_no_format_hands_on_a_control_character_of_a_name(
    style: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not in the path, the message or the fix; colours are ours and only in text."""
    name = "a\x1b]0;x\x07\n::stop-commands::x\r\u202e"
    out = _Terminal()
    monkeypatch.setattr("sys.stdout", out)
    monkeypatch.setattr("sys.stderr", out)
    report(
        [
            SECRET_COPIED.at(
                Span(name, 1, 1), f"{name!r} {name}".replace("\n", " "), fix=f"remove {name}".replace("\n", " ")
            )
        ],
        Workspace.at(str(tmp_path)),
        style,
    )
    assert "\x1b]" not in out.text
    assert "\x07" not in out.text
    assert not any(line.startswith("::stop") for line in out.text.splitlines())
