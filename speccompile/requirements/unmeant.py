"""Sentences that demand nothing although they speak of what a deployment has: wishes, plans, what is not wanted, what was."""

from __future__ import annotations

from speccompile.regex import regex
from speccompile.requirements.sentence import Sentence

# «It would be nice if», «at some point», «in a later phase», «we are thinking about».
_WISHED = regex(
    r"\b(?:would|might) be (?:nice|good|great|cool|helpful|desirable|lovely|useful)\b|\bnice to have\b|\b(?:at some (?:point|stage)|some day|someday"
    r"|one day|sooner or later)\b|\bin (?:the (?:long|medium) (?:run|term)|the (?:distant )?future|a (?:later|future|next) (?:phase|release|version"
    r"|step|sprint))\b"
    r"|\b(?:are|is|was|were) (?:thinking (?:about|of)|considering|discussing|evaluating|debating|toying with)\b|\b(?:we|they) (?:hope|dream|plan"
    r"|intend) (?:that|to|of)\b"
    r"|\b(?:perhaps|maybe)\b|\bon (?:the|our) (?:roadmap|wish ?list|backlog)\b|\b(?:is|are) (?:only )?(?:planned|foreseen|envisaged|scheduled) for (?:a |the )?"
    r"(?:later|next|future|q[1-4]|phase|version|release|20\d\d)\b|\bnext (?:year|quarter)\b|\b(?:is|are) welcome\b|\bnobody is working on\b"
)
# «Is out of scope», «is no requirement», «need not», «does not matter».
_UNWANTED = regex(
    r"\bit is (?:not |un)(?:necessary|required|needed|important|essential) that\b|"
    r"\bout of scope\b|\b(?:not|never) (?:be )?(?:in|within|part of) (?:the )?scope\b|\b(?:is|are) (?:not|no|by no means|neither) (?:an? |any "
    r"|part of the |a hard )?"
    r"(?:requirements?|priorit(?:y|ies)|goals?|concerns?|objectives?|must)\b|\bnon-(?:goals?|requirements?)\b|\bno (?:requirement|need|obligation"
    r"|plans?) (?:exists? )?(?:for|to|of|as to|is)\b"
    r"|\b(?:does|do) not (?:matter|care)\b|\bnobody (?:requires|demands|asks for|needs|wants)\b|\b(?:is|are|remains?) (?:purely "
    r"|entirely )?optional\b"
    r"|\bno longer (?:required|demanded|a requirement)\b|\b(?:was|were|has been|have been) (?:dropped|removed|struck"
    r"|deleted) from (?:the )?(?:requirements?|scope|spec\w*)\b"
)
# «In the predecessor system», «last year», «used to».
# «A used server offered in the shop».
_ON_SALE = regex(
    r"\A(?:an?|the|each|every) [\w -]{0,40}\b(?:(?:offered|displayed|exhibited|listed|sold|rented out)"
    r" (?:in|at|by) (?:the|an?|our) (?:shop|store|catalogue|catalog|auction|window|museum|gallery|market\w*|exhibition)|on sale|for sale|on display)\b"
)
# «The help page explains what TLS is».
_TOLD = regex(r"\b(?:explains?|describes?|illustrates?|teach(?:es)?) (?:what|how|why|when|that|to)\b")
_PAST = regex(
    r"\A(?:before|prior to|until) the (?:reform|merger|relaunch|rewrite|renovation)\b|"
    r"\A(?:the|our|its) (?:previous|former|earlier|old) (?:version|release|generation) (?:\w+ed|had|was|ran|took|kept|held|lost)\b|"
    r"\bin the (?:nine|eigh|seven|six|fif)t(?:ie|ee)[a-z]*s\b|\bonce (?:dreamt|dreamed|thought|had|planned|promised|considered|wanted|believed)\b|"
    r"\A(?:the|our|its) (?:previous|former|earlier|old) (?:version|release|generation) of (?:the|our|this) [\w-]+ (?!(?:is|are|must|keeps|stays|may"
    r"|can|has)\b)|"
    r"\b(?:system|service|server|application|cluster|pipeline|platform) (?:that|which) (?:was|has been) (?:replaced|retired|decommissioned|shut down"
    r"|switched off)\b|"
    r"\A(?:in|on|with|under) (?:the|our) (?:legacy|old|former|previous|predecessor|(?:first|earlier|original) version,?) |"
    r"\b(?:the|our|its) (?:predecessor|previous system|former system|old (?:system|platform|server|service|application|monolith|version))\b(?! (?:is"
    r"|are|must|may) )"
    r"|\b(?:used to|formerly|in the past|back then|historically|until (?:last|recently|20\d\d))\b"
    r"|\b(?:last|previous|past) (?:year|quarter|month|week|night|spring|summer|autumn|fall|winter|christmas|incident|outage|audit|time)(?:'s)?\b(?! of data)"
    r"|\b(?:in|since|during|back in) (?:19|20)\d\d\b"
)
_PAST_TENSE = regex(
    r"\A(?:(?!\b(?:that|which|who|whose|whom|if|when|whenever|once|after|as|while|what|where|until|unless|before|it)\b)[^,;:])*?\b(?:was|were|had|took)\b"
)
_WAS = frozenset("was were had took".split())
_PRESENT = regex(
    r"\b(?:is|are|must|shall|should|will|may|can|cannot|has|have|does|do|needs?|gets?|keeps?|runs?|stays?|remains?|never|always)\b"
)


# «Metrics are not required». Of some kinds that is the demand itself: «root rights are not required».
_NOT_REQUIRED = regex(
    r"\b(?:is|are) (?:not|nowhere) (?:really |strictly |currently |yet )?"
    r"(?:required|needed|necessary|wanted|demanded|asked for|called for|requested|foreseen|planned)\b"
    r"|\A[^,;]{0,40}\bneed not be (?:offered|supported|provided|implemented|used|present|available|encrypted|kept|stored|limited|met|served)\b"
)
WITHOUT = frozenset("unprivileged readonly egress private retries exclusive overlap port".split())
"""Kinds that demand that something is not."""


def is_not_required(sentence: Sentence) -> bool:
    """Whether *sentence* says of what it names that nobody needs it."""
    return sentence.mentions(_NOT_REQUIRED) is not None


def is_unmeant(sentence: Sentence) -> bool:
    """Whether *sentence* tells of what somebody wishes or plans, of what nobody wants, or of what has been."""
    if any(map(sentence.mentions, (_WISHED, _UNWANTED, _ON_SALE, _TOLD, _PAST))):
        return True
    if _WAS.isdisjoint(sentence.words) or sentence.mentions(_PRESENT):
        return False
    return sentence.mentions(_PAST_TENSE) is not None
