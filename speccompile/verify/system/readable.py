"""Whether a file that somebody else writes can be read by the readers that look at the files together."""

from __future__ import annotations

import posixpath
from collections.abc import Callable

from speccompile.verify.readers import caddyfile, crontab, dockerfile, nginx, yaml


def unreadable(path: str, text: str) -> str | None:
    """Why the file called *path* cannot be read from *text*; None where it can, or where nothing is read of files of its kind."""
    reader = _reader(posixpath.basename(path))
    try:
        if reader is not None:
            reader(text)
    except ValueError as problem:
        line = getattr(problem, "line", 0)
        return f"line {line}: {problem}" if line else str(problem)
    return None


def _reader(name: str) -> Callable[[str], object] | None:
    if name == "Dockerfile":
        return dockerfile.read
    if name.endswith(".conf"):
        return nginx.read
    if name == "Caddyfile":
        return caddyfile.read
    if name == "crontab":
        return crontab.read
    return yaml.read if name.endswith((".yml", ".yaml")) else None
