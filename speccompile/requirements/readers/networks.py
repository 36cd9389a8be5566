"""The port on which the system listens, and who may reach it."""

from __future__ import annotations

from speccompile.regex import regex
from speccompile.requirements.kinds import Port, Private
from speccompile.requirements.reading import Scope
from speccompile.requirements.sentence import Readings, Sentence, cues
from speccompile.requirements.vocabulary import BACKING, SYSTEM

CUES = cues(
    "/ port ports network networks internet internal private public publicly exposed reachable accessible vpn intranet lan",
    "connection connections connect cidr ip addresses address outside published ingress host hosts accepted allowed access",
    "gets get comes come pass passes let admitted listens listen binds bind served serves http tcp reach reaches access call called callable",
)

_LISTENS = regex(
    r"\b(?:listen(?:s|ing)?|bind(?:s|ing)?|bound|serv(?:es|ed|ing)|reachable|available|accepts?|exposed?|exposes"
    r"|runs?|open(?:s|ed)?|answers?|used?|uses|is|are|must be|starts?|traffic|reached|accessible|connects?|arrives?|comes? in|offered|found)\b"
)
_PORT = regex(
    r"\bport\b[^.;]{0,60}[ ,](\d{2,5}) (?:if|when) (?:it is |nothing is |none is )?(?:unset|not set|missing|absent|set|given)\b|\b(?:listen(?:s"
    r"|ing)?|binds?) (?:on|to) (?:tcp |http )?(\d{2,5})\b|\bport of (?:the |our )?[\w-]+(?: [\w-]+)? is (\d{2,5})\b"
    r"|\bport\b[^.,;]{0,60}\b(?:defaults? (?:to|is)|is) (\d{2,5})(?: by default| unless [^.]+)?(?=[.,;]|\Z)"
    r"|\b(?:accepted|served|expected|offered|comes? in|arrives?|enters?) (?:on|over|via) tcp (\d{2,5})\b"
    r"|\bport to (?:bind|listen on|expose): (\d{2,5})"
    r"|\bport (\d{2,5}) is the (?:1|one|port) (?:(?:on|at) which )?(?:the|our) (?:[\w-]+ )?(?:service|server|api|app|application) listens\b"
    r"|\b(?:tcp )?port(?: number)?(?: is| must be|:)? (\d{2,5})\b|\bport (\d{2,5})/tcp\b|\b(?:on|at"
    r"|to|binds?) (?:0\.0\.0\.0|\*|localhost|127\.0\.0\.1)?:(\d{2,5})\b"
)
_NOT_PORT = regex(
    r"\b(?:listed|catalogue|database|postgres\w*|redis|mysql|smtp|upstream|outbound|ship|harbou?r|ferry|named"
    r"|scan\w*|blocked|debug|connects? to)\b"
)
PRIVATE = regex(
    r"\bonly (?:be )?(?:reachable|accessible|available|reached) from (?:inside |within |in )?(?:the |our |an? )?(?:[\w'-]+ ){1,3}(?:network|lan|vpn"
    r"|intranet)\b|"
    r"\b(?:stays?|remains?|is|runs?)(?: \w+)? (?:inside|within|in) (?:the|our|a) (?:internal|private|company|corporate) network\b"
    r"|\b(?:not have|without|has no|have no) (?:an? |any )?public (?:endpoint|address|ip|route|port)\b|"
    r"\bonly (?:other )?(?:internal|our own|own) (?:services?|systems?|clients?|hosts?|networks?|callers?) (?:may|can|are)\b|"
    r"\b(?:only|solely|exclusively)(?: be)?(?: \w+)? ?(?:reachable|accessible|available|exposed|reached|accessed"
    r"|visible|open|callable|served)? ?(?:from(?: inside| within)?|within|inside|on|in|to|over|by|through|via) (?:the |our "
    r"|an? )?(?:[\w'-]+ )?(?:internal|private|corporate|company|office|local|cluster|backend|vpn|intranet|lan"
    r"|trusted)\b(?! (?:[\w()]+ ){0,4}(?:users?|employees|staff|people|customers|members|accounts?|passwords?)\b)"
    r"|\b(?:not|never|isn't|aren't|cannot be|must not be|may not be)(?: be)?(?: \w+)? ?(?:publicly|public|exposed"
    r"|reachable|accessible|available|visible|published|reached|open(?! (?:\w+ )?(?:connections?|sockets?)))(?: be)?(?: \w+)?(?: (?:to|from|on|over|via"
    r"|by))? ?(?:the )?(?:public|internet|outside|world|open internet|public internet)\b"
    r"|\b(?:not|never)(?: be)? publicly (?:accessible|exposed|reachable|available|routable)\b|\b(?:internal"
    r"|private)(?:[- ]only| network only| use only)\b|\b(?:is|are|stays?|remains?|must be|must stay) (?:internal"
    r"|private)(?: only)?\b(?! (?:to|data|key))"
    r"|\b(?:opened|reached|accessed|called|used|visited|seen|available|reachable|accessible) (?:from|via|over|through|within|inside) (?:the |our )?"
    r"(?:\w+ )?(?:network|vpn|intranet|lan|cluster) (?:only|alone|exclusively|and (?:from )?nowhere else)\b"
    r"|(?<!calls )(?<!call )(?<!contacts )(?<!contact )(?<!reaches )(?<!reach )(?<! to )\b(?:nobody|no one|nothing) (?:on|from"
    r"|in) (?:the )?(?:public |open )?internet\b"
    r"|\bonly (?:hosts?|machines?|clients?|computers?|callers?|devices?|requests?|calls?) (?:with)?(?:in|inside|from|on) (?:the |our |its )?(?:[\w'-]+ ){0,3}"
    r"(?:network|vpn|intranet|lan|cluster|subnet) (?:can|may|are|have|get)\b|\bfrom outside\b[^.]{0,40}\b(?:nobody|nothing|no \w+) (?:can|may|must"
    r"|reaches|is able)\b|\bhid(?:e|es|den) (?:\w+ ){0,3}from (?:the )?(?:public |open )?(?:internet|outside|world)\b|\boff limits (?:to|for)\b"
    r"|\b(?:hidden|shielded"
    r"|sealed off|cut off|blocked|closed|closed off|walled off)(?: \w+)? (?:from|to) (?:the )?"
    r"(?:public|internet|outside|world)\b|\bexposed outside(?: of)? (?:the |our )?(?:\w+ )?(?:network|cluster|host|machine)\b"
    r"|\b(?:cannot|can't|can not|can never|may not|must not|never)(?: be)? (?:reached|accessed|called|opened|seen|used) (?:from|over|via|through) (?:the )?"
    r"(?:public|internet|outside|world|open internet|public internet)\b"
    r"|\b(?:nobody|no one|no-one|nothing|none)(?: from)? outside(?: of)? (?:the |our |its )?(?:\w+ )?(?:network|cluster|vpn|intranet|lan|company|office)"
    r" (?:can|may|must|is able to|is allowed to|gets?|reaches|has)\b"
    r"|\bfrom the (?:public )?internet, no (?:route|way|path|road) (?:leads|goes|exists)\b|\bno (?:route|way|path) (?:leads|goes"
    r"|exists) from the (?:public )?internet\b"
    r"|\b(?:solely|only|exclusively) to (?:hosts?|machines?|clients?|computers?|callers?) (?:inside|within|in|on|from) (?:the |our )?[\w' -]{0,24}"
    r"(?:network|vpn|intranet|lan|cluster)\b"
    r"|\bfrom (?:the )?(?:public |open )?(?:internet|outside|world)\b[^.;]{0,60}\b(?:cannot|never|must not|may not)(?: be)? (?:reached|accessed"
    r"|called|seen|opened|used)\b"
    r"|\b(?:exposed|available|reachable|served|accessible) (?:on|in|within|inside) the (?:(?:internal|private|company|corporate) network|intranet|vpn"
    r"|lan) and nowhere else\b"
    r"|\bno public (?:access|ip|endpoint|port|route|ingress|exposure)\b|\b(?:reachable|accessible"
    r"|available)(?: only)? (?:from|within|inside|over|through|via) (?:the )?(?:internal network|private network"
    r"|intranet|vpn|company network|corporate network|office network|cluster)(?: only)?\b"
    r"|\bnothing outside(?: of)? the (?:internal |private )?(?:network|cluster) (?:can|may) reach\b|\b(?:behind"
    r"|requires) (?:the )?vpn\b"
)
# «Metrics are served on port 9100»: a second port.
_OTHER_PORT = regex(
    r"\A(?:the )?(?:metrics?|debug\w*|profil\w+|admin\w*|management)(?: [a-z]+)? (?:is|are|listens?|runs?)\b"
)
# «Port: 3000».
_NOTE = regex(
    r"(?:(?:http|tcp|listen(?:ing)?|service|server|app|application|api|container|web|exposed) )?port(?: number)?(?: to (?:bind|listen on"
    r"|expose))?(?: is)?:? \d{2,5}\.?"
)
_ACCEPTS = regex(
    r"(?:tcp )?port \d{2,5} is the (?:1|one|port) (?:(?:on|at) which|the|our)\b|"
    r"\Athe [a-z-]+(?: [a-z-]+)? (?:accepts?|takes?|awaits?|expects?) (?:\w+ )?(?:connections|requests|traffic) (?:on|at) (?:tcp )?port \d"
)
_PLAIN_HTTP = 80
_REDIRECTED = regex(r"\b(?:redirect\w*|sent to|https)\b")
_CIDR = regex(r"(?<![\d.])(\d{1,3}(?:\.\d{1,3}){3}/\d{1,2})(?!\d)")
_FROM_NETWORK = regex(r"\b(?:only|allow\w*|restrict\w*|reachable|accessible|accept\w*|from|limited|trusted)\b")
_BINDS = regex(r"\b(?:listen|bind|bound|outbound|outgoing|egress|dns)\w*")
_USED = regex(
    r"\b(?:used|served|opened|exposed|published) (?:by|for) (?:the |our )?(?:[\w-]+ )?(?:server|service|api|app"
    r"|application|container|process|worker|traffic)\b"
)
_DEFINITE = frozenset("the its our".split())
_ADDRESS = regex(r"(?<![\d.])(\d{1,3}(?:\.\d{1,3}){3})(?![\d.]|/\d)")
_ONLY = regex(r"\b(?:only|solely|exclusively|restricted to|limited to)\b")
# What a part of the system is called that others than its users reach; its path is not said.
_PART = regex(
    r"\b(admin|administration|management|metrics|debug|actuator|health|backoffice)(?:istrat\w+)?(?: \w+)? ?(?:api"
    r"|interface|endpoints?|area|pages?|routes?|ui|panel|console|port)\b"
)
_STORES = frozenset("database datastore store cache queue data key record token log bucket".split())
_GOES_OUT = regex(
    r"\b(?:calls?|contacts?|reaches|connects? to|talks? to) (?:nobody|no ?one|nothing)\b|\b(?:connects?|talks?|speaks?|calls?"
    r"|sends?)(?: only| solely)? to\b"
)
_PUBLISHES_NONE = regex(
    r"\b(?:publishes|exposes|opens|has|have) no (?:published |public |open |host )?ports?\b"
    r"|\b(?:not|never)(?: be)? (?:published|exposed)(?: to| on)? (?:the )?(?:host|outside)\b"
    r"|\b(?:accepts?|takes?|allows?) connections from (?:the |this |our )?(?:[\w-]+ )?(?:api|service|server|app|application|backend"
    r"|workers?)s?\b"
)
_WHO = r"(?:the |this |our |its )?(?:[\w-]+ )?(?:api|service|server|app|application|backend|worker)s?\b"
# «The database is only reachable from the API»: and from nothing else of the system.
_CALLERS = regex(
    rf"\b(?:accepts?|takes?|allows?) connections (?:only from {_WHO}|from {_WHO} (?:only|alone))"
    rf"|\bonly (?:be )?(?:reachable|accessible|reached|accessed|available|visible) (?:by|from|for|to) {_WHO}"
    rf"|\b(?:reachable|accessible|reached|accessed|available|visible) only (?:by|from|for|to) {_WHO}"
)
_REACHES = r"(?:directly )?(?:reach|access|connect to|talk to|query|open (?:a )?connections? to)"
_STORE = r"(?:the |our |its )?(?:[\w-]+ )?(?:database|datastore|data store|cache|queue|broker|postgres\w*|mysql|mariadb|mongo\w*|redis|rabbitmq|kafka)\b"
# «Only the API may reach the database», «No other service may connect to the database».
_CALLS_ALONE = regex(
    rf"\bonly {_WHO} (?:may|can|must|is allowed to|is able to)(?: be able to)? {_REACHES} {_STORE}"
    rf"|\bno other (?:service|server|application|workload|container|component|program)s? (?:may|can|must|is allowed to|is able to) {_REACHES} {_STORE}"
)
_REACH = regex(
    r"\bonly\b[^;]{0,80}\b(?:may|can|is allowed to|are allowed to|must be able to)(?: \w+)? (?:reach|access|call|connect to|use|talk to|open|query|see)\b"
    r"|\bonly\b[^;]{0,80}\b(?:gets?|comes?|passe?s?|(?:is|are) (?:let|admitted))(?: \w+)? (?:through|in|into|past|to)\b"
)
_ASKED = frozenset(
    "port endpoint access machine computer device caller interface admin nobody nothing address client host request panel console ui area vpn "
    "intranet lan".split()
)


def read(sentence: Sentence) -> Readings:
    """The port and the networks that *sentence* demands."""
    yield from _ports(sentence)
    yield from _private(sentence)


def _ports(sentence: Sentence) -> Readings:
    match = sentence.says(_PORT)
    interface = sentence.subject.noun == "interface" and sentence.subject.of in SYSTEM
    if match and _NOTE.fullmatch(sentence.text):
        yield sentence.reading(Port(int(next(filter(None, match.groups())))), match)
        return
    if (
        not match
        or not (sentence.of_system or interface or sentence.mentions(_ACCEPTS))
        or not sentence.mentions(_LISTENS)
        or sentence.mentions(_NOT_PORT)
    ):
        return
    number, who = int(next(filter(None, match.groups()))), sentence.subject
    if sentence.mentions(_OTHER_PORT):
        return
    if number == _PLAIN_HTTP and sentence.mentions(_REDIRECTED):
        return  # where callers are sent away from is not where the program listens
    if 0 < number < 65536 and (
        sentence.mentions(_ACCEPTS)
        or who.noun != "port"
        or who.of
        or who.article in _DEFINITE
        or sentence.mentions(_USED)
    ):
        yield sentence.reading(Port(number), match)


def _private(sentence: Sentence) -> Readings:
    noun = sentence.subject.noun
    if match := sentence.mentions(_CALLS_ALONE):
        yield sentence.reading(Private(callers=True), match, scope=Scope("store"))
        return
    if sentence.mentions(_GOES_OUT) and noun in SYSTEM:
        return  # whom it reaches, and not who reaches it
    if (
        (noun in BACKING or not BACKING.isdisjoint(sentence.subject.before))
        and not sentence.paths
        and (match := sentence.mentions(PRIVATE) or sentence.mentions(_CALLERS) or sentence.mentions(_PUBLISHES_NONE))
    ):
        callers = sentence.mentions(_CALLERS) is not None
        yield sentence.reading(Private(callers=callers), match, scope=Scope("store"))
        return
    if noun in _STORES or not (
        sentence.of_system or noun in _ASKED or noun.startswith("/") or _is_of_who_reaches(sentence)
    ):
        return
    if networks := _networks(sentence):
        yield sentence.reading(Private(networks), scope=_scope(sentence))
    elif match := sentence.mentions(PRIVATE):
        yield sentence.reading(Private(), match, scope=_scope(sentence))


def _is_of_who_reaches(sentence: Sentence) -> bool:
    """«Only machines in 10.20.0.0/16 may reach the API»: the subject is whoever is let in, whatever it is called."""
    return bool(_CIDR.search(sentence.written)) and sentence.mentions(_REACH) is not None


def _networks(sentence: Sentence) -> tuple[str, ...]:
    """The addresses from which alone the system may be reached."""
    if sentence.mentions(_FROM_NETWORK) and (found := _CIDR.findall(sentence.written)):
        return tuple(dict.fromkeys(found))
    if sentence.mentions(_ONLY) and not sentence.mentions(_BINDS):
        return tuple(dict.fromkeys(_ADDRESS.findall(sentence.written)))
    return ()


def _scope(sentence: Sentence) -> Scope:
    """A path, a part that has one, or all of the service."""
    path = next((path for path in sentence.paths if not path[1:2].isdigit()), None)
    part = sentence.mentions(_PART)
    return Scope("path", path) if path else Scope("path", part[1]) if part else Scope()
