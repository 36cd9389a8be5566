"""What the specs say, as sentences that rules can look at."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from speccompile.provenance import Cause
from speccompile.record import record
from speccompile.regex import regex
from speccompile.requirements.bound import ignored
from speccompile.spec.manifest import Manifest
from speccompile.spec.project import Bound

# A bound («no more than», «not exceed») denies nothing, and a denial ends where another clause begins.
_NO = r"\b(?:not(?!\s+(?:only|more|less|fewer|longer|later|exceed))|no(?!\s+(?:more|less|fewer|longer|later|larger|bigger)\b)|never(?!\s+exceeds?)|nor|cannot"
_CLAUSE = r"(?:(?!\b(?:but|when|while|whenever|if|unless|until|because|although|during|upon|after|before)\b)[^.;,:])"
_DENIED_BEFORE = regex(
    _NO
    + r"|without|neither|doesn't|don't|isn't|aren't|won't|unlike|instead of|rather than)\b(?!\s+exceed)"
    + _CLAUSE
    + r"{0,40}\Z"
)
_DENIED_AFTER = regex(
    r"\A\w*(?:\s+(?:is|are|was|were|must|may|can|will|shall|should|does|do))?\s*"
    r"(?:not|never|no longer|isn't|aren't)\s+(?:be\s+)?(?:used|needed|required|applied|enforced|supported|imposed|provided|involved|apply|exist)\b"
)
_REFUSED = regex(
    r"\b(?:reject(?:s|ed)?|refus(?:es?|ed)|den(?:y|ies|ied)|unauthori[sz]ed|forbidden|invalid|fails?|401|403)\b"
)
_NEAR = 80
_WITHOUT = regex(r"\b(?:without|no)\s+(?:\w+\s+){0,2}\Z")


@record()
class Statement:
    """One sentence in lower case: a confirmed assertion (with its id in the cause), a boundary or a constraint.

    ``written`` is an assertion as its author wrote it, for what depends on case (paths). ``entity`` and ``property`` are the
    assertion's, where it has them; ``kind`` is its type.
    """

    text: str
    cause: Cause
    kind: str
    entity: str = ""
    property: str = ""
    written: str = ""

    def says(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """The first match of *pattern* that is not denied by the words around it («never stored in redis», «redis is not used»)."""
        return next((m for m in pattern.finditer(self.text) if not self._denies(m)), None)

    def _denies(self, match: re.Match[str]) -> bool:
        """Whether *match* is denied; to refuse what comes without a thing is to demand the thing."""
        before = self.text[max(0, match.start() - _NEAR) : match.start()]
        after = self.text[match.end() : match.end() + _NEAR]
        if _WITHOUT.search(before) and _REFUSED.search(after):
            return False
        return bool(_DENIED_BEFORE.search(before) or _DENIED_AFTER.match(after))

    def mentions(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """The first match of *pattern*, denied or not."""
        return pattern.search(self.text)


def wishes(manifest: Manifest, bindings: Mapping[str, Bound]) -> tuple[Statement, ...]:
    """What the system must do or stands beside: the confirmed assertions and the boundaries, in sorted order; without the assertions that
    speak of no store by what deploy.yaml says (*bindings*, by assertion)."""
    without = {id_ for id_, bound in bindings.items() if "store" in ignored(bound.says)}
    asserted = (one for one in _assertions(manifest) if one.cause.assertion not in without)
    return tuple(sorted((*asserted, *_listed(manifest, "boundaries", manifest.boundaries)), key=_order))


def exclusions(manifest: Manifest) -> tuple[Statement, ...]:
    """What the system is not: the constraints, in sorted order."""
    return tuple(sorted(_listed(manifest, "constraints", manifest.constraints), key=_order))


def causes(found: Iterable[Statement]) -> tuple[Cause, ...]:
    """The causes of *found*, sorted."""
    return tuple(sorted({statement.cause for statement in found}))


def _assertions(manifest: Manifest) -> Iterator[Statement]:
    for assertion in manifest.assertions:
        if assertion.is_active():
            text = " ".join(filter(None, (assertion.natural, assertion.constraint)))
            cause = Cause(assertion.at("natural"), assertion.id)
            yield Statement(
                text.lower(), cause, assertion.type, assertion.entity or "", assertion.property or "", written=text
            )


def _listed(manifest: Manifest, field: str, items: tuple[str, ...]) -> Iterator[Statement]:
    for number, item in enumerate(items):
        text = re.sub(r"[-_]+", " ", item.lower())
        yield Statement(text, Cause(manifest.at(field, number)), field)


def _order(statement: Statement) -> tuple[str, str]:
    return statement.cause.assertion or "", statement.text
