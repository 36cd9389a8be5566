"""patches/ into patches: which files are changed after they were made, by what, and which are somebody's own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from speccompile.codes.patching import STRANGE
from speccompile.codes.reading import NOT_TEXT
from speccompile.diagnostics import Diagnostic
from speccompile.frontends import yamltext
from speccompile.frontends.environment_values import ENDING, ValuesFile, values_file
from speccompile.frontends.grammar import Grammar
from speccompile.frontends.reading import tree_of, validated, without_echoes
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.spec.located import Located, SourceText
from speccompile.spec.patch import WORDS, EjectedFile, EjectedFiles, Operation, Patch, PatchFile

FOLDER = "patches"
EJECTED = f"{FOLDER}/ejected.yaml"
ENDINGS = (".yaml", ".yml")
RULE = "patch"
"""What stands in the place of a rule's code in the origin of a line that a patch gives."""
_OURS = regex(r"(?m)^[{\s]*[\"']?patches[\"']?\s*:")
_DEEPEST = 4  # directories below patches/; artifacts lie in two at most

GRAMMAR = Grammar(
    name="the format of patches",
    models={"": PatchFile, "patches": Patch, "operations": Operation},
    words={"op": WORDS},
    examples={
        "version": "1",
        "reason": '"the gateway\'s own limit is 20 MiB"',
        "operations": "[{op: replace, path: /services/api/mem_limit, value: 1g}]",
        "op": "replace",
        "path": "/services/api/mem_limit",
        "from": "/services/api/cpus",
        "at": "before-final-user",
        "host": "bank.example.com",
        "route": "/api",
        "stage": "build",
        "nth": "2",
        "allow": "[SC942]",
    },
)
EJECTED_GRAMMAR = Grammar(
    name="the format of patches/ejected.yaml",
    models={"": EjectedFiles, "ejected": EjectedFile},
    words={},
    examples={"version": "1", "file": "nginx.conf", "reason": '"the platform team keeps it"', "allow": "[SC996]"},
)


class _EveryKey:
    """Below any key of a patch a text may have several lines: it is a piece of a file."""

    def __contains__(self, key: object) -> bool:
        return True


def _reader(source: SourceText) -> tuple[Any, list[Diagnostic]]:
    return yamltext.read(source, _EveryKey())


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
        if path == EJECTED:
            ejected, found = _ejected(text, path)
        else:
            model, found = read(text, path)
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


def read(text: str, path: str) -> tuple[PatchFile | None, tuple[Diagnostic, ...]]:
    """The patches that *text* (the file *path*) holds, and what is wrong with it; a file of another format is somebody else's."""
    source = SourceText(path, text)
    value, _ = _reader(source)
    is_ours = "patches" in value or not value if isinstance(value, Located) else bool(_OURS.search(text))
    if not is_ours:
        message = "this file is not read: it has no key `patches`, so it is taken for somebody else's"
        return None, (STRANGE.at(Span(path, 1, 1), message, fix="nothing, if it is; else write `patches:`"),)
    raw, found = tree_of(source, _reader)
    if raw is None:
        return None, tuple(found)
    model, objections = validated(raw, PatchFile, GRAMMAR)
    return model if not found else None, without_echoes(found, objections)


def _ejected(text: str, path: str) -> tuple[tuple[EjectedFile, ...], tuple[Diagnostic, ...]]:
    raw, found = tree_of(SourceText(path, text), _reader)
    if raw is None:
        return (), tuple(found)
    model, objections = validated(raw, EjectedFiles, EJECTED_GRAMMAR)
    return (model.ejected if model else ()), without_echoes(found, objections)
