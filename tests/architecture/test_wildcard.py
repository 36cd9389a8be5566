"""Patterns with asterisks fit what `fnmatch` says they fit."""

from __future__ import annotations

from fnmatch import fnmatchcase

from hypothesis import given
from hypothesis import strategies as st

from speccompile.plan.bases import BASES
from speccompile.stacks import STACKS
from speccompile.targets import TARGETS
from speccompile.wildcard import fits

_FEW = st.text("ab*.", max_size=8)


@given(name=st.text("ab.", max_size=10), pattern=_FEW)
def test_they_fit_as_fnmatch_has_it(name: str, pattern: str) -> None:
    assert fits(name, pattern) == fnmatchcase(name, pattern)


def test_no_table_has_another_wildcard() -> None:
    """What `fnmatch` knows besides would be a letter here."""
    patterns = (
        *(one for target in TARGETS for one in target.files),
        *(one for stack in STACKS for one in stack.signs),
        *(base.pattern for base in BASES),
    )
    assert not [one for one in patterns if set(one) & set("?[]")]
