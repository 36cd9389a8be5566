"""What OpenTofu makes of the configuration of one machine where AWS is not asked: its locals, its variables, what the machine is told."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from typing import Any

from delivered import need_tofu, ran, written

from speccompile.pipeline import Compilation

LOCALS = re.compile(r"^locals \{\n.*?^\}\n", re.MULTILINE | re.DOTALL)
"""The block of all that is worked out in main.tf."""
_CLOUD = re.compile(r"templatefile\(.*?\n  \}\)", re.DOTALL)


def evaluated(done: Compilation, directory: Path, **variables: str) -> dict[str, Any]:
    """The outputs of the configuration without what only AWS knows: its locals, its variables, what the machine is told."""
    program = need_tofu()
    there = written(done, directory) / "terraform"
    main = (there / "main.tf").read_text()
    block, cloud = LOCALS.search(main), _CLOUD.search(main)
    assert block
    assert cloud
    for path in there.glob("*.tf"):
        if path.name != "variables.tf":
            path.unlink()
    told = "".join(
        f'output "{name}" {{\n  value = {value}\n}}\n'
        for name, value in (("cloud", cloud[0]), ("locals", "local.settings"))
    )
    (there / "main.tf").write_text(block[0] + told)
    settings = [
        f"-var={name}={value}"
        for name, value in {"region": "eu-west-1", "domain": "shop.example.com", **variables}.items()
    ]
    ran([program, "init", "-no-color"], there)
    ended = ran([program, "apply", "-auto-approve", "-no-color", *settings], there)
    assert ended.returncode == 0, ended.stderr
    outputs = ran([program, "output", "-json", "-no-color"], there).stdout
    return {name: one["value"] for name, one in json.loads(outputs).items()}


def content_of(file: dict[str, Any]) -> str:
    """The text of one of cloud-init's files."""
    return base64.b64decode(file["content"]).decode() if file.get("encoding") == "b64" else str(file["content"])
