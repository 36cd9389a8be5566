"""What the system may connect to outside."""

from __future__ import annotations

from speccompile.regex import regex
from speccompile.requirements.kinds import Egress
from speccompile.requirements.readers.networks import PRIVATE
from speccompile.requirements.sentence import Readings, Sentence, cues

CUES = cues(
    "phone home call network networks internet outbound outgoing egress offline air-gapped airgapped connection connections connect connects",
    "contacts contact talks talk calls reach outside external host hosts destination destinations",
)

_NO_EGRESS = regex(
    r"\bthe only hosts? (?:that )?(?:the |our |this )?[\w-]+ (?:may|can|must|is allowed to|needs to)? ?(?:open|opens|make"
    r"|makes) (?:\w+ )?connections? to (?:is|are)\b|"
    r"\b(?:contacts?|calls?|reach(?:es)?) no (?:other )?(?:host|server|system|address)s? (?:on|in) the (?:public )?(?:internet|outside|network)|"
    r"\bopens? no (?:\w+ )?connections? to (?:the )?(?:outside|internet|outer world|network)|"
    r"\bconnections? to (?:any|every|all) (?:other )?(?:host|address|system|server|destination)s? (?:other than|except|but|besides) [a-z0-9][\w.* -]*[^.]*"
    r"\b(?:blocked|refused|dropped|rejected|denied|prevented|fails?)\b|"
    r"\bthe only hosts? (?:that (?:is|are) )?(?:contacted|called|reached|used|allowed) (?:is|are)\b|"
    r"\b(?:connects?|calls?|talks?|speaks?|go(?:es)?|leaves?)(?: only)?(?: to| with| for) [a-z0-9.-]+(?:(?:, | and )(?!to\b)[a-z0-9.-]+)* and (?:to "
    r"|with )?(?:nobody"
    r"|nothing|no ?one|no other)\b|"
    r"\b(?:outbound|outgoing|egress)(?: traffic| connections)?: ?(?:only )?[a-z0-9.-]+\.[a-z]{2,}|\b(?:outbound|outgoing|egress): ?(?:none|nothing|no)\b|"
    r"\bthe only (?:outside |external )?(?:hosts?|systems?|addresses|address|services?|destinations?"
    r"|endpoints?)(?: on the (?:internet|network)| outside)? (?:that )?(?:\w+ ){0,4}(?:contact|call|reach|connect to|talk to)s? (?:is|are)\b|"
    r"\b(?:connects?|calls?|talks?|sends?|open connections) (?:only|solely|exclusively) (?:to|with) (?=[a-z*])|"
    r"\b(?:connects?|calls?|talks?|speaks?|sends?)(?: to"
    r"| with)? (?=[a-z0-9.-]+\.[a-z]{2,}\b[^.]{0,4}(?:[^,;]{0,80})and (?:to )?(?:nobody|nothing|no ?one) (?:else|outside))|"
    r"\b(?:outbound|outgoing|egress)(?: \w+){0,3} to (?=[a-z0-9.-]+\.[a-z]{2,}(?:(?:,|,? and) [a-z0-9.-]+\.[a-z]{2,})* (?:alone|only)\b)|"
    r"\b(?:nothing|no(?: other)? (?:host|service|system|address))(?: else)?(?: that is)? (?:outside|external)[^.,]{0,20} (?:called|reached|contacted)\b|"
    r"\bunable to (?:call|reach|connect|contact|talk|get)(?: \w+){0,3} (?:network|internet|outside|host)\b|"
    r"\bno (?:[\w-]+ )?(?:\w+ of (?:the |this |our )?[\w-]+|part|step|component|code|process|container|service|job|run|thing|worker|instance)"
    r" (?:may|can|must|is allowed to|ever)? ?(?:contacts?|calls?|connects? to|reach(?:es)?|talks? to) (?:a|any|an)?"
    r" ?(?:host|server|address|system|site|destination|service)s? (?:other than|except|but|besides|apart from)\b|"
    r"\b(?:calls?|contacts?|reaches|connects? to|talks? to) (?:nobody|no ?one|nothing)(?: else)? (?:on|in|outside|over)\b|"
    r"\b(?:calls?|contacts?|reaches|connects? to|talks? to) no (?:other )?(?:host|server|system|address)s?(?: other than| except| but| besides)\b|"
    r"\bconnects? to no (?:other )?(?:host|server|system|address)s?\b|"
    r"\bno way (?:out )?(?:in)?to the (?:internet|outside)\b|"
    r"\b(?:no|without|not have|never has|has no|have no|lacks|without any)(?: \w+)? ?(?:internet|outbound|outgoing"
    r"|egress|network|external network|external)(?: \w+)? ?(?:access|connections?|connectivity|traffic|calls?"
    r"|requests?|network)?\b"
    r"|\b(?:never|not|cannot|nothing|doesn't|can't|must not|may not)(?: \w+){0,3}? (?:connects?|calls?|talks?"
    r"|reach(?:es)?|open|opens|access(?:es)?|contacts?|phones?|sends?|makes?|initiates?|uses?|needs?|requires?)(?: \w+){0,4}? (?:internet"
    r"|outside(?: world)?|outbound|outgoing|external|home|network|to the outside)\b"
    r"|\b(?:no|not have|without)(?: \w+)? (?:access|route|way|path|line) (?:out )?(?:to|into|onto) (?:the )?(?:public |open )?(?:internet|outside|network)\b"
    r"|\b(?:to|with) nothing (?:but|except|other than)\b|\b(?:offline|air[- ]?gapped)\b(?! mode)|\b(?:outbound"
    r"|outgoing|egress)(?: \w+){0,6} (?:is|are) (?:blocked"
    r"|forbidden|denied|disabled|not allowed|refused|prohibited)\b"
    r"|\b(?:only|solely|exclusively)(?: \w+){0,2} (?:connects?|calls?|talks?|reach(?:es)?|contacts?|makes?|open"
    r"|allowed|permitted)(?: \w+){0,4}? (?:to|with)? ?(?=[a-z*])|\b(?:outbound|outgoing"
    r"|egress)(?: \w+){0,9} (?:only|limited|restricted|allowed|permitted)\b|\b(?:only|the only) (?:outbound"
    r"|outgoing|external)\b|\bworks? (?:fully )?without (?:an? )?(?:internet|network)(?: connection| access)?\b"
)
_EXCEPT = regex(
    r"\bconnections? to (?:is|are):? (?:the )?([a-z0-9*][\w.*:/ ,-]*)|"
    r"\bthe only hosts? (?:that (?:is|are) )?(?:contacted|called|reached|used|allowed) (?:is|are) (?:the )?([a-z0-9*][\w.*:/ ,-]*)|"
    r"\b(?:connects?|calls?|talks?|speaks?|go(?:es)?|leaves?)(?: only)?(?: to| with| for) ([a-z0-9.-]+(?:(?:, "
    r"| and )(?!to\b)[a-z0-9.-]+)*) and (?:to |with )?(?:nobody"
    r"|nothing|no ?one|no other)\b|"
    r"\b([a-z0-9*][\w.*-]*(?: and [\w.*-]+)*) (?:being|is|are) the only exceptions?\b|\bthe only exceptions? (?:being|is"
    r"|are):? (?:the )?([a-z0-9*][\w.*:/ ,-]*)|"
    r"\A(?:save for (?:calls|connections|requests|traffic) to|with the exception of|except(?: for)?|apart from|other than|besides"
    r"|aside from) (?:(?:the |our )?(?:[a-z-]+ ){1,4}(?:at"
    r"|under) )?(?:the )?([a-z0-9*][\w.*:/ -]*?(?:, [\w.*:/ -]+)*?)(?:,? (?:it|no|nothing)\b|, (?:the|our|this)\b"
    r"| (?:the|our|this) (?:[\w-]+ )?(?:service|server|system|process|job|pipeline|container|api|app|application|program|worker)\b)|"
    r"\b(?:outbound|outgoing|egress)(?: traffic| connections)?: ?(?:only )?([a-z0-9.-]+\.[a-z]{2,}(?:(?:,| and|, and) [a-z0-9.-]+\.[a-z]{2,})*)|"
    r"\bto ([a-z0-9.-]+\.[a-z]{2,}(?:(?:,|,? and) [a-z0-9.-]+\.[a-z]{2,})*)(?= (?:alone|only)\b)|"
    r"\b(?:connects?|calls?|talks?|speaks?|sends?)(?: to| with)? ([a-z0-9.-]+\.[a-z]{2,})(?= and (?:to )?(?:nobody|nothing|no ?one))|"
    r"\bthe only (?:outside |external )?(?:hosts?|systems?|addresses|address|services?|destinations?"
    r"|endpoints?)(?: on the (?:internet|network)| outside)? (?:that )?(?:\w+ ){0,4}(?:contact|call|reach|connect to|talk to)s? (?:is"
    r"|are) (?:the )?([a-z0-9*][\w.*:/ ,-]*)|"
    r"\bwith the (?:sole |single |only )?exceptions? of (?:the )?([a-z0-9*][\w.*:/ ,-]*)|"
    r"\b(?:except|but|other than|apart from|besides|save)(?: (?:for|to|with|those to|the|connections to|calls to"
    r"|requests to))* ([a-z0-9*][\w.*:/ ,-]*)|\b(?:only|limited|restricted|allowed"
    r"|permitted)(?: \w+){0,4}? to (?!(?:open|make|connect|call|talk|reach|contact|access|send|use|establish|have)\b)(?:the )?([a-z0-9*][\w.*:/ ,-]*)"
    r"|\b(?:connects?|calls?|talks?|sends?) (?:only|solely|exclusively) (?:to|with) (?:the )?([a-z0-9*][\w.*:/ ,-]*)"
    r"|\bonly(?: \w+){0,2} (?:connects?|calls?|talks?"
    r"|reaches|contacts)(?: to| with)? (?:the )?([a-z0-9*][\w.*:/ ,-]*)"
)
_OUTWARD = regex(
    r"\b(?:outbound|outgoing|egress|internet|outside|external|offline|air[- ]?gapped|network|phones? home"
    r"|connections?|connects?|contacts?|talks?|calls?)\b"
)
_OTHERWISE = regex(
    r"\begress (?:from|of) (?:the|an?|our) (?!(?:[\w-]+ )?(?:service|server|system|container|pod|cluster|network|application|app|process|job|pipeline"
    r"|api|namespace)s?\b)|"
    r"\boffline (?:every|each|on|from|between|during|at|for|while|when|since|until|daily|nightly)\b|\bretr(?:y|ies)|\btime ?out|\bif the (?:network"
    r"|internet)|\bwhen (?:the )?(?:network|internet"
    r"|offline)|\bonly via tls|\bconnections? (?:are|is) accepted|\bexternal calls? (?:is|are) retried"
)
_ELSE = regex(r"\b(?:nothing|nobody|no ?one|nowhere) else\b")
_HOSTS = regex(r"(?<![\w/@.-])(?:\*\.)?(?:[a-z0-9-]+\.)+[a-z]{2,}\b")
_NOT_CONNECTING = frozenset("browser page client user data log request response".split())
_ONLY = ("only", "solely", "exclusively")
_ENDS = regex(
    r"\b(?:when|if|while|because|on port|over|via|at|during|for|is|are|may|can|with|only|outbound|outgoing|egress"
    r"|connections?|traffic|access|no|all|every|(?:the|this|our) (?:service|system|server|api|app|application|program))\b"
)
_AND = regex(r",\s*(?:and |or )?| and | or ")
_AROUND = regex(r"^https?://|[/.]+$| (?:api|on port \d+|over https)$")
_SKIPPED = frozenset(
    "nobody nothing none outside world internet network anything anywhere those calls connections requests nowhere else the a an its our to host "
    "hosts address addresses "
    "in towards".split()
)


def read(sentence: Sentence) -> Readings:
    """What *sentence* lets the system connect to."""
    match = sentence.mentions(_NO_EGRESS)
    if (
        not match
        or not (
            sentence.of_system
            or match[0].startswith(("the only host", "the only outside host", "the only external host"))
        )
        or sentence.subject.noun in _NOT_CONNECTING
        or not sentence.mentions(_OUTWARD)
    ):
        return
    if sentence.mentions(PRIVATE) or sentence.mentions(_OTHERWISE):
        return
    excepted = _EXCEPT.search(sentence.text)
    allow = _names(next(filter(None, excepted.groups()))) if excepted else ()
    if not allow and (match[0].startswith((*_ONLY, "the only")) or sentence.mentions(_ELSE)):
        allow = tuple(dict.fromkeys(_HOSTS.findall(sentence.text)))
        if not allow:
            return
    yield sentence.reading(Egress(allow), match, excepted)


def _names(text: str) -> tuple[str, ...]:
    """The names in an enumeration: «Stripe and api.example.com»."""
    parts = _AND.split(_ENDS.split(text)[0].strip(" ,."))
    hosts = (_HOSTS.search(part) for part in parts)
    names = (
        host[0] if host else " ".join(word for word in part.split() if word not in _SKIPPED)
        for part, host in zip(parts, hosts, strict=True)
    )
    return tuple(dict.fromkeys(_AROUND.sub("", name) for name in names if name))
