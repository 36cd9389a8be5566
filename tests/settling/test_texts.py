"""Decisions in texts that are there: one word, one line; all else stays byte for byte, and the text says what it said."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects import assertion, manifest
from speccompile.frontends import yamltext
from speccompile.settling.bindings import with_binding
from speccompile.settling.statuses import status_of, with_status
from speccompile.spec.located import SourceText

WAIVED = {"waive": 'it\'s "kept" elsewhere'}
LINE = 'A-001: {waive: "it\'s \\"kept\\" elsewhere"}'


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("version: 1\n", f"version: 1\nassertions:\n  {LINE}\n"),
        ("", f"assertions:\n  {LINE}\n"),
        ("# nothing yet\n", f"# nothing yet\nassertions:\n  {LINE}\n"),
        ("{}\n", f"{{assertions: {{{LINE}}}}}\n"),
        ("assertions: {}\n", f"assertions: {{{LINE}}}\n"),
        ('{"version": 1}\n', f'{{assertions: {{{LINE}}}, "version": 1}}\n'),
        (
            "assertions: {A-002: {waive: x}}  # all of it\nservices: {}\n",
            f"assertions: {{{LINE}, A-002: {{waive: x}}}}  # all of it\nservices: {{}}\n",
        ),
        (
            "assertions:\n    # the uploads\n    A-002: {body: 8M}  # as said\n\n    # the rest\n    A-003:\n      waive: x\n\n# what runs\nservices: {}\n",
            f"assertions:\n    # the uploads\n    A-002: {{body: 8M}}  # as said\n\n    # the rest\n    A-003:\n      waive: x\n    {LINE}\n\n# what runs\nservices: {{}}\n",
        ),
        ("assertions:\n  A-001: {evidence: x}\n", f"assertions:\n  A-001: {{{LINE[8:-1]}, evidence: x}}\n"),
        ("assertions:\n  A-001:\n    evidence: x # so\nservices: {}\n", f"assertions:\n  A-001:\n    evidence: x # so\n    {LINE[8:-1]}\nservices: {{}}\n"),
        ("services:\n  app:\n    path: .", f"services:\n  app:\n    path: .\nassertions:\n  {LINE}\n"),
        ("assertions:\n  A-002:\n    waive: >\n      a long\n      reason\nservices: {}\n", f"assertions:\n  A-002:\n    waive: >\n      a long\n      reason\n  {LINE}\nservices: {{}}\n"),
    ],
)  # fmt: skip
def test_a_binding_is_one_line_more(text: str, changed: str) -> None:
    assert with_binding(text, "A-001", WAIVED) == changed


@pytest.mark.parametrize("text", ["a: b: c\n", "[1]\n", "assertions: &x {A-002: {waive: x}}\n...\n--- \n"])
def test_where_there_is_no_place_nothing_is_changed(text: str) -> None:
    assert with_binding(text, "A-001", WAIVED) is None


IDS = st.from_regex(r"A-[0-9]{3}", fullmatch=True)
REASONS = st.text(st.characters(min_codepoint=32, max_codepoint=0x2FF, exclude_characters="\x7f\x85\xad", exclude_categories=["Cc", "Cf"]), min_size=1).filter(str.strip)  # fmt: skip
COMMENTS = st.sampled_from(["", "  # of old", "\n\n  # a comment: {of, its} own"])


@given(st.dictionaries(IDS, st.tuples(REASONS, COMMENTS, st.booleans())), IDS, REASONS, st.booleans())
def test_all_that_was_said_is_said_still(
    there: dict[str, tuple[str, str, bool]], id_: str, reason: str, services: bool
) -> None:
    """Whatever stands there, in whichever layout: every line of it stays, and the binding is read as it was meant."""
    lines = ["version: 1"] + (["assertions:"] if there else [])
    for one, (why, comment, block) in there.items():
        said = json.dumps(why, ensure_ascii=False)
        lines.append(f"  {one}:\n    until: {said}{comment}" if block else f"  {one}: {{until: {said}}}{comment}")
    text = "\n".join([*lines, *(["services:", "  app: {path: .}"] if services else [])]) + "\n"
    changed = with_binding(text, id_, {"waive": reason})
    assert changed is not None
    before, after = (yamltext.read(SourceText("x", one))[0] for one in (text, changed))
    assert after["assertions"][id_]["waive"] == reason
    bound = {key: value for key, value in after["assertions"].items() if key != id_ or key in there}
    if id_ in there:
        bound[id_] = {key: value for key, value in bound[id_].items() if key != "waive"}
    assert bound == before.get("assertions", {})
    kept = [line for line in text.split("\n") if not line.startswith(f"  {id_}: {{")]
    assert [line for line in changed.split("\n") if line in kept] == kept or set(kept) <= set(changed.split("\n"))


def _manifest(*statuses: str) -> str:
    return manifest(
        "web-service", *(assertion(n, "Status “pending” \\ is shown", status=s) for n, s in enumerate(statuses, 1))
    )


def test_a_status_is_one_word() -> None:
    """Of the assertion that is meant, and of no other."""
    text = "  " + _manifest("pending", "pending", "denied").replace('"status"', '"status"  ')
    changed = with_status(text, "A-002", "confirmed")
    assert changed is not None
    differing = [(one, other) for one, other in zip(text.split("\n"), changed.split("\n"), strict=True) if one != other]
    assert differing == [('      "status"  : "pending",', '      "status"  : "confirmed",')]
    assert [status_of(changed, f"A-{n:03d}") for n in (1, 2, 3)] == ["pending", "confirmed", "denied"]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"assertions": [{"id": "A-001"}]}', '{"assertions": [{"id": "A-002", "status": "pending"}]}'])  # fmt: skip
def test_a_status_that_is_not_there_is_not_changed(text: str) -> None:
    assert with_status(text, "A-001", "confirmed") is None


def test_values_are_written_as_they_are_read() -> None:
    """Numbers, lists, words that YAML takes for something else."""
    said: dict[str, Any] = {"ignore": ["SC311", "store"], "because": "null", "port": 4000, "availability": 99.5, "origins": ["https://a.b"], "health": "/livez", "waive": "no: #1"}  # fmt: skip
    changed = with_binding("version: 1\n", "A-001", said)
    assert changed is not None
    read = yamltext.read(SourceText("x", changed))[0]["assertions"]["A-001"]
    assert {key: list(value) if isinstance(value, tuple) else value for key, value in read.items()} == said
