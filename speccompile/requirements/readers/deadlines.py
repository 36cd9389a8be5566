"""How long requests take: deadlines, which the front door holds, and objectives, which are measured."""

from __future__ import annotations

from speccompile.regex import regex
from speccompile.requirements.kinds import Deadline, Objective
from speccompile.requirements.quantities import Duration, Share, percentile
from speccompile.requirements.readers.lifecycle import STOPS
from speccompile.requirements.readers.rates import counted
from speccompile.requirements.sentence import Readings, Sentence, cues
from speccompile.requirements.vocabulary import SYSTEM

CUES = cues(
    "/ request requests response responses call calls query queries http https api endpoint latency answer answers",
    "respond responds timeout timed get post put delete patch p50 p90 p95 p99 percentile median average mean page",
    "service server search timeouts answered reply replies",
)

_REQUEST = regex(
    r"\b(?:(?:http |api )?(?:requests?|calls?|responses?|quer(?:y|ies)|searches|lookups|endpoints?|latency|response times?)|api"
    r"|answers?|answered|pages?|responds?|repl(?:y|ies)|/[a-z])\b|(?<!\w)/[a-z]"
)
# Times that are not those of this system's requests.
_ELSEWHERE = regex(
    r"\b(?:sessions?|(?:reset |invite |magic |download )?links?|codes?|locks?|tokens?|friend|outgoing|outbound"
    r"|external|third.party|upstreams?|downstream|webhooks?|"
    r"carts?|offers?|passwords? reset|cach(?:e|ed|es)|caching|humans?|support|refunds?|deletion|erasure"
    r"|subject access|backups?|restores?|restarts?|restarted|drain\w*|sigterm|"
    r"shut\w*|when stopped|stopping|in[- ]flight|before (?:it )?(?:stops|exits)|folders?|databases?|idle|inactiv\w*"
    r"|websockets?|retr(?:y|ies|ied)|e-?mails?|crash\w*|deploy\w*|startup|boot\w*|inquir\w+|complaints?|tickets?"
    r"|keep-?alive|reset|logs?|expir\w+|valid|kept for|delet\w+|business|working days?)\b"
    r"|\b(?:calls?|requests?) (?:that |which )?(?:we|it|the \w+) (?:makes?|sends?|issues?)\b"
    r"|\b(?:calls?|requests?|connections?) to (?!(?:the |this |our |its |any |an? |each |every |all )?(?:[\w-]+ )?(?:api|service|server"
    r"|app|application|endpoints?|backend|system|/)\b|/)"
)
_SLOW = regex(
    r"\b(?:(?:gets?|receives?) (?:a|an|their|its) (?:response|answer|reply) (?:with)?in\b|(?:hard |upper )?limit is (?=\d)|(?:when|once"
    r"|after) \d[\w. ]{0,14} (?:has|have|is|are) (?:passed|elapsed|gone by|over)|(?:been )?hanging around for (?=\d)|(?:is"
    r"|are) allowed (?:up to |at most |no more than )?(?=\d)|(?:runs?|lasts?|takes?|go on|continue"
    r"|hangs?) for (?=\d)|(?:hard |upper )?(?:ceiling|cap|upper bound|limit) (?:for|of|on) (?=(?:server"
    r"|request|any|each|every|all|an?|our|the)\b)"
    r"|(?:is|are) given (?=\d)|(?:not|never)(?: been| yet| be)? (?:finished|answered|completed|complete|done|served|handled|sent|received|delivered"
    r"|returned|over) (?:after|within"
    r"|in|by)|(?:runs?|last"
    r"|take|go on|continue) (?:for )?(?:up to |as long as |at most )(?=\d)|(?:runs?|last|take) (?:for )?(?=\d[^.]{1,20}(?:not longer|no longer"
    r"|at most|at the most|and no more))|time[sd]? ?-?out"
    r"|timeouts?|timed out|(?:takes?|lasts?) (?=\d)|(?:gets?|have|has) (?:at most|up to"
    r"|no more than|only|no longer than)? ?(?=\d)|(?:takes?|needs?|requires?|waits?) (?:at most"
    r"|longer|more|less|no (?:more|longer)|up to|over"
    r"|under)|(?:take|last|run)(?:s|ning)? (?:for )?(?:longer|more) than|longer than|"
    r"(?:done|respond|answer|return|arrive|come back|load|repl(?:y|ie)|complete|finish|serve|handle|process|end|sent|be)(?:s|ed"
    r"|es|d)?\b(?: [\w.%/-]+){0,4}? (?:within|in (?:under|at most|less than|no more than)|in (?=\d)|"
    r"(?:no|not) later than|faster than|before|after)|(?:response|request|processing|answer|handling) (?:times?|durations?)|latency|slower than|exceed\w*"
    r"|(?:abort(?:ed|s)?|cancel(?:s|l?ed)?|cut(?:s)? off|given up|gives? up|killed|terminated|dropped|fails?) (?:[\w/]+ ){0,4}?after"
    r"|(?:cut off|aborted|stopped|killed|ended|capped) at (?=\d)|cuts? (?:[\w/]+ ){0,3}off after|give up on\b"
    r"|(?:running|open|pending|(?:still )?unanswered|unfinished|in progress|hanging) after|within|deadline|stays? (?:below|under)|last at most"
    r"|longest|limited to)\b"
)
_BOUNDED = regex(
    r"\brequests? (?:have|has|gets?|needs?|must have) (?:a |an upper )?(?:time ?outs?|deadlines?)\b|\brequest timeouts? (?:are|is) (?:enforced|set)\b"
)
_MOSTLY = regex(
    r"\b(?:on average|average|mean|typically|usually|normally|most (?:requests|responses|calls|of the time)"
    r"|under (?:normal )?load|target|objective|slo|aims?|goal|should usually)\b"
)
# What a sentence about the time of requests is about. A noun of a domain here would be one that is answered by people.
_ABOUT = frozenset(
    """
    request response call caller query api service server endpoint application app system backend latency time it percentile median
    page nobody we post get put delete patch timeout client handler lookup web average mean frontend checkout search worker
    """.split()
)
_METHODS = frozenset("get post put patch delete head request endpoint route".split())
_TIMES = frozenset(
    "response request answer processing handling average mean median maximum max server the service api".split()
)
# Whom or what the system answers, where that is no request: «the service answers a claim within 5 hours».
_OBJECT = regex(
    r"\b(?<!an )(?<!the )(?<!no )(?<!any )(?<!every )(?<!each )(?:respond|answer|repl(?:y|ie)|process|handle|complete|finish|serve|return)(?:s|es)? (?:to )?"
    r"(?!(?:within|in|after|before|no|not|at|under|faster|with)\b|\d)"
    r"(?!(?:(?:the|an?|all|any|every|each|its|such|their) )?(?:[\w-]+ )?(?:[\w-]+ )?"
    r"(?:requests?|quer(?:y|ies)|calls?|responses?|answers?|results?|pages?|get|post|put|delete|clients?|callers?|connections?)\b)[a-z]"
)
_TIME_TO = regex(
    r"\btime that (?:an?|any|each|every|1) (?:single )?(?:http |api )?(?:request|call) (?:may|can|is allowed to) take\b|"
    r"\btime (?:it takes )?(?:to|for) (?:answer|process|handle|serve|complete|answering|processing"
    r"|handling)(?:ing)? (?:a|an|any|each|every|the)? ?requests?\b"
)
_FOR_REQUESTS = regex(
    r"\b(?:ceiling|cap|upper bound|limit) (?:for|of|on) (?:(?:any|each|every|all|an?|our|the) )?(?:server-side |http |api )?(?:requests?|calls?|responses?)\b"
)
_RESPONSES = regex(
    r"\b(?:quer(?:y|ies)|requests?|calls?) (?:gets?|receives?|have|has|see|sees) (?:a|an|their|its) (?:response|answer|reply)\b"
)
_MEASURED_OVER = regex(
    r"\b(?:measured|averaged|calculated|computed|aggregated|evaluated|taken)(?: [a-z]+)? (?:over|across|within|per|for|in) (?:any |each )?\Z"
)
_LONGEST = 24 * 3600
_NEAR = 60  # characters before a time that say what it is


def read(sentence: Sentence) -> Readings:
    """The deadline or the objective that *sentence* sets for requests."""
    if sentence.pipeline or sentence.tool:
        return
    if not sentence.durations and (match := sentence.says(_BOUNDED)):
        yield sentence.reading(Deadline(None), match)
    time = _bounding(sentence)
    share = percentile(sentence.text) or next(iter(sentence.shares), None)
    if time is None or time.seconds > _LONGEST or not _is_about_requests(sentence, share):
        return
    if share or sentence.mentions(_MOSTLY):
        objective = Objective(share.percent if share else None, time.seconds)
        yield sentence.reading(objective, share, time, scope=sentence.of_path)
    else:
        yield sentence.reading(Deadline(time.seconds), time, scope=sentence.of_path)


def _is_about_requests(sentence: Sentence, share: Share | None) -> bool:
    """Whether *sentence* speaks of how long this system's requests take."""
    if (
        (sentence.traffic_of_domain and not (share and sentence.mentions(_RESPONSES)))
        or sentence.mentions(_ELSEWHERE)
        or sentence.mentions(STOPS)
        or counted(sentence.text)
    ):
        return False
    if not sentence.mentions(_SLOW) and not (share and percentile(sentence.text)):
        return False
    return _is_ours(sentence, share) and bool(sentence.mentions(_REQUEST) or percentile(sentence.text))


def _is_ours(sentence: Sentence, share: Share | None) -> bool:
    who = sentence.subject
    if sentence.paths and not sentence.mentions(_OBJECT):
        return True
    if share and (sentence.of_system or who.noun in _ABOUT or who.noun.startswith("p") or not who.noun):
        return True
    if sentence.mentions(_OBJECT):
        return False
    if sentence.mentions(_TIME_TO) or sentence.mentions(_FOR_REQUESTS):
        return True
    if who.noun in ("time", "duration"):
        return bool(set(who.before) & _TIMES) or who.of in ("request", "response")
    if who.noun in _METHODS or who.noun.startswith("/") or not who.noun:
        return sentence.of_system or bool(sentence.paths)
    return (who.noun in _ABOUT or who.noun in SYSTEM) and sentence.of_system


def _bounding(sentence: Sentence) -> Duration | None:
    """The duration that bounds from above; the only one where nothing says so. Over how long it is measured bounds nothing."""
    times = [
        time
        for time in sentence.durations
        if not _MEASURED_OVER.search(sentence.text[max(0, time.begin - _NEAR) : time.begin])
    ]
    if any(sentence.bound(time) == "least" for time in times):
        return None
    if len({time.seconds for time in times if sentence.bound(time) == "most"}) > 1 and not sentence.shares:
        return None  # each for a part of the requests, and which part no kind can say
    return next(iter(times), None)
