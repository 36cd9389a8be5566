"""Which version of Node.js is taken where version managers' files are above the service, in other formats, or odd."""

from __future__ import annotations

import pytest

from speccompile.project.memory import MemoryTree
from speccompile.stacks.versions import NODE, choose

PINS: list[tuple[dict[str, str], str, str]] = [
    ({".nvmrc": "\ufeffv20.11.1\n"}, "20.11.1", ".nvmrc"),
    ({".nvmrc": "# ours\n\n20 # until 2026\n"}, "20", ".nvmrc"),
    ({".nvmrc": "lts/*"}, "22", ".nvmrc"),
    ({".tool-versions": "ruby 3.3.0\nnodejs 20.11.1 # lts\n"}, "20.11.1", ".tool-versions"),
    ({"mise.toml": '[tools]\nnode = "20"\n'}, "20", "mise.toml"),
    ({".mise.toml": '[tools]\nnode = ["24", "22"]\n'}, "24", ".mise.toml"),
    ({".config/mise.toml": '[tools]\nnode = { version = "20.11" }\n'}, "20.11", ".config/mise.toml"),
    ({"mise.toml": "[tools]\nnode = 20\n"}, "20", "mise.toml"),
    ({"mise.toml": '[tools]\npython = "3.12"\n'}, "22", "default"),
    ({"mise.toml": "[tools"}, "22", "default"),
]
ABOVE: list[tuple[dict[str, str], str, str]] = [
    ({".nvmrc": "20"}, "20", "../../.nvmrc"),
    ({".nvmrc": "20", "apps/.node-version": "24"}, "24", "../.node-version"),
    ({".nvmrc": "20", "apps/api/.tool-versions": "nodejs 24"}, "24", ".tool-versions"),
]


@pytest.mark.parametrize(("files", "version", "source"), PINS)
def test_what_a_pin_file_says(files: dict[str, str], version: str, source: str) -> None:
    """In every format that a version manager reads."""
    chosen, found = choose(MemoryTree(files), NODE, (), ())
    assert (chosen.value, chosen.source, found) == (version, source, ())


@pytest.mark.parametrize(("files", "version", "source"), ABOVE)
def test_the_closest_directory_decides(files: dict[str, str], version: str, source: str) -> None:
    """Upwards from the service, as far as the project goes."""
    chosen, _ = choose(MemoryTree({**files, "apps/api/package.json": "{}"}).below("apps/api"), NODE, (), ())
    assert (chosen.value, chosen.source) == (version, source)
