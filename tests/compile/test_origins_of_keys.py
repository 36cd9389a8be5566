"""No value loses its origin on the way: set each key of deploy.yaml in turn, and each line that changes cites it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher

import pytest

from projects import BUN_WEB, manifest
from speccompile.artifacts import Artifact
from speccompile.cli.deploy_page import example
from speccompile.frontends.keys import Key, keys
from speccompile.lower.lower import Surroundings
from speccompile.pipeline import compile_project
from speccompile.project.memory import MemoryTree

DEPLOY = "specs/deploy.yaml"
ABOUT_ASSERTIONS = "what becomes of an assertion is in no artifact: the plan has it, and tests/held/ sees to it"
NOT_CHANGED = {
    "assertions": ABOUT_ASSERTIONS,
    "assertions.NAME.waive": ABOUT_ASSERTIONS,
    "assertions.NAME.until": ABOUT_ASSERTIONS,
    "targets": "it chooses which files there are, and nothing in them follows from it",
}
"""Keys that the example cannot be compiled with, and why that is no loss."""

CITED = [key for key in keys() if key.dotted not in NOT_CHANGED]
_ALIKE = 0.6
"""The share of its lines that a file under another name has to have in common with what it was."""

DIGEST = "com.spec-driven.spec-digest="
"""This line is another one whatever is written into the specs."""


def _named(key: Key) -> str:
    return f"{key.dotted}-{key.kind}" if key.kind else key.dotted


def _files(key: Key, *, written: bool) -> dict[str, str]:
    files = example(key, written=written)
    # What the build of an image is told wants an image that is built.
    built = {**BUN_WEB, "specs/assertions.json": manifest("web-service")} if "build" in key.steps else {}
    return {**files, **({} if "packages" in key.steps else {name: str(text) for name, text in built.items()})}


def artifacts(files: Mapping[str, str]) -> dict[str, Artifact]:
    made = compile_project(MemoryTree(files), Surroundings(None, ("shop",), allow_unverified=False))
    return {artifact.path: artifact for artifact in made.artifacts}


def fresh(before: str, after: str) -> Iterator[int]:
    """The numbers of the lines of *after* that are not *before*'s."""
    for kind, _, _, start, end in SequenceMatcher(None, before.split("\n"), after.split("\n"), False).get_opcodes():
        if kind in ("replace", "insert"):
            yield from range(start + 1, end + 1)


def _renamed(artifact: Artifact, before: Mapping[str, Artifact], after: Mapping[str, Artifact]) -> str:
    """What a file that is called after something was under its name before: the one of its kind that is gone and most like it; else nothing."""
    kind = artifact.path.rpartition(".")[2]
    gone = [one.text for path, one in before.items() if path not in after and path.rpartition(".")[2] == kind]
    like = {text: SequenceMatcher(None, text.split("\n"), artifact.text.split("\n"), False).ratio() for text in gone}
    return max((text for text in gone if like[text] > _ALIKE), key=lambda text: like[text], default="")


def uncited(before: Mapping[str, Artifact], after: Mapping[str, Artifact], path: str, lines: set[int]) -> list[str]:
    """The lines that are not *before*'s and do not cite one of *lines* of *path*."""
    found = []
    for artifact in after.values():
        known = before[artifact.path].text if artifact.path in before else _renamed(artifact, before, after)
        texts = artifact.text.split("\n")
        for number in fresh(known, artifact.text):
            causes = [cause.span for origin in artifact.origins.get(number, ()) for cause in origin.causes]
            text = texts[number - 1].strip()
            if text and DIGEST not in text and not any(one.path == path and one.line in lines for one in causes):
                found.append(f"{artifact.path}:{number}: {text}")
    return found


def _silent(files: Mapping[str, str]) -> dict[str, str]:
    """The same project, of which no assertion says anything."""
    specs = json.loads(files["specs/assertions.json"])
    deploy = json.loads(files[DEPLOY])
    return {
        **files,
        "specs/assertions.json": json.dumps({**specs, "assertions": []}),
        DEPLOY: json.dumps({name: value for name, value in deploy.items() if name != "assertions"}),
    }


def _lines(key: Key, before: str, after: str) -> set[int]:
    """The lines that cite *key*: where it is, and for a part of what an assertion demands where that begins."""
    within = f'"{key.steps[2]}":' if key.dotted.startswith("assertions.NAME.") else None
    begins = {number for number, line in enumerate(after.split("\n"), 1) if within and line.strip().startswith(within)}
    return {*fresh(before, after), *begins}


@pytest.mark.parametrize("key", CITED, ids=_named)
def test_every_line_that_a_key_changes_cites_it(key: Key) -> None:
    """At the line of deploy.yaml that the key is in; but for what is there, too, where no assertion is."""
    without, having = _files(key, written=False), _files(key, written=True)
    lines = _lines(key, without[DEPLOY], having[DEPLOY])
    assert lines
    bare = uncited(artifacts(without), artifacts(having), DEPLOY, lines)
    if key.steps[0] == "assertions":
        bare = [line for line in uncited(artifacts(_silent(without)), artifacts(having), DEPLOY, lines) if line in bare]
    assert bare == []


def test_a_line_without_its_cause_is_noticed() -> None:
    """The same lines, with their origins taken away."""
    key = next(key for key in CITED if key.dotted == "services.NAME.port" and "built" in key.kind)
    without, having = artifacts(_files(key, written=False)), artifacts(_files(key, written=True))
    bare = {path: Artifact(path, one.text, {}, one.target) for path, one in having.items()}
    missing = uncited(without, bare, DEPLOY, {1})
    assert any(line.startswith("Dockerfile:") and "PORT" in line for line in missing)


def test_what_is_left_out_is_a_key() -> None:
    """A key that is no more is no excuse."""
    assert set(NOT_CHANGED) <= {key.dotted for key in keys()}
