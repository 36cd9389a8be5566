"""What stands before the main clause of a sentence: conditions, times, stories, and who ensures what."""

from __future__ import annotations

from speccompile.regex import regex

# A clause before the subject: «On SIGTERM, …», «After a crash the service …», «When it stops, …».
_LEADING = regex(
    r"\A(?:apart from|except(?: for)?|other than|besides|aside from)\b[^,]{1,80}? (?=(?:the|this|our) (?:service|server|system|api|app|application"
    r"|backend|program"
    r"|container|process|worker|job|pipeline)\b)"
    r"|\A(?:if|when|whenever|once|while|after|before|as soon as|should)\b[^,]{1,80}? (?=it (?:is|must|will|shall|has|gets?|may|comes?|restarts?)\b|we [a-z]"
    r"|(?:the|this|our) (?:server|service|api|application|app|system|process|gateway|proxy|container|worker|job|pipeline|request|call|connection"
    r"|upload|response) (?:is|are|gets?|must|will|answers?|returns?|[a-z]+s)\b)"
    r"|\A(?:however|no matter how|regardless of|irrespective of|whatever)\b[^,]{1,60}, "
    r"|\Aunder (?:heavy |high |normal |full )?load,? (?=(?:the|it|this|our|we)\b)"
    r"|\A(?:all told|in total|in general|overall|altogether|all in all|taken together|by default|under no circumstances|at no time|at no point"
    r"|in no case|as a rule),? "
    r"|\A(?:on|upon|after|before|during|when|whenever|if|while|once|under|in case of|in|at|with|within|as soon as|as long as|so long as|should"
    r"|until|unless|because|since|where|wherever|although|even if|even when|given|by|per|except(?: for)?|apart from|other than|depending on"
    r"|for)\b(?:[^,]{0,80}?,|"
    r"(?: (?:sigterm|sigint|shutdown|startup|start|exit|stop|failure|crash|deployment|restart|interruption|demand|termination)\s+)"
    r"| (?:(?:an?|the|1) )?[\w/.-]+(?: of (?:the |an? )?[\w-]+)? (?=(?:the|an?|it|its|all|each|every|our|this|no|any|nothing|everything|only|running"
    r"|in-flight|active) ))"
    r"|\A(?:hourly|daily|nightly|weekly|monthly) (?=(?:import|export|sync|run|job|load|refresh|rebuild|crawl|backup|aggregation)\b)"
    r"|\A(?:shutting down|stopping|starting up|deploying),? (?=(?:we|it|the) )"
    r"|\Aat (?:any|all) times?,? "
    r"|\Aon the \d{1,2}(?:st|nd|rd|th)?(?: and (?:on )?(?:the )?\d{1,2}(?:st|nd|rd|th)?)*(?: day)?(?: of (?:each|every|the|a) (?:1 )?month)?,? "
    r"|\A(?:(?:every|each|once an?|once per) (?:\d+ )?(?:seconds?|minutes?|hours?|days?|weeks?|months?|night"
    r"|morning|evening|weekday|\w+day)(?: (?:at|on) [\w:]+(?: ?[ap]\.?m\b\.?)?)*|daily|nightly|hourly|weekly|monthly|\d+ times (?:an?|per|each|every"
    r"|1) ?\w*),? "
    r"(?=the |a |an |it |its |all |each |every |our |this |new )"
)
# «When a tour is full, it is closed»: what «it» is stands in the clause before.
OF_WHAT = regex(
    r"\A(?:if|when|whenever|once|while|as soon as|as long as|so long as|should) (?=(?:the|an?|any|each|every|this|our|yesterday's|today's) )"
)
# «Ensure that requests …», «The system guarantees that a claim …»: what is ensured is what the sentence is about.
_ENSURED = regex(
    r"\Athe (?:contractor|supplier|vendor|bidder|tenderer|provider) (?:shall|must|will) (?=(?:back up|keep|retain|encrypt|limit|restrict|deploy|provide)\b)|"
    r"\A(?:(?:it|the \w+|our \w+|we|this \w+) )?(?:(?:must|shall|should|will|has to|have to|needs? to|is to) )?(?:be )?"
    r"(?:(?:ensures?|ensured|guarantees?|guaranteed|makes? sure)(?: that)?|(?:required?|requires?|specif(?:y|ies)|states?|wants?|warrants?|expects?"
    r"|demands?|mandates?|confirms?|undertakes?|promises?|agrees?|stipulates?|prescribes?) that) "
    r"(?=(?:the|an?|all|any|each|every|no|at|only|requests?|it) )"
)
# «Limit uploads to 5 MB»: a command speaks of its object.
_COMMAND = regex(
    r"\A(?:please |always |never |do not |don't )?(?:limit|restrict|reject|refuse|throttle|abort|cancel|kill|terminate|close"
    r"|delete|purge|remove|retain|keep|encrypt|rotate|redirect|allow|accept|permit|deny|disconnect|give up on|cut off|back up|stop|set|configure"
    r"|mount|inject|hide|host|bring|take|push"
    r"|cap|drop|retry|restart|cache|answer|renew|give|grant|assign|allocate) "
    r"(?!(?:is|are|must|may|can|shall|should|of|for|to|on|has|have|was|will|files?|entries|hits?) )"
)
_THEN = regex(
    r"\A ?(?:then|there|that|also|additionally|moreover|furthermore),? (?!(?:is|are|must|may|shall|should|will|can)\b)"
)  # «When …, then …»
# «NFR-3: …», «We stay on the small VM, hence …», «So basically …».
_SPOKEN = regex(
    r"\A(?:(?:[a-z]{1,8}(?:-[a-z]{1,6})*[-. ]?\d{1,4}(?:\.\d+)*|runbook|policy|note|decision|requirement|rule|sla|slo): )?"
    r"(?:(?:[a-z-]+ ){1,3}(?:clause|requirement|rule|policy|constraint|condition)s?: (?=(?:the|our|all|an?|every|each|no)\b))?"
    r"(?:[^,.;]{1,80}, (?:hence|therefore|thus|so|which is why) (?=(?:the|an?|it|we|all|each|every|no) ))?"
    r"(?:(?:so|well|ok(?:ay)?|basically|please|kindly|note that|importantly|of course|as said|also|and),? )*(?=[a-z/\d])"
)
# «As a sales manager I want the report job to run on Mondays».
_STORY = regex(
    r"\Aas (?:an?|the) [^,]{1,40}?,? i (?:want|need|expect|would like|wish)(?: (?:a guarantee|assurance|to be sure|certainty))?(?: that"
    r"| to have)? (?=(?:the|an?|all|any|each|every|no|our|my|at|\d) ?)"
)
_BECAUSE = regex(
    r"(?<=[a-z0-9]),? (?:because|for the reason that|given that)\b|, (?:since|as) (?:the|it|we|they|our|otherwise)\b"
)
_REASON = regex(r",? so that\b")
_SKIPPED = 200  # characters before a subject


def main_clause(text: str) -> int:
    """The character of *text*, a sentence in normal form, at which its main clause begins."""
    begin = 0
    for opening in (_SPOKEN, _STORY, _LEADING, _THEN, _ENSURED, _LEADING, _THEN, _COMMAND):
        if skipped := opening.match(text[begin : begin + _SKIPPED]):
            begin += skipped.end()
            begin += text[begin : begin + 1] == " "
    return begin


def without_reason(text: str) -> str:
    """*text* without what a story gives as its reason: «As an analyst I want the job to run hourly so that the charts are never stale»."""
    reason = _REASON.search(text) if _STORY.match(text) else _BECAUSE.search(text)
    return text[: reason.start()] if reason else text
