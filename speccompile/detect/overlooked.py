"""What nobody looked at, or could say, of the directories that go into an image whole: said, since what is in them is sent."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from speccompile.codes.contents import NOT_LOOKED_AT, NOT_READ, NOT_SEARCHED, UNSAID
from speccompile.detect.placement import taken
from speccompile.diagnostics import Diagnostic, quoted
from speccompile.plan.image import ImageRecipe
from speccompile.project.ignored import NAME, unsaid
from speccompile.project.tree import Tree
from speccompile.source import Span
from speccompile.spec.project import ServiceSpec

_SHOWN = 5


def overlooked(image: ImageRecipe, tree: Tree, directory: str) -> Iterator[Diagnostic]:
    """Warnings about the *image* of a service in *directory* of *tree*, the whole project."""
    if any(source.endswith("/") for source in taken(image)):
        yield from _not_looked_at(tree, directory)
        yield from _unsaid(tree, directory)


def not_searched(view: Tree, spec: ServiceSpec) -> Iterator[Diagnostic]:
    """A note of the sources of the service *spec*, seen in *view*, that nobody searched for what they name: they could need what was left out."""
    unread = view.about("unread", "")
    if unread:
        more = f" and {len(unread) - _SHOWN} more" if unread[_SHOWN:] else ""
        yield NOT_SEARCHED.at(
            Span(spec.directory or "."),
            f"not searched, or not to the end, for what they import and open: {', '.join(map(quoted, unread[:_SHOWN]))}{more}; what only they "
            f"name is not in the image of {spec.name}",
            fix=f"if they need something that is not in the image, list it in specs/deploy.yaml: services.{spec.name}.include; a secret is handed "
            f"over when the container starts: services.{spec.name}.secrets",
        )


def not_read(paths: tuple[str, ...], spec: ServiceSpec) -> Iterator[Diagnostic]:
    """A note of the sources at *paths*, of the service *spec*, that nobody read for the variables that they want."""
    if paths:
        more = f" and {len(paths) - _SHOWN} more" if paths[_SHOWN:] else ""
        yield NOT_READ.at(
            Span(spec.directory or "."),
            f"not read, or not to the end, for the variables, stores and routes in them: {', '.join(map(quoted, paths[:_SHOWN]))}{more}",
            fix=f"list what only they want in specs/deploy.yaml: services.{spec.name}.env, secrets or needs",
        )


def _not_looked_at(tree: Tree, directory: str) -> Iterator[Diagnostic]:
    unseen = tree.about("unseen", directory)
    deep, many = [one for one in unseen if one.endswith("/")], [one for one in unseen if not one.endswith("/")]
    if deep:
        what = f"{quoted(deep[0])} lies too deep to be looked at" + (f", and {len(deep) - 1} more" if deep[1:] else "")
        yield _warning(directory, what, "move it up, or keep it out of the sources by a line in .gitignore")
    if many:
        what = f"these are too many files to look at all of them: {quoted(many[0])} and what comes after it were not"
        yield _warning(directory, what, "keep what is made or downloaded out of the sources, by a line in .gitignore")


def _warning(directory: str, what: str, fix: str) -> Diagnostic:
    message = f"{what}: secrets there were not searched for, nor links that lead out, and the image has what is there"
    return NOT_LOOKED_AT.at(Span(directory or "."), message, fix=fix)


def _unsaid(tree: Tree, directory: str) -> Iterator[Diagnostic]:
    for place in tree.about("ignoring", directory):
        path = posixpath.join(place, NAME)
        numbers = unsaid(tree.read(path) or "", place)
        if numbers:
            shown = ", ".join(map(str, numbers[:_SHOWN])) + (
                f" and {len(numbers) - _SHOWN} more" if numbers[_SHOWN:] else ""
            )
            message = (
                f"no ignore file can say {'line' if len(numbers) == 1 else 'lines'} {shown} as git means it: what git passes over by it is "
                "looked at like everything else, and the image has it where it lies in a directory that is copied"
            )
            fix = (
                "say it by names and by * and ** alone: classes of letters like [ab] or [0-9] are understood, [[:alpha:]] is not, nor more than "
                "three stars, 300 characters or 2,000 lines"
            )
            yield UNSAID.at(Span(path, numbers[0], 1), message, fix=fix)
