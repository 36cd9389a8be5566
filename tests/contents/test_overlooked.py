"""What is not looked at, and what an ignore file cannot say, is said; and no secret gets through by either unnoticed."""

from __future__ import annotations

import pytest
from contents_of import compilation, copied, sent
from test_secrets import KEY
from test_wanted import NODE

from speccompile.pipeline import Compilation
from speccompile.project import contents, named

DEEP = "/".join("d" * 42)


def _said(made: Compilation, code: str) -> list[tuple[str, int, str]]:
    return [(note.span.path, note.span.line, note.message) for note in made.notes if note.code == code]


@pytest.mark.parametrize(("line", "passed", "kept"), [
    ("[[:alpha:]]*.txt", "lib/made.txt", "lib/1.txt"), ("a*b*c*d*e.txt", "lib/abcde.txt", "lib/abcd.txt"), (f"{'x' * 301}.txt", "", "lib/1.txt"),
    ("[&!b-\\*].txt", "", "lib/a.txt"), ("[[a].txt", "lib/a.txt", "lib/b.txt"), ("a\x1bb", "", "lib/a"),
])  # fmt: skip
def test_a_line_that_no_ignore_file_can_say_is_said(line: str, passed: str, kept: str) -> None:
    """At its place, once; what it means counts as a source, and is searched for secrets."""
    files = {path: KEY if path == passed else "x\n" for path in (passed, kept) if path}
    made = compilation(NODE | {**files, "lib/x.js": "x\n", ".gitignore": f"*.log\n\n# words\n{line}\n"})
    ((path, number, message),) = _said(made, "SC396")
    assert (path, number) == (".gitignore", 4)
    assert "no ignore file can say line 4" in message
    assert sent(made, kept)
    if passed:
        assert not sent(made, passed), "it holds a secret"


@pytest.mark.parametrize(
    "line",
    [
        "*.log",
        "/dist/",
        "!keep.txt",
        "[ab].txt",
        "**/x/*.[oa]",
        "# [[:alpha:]]",
        "",
        "a[",
        "[z-a]",
        "/",
        "../x",
        "\\",
        "é",
    ],
)
def test_a_line_that_is_followed_or_means_nothing_is_no_news(line: str) -> None:
    """Git matches nothing by some of them, and neither does anybody else."""
    made = compilation(NODE | {"lib/x.js": "x\n", ".gitignore": f"{line}\n"})
    assert _said(made, "SC396") == []


def test_lines_too_many_are_said_once() -> None:
    """Not a message each."""
    made = compilation(NODE | {"lib/x.js": "x\n", ".gitignore": "*.log\n" * 3000})
    ((_, number, message),) = _said(made, "SC396")
    assert (number, "line 2001 " in message) == (2001, True)
    many = compilation(NODE | {"lib/x.js": "x\n", ".gitignore": "[[:alpha:]]\n" * 9})
    assert "lines 1, 2, 3, 4, 5 and 4 more" in _said(many, "SC396")[0][2]


def test_what_lies_too_deep_is_said() -> None:
    """Copied, and not looked at; a line in .gitignore is a true fix."""
    sources = NODE | {"lib/x.js": "x\n", f"lib/{DEEP}/y.txt": "x\n", "other/a.txt": "x\n"}
    made = compilation(sources)
    ((path, _, message),) = _said(made, "SC397")
    assert path == "."
    assert f'"lib/{DEEP[:79]}'[:80] in message
    assert copied(made, f"lib/{DEEP}/y.txt")
    assert _said(compilation(sources | {".gitignore": "/lib/d/\n"}), "SC397") == []
    assert _said(compilation(NODE | {"lib/x.js": "x\n"}), "SC397") == []


def test_files_too_many_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a bound that a test can reach."""
    sources = NODE | {"lib/x.js": "x\n"} | {f"lib/data/{number:03}.txt": "x\n" for number in range(60)}
    assert _said(compilation(sources), "SC397") == []
    monkeypatch.setattr(contents, "_MOST_FILES", 50)
    ((_, _, message),) = _said(compilation(sources), "SC397")
    assert "too many files" in message
    assert '"lib/data/0' in message
    assert _said(compilation(sources | {".gitignore": "/lib/data/\n"}), "SC397") == []


FAR = "/".join("d" * 25)
OUT = {"docs/guide.md": "words\n"}


@pytest.mark.parametrize(("source", "text", "said"), [
    (f"lib/{FAR}/y.js", "x\n", f"lib/{'/'.join('d' * 24)}/"), ("lib/long.js", "x;\n" * 70_000, "lib/long.js"),
])  # fmt: skip
def test_sources_that_are_not_searched_are_said_once(source: str, text: str, said: str) -> None:
    """Where something was left out that they could name; by ``include`` it is there, by .gitignore the note is not."""
    made = compilation(NODE | OUT | {"lib/x.js": "x\n", source: text + 'require("../docs/guide.md")\n'})
    ((path, _, message),) = _said(made, "SC533")
    assert path == "."
    assert f'"{said}"'[:80] in message
    assert copied(made, source)
    assert not copied(made, "docs/guide.md"), "nobody saw that it is named"
    assert _said(compilation(NODE | {"lib/x.js": "x\n", source: text}), "SC533") == [], "nothing was left out"
    assert _said(compilation(NODE | OUT | {source: text, ".gitignore": "/lib/\n"}), "SC533") == []
    listed = compilation(NODE | OUT | {source: text}, include=["docs"])
    assert copied(listed, "docs/guide.md")


def test_sources_too_many_to_search_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a bound that a test can reach: the first of them that was not read is named."""
    sources = NODE | OUT | {f"lib/{number:03}.js": "x\n" for number in range(60)}
    assert _said(compilation(sources), "SC533") == []
    monkeypatch.setattr(named, "_MOST_FILES", 50)
    ((_, _, message),) = _said(compilation(sources), "SC533")
    assert message.count('"lib/') == 1


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({f"lib/m{number:03}.js": "x;\n" for number in range(302)}, 'lib/m'),
        ({"lib/long.js": "x;\n" * 40_000}, '"lib/long.js"'),
        ({f"lib/m{number:03}.js": "x;\n" for number in range(200)}, None),
    ],
    ids=["many", "long", "few"],
)  # fmt: skip
def test_sources_that_are_not_read_for_variables_are_said_once(files: dict[str, str], said: str | None) -> None:
    found = _said(compilation(NODE | files), "SC536")
    assert len(found) == (said is not None)
    if said:
        ((path, _, message),) = found
        assert path == "."
        assert said in message
