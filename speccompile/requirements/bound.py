"""What deploy.yaml says that an assertion demands, in place of what its sentence was read to, and what it takes back of that."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any, get_args

from speccompile.provenance import Cause
from speccompile.record import record
from speccompile.requirements.kinds import Requirement
from speccompile.requirements.reading import SERVICE, Reading, Scope
from speccompile.spec.project import Bound

if TYPE_CHECKING:
    from speccompile.spec.bindings.binding import Binding

CLASSES: dict[str, Any] = {one.__name__.lower(): one for one in get_args(Requirement)}
"""The classes of requirements by the name of their kind."""
UNREAD = "SC393"
"""What ``ignore`` names where a sentence that no reader understands demands nothing of a deployment."""
BY_RULE: Mapping[str, tuple[str, ...]] = {
    "SC310": ("port",),
    "SC311": ("store", "cache", "queue"),
    "SC312": ("external",),
    "SC313": ("secret",),
    "SC320": ("health",),
    "SC330": ("drain",),
    "SC331": ("memory", "cpu"),
    "SC340": ("files", "resume"),
    "SC341": ("replicas", "exclusive", "scale"),
    "SC342": ("schedule", "rundeadline", "retries"),
    "SC350": ("private", "egress"),
    "SC351": ("deadline", "rate", "body", "connections", "idle", "origins", "cachecontrol"),
}
"""What each rule looks for in sentences: the kinds that are ignored where the rule is."""


@record()
class Decided:
    """What is made of an assertion that deploy.yaml binds: a demand, of what it speaks, and the cause of it."""

    requirement: Requirement
    scope: Scope
    cause: Cause


def decided(assertion: str, bound: Bound | None) -> tuple[Decided, ...]:
    """What *bound* says that *assertion* demands; nothing where it leaves that to the sentence."""
    return tuple(_decided(assertion, bound)) if bound else ()


def _decided(assertion: str, bound: Bound) -> Iterator[Decided]:
    for kind, said in bound.says.demands:
        yield Decided(_requirement(kind, said), _scope(kind, said), Cause(bound.at[kind], assertion))


def _requirement(kind: str, said: Any) -> Requirement:
    """The demand that a binding's model says; what it leaves open is as the kind has it."""
    made, names = CLASSES[kind], [each.name for each in fields(CLASSES[kind])]
    values = {name: getattr(said, name) for name in names if said is not True}
    spelt = {name: value for name, value in values.items() if value is not None or not _is_text(made, name)}
    requirement: Requirement = made(**{**{name: "" for name in values if name not in spelt}, **spelt})
    return requirement


def _is_text(made: Any, name: str) -> bool:
    """Whether a field is "" where nothing is said."""
    return next(each.type for each in fields(made) if each.name == name) == "str"


def _scope(kind: str, said: Any) -> Scope:
    """Of what a demand speaks: as a reader would have it."""
    path = None if "path" in {each.name for each in fields(CLASSES[kind])} else getattr(said, "path", None)
    if kind == "rate" and said.key != "service":
        return Scope("client", path)
    if path is not None:
        return Scope("path", path)
    of: Any = getattr(said, "of", "service")
    return SERVICE if of == "service" else Scope(of)


def ignored(binding: Binding | None) -> frozenset[str]:
    """The kinds that are not meant where the sentence says them."""
    if binding is None:
        return frozenset()
    return frozenset(kind for one in binding.ignore for kind in BY_RULE.get(one, (one,)))


def meant(readings: tuple[Reading, ...], binding: Binding | None) -> tuple[Reading, ...]:
    """Those of *readings* that are meant."""
    not_meant = ignored(binding)
    return tuple(one for one in readings if one.kind not in not_meant)
