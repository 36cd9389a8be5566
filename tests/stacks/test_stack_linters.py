"""The Dockerfile of every stack's case, and what the linters for such files say of it: nothing, but for what is a choice."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest
from stack_cases import CASES
from test_stack_builds import generate

from tools import need

SETUP = "python3 tests/setup.py"
CHOSEN = {
    # A mount would keep the compiled dependencies out of the layers; then a builder without a disk of its own compiles all anew.
    r"rust-.*": {"tally/prefer-package-cache-mounts"},
    # It is enabled, by a file of ours that a stage writes, for nothing can be loaded twice. No builder has to know heredocs.
    r"php-.*-web": {"tally/php/enable-opcache-in-production", "tally/prefer-run-heredoc"},
    # Bundler is told to follow the lock where it installs, and has one place for gems, whose archives are in a cache mount there. What is copied is what `explain` tells of, and what the ignore file lets in.
    r"ruby-.*-web": {
        "tally/prefer-package-cache-mounts",
        "tally/ruby/missing-bundle-deployment",
        "tally/ruby/prefer-gemfile-bind-mounts",
    },
    # A directory a line, two installations, builds in order: what is copied and run decides how long the file is.
    r"(bun|node).*-workspaces-web|python-(django-poetry|uv-workspace)-web|php-(composer|laravel)-web|ruby-rails-web|dotnet-web|elixir-phoenix-web": {
        "tally/max-lines"
    },
}
_RULE = re.compile(r"^(?:ERROR|WARNING|INFO|STYLE): (\S+) - ", re.MULTILINE)


def says(*argv: str) -> str:
    """What a linter says."""
    done = subprocess.run(
        argv, capture_output=True, text=True, check=False, env=os.environ | {"LC_ALL": "C.UTF-8", "NO_COLOR": "1"}
    )
    assert done.returncode in (0, 1), done.stderr
    return done.stdout + done.stderr if done.returncode else done.stdout


@pytest.mark.parametrize("case", CASES)
def test_linters_are_silent(case: str, tmp_path: Path) -> None:
    """hadolint and tally at their strictest."""
    context = generate(case, tmp_path)
    file = str(context / "generated/Dockerfile")
    assert says(need("hadolint", SETUP), "--disable-ignore-pragma", "-t", "style", file) == ""
    options = ("--no-config", "--no-inline-directives", "--slow-checks", "off", "--fail-level", "style")
    said = says(need("tally", SETUP), "lint", *options, "--context", str(context), file)
    chosen = {rule for pattern, rules in CHOSEN.items() if re.fullmatch(pattern, case) for rule in rules}
    assert set(_RULE.findall(said)) <= chosen, said


def test_the_linters_are_awake(tmp_path: Path) -> None:
    """They have something to say of other Dockerfiles, in the form that is looked for."""
    file = tmp_path / "Dockerfile"
    file.write_text("FROM debian\nRUN apt-get install gcc\n", encoding="utf-8")
    assert "DL3008" in says(need("hadolint", SETUP), "--disable-ignore-pragma", "-t", "style", str(file))
    said = says(
        need("tally", SETUP), "lint", "--no-config", "--fail-level", "style", "--context", str(tmp_path), str(file)
    )
    assert _RULE.findall(said)
