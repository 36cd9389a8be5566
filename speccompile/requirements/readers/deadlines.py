"""How long requests take: deadlines, which the front door holds, and objectives, which are measured."""

from __future__ import annotations

from speccompile.requirements.kinds import Deadline, Objective
from speccompile.requirements.phrases import Phrase
from speccompile.requirements.quantities import Duration, percentile
from speccompile.requirements.readers.rates import RATE
from speccompile.requirements.sentence import Readings, Sentence, cues

CUES = cues(
    "request requests response responses call calls query queries http https api endpoint latency answer answers",
    "respond responds timeout timed get post p50 p90 p95 p99 percentile median average page service server search",
)

_REQUEST = Phrase(
    r"\b(?:(?:http |api )?(?:requests?|calls?|responses?|quer(?:y|ies)|endpoints?|latency|response times?)|api"
    r"|answers?|responds?|/[a-z])\b|(?<!\w)/[a-z]"
)
_ELSEWHERE = Phrase(
    r"\b(?:sessions?|(?:reset |invite |magic |download )?links?|codes?|locks?|tokens?|friend|outgoing|outbound"
    r"|external|third.party|upstreams?|downstream|webhooks?|"
    r"carts?|offers?|passwords? reset|cach(?:e|ed|es)|caching|humans?|support|refunds?|deletion|erasure"
    r"|subject access|backups?|restores?|restarts?|restarted|drain\w*|sigterm|"
    r"shut\w*|when stopped|stopping|in[- ]flight|before (?:it )?(?:stops|exits)|folders?|databases?|idle|inactiv\w*"
    r"|websockets?|retr(?:y|ies|ied)|e-?mails?|crash\w*|deploy\w*|startup|boot\w*|inquir\w+|complaints?|tickets?)\b"
    r"|\b(?:calls?|requests?|connections?) to (?!(?:the |this |our |its |any |each |every )?(?:api|service|server"
    r"|app|application|endpoints?|backend|system|/)\b)"
)
_SLOW = Phrase(
    r"\b(?:time[sd]? ?-?out|timeouts?|timed out|takes? (?:at most|longer|more|less|no (?:more|longer)|up to|over"
    r"|under)|(?:take|last|run)s? (?:longer|more) than|longer than|"
    r"(?:respond|answer|return|repl(?:y|ie)|complete|finish|serve|handle|process|end)(?:s|ed"
    r"|es)?\b(?: \w+){0,4}? (?:within|in (?:under|at most|less than|no more than)|in (?=\d)|"
    r"(?:no|not) later than|faster than|before|after)|response times?|latency|slower than|abort(?:s|ed)? after"
    r"|cancel(?:s|l?ed)? after|cut off after|given up after|gives up after|"
    r"killed after|terminated after|within|deadline|stays? (?:below|under)|last at most|longest)\b"
)
_BOUNDED = Phrase(
    r"\brequests? (?:have|has|gets?|needs?|must have) (?:a |an upper )?(?:time ?outs?|deadlines?)\b|\brequest timeouts? (?:are|is) (?:enforced|set)\b"
)
_MOSTLY = Phrase(
    r"\b(?:on average|average|mean|typically|usually|normally|most (?:requests|responses|calls|of the time)"
    r"|under (?:normal )?load|target|objective|slo|aims?|goal|should usually)\b"
)
_LONGEST = 24 * 3600


def read(sentence: Sentence) -> Readings:
    """The deadline or the objective that *sentence* sets for requests."""
    if sentence.pipeline or sentence.tool:
        return
    yield from _time(sentence)


def _time(sentence: Sentence) -> Readings:
    """A deadline, or an objective: a share of requests, an average."""
    if not sentence.durations and (match := sentence.says(_BOUNDED)):
        yield sentence.reading(Deadline(None), match)
    if not sentence.durations or not _requests(sentence) or not sentence.mentions(_SLOW):
        return
    time = _bounding(sentence)
    if time is None or time.seconds > _LONGEST or RATE.search(sentence.text):
        return
    share = percentile(sentence.text) or next(iter(sentence.shares), None)
    if share or sentence.mentions(_MOSTLY):
        yield sentence.reading(
            Objective(share.percent if share else None, time.seconds),
            share,
            time,
            scope=sentence.of_path,
        )
    else:
        yield sentence.reading(Deadline(time.seconds), time, scope=sentence.of_path)


def _requests(sentence: Sentence) -> bool:
    """Whether *sentence* speaks of how long this system's requests take."""
    about = (
        sentence.subject.noun
        in (
            "",
            "request",
            "response",
            "call",
            "query",
            "api",
            "service",
            "server",
            "endpoint",
            "application",
            "app",
            "system",
            "backend",
            "latency",
            "time",
            "it",
            "percentile",
            "median",
            "page",
            "we",
            "post",
            "get",
            "timeout",
            "client",
            "p95",
            "p99",
            "p50",
            "p90",
            "handler",
            "web",
        )
        or bool(percentile(sentence.text))
        or bool(sentence.paths)
    )
    return (
        about
        and bool(sentence.mentions(_REQUEST) or percentile(sentence.text))
        and sentence.mentions(_ELSEWHERE) is None
        and (sentence.of_system or bool(percentile(sentence.text)) or _at_path(sentence))
    )


def _at_path(sentence: Sentence) -> bool:
    return sentence.subject.noun in ("get", "post", "put", "request", "endpoint", "") and bool(sentence.paths)


def _bounding(sentence: Sentence) -> Duration | None:
    """The duration that bounds from above; the only one where nothing says so."""
    for time in sentence.durations:
        if sentence.bound(time) == "least":
            return None
    return sentence.durations[0]
