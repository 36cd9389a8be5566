"""How deep YAML's brackets are nested, told before a parser is given the text: ruamel's time grows with the square of it."""

from __future__ import annotations

import re

DEEPEST = 100


def is_too_deep(text: str) -> bool:
    """Whether more than ``DEEPEST`` brackets are open at once, those in texts counted too: nothing that is generated or that people write
    comes near to that."""
    depth = 0
    for found in re.finditer(r"[\[\]{}]", text):
        depth = depth + 1 if found[0] in "[{" else max(0, depth - 1)
        if depth > DEEPEST:
            return True
    return False
