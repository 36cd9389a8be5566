"""patches/ into patches: which files are changed after they were made, by what, and which are somebody's own."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import TYPE_CHECKING

from speccompile.codes.patching import STRANGE
from speccompile.codes.reading import NOT_TEXT
from speccompile.diagnostics import Diagnostic
from speccompile.frontends.environment_values import ENDING, ValuesFile, values_file
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.source import Span

if TYPE_CHECKING:
    from speccompile.spec.patch import EjectedFile, PatchFile

FOLDER = "patches"
EJECTED = f"{FOLDER}/ejected.yaml"
ENDINGS = (".yaml", ".yml")
RULE = "patch"
"""What stands in the place of a rule's code in the origin of a line that a patch gives."""
_DEEPEST = 4  # directories below patches/; artifacts lie in two at most


@record()
class Written:
    """What stands in ``patches/``: the files with patches by their paths, those that are not called like ours apart; the ejected files; and what
    is wrong with any of it. ``inputs`` are the files that were read as ours; ``own`` are the paths that are no sources therefore: these, or the directory
    where there is nothing else in it. ``values`` are the files with values of environments."""

    files: tuple[tuple[str, PatchFile], ...] = ()
    ejected: tuple[EjectedFile, ...] = ()
    findings: tuple[Diagnostic, ...] = ()
    inputs: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    values: tuple[ValuesFile, ...] = ()


def written(tree: Tree) -> Written:
    """What the project in *tree* has written below ``patches/``."""
    files, findings, ours = [], [], []
    ejected: tuple[EjectedFile, ...] = ()
    below = tuple(_below(tree, FOLDER, _DEEPEST))
    for path in (one for one in below if one.endswith(ENDINGS) and tree.is_file(one)):
        text = tree.read(path)
        if text is None:
            findings.append(NOT_TEXT.at(Span(path), "the file is not UTF-8 text", fix="save it as UTF-8"))
            continue
        reader = import_module("speccompile.frontends.patchfile")
        if path == EJECTED:
            ejected, found = reader.ejected(text, path)
        else:
            model, found = reader.read(text, path)
            files += [(path, model)] if model else []
        findings += found
        ours += [path] if not any(one.code == STRANGE.id for one in found) else []
    values = tuple(values_file(tree, path) for path in below if _has_values(path) and tree.is_file(path))
    ours += [one.path for one in values]
    findings += [finding for one in values for finding in one.findings]
    own = (FOLDER,) if ours and len(ours) == len(below) else tuple(ours)
    return Written(tuple(files), ejected, tuple(findings), tuple(sorted(ours)), own, values)


def _has_values(path: str) -> bool:
    """Whether the file at *path* is called like one with the values of an environment: right below the directory, and no hidden one."""
    folder, _, name = path.rpartition("/")
    return folder == FOLDER and name.endswith(ENDING) and not name.startswith(".")


def _below(tree: Tree, folder: str, depth: int) -> Iterator[str]:
    """The files below *folder*; a directory that lies deeper than patches can be stands for what is in it."""
    for name in tree.entries(folder):
        path = f"{folder}/{name}"
        if name.endswith("/") and depth > 1:
            yield from _below(tree, path[:-1], depth - 1)
        else:
            yield path
