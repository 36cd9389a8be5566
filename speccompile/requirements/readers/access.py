"""Who reaches the system and what it reaches: ports, TLS, networks, origins, secrets, somebody else's systems."""

from __future__ import annotations

import re
from typing import Literal

from speccompile.requirements.kinds import Egress, External, Origins, Port, Private, Scope, Secret, Transport
from speccompile.requirements.phrases import Phrase, words
from speccompile.requirements.sentence import Readings, Sentence, cues

CUES = cues(
    "port tls ssl https http hsts encrypted network networks internet outbound outgoing egress offline air-gapped internal private public exposed reachable accessible vpn origin origins cors",
    "secret secrets key keys token tokens password passwords jwt api external third-party smtp stripe gateway provider webhook webhooks intranet connections connection connect connects cidr ip",
    "credential credentials certificate addresses subnet network lan localhost published paypal twilio sendgrid mailgun domain domains browser browsers calls call",
)

_LISTENS = Phrase(
    r"\b(?:listen(?:s|ing)?|bind(?:s|ing)?|bound|serv(?:es|ed|ing)|reachable|available|accepts?|exposed?|exposes|runs?|open(?:s|ed)?|answers?|uses?|is|are|must be|starts?|traffic|reached|accessible)\b"
)
_PORT = Phrase(
    r"\b(?:tcp )?port(?: number)?(?: is| must be|:)? (\d{2,5})\b|\bport (\d{2,5})/tcp\b|\b(?:on|at|to) (?:0\.0\.0\.0|\*|localhost|127\.0\.0\.1)?:(\d{2,5})\b"
)
_NOT_PORT = Phrase(
    r"\b(?:listed|catalogue|database|postgres\w*|redis|mysql|smtp|upstream|outbound|ship|harbou?r|ferry|named|scan\w*|blocked|debug|connects? to)\b"
)
_TLS = Phrase(
    r"\b(?:tls|ssl|https|transport layer security)\b|\bencrypted (?:in transit|on the wire|connections?|transport)\b|\b(?:in transit|on the wire)\b[^.]{0,30}\bencrypted\b|\bencrypt\w* (?:all )?(?:traffic|connections?|communication)\b|\b(?:traffic|connections?|communication) (?:is|are|must be) (?:always )?encrypted\b|\bhsts\b|\bstrict[- ]transport[- ]security\b"
)
_TLS_VERSION = Phrase(
    r"\b(?:tls|ssl)(?: version)? ?v?(1\.[0-3])\b|\b(?:older than|below|before|at least|minimum(?: of)?) (?:tls )?v?(1\.[0-3])\b"
)
_NOT_TLS = Phrase(
    r"\b(?:webhooks? (?:url|endpoint)|links?|image url|urls? of|customer(?:'s|s')? (?:site|server)|partner|upstream|database connection|to the database|smtp|imap|when (?:calling|connecting)|calls? to|outgoing)\b"
)
_REDIRECT = Phrase(r"\b(?:redirect(?:s|ed)?|forward(?:s|ed)?|sent|upgraded?|301|308)\b[^.]{0,40}\b(?:to|https|tls)\b")
_HSTS = Phrase(r"\bhsts\b|\bstrict[- ]transport[- ]security\b")
_TRAFFIC = Phrase(
    r"\b(?:traffic|connections?|requests?|communication|access|clients?|api|service|served|serves?|only|everything|pages?|endpoints?|available|reachable|cookies?|site|in transit|http|plain(?:text)?|unencrypted|insecure|browsers?|web|system|hsts|transport)\b"
)
_PRIVATE = Phrase(
    r"\b(?:only|solely|exclusively)(?: be)?(?: \w+)? ?(?:reachable|accessible|available|exposed|reached|accessed|visible|open|callable|served)? ?(?:from|within|inside|on|in|to|over|by|through|via) (?:the |our |an? )?(?:\w+ )?(?:internal|private|corporate|company|office|local|cluster|backend|vpn|intranet|lan|trusted)\b"
    r"|\b(?:not|never|isn't|aren't|cannot be|must not be|may not be)(?: be)?(?: \w+)? ?(?:publicly|public|exposed|reachable|accessible|available|visible|published|reached|open)(?: be)?(?: \w+)?(?: (?:to|from|on|over|via|by))? ?(?:the )?(?:public|internet|outside|world|open internet|public internet)\b"
    r"|\b(?:not|never)(?: be)? publicly (?:accessible|exposed|reachable|available|routable)\b|\b(?:internal|private)(?:[- ]only| network only| use only)\b|\b(?:is|are|stays?|remains?|must be|must stay) (?:internal|private)(?: only)?\b(?! (?:to|data|key))"
    r"|\bno public (?:access|ip|endpoint|port|route|ingress|exposure)\b|\b(?:reachable|accessible|available)(?: only)? (?:from|within|inside|over|through|via) (?:the )?(?:internal network|private network|intranet|vpn|company network|corporate network|office network|cluster)(?: only)?\b|\bnothing outside(?: of)? the (?:internal |private )?(?:network|cluster) (?:can|may) reach\b|\b(?:behind|requires) (?:the )?vpn\b"
)
_CIDR = re.compile(r"(?<![\d.])(\d{1,3}(?:\.\d{1,3}){3}/\d{1,2})(?!\d)")
_FROM_NETWORK = Phrase(r"\b(?:only|allow\w*|restrict\w*|reachable|accessible|accept\w*|from|limited|trusted)\b")
_NO_EGRESS = Phrase(
    r"\b(?:no|without|not have|never has|has no|have no|lacks|without any)(?: \w+)? ?(?:internet|outbound|outgoing|egress|network|external network|external)(?: \w+)? ?(?:access|connections?|connectivity|traffic|calls?|requests?|network)?\b"
    r"|\b(?:never|not|cannot|nothing|doesn't|can't|must not|may not)(?: \w+){0,3}? (?:connects?|calls?|talks?|reach(?:es)?|open|opens|access(?:es)?|contacts?|phones?|sends?|makes?|initiates?)(?: \w+){0,4}? (?:internet|outside(?: world)?|outbound|outgoing|external|home|network|to the outside)\b"
    r"|\b(?:offline|air[- ]?gapped)\b(?! mode)|\b(?:outbound|outgoing|egress)(?: \w+){0,2} (?:is|are) (?:blocked|forbidden|denied|disabled|not allowed|refused|prohibited)\b"
    r"|\b(?:only|solely|exclusively)(?: \w+){0,2} (?:connects?|calls?|talks?|reach(?:es)?|contacts?|makes?|open|allowed|permitted)(?: \w+){0,4}? (?:to|with)? ?(?=[a-z*])|\b(?:outbound|outgoing|egress)(?: \w+){0,3} (?:only|limited|restricted|allowed|permitted)\b|\b(?:only|the only) (?:outbound|outgoing|external)\b|\bworks? (?:fully )?without (?:an? )?(?:internet|network)(?: connection| access)?\b"
)
_EXCEPT = Phrase(
    r"\b(?:except|but|other than|apart from|besides|save)(?: (?:for|to|with|those to|the|connections to|calls to|requests to))* ([a-z0-9*][\w.*:/ ,-]*)|\b(?:only|limited|restricted|allowed|permitted)(?: \w+){0,4}? to (?:the )?([a-z0-9*][\w.*:/ ,-]*)|\bonly(?: \w+){0,2} (?:connects?|calls?|talks?|reaches|contacts)(?: to| with)? (?:the )?([a-z0-9*][\w.*:/ ,-]*)"
)
_OUTWARD = Phrase(
    r"\b(?:outbound|outgoing|egress|internet|outside|external|offline|air[- ]?gapped|network|phones? home|connections?|connects?|contacts?|talks?|calls?)\b"
)
_ORIGIN = re.compile(r"\bhttps?://[\w.*-]+(?::\d+)?", re.IGNORECASE)
_CORS = Phrase(r"\b(?:cors|cross[- ]origin|origins?)\b")
_HOST = re.compile(
    r"\b((?:[a-z0-9-]+\.)+(?:com|org|net|io|dev|app|example|eu|de|at|ch|uk|us|co|test|local|internal))\b", re.IGNORECASE
)
_SECRETS: tuple[tuple[str, Phrase], ...] = (
    ("jwt-secret", words("jwt (?:secrets?|signing keys?|keys?)", "jwts?", "json web tokens?")),
    (
        "webhook-secret",
        words(
            "webhook signatures?",
            "webhook secrets?",
            "signed webhooks?",
            "signature of (?:the |a |every |each )?webhooks?",
        ),
    ),
    ("signing-key", words("signing keys?", "signing secrets?", "hmac(?: keys?| secrets?)?", "private keys?")),
    ("session-secret", words("session secrets?", "session keys?", "signed (?:session )?cookies?", "cookie secrets?")),
    ("encryption-key", words("encryption keys?")),
    ("admin-password", words("admin(?:istrator)?(?:'s)? passwords?")),
    (
        "database-password",
        words("database passwords?", "db passwords?", "password of the database", "database credentials?"),
    ),
    ("bearer-token", words("bearer tokens?")),
    ("api-token", words("api tokens?", "access tokens?", "auth tokens?", "service tokens?")),
    ("api-key", words("(?:\\w+ )?api keys?")),
    ("secrets", words("secrets?", "credentials?")),
)
_GIVEN: tuple[tuple[Phrase, Literal["file", "env"]], ...] = (
    (
        Phrase(
            r"\b(?:from|in|as|through|via|by) (?:a |the )?(?:mounted |secret )?files?\b|\bmounted (?:as|from)\b|/run/secrets\b"
        ),
        "file",
    ),
    (
        Phrase(
            r"\b(?:from|through|via|by|in|as) (?:an? |the )?environment(?: variables?)?\b|\benv(?:ironment)? vars?\b"
        ),
        "env",
    ),
)
_WANTED = Phrase(
    r"\b(?:needs?|requires?|carr(?:y|ies)|signed|sign(?:s|ing)?|verif(?:y|ies|ied)|valid(?:ated)?|authenticat\w+|must (?:have|contain|include|present|send|carry|be)|read|taken|loaded|provided|given|injected|comes?|passed|supplied|stored|mounted|protected (?:by|with)|without|uses?|with|checked|only be|expects?)\b"
)
_KEEPING = Phrase(
    r"\b(?:expires?|expired|expiry|valid for|lifetime|rotat\w+|revok\w+|logged|logs?|leak\w*|hash(?:ed|es)?|plain ?text|clear text|masked|redacted|printed|displayed|shown|characters|digits|door|parking|laundry|wi-fi|reset|forgot\w*|committed|commit|entropy|refund|lock|house|primary key|foreign key|unique|partition key|idempotency)\b"
)
_OURS = frozenset(
    "request service server api application app system secret key password token credential cookie session webhook call client container process program jwt it endpoint signature admin".split()
)
_EXTERNAL = Phrase(
    r"\b(?:through|via|by|to|from|with|using|calls?|uses?|at|over|on|contacts?) (?:an? |the |our )?((?:\w+[- ]){0,2}?)(?:external|third[- ]party|hosted|remote) ((?:[\w-]+ ){0,2}?(?:api|service|server|provider|gateway|processor|system|platform|smtp|relay|bureau|vendor|oracle))\b"
)
_VENDORS = words(
    "stripe",
    "paypal",
    "twilio",
    "sendgrid",
    "mailgun",
    "adyen",
    "auth0",
    "okta",
    "sentry",
    "datadog",
    "openai",
    "github",
    "slack",
    "algolia",
    "mailchimp",
    "braintree",
    "klarna",
    "smtp relay",
    "smtp server",
    "ldap",
)
_CALLS = Phrase(r"\b(?:through|via|by|to|with|from|using|at|calls?|uses?|over|on)(?: (?:the|an?|our))? \Z")


def read(sentence: Sentence) -> Readings:
    """What *sentence* demands of networks and secrets."""
    yield from _ports(sentence)
    egress = tuple(_egress(sentence))
    yield from egress
    yield from _transport(sentence)
    yield from _private(sentence)
    yield from _origins(sentence)
    yield from _secrets(sentence)
    if not egress:
        yield from _externals(sentence)


def _ports(sentence: Sentence) -> Readings:
    match = sentence.says(_PORT)
    if match and sentence.mentions(_LISTENS) and not sentence.mentions(_NOT_PORT) and sentence.of_system:
        number = int(next(filter(None, match.groups())))
        if 0 < number < 65536 and (
            sentence.subject.noun != "port" or sentence.subject.of or sentence.text.startswith("the ")
        ):
            yield sentence.reading(Port(number), match)


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
            r"\b(?:no|without|not use|does not need|terminated (?:elsewhere|in front|by the (?:load )?balancer)) (?:tls|ssl|https)\b|\btls is (?:terminated|off)\b"
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
            rf"\b(?:tls|ssl) ?v?{re.escape(number)}(?: and (?:older|below|lower|1\.\d))?[^.]*\b(?:is|are) (?:disabled|refused|rejected|forbidden|off|not (?:accepted|allowed|supported))\b|\bno tls 1\.[01]\b"
        ).search(sentence.text)
    ):
        number = {"1.0": "1.1", "1.1": "1.2", "1.2": "1.3"}.get(number)
    yield sentence.reading(
        Transport(number, redirect is not None, hsts is not None), *filter(None, (match, version, redirect))
    )


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
            r"\bretr(?:y|ies)|\btime ?out|\bif the (?:network|internet)|\bwhen (?:the )?(?:network|internet|offline)|\bonly via tls|\bconnections? (?:are|is) accepted|\bexternal calls? (?:is|are) retried"
        )
    ):
        return
    allow: tuple[str, ...] = ()
    if excepted := _EXCEPT.search(sentence.text):
        allow = _allowed(next(filter(None, excepted.groups())))
    elif match[0].startswith(("only", "solely", "exclusively")) and not sentence.mentions(
        Phrase(r"\boutbound|\boutgoing|\begress|\binternet|\bconnect|\bcontact|\btalks")
    ):
        return
    elif match[0].startswith(("only", "solely", "exclusively", "the only")) and not allow:
        return
    yield sentence.reading(Egress(allow), *filter(None, (match, excepted)))


def _allowed(text: str) -> tuple[str, ...]:
    """The names in an enumeration: «Stripe and api.example.com»."""
    text = re.split(r"\b(?:when|if|while|because|on port|over|via|at|during|for|is|are|may|can|with)\b", text)[0]
    parts = re.split(r",\s*(?:and |or )?| and | or ", text.strip(" ,."))
    skipped = {"the", "a", "an", "its", "our", "to"}
    names = (" ".join(word for word in part.split() if word not in skipped) for part in parts)
    return tuple(
        dict.fromkeys(re.sub(r"^https?://|[/.]+$| (?:api|on port \d+|over https)$", "", name) for name in names if name)
    )


def _origins(sentence: Sentence) -> Readings:
    match = sentence.mentions(_CORS)
    if not match or not (
        sentence.mentions(
            Phrase(
                r"\b(?:cors|cross[- ]origin|browsers?|may call|allow\w*|only|accept\w*|permitted|call|access|same[- ]origin)\b"
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
            r"\b(?:no|never|not)\b[^.]{0,30}\b(?:cross[- ]origin|other origins?|foreign origins?|cors)\b|\b(?:cors is (?:off|disabled)|cross[- ]origin requests? (?:is|are) (?:rejected|refused|denied|blocked|forbidden|not allowed)|same[- ]origin only|only the same origin)\b"
        )
    )
    anyone = sentence.mentions(Phrase(r"\b(?:any|all|every) origins?\b"))
    if found or none or anyone:
        yield sentence.reading(Origins(found or (("*",) if anyone and not none else ())), match)


def _secrets(sentence: Sentence) -> Readings:
    if sentence.mentions(_KEEPING) or not sentence.mentions(_WANTED):
        return
    noun = sentence.subject.noun
    if not (sentence.of_system or noun in _OURS):
        return
    for name, phrase in _SECRETS:
        match = sentence.mentions(phrase)
        if match is None:
            continue
        given = _given(sentence)
        plain = name == "secrets" or noun == "user"
        if plain and given is None:
            return
        yield sentence.reading(Secret(_own_name(match[0], name), given), match)
        return


def _own_name(found: str, name: str) -> str:
    """A key's own name where the sentence has one: «the Stripe API key» is ``stripe-api-key``."""
    telling = re.sub(r"[\s_]+", "-", found.strip())
    if (
        name == "api-key"
        and telling.count("-") == 2
        and telling.split("-")[0]
        not in (
            "the",
            "a",
            "an",
            "valid",
            "correct",
            "its",
            "our",
            "no",
            "each",
            "every",
            "any",
            "own",
            "with",
            "by",
            "without",
            "of",
            "an",
        )
    ):
        return telling.removesuffix("s")
    return name


def _given(sentence: Sentence) -> Literal["file", "env"] | None:
    for phrase, how in _GIVEN:
        if sentence.says(phrase):
            return how
    return None


def _externals(sentence: Sentence) -> Readings:
    if sentence.tool and not sentence.of_system:
        return
    match = sentence.says(_EXTERNAL)
    if match:
        yield sentence.reading(External(_external_name(match[1] + match[2])), match)
        return
    vendor = sentence.says(_VENDORS)
    if (
        vendor
        and _CALLS.search(sentence.text[: vendor.start()])
        and sentence.mentions(
            Phrase(
                r"\b(?:sent|processed|charged|made|goes?|handled|delivered|calls?|collected|uses?|through|via|authenticate[sd]?|authenticated|looked up|reported|paid|verified|log(?:ged)? in|sign(?:ed)? in)\b"
            )
        )
    ):
        yield sentence.reading(External(_external_name(vendor[0])), vendor)


def _external_name(text: str) -> str:
    kept = [
        word
        for word in re.findall(r"[a-z0-9]+", text)
        if word
        not in ("the", "an", "a", "external", "third", "party", "service", "server", "api", "system", "our", "provider")
    ]
    return "-".join(kept) or "-".join(re.findall(r"[a-z0-9]+", text))
