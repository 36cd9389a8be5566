"""Servers whose images cannot be pulled everywhere: made of what the package registries have, under the name that compose asks for.

What is real in them and what is not stands at the top of each Dockerfile below tests/servers. None stays: whoever runs the tests may
want the real image of that name later."""

from __future__ import annotations

import re
import secrets
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from speccompile.catalog import CATALOG

_HERE = Path(__file__).resolve().parent / "servers"


@contextmanager
def supplied(docker: str, kind: str) -> Iterator[str]:
    """The version of *kind* to ask for, while the engine has its image: the catalogue's, where its image is there or nothing stands in for it;
    else one that nobody else has."""
    backing = CATALOG[kind]
    image = backing.tag.format(version=backing.version)
    recipe = _HERE / image.partition(":")[0].rpartition("/")[2]
    there = subprocess.run([docker, "image", "inspect", image], capture_output=True, check=False).returncode == 0
    if there or not recipe.is_dir():
        yield backing.version
        return
    version = _unheard_of(kind)
    image = backing.tag.format(version=version)
    done = subprocess.run(
        [docker, "build", "--quiet", "--tag", image, str(recipe)],
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    try:
        yield version
    finally:
        subprocess.run([docker, "rmi", image], capture_output=True, check=False)


def _unheard_of(kind: str) -> str:
    """A version like the catalogue's that no image has."""
    backing, number = CATALOG[kind], secrets.randbelow(10**6)
    version = f"{backing.version}.{number}" if re.fullmatch(r"\d+\.\d+", backing.version) else ""
    assert re.fullmatch(backing.numbered, version), kind
    return version
