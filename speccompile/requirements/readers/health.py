"""How the system is watched: paths that tell whether it lives or is ready, and its metrics."""

from __future__ import annotations

import re

from speccompile.regex import regex
from speccompile.requirements.kinds import Health, Metrics
from speccompile.requirements.phrases import words
from speccompile.requirements.readers.networks import PRIVATE
from speccompile.requirements.sentence import Readings, Sentence, cues
from speccompile.requirements.vocabulary import PARTS, SYSTEM, TRAFFIC

CUES = cues(
    "/ health healthz healthy livez readyz ready readiness liveness alive probe status ping heartbeat up metrics prometheus",
    "monitoring telemetry healthcheck healthchecks openmetrics",
)

_THING = r"(?:check|checks|endpoint|endpoints|probe|probes|route|url|path|page|status|handler)"
_HEALTH = words(
    f"health {_THING}",
    "healthz",
    "healthchecks?",
    "livez",
    "readyz",
    f"(?:liveness|readiness) {_THING}",
    "(?:is|are|as) (?:healthy|alive|ready|up)",
    "reports? (?:its )?(?:health|liveness|readiness)",
    "when (?:it|the (?:\\w+ )?\\w+) is (?:healthy|alive|up|ready|running)",
    "liveness",
    "readiness",
    "healthy",
    "alive",
    "health",
    "counts as ready",
)
_WITHOUT_PATH = regex(rf"\b(?:health|liveness|readiness)[- ]?{_THING}\b")
_NAMED = regex(
    r"/(?:(?:_?internal|api|v\d|system|sys|ops|management|manage|monitoring|_|-)/)*_*(?:healthz?|health[-_]?checks?|livez?|readyz?|liveness|readiness|ping|status|up|alive|heartbeat|_health"
    r"|actuator/health)(?:[/.]|\Z)",
    re.IGNORECASE,
)
_ANSWERS = regex(
    r"\b(?:returns?|answers?|answered|responds?|repl(?:y|ies)|gives?|reports?|exposes?|exposed|provides?|has|serves?|served"
    r"|available|tells?|shows?|checks?|checked|asks?|asked|polled|probed|signals?|is|are|200|204|503|offers?|implements?|get"
    r"|head|hits?|targets?|goes to|requests?|looks? at|polls?|probes?|pings?|quer(?:y|ies)|calls?|there|through|under|at|via)\b"
)
_READY = regex(r"\b(?:readiness|ready|readyz)\b")
_IN_PATH_READY = regex("read", re.IGNORECASE)
_IN_PATH_LIVE = regex("live|alive", re.IGNORECASE)
# «Its readiness endpoint is /warm».
_TOLD = regex(r"\b(?:liveness|readiness) (?:endpoint|probe|check|path|route|url) (?:is|at|under) (/[\w/-]+)")
_DOMAIN_HEALTH = regex(
    r"\A(?:the )?page /[\w/-]+ (?:lists?|shows?|explains?|contains?|has|displays?)\b|"
    rf"\b(?:unless|except|but|besides|other than|apart from)(?: (?:it|that|this) is)?(?: for)? (?:an? |the )?health[- ]checks?\b|\b(?:medical"
    rf"|health)[- ]checks? (?:for|of) (?:an? |the |all |our |every |each )?(?!(?:[\w-]+ )?(?:{'|'.join(sorted(SYSTEM))})s?\b)[a-z]|"
    r"\b(?:insurance|patients?|plans?|claims?|records? are visible|medical|doctor|order'?s? status|status of (?:an?"
    r"|the|his|her) (?!service|server|api|system|app))\b"
)
_ASKERS = frozenset(
    "get check probe status health healthcheck engine balancer kubernetes orchestrator monitor head docker monitoring".split()
)
_METRICS = regex(r"\b(?:metrics?|prometheus|openmetrics)\b")
_EXPOSED = regex(
    r"\b(?:exposed?|exposes|expose|available|served|serves|scrap(?:es?|ed)|provided?|provides|publish(?:es|ed)"
    r"|under|at|endpoint|for prometheus|collected|exported|exports|offers?|reports?|returns?|monitored by)\b"
)
_DOMAIN_METRICS = regex(
    r"\b(?:dashboard|business|sales|report (?:lists|shows)|customers? see|tailor|metric (?:system|units?|tons?)|quality metrics?)\b"
)
_OF_METRICS = regex(r"\b(?:metrics?|scrap(?:es?|ed|ing)|openmetrics|counters?|gauges?|openmetrics format)\b")
_SCRAPERS = frozenset("metric prometheus get monitoring".split())


def read(sentence: Sentence) -> Readings:
    """The probes and the metrics that *sentence* demands."""
    yield from _health(sentence)
    yield from _metrics(sentence)


def _health(sentence: Sentence) -> Readings:
    if sentence.pipeline or sentence.tool or sentence.mentions(_DOMAIN_HEALTH) or not sentence.mentions(_ANSWERS):
        return
    said = sentence.says(_HEALTH)
    named = next((path for path in sentence.paths if _NAMED.match(path) and "{" not in path and "/:" not in path), None)
    if named is None and any(_NAMED.match(path) for path in sentence.paths):
        return  # «/status/{parcel}» is a parcel's
    path = named or (sentence.path if said else None)
    if (path is None and not (said and sentence.mentions(_WITHOUT_PATH))) or not _is_asked(sentence):
        return
    if sentence.mentions(_METRICS) and "health" not in sentence.text:
        return
    told = tuple(match[1] for match in _TOLD.finditer(sentence.written))
    every = tuple(each for each in sentence.paths if _NAMED.match(each) or each in told) or (path,)
    often = _how_often(sentence)
    for each in every:
        ready = (
            _is_ready(sentence, each or "", alone=len(every) == 1)
            or f"readiness endpoint is {each}" in sentence.written
        )
        yield sentence.reading(Health(each, "ready" if ready else "live", often), said)


def _how_often(sentence: Sentence) -> float | None:
    """The seconds from one question to the next, where the sentence says one such time that an engine can be told."""
    said = {each.seconds for each in sentence.recurring}
    return next((each for each in said if 1 <= each <= 3600), None) if len(said) == 1 else None


def _is_asked(sentence: Sentence) -> bool:
    noun, of = sentence.subject.noun, sentence.subject.of
    asked = noun in _ASKERS and (not of or of in SYSTEM | TRAFFIC | PARTS)  # «a health check of a cow» asks no server
    return (
        sentence.of_system or not noun or asked or noun.startswith("/") or noun == "i" or noun.isdigit()
    )  # «then I get a 200»


def _is_ready(sentence: Sentence, path: str, *, alone: bool) -> bool:
    """Whether readiness is asked for: the path's name says so, else the sentence."""
    if _IN_PATH_READY.search(path):
        return True
    return alone and sentence.mentions(_READY) is not None and not _IN_PATH_LIVE.search(path)


def _metrics(sentence: Sentence) -> Readings:
    match = sentence.says(_METRICS)
    if (
        not match
        or not sentence.mentions(_EXPOSED)
        or not (sentence.paths or sentence.mentions(_OF_METRICS))
        or sentence.mentions(PRIVATE)
        or sentence.mentions(_DOMAIN_METRICS)
    ):
        return
    scraped = bool(sentence.paths) and "prometheus" in sentence.text
    if sentence.of_system or scraped or sentence.subject.noun in _SCRAPERS or sentence.subject.noun.startswith("/"):
        yield sentence.reading(Metrics(sentence.path), match)
