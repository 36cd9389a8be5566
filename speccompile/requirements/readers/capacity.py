"""What the system is given and how often it stands there: memory, processors, instances, availability, scaling."""

from __future__ import annotations

import re

from speccompile.requirements.kinds import Availability, Cpu, Exclusive, Memory, Replicas, Scale, Scope
from speccompile.requirements.phrases import Phrase
from speccompile.requirements.sentence import Readings, Sentence, cues
from speccompile.requirements.vocabulary import TRAFFIC

CUES = cues(
    "memory ram heap rss footprint cpu cpus core cores vcpu vcpus processor processors millicores instance",
    "instances replica replicas copy copies pod pods node container containers available availability uptime",
    "highly redundant redundancy scale scales scaled autoscale autoscaled autoscaling singleton worker workers",
    "server servers",
)

_MEMORY = Phrase(r"\b(?:memory|ram|heap|rss|resident set|footprint)\b")
_NOT_MEMORY = Phrase(
    r"\b(?:cache|cached|shared memory|disk|swap|catalogue|catalog|listed|lists|per (?:user|customer|order)|gpu"
    r"|model|in[- ]memory|from memory)\b"
)
_CPU = Phrase(
    r"(?<![\d.])(\d{1,3}(?:\.\d{1,2})?)\s?(?:(?:v?cpu|processor|physical|logical|virtual|whole"
    r"|full)[ -])?(?:v?cpus?|cores?|processors?|vcores?)\b"
)
_MILLI = Phrase(r"(?<![\d.])(\d{2,6})\s?(?:millicores?|millicpus?|m(?= (?:of )?cpu\b)|m cores?)")
_INSTANCE = (
    r"(?:(?:running|live|healthy|identical|parallel|active|concurrent|separate|redundant|server|service|worker"
    r"|application|app|api|web) )*(?:instances?|replicas?|copies|copy|pods?|containers?|servers|workers|nodes)\b"
)
_RANGE = Phrase(rf"\b(?:between |from )?(\d{{1,4}})\s*(?:and|to|-|up to)\s*(\d{{1,4}}) {_INSTANCE}")
_COUNT = Phrase(rf"(?<![\d.])(\d{{1,4}}) (?:or (?:more|fewer) )?{_INSTANCE}")
_OF_REST = Phrase(
    r"\A(?: (?:of (?:the |this |our |its |each |every )?(?:[\w-]+ )?(?:service|system|server|application|app|api"
    r"|process|program|worker|backend|container|web ?site|component|daemon|pipeline|job)\b|running|run|runs|are|is"
    r"|at|must|in|may|always|serve|serves|exist|exists|can|behind|per|for|share|handle|stay|up|should|shall|will"
    r"|alive|available|on|never|simultaneously|concurrently|of it)|[.,;]|\Z)"
)
_ONE_ONLY = Phrase(
    rf"\b(?:only|exactly|at most|no more than|never more than|not more than|just|a single"
    rf"|precisely)(?: 1)? (?:single )?{_INSTANCE}|\bsingle[- ]instance\b|\bsingleton\b|\b(?:2|multiple"
    rf"|several) {_INSTANCE}(?: of [\w ]{{1,30}}?)? (?:must |may |can |do |are |should |shall |will )?(?:never"
    rf"|not)\b"
    rf"|\b(?:no 2|never 2|no other|no second|never a second|not 2) {_INSTANCE}|\bmay not be (?:replicated"
    rf"|run twice)|\bmust not be (?:replicated|scaled)"
)
_ONE_ONLY_OF = Phrase(
    r"\A(?: of (?:a |an |the |each |every )?(?!(?:[\w-]+ )?(?:service|system|server|application|app|api|process"
    r"|program|worker|backend|container|job|pipeline|daemon|scheduler|importer|export\w*|\w+er)\b)[a-z]+)"
)
_UPTIME = Phrase(r"\b(?:availab\w+|uptime|up|reachable|operational|online)\b")
_HIGH = Phrase(
    r"\b(?:highly available|high availability|no single point of failure|without (?:any )?downtime|zero[- ]downtime"
    r"|survives? the (?:loss|failure) of (?:1|any|a|one) (?:instance|node|host|server|machine|replica|zone))\b"
)
_NINES = {"3 nines": 99.9, "4 nines": 99.99, "5 nines": 99.999, "2 nines": 99.0}
_NINE = Phrase(r"\b([2345]) nines\b")
_SCALES = Phrase(
    r"\b(?:auto-?\s?scal\w+|scal(?:es?|ed|ing) (?:out|up|in|down|horizontally|automatically|with|between|from|to"
    r"|itself)|scales? (?:\w+ )?(?:automatically|horizontally)|"
    r"(?:instances|replicas|copies|pods|workers) (?:are|is) (?:added|started|removed)|adds? (?:instances|replicas"
    r"|pods|workers)|elastic(?:ally)?)\b"
)


def read(sentence: Sentence) -> Readings:
    """What *sentence* demands of the machine and of the number of instances."""
    yield from _memory(sentence)
    yield from _cpus(sentence)
    if sentence.mentions(_SCALES) and sentence.of_system:
        yield from _scale(sentence)
        return
    yield from _instances(sentence)
    yield from _available(sentence)


def _scope(sentence: Sentence) -> Scope:
    noun = sentence.subject.noun
    return (
        Scope("run")
        if noun in ("run", "job", "execution")
        else Scope("host")
        if noun in ("host", "machine", "node", "vm")
        else Scope()
    )


def _memory(sentence: Sentence) -> Readings:
    size = next(iter(sentence.sizes), None)
    if size is None or not sentence.mentions(_MEMORY) or sentence.mentions(_NOT_MEMORY):
        return
    if (
        not (sentence.of_system or sentence.subject.noun in ("host", "machine", "node", "vm"))
        or sentence.subject.noun in TRAFFIC
    ):
        return
    bound = sentence.bound(size)
    yield sentence.reading(
        Memory(size.bytes, "least" if bound == "least" or _needs(sentence) else "most"), size, scope=_scope(sentence)
    )


def _needs(sentence: Sentence) -> bool:
    """Whether the system wants to have so much, and does not promise to stay below it."""
    return (
        sentence.mentions(Phrase(r"\b(?:needs?|requires?|guaranteed?|reserved?|must have|is given|are given|wants?)\b"))
        is not None
        and sentence.mentions(
            Phrase(r"\b(?:at most|more than|no more|up to|below|under|exceed|max\w*|limit\w*|not need)\b")
        )
        is None
    )


def _cpus(sentence: Sentence) -> Readings:
    match = _CPU.search(sentence.text)
    milli = _MILLI.search(sentence.text)
    found = milli or match
    if (
        not found
        or not (sentence.of_system or sentence.subject.noun in ("host", "machine", "node"))
        or (sentence.subject.noun == "processor" and sentence.subject.place)
    ):
        return
    number = float(found[1]) / 1000 if milli else float(found[1])
    bound = sentence.bound(found)
    if number:
        cpus = int(number) if number == int(number) else number
        yield sentence.reading(
            Cpu(cpus, "least" if bound == "least" or (bound is None and _needs(sentence)) else "most"),
            found,
            scope=_scope(sentence),
        )


def _instances(sentence: Sentence) -> Readings:
    one = sentence.mentions(_ONE_ONLY)
    if one and not _ONE_ONLY_OF.match(sentence.text[one.end() :]) and _is_ours(sentence):
        yield sentence.reading(Exclusive(), one)
        return
    if pair := _RANGE.search(sentence.text):
        if _is_ours(sentence):
            yield sentence.reading(Replicas(int(pair[1]), int(pair[2])), pair)
        return
    count = _COUNT.search(sentence.text)
    if not count or not _is_ours(sentence) or not _OF_REST.match(sentence.text[count.end() :]):
        return
    number = int(count[1])
    bound = sentence.bound(re.compile(r"\d+").search(sentence.text, count.start()) or count)
    if "or more" in count[0]:
        bound = "least"
    if number == 1 and bound in ("most", "exactly"):
        yield sentence.reading(Exclusive(), count)
    elif number > 1 or bound == "least":
        yield sentence.reading(
            Replicas(
                None if bound == "most" else number,
                number if bound in ("most", "exactly") else None if bound == "least" else number,
            ),
            count,
        )


def _is_ours(sentence: Sentence) -> bool:
    return (sentence.of_system and sentence.subject.of not in ("database", "user")) or sentence.subject.noun in (
        "",
        "running",
        "node",
        "copy",
    )


def _available(sentence: Sentence) -> Readings:
    if not sentence.of_system:
        return
    share = next((one for one in sentence.shares if one.percent >= 90), None)
    if (
        share
        and sentence.mentions(_UPTIME)
        and not sentence.durations[:1]
        and not sentence.mentions(Phrase(r"\brequests? (?:are|is)\b"))
    ) or (
        share
        and sentence.mentions(_UPTIME)
        and sentence.mentions(
            Phrase(r"\b(?:per|each|every|a|of the|of every|in any) (?:month|year|week|quarter|time|1 (?:month|year))\b")
        )
    ):
        yield sentence.reading(Availability(share.percent), share)
    elif (nine := _NINE.search(sentence.text)) and sentence.mentions(Phrase(r"\bavailab|\buptime|\breliab")):
        yield sentence.reading(Availability(_NINES[nine[0]]), nine)
    elif (high := sentence.mentions(_HIGH)) and not share:
        yield sentence.reading(Availability(None), high)


def _scale(sentence: Sentence) -> Readings:
    match = sentence.mentions(_SCALES)
    if match is None or sentence.subject.noun in ("image", "picture", "font", "user", "disk"):
        return
    pair = _RANGE.search(sentence.text) or Phrase(r"\b(?:between|from) (\d{1,4}) (?:and|to) (\d{1,4})\b").search(
        sentence.text
    )
    most = Phrase(rf"\b(?:up to|at most|to a maximum of|to) (\d{{1,4}}) {_INSTANCE}").search(sentence.text)
    if pair:
        yield sentence.reading(Scale(int(pair[1]), int(pair[2])), match, pair)
    else:
        yield sentence.reading(Scale(None, int(most[1]) if most else None), match)
