"""Records the parts of terraform's files as reviewed: run it when you have read every line that `git diff templates/terraform` shows."""

from __future__ import annotations

from pathlib import Path

from speccompile.digests import digest
from speccompile.resources import templates_directory
from speccompile.verify.health_parts import Part, mark

RECORD = Path(__file__).resolve().parents[2] / "speccompile/verify/terraform/parts.txt"
_WHOLE = frozenset(("main.tf.j2", "outputs.tf.j2", "variables.tf.j2", "versions.tf.j2", "cloud-init.yaml.tftpl.j2"))


def part_of(name: str, text: str) -> Part:
    """The part called *name*, as it is recorded for the file *text*."""
    lines = text.removesuffix("\n").split("\n")
    return Part(name, digest("\n".join(lines).encode()), tuple(map(mark, lines)))


def current() -> str:
    """The record of the templates as they are."""
    paths = sorted(path for path in templates_directory().glob("terraform/*.j2") if path.name not in _WHOLE)
    parts = (part_of(path.name.partition(".")[0], path.read_text("utf-8")) for path in paths)
    return "".join(f"{part.name} {part.digest} {''.join(part.marks)}\n" for part in parts)


if __name__ == "__main__":
    RECORD.write_text(current(), encoding="utf-8")
