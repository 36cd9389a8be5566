"""The reader of Dockerfiles: against what is known, against dockerfile-parse, and against BuildKit itself."""

from __future__ import annotations

import io
import json
import subprocess
import tempfile
import uuid
from pathlib import Path
from typing import Any

import dockerfile_parse
import pytest
from hostile_image import plan
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from speccompile.backends import dockerfile as backend
from speccompile.backends.escape import docker as escape
from speccompile.verify.readers.dockerfile import Unreadable, pairs, paths, read
from strategies import prose
from tools import need_engine

READ: tuple[tuple[str, list[tuple[str, tuple[tuple[str, str], ...], str, int, int]]], ...] = (
    ("FROM a:1\n", [("FROM", (), "a:1", 1, 1)]),
    ("from a:1 as b\nCopy x y\n", [("FROM", (), "a:1 as b", 1, 1), ("COPY", (), "x y", 2, 2)]),
    ("ARG V=1\nFROM a:$V\n", [("ARG", (), "V=1", 1, 1), ("FROM", (), "a:$V", 2, 2)]),
    ("FROM a:1\nRUN x \\\n    && y\n", [("FROM", (), "a:1", 1, 1), ("RUN", (), "x \n    && y", 2, 3)]),
    ("FROM a:1\nRUN x \\\n# in between\n  y\n", [("FROM", (), "a:1", 1, 1), ("RUN", (), "x \n  y", 2, 4)]),
    ("FROM a:1\n\n# one\n  # two\nRUN x # no comment\n", [("FROM", (), "a:1", 1, 1), ("RUN", (), "x # no comment", 5, 5)]),
    ("FROM a:1\nRUN --mount=type=cache,target=/x --network=none y\n",
     [("FROM", (), "a:1", 1, 1), ("RUN", (("mount", "type=cache,target=/x"), ("network", "none")), "y", 2, 2)]),
    ("FROM a:1\nCOPY --from=b --chown=1:1 [\"x y\", \"z\"]\n", [("FROM", (), "a:1", 1, 1), ("COPY", (("from", "b"), ("chown", "1:1")), '["x y", "z"]', 2, 2)]),
    ("FROM a:1", [("FROM", (), "a:1", 1, 1)]),
)  # fmt: skip
UNREADABLE = (
    "",
    "\n# only\n",
    "RUN x\n",
    "FROM a:1\nRUN x \\\n",
    "FROM a:1\nRUN x \\\n\n  y\n",
    "FROM a:1\n-- x\n",
    "ARG V\nRUN x\n",
)
VALUES: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    ("a=b c=d", (("a", "b"), ("c", "d"))),
    ('a="b c"', (("a", "b c"),)),
    ('a="b\\"c\\\\d\\$e"', (("a", 'b"c\\d$e'),)),
    ('a="b\\nc"', (("a", "b\\nc"),)),
    ("a='b\"c\\d'", (("a", 'b"c\\d'),)),
    ("a=b\\ c", (("a", "b c"),)),
    ("a=\"b\"'c'd", (("a", "bcd"),)),
    ('a=""', (("a", ""),)),
    ("a=b=c", (("a", "b=c"),)),
)


@pytest.mark.parametrize(("text", "wanted"), READ)
def test_it_reads(text: str, wanted: list[tuple[str, tuple[tuple[str, str], ...], str, int, int]]) -> None:
    """Keywords, flags, continuations, comments and line numbers."""
    assert [(i.keyword, i.flags, i.rest, i.line, i.last_line) for i in read(text).instructions] == wanted


@pytest.mark.parametrize("text", UNREADABLE)
def test_it_refuses(text: str) -> None:
    """What is no Dockerfile, or not what we would write."""
    with pytest.raises(Unreadable):
        read(text)


@pytest.mark.parametrize(("rest", "wanted"), VALUES)
def test_values(rest: str, wanted: tuple[tuple[str, str], ...]) -> None:
    """Quotes and escapes."""
    assert pairs(read(f"FROM a:1\nENV {rest}\n").instructions[1]) == wanted


def test_an_open_quote_is_refused() -> None:
    """In a value, and in a path."""
    with pytest.raises(Unreadable):
        pairs(read("FROM a:1\nENV a='b\n").instructions[1])
    with pytest.raises(Unreadable):
        paths(read('FROM a:1\nCOPY ["it\'s", "x"]\n').instructions[1])


def test_stages_and_comments() -> None:
    """Stages begin with FROM; comments keep their line."""
    document = read("# syntax=docker/dockerfile:1\nARG V=1\nFROM a:1 AS b\nRUN x\n# why\nFROM c:1\nUSER 1:1\n")
    assert [[i.keyword for i in stage] for stage in document.stages()] == [["FROM", "RUN"], ["FROM", "USER"]]
    assert document.comments == ((1, "syntax=docker/dockerfile:1"), (5, "why"))


text = st.text(st.characters(exclude_categories=("Cs", "Cc", "Co", "Cn", "Zl", "Zp")), max_size=30)
named = text.filter(lambda path: bool(path) and not set(path) & set("*?[\\"))


@given(st.lists(text, min_size=1, max_size=4), st.lists(named, min_size=2, max_size=4))
def test_what_is_escaped_is_read_back(values: list[str], places: list[str]) -> None:
    """Any text as a value of ENV or LABEL, in an argument vector and, where COPY can name it, as a path."""
    written = " ".join(f"k{n}={escape.docker_value(value)}" for n, value in enumerate(values))
    source = f"FROM a:1\nLABEL {written}\nCOPY {escape.docker_paths(places)}\nCMD {escape.docker_exec(values)}\n"
    _, label, copy, command = read(source).instructions
    assert pairs(label) == tuple((f"k{n}", value) for n, value in enumerate(values))
    assert paths(copy) == tuple(places)
    assert command.json == tuple(values)


def test_dockerfile_parse_agrees() -> None:
    """The instructions of a generated file, its labels and its environment, as another parser sees them."""
    (artifact,) = backend.emit(plan())
    other = dockerfile_parse.DockerfileParser(fileobj=io.BytesIO(artifact.text.encode()))
    mine = read(artifact.text)
    theirs = [i for i in other.structure if i["instruction"] != "COMMENT"]
    assert [(i.keyword, i.line, i.last_line) for i in mine.instructions] == [
        (i["instruction"], i["startline"] + 1, i["endline"] + 1) for i in theirs
    ]


def built(directory: Path, source: str) -> dict[str, Any]:
    """The labels and variables of what BuildKit makes of *source*."""
    docker, tag = need_engine(), f"speccompile-test-reader:{uuid.uuid4().hex}"
    (directory / "Dockerfile").write_text(source, encoding="utf-8")
    build = [docker, "build", "--quiet", "--tag", tag, str(directory)]
    done = subprocess.run(build, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    show = [docker, "image", "inspect", "--format", "{{json .Config}}", tag]
    try:
        shown = subprocess.run(show, capture_output=True, text=True, timeout=60, check=True)
    finally:
        subprocess.run([docker, "image", "rm", tag], capture_output=True, timeout=60, check=True)
    config = json.loads(shown.stdout)
    return {"labels": config["Labels"], "env": dict(entry.split("=", 1) for entry in config["Env"])}


@pytest.mark.engine
def test_buildkit_agrees(tmp_path: Path) -> None:
    """Each hand-written way to write values: what the engine has is what the reader reads."""
    source = "FROM scratch\n" + "".join(f"LABEL l{n}.{rest}\n" for n, (rest, _) in enumerate(VALUES))
    mine = {key: value for i in read(source).instructions if i.keyword == "LABEL" for key, value in pairs(i)}
    assert built(tmp_path, source)["labels"] == mine


@pytest.mark.engine
@settings(deadline=None, max_examples=4, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(st.lists(st.one_of(prose, text), min_size=60, max_size=90))
def test_buildkit_reads_any_string(values: list[str]) -> None:
    """Any text of a spec in LABEL and ENV comes out of a real build unchanged."""
    labels = " ".join(f"k{n}={escape.docker_value(value)}" for n, value in enumerate(values))
    variables = " ".join(f"K{n}={escape.docker_env(value)}" for n, value in enumerate(values))
    with tempfile.TemporaryDirectory() as made:
        found = built(Path(made), f"# syntax=docker/dockerfile:1\nFROM scratch\nLABEL {labels}\nENV {variables}\n")
    assert found["labels"] == {f"k{n}": value for n, value in enumerate(values)}
    assert {key: value for key, value in found["env"].items() if key != "PATH"} == {
        f"K{n}": value for n, value in enumerate(values)
    }
