"""Whether a sentence demands something of a part only: of other environments, of some callers, of some hours, of some requests.

No kind can say so. A bound that was read from such a sentence would hold for everybody, so it is withheld.
"""

from __future__ import annotations

from collections.abc import Iterable

from speccompile.regex import regex
from speccompile.requirements.reading import Reading
from speccompile.requirements.sentence import Sentence

_BOUNDS = frozenset(
    ("deadline", "rate", "body", "connections", "memory", "cpu", "retention", "logskept", "idle", "objective")
)
"""Kinds that bind all callers, at all hours."""
_COUNTS = frozenset(("replicas", "scale", "exclusive", "availability"))
_FOR_REQUESTS = frozenset(("deadline", "rate", "objective", "body"))

# «In staging», «the integration tests», «during a load test».
_ELSEWHERE = regex(
    r"\b(?:stub(?:s|bed)?|mock(?:s|ed)?)\b|\b(?:in|on|for|during|of) (?:(?:the|our|its) )?(?:staging|test|testing|tests|development|dev|ci|demo"
    r"|sandbox|qa|acceptance)"
    r"(?: (?:systems?|environments?|servers?|machines?|stage|mode|clusters?|setup))?\b(?! (?:files?|images?|data))"
    r"|\blocally\b|\bon (?:a |the )?(?:developer|laptop)s?\b"
    r"|\b(?:integration|unit|end-to-end|e2e|acceptance|smoke|regression|load|stress|performance)[- ]tests?\b|\bbenchmarks?\b"
    r"|\btest (?:fixtures?|data|suites?|cases?|doubles?|databases?|runs?)\b"
)
_TIER = r"free|trial|premium|paying|paid|gold|silver|bronze|platinum|enterprise|basic|pro|admin|guest|vip"
# «Trial accounts», «for tenants on the gold plan», «admins may».
_AUDIENCE = regex(
    rf"\b(?:{_TIER})(?:[- ]tier)? (?:users?|customers?|accounts?|tenants?|clients?|members?|subscribers?|plans?|tiers?)\b"
    r"|\b(?:for|of|from|by) (?:tenants|customers|partners|subscribers|members|admins?|administrators|mobile clients|guests)\b"
    r"|\A(?:admins?|administrators|guests|partners|mobile clients|editors|managers|moderators|staff)\b"
    r"|\b(?:after|once) (?:the )?(?:login|logging in|logged in|signing in)\b"
)
# «At night», «during the sale», «on weekdays between 8 and 18».
_HOURS = regex(
    r"\b(?:at night|by night|by day|outside (?:of )?(?:the )?(?:office|business|working|opening|peak) hours)\b"
    r"|\bduring (?:the |an? |any )?(?:nights?|days?|day ?time|sales?|(?:[a-z][\w-]* )?hours|black friday|weeks?|weekends?|holidays?|maintenance"
    r"|migrations?|campaigns?"
    r"|matches|events?)\b(?! of\b)"
    r"|\b(?:on|at) (?:weekdays|weekends?|working days|(?:mon|tues|wednes|thurs|fri|satur|sun)days)\b"
    r"|\bwhile (?:the )?(?:cache|redis|database|db|system|import|sale)\b|\bif (?:redis|the (?:cache|database|queue)) is\b"
    r"|\bbetween \d{1,2}(?::\d\d)? ?(?:[ap]m)? and \d{1,2}(?::\d\d)? ?(?:[ap]m|o'clock|utc)?\b(?= (?:three|two|at|only|\d|requests|the|no))"
)
# «Everybody else ten»: what is bound before is not all.
_OTHERS = regex(
    r"\b(?:everybody|everyone|everything|anyone|all|anything|anybody) else\b|\ball (?:the )?others?\b|\bthe others\b"
    r"|\b(?:others|the rest) (?:get|have|may|are|is|has|gets|only)\b"
)
# «Requests with more than 100 items», «requests that upload a file».
_SOME_REQUESTS = regex(
    r"\b(?:requests?|calls?|quer(?:y|ies)|searches|responses?) (?:with (?:more|over|fewer|less|at least)"
    r"|that (?:upload|contain|carry|return|include|change|write|create|modify|involve|come from|start)s?\b|which (?:upload|contain|carry)s?\b"
    r"|(?:containing|carrying|returning|involving|uploading)\b)"
)
_BY_METHOD = regex(
    r"\b(?:get|post|put|delete|patch|read|write|search|upload) requests\b[^.;]{0,80}(?:,| and| but| while|;)[^.;]{0,20} ?(?:get|post"
    r"|put|delete|patch|read|write|exports?|uploads?|searches|reports?)\b"
)
_SIZED = regex(
    r"\bfor (?:files?|uploads?|bodies|documents|images|requests|payloads) (?:of|under|over|up to|smaller|larger|bigger|below|above)\b"
)


def is_elsewhere(sentence: Sentence) -> bool:
    """Whether *sentence* speaks of another environment than the one that is deployed: a test, somebody's laptop."""
    return sentence.mentions(_ELSEWHERE) is not None


def whole(sentence: Sentence, found: Iterable[Reading]) -> tuple[Reading, ...]:
    """Those of *found*, read from *sentence*, that hold for all that they speak of."""
    found = tuple(found)
    if not found or is_elsewhere(sentence):
        return ()
    withheld: frozenset[str] = frozenset()
    if sentence.mentions(_AUDIENCE):
        withheld |= _BOUNDS
    if sentence.mentions(_HOURS):
        withheld |= _BOUNDS | _COUNTS
    if any(map(sentence.mentions, (_SOME_REQUESTS, _SIZED, _BY_METHOD))):
        withheld |= _FOR_REQUESTS
    kept = (one for one in found if one.kind not in withheld)
    if sentence.mentions(_OTHERS):
        kept = (one for one in kept if one.kind not in _BOUNDS or one.scope.path)
    return tuple(kept)
