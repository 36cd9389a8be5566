"""Phrases that readers look for: regular expressions over text in lower case."""

from __future__ import annotations

import re

from speccompile.regex import regex


def words(*alternatives: str) -> re.Pattern[str]:
    """What finds any of *alternatives* as whole words.

    A space in one stands for any run of spaces, hyphens or underscores, a space with a question mark for one of them or none.
    """
    spaced = (a.replace(" ?", r"[\s_-]?").replace(" ", r"[\s_-]+") for a in alternatives)
    return regex(r"\b(?:" + "|".join(spaced) + r")\b")
