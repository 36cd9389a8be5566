"""An artifact that operations are done to: as the tree of its values where it is YAML, else as its lines."""

from __future__ import annotations

from dataclasses import replace

from speccompile.artifacts import Artifact
from speccompile.patching import lines, treeoperations, yamltree
from speccompile.patching.pointers import NoPlaceError
from speccompile.provenance import Origin
from speccompile.record import record
from speccompile.spec.patch import Operation


def is_tree(path: str) -> bool:
    """Whether patches of the file *path* are about its values rather than its lines."""
    return path.endswith(yamltree.ENDINGS)


@record()
class Document:
    """An artifact, and its tree where it has one: reading that takes longer than all that is done to it."""

    artifact: Artifact
    tree: yamltree.YamlTree | None

    def after(self, operation: Operation, origin: Origin) -> Document:
        """This after *operation*, whose lines are there because of *origin*; raises ``NotSaidError`` and ``NoPlaceError``."""
        if is_tree(self.artifact.path):
            if self.tree is None:
                raise NoPlaceError("it is no YAML of the kind that can be changed by its values")
            tree = treeoperations.done(self.tree, operation, origin)
            text, origins = tree.rendered()
            return Document(replace(self.artifact, text=text, origins=origins), tree)
        after = lines.done(self.artifact.path, lines.lines_of(self.artifact), operation, origin)
        text, origins = lines.text_of(after)
        return Document(replace(self.artifact, text=text, origins=origins), None)


def document_of(artifact: Artifact) -> Document:
    """*artifact*, read; one whose text is not what would be written of its tree is not changed by that."""
    if not is_tree(artifact.path):
        return Document(artifact, None)
    try:
        tree = yamltree.parsed(artifact)
    except yamltree.NoTreeError:
        return Document(artifact, None)
    return Document(artifact, tree if tree.rendered()[0] == artifact.text else None)
