"""What the documentation says is so: pages, links, snippets, commands, explanations."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from case_folders import command
from projects import BUN_WEB, PYTHON_JOB, PYTHON_WEB, assertion, compiled, manifest
from speccompile.catalog import CATALOG
from speccompile.cli import main
from speccompile.codes.families import CODES
from speccompile.diagnostics import errors
from speccompile.frontends.load import load
from speccompile.lower.catalogue import RULE_DOCS
from speccompile.plan.walk import nodes
from speccompile.project.memory import MemoryTree
from speccompile.targets import NAMES
from speccompile.verify.invariants import CATALOGUE
from tools import ROOT

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FENCED = re.compile(r"^ *```\w+\n.*?^ *```$", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`(speccompile [^`]+)`")


def test_generated_pages_are_up_to_date() -> None:
    """docs/build.py has nothing to write."""
    run = subprocess.run(
        [sys.executable, "docs/build.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stderr) == (0, "")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    """Every link that is not of the web is a path that is there."""
    prose = _FENCED.sub("", page.read_text(encoding="utf-8"))
    links = [link for link in _LINK.findall(prose) if "://" not in link]
    assert [link for link in links if not (page.parent / link.partition("#")[0]).exists()] == []


def test_the_manifest_in_the_readme_is_one() -> None:
    """The front ends take it, with nothing to say."""
    (text,) = _blocks(ROOT / "README.md", "json")
    spec, notes = load(MemoryTree({"specs/assertions.json": text}), CATALOG)
    assert (errors(notes), [a.id for s in spec.services for a in s.manifest.assertions]) == ((), ["A-001"])


def _blocks(page: Path, language: str) -> list[str]:
    return [text for kind, text in _BLOCK.findall(page.read_text(encoding="utf-8")) if kind == language]


_REDIRECTED = re.compile(r"\s>\s*\S+")


def _commands() -> Iterator[list[str]]:
    """The arguments of every command of speccompile that a page shows, in a block or in a sentence."""
    for page in PAGES:
        lines = [line for block in _blocks(page, "sh") for line in block.splitlines()]
        for line in (*lines, *_INLINE.findall(page.read_text(encoding="utf-8"))):
            for part in re.split(r"&&|\|\|?|;", line):
                words = shlex.split(_REDIRECTED.sub("", part).replace("<", "").replace(">", ""), comments=True)
                if words[1:] and words[0].rpartition("/")[2] == "speccompile":
                    yield words[1:]


@pytest.mark.parametrize("words", list(_commands()), ids=" ".join)
def test_commands_exist_with_these_flags(words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """They parse; nothing is run."""
    monkeypatch.chdir(ROOT)
    if words[:1] == ["-C"]:
        assert Path(words[1]).is_dir() or words[1].isupper() or "example" in words[1]
        words = words[2:]
    with click.Context(main, **main.context_settings) as context:
        known = main.get_command(context, words[0])
        assert known is not None, f"there is no command {words[0]}"
        known.make_context(words[0], words[1:], parent=context)


def test_there_are_commands_to_test() -> None:
    """The tour among them."""
    assert {"init", "generate", "check", "plan", "explain", "schema"} <= {words[0] for words in _commands()}


@pytest.mark.parametrize("code", sorted({*CODES, *RULE_DOCS}))
def test_every_code_and_rule_is_explained(code: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With a title and a sentence."""
    status, said, problems = command(["explain", code], tmp_path, capsys)
    assert (status, problems) == (0, "")
    title, _, text = said.partition("\n\n")
    assert title.startswith(f"{code}: ")
    assert len(text.split()) > 5


def test_an_unknown_code_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With an exit code."""
    assert command(["explain", "SC000"], tmp_path, capsys)[0] == 1


@pytest.mark.parametrize(
    ("sources", "archetype"), [(BUN_WEB, "web-service"), (PYTHON_WEB, "web-service"), (PYTHON_JOB, "data-pipeline")]
)
def test_every_rule_that_made_something_is_documented(sources: dict[str, str], archetype: str) -> None:
    """So that no line is explained with a bare code."""
    said = ("Orders are stored in postgres", "Only one run at a time, nightly", "Shuts down gracefully in 20 seconds")
    plan = compiled(sources, manifest(archetype, *(assertion(n, text) for n, text in enumerate(said, start=1)))).plan
    assert {rule for node in nodes(plan) for rule in node.origin.rules} <= set(RULE_DOCS)


def test_every_invariant_is_of_one_target() -> None:
    """And every target has some."""
    ids = [code for _, codes in CATALOGUE for code in codes]
    assert sorted(ids) == sorted(
        code
        for code in CODES
        if "SC800" <= code <= "SC811"
        or code in ("SC587", "SC813", "SC814", "SC816")
        or "SC820" <= code <= "SC843"
        or code >= "SC860"
    )
    assert {target for target, codes in CATALOGUE if codes} == {*NAMES, "all artifacts"}
