"""An example environment as an operator fills it in."""

from __future__ import annotations

import re

_REQUIRED = re.compile(r"^(# Required: .*\n(?:# .*\n)*[A-Za-z_][A-Za-z0-9_]*=)$", re.MULTILINE)


def filled(example: str, value: str = "s3cret-of-a-test") -> str:
    """*example*, the text of ``.env.example``, with *value* for every secret that is required: these have none there."""
    return _REQUIRED.sub(lambda match: match[1] + value, example)
