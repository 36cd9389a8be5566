"""What holds for any valid spec."""

from __future__ import annotations

import json
import random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from projects import compiled
from speccompile.errors import Refused
from speccompile.pipeline import Compilation
from strategies import projects

Project = tuple[dict[str, str], dict[str, Any], dict[str, Any] | None]
steady = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])


def _compile(project: Project) -> Compilation | None:
    """The compilation, or None when the spec is refused with diagnostics (names that clash, an assertion that deploy.yaml contradicts)."""
    sources, manifest, deploy = project
    try:
        return compiled(sources, json.dumps(manifest, ensure_ascii=False), deploy)
    except Refused as refused:
        found = refused.diagnostics
    assert all(d.fix and d.span.path for d in found)
    assert all(d.code.startswith(("SC2", "SC36", "SC39")) for d in found), found
    return None


def _shuffled(value: Any, chance: random.Random) -> Any:
    if isinstance(value, dict):
        keys = list(value)
        chance.shuffle(keys)
        return {key: _shuffled(value[key], chance) for key in keys}
    return value


@steady
@given(projects())
def test_invariants_hold_and_every_line_has_an_origin(project: Project) -> None:
    """No defect is found in what is emitted, consistency (origins, citations) included."""
    compilation = _compile(project)
    if compilation:
        assert compilation.defects == ()


@steady
@given(projects())
def test_same_input_same_bytes(project: Project) -> None:
    """Twice the same."""
    first, second = _compile(project), _compile(project)
    assert (first and first.files) == (second and second.files)


@steady
@given(projects(), st.randoms(use_true_random=False))
def test_order_of_keys_and_assertions_changes_nothing(project: Project, chance: random.Random) -> None:
    """Reordering keys, assertions, and the entries of deploy.yaml gives the same artifacts."""
    sources, manifest, deploy = project
    other = _shuffled(manifest, chance)
    other["assertions"] = chance.sample(other["assertions"], len(other["assertions"]))
    first, second = _compile(project), _compile((sources, other, _shuffled(deploy, chance)))
    assert (first and first.files) == (second and second.files)
