"""What detection gives: the facts of each service, and what else its sources say. Values, of which none can ask a tree."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field

from speccompile.detect.answer import Answer
from speccompile.detect.include import Included
from speccompile.detect.judged import Judged
from speccompile.detect.library.sources import NpmSources, PythonSources
from speccompile.detect.links import Link
from speccompile.detect.variables import Demand, Reading
from speccompile.diagnostics import Diagnostic
from speccompile.plan.image import ImageRecipe
from speccompile.record import record
from speccompile.source import Span
from speccompile.spec.project import ServiceSpec
from speccompile.stacks import loaded
from speccompile.stacks.facts import Chosen, Facts
from speccompile.stacks.request import Request


@record(kw_only=True)
class Contents:
    """What the tree says about what an image takes of it. Paths are as seen from the project.

    ``problems`` stand in the way: then there is nothing else. ``links`` lead out of the service; ``included`` is what deploy.yaml asks for;
    ``ignored`` are the lines of the ``.gitignore`` files: file, number, text. ``untracked`` are copied although git does not track them.
    ``secrets`` lie below what is copied under names that do not show it, ``spared`` are called like secrets and are none. ``credentials``
    are those in files that are copied one by one; ``copied`` are the paths of the sources that steps name; ``shipped`` are all files that
    get into the image, asked for where there is evidence; ``left_out`` says what lies at the service's top and is in no image.
    """

    problems: tuple[Diagnostic, ...] = ()
    links: tuple[Link, ...] = ()
    included: tuple[Included, ...] = ()
    ignored: tuple[tuple[str, int, str], ...] = ()
    untracked: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    spared: tuple[str, ...] = ()
    credentials: tuple[Diagnostic, ...] = ()
    copied: tuple[str, ...] = ()
    shipped: tuple[str, ...] = ()
    left_out: tuple[Diagnostic, ...] = ()


@record()
class Recipe:
    """How an image is made of *facts*: as the stack of that name says."""

    stack: str
    facts: Facts

    def __call__(self, request: Request) -> ImageRecipe:
        """The recipe for *request*; raises ``Refused``."""
        return loaded(self.stack).recipe(self.facts, request)


@record(kw_only=True)
class Seen:
    """A service with what its sources say: the facts; how its image is made, and the language of the health module in it; the variables that it
    wants and reads; what its image takes; what there is to publish where it is a library; what its evidence shows; what the sources answer to each
    path that is promised, and the one port on which they listen, where nothing can change it."""

    spec: ServiceSpec
    facts: Facts
    recipe: Callable[[Request], ImageRecipe]
    language: str
    demands: tuple[Demand, ...] = ()
    reading: Reading = Reading({}, ())
    contents: Contents = Contents()
    library: NpmSources | PythonSources | None = None
    judged: Judged
    answers: Mapping[str, Answer] = field(default_factory=dict)
    fixed: Chosen | None = None


@record()
class Looked:
    """What there is to say of one service, and what its sources say; None where an error is said."""

    said: tuple[Diagnostic, ...]
    seen: Seen | None


@record()
class PageText:
    """A page of the project at ``path``, its text, and where deploy.yaml names it."""

    path: str
    text: str
    at: tuple[Span, ...]


@record()
class Detected:
    """The services, in the order of the spec; none where ``diagnostics`` have an error. ``ignored`` are the lines of the project's own
    ``.gitignore``, where the artifacts lie beside it; ``pages`` those that the front door shows, by their paths."""

    services: tuple[Seen, ...]
    diagnostics: tuple[Diagnostic, ...]
    ignored: tuple[str, ...] = ()
    pages: tuple[PageText, ...] = ()
