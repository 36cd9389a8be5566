"""Requests, as the front door sees them: deadlines, objectives, rates, connections, sizes of bodies, idle times."""

from __future__ import annotations

import re
from typing import Literal, cast

from speccompile.requirements.kinds import Body, Connections, Deadline, Idle, Objective, Rate, Scope
from speccompile.requirements.phrases import Phrase
from speccompile.requirements.quantities import Duration, percentile
from speccompile.requirements.sentence import Readings, Sentence, cues

CUES = cues(
    "request response call client user ip address caller consumer query http https api endpoint latency answer respond throttle throttled rate limit timeout",
    "connection websocket socket stream sse event upload body payload attachment file picture photo image avatar document video post multipart login",
    "sign-in signup sign-up password reset registration search idle inactive p50 p90 p95 p99 percentile median keep-alive keepalive page service",
    "server get timed throttling limited import form submission message size import csv",
)

_REQUEST = Phrase(
    r"\b(?:(?:http |api )?(?:requests?|calls?|responses?|quer(?:y|ies)|endpoints?|latency|response times?)|api|answers?|responds?|/[a-z])\b|(?<!\w)/[a-z]"
)
_ELSEWHERE = Phrase(
    r"\b(?:sessions?|(?:reset |invite |magic |download )?links?|codes?|locks?|tokens?|friend|outgoing|outbound|external|third.party|upstreams?|downstream|webhooks?|"
    r"carts?|offers?|passwords? reset|cach(?:e|ed|es)|caching|humans?|support|refunds?|deletion|erasure|subject access|backups?|restores?|restarts?|restarted|drain\w*|sigterm|"
    r"shut\w*|when stopped|stopping|in[- ]flight|before (?:it )?(?:stops|exits)|folders?|databases?|idle|inactiv\w*|websockets?|retr(?:y|ies|ied)|e-?mails?|crash\w*|deploy\w*|startup|boot\w*|inquir\w+|complaints?|tickets?)\b"
    r"|\b(?:calls?|requests?|connections?) to (?!(?:the |this |our |its |any |each |every )?(?:api|service|server|app|application|endpoints?|backend|system|/)\b)"
)
_SLOW = Phrase(
    r"\b(?:time[sd]? ?-?out|timeouts?|timed out|takes? (?:at most|longer|more|less|no (?:more|longer)|up to|over|under)|(?:take|last|run)s? (?:longer|more) than|longer than|"
    r"(?:respond|answer|return|repl(?:y|ie)|complete|finish|serve|handle|process|end)(?:s|ed|es)?\b(?: \w+){0,4}? (?:within|in (?:under|at most|less than|no more than)|in (?=\d)|"
    r"(?:no|not) later than|faster than|before|after)|response times?|latency|slower than|abort(?:s|ed)? after|cancel(?:s|l?ed)? after|cut off after|given up after|gives up after|"
    r"killed after|terminated after|within|deadline|stays? (?:below|under)|last at most|longest)\b"
)
_MOSTLY = Phrase(
    r"\b(?:on average|average|mean|typically|usually|normally|most (?:requests|responses|calls|of the time)|under (?:normal )?load|target|objective|slo|aims?|goal|should usually)\b"
)
_LONGEST = 24 * 3600

_UNIT = r"(?:(?:1 )?(seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d))\b"
_EVERY = r"(?:per|each|every|in (?:any|each|every|a)|within (?:any|each|a)|/|(?=1 ))"
_WHOM = r"(?:(?:,? ?(?:per|for each|from each|by each|for every|for any|from any|and|by) ?)?(?:single |individual |unique |one )?(?:client|user|ip(?: address)?|address|caller|consumer|customer|account|api key|key|tenant)s?(?: address)?)"
_RATE = Phrase(
    rf"(?<![\d.])(\d{{1,9}})\+?(?:\s*(?!per\b|each\b|every\b|a\b|an\b|seconds?\b|minutes?\b|%|percent)[a-z]+(?:[ -][a-z]+){{0,3}}?)??(?: {_WHOM})?(?:\s+(?:are|is) \w+)?\s*{_EVERY}\s*(?:{_WHOM} ?(?:and|,|per|/|each|every)? ?)?{_UNIT}"
)
_RPS = Phrase(r"(?<![\d.])(\d{1,9})\s*(?:r(?:eq)?(?:/|p)(s|m|h)(?:ec)?\b|rps\b|rpm\b|qps\b|req/(s|m)\w*)")
_WINDOW = Phrase(
    rf"(?<![\d.])(\d{{1,9}}) (?:\w+ ){{1,4}}?(?:per|every|each|within|in(?: any)?)(?: (?:a|the))? (\d{{1,3}})[ -]{_UNIT}"
)
_BURST = Phrase(
    r"\bbursts?(?: \w+){0,3}? (\d{1,7})\b|(\d{1,7})(?:[ -]request)? bursts?\b|\bburst(?: size)?(?: is|=|:)? ?(\d{1,7})|bursting to (\d{1,7})"
)
_LIMITING = Phrase(
    r"\b(?:rate|limit(?:s|ed|ing)?|throttl\w+|at most|no more than|not more than|max(?:imum)?|up to|exceed\w*|more than|may (?:make|send|issue|perform|call|do|submit)|can (?:make|send|issue|only)|"
    r"allowed|allows?|over|above|fewer than|less than|capped|cap|restricted|429|only|permitted)\b"
)
_BEARS = Phrase(
    r"\b(?:at least|handles?|sustains?|supports?|serves?|served|processes|throughput|bears?|withstands?|copes?|capacity|able to|capable|scales? to|peak load)\b"
)
_SENT = Phrase(
    r"\b(?:requests?|calls?|reqs?|queries|hits|api|attempts?|logins?|sign[- ]?ins?|sign[- ]?ups?|registrations?|throttl\w+|rate[- ]limit\w*|uploads?|searches|r/s|rps|rpm|qps)\b"
)
_KEYS: tuple[tuple[Phrase, Literal["client", "address", "user", "key", "service"]], ...] = (
    (Phrase(r"\bip(?:v[46])?(?: address(?:es)?)?\b|\baddress(?:es)?\b|\bhost\b"), "address"),
    (Phrase(r"\b(?:api[- ]?)?keys?\b|\btokens?\b"), "key"),
    (Phrase(r"\b(?:users?|accounts?|customers?|tenants?|members?)\b"), "user"),
    (Phrase(r"\b(?:clients?|callers?|consumers?|visitors?|senders?|sources?)\b"), "client"),
)
_OPERATION = Phrase(
    r"\b(log[- ]?ins?|sign[- ]?ins?|sign[- ]?ups?|registrations?|password resets?|search(?:es)?|checkouts?|uploads?|exports?|imports?|comments?|otp|sms|e-?mails?|password attempts?|"
    r"downloads?|payments?|authentication|token)(?: (?:attempts?|requests?|calls?|endpoint|route|page|form|tries))?\b"
)
_DOMAIN_RATE = Phrase(
    r"\b(?:refunds?|messages?|sms|e-?mails?|notifications?|invites?|orders?|withdraw\w*|transfers?|votes?|posts?|comments?|downloads?|trial|per (?:folder|order|ticket|day for))\b"
)
_CONNECTIONS = Phrase(
    r"(?<![\d.])(\d{1,7}) (?:(?:concurrent|simultaneous|parallel|open|active|tcp|http|websocket|client|live|at once) ?){0,3}(?:connections?|websockets?|sockets?|streams?|requests? (?:at once|at a time|in parallel|concurrently|simultaneously|in flight)|concurrent requests?|simultaneous requests?|parallel requests?)\b"
)
_PER_CLIENT = Phrase(
    r"\b(?:per|each|every|any|one|single|a) (?:single )?(?:client|user|ip(?: address)?|address|caller|consumer|customer|host|visitor|tenant|account)\b|\bfrom (?:the same|one|a single|each|any)\b"
)
_POOL = Phrase(r"\b(?:database|db|pool|upstream|redis|postgres\w*|mysql|smtp|outgoing|outbound|backend)\b")
_BODY = Phrase(
    r"\b(?:bod(?:y|ies)|uploads?|uploaded|payloads?|attachments?|attached|files?|pictures?|photos?|images?|avatars?|documents?|videos?|imports?|submissions?|multipart|posts?|requests?|csvs?|pdfs?|forms?)\b"
)
_NOT_BODY = Phrase(
    r"\b(?:responses?|downloads?|downloaded|exports?|exported|backups?|logs?|log files?|caches?|cached|chunks?|memory|ram|heap|rotat\w*|disk|catalogue|catalog|field|text|library|folder|bucket|swap|"
    r"storage|quota|total|per (?:user|account|month|day)|headers?|cookies?|storing|generated|produced|output|image size|container image|docker image)\b"
)
_TRANSPORTED = Phrase(
    r"\b(?:upload\w*|bod(?:y|ies)|payloads?|requests?|reject\w*|refus\w*|413|accept\w*|post(?:s|ed|ing)?|multipart|attach\w*|submi\w+|send|sent|may be|can be|must not be|may not be|allowed|limited|at most|max\w*|up to|larger|bigger|exceed\w*)\b"
)
_WHOLE_BODY = Phrase(r"\b(?:requests?(?:'s|')?(?: bod(?:y|ies)| payloads?)?|bod(?:y|ies)|payloads?|uploads?)\b")
_IDLE = Phrase(
    r"\b(?:idle|idling|inactiv\w+|silent|quiet|without (?:traffic|activity|data)|no (?:traffic|activity|data)|keep-?alive|kept (?:open|alive)|keep(?:s)? (?:open|alive)|(?:stay|remain|held|hold|left|live)s? (?:open|alive)|disconnected after|long-lived)\b"
)
_STREAMS: tuple[tuple[Phrase, Literal["websocket", "events", "connection"]], ...] = (
    (Phrase(r"\bweb ?-?sockets?\b|\bws\b"), "websocket"),
    (Phrase(r"\b(?:server-sent|sse|event ?-?streams?|streams?|streaming)\b"), "events"),
    (Phrase(r"\bconnections?\b|\bkeep-?alive\b|\bsockets?\b"), "connection"),
)


def read(sentence: Sentence) -> Readings:
    """What *sentence* demands of traffic."""
    if sentence.pipeline or sentence.tool:
        return
    idle = tuple(_idle(sentence))
    yield from idle
    if not idle:
        yield from _time(sentence)
    connections = tuple(_connections(sentence))
    yield from connections
    if not connections:
        yield from _rates(sentence)
    yield from _bodies(sentence)


def _path(sentence: Sentence) -> str | None:
    return sentence.paths[0] if sentence.paths else None


def _of_path(sentence: Sentence) -> Scope:
    path = _path(sentence)
    return Scope("path", path) if path else Scope()


def _time(sentence: Sentence) -> Readings:
    """A deadline, or an objective: a share of requests, an average."""
    if not sentence.durations or not _requests(sentence) or not sentence.mentions(_SLOW):
        return
    time = _bounding(sentence)
    if time is None or time.seconds > _LONGEST or _RATE.search(sentence.text):
        return
    share = percentile(sentence.text) or next(iter(sentence.shares), None)
    if share or sentence.mentions(_MOSTLY):
        yield sentence.reading(
            Objective(share.percent if share else None, time.seconds),
            *filter(None, (share, time)),
            scope=_of_path(sentence),
        )
    else:
        yield sentence.reading(Deadline(time.seconds), time, scope=_of_path(sentence))


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


def _rates(sentence: Sentence) -> Readings:
    found = _counted(sentence)
    if found is None or not sentence.mentions(_SENT) or sentence.mentions(_BEARS) or not sentence.mentions(_LIMITING):
        return
    match, count, per = found
    operation = sentence.mentions(_OPERATION)
    if not (
        sentence.of_system
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
            "login",
            "throttling",
            "host",
        )
        or operation
    ):
        return
    about_domain = sentence.mentions(_DOMAIN_RATE) or sentence.mentions(
        Phrase(
            r"\brequests? (?:per \w+ )?for an? \w+|\bto (?:other|his|her|their) |\b(?:outgoing|outbound|third.party|upstream|partner)\b|\bper folder\b"
        )
    )
    if about_domain and not (operation and sentence.paths):
        return
    burst = next((int(next(filter(None, b.groups()))) for b in _BURST.finditer(sentence.text)), None)
    path = _path(sentence) or (_named(operation[1]) if operation and not _is_plain_request(sentence) else None)
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
                r"\b(?:log[- ]?in|sign[- ]?in|password|search|upload|checkout|registration|export|import|payment) (?:requests?|attempts?|endpoint|calls?|route)\b|\bto log in\b"
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
    if match := _RATE.search(sentence.text):
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
    if sentence.bound(match) == "least" or sentence.mentions(_BEARS) or _RATE.search(sentence.text):
        return
    scope = Scope("client", _path(sentence)) if sentence.mentions(_PER_CLIENT) else _of_path(sentence)
    yield sentence.reading(Connections(int(match[1])), match, scope=scope)


def _bodies(sentence: Sentence) -> Readings:
    size = next((one for one in sentence.sizes if sentence.bound(one) != "least"), None)
    if (
        size is None
        or not sentence.mentions(_BODY)
        or sentence.mentions(_NOT_BODY)
        or not sentence.mentions(_TRANSPORTED)
    ):
        return
    if not (sentence.bound(size) == "most" or sentence.refused):
        return
    noun, before = sentence.subject.noun, sentence.subject.before
    whole = noun in (
        "request",
        "body",
        "payload",
        "upload",
        "service",
        "server",
        "api",
        "application",
        "app",
        "proxy",
        "client",
        "",
        "size",
        "post",
    ) and all(
        word
        in (
            "request",
            "http",
            "api",
            "upload",
            "body",
            "incoming",
            "post",
            "json",
            "multipart",
            "client",
            "maximum",
            "file",
            "uploaded",
            "large",
            "put",
            "any",
            "s",
        )
        or word.rstrip("'s") == "request"
        for word in before
    )
    if noun in ("video", "image", "file", "document", "picture", "photo", "avatar") and not sentence.mentions(
        Phrase(
            r"\b(?:upload|attach|reject|refus|accept|submi|limit)\w*|\b413\b|\b(?:may|must|can|cannot)(?: not| never)? (?:be|exceed|have)\b|\bnever larger\b"
        )
    ):
        return
    path = _path(sentence)
    scope = Scope("path", path) if path or not (whole or _is_upload(sentence)) else Scope()
    yield sentence.reading(Body(size.bytes), size, scope=scope)


def _is_upload(sentence: Sentence) -> bool:
    """Whether it speaks of uploaded files of any sort."""
    return sentence.subject.noun in ("file", "upload") and all(
        word in ("uploaded", "file", "files", "uploading") for word in sentence.subject.before
    )


def _idle(sentence: Sentence) -> Readings:
    if not sentence.durations or not sentence.mentions(_IDLE) or not sentence.of_system:
        return
    stream = next((name for phrase, name in _STREAMS if sentence.mentions(phrase)), None)
    if stream and not sentence.mentions(_POOL):
        yield sentence.reading(
            Idle(sentence.durations[0].seconds, stream), sentence.durations[0], scope=_of_path(sentence)
        )
