"""TLS between clients and the system, and which pages may call it from browsers."""

from __future__ import annotations

import re

from speccompile.requirements.kinds import Origins, Transport
from speccompile.requirements.phrases import Phrase
from speccompile.requirements.sentence import Readings, Sentence, cues

CUES = cues(
    "tls ssl https http hsts encrypted encrypt transport origin origins cors cross-origin same-origin",
)

_TLS = Phrase(
    r"\b(?:tls|ssl|https|transport layer security)\b|\bencrypted (?:in transit|in flight|on the wire|connections?"
    r"|transport)\b|\b(?:in transit|in flight|on the wire)\b[^.]{0,30}\bencrypted\b|\bencrypt\w* (?:all )?(?:traffic"
    r"|connections?|communication)\b|\b(?:traffic|connections?|communication) (?:is|are"
    r"|must be) (?:always )?encrypted\b|\bhsts\b|\bstrict[- ]transport[- ]security\b"
)
_TLS_VERSION = Phrase(
    r"\b(?:tls|ssl)(?: version)? ?v?(1\.[0-3])\b|\b(?:older than|below|before|at least"
    r"|minimum(?: of)?) (?:tls )?v?(1\.[0-3])\b"
)
_NOT_TLS = Phrase(
    r"\b(?:webhooks? (?:url|endpoint)|links?|image url|urls? of|customer(?:'s|s')? (?:site|server)|partner|upstream"
    r"|database connection|to the database|smtp|imap|when (?:calling|connecting)|calls? to|outgoing)\b"
)
_REDIRECT = Phrase(r"\b(?:redirect(?:s|ed)?|forward(?:s|ed)?|sent|upgraded?|301|308)\b[^.]{0,40}\b(?:to|https|tls)\b")
_HSTS = Phrase(r"\bhsts\b|\bstrict[- ]transport[- ]security\b")
_TRAFFIC = Phrase(
    r"\b(?:traffic|connections?|requests?|communication|access|clients?|api|service|served|serves?|only|everything"
    r"|pages?|endpoints?|available|reachable|cookies?|site|in transit|in flight|http|plain(?:text)?|unencrypted|insecure"
    r"|browsers?|web|system|hsts|transport)\b"
)
_ORIGIN = re.compile(r"\bhttps?://[\w.*-]+(?::\d+)?", re.IGNORECASE)
_CORS = Phrase(r"\b(?:cors|cross[- ]origin|origins?)\b")
_HOST = re.compile(
    r"\b((?:[a-z0-9-]+\.)+(?:com|org|net|io|dev|app|example|eu|de|at|ch|uk|us|co|test|local|internal))\b", re.IGNORECASE
)


def read(sentence: Sentence) -> Readings:
    """The encryption of traffic, and the origins, that *sentence* demands."""
    yield from _transport(sentence)
    yield from _origins(sentence)


def _transport(sentence: Sentence) -> Readings:
    match = next(
        (found for found in _TLS.finditer(sentence.text) if sentence.text[found.end() : found.end() + 3] != "://"), None
    )
    if not match or sentence.mentions(_NOT_TLS) or not sentence.mentions(_TRAFFIC):
        return
    if not (
        sentence.of_system
        or sentence.subject.noun in ("tls", "ssl", "https", "hsts", "cookie", "visitor", "browser", "user")
    ):
        return
    version = _TLS_VERSION.search(sentence.text)
    redirect = (
        sentence.mentions(_REDIRECT)
        if sentence.mentions(Phrase(r"\bhttp\b|\bplain|\bunencrypted|\binsecure"))
        else None
    )
    hsts = sentence.mentions(_HSTS)
    denied = sentence.mentions(
        Phrase(
            r"\b(?:no|without|not use|does not need|terminated (?:elsewhere|in front"
            r"|by the (?:load )?balancer)) (?:tls|ssl|https)\b|\btls is (?:terminated|off)\b"
        )
    )
    plain = sentence.mentions(Phrase(r"\b(?:health|metrics|internal)\b[^.]{0,40}\bplain http\b"))
    if denied or plain or sentence.tool:
        return
    number = (version[1] or version[2]) if version else None
    if (
        number
        and Phrase(r"\b(?:below|older than|before|lower than) (?:tls )?v?1\.\d").search(sentence.text) is None
        and Phrase(
            rf"\b(?:tls|ssl) ?v?{re.escape(number)}(?: and (?:older|below|lower|1\.\d))?[^.]*\b(?:is"
            rf"|are) (?:disabled|refused|rejected|forbidden|off|not (?:accepted|allowed|supported))\b"
            rf"|\bno tls 1\.[01]\b"
        ).search(sentence.text)
    ):
        number = {"1.0": "1.1", "1.1": "1.2", "1.2": "1.3"}.get(number)
    yield sentence.reading(Transport(number, redirect is not None, hsts is not None), match, version, redirect)


def _origins(sentence: Sentence) -> Readings:
    match = sentence.mentions(_CORS)
    if not match or not (
        sentence.mentions(
            Phrase(
                r"\b(?:cors|cross[- ]origin|browsers?|may call|allow\w*|only|accept\w*|permitted|call|access"
                r"|same[- ]origin)\b"
            )
        )
    ):
        return
    found = tuple(dict.fromkeys(origin.lower() for origin in _ORIGIN.findall(sentence.written)))
    if not found:
        hosts = tuple(dict.fromkeys(f"https://{host.lower()}" for host in _HOST.findall(sentence.written)))
        found = hosts
    none = sentence.mentions(
        Phrase(
            r"\b(?:no|never|not)\b[^.]{0,30}\b(?:cross[- ]origin|other origins?|foreign origins?|cors)\b"
            r"|\b(?:cors is (?:off|disabled)|cross[- ]origin requests? (?:is|are) (?:rejected|refused|denied"
            r"|blocked|forbidden|not allowed)|same[- ]origin only|only the same origin)\b"
        )
    )
    anyone = sentence.mentions(Phrase(r"\b(?:any|all|every) origins?\b"))
    if found or none or anyone:
        yield sentence.reading(Origins(found or (("*",) if anyone and not none else ())), match)
