"""Generated health modules at work: the languages that are interpreted."""

from __future__ import annotations

import pytest
from health_behaviour import *  # noqa: F403  # the tests
from health_plans import LANGUAGES


@pytest.fixture(params=tuple(one for one in LANGUAGES if one not in ("go", "java", "rust")))
def language(request: pytest.FixtureRequest) -> str:
    """Each language."""
    name: str = request.param
    return name
