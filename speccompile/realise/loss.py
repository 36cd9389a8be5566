"""What a platform cannot do of what a plan says: declared, so that nothing is lost without a word."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from speccompile.codes.code import Code
from speccompile.plan.node import Node
from speccompile.plan.plan import Plan
from speccompile.record import record


@record(kw_only=True)
class Loss(Node):
    """A part of the plan that a platform does not hold; ``origin`` is that part's.

    ``of`` names the workloads or routes that it is about, ``what`` is lost of them, the end of a sentence, ``why``, and ``fix`` says what to do.
    ``whole`` is whether these do not run there at all. ``code`` is that of a loss of a kind of its own. ``kinds`` are the kinds of demands that are
    not held because of it; ``elsewhere`` is what does away with it instead: another platform.
    """

    of: tuple[str, ...]
    what: str
    why: str
    fix: str
    whole: bool = False
    code: Code | None = None
    kinds: tuple[str, ...] = ()
    elsewhere: str = ""


Losses: TypeAlias = Callable[[Plan], tuple[Loss, ...]]
