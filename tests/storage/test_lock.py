"""The lock file: what is written can be read, and nothing hostile is believed."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from storage_project import lock_for

from speccompile.digests import digest
from speccompile.lock import Lock, Options, dump
from speccompile.lock_parser import LockError, parse
from speccompile.lock_schema import SCHEMA

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="/\0"), min_size=1).filter(
    lambda name: name not in (".", "..", "speccompile.lock") and not name.lower().startswith((".git", ".speccompile."))
)
PATHS = st.lists(NAMES, min_size=1, max_size=3).map("/".join)
KINDS = st.sampled_from(["read", "digest", "is-file", "is-directory", "entries", "called"])
DIGESTS = st.binary().map(digest)
LOCKS = st.builds(
    lambda output, given, targets, allowed, inputs, questions, versions, files: Lock(
        tool="1", output=output,
        options=Options(output if given or output.startswith("..") else None, targets, allowed),
        inputs=inputs.items(), questions=questions, versions=versions,
        files=[(f"{output}/{path}" if output else path, value) for path, value in files.items()],
    ),
    st.one_of(st.just(""), PATHS, PATHS.map(lambda path: f"../../{path}")),
    st.booleans(),
    st.lists(TEXTS),
    st.booleans(),
    st.dictionaries(PATHS, DIGESTS | st.just("absent")),
    st.lists(st.tuples(st.just("") | PATHS, KINDS, TEXTS)),
    st.lists(st.tuples(TEXTS, TEXTS, TEXTS)),
    st.dictionaries(PATHS, DIGESTS),
)
SOUND = Lock(
    tool="1", output="generated", options=Options(targets=["dockerfile"]), inputs=[("specs/a.json", digest(b"1"))],
    questions=[("", "entries", digest(b"2"))], versions=[("bun", "1.2", "default")],
    files=[("generated/Dockerfile", digest(b"3")), ("generated/api/x", digest(b"4"))],
)


@given(LOCKS)
def test_round_trip(lock: Lock) -> None:
    text = dump(lock)
    read = parse(text)
    assert read.sealed
    assert read == lock
    assert dump(read) == text
    jsonschema.validate(json.loads(text), SCHEMA)


def test_text_is_sorted_and_indented() -> None:
    text = dump(SOUND)
    document = json.loads(text)
    assert text == json.dumps(document, indent=2, sort_keys=True) + "\n"
    shuffled = Lock(tool="1", output="generated", options=SOUND.options, inputs=SOUND.inputs, questions=SOUND.questions,
                    versions=SOUND.versions, files=reversed(SOUND.files))
    assert dump(shuffled) == text


@given(st.text())
def test_any_text_is_a_lock_or_refused(text: str) -> None:
    with pytest.raises(LockError):
        parse(text)


KEYS = st.sampled_from(["path", "digest", "kind", "answer", "output", "targets", "allow_unverified"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner)
)


@given(VALUES, st.sampled_from(sorted(json.loads(dump(SOUND)))))
def test_any_value_anywhere_is_read_or_refused(value: Any, key: str) -> None:
    document = json.loads(dump(SOUND))
    unchanged = document[key] == value
    document[key] = value
    try:
        lock = parse(json.dumps(document))
    except LockError:
        return
    assert unchanged or not lock.sealed


@given(st.integers(0, len(dump(SOUND)) - 1), st.characters(exclude_categories=["Cs"]))
def test_the_seal_notices_any_changed_character(position: int, character: str) -> None:
    text = dump(SOUND)
    changed = text[:position] + character + text[position + 1 :]
    try:
        assert parse(changed).sealed == (changed == text)
    except LockError:
        assert changed != text


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("lock", 2, "format is 2"),
        ("lock", True, "format is true"),
        ("tool", 1, "tool is not text"),
        ("tool", "\ud800", "tool is not text"),
        ("output", "/etc", "outside the project"),
        ("output", "../elsewhere", "outside the project"),
        ("output", ".git/hooks", "outside the project"),
        ("output", "a/..", "outside the project"),
        ("options", {"output": "other", "targets": [], "allow_unverified": False}, "outside the project"),
        ("options", {"output": None, "targets": [1], "allow_unverified": False}, "a target"),
        ("options", {"output": None, "targets": [], "allow_unverified": 1}, "neither true nor false"),
        ("options", {}, "has not the keys"),
        ("inputs", [{"path": "../x", "digest": "absent"}], "not inside"),
        ("inputs", [{"path": "x", "digest": "sha256:abc"}], "not a digest"),
        ("questions", [{"path": "/etc/passwd", "kind": "read", "answer": "absent"}], "not inside"),
        ("questions", [{"path": "x", "kind": "execute", "answer": "absent"}], "not a kind"),
        ("questions", {}, "not a list"),
        ("files", [{"path": "src/main.py", "digest": digest(b"")}], "not below"),
        ("files", [{"path": "generated/../src/main.py", "digest": digest(b"")}], "not below"),
        ("files", [{"path": "generated", "digest": digest(b"")}], "not below"),
        ("files", [{"path": "generated/", "digest": digest(b"")}], "not below"),
        ("files", [{"path": "generated/.git/config", "digest": digest(b"")}], "not below"),
        ("files", [{"path": "generated/x", "digest": "absent"}], "not a digest"),
        ("files", [{"path": "generated/x", "digest": digest(b"")}] * 2, "twice"),
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
