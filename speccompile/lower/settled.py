"""What the specs leave open about their assertions, and what they take back that nobody has said."""

from __future__ import annotations

from collections.abc import Iterator

from speccompile.codes.binding import IGNORED_NOTHING
from speccompile.codes.lowering import UNSETTLED
from speccompile.diagnostics import Diagnostic
from speccompile.requirements.asked import read_assertion, sentence
from speccompile.requirements.bound import BY_RULE, UNREAD
from speccompile.requirements.unread import is_unread
from speccompile.spec.manifest import Assertion
from speccompile.spec.project import ProjectSpec
from speccompile.vocabulary import ArchetypeName

_STORES = "store"


def unsettled(spec: ProjectSpec) -> Iterator[Diagnostic]:
    """The assertions about which nobody has decided."""
    for manifest in {service.manifest_path: service.manifest for service in spec.services}.values():
        for assertion in manifest.assertions:
            if not assertion.is_settled():
                yield UNSETTLED.at(
                    assertion.at("status"),
                    f"{assertion.id} is {assertion.status}: {assertion.natural}",
                    fix="settle it: set its status to confirmed, denied, refined or deferred (or give --allow-unverified)",
                )


def ignored_in_vain(spec: ProjectSpec) -> Iterator[Diagnostic]:
    """What deploy.yaml takes back of assertions of which nothing like it is read."""
    for id_, bound in spec.bindings.items():
        read = {
            kind
            for service in spec.services
            for assertion in service.manifest.assertions
            if assertion.id == id_
            for kind in _read(assertion, service.archetype)
        }
        for one in bound.says.ignore:
            if not read.intersection(BY_RULE.get(one, (one,))):
                yield IGNORED_NOTHING.at(
                    bound.at["ignore"],
                    f"nothing of {id_} is read as {one}",
                    fix=f"take {one} out" + (f"; what is read of it is {', '.join(sorted(read))}" if read else ""),
                    found=one,
                    expected=f"one of {', '.join(sorted(read))}" if read else "no entry",
                    expected_by=f"the sentence of {id_}",
                )


def _read(assertion: Assertion, archetype: ArchetypeName) -> Iterator[str]:
    """The kinds that are read of *assertion*, and what else can be taken back."""
    readings = read_assertion(assertion, archetype)
    yield from (one.kind for one in readings)
    if assertion.entity and assertion.property:
        yield _STORES
    if not readings and is_unread(sentence(assertion.natural, archetype, assertion.entity)):
        yield UNREAD
