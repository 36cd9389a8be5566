"""Ports, who may reach the system, what it may reach."""

from __future__ import annotations

import re

from speccompile.requirements.kinds import Egress, Port, Private, Scope
from speccompile.requirements.phrases import Phrase
from speccompile.requirements.sentence import Readings, Sentence, cues

CUES = cues(
    "port ports network networks internet outbound outgoing egress offline air-gapped internal private public",
    "publicly exposed reachable accessible vpn intranet lan connection connections connect connects cidr ip",
    "addresses address contacts talks calls outside published ingress",
)

_LISTENS = Phrase(
    r"\b(?:listen(?:s|ing)?|bind(?:s|ing)?|bound|serv(?:es|ed|ing)|reachable|available|accepts?|exposed?|exposes"
    r"|runs?|open(?:s|ed)?|answers?|uses?|is|are|must be|starts?|traffic|reached|accessible)\b"
)
_PORT = Phrase(
    r"\b(?:tcp )?port(?: number)?(?: is| must be|:)? (\d{2,5})\b|\bport (\d{2,5})/tcp\b|\b(?:on|at"
    r"|to) (?:0\.0\.0\.0|\*|localhost|127\.0\.0\.1)?:(\d{2,5})\b"
)
_NOT_PORT = Phrase(
    r"\b(?:listed|catalogue|database|postgres\w*|redis|mysql|smtp|upstream|outbound|ship|harbou?r|ferry|named"
    r"|scan\w*|blocked|debug|connects? to)\b"
)
_PRIVATE = Phrase(
    r"\b(?:only|solely|exclusively)(?: be)?(?: \w+)? ?(?:reachable|accessible|available|exposed|reached|accessed"
    r"|visible|open|callable|served)? ?(?:from|within|inside|on|in|to|over|by|through|via) (?:the |our "
    r"|an? )?(?:\w+ )?(?:internal|private|corporate|company|office|local|cluster|backend|vpn|intranet|lan"
    r"|trusted)\b"
    r"|\b(?:not|never|isn't|aren't|cannot be|must not be|may not be)(?: be)?(?: \w+)? ?(?:publicly|public|exposed"
    r"|reachable|accessible|available|visible|published|reached|open)(?: be)?(?: \w+)?(?: (?:to|from|on|over|via"
    r"|by))? ?(?:the )?(?:public|internet|outside|world|open internet|public internet)\b"
    r"|\b(?:not|never)(?: be)? publicly (?:accessible|exposed|reachable|available|routable)\b|\b(?:internal"
    r"|private)(?:[- ]only| network only| use only)\b|\b(?:is|are|stays?|remains?|must be|must stay) (?:internal"
    r"|private)(?: only)?\b(?! (?:to|data|key))"
    r"|\bno public (?:access|ip|endpoint|port|route|ingress|exposure)\b|\b(?:reachable|accessible"
    r"|available)(?: only)? (?:from|within|inside|over|through|via) (?:the )?(?:internal network|private network"
    r"|intranet|vpn|company network|corporate network|office network|cluster)(?: only)?\b"
    r"|\bnothing outside(?: of)? the (?:internal |private )?(?:network|cluster) (?:can|may) reach\b|\b(?:behind"
    r"|requires) (?:the )?vpn\b"
)
_CIDR = re.compile(r"(?<![\d.])(\d{1,3}(?:\.\d{1,3}){3}/\d{1,2})(?!\d)")
_FROM_NETWORK = Phrase(r"\b(?:only|allow\w*|restrict\w*|reachable|accessible|accept\w*|from|limited|trusted)\b")
_NO_EGRESS = Phrase(
    r"\b(?:no|without|not have|never has|has no|have no|lacks|without any)(?: \w+)? ?(?:internet|outbound|outgoing"
    r"|egress|network|external network|external)(?: \w+)? ?(?:access|connections?|connectivity|traffic|calls?"
    r"|requests?|network)?\b"
    r"|\b(?:never|not|cannot|nothing|doesn't|can't|must not|may not)(?: \w+){0,3}? (?:connects?|calls?|talks?"
    r"|reach(?:es)?|open|opens|access(?:es)?|contacts?|phones?|sends?|makes?|initiates?|uses?|needs?|requires?)(?: \w+){0,4}? (?:internet"
    r"|outside(?: world)?|outbound|outgoing|external|home|network|to the outside)\b"
    r"|\b(?:offline|air[- ]?gapped)\b(?! mode)|\b(?:outbound|outgoing|egress)(?: \w+){0,2} (?:is|are) (?:blocked"
    r"|forbidden|denied|disabled|not allowed|refused|prohibited)\b"
    r"|\b(?:only|solely|exclusively)(?: \w+){0,2} (?:connects?|calls?|talks?|reach(?:es)?|contacts?|makes?|open"
    r"|allowed|permitted)(?: \w+){0,4}? (?:to|with)? ?(?=[a-z*])|\b(?:outbound|outgoing"
    r"|egress)(?: \w+){0,3} (?:only|limited|restricted|allowed|permitted)\b|\b(?:only|the only) (?:outbound"
    r"|outgoing|external)\b|\bworks? (?:fully )?without (?:an? )?(?:internet|network)(?: connection| access)?\b"
)
_EXCEPT = Phrase(
    r"\b(?:except|but|other than|apart from|besides|save)(?: (?:for|to|with|those to|the|connections to|calls to"
    r"|requests to))* ([a-z0-9*][\w.*:/ ,-]*)|\b(?:only|limited|restricted|allowed"
    r"|permitted)(?: \w+){0,4}? to (?:the )?([a-z0-9*][\w.*:/ ,-]*)|\bonly(?: \w+){0,2} (?:connects?|calls?|talks?"
    r"|reaches|contacts)(?: to| with)? (?:the )?([a-z0-9*][\w.*:/ ,-]*)"
)
_OUTWARD = Phrase(
    r"\b(?:outbound|outgoing|egress|internet|outside|external|offline|air[- ]?gapped|network|phones? home"
    r"|connections?|connects?|contacts?|talks?|calls?)\b"
)


def read(sentence: Sentence) -> Readings:
    """The port and the networks that *sentence* demands."""
    yield from _ports(sentence)
    yield from _egress(sentence)
    yield from _private(sentence)


def _ports(sentence: Sentence) -> Readings:
    match = sentence.says(_PORT)
    if match and sentence.mentions(_LISTENS) and not sentence.mentions(_NOT_PORT) and sentence.of_system:
        number = int(next(filter(None, match.groups())))
        if 0 < number < 65536 and (
            sentence.subject.noun != "port" or sentence.subject.of or sentence.text.startswith("the ")
        ):
            yield sentence.reading(Port(number), match)


def _private(sentence: Sentence) -> Readings:
    networks = tuple(_CIDR.findall(sentence.written))
    if not (
        sentence.of_system
        or sentence.subject.noun
        in (
            "database",
            "port",
            "endpoint",
            "access",
            "interface",
            "admin",
            "nobody",
            "nothing",
            "address",
            "client",
            "nobody",
        )
    ):
        return
    path = sentence.paths[0] if sentence.paths and not networks else None
    scope = Scope("path", path) if path else Scope()
    if networks and sentence.mentions(_FROM_NETWORK):
        yield sentence.reading(
            Private(networks),
            scope=Scope("path", next((p for p in sentence.paths if not p[1:2].isdigit()), None))
            if any(not p[1:2].isdigit() for p in sentence.paths)
            else Scope(),
        )
    elif (match := sentence.mentions(_PRIVATE)) and sentence.subject.noun not in ("data", "key", "record", "token"):
        yield sentence.reading(Private(), match, scope=scope)


def _egress(sentence: Sentence) -> Readings:
    match = sentence.mentions(_NO_EGRESS)
    if (
        not match
        or not sentence.mentions(_OUTWARD)
        or not sentence.of_system
        or sentence.subject.noun in ("client", "user", "user", "data", "log", "request", "response")
    ):
        return
    if sentence.mentions(_PRIVATE) or sentence.mentions(
        Phrase(
            r"\bretr(?:y|ies)|\btime ?out|\bif the (?:network|internet)|\bwhen (?:the )?(?:network|internet"
            r"|offline)|\bonly via tls|\bconnections? (?:are|is) accepted|\bexternal calls? (?:is|are) retried"
        )
    ):
        return
    allow: tuple[str, ...] = ()
    if excepted := _EXCEPT.search(sentence.text):
        allow = _allowed(next(filter(None, excepted.groups())))
    elif (
        match[0].startswith(("only", "solely", "exclusively"))
        and not sentence.mentions(Phrase(r"\boutbound|\boutgoing|\begress|\binternet|\bconnect|\bcontact|\btalks"))
    ) or (match[0].startswith(("only", "solely", "exclusively", "the only")) and not allow):
        return
    yield sentence.reading(Egress(allow), match, excepted)


def _allowed(text: str) -> tuple[str, ...]:
    """The names in an enumeration: «Stripe and api.example.com»."""
    text = re.split(r"\b(?:when|if|while|because|on port|over|via|at|during|for|is|are|may|can|with)\b", text)[0]
    parts = re.split(r",\s*(?:and |or )?| and | or ", text.strip(" ,."))
    skipped = {"the", "a", "an", "its", "our", "to"}
    names = (" ".join(word for word in part.split() if word not in skipped) for part in parts)
    return tuple(
        dict.fromkeys(re.sub(r"^https?://|[/.]+$| (?:api|on port \d+|over https)$", "", name) for name in names if name)
    )
