"""A sentence, analysed once for all readers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import TypeAlias

from speccompile.regex import regex
from speccompile.requirements import grammar, quantities, whose
from speccompile.requirements.grammar import Subject
from speccompile.requirements.kinds import Bound, Requirement
from speccompile.requirements.numerals import normal
from speccompile.requirements.openings import without_reason
from speccompile.requirements.quantities import Duration, Share, Size
from speccompile.requirements.reading import Reading, Scope
from speccompile.requirements.vocabulary import TRAFFIC

_WORD = regex(r"[a-z0-9]+(?:['-][a-z0-9]+)*")
_REFUSED = regex(
    r"\b(?:reject(?:s|ed)?|refus(?:es?|ed)|den(?:y|ies|ied)|abort(?:s|ed)?|cancel(?:s|l?ed)?|kill(?:s|ed)?"
    r"|turn(?:s|ed)? (?:\w+ ){0,3}away|stopp?(?:s|ed)?|terminat(?:es?|ed)|cut off|cut|"
    r"dropp?(?:s|ed)?|clos(?:es?|ed)|giv(?:es?|en) up|turned (?:away|down)|sent away|interrupted|ended|fails?|failed|time out|timed out|forbidden"
    r"|(?:not|cannot)(?: be)? (?:allowed|accepted|permitted|uploaded|sent|processed|submitted)|"
    r"throttled|banned|slowed down|413|429|503|504|truncated|blocked|shed|disconnected|aborted|answered with an error|gets? an error|(?:gets?"
    r"|receives?|is) (?:a )?[45]\d\d)\b"
)
_DENIED_BEFORE = regex(
    r"\b(?:not(?! only| more| less| fewer| longer| later| exceed| larger)|no(?! more| less| fewer| longer| later"
    r"| larger| bigger)|never(?! exceed| more)|nor|cannot|"
    r"without|neither|doesn't|don't|isn't|aren't|won't|unlike|instead of|rather than|nothing|none|nobody)\b"
    r"(?:(?!\b(?:but|except|when|while|if|unless|until|because|although|before|after)\b)[^.;,:]){0,40}\Z"
)
_DENIED_AFTER = regex(
    r"\A\w*(?: (?:is|are|was|were|must|may|can|will|shall|should|does|do))? ?(?:not|never|no longer|isn't|aren't"
    r"|cannot)(?: be)? "
    r"(?:used|needed|required|applied|enforced|supported|imposed|provided|involved|allowed|made|kept|apply|exist"
    r"|run|available|necessary)\b"
)
_RECURRING = regex(r"\b(?:every|each|per|times|once)\s(?:an?\s)?\Z")
# «A taxi request»: the word before a noun of traffic.
_TRAFFIC = regex(
    r"(?<![\w/-])([a-z][a-z'-]*) (?:requests?|calls?|quer(?:y|ies)|responses?|connections?|uploads?|sessions?)\b"
)
_BY = regex(
    r"(?<!uploaded )(?<!submitted )(?<!attached )(?<!sent )\bby (?:an?|the|our|at most \d+|\d+|his|her) ([a-z-]+)"
)
# «Routers that customers have at home».
_RUN_BY_OTHERS = regex(
    r"[^,;]{0,40}\b(?:that|which) (?:the |our )?(?:customers?|users?|people|partners?|clients|suppliers|visitors|employees|tenants|members)"
    r" (?:have|own|run|use|operate|bring|host|wear|carry)\b"
)
_BETTER = regex(r" or (?:better|faster|quicker|sooner)\b")
_OPERATION = regex(
    r"(?<![\w/-])([a-z][a-z-]+) (?:endpoint|route|page|form)s?\b"
    r"|(?<![\w/-])(search|login|log-in|sign-in|signup|sign-up|registration|checkout|upload|export|import|report|payment|admin|webhook)(?:s|es)?"
    r" (?:requests?|quer(?:y|ies)|calls?|api)\b|(?<=\A)(?:the )?(searches|logins|checkouts)\b"
)
_NO_OPERATIONS = frozenset(
    """
    the a an api http https rest web public internal private external each every all any no our this these those its single other same new old
    graphql json grpc html static service server backend application app of to on from per and or for health healthcheck liveness readiness
    only status metrics error landing which that one two such authenticated unauthenticated protected open long-running slow individual
    """.split()
)
_BLANK = " (,;:\"'«"
_PATH = regex(r"(?<![\w/.:}])(/(?:[\w{}*:-][\w{}*:./-]{0,80})?)(?![\w/])", re.ASCII)

Found: TypeAlias = Duration | Size | Share | re.Match[str]


class Sentence:
    """One sentence and what it is about. ``written`` is its text as its author wrote it, ``text`` the form that readers search.

    *pipeline* and *tool* say what kind of program it speaks of; *entity* is the thing of the domain that its assertion names.
    """

    def __init__(self, written: str, *, pipeline: bool = False, tool: bool = False, entity: str = "") -> None:
        self.written, self.pipeline, self.tool, self.entity = written, pipeline, tool, entity.lower()
        self._normal = normal(written)
        self.text = without_reason(self._normal.text)

    @cached_property
    def words(self) -> frozenset[str]:
        """The words of the text, as they stand there and in the singular; «/» where it names a path."""
        found = _WORD.findall(self.text) + ["/"] * bool(self.paths)
        parts = [part for word in found if "-" in word for part in word.split("-")]
        return frozenset((*found, *parts, *(grammar.singular(word) for word in (*found, *parts))))

    @cached_property
    def subject(self) -> Subject:
        """What the sentence is about."""
        return grammar.subject(self.text)

    @cached_property
    def of_system(self) -> bool:
        """Whether its subject is this system as it runs, and not a thing of the domain."""
        return whose.is_system(self.subject, pipeline=self.pipeline)

    @cached_property
    def of_another(self) -> bool:
        """Whether its subject is somebody else's: «the insurer's mainframe», «the tenant's own database»; not what people send."""
        if _RUN_BY_OTHERS.match(self.text):
            return True
        return whose.is_anothers(self.subject) and self.subject.noun not in TRAFFIC

    @cached_property
    def traffic_of_domain(self) -> bool:
        """Whether it speaks of requests, calls or connections that are none of this system: a taxi request, a call answered by a doctor."""
        return any(whose.is_of_domain(match[1]) for match in _TRAFFIC.finditer(self.text)) or any(
            whose.is_person(match[1]) for match in _BY.finditer(self.text)
        )

    @cached_property
    def durations(self) -> tuple[Duration, ...]:
        """All durations, in order."""
        return tuple(quantities.durations(self.text))

    @cached_property
    def lasting(self) -> tuple[Duration, ...]:
        """The durations that say how long, and not how often: «for a week», and not «once a week»."""
        return tuple(
            time for time in self.durations if not _RECURRING.search(self.text[max(0, time.begin - 12) : time.begin])
        )

    @property
    def recurring(self) -> tuple[Duration, ...]:
        """The other ones: «every ten seconds»."""
        return tuple(time for time in self.durations if time not in self.lasting)

    @cached_property
    def sizes(self) -> tuple[Size, ...]:
        """All sizes, in order."""
        return tuple(quantities.sizes(self.text))

    @cached_property
    def shares(self) -> tuple[Share, ...]:
        """All shares in per cent, in order."""
        return tuple(quantities.shares(self.text))

    @cached_property
    def refused(self) -> bool:
        """Whether something is said to be refused, or ended."""
        return _REFUSED.search(self.text) is not None

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """URL or file paths, in the case in which they are written."""
        return tuple(match[1].rstrip(".,:") for match in _PATH.finditer(self.written) if match[1] not in ("/",))

    @property
    def path(self) -> str | None:
        """The first path, if any."""
        return self.paths[0] if self.paths else None

    @cached_property
    def operation(self) -> str | None:
        """The operation that the sentence speaks of, where it names one without its path: «the checkout endpoint», «search requests»."""
        found = (match[1] or match[2] or match[3] for match in _OPERATION.finditer(self.text))
        return next((grammar.singular(name) for name in found if name not in _NO_OPERATIONS), None)

    @property
    def of_path(self) -> Scope:
        """The scope of what holds for the first path or one operation, or for all the service where none is named."""
        path = self.path or self.operation
        return Scope("path", path) if path else Scope()

    def bound(self, quantity: Found) -> Bound | None:
        """On which side *quantity* bounds."""
        begin, end = quantity.span() if isinstance(quantity, re.Match) else (quantity.begin, quantity.end)
        if isinstance(quantity, Duration) and _BETTER.match(self.text[end : end + 20]):
            return "most"  # of a time, less is better
        return quantities.bound(self.text, begin, end, refused=self.refused)

    def limit(self) -> Duration | None:
        """The duration that bounds from above; None where one bounds from below, or several and none plainly from above."""
        times = self.lasting
        bounds = [self.bound(time) for time in times]
        if "least" in bounds:
            return None
        return next(
            (time for time, bound in zip(times, bounds, strict=True) if bound == "most"), next(iter(times), None)
        )

    def says(self, phrase: re.Pattern[str]) -> re.Match[str] | None:
        """The first occurrence of *phrase* that the words around it do not deny."""
        return next((match for match in phrase.finditer(self.text) if not self._denies(match)), None)

    def mentions(self, phrase: re.Pattern[str]) -> re.Match[str] | None:
        """The first occurrence of *phrase*, denied or not."""
        return phrase.search(self.text)

    def _denies(self, match: re.Match[str]) -> bool:
        before, after = self.text[max(0, match.start() - 80) : match.start()], self.text[match.end() : match.end() + 60]
        return bool(_DENIED_BEFORE.search(before) or _DENIED_AFTER.match(after))

    def places(self, found: re.Match[str]) -> tuple[int, int]:
        """The characters of what is written that *found* stands for."""
        return self._normal.span(*found.span())

    def words_of(self, found: Duration | Size | Share) -> str:
        """What is written where *found* was read."""
        begin, end = self._normal.span(found.begin, found.end)
        while begin and self.written[begin - 1] not in _BLANK:
            begin -= 1  # a number in words stands at the end of them
        return self.written[begin:end]

    def part(self, begin: int, end: int) -> Sentence:
        """Characters *begin* to *end* of what is written, as a sentence of its own about the same program."""
        return Sentence(self.written[begin:end], pipeline=self.pipeline, tool=self.tool, entity=self.entity)

    def reading(self, requirement: Requirement, *found: Found | None, scope: Scope | None = None) -> Reading:
        """*requirement*, read from the words that are *found*; from all of them where nothing is."""
        spans = [each.span() if isinstance(each, re.Match) else (each.begin, each.end) for each in found if each]
        spans = spans or [(0, len(self.text))]
        begin, end = self._normal.span(min(b for b, _ in spans), max(e for _, e in spans))
        return Reading(requirement, scope or Scope(), begin, end)


def cues(*words: str) -> frozenset[str]:
    """The words of which a sentence must have one for a reader to look at it: given as one text or several."""
    return frozenset(word for text in words for word in text.split())


Readings = Iterator[Reading]
