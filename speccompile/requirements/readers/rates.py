"""How many requests a client, or everybody, may make in a time."""

from __future__ import annotations

import re
from typing import Literal, TypeAlias, cast

from speccompile.record import record
from speccompile.regex import regex
from speccompile.requirements.kinds import Rate
from speccompile.requirements.reading import Reading, Scope
from speccompile.requirements.sentence import Readings, Sentence, cues
from speccompile.requirements.traffic import AT_MOST, BEARS, OUTWARD
from speccompile.requirements.vocabulary import SYSTEM

CUES = cues(
    "/ request requests call calls called client user ip address caller consumer customer key api throttle throttled",
    "throttling rate limit limited login logins attempt sign-in signup registration password reset search",
    "tries block blocks blocked rps qps rpm upload checkout export queries query hits",
)

Unit: TypeAlias = Literal["s", "m", "h", "d"]
Key: TypeAlias = Literal["client", "address", "user", "key", "service"]

_UNIT = r"(?:(?:1 )?(seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d))\b"
_EVERY = r"(?:per|each|every|in (?:any|each|every|a|the)|within (?:any|each|a)|/|(?=1 ))"
_WHOM = (
    r"(?:(?:,? ?(?:per|for each|from each|by each|for every|for any|from any|from the same|from 1|and|by) ?)?(?:single |individual "
    r"|unique |one |the same |remote |source )?(?:client|user|ip(?: address)?|address|caller|consumer|customer|account|api key|key"
    r"|tenant)s?(?: address)?)"
)
_NOT_WHAT = r"(?!per\b|each\b|every\b|a\b|an\b|seconds?\b|minutes?\b|%|percent)"
_RATE = regex(
    rf"(?<![\w.])(?<!out of )(\d{{1,9}})(?!\d)\+?(?:\s*{_NOT_WHAT}([a-z]+(?:[ -][a-z]+){{0,3}}?))??(?: {_WHOM})?"
    rf"(?:\s+(?:are|is|may be|can be|will be) \w+)?\s*{_EVERY}\s*(?:{_WHOM} ?(?:and|,|per|/|each|every)? ?)?{_UNIT}"
)
_RPS = regex(r"(?<![\d.])(\d{1,9})\s*(?:r(?:eq)?(?:/|p)(s|m|h)(?:ec)?\b|rps\b|rpm\b|qps\b|req/(s|m)\w*)")
_WINDOW = regex(
    rf"(?<![\d.])(?<!of )(\d{{1,9}}) (?:(\w+(?: \w+){{0,3}}?) )??(?:per|every|each|within|in(?: any)?)(?: (?:a|the))? (\d{{1,3}})[ -]{_UNIT}"
)
# «Given an address that has sent 20 requests to /login within one minute».
_SENT_IN = regex(rf"\bsent (\d{{1,9}}) (requests|calls)(?: to /\S+)? (?:with)?in (?:the (?:last|same|past) )?1 {_UNIT}")
_BURST = regex(
    r"\b(?:bursts?|spikes?|peaks?)(?: \w+){0,3}? (\d{1,7})\b|(\d{1,7})(?:[ -]request)? bursts?\b|\bburst(?: size)?(?: is|="
    r"|:)? ?(\d{1,7})|bursting to (\d{1,7})"
)
_LIMITING = regex(
    r"\b(?:rate|limit(?:s|ed|ing)?|throttl\w+|at most|no more than|not more than|max(?:imum)?|up to|exceed\w*"
    r"|more than|may (?:make|send|issue|perform|call|do|submit|be called)|can (?:make|send|issue|only)|beyond|gets?|good for|quota|granted"
    r"|allowed|allows?|over|above|fewer than|less than|capped|cap|restricted|bursts?|429|only|permitted|plenty|enough|suffices?|turned away|sent away|accepts?"
    r"|(?:block|lock(?:ed)? out|ban)(?:s|ned|ed)?(?: \w+){0,4}? after)\b"
)
# What is counted, where a sentence says it: «5 failed login attempts», «20 times».
_REQUESTS = regex(r"\b(?:requests?|calls?|reqs?|queries|hits|api|searches|look-?ups?)\b")
_TRIES = regex(
    r"\b(?:attempts?|tries|logins?|sign-?ins?|sign-?ups?|registrations?|uploads?|resets?|checkouts?|exports?|downloads?|imports?)\b"
)
_TIMES = regex(r"\A(?:times|x)\b")
_CALLED = regex(
    r"\b(?:(?:post|put|patch|submit|upload|write|send|report)(?:s|ed|ted)? to /|call(?:s|ed)?|request(?:s|ed)?|hit|quer(?:y|ied)|use(?:s|d)? the api"
    r"|access(?:ed)? (?:the api|/)|log(?:ged)? in|sign(?:ed)? in)\b"
)
_SUBJECTS = frozenset("attempt limit limiting login throttling throughput rate signup registration signin".split())
_COUNTERS = frozenset(
    "whoever ip address user customer account tenant caller consumer key visitor host nobody anyone everybody somebody".split()
)
_IN_GENERAL = regex(
    r"\brate[- ]limit(?:s|ed|ing)?\b|\b(?:requests|clients|api|callers|throttles?) (?:are |is )?throttled\b"
    r"|\btoo many (?:requests|calls)\b[^.]{0,30}\b(?:throttled|limited|rejected|429)\b"
)
_KEY_NAMES: tuple[tuple[str, Key], ...] = (
    (r"(?:ip(?:v[46])?s?(?: address(?:es)?)?|address(?:es)?)", "address"),
    (r"(?:(?:api[- ]?)?keys?|tokens?)", "key"),
    (
        r"(?:users?|accounts?|customers?|tenants?|members?|players?|subscribers?|students?|teachers?|employees?|drivers?|patients?)",
        "user",
    ),
    (r"(?:clients?|callers?|consumers?|visitors?|senders?|sources?|devices?|browsers?)", "client"),
)
_NEAR_KEYS: tuple[tuple[re.Pattern[str], Key], ...] = tuple(
    (regex(rf"\b(?:per|each|every|any|from|by|same|one|1|single|no|a|an|the same) (?:[a-z-]+ )?{name}\b"), key)
    for name, key in _KEY_NAMES
)
_KEYS: tuple[tuple[re.Pattern[str], Key], ...] = tuple((regex(rf"\b{name}\b"), key) for name, key in _KEY_NAMES)
# «Per session»: counted by something that a front door cannot tell.
_OTHER_KEY = regex(
    r"\b(?:per|for each|for every) (?!(?:1 |single |individual |unique |client|remote|source|user|ip|api|address|caller|consumer|customer|account|key"
    r"|tenant|member|player|subscriber|student|teacher|employee|driver|patient|device|visitor|host|logged|signed|registered|second|sec|s\b|minute|min|m\b|hour|hr|h\b|day|d\b|token|\d))[a-z]"
)
_IN_ALL = regex(
    r"\b(?:in total|in all|overall|altogether|combined|together|as a whole|all (?:the )?(?:clients|callers|users) (?:together|combined"
    r"|may|must|can))\b"
)
# «Each harvester gets two requests per second»: whoever asks is a client.
_EACH_OF_THEM = regex(
    r"\b(?:each|every|no|any single|1) (?!(?:service|server|api|endpoint|route|path|request|call|second|minute|hour|day|instance|replica|process"
    r"|method)\b)[a-z-]+"
    r" (?:gets?|may|can|is allowed|has|makes?|sends?)\b"
)
_OPERATION = regex(
    r"\b(log[- ]?ins?|sign[- ]?ins?|sign[- ]?ups?|registrations?|password[- ]resets?|search(?:es)?|checkouts?|uploads?"
    r"|exports?|imports?|comments?|otp|sms|e-?mails?|password attempts?|"
    r"downloads?|payments?|authentication|token)(?: (?:attempts?|requests?|calls?|endpoint|route|page|form|tries))?\b"
)
_BY_OPERATION = regex(
    r"\b(?:log[- ]?in|sign[- ]?in|password|search|upload|checkout|registration|export|import|payment) "
    r"(?:requests?|attempts?|endpoint|calls?|route)\b|\bto log in\b"
)
_PLAIN_REQUESTS = regex(r"\d+ (?:requests?|calls?|api calls?|reqs?)\b")
_FOR_SOMETHING = regex(r"\brequests? (?:per \w+ )?for an? \w+|\bto (?:other|his|her|their) |\bper folder\b")
_SENDS = regex(r"\b(?:sends?|makes?|issues?|performs?|calls?|send|make|issue)\b")
_WE_SEND = regex(r"\bwe (?:\w+ )?(?:send|make|issue|perform|call|query|hit)\b")
_THEY_SEND = regex(
    r"\b(?:users?|clients?|callers?|customers?|consumers?|visitors?|devices?|ip|addresse?s?|nobody|anybody|anyone|tenants?|accounts?|keys?|somebody|someone)"
    r" (?:that )?(?:\w+ )?(?:sends?|sent|makes?|made|issues?|performs?|calls?)\b"
)
_CLIENTS = frozenset("consumer agent bot tool".split())
_NAMES = {"logins": "login", "signins": "signin", "signups": "signup", "searches": "search"}
_PER_DAY = {"s": 86_400, "m": 1_440, "h": 24, "d": 1}
_LONGER: dict[Unit, tuple[Unit, int]] = {"s": ("m", 60), "m": ("h", 60), "h": ("d", 24)}


@record()
class Counted:
    """How many of *what* ("" where nothing is said) a *unit*."""

    found: re.Match[str]
    count: int
    unit: Unit
    what: str


def read(sentence: Sentence) -> Readings:
    """The rate that *sentence* allows."""
    if sentence.pipeline or sentence.tool or sentence.traffic_of_domain:
        return
    number = counted(sentence.text)
    if len({int(found[1]) * _PER_DAY[found[3][0]] for found in _RATE.finditer(sentence.text)}) > 1:
        return  # each of something else: «100 per key, 1000 in total»
    if number is None:
        yield from _unnumbered(sentence)
    elif _is_limit(sentence, number) and _is_of_requests(sentence, number) and not _is_elsewhere(sentence):
        yield _reading(sentence, number)


def _unnumbered(sentence: Sentence) -> Readings:
    said = sentence.says(_IN_GENERAL)
    if said and not any(each.isdigit() for each in sentence.text):
        yield sentence.reading(Rate(None, None, None, _key(sentence)), said, scope=Scope("client"))


def _reading(sentence: Sentence, counted: Counted) -> Reading:
    operation = sentence.mentions(_OPERATION)
    burst = next((int(next(filter(None, b.groups()))) for b in _BURST.finditer(sentence.text)), None)
    named = _named(operation[1]) if operation else sentence.operation
    path = sentence.path or (None if _is_plain(sentence) else named)
    key = _key(sentence)
    scope = Scope("path" if key == "service" and path else "service" if key == "service" else "client", path)
    return sentence.reading(Rate(counted.count, counted.unit, burst, key), counted.found, scope=scope)


def _is_limit(sentence: Sentence, counted: Counted) -> bool:
    """Whether it says how many may come, and not how many the system is to stand."""
    if sentence.bound(counted.found) == "least" or not sentence.mentions(_LIMITING):
        return False
    return not sentence.mentions(BEARS) or bool(sentence.mentions(AT_MOST))


def _is_of_requests(sentence: Sentence, counted: Counted) -> bool:
    """Whether requests are counted, and nothing of the domain."""
    who = sentence.subject
    operation = sentence.mentions(_OPERATION)
    ours = (
        sentence.of_system
        or who.noun in _COUNTERS
        or who.noun in _SUBJECTS
        or who.noun.startswith("/")
        or bool(operation)
        or bool(sentence.paths and sentence.mentions(_CALLED))
    )
    if not ours:
        return False
    if _TIMES.search(counted.what):
        return bool(sentence.mentions(_CALLED))
    if counted.what and not _REQUESTS.search(counted.what):
        return bool(_TRIES.search(counted.what) and operation)
    return bool(
        sentence.mentions(_REQUESTS)
        or (operation and sentence.mentions(_TRIES))
        or sentence.mentions(_IN_GENERAL)
        or _RPS.search(sentence.text)
    )


def _is_elsewhere(sentence: Sentence) -> bool:
    """Whether the requests are such as this system makes, are for a thing of the domain, or are counted by what nobody can tell."""
    if sentence.mentions(OUTWARD) or sentence.mentions(_FOR_SOMETHING) or sentence.mentions(_OTHER_KEY):
        return True
    if sentence.subject.noun == "we":
        return sentence.mentions(_WE_SEND) is not None
    return (
        sentence.subject.noun in SYSTEM - _CLIENTS
        and bool(sentence.mentions(_SENDS))
        and not sentence.mentions(_THEY_SEND)
        and not sentence.mentions(_NEAR_KEYS[-1][0])
    )


def _is_plain(sentence: Sentence) -> bool:
    """Whether the counted things are requests of any sort: «may send 5 upload requests» are not."""
    return (
        sentence.subject.noun in ("client", "user", "request", "ip", "address")
        and sentence.mentions(_PLAIN_REQUESTS) is not None
        and sentence.mentions(_BY_OPERATION) is None
    )


def _named(operation: str) -> str:
    name = re.sub(r"[- ]", "", operation)
    return _NAMES.get(name, name.removesuffix("s") if not name.endswith("ss") else name)


def counted(text: str) -> Counted | None:
    """What *text* counts in a time; also what is no limit."""
    if match := _RPS.search(text):
        unit = match[2] or match[3] or ("m" if match[0].endswith("rpm") else "s")
        return Counted(match, int(match[1]), cast("Unit", unit), "")
    if match := _WINDOW.search(text):
        return _per_window(match)
    match = _SENT_IN.search(text) or _RATE.search(text)
    if match is None or not int(match[1]):
        return None
    return Counted(match, int(match[1]), cast("Unit", match[3][0]), match[2] or "")


def _per_window(match: re.Match[str]) -> Counted | None:
    """«100 requests per 10 seconds» is 10 a second; what does not divide is counted by the next longer unit."""
    count, length, unit = int(match[1]), int(match[3]), cast("Unit", match[4][0])
    if not count or not length:
        return None
    if count % length == 0:
        return Counted(match, count // length, unit, match[2] or "")
    longer, factor = _LONGER.get(unit, (unit, 0))
    if not factor or factor * count % length:
        return None
    return Counted(match, factor * count // length, longer, match[2] or "")


def _key(sentence: Sentence) -> Key:
    """By what requests are counted: what stands behind «per» or «each», else what is named at all."""
    if sentence.mentions(_IN_ALL):
        return "service"
    for phrase, key in (*_NEAR_KEYS, *_KEYS):
        if sentence.mentions(phrase):
            return key
    return "client" if sentence.mentions(_EACH_OF_THEM) else "service"
