"""What becomes of each key of a format: the one declaration that importers, messages and docs/import.md follow."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import field, replace
from typing import Any

from speccompile.codes.importing import NOT_CARRIED, NOT_NEEDED, WRONG_SHAPE
from speccompile.diagnostics import Diagnostic, Related, in_order
from speccompile.frontends.wording import described, shown
from speccompile.record import record
from speccompile.source import Span
from speccompile.spec.located import Located, LocatedList

_UNKNOWN = (
    "no key that is known of this format",
    "look up what it does there, and say the same in deploy.yaml where it matters",
)


@record(kw_only=True)
class Keys:
    """The keys of one kind of mapping: ``carried`` with what they become, ``lost`` with why and what to do, ``needless`` with why nothing is lost."""

    of: str
    carried: Mapping[str, str]
    lost: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    needless: Mapping[str, str] = field(default_factory=dict)

    def rest(self, mapping: object, where: str = "", seen: Collection[str] = ()) -> Iterator[Diagnostic]:
        """A finding for each key of *mapping* that is not carried; those in *seen* are spoken of elsewhere."""
        for key, value, span in items(mapping):
            if key in self.carried or key in seen or key.startswith("x-") or value is None or value in ("", (), {}):
                continue
            name = f"{where}: `{_plain(key)}`" if where else f"`{_plain(key)}`"
            if key in self.needless:
                yield not_needed(span, name, self.needless[key])
            else:
                yield not_carried(span, name, *self.lost.get(key, _UNKNOWN))


def _plain(key: str) -> str:
    return shown(key)[1:-1]


def not_carried(span: Span, what: str, why: str, fix: str) -> Diagnostic:
    """A finding: *what* is lost, *why*, and how the same is had here."""
    return NOT_CARRIED.at(span, f"{what} is not carried: {why}", fix=fix, found=what, expected="a key of deploy.yaml")


def not_needed(span: Span, what: str, why: str) -> Diagnostic:
    """A finding: *what* needs no carrying."""
    return NOT_NEEDED.at(span, f"{what} needs no carrying: {why}", fix="nothing has to be done", found=what)


def told_once(findings: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """*findings*, of which those that say of many places that the same needs no carrying are one, at the first of them."""
    found = in_order(findings)
    places: dict[str, list[Diagnostic]] = {}
    for one in found:
        if one.code == NOT_NEEDED.id:
            places.setdefault(one.message.rpartition(": `")[2], []).append(one)
    several = {group[0]: group for group in places.values()}
    told = []
    for one in found:
        if one.code != NOT_NEEDED.id:
            told.append(one)
        elif one in several:
            others = tuple(Related("and here", other.span) for other in several[one][1:])
            told.append(
                replace(one, message=f"`{one.message.rpartition(': `')[2]}" if others else one.message, related=others)
            )
    return tuple(told)


def wrong_shape(span: Span, what: str, value: object, expected: str) -> Diagnostic:
    """A finding: at *span* stands *value* where the format has *expected*."""
    said = described(value) if not isinstance(value, str) else "a text"
    return WRONG_SHAPE.at(
        span, f"{what} is {said}; expected is {expected}", fix=f"write {expected} there", found=said, expected=expected
    )


def key_at(mapping: Located, key: str) -> Span:
    """Where *key* stands; where the mapping begins when it has no such key."""
    return mapping.source.span(mapping.keys_at.get(key, mapping.offset))


def beginning(part: Located | LocatedList) -> Span:
    """Where *part* begins."""
    return part.source.span(part.offset)


def item_at(items: LocatedList, index: int) -> Span:
    """Where an item begins."""
    return items.source.span(items.values_at[index])


def table(value: object, *keys: str) -> Located | None:
    """The mapping that *keys* lead to, where there is one."""
    found = under(value, *keys)
    return found if isinstance(found, Located) else None


def under(value: object, *keys: str) -> Any:
    """What *keys* lead to; None where there is nothing."""
    for key in keys:
        value = value.get(key) if isinstance(value, Located) else None
    return value


def items(value: object, *keys: str) -> Iterator[tuple[str, Any, Span]]:
    """The keys of the mapping that *keys* lead to, each with its value and where it stands."""
    mapping = table(value, *keys)
    if mapping is not None:
        yield from ((key, one, key_at(mapping, key)) for key, one in mapping.items())


def tables(value: object) -> Iterator[Located]:
    """The mappings of a list, or the one that stands where a list may."""
    if isinstance(value, Located):
        yield value
    for one in value if isinstance(value, LocatedList) else ():
        if isinstance(one, Located):
            yield one


def text(value: object) -> str | None:
    """*value* as a text: what people write without quotes, too; None for what is no scalar, or empty."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str | int | float) and value != "" else None


def number(value: object) -> int | None:
    """*value* as a whole number, also where it is in quotes."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    said = text(value) or ""
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 10 else None
