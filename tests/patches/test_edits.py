"""Whatever somebody does to a generated file, a patch gives just these bytes, or it is said which line cannot be expressed."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from patched import compiled

from speccompile.artifacts import Artifact
from speccompile.backends.yaml import Entry
from speccompile.cli.patch_from_diff import differing
from speccompile.frontends.patchfile import read
from speccompile.patching.applying import applied
from speccompile.patching.differing import NotReadError, operations
from speccompile.patching.document import is_tree
from speccompile.patching.writing import appended, start
from speccompile.patching.yamltree import YamlTree, entry_of, parsed, plain
from speccompile.provenance import Origin

FILES = ("Dockerfile", "nginx.conf", "docker-compose.yml", ".env.example", "health.ts", "Dockerfile.dockerignore")
LINE = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Co", "Cn", "Zl", "Zp", "Cf")), max_size=30),
    st.sampled_from(
        ["", "    }", "ENV DO_NOT_TRACK=1", "  x: 1", "# comment", "\tindented", "- item", 'say "no"\\n', "EXPOSE 3000"]
    ),
)


@cache
def artifact(path: str) -> Artifact:
    """As it is generated."""
    (found,) = (one for one in compiled({}).artifacts if one.path == path)
    return found


def given_back(one: Artifact, edited: str, before: str | None = None) -> str | None:
    """What the patch that is made of an edit makes of the file; None where no patch is made."""
    try:
        found = operations(one, edited)
    except NotReadError:
        return None
    text = appended(before, "patches/x.yaml", 'for "tests": # all', found) if found else None
    model = read(text, "patches/x.yaml")[0] if text is not None else None
    if model is None:
        return None
    last = applied(one, "patches/x.yaml", model.model_copy(update={"patches": model.patches[-1:]}))[-1]
    return None if last.findings else last.after.text


@st.composite
def edits(draw: st.DrawFn, text: str) -> str:
    """*text* with some lines replaced, removed or put in, below the head of the file."""
    lines = text.removesuffix("\n").split("\n")
    for _ in range(draw(st.integers(1, 5))):
        at = draw(st.integers(4, len(lines)))
        gone = draw(st.integers(0, 3))
        lines[at : at + gone] = draw(st.lists(LINE, max_size=3))
        if len(lines) < 5:
            break
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("path", [path for path in FILES if not is_tree(path)])
@given(data=st.data())
@settings(deadline=None, max_examples=40)
def test_lines(path: str, data: st.DataObject) -> None:
    """All that is below the head can be expressed."""
    one = artifact(path)
    edited = data.draw(edits(one.text))
    if edited != one.text:
        assert given_back(one, edited) == edited


VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-5, 99), st.text(st.characters(codec="ascii", categories=("L", "N", "P", "Zs")), max_size=12)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text("abc.-", min_size=1, max_size=4), inner, max_size=3)),
    max_leaves=5,
)  # fmt: skip


@st.composite
def values(draw: st.DrawFn, value: object) -> object:
    """*value* with something in it changed, taken away, put in or put elsewhere."""
    if isinstance(value, dict) and value and draw(st.integers(0, 9)):
        key = draw(st.sampled_from(sorted(value)))
        match draw(st.sampled_from(("inside", "inside", "inside", "gone", "new", "moved"))):
            case "inside":
                return {name: draw(values(child)) if name == key else child for name, child in value.items()}
            case "gone":
                return {name: child for name, child in value.items() if name != key}
            case "moved":
                return {**{name: child for name, child in value.items() if name != key}, key: value[key]}
        items = list(value.items())
        items.insert(draw(st.integers(0, len(items))), (draw(st.text("xyz/~[]", min_size=1, max_size=5)), draw(VALUES)))
        return dict(items)
    if isinstance(value, list) and value and draw(st.integers(0, 9)):
        at = draw(st.integers(0, len(value) - 1))
        return draw(
            st.sampled_from(
                (
                    value[:at] + value[at + 1 :],
                    [*value[:at], draw(values(value[at])), *value[at + 1 :]],
                    [draw(VALUES), *value],
                )
            )
        )
    return draw(VALUES)


@given(data=st.data())
@settings(deadline=None, max_examples=60)
def test_values(data: st.DataObject) -> None:
    """Of a YAML file in the layout in which it is written: keys and items that come, go, change and move."""
    one = artifact("docker-compose.yml")
    tree = parsed(one)
    edited = data.draw(values(plain(tree.root)))
    if (
        not isinstance(edited, dict)
        or not edited
        or (edited == plain(tree.root) and list(edited) == list(plain(tree.root)))
    ):
        return
    text = YamlTree(tree.header, Entry(entry_of(edited, Origin(("x",))).value, Origin(("x",)))).rendered()[0]
    if text != one.text:
        assert given_back(one, text) == text


@given(data=st.data())
@settings(deadline=None, max_examples=20)
def test_lines_of_a_yaml_file(data: st.DataObject) -> None:
    """Edited at random it is given back, or it is said which lines are not: never another text."""
    one = artifact("docker-compose.yml")
    edited = data.draw(edits(one.text))
    given = given_back(one, edited)
    if given != edited:
        told = list(differing("generated/docker-compose.yml", given or one.text, edited))
        assert told == [] or {finding.code for finding in told} == {"SC568"}
        assert given is None or told


@pytest.mark.parametrize("path", FILES)
def test_a_start_is_comments_with_what_is_there(path: str) -> None:
    """It changes nothing, and a patch made of an edit goes below it."""
    one = artifact(path)
    text = start(one, f"generated/{path}")
    model, findings = read(text, "patches/x.yaml")
    assert (model and model.patches, findings) == ((), ())
    edited = one.text.replace("3000", "3001").replace("bank", "bink") if path != ".env.example" else one.text + "A=1\n"
    if edited != one.text:
        assert given_back(one, edited, text) == edited


def test_a_second_patch_goes_below_the_first_and_leaves_its_text() -> None:
    """However that is indented."""
    one = artifact("Dockerfile")
    first = "# why\npatches:\n- reason: a # b\n  operations:\n  - {op: replace, find: STOPSIGNAL SIGTERM, text: STOPSIGNAL SIGQUIT}\n"
    text = appended(first, "patches/Dockerfile.yaml", "second", ({"op": "remove", "find": "EXPOSE 3000"},))
    assert text is not None
    assert text.startswith(first)
    model, findings = read(text, "patches/Dockerfile.yaml")
    assert model
    assert ([one.reason for one in model.patches], findings) == (["a", "second"], ())
    assert "SIGQUIT" in applied(one, "patches/Dockerfile.yaml", model)[-1].after.text
    assert (
        appended(
            "patches: [{reason: x, operations: [{op: remove, find: x}]}]\n",
            "p.yaml",
            "y",
            ({"op": "remove", "find": "z"},),
        )
        is None
    )
