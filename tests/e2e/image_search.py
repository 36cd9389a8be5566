"""Looking for a word in all of an image."""

from __future__ import annotations

import tarfile
from pathlib import Path
from typing import Any

from engine_projects import run

from speccompile.images.engine import Engine


def holds(engine: Engine, image: str, file: Path, word: str) -> bool:
    """Whether *word* is anywhere in an image: its configuration, its history, any file of any layer."""
    if engine.kind.is_docker:
        run(engine.program, "save", "--output", str(file), image)
    else:
        file.unlink(missing_ok=True)
        run(engine.program, "push", image, f"docker-archive:{file}:{image.removeprefix('sha256:')[:12]}:x")
    wanted = word.encode()
    with tarfile.open(file) as archive:
        for member in archive.getmembers():
            content = archive.extractfile(member)
            if content is not None and _in_file(content, wanted):
                return True
    return False


def _in_file(content: Any, wanted: bytes) -> bool:
    """Layers are searched as tar streams, which docker keeps uncompressed: a file's bytes stand in them as they are."""
    before = b""
    while block := content.read(1 << 20):
        if wanted in before + block:
            return True
        before = block[-len(wanted) :]
    return False
