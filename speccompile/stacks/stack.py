"""What a stack is: it recognises its sources, and it knows how their image is made."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from speccompile.plan.image import ImageRecipe
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.stacks.facts import Facts
from speccompile.stacks.request import Request
from speccompile.vocabulary import Language

F = TypeVar("F", bound=Facts)


@record(kw_only=True)
class Stack(Generic[F]):
    """A stack: its name in deploy.yaml, the language of its health modules, and in one line what it is recognised by.

    ``detect`` gives the facts, or None when the tree is something else; it never raises. ``recipe`` raises
    ``Refused`` with everything that stands in the way of an image.
    """

    name: str
    language: Language
    recognised_by: str
    detect: Callable[[Tree], F | None]
    recipe: Callable[[F, Request], ImageRecipe]
