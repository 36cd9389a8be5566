"""What a unit mounts, as a compose file would say it."""

from __future__ import annotations

from typing import Any


def is_kept(source: str) -> bool:
    """Whether what is mounted outlives the container: a volume, or a directory of the machine."""
    return source.endswith(".volume") or source.startswith("/")


def mounted(source: str, target: str, *options: str) -> dict[str, Any]:
    """A volume, or a directory of the machine, which may be there to be read only."""
    kind = {"type": "bind", "read_only": "ro" in options} if source.startswith("/") else {}
    return {"source": source, "target": target, **kind}
