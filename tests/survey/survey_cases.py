"""The case folders: small monorepos, and the specs/deploy.yaml that ``init`` writes for each. ``python tests/survey/survey_cases.py`` writes
the expectations anew (look at the difference before you commit it)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from speccompile.project.disk import DiskTree
from speccompile.project.memory import MemoryTree
from speccompile.project.tree import Tree
from speccompile.survey import composefile, deployfile, services
from speccompile.survey.appname import app_name
from speccompile.survey.proposal import Proposal, propose

HERE = Path(__file__).resolve().parent
CASES = tuple(sorted(path.parent.name for path in HERE.glob("*/app")))


def app(case: str) -> Path:
    """The directory of a case's project."""
    return HERE / case / "app"


def proposal(tree: Tree) -> Proposal:
    """What is proposed for the project in *tree*."""
    compose = composefile.read(tree)
    found = services.find(tree, compose)
    return propose(
        tree, compose, found.services, found.passed_over, app_name(tree, found.services, found.root, compose)
    )


def proposed(files: Mapping[str, str | bytes]) -> Proposal:
    """What is proposed for a project in memory."""
    return proposal(MemoryTree(files))


def deploy(case: str) -> str:
    """The deploy.yaml of a case."""
    found = proposal(DiskTree(app(case)))
    paths = {one.found.name: f"specs/{one.found.name}/assertions.json" for one in found.services}
    return deployfile.text(found, deployfile.Manifests(paths=paths), None)


def main() -> None:
    """Write every case's expectation."""
    for case in CASES:
        (HERE / case / "deploy.yaml").write_text(deploy(case), "utf-8")


if __name__ == "__main__":
    main()
