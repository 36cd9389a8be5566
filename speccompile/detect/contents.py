"""What the tree says about what an image takes of it: links that lead elsewhere, what deploy.yaml includes, secrets, what git
does not track, what is left out.

Which paths an image takes its recipe knows. Of the recipe's request only lowering knows all: the port, why each step is there, where
the output is. No path depends on these, so that here a recipe is made with others in their place, as if the project were the context.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from speccompile.codes.contents import INCLUDE_MISSING, SECRET_COPIED
from speccompile.detect.credentials import credential, credentials
from speccompile.detect.include import Included, included
from speccompile.detect.left_out import left_out
from speccompile.detect.links import Link, copied, followed
from speccompile.detect.placement import Placement, taken
from speccompile.detect.seen import Contents
from speccompile.detect.shipped import shipped
from speccompile.detect.unused.dockerfile import dockerfile
from speccompile.diagnostics import Diagnostic, quoted
from speccompile.plan.image import ImageRecipe
from speccompile.project.ignored import NAME, rules
from speccompile.project.tree import Tree
from speccompile.project.unwanted import is_never_wanted
from speccompile.secret_names import is_secret
from speccompile.source import Span
from speccompile.spec.project import ServiceSpec

# Called like secrets; a stack copies one only when it has read it and found none.
_EXAMINED = (".npmrc", ".yarnrc.yml")


def contents(image: ImageRecipe, tree: Tree, spec: ServiceSpec, demanded: frozenset[str]) -> Contents:
    """What the project *tree* says about what *image*, of the service *spec*, takes of it; *demanded* are the variables that the operator is asked for."""
    at = Placement(spec.directory, "")
    links = _links(image, tree, spec.directory)
    asked = tuple(_asked(tree, spec))
    found = tuple(one for one in asked if isinstance(one, Included))
    missing = tuple(one for one in asked if isinstance(one, Diagnostic))
    if missing:
        return Contents(problems=missing)
    whole = included(followed(image, links, at)[0], found, at, spec)
    mine = tuple(source.rstrip("/") for source in taken(whole))
    problems = tuple(_secrets_copied(tree, mine))
    if problems:
        return Contents(problems=problems)
    tracked = _tracked(tree, {posixpath.dirname(path) for path in mine})
    held = (one for path in mine for one in _below(tree, path, tree.about("secrets", path)) if not is_secret(one))
    return Contents(
        links=links,
        included=found,
        ignored=tuple(_ignored(tree, spec.directory)),
        untracked=tuple(path for path in mine if path not in tracked),
        secrets=tuple(dict.fromkeys(held)),
        spared=tuple(one for path in mine for one in _spared(tree, path)),
        credentials=tuple(credentials(whole, tree)),
        # What is asked of the tree is kept in the lock: not all directories of a project without evidence.
        shipped=shipped(whole, tree) if spec.evidence else (),
        copied=mine,
        left_out=(*left_out(whole, tree, spec), *dockerfile(whole, tree, spec, demanded)),
    )


def _links(image: ImageRecipe, tree: Tree, directory: str) -> tuple[Link, ...]:
    """The links that lead out of *directory*; of what the others lead to nothing is asked."""
    said = (one.split("//", 1) for one in tree.about("links", directory))
    targets = {posixpath.join(directory, path): target for path, target in said}
    wanted = {
        path for path in copied(image, targets) if not any(is_never_wanted(part) for part in targets[path].split("/"))
    }
    return tuple(
        Link(path, target, path in wanted, path in wanted and tree.is_directory(target))
        for path, target in targets.items()
    )


def _asked(tree: Tree, spec: ServiceSpec) -> Iterator[Included | Diagnostic]:
    """What deploy.yaml wants in the image, and what of it is not there."""
    deploy = spec.deploy
    for number, path in enumerate(deploy.include) if deploy else ():
        place = posixpath.join(spec.directory, path)
        # What the compiler reads and writes, and what is made anew, is in no image.
        usable = path and not any(is_never_wanted(part) for part in path.split("/"))
        if usable and tree.is_directory(place):
            yield Included(number, path, directory=True)
        elif usable and tree.is_file(place):
            yield Included(number, path, directory=False)
        elif deploy:
            yield INCLUDE_MISSING.at(
                deploy.at("include", number),
                f"there is no {quoted(place or '.')} that could be included",
                fix=f"name a file or a directory of the program's below {spec.directory or 'the project'}, as seen from there",
            )


def _ignored(tree: Tree, directory: str) -> Iterator[tuple[str, int, str]]:
    """The lines of the ``.gitignore`` files that concern *directory*: each file's path, the line's number, the line."""
    for place in tree.about("ignoring", directory):
        path = posixpath.join(place, NAME)
        yield from ((path, number, line) for number, line in rules(tree.read(path) or ""))


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


def _tracked(tree: Tree, folders: set[str]) -> frozenset[str]:
    """What git tracks directly in *folders*, and is, or holds, anything but secrets."""
    return frozenset(
        posixpath.join(folder, one.rstrip("/")) for folder in folders for one in tree.about("tracked", folder)
    )
