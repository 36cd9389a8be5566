"""Whatever a tree is like, it is compiled or refused in time: no bug of ours, no defect of an artifact. Some hundred are tried here;
``mutator.py`` tries any number of others. What it once found is tried for ever."""

from __future__ import annotations

import pytest
from mutator import bases, mutated, problem

BATCH = 50
FOUND = {
    "its directories are copied before the only installation": (
        "stacks python-pip-web",
        "requirements.txt",
        "setup.py",
        b"from setuptools import setup\nsetup()\n",
    ),
    "a .gitignore beside a .yarnrc.yml that is let in by its name": (
        "stacks node-berry-web",
        None,
        ".gitignore",
        b"@\n",
    ),
    "a line that makes no regular expression": ("stacks node-web", None, ".gitignore", b"[}\\ta--:]\n[:)+:*-\\t]\n"),
    "brackets that took five minutes": (
        "stacks node-pnpm-web",
        None,
        "pnpm-workspace.yaml",
        b"patchedDependencies:\n " + b"{" * 2000,
    ),
    "a key that took as long": ("stacks python-pip-web", None, "pyproject.toml", b"a" + b".a" * 30_000 + b" = 1\n"),
}


@pytest.mark.parametrize("what", FOUND)
def test_what_was_found_once_is_survived(what: str) -> None:
    """See ``FOUND``: a project, a file that goes, and one that comes."""
    base, gone, name, content = FOUND[what]
    files = {path: text for path, text in bases()[base].items() if path != gone}
    assert problem({**files, name: content}) is None


@pytest.mark.parametrize("first", range(0, 300, BATCH))
def test_a_mutated_tree_is_compiled_or_refused(first: int) -> None:
    """Some hundred of them."""
    wrong = {number: said for number in range(first, first + BATCH) if (said := problem(mutated(number)[1]))}
    assert wrong == {}
