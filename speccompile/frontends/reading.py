"""From a text to a model: what the readers of all formats have in common."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any, Generic, TypeAlias, TypeVar

from pydantic import ValidationError

from speccompile.codes.meaning import WRONG_TYPE
from speccompile.diagnostics import Diagnostic
from speccompile.frontends.findings import findings
from speccompile.frontends.grammar import Grammar, Steps
from speccompile.frontends.wording import described
from speccompile.record import record
from speccompile.source import Span
from speccompile.spec.located import Located, SourceText
from speccompile.spec.model import SpecModel

Model = TypeVar("Model", bound=SpecModel)
TextReader: TypeAlias = Callable[[SourceText], tuple[Any, list[Diagnostic]]]


@record()
class Read(Generic[Model]):
    """What became of a file: its model and its tree, each None where there is none, and what is wrong with it."""

    model: Model | None
    raw: Located | None
    diagnostics: tuple[Diagnostic, ...]


def tree_of(source: SourceText, reader: TextReader) -> tuple[Located | None, list[Diagnostic]]:
    """The mapping that a text holds, None where there is none, and what is wrong with the text."""
    value, found = reader(source)
    if not isinstance(value, Located) and not (value is None and found):
        said, expected = described(value), "a mapping"
        message = f"the file holds {said}; expected is {expected}"
        fix, by = "write keys with values", "the format of the file"
        span = Span(source.path, 1, 1)
        found.append(WRONG_TYPE.at(span, message, fix=fix, found=said, expected=expected, expected_by=by))
    return value if isinstance(value, Located) else None, found


def without_echoes(*stages: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The findings of several stages; a place that an earlier stage objects to is not objected to again."""
    kept: list[Diagnostic] = []
    for stage in stages:
        taken = {finding.span for finding in kept}
        kept += [finding for finding in stage if finding.span not in taken]
    return tuple(kept)


def validated(
    raw: Located, model: type[Model], grammar: Callable[[], Grammar], skip: Collection[Steps] = ()
) -> tuple[Model | None, list[Diagnostic]]:
    """*raw* as a *model*, or what speaks against it, in words for which *grammar* is asked then."""
    try:
        return model.model_validate(raw), []
    except ValidationError as error:
        return None, findings(error, raw, grammar(), skip)
