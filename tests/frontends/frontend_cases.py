"""Reading the case folders: a source tree each, and what the front ends say about it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from speccompile.diagnostics import Diagnostic
from speccompile.errors import Refused
from speccompile.frontends.load import load
from speccompile.project.memory import MemoryTree

FOLDER = Path(__file__).parent.parent / "cases"
KINDS = ("mariadb", "mongodb", "mysql", "nats", "postgres", "rabbitmq", "redis")
EXPECTED = "expected.txt"


def tree_in(folder: Path) -> MemoryTree:
    """The files of a case, byte for byte."""
    return MemoryTree(
        {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file() and path.name != EXPECTED
        }
    )


def findings_of(tree: MemoryTree) -> tuple[Diagnostic, ...]:
    """Everything that loading *tree* has to say."""
    try:
        return load(tree, KINDS)[1]
    except Refused as refused:
        return refused.diagnostics


def shown(diagnostics: Iterable[Diagnostic]) -> str:
    """Diagnostics as the golden files have them."""
    lines = []
    for finding in diagnostics:
        lines += [str(finding), f"  fix: {finding.fix}"]
        lines += [f"  see {related.span}: {related.message}" for related in finding.related]
    return "".join(f"{line}\n" for line in lines)
