"""Traffic: what the proxy enforces before a request gets to the service.

A confirmed assertion that bounds the time of requests sets the read and send timeouts (the longest, so that no promise is cut short
by a stricter one about something else); one about rate limiting sets the rate («100 requests per minute»; ten a second where it
names none); one that bounds the size of requests, bodies or uploads sets the body limit (the largest). Else 60 s, no rate, 1 MiB.

All of these hold for every request. What is said of calls that the service makes, of sessions and codes, of one path or of logging in,
of what is sent or stored, or of how much the service has to bear, is not for the proxy to enforce.
"""

from __future__ import annotations

from dataclasses import replace

from speccompile.lower.draft import Draft, Traffic
from speccompile.lower.phrases import Phrase, words
from speccompile.lower.quantity import rate, seconds, size
from speccompile.lower.statement import Statement
from speccompile.lower.subject import Subject
from speccompile.plan.proxy import BodyLimit, Rate, Timeouts
from speccompile.provenance import because

CODE = "SC351"
TITLE = "traffic"

_TIMEOUT = words(
    "time ?outs?",
    "timed out",
    "times out",
    "respond within",
    "responds within",
    "answered within",
    "answer within",
    "responses? within",
    "complete within",
    "completes? within",
    "requests? take at most",
    "requests? (?:takes?|lasts?) (?:at most|no (?:more|longer) than|less than)",
    "longer than",
)
_REQUESTS = words("requests?", "responses?", "responds?", "calls?", "endpoints?", "api", "answer(?:s|ed)?", "polling")
_NOT_REQUESTS = words(
    "sessions?",
    "tokens?",
    "links?",
    "codes?",
    "locks?",
    "passwords?",
    "quer(?:y|ies)",
    "databases?",
    "upstreams?",
    "outgoing",
    "outbound",
    "external",
    "third party",
    "downstream",
    "webhooks?",
    "inactivity",
    "idle",
    "transactions?",
) | Phrase(
    r"\b(?:calls?|requests?|connections?) to (?!(?:the |this |our |its )?(?:api|service|server|app|application|endpoints?|backend|system)\b)"
)
_LIMITED = words("rate limit(?:s|ed|ing)?", "throttl(?:e|es|ed|ing)", "requests? limits?")
_COUNTED = words("requests?", "calls?", "req/s", "reqs?")
_BOUNDED = words(
    "at most",
    "no more than",
    "not more than",
    "max(?:imum)?(?: of)?",
    "limit(?:s|ed)?",
    "up to",
    "not exceed",
    "never exceeds?",
    "more than",
    "exceeding",
    "beyond",
    "above",
    "over",
    "may make",
    "can make",
    "may send",
    "can send",
    "allow(?:s|ed)?",
    "fewer than",
)
_PER_CLIENT = words(
    "(?:per|each|every|one|a) (?:client|user|ip|ip address|caller|consumer|customer|account)",
    "from (?:one|a|each|every|any) \\w+",
)
_THROUGHPUT = words(
    "at least",
    "handles?",
    "sustains?",
    "supports?",
    "serves?",
    "served",
    "processes",
    "throughput",
    "bears?",
    "withstands?",
)
_ONE_PART = words(
    "log ?ins?",
    "logs? in",
    "sign ?(?:in|up)s?",
    "registrations?",
    "passwords?",
    "otps?",
    "codes?",
    "e?mails?",
    "sms",
    "messages?",
    "notifications?",
    "attempts?",
    "webhooks?",
    "outgoing",
    "outbound",
    "external",
    "third party",
    "upstream",
) | Phrase(r"(?<![\w/])/[a-z0-9]")
_BODY = words(
    "body",
    "bodies",
    "uploads?",
    "uploaded",
    "payloads?",
    "request size",
    "requests? larger",
    "attachments?",
    "files?",
    "requests? (?:over|above|bigger|exceeding|beyond|of more)",
    "requests? (?:are|is) at most",
)
_NOT_BODY = words(
    "responses?",
    "downloads?",
    "downloaded",
    "exports?",
    "exported",
    "backups?",
    "logs?",
    "log files?",
    "caches?",
    "chunks?",
    "memory",
    "rotated?",
    "disk",
)
_LONGEST = 3600
_LARGEST_BODY = 2**40
_MOST = 1_000_000
_PER_MINUTE = {"s": 60.0, "m": 1.0, "h": 1 / 60, "d": 1 / 1440}


def apply(subject: Subject, draft: Draft) -> Draft:
    """Set what the proxy enforces for a server."""
    if not subject.server:
        return draft
    return replace(
        draft,
        traffic=Traffic(
            timeouts=_timeouts(subject), rate=_rate(subject), body=_body(subject), origin=draft.exposure.origin
        ),
    )


def _timeouts(subject: Subject) -> Timeouts:
    found = [
        (bound, s.cause)
        for s in subject.wishes
        if s.mentions(_TIMEOUT) and s.mentions(_REQUESTS) and not s.mentions(_NOT_REQUESTS)
        if (bound := seconds(s.text)) and bound <= _LONGEST
    ]
    origin = because(CODE, *([cause for _, cause in found] or [subject.because_of_archetype]))
    return Timeouts(connect=5, exchange=max((bound for bound, _ in found), default=60), origin=origin)


def _rate(subject: Subject) -> Rate | None:
    found = [s for s in subject.wishes if _limits_all(s)]
    if not found:
        return None
    requests, per = min((asked for s in found if (asked := rate(s.text))), key=_per_minute, default=(10, "s"))
    requests = min(requests, _MOST)
    return Rate(
        requests=requests if per in "sm" else max(1, round(requests * _PER_MINUTE[per])),
        per="s" if per == "s" else "m",
        burst=max(5, min(2 * requests if per == "s" else requests, 1000)),
        origin=because(CODE, *(s.cause for s in found)),
    )


def _limits_all(statement: Statement) -> bool:
    """Whether *statement* limits the requests of a client, whatever they ask for."""
    if statement.mentions(_ONE_PART):
        return False
    if statement.says(_LIMITED):
        return True
    counted = statement.mentions(_COUNTED) and rate(statement.text) is not None and not statement.mentions(_THROUGHPUT)
    return bool(counted and (statement.mentions(_BOUNDED) or statement.mentions(_PER_CLIENT)))


def _per_minute(asked: tuple[int, str]) -> float:
    return asked[0] * _PER_MINUTE[asked[1]]


def _body(subject: Subject) -> BodyLimit:
    found = [
        (min(bound, _LARGEST_BODY), s.cause)
        for s in subject.wishes
        if s.mentions(_BODY) and not s.mentions(_NOT_BODY) and (bound := size(s.text))
    ]
    if not found:
        return BodyLimit(size=2**20, origin=because(CODE, subject.because_of_archetype))
    return BodyLimit(size=max(bound for bound, _ in found), origin=because(CODE, *(cause for _, cause in found)))
