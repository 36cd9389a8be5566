"""Which values of build secrets are handed on: those that the command names, and outside of CI those that deploy.yaml asks for."""

from __future__ import annotations

import pytest

from projects import BUN_WEB, compiled, manifest
from speccompile.errors import Refused
from speccompile.images.build_secrets import resolved
from speccompile.images.commands import Secret

DEPLOY = {"version": 1, "services": {"api": {"build": {"secrets": ["NPM_TOKEN"]}}}}
TOKEN = {"NPM_TOKEN": "t0ken"}


def _resolved(given: dict[str, Secret], environment: dict[str, str]) -> tuple[Secret, ...]:
    return resolved(compiled(BUN_WEB, manifest("web-service"), DEPLOY).plan.services, given, environment)


def test_the_variable_of_its_name_is_taken() -> None:
    assert _resolved({}, TOKEN) == (Secret("NPM_TOKEN", "env=NPM_TOKEN"),)


def test_in_ci_nothing_is_taken_because_a_file_of_the_project_asks_for_it() -> None:
    """A pull request writes deploy.yaml, and a script of a dependency reads what is mounted."""
    with pytest.raises(Refused) as refused:
        _resolved({}, {**TOKEN, "CI": "true"})
    (finding,) = refused.value.diagnostics
    assert finding.code == "SC605"
    assert "--secret id=NPM_TOKEN,env=NPM_TOKEN" in finding.fix


def test_in_ci_what_the_command_names_is_handed_on() -> None:
    named = {"NPM_TOKEN": Secret("NPM_TOKEN", "env=NPM_TOKEN")}
    assert _resolved(named, {**TOKEN, "CI": "true"}) == (named["NPM_TOKEN"],)
