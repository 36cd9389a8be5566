"""TLS between clients and the system, and which pages may call it from browsers."""

from __future__ import annotations

import re

from speccompile.regex import regex
from speccompile.requirements.kinds import Origins, Transport
from speccompile.requirements.sentence import Readings, Sentence, cues

CUES = cues(
    "tls ssl https http hsts encrypted encryption encrypt transport strict-transport-security origin origins browser browsers cors cross-origin same-origin",
)

_TLS = regex(
    r"\bencryption in (?:transit|flight)\b|\b(?:tls|ssl|https|transport layer security)\b(?!://)|\bto (?:their|its|the|an?) https://(?= )"
    r"|\bencrypted (?:in transit|in flight|on the wire|connections?"
    r"|transport)\b|\b(?:in transit|in flight|on the wire)\b[^.]{0,30}\bencrypted\b|\bencrypt\w* (?:all )?(?:traffic"
    r"|connections?|communication)\b|\b(?:traffic|connections?|communication)\b(?: \w+){0,5}? (?:is|are"
    r"|must be|shall be|has to be|have to be) (?:always )?encrypted\b|\bhsts\b|\bstrict[- ]transport[- ]security\b"
)
_TLS_VERSION = regex(
    r"\b(?:tls|ssl)(?: versions?)?(?: (?:is|of|must be|shall be))?(?: at least)? ?v?(1\.[0-3])\b|\b(?:older than|below|before|at least"
    r"|minimum(?: of)?) (?:tls )?v?(1\.[0-3])\b|\btls\b[^.;]{0,20}\bversion (1\.[0-3])\b"
)
_NUMBER = regex(r"(?<![\d.])1\.[0-3](?![\d.])")
_OLDER = regex(r"\b(?:below|older than|before|lower than) (?:tls )?v?1\.\d")
_REFUSED = regex(
    r"\b(?:disabled|refused|rejected|forbidden|prohibited|deprecated|blocked|(?:is|are) off|(?:turned|switched) off|not (?:be )?(?:accepted|allowed"
    r"|supported|offered))\b|\bno tls 1\.[01]\b"
    r"|\b(?:must|may) not be (?:used|accepted|offered)\b|\bnever (?:accepted|used|offered)\b"
)
_NEXT = {"1.0": "1.1", "1.1": "1.2", "1.2": "1.3"}
_NOT_TLS = regex(
    r"\b(?:between (?:the |our )?(?:services|instances|containers|pods|nodes)|webhooks? (?:url|endpoint)|links?|image url|urls? of|customer(?:'s"
    r"|s')? (?:site|server)|partner|upstream"
    r"|database connection|to the database|smtp|imap|when (?:calling|connecting)|calls? to|outgoing|outbound"
    r"|(?:certificates?|certs?) (?:is|are|must be|has|expires?))\b"
)
_REDIRECT = regex(
    r"\b(?:sent on|redirected|forwarded) to https://|\b(?:bounced|pushed|moved|switched|redirect(?:s|ed)?|forward(?:s|ed)?|sent|sends?|upgraded?"
    r"|turned away|301|308)\b[^.]{0,40}\b(?:to|https"
    r"|tls)\b|\bpermanent redirect\b"
)
_PLAIN = regex(r"\bport 80\b|\bhttp\b|\bplain|\bunencrypted|\binsecure")
_HSTS = regex(r"\bhsts\b|\bstrict[- ]transport[- ]security\b")
_AGE = regex(r"\bmax-age[ =:]+(?:of )?(\d{1,10})\b(?! ?(?:years?|months?|weeks?|days?|hours?|minutes?|seconds?)\b)")
_REMEMBER = regex(r"\bbrowsers?\b[^.;]{0,30}\b(?:told|remember|made|forced)\b[^.;]{0,40}\bhttps\b")
_TRAFFIC = regex(
    r"\b(?:traffic|connections?|requests?|communication|access|clients?|api|service|served|serves?|only|everything"
    r"|pages?|endpoints?|available|reachable|cookies?|site|in transit|in flight|http|plain(?:text)?|unencrypted|insecure"
    r"|browsers?|web|system|transmitted|transferred|exchanged|spoken|speaks?|hsts|transport|versions?|rejected|refused|accepted|mandatory|required|enforced|enabled"
    r"|disabled|negotiated|offered|used|supported|handshake|turned off|switched off|compulsory|minimum|at least|or nothing|or better|or newer"
    r"|or higher|or later)\b"
)
_TERMINATED = regex(
    r"\b(?:no|without|not use|does not need|terminated (?:elsewhere|in front"
    r"|by the (?:load )?balancer)) (?:tls|ssl|https)\b|\btls is (?:terminated|off)\b"
    r"|\b(?:health|metrics|internal)\b[^.]{0,40}\bplain http\b"
)
_OVER_TLS = regex(
    r"\b(?:only|always|must|never|exclusively|solely)\b[^.;]{0,30}\b(?:transmitted|sent|transferred|exchanged|delivered|served|travels?)\b[^.;]{0,24}"
    r"\b(?:over|via|through|by|than) (?:https|tls)\b"
)
_SPEAKERS = frozenset(
    "encryption tls ssl https hsts strict-transport-security header nothing cookie visitor browser user client anyone anything they somebody someone "
    "whoever anyone "
    "everybody everyone "
    "anybody".split()
)
_ORIGIN = regex(r"\bhttps?://[\w.*-]+(?::\d+)?", re.IGNORECASE)
_CORS = regex(r"\b(?:cors|cross[- ]origin|origins?)\b")
_BROWSERS = regex(
    r"\b(?:browsers?|web ?pages|scripts)\b[^.]{0,40}\b(?:only|call|access)\b|\b(?:calls?|access(?:es)?|use) (?:the |this |our |its )?"
    r"(?:api|service|server|backend|system)"
    r" from (?:an? |the |its |their )?(?:browsers?|web ?pages?|scripts?)\b"
    r"|\b(?:accepts?|allows?|answers?|takes?|permits?) (?:only )?(?:calls?|requests?)(?: only)? from https?://"
)
_CALLED = regex(
    r"\b(?:cors|cross[- ]origin|browsers?|may call|allow\w*|only|accept\w*|permitted|call|access|same[- ]origin)\b"
)
_HOST = regex(
    r"\b((?:[a-z0-9-]+\.)+(?:com|org|net|io|dev|app|example|eu|de|at|ch|uk|us|co|test|local|internal))\b", re.IGNORECASE
)
_NO_ORIGIN = regex(
    r"\b(?:no|never|not)\b[^.]{0,30}\b(?:cross[- ]origin|other origins?|foreign origins?|cors)\b"
    r"|\bcross[- ]origin (?:browser )?(?:requests?|calls?)(?: \(cors\))? (?:is|are|must be) (?:rejected|refused|denied|blocked"
    r"|forbidden)\b(?! (?:unless|except))"
    r"|\b(?:cors (?:is|must be|should be|stays) (?:(?:switched |turned )?off|disabled|not enabled)|(?:requests?|calls?) from other origins (?:is|are"
    r"|must be) (?:rejected|refused|denied|blocked)|cross[- ]origin (?:requests?|calls?|access) (?:is|are|must be) (?:rejected|refused|denied"
    r"|blocked|forbidden|not allowed|disallowed)|\(cors\) (?:is|are) (?:rejected|refused|denied|blocked|forbidden)|same[- ]origin only|only the same origin)\b"
)
_ANY_ORIGIN = regex(r"\b(?:any|all|every) (?:origins?|web ?sites?|sites?|domains?|web ?pages?)\b")
_DOMAIN_ORIGIN = regex(r"\b(?:goods|products?|country|origin of|customers?|wine|food|born|flights?)\b")


def read(sentence: Sentence) -> Readings:
    """The encryption of traffic, and the origins, that *sentence* demands."""
    yield from _transport(sentence)
    yield from _origins(sentence)


def _transport(sentence: Sentence) -> Readings:
    match = sentence.mentions(_TLS)
    ours = sentence.of_system or sentence.subject.noun in _SPEAKERS or sentence.mentions(_OVER_TLS)
    if not match or sentence.tool or not ours:
        return
    if sentence.mentions(_NOT_TLS) or sentence.mentions(_TERMINATED) or not sentence.mentions(_TRAFFIC):
        return
    redirect = sentence.mentions(_REDIRECT) if sentence.mentions(_PLAIN) else None
    version, found = _version(sentence.text)
    hsts = sentence.mentions(_HSTS) is not None or sentence.mentions(_REMEMBER) is not None
    age = _age(sentence) if hsts else None
    yield sentence.reading(Transport(version, redirect is not None, hsts, age), match, found, redirect)


def _age(sentence: Sentence) -> float | None:
    """For how many seconds browsers remember, where *sentence* says one time: with its unit, or as RFC 6797's max-age."""
    bare = _AGE.search(sentence.text)
    if bare:
        return float(bare[1])
    said = {each.seconds for each in sentence.durations}
    return said.pop() if len(said) == 1 else None


def _version(text: str) -> tuple[str | None, re.Match[str] | None]:
    """The oldest version that may be used: «1.1 is refused» is 1.2, «older than 1.2 is refused» too."""
    found = list(_TLS_VERSION.finditer(text))
    if not found:
        return None, None
    numbers = _NUMBER.findall(text)
    if _REFUSED.search(text) and not _OLDER.search(text):
        return _NEXT.get(max(numbers)), found[0]
    return min(numbers), found[0]


def _origins(sentence: Sentence) -> Readings:
    match = sentence.mentions(_CORS) or (
        sentence.mentions(_BROWSERS) if _ORIGIN.search(sentence.written) or sentence.mentions(_ANY_ORIGIN) else None
    )
    if not match or not sentence.mentions(_CALLED) or sentence.mentions(_DOMAIN_ORIGIN):
        return
    named = [origin.lower() for origin in _ORIGIN.findall(sentence.written)]
    named = named or [f"https://{host.lower()}" for host in _HOST.findall(sentence.written)]
    none = sentence.mentions(_NO_ORIGIN) is not None
    anyone = sentence.mentions(_ANY_ORIGIN) is not None and not none
    if named or none or anyone:
        allowed = tuple(dict.fromkeys(named)) or (("*",) if anyone else ())
        yield sentence.reading(Origins(allowed), match, scope=sentence.of_path)
