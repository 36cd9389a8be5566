"""Nothing is lost on a platform without a word: set each key of deploy.yaml in turn, and what it changes in the plan is in a line of the platform's files that cites
it, or is a loss that is said."""

from __future__ import annotations

from dataclasses import replace

import pytest
from test_origins_of_keys import CITED, DEPLOY, _files, _lines, _named, uncited

from speccompile.diagnostics import Severity
from speccompile.errors import Refused
from speccompile.frontends.keys import Key
from speccompile.lower.lower import Surroundings
from speccompile.pipeline import Compilation, compile_project
from speccompile.project.memory import MemoryTree
from speccompile.targets import PLATFORMS

OF_FILES = "kubernetes"
"""A file for each object: one that is there because of a key cites what the object is about, not all that made it one of its kind."""

OTHERS = [platform.name for platform in PLATFORMS if platform.name != "compose"]


def _compiled(files: dict[str, str], platform: str) -> Compilation:
    # On one line, so that the lines of the keys stay where they are.
    text = files[DEPLOY].rstrip()
    assert text.startswith("{")
    files = {**files, DEPLOY: f'{{"targets": ["{platform}"],{text[1:]}'}
    return compile_project(MemoryTree(files), Surroundings(None, ("shop",), allow_unverified=False))


def _said(done: Compilation) -> set[tuple[str, str]]:
    accounts = {(one.standing.value, one.why) for platform in done.platforms for one in platform.accounts}
    return {(note.code, note.message) for note in done.notes} | accounts


@pytest.mark.parametrize("platform", OTHERS)
@pytest.mark.parametrize(
    "key", [key for key in CITED if "targets" not in _files(key, written=False)[DEPLOY]], ids=_named
)
def test_what_a_key_changes_is_there_or_said(key: Key, platform: str) -> None:
    without, having = _files(key, written=False), _files(key, written=True)
    before = _compiled(without, platform)
    try:
        after = _compiled(having, platform)
    except Refused as refused:
        told = {one.span.line for one in refused.diagnostics if one.severity is Severity.ERROR}
        if told & _lines(key, without[DEPLOY], having[DEPLOY]):
            return
        raise
    # Where releases are is for who deploys, and for a machine that follows them, which is no platform.
    if before.plan == replace(after.plan, followed=before.plan.followed):
        return
    made = {one.path: one for one in before.artifacts}, {one.path: one for one in after.artifacts}
    changed = {path: one.text for path, one in made[0].items()} != {path: one.text for path, one in made[1].items()}
    assert changed or _said(before) != _said(after), "it changes the plan, and nobody is told that nothing comes of it"
    if changed and key.steps[0] != "assertions" and platform != OF_FILES:
        assert uncited(*made, DEPLOY, _lines(key, without[DEPLOY], having[DEPLOY])) == []
