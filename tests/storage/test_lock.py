"""The lock file: what is written can be read, and nothing hostile is believed."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from storage_project import lock_for

from speccompile.digests import digest
from speccompile.lock import Lock, dump
from speccompile.lock_parser import LockError, parse
from speccompile.lock_schema import SCHEMA
from tools import need

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="/\0"), min_size=1).filter(
    lambda name: name not in (".", "..", "speccompile.lock") and not name.lower().startswith((".git", ".speccompile."))
)
PATHS = st.lists(NAMES, min_size=1, max_size=3).map("/".join)
DIGESTS = st.binary().map(digest)
LOCKS = st.builds(
    lambda output, inputs, versions, files: Lock(
        tool="1",
        output=output,
        inputs=inputs.items(),
        versions=versions,
        files=[(f"{output}/{path}" if output else path, value) for path, value in files.items()],
    ),
    st.one_of(st.just(""), PATHS, PATHS.map(lambda path: f"../../{path}")),
    st.dictionaries(PATHS, DIGESTS | st.just("absent")),
    st.lists(st.tuples(TEXTS, TEXTS, TEXTS)),
    st.dictionaries(PATHS, DIGESTS),
)
SOUND = Lock(
    tool="1",
    output="generated",
    inputs=[("specs/a.json", digest(b"1"))],
    versions=[("bun", "1.2", "default")],
    files=[("generated/Dockerfile", digest(b"3")), ("generated/api/x", digest(b"4"))],
)


@given(LOCKS)
def test_round_trip(lock: Lock) -> None:
    text = dump(lock)
    read = parse(text)
    assert read == lock
    assert dump(read) == text
    jsonschema.validate(json.loads(text), SCHEMA)


def test_text_is_sorted_and_indented() -> None:
    text = dump(SOUND)
    document = json.loads(text)
    assert text == json.dumps(document, indent=2, sort_keys=True) + "\n"
    shuffled = Lock(
        tool="1", output="generated", inputs=SOUND.inputs, versions=SOUND.versions, files=reversed(SOUND.files)
    )
    assert dump(shuffled) == text


def test_branches_that_change_different_files_merge(tmp_path: Path) -> None:
    """A file is a line: git puts the two together without asking."""
    git = need("git", "apt-get install git")
    files = {f"generated/{name}": digest(name.encode()) for name in "abcdefgh"}
    sides = [
        dump(Lock(tool="1", output="generated", files={**files, **change}.items()))
        for change in (
            {},
            {"generated/a": digest(b"1")},
            {"generated/h": digest(b"2")},
            {"generated/a": digest(b"1"), "generated/h": digest(b"2")},
        )
    ]
    for name, text in zip(("base", "ours", "theirs"), sides, strict=False):
        (tmp_path / name).write_text(text)
    merged = subprocess.run(
        [git, "merge-file", "-p", "ours", "base", "theirs"], cwd=tmp_path, check=True, capture_output=True, text=True
    )
    assert merged.stdout == sides[3]


@given(st.text())
def test_any_text_is_a_lock_or_refused(text: str) -> None:
    with pytest.raises(LockError):
        parse(text)


KEYS = st.sampled_from(["generated/x", "path", "name", "value", "source"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner)
)


@given(VALUES, st.sampled_from(sorted(json.loads(dump(SOUND)))))
def test_any_value_anywhere_is_read_or_refused(value: Any, key: str) -> None:
    document = {**json.loads(dump(SOUND)), key: value}
    try:
        lock = parse(json.dumps(document))
    except LockError:
        return
    assert json.loads(dump(lock))[key] == value or key == "versions"


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("lock", 1, "format is 1"),
        ("lock", True, "format is true"),
        ("tool", 1, "tool is not text"),
        ("tool", "\ud800", "tool is not text"),
        ("output", "/etc", "no output directory"),
        ("output", "../x/", "no output directory"),
        ("output", ".git/hooks", "no output directory"),
        ("output", "a/..", "no output directory"),
        ("options", {"allow_unverified": True}, "has not the keys"),
        ("inputs", {"../x": "absent"}, "not inside"),
        ("inputs", {"x": "sha256:abc"}, "not a digest"),
        ("inputs", [], "not an object"),
        ("versions", {}, "not a list"),
        ("versions", [{"name": "x"}], "has not the keys"),
        ("files", {"src/main.py": digest(b"")}, "not below"),
        ("files", {"generated/../src/main.py": digest(b"")}, "not below"),
        ("files", {"generated": digest(b"")}, "not below"),
        ("files", {"generated/": digest(b"")}, "not below"),
        ("files", {"generated/.git/config": digest(b"")}, "not below"),
        ("files", {"generated/x": "absent"}, "not a digest"),
        ("files", {"generated/x": 1}, "not text"),
        ("files", ["generated/x"], "not an object"),
    ],
)
def test_hostile_locks(key: str, value: object, says: str) -> None:
    document = {**json.loads(dump(SOUND)), key: value}
    with pytest.raises(LockError, match=says):
        parse(json.dumps(document))
    assert says


@pytest.mark.parametrize("text", ["[" * 100_000, "1" * 10_000, "", "null", '{"lock": 1}', "<<<<<<< HEAD\n{}"])
def test_texts_that_are_no_lock(text: str) -> None:
    with pytest.raises(LockError):
        parse(text)


def test_a_lock_in_the_project_itself_does_not_own_the_lock_file() -> None:
    lock = lock_for({"speccompile.lock": "x"}, "")
    with pytest.raises(LockError, match="not below"):
        parse(dump(lock))


def test_a_merge_that_doubled_a_line_is_noticed() -> None:
    text = dump(SOUND)
    line = next(line for line in text.splitlines() if "generated/Dockerfile" in line)
    with pytest.raises(LockError, match="twice"):
        parse(text.replace(line, f"{line}\n{line}"))


def test_a_long_lock_is_read() -> None:
    """Eight megabytes of files are nothing that is broken."""
    lock = Lock(
        tool="1", output="generated", files=[(f"generated/s{n}/Dockerfile", digest(b"")) for n in range(80_000)]
    )
    assert len(dump(lock)) > 8_000_000
    assert parse(dump(lock)) == lock


def test_the_line_of_a_merge_mark_is_known() -> None:
    text = dump(SOUND).replace('  "inputs"', '<<<<<<< ours\n  "inputs"')
    with pytest.raises(LockError) as caught:
        parse(text)
    assert caught.value.line == text.splitlines().index("<<<<<<< ours") + 1


def test_schema_is_a_schema_and_refuses() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    validator = jsonschema.Draft202012Validator(SCHEMA)
    document = json.loads(dump(SOUND))
    for key in document:
        assert not validator.is_valid({other: value for other, value in document.items() if other != key}), key
        assert not validator.is_valid({**document, key: 1.5}), key
    assert not validator.is_valid({**document, "more": 1})
