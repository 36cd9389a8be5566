"""What the specs say and what the sources say → Plan. No tree is looked at: what there is to know of it is in what detection gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from speccompile.detect.seen import Detected, Seen
from speccompile.diagnostics import Diagnostic, errors
from speccompile.errors import Refused
from speccompile.lower import defaults
from speccompile.lower.assembly import Drafted, assembled
from speccompile.lower.draft import Draft
from speccompile.lower.keeping import Keep, anew
from speccompile.lower.layout import layout
from speccompile.lower.naming import slug
from speccompile.lower.rules import RULES
from speccompile.lower.settled import ignored_in_vain
from speccompile.lower.subject import Subject
from speccompile.lower.version_control import kept_out
from speccompile.plan.plan import Layout, Plan
from speccompile.provenance import Cause, because
from speccompile.record import record
from speccompile.requirements.said import Said
from speccompile.spec.project import ProjectSpec


@record()
class Surroundings:
    """What the plan needs to know besides the project's own text.

    ``output`` is the output directory as seen from the project (None: what deploy.yaml says), ``ancestors`` the names of the
    directories down to the project's own, which is the last resort for a name; ``own`` the files in the project that we wrote.
    ``environment`` is the one of deploy.yaml as which the project is seen, None for what holds in all.
    """

    output: str | None
    ancestors: tuple[str, ...]
    allow_unverified: bool
    own: tuple[str, ...] = ()
    environment: str | None = None


@record()
class _Decided:
    """What the specs say of a service, and what the rules make of it."""

    said: Said
    draft: Draft


def lower(
    spec: ProjectSpec, detected: Detected, said: Mapping[str, Said], around: Surroundings, keep: Keep = anew
) -> tuple[Plan, tuple[Diagnostic, ...]]:
    """The plan for *spec*, of whose services *detected* and *said* are known, and notes; raises ``Refused`` with all that stands in the way. What
    *keep* knows is not made anew."""
    own_name = spec.app or _package_name(detected.services)
    app = slug(own_name or around.ancestors[-1])
    drafts = tuple(_drafted(app, spec, seen, said, keep) for seen in detected.services)
    found = [*detected.diagnostics, *ignored_in_vain(spec), *(note for one in drafts for note in one.draft.notes)]
    found += [
        withheld.note
        for one in drafts
        for withheld in one.subject.facts.withheld
        if not withheld.variables <= one.subject.supplied
    ]
    plan, notes = assembled(app, spec, drafts, _layout(spec, around, 0 if own_name else 1), detected.pages, keep)
    found += notes
    if plan.secrets or plan.parameters:
        found += kept_out(plan.layout, detected.ignored)
    if errors(found):
        raise Refused(found)
    return plan, tuple(found)


def _package_name(services: Sequence[Seen]) -> str | None:
    """The only service's own name for itself."""
    return services[0].facts.name if len(services) == 1 else None


def _subject(app: str, spec: ProjectSpec, seen: Seen, said: Said) -> Subject:
    return Subject(
        name=seen.spec.name,
        app=app,
        spec=seen.spec,
        project=spec,
        facts=seen.facts,
        demands=seen.demands,
        wishes=said.wishes,
        exclusions=said.exclusions,
        asked=said.asked,
    )


def _drafted(app: str, spec: ProjectSpec, seen: Seen, said: Mapping[str, Said], keep: Keep) -> Drafted:
    name = seen.spec.name
    (decided,) = keep("drafted", name, lambda: (_decided(app, spec, seen, said[name]),), app)
    return Drafted(_subject(app, spec, seen, decided.said), decided.draft, seen)


def _decided(app: str, spec: ProjectSpec, seen: Seen, said: Said) -> _Decided:
    subject = _subject(app, spec, seen, said)
    draft = defaults.initial(subject)
    for rule in RULES:
        draft = rule.apply(subject, draft)
    return _Decided(said, draft)


def _layout(spec: ProjectSpec, around: Surroundings, names: int) -> Layout:
    """Where things are, because of what deploy.yaml says of that and of nothing else: what a service has of it would else follow from all others, too."""
    output = spec.output if around.output is None else around.output
    said = (Cause(spec.placed),) if spec.placed and around.output is None else ()
    return layout(output, around.ancestors, names, because(defaults.CODE, *said))
