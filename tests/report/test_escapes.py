"""Nothing gets into a page or a comment as anything but text."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speccompile.backends.escape.html import anchor, html
from speccompile.backends.escape.markdown import code, markdown
from speccompile.report.ages import age, in_words, moment
from speccompile.report.document import finalized
from speccompile.report.layout import Size, laid_out
from speccompile.report.system import Arrow, Box, System


class _Text(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.said, self.tags = "", 0
        self.feed(text)
        self.close()

    def handle_data(self, data: str) -> None:
        self.said += data

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags += bool(tag)
        self.said += dict(attrs).get("title") or ""


@given(st.text(st.characters(codec="utf-8")))
def test_html_gives_back_the_text(text: str) -> None:
    shown = "".join(c if c.isprintable() or c in "\n\t" else "\ufffd" for c in text)
    content, attribute = _Text(f"<p>{html(text)}</p>"), _Text(f'<p title="{html(text)}">')
    assert (content.said, content.tags) == (shown, 1)
    assert (attribute.said, attribute.tags) == (shown, 1)


def test_what_turns_the_direction_of_texts_is_shown() -> None:
    assert html("a\u202eb\x00") == "a\ufffdb\ufffd"


@pytest.mark.parametrize("name", ["", "a b", 'a"b', "a#b", "ä"])
def test_no_anchor_has_to_be_decoded(name: str) -> None:
    with pytest.raises(ValueError, match="no anchor"):
        anchor(name)


@pytest.mark.parametrize("value", ["text", None, True, 1.5])
def test_what_was_not_escaped_is_not_placed(value: object) -> None:
    with pytest.raises(TypeError, match="without being escaped"):
        finalized(value)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain, words (here): 3.5 %", r"plain, words (here)\: 3.5 %"),
        ("@team fixes #12 and GH-3", r"@&#8203;team fixes \#&#8203;12 and GH&#8203;-3"),
        (
            "see https://evil.example and www.evil.example",
            r"see https&#8203;\://evil.example and www&#8203;.evil.example",
        ),
        ("- item", r"\- item"),
        ("1. item", r"1\. item"),
        ("a | b\n# c", r"a \| b \#&#8203; c"),
        ("<b>&amp;", r"\<b\>\&amp;"),
    ],
)
def test_markdown_says_the_text_and_calls_nobody(text: str, shown: str) -> None:
    assert markdown(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"), [("a", "`a`"), ("a`b", "``a`b``"), ("`a`", "`` `a` ``"), ("a|b\nc", "`a\\|b c`"), ("", "`  `")]
)
def test_code_ends_where_it_should(text: str, shown: str) -> None:
    assert code(text) == shown


def test_ages_are_counted_in_words() -> None:
    first, later = "2024-01-15T10:00:00Z", "2024-01-17T12:00:00.5+01:00"
    assert [in_words(age(one, later)) for one in (first, later, "2024-01-18T11:00:00Z")] == [
        "2 days before",
        "at that time",
        "1 day after",
    ]
    assert moment("2024-02-30T00:00:00Z") is None
    assert moment("2016-12-31T23:59:60Z") == moment("2016-12-31T23:59:59Z")
    assert in_words(age("2024-02-30T00:00:00Z", first)) == "no point in time"


NAMES = [f"n{number}" for number in range(12)]


@given(st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), unique=True))
def test_every_system_can_be_drawn(pairs: list[tuple[str, str]]) -> None:
    """Cycles and islands too; no two boxes lie upon each other."""
    boxes = tuple(Box(name=name, kind="service", is_a="") for name in NAMES)
    arrows = tuple(Arrow(source, target, "") for source, target in pairs if source != target)
    drawn = laid_out(System(boxes, arrows), {name: Size(120, 60) for name in NAMES})
    assert all(len(path) >= 2 for path in drawn.paths)
    places = list(drawn.places.values())
    for at, one in enumerate(places):
        assert 0 <= one.x <= drawn.size.w - one.w
        assert 0 <= one.y <= drawn.size.h - one.h
        assert all(abs(one.x - other.x) >= one.w or abs(one.y - other.y) >= one.h for other in places[:at])
