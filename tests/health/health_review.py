"""Records the parts of health modules, and of the script that serves PHP, as reviewed: run it when you have read every line that
`git diff templates/health templates/serve` shows."""

from __future__ import annotations

from pathlib import Path

from speccompile.digests import digest
from speccompile.resources import templates_directory
from speccompile.verify.health_parts import Part, mark

ROOT = Path(__file__).resolve().parents[2]
RECORD = ROOT / "speccompile/verify/health_parts.txt"


def part_of(name: str, text: str) -> Part:
    """The part called *name*, as it is recorded for the file *text*."""
    lines = text.removesuffix("\n").split("\n")
    return Part(name, digest("\n".join(lines).encode()), tuple(map(mark, lines)))


def shown(part: Part) -> str:
    """*part* as a line of the record."""
    return f"{part.name} {part.digest} {''.join(part.marks)}\n"


def current() -> str:
    """The record of the templates as they are."""
    directory = templates_directory()
    every = sorted(
        (*directory.glob("health/*/*.j2"), *directory.glob("serve/*.j2")),
        key=lambda path: (path.parent.name, path.name),
    )
    parts = (path for path in every if not path.name.startswith(("module.", "serve.")))
    return "".join(
        shown(part_of(f"{path.parent.name}/{path.name.partition('.')[0]}", path.read_text("utf-8"))) for path in parts
    )


if __name__ == "__main__":
    RECORD.write_text(current(), encoding="utf-8")
