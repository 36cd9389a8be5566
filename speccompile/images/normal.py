"""What podman and buildah leave of the build itself in an image, taken out again.

Docker's image format has the name of the container that an image was made in, and the ids of the images between the steps. They differ
between builds and mean nothing, so a reproducible image is rewritten without them: unpacked, its configuration cleaned, packed again.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from pathlib import Path
from typing import Any

from speccompile import regular
from speccompile.images import commands
from speccompile.images.engine import Engine
from speccompile.images.runner import Runner


def normalised(runner: Runner, engine: Engine, image: str) -> str | None:
    """The id of the image that is like *image* but for the traces; None when the engine cannot do it."""
    with tempfile.TemporaryDirectory(prefix="speccompile-image-") as directory:
        if not runner.answer(commands.unpack(engine, image, directory), timeout=600).ok:
            return None
        rewrite(Path(directory))
        packed = runner.answer(commands.repack(engine, directory), timeout=600)
    return (
        f"sha256:{packed.output.split()[-1].removeprefix('sha256:')}" if packed.ok and packed.output.strip() else None
    )


def rewrite(directory: Path) -> None:
    """Clean the configuration of the unpacked image in *directory*; the manifest then names the new one."""
    manifest_file = directory / "manifest.json"
    manifest: dict[str, Any] = json.loads(regular.read(manifest_file))
    old = directory / manifest["config"]["digest"].removeprefix("sha256:")
    config: dict[str, Any] = json.loads(regular.read(old))
    for trace in ("container", "parent"):
        config.pop(trace, None)
    for entry in config.get("history") or ():
        if str(entry.get("comment", "")).startswith("FROM "):
            del entry["comment"]
    for part in ("config", "container_config"):
        if isinstance(config.get(part), dict):
            config[part].pop("Hostname", None)
    content = json.dumps(config, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    digest = hashlib.sha256(content).hexdigest()
    old.unlink()
    (directory / digest).write_bytes(content)
    manifest["config"] |= {"digest": f"sha256:{digest}", "size": len(content)}
    manifest_file.write_text(json.dumps(manifest, sort_keys=True), encoding="utf-8")
