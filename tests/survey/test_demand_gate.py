"""What no pattern of a variable that is wanted can match is told by one look at a source."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from speccompile.detect.demand_patterns import DEFAULTS, DEMANDS, may_match
from speccompile.lexing import lex

_ALL = sorted({pattern.pattern for pattern in (*DEFAULTS, *(one for _, several in DEMANDS for one in several))})


@pytest.mark.parametrize("pattern", _ALL)
@settings(max_examples=15)
@given(data=st.data())
def test_what_matches_is_looked_at(pattern: str, data: st.DataObject) -> None:
    text = data.draw(st.from_regex(re.compile(pattern, re.ASCII)))
    assert may_match(lex("any.txt", text))


def test_most_sources_are_not() -> None:
    assert not may_match(
        lex("a.ts", 'import { open } from "./store.ts";\nexport const total = (a: number) => a + 1;\n')
    )
