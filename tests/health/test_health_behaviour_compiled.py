"""Generated health modules at work: Java and Rust."""

from __future__ import annotations

import pytest
from health_behaviour import *  # noqa: F403  # the tests


@pytest.fixture(params=("java", "rust"))
def language(request: pytest.FixtureRequest) -> str:
    """Each language."""
    name: str = request.param
    return name
