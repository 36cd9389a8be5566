"""How many requests and connections a client, or everybody, may make."""

from __future__ import annotations

import re
from typing import Literal, cast

from speccompile.requirements.kinds import Connections, Rate, Scope
from speccompile.requirements.phrases import Phrase
from speccompile.requirements.sentence import Readings, Sentence, cues

CUES = cues(
    "request requests call calls client user ip address caller consumer customer key api throttle throttled",
    "throttling rate limit limited login attempt sign-in signup registration password reset search connection",
    "connections websocket socket stream concurrent rps qps upload checkout export",
)

_UNIT = r"(?:(?:1 )?(seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d))\b"
_EVERY = r"(?:per|each|every|in (?:any|each|every|a)|within (?:any|each|a)|/|(?=1 ))"
_WHOM = (
    r"(?:(?:,? ?(?:per|for each|from each|by each|for every|for any|from any|and|by) ?)?(?:single |individual "
    r"|unique |one )?(?:client|user|ip(?: address)?|address|caller|consumer|customer|account|api key|key"
    r"|tenant)s?(?: address)?)"
)
RATE = Phrase(
    rf"(?<![\d.])(\d{{1,9}})(?!\d)\+?(?:\s*(?!per\b|each\b|every\b|a\b|an\b|seconds?\b|minutes?\b|%"
    rf"|percent)[a-z]+(?:[ -][a-z]+){{0,3}}?)??(?: {_WHOM})?(?:\s+(?:are|is) \w+)?\s*{_EVERY}\s*(?:{_WHOM} ?(?:and"
    rf"|,|per|/|each|every)? ?)?{_UNIT}"
)
_RPS = Phrase(r"(?<![\d.])(\d{1,9})\s*(?:r(?:eq)?(?:/|p)(s|m|h)(?:ec)?\b|rps\b|rpm\b|qps\b|req/(s|m)\w*)")
_WINDOW = Phrase(
    rf"(?<![\d.])(\d{{1,9}}) (?:\w+ ){{1,4}}?(?:per|every|each|within|in(?: any)?)(?: (?:a"
    rf"|the))? (\d{{1,3}})[ -]{_UNIT}"
)
_BURST = Phrase(
    r"\bbursts?(?: \w+){0,3}? (\d{1,7})\b|(\d{1,7})(?:[ -]request)? bursts?\b|\bburst(?: size)?(?: is|="
    r"|:)? ?(\d{1,7})|bursting to (\d{1,7})"
)
_LIMITING = Phrase(
    r"\b(?:rate|limit(?:s|ed|ing)?|throttl\w+|at most|no more than|not more than|max(?:imum)?|up to|exceed\w*"
    r"|more than|may (?:make|send|issue|perform|call|do|submit)|can (?:make|send|issue|only)|"
    r"allowed|allows?|over|above|fewer than|less than|capped|cap|restricted|429|only|permitted)\b"
)
_BEARS = Phrase(
    r"\b(?:at least|handles?|sustains?|supports?|serves?|served|processes|throughput|bears?|withstands?|copes?"
    r"|capacity|able to|capable|scales? to|peak load)\b"
)
_SENT = Phrase(
    r"\b(?:requests?|calls?|reqs?|queries|hits|api|attempts?|logins?|sign[- ]?ins?|sign[- ]?ups?|registrations?"
    r"|throttl\w+|rate[- ]limit\w*|uploads?|searches|r/s|rps|rpm|qps)\b"
)
_IN_GENERAL = Phrase(r"\brate[- ]limit(?:s|ed|ing)?\b|\b(?:requests|clients|api|callers) (?:are|is) throttled\b")
_KEYS: tuple[tuple[Phrase, Literal["client", "address", "user", "key", "service"]], ...] = (
    (Phrase(r"\bip(?:v[46])?(?: address(?:es)?)?\b|\baddress(?:es)?\b|\bhost\b"), "address"),
    (Phrase(r"\b(?:api[- ]?)?keys?\b|\btokens?\b"), "key"),
    (Phrase(r"\b(?:users?|accounts?|customers?|tenants?|members?)\b"), "user"),
    (Phrase(r"\b(?:clients?|callers?|consumers?|visitors?|senders?|sources?)\b"), "client"),
)
_OPERATION = Phrase(
    r"\b(log[- ]?ins?|sign[- ]?ins?|sign[- ]?ups?|registrations?|password resets?|search(?:es)?|checkouts?|uploads?"
    r"|exports?|imports?|comments?|otp|sms|e-?mails?|password attempts?|"
    r"downloads?|payments?|authentication|token)(?: (?:attempts?|requests?|calls?|endpoint|route|page|form|tries))?\b"
)
_DOMAIN_RATE = Phrase(
    r"\b(?:refunds?|messages?|sms|e-?mails?|notifications?|invites?|orders?|withdraw\w*|transfers?|votes?|posts?"
    r"|comments?|downloads?|trial|per (?:folder|order|ticket|day for))\b"
)
_CONNECTIONS = Phrase(
    r"(?<![\d.])(\d{1,7}) (?:(?:concurrent|simultaneous|parallel|open|active|tcp|http|websocket|client|live"
    r"|at once) ?){0,3}(?:connections?|websockets?|sockets?|streams?|requests? (?:at once|at a time|in parallel"
    r"|concurrently|simultaneously|in flight)|concurrent requests?|simultaneous requests?|parallel requests?)\b"
)
_PER_CLIENT = Phrase(
    r"\b(?:per|each|every|any|one|single|a) (?:single )?(?:client|user|ip(?: address)?|address|caller|consumer"
    r"|customer|host|visitor|tenant|account)\b|\bfrom (?:the same|one|a single|each|any)\b"
)
_POOL = Phrase(r"\b(?:database|db|pool|upstream|redis|postgres\w*|mysql|smtp|outgoing|outbound|backend)\b")


def read(sentence: Sentence) -> Readings:
    """The rate and the number of connections that *sentence* allows."""
    if sentence.pipeline or sentence.tool:
        return
    connections = tuple(_connections(sentence))
    yield from connections or _rates(sentence)


def _rates(sentence: Sentence) -> Readings:
    found = _counted(sentence)
    if (
        found is None
        and not re.search(r"\d", sentence.text)
        and (said := sentence.says(_IN_GENERAL))
        and not sentence.mentions(_DOMAIN_RATE)
    ):
        yield sentence.reading(Rate(None, None, None, _key(sentence)), said, scope=Scope("client"))
    if found is None or not sentence.mentions(_SENT) or sentence.mentions(_BEARS) or not sentence.mentions(_LIMITING):
        return
    match, count, per = found
    operation = sentence.mentions(_OPERATION)
    if not (
        sentence.of_system
        or sentence.subject.noun.startswith("/")
        or sentence.subject.noun
        in (
            "ip",
            "address",
            "attempt",
            "user",
            "customer",
            "account",
            "tenant",
            "caller",
            "consumer",
            "key",
            "visitor",
            "limit",
            "limiting",
            "login",
            "throttling",
            "host",
        )
        or operation
    ):
        return
    about_domain = sentence.mentions(_DOMAIN_RATE) or sentence.mentions(
        Phrase(
            r"\brequests? (?:per \w+ )?for an? \w+|\bto (?:other|his|her|their) |\b(?:outgoing|outbound|third.party"
            r"|upstream|partner)\b|\bper folder\b"
        )
    )
    if about_domain and not (operation and sentence.paths):
        return
    burst = next((int(next(filter(None, b.groups()))) for b in _BURST.finditer(sentence.text)), None)
    path = sentence.path or (_named(operation[1]) if operation and not _is_plain_request(sentence) else None)
    key = _key(sentence)
    scope = Scope("path" if key == "service" and path else "service" if key == "service" else "client", path)
    yield sentence.reading(Rate(count, per, burst, key), match, scope=scope)


def _is_plain_request(sentence: Sentence) -> bool:
    """Whether the counted things are requests of any sort: «may send 5 upload requests» are not."""
    return (
        sentence.subject.noun in ("client", "user", "request", "ip", "address")
        and sentence.mentions(Phrase(r"\d+ (?:requests?|calls?|api calls?|reqs?)\b")) is not None
        and sentence.mentions(
            Phrase(
                r"\b(?:log[- ]?in|sign[- ]?in|password|search|upload|checkout|registration|export|import"
                r"|payment) (?:requests?|attempts?|endpoint|calls?|route)\b|\bto log in\b"
            )
        )
        is None
    )


def _named(operation: str) -> str:
    name = re.sub(r"[- ]", "", operation)
    return {"logins": "login", "signins": "signin", "signups": "signup", "searches": "search"}.get(
        name, name.removesuffix("s") if not name.endswith("ss") else name
    )


def _counted(sentence: Sentence) -> tuple[re.Match[str], int, Literal["s", "m", "h", "d"]] | None:
    if match := _RPS.search(sentence.text):
        unit = match[2] or match[3] or ("m" if match[0].endswith("rpm") else "s")
        return match, int(match[1]), cast('Literal["s", "m", "h", "d"]', unit)
    if match := _WINDOW.search(sentence.text):
        return _per_unit(match)
    if match := RATE.search(sentence.text):
        count = int(match[1])
        return (match, count, cast('Literal["s", "m", "h", "d"]', match[2][0])) if count else None
    return None


def _per_unit(match: re.Match[str]) -> tuple[re.Match[str], int, Literal["s", "m", "h", "d"]] | None:
    """«100 requests per 10 seconds» is 10 a second; what does not divide is counted by the next longer unit."""
    count, length, unit = int(match[1]), int(match[2]), match[3][0]
    if not count or not length:
        return None
    if count % length == 0:
        return match, count // length, cast('Literal["s", "m", "h", "d"]', unit)
    longer = {"s": ("m", 60), "m": ("h", 60), "h": ("d", 24)}.get(unit)
    if longer is None or longer[1] * count % length:
        return None
    return match, longer[1] * count // length, cast('Literal["s", "m", "h", "d"]', longer[0])


def _key(sentence: Sentence) -> Literal["client", "address", "user", "key", "service"]:
    return next((key for phrase, key in _KEYS if sentence.mentions(phrase)), "service")


def _connections(sentence: Sentence) -> Readings:
    match = _CONNECTIONS.search(sentence.text)
    if (
        not match
        or sentence.mentions(_POOL)
        or not (sentence.of_system or sentence.subject.noun in ("ip", "address", "user", "client"))
    ):
        return
    if sentence.bound(match) == "least" or sentence.mentions(_BEARS) or RATE.search(sentence.text):
        return
    scope = Scope("client", sentence.path) if sentence.mentions(_PER_CLIENT) else sentence.of_path
    yield sentence.reading(Connections(int(match[1])), match, scope=scope)
