"""What an image is made of, put right after a stack's recipe: links that lead elsewhere, what deploy.yaml includes, secrets,
what git does not track."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from dataclasses import replace

from speccompile.codes.contents import SECRET_COPIED
from speccompile.diagnostics import Diagnostic, quoted
from speccompile.errors import Refused
from speccompile.lower.credentials import credential
from speccompile.lower.include import included
from speccompile.lower.links import followed
from speccompile.lower.placement import Placement, taken
from speccompile.lower.untracked import named, untracked
from speccompile.plan.image import ImageRecipe, Untracked
from speccompile.plan.plan import Layout
from speccompile.project.sayable import is_line
from speccompile.project.tree import Tree
from speccompile.secret_names import is_secret
from speccompile.source import Span
from speccompile.spec.project import ServiceSpec
from speccompile.stacks.steps import context

# Called like secrets; a stack copies one only when it has read it and found none.
_EXAMINED = (".npmrc", ".yarnrc.yml")


def settled(image: ImageRecipe, tree: Tree, spec: ServiceSpec, where: Layout) -> ImageRecipe:
    """*image* of the service *spec* of the project in *tree*; raises ``Refused`` with what must not be copied."""
    at = Placement(tree, spec.directory, where.project_in_context)
    linked, replaced = followed(image, at)
    whole = included(linked, at, spec)
    copied = taken(whole)
    mine = tuple(path for source in copied if (path := at.of_tree(source)) is not None)
    problems = tuple(_secrets_copied(tree, mine))
    if problems:
        raise Refused(problems)
    directories = tuple(one.rstrip("/") for one in copied if one.endswith("/"))
    passed = untracked(tree, spec.directory, where.project_in_context, directories)
    held = (one for path in mine for one in _below(tree, path, tree.about("secrets", path)) if not is_secret(one))
    secrets = _nameable(dict.fromkeys(held))
    spared = (one for path in mine for one in _spared(tree, path))
    return replace(
        whole,
        context=context(whole.stages),
        untracked=(*passed, *_brought_back(at, mine, image)) if passed else (),
        withheld=tuple(sorted({*filter(is_line, replaced), *map(at.of_context, secrets)})),
        spared=tuple(sorted(set(filter(is_line, map(at.of_context, spared))))),
    )


def _nameable(secrets: Iterable[str]) -> tuple[str, ...]:
    """*secrets*, each of which an ignore file can name; raises ``Refused`` with those that it could not keep out."""
    known = tuple(secrets)
    unnameable = [
        SECRET_COPIED.at(
            Span(path),
            f"{quoted(path)} holds a secret, and no ignore file can name it",
            fix="rename it, or take it out of the sources",
        )
        for path in known
        if not is_line(path)
    ]
    if unnameable:
        raise Refused(unnameable)
    return known


def _below(tree: Tree, path: str, found: tuple[str, ...]) -> Iterator[str]:
    """What was *found* below a directory, as seen from the tree's root."""
    return (posixpath.join(path, one) for one in found if tree.is_directory(path))


def _spared(tree: Tree, path: str) -> Iterator[str]:
    """Files at *path*, or below it, that are called like secrets and are none."""
    if tree.is_directory(path):
        yield from _below(tree, path, tree.about("spared", path))
    elif is_secret(path):
        yield path


def _secrets_copied(tree: Tree, mine: tuple[str, ...]) -> Iterator[Diagnostic]:
    """Files that a step names, and that hold a secret."""
    folders = {posixpath.dirname(path) for path in mine}
    secrets = {posixpath.join(folder, one) for folder in folders for one in tree.about("secrets", folder)}
    tracked = _tracked(tree, folders)
    for path in mine:
        held = path in secrets and posixpath.basename(path) not in _EXAMINED
        told = credential(path, tree) if held else None
        if told:
            yield told
        elif held or (path not in tracked and tree.is_directory(path) and tree.about("secrets", path)):
            yield SECRET_COPIED.at(
                Span(path),
                f"{quoted(path)} holds a secret, and the image would have it",
                fix="take it out of the sources, and hand it over when the container starts: `secrets` in deploy.yaml",
            )


def _brought_back(at: Placement, mine: tuple[str, ...], image: ImageRecipe) -> Iterator[Untracked]:
    """What a step copies although git does not track it: without it nothing could be built."""
    folders = {posixpath.dirname(path) for path in mine}
    tracked = _tracked(at.tree, folders)
    for path in mine:
        if path not in tracked:
            yield Untracked(pattern=named(at.of_context(path)), tracked=True, origin=image.origin)


def _tracked(tree: Tree, folders: set[str]) -> frozenset[str]:
    """What git tracks directly in *folders*, and is, or holds, anything but secrets."""
    return frozenset(
        posixpath.join(folder, one.rstrip("/")) for folder in folders for one in tree.about("tracked", folder)
    )
