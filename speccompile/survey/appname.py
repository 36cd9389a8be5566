"""What the project is called: images, networks and the compose project are named after it."""

from __future__ import annotations

from collections.abc import Sequence

from speccompile.detect.detection import Detection
from speccompile.lower.naming import slug
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.stacks.manifest import json_table, table, word
from speccompile.survey.composefile import ComposeFile
from speccompile.survey.found import Found

_NAMELESS = "app"


@record()
class AppName:
    """A name that ``app:`` can have, and where it is from. ``guessed`` is True where nothing in the tree says one: a directory's name is
    none, since every clone may have another."""

    name: str
    why: str
    guessed: bool = False


def app_name(tree: Tree, found: Sequence[Found], root: Detection, compose: ComposeFile) -> AppName:
    """The name of the project in *tree*, whose services are *found* and whose root is what *root* says."""
    alone = found[0].detection.facts.name if len(found) == 1 else None
    top = root.facts.name if root.taken else word(table(json_table(tree.read("package.json"))).get("name"))
    for name, why in ((top or alone, "the package's name"), (compose.name, f"the name in {compose.path}")):
        if name and slug(name, ""):
            return AppName(slug(name), why)
    return AppName(
        _NAMELESS,
        "nothing in the tree names the project: choose a name, before the first image is published",
        guessed=True,
    )
