"""How many instances of the system stand there, and for how much of the time it answers."""

from __future__ import annotations

import re

from speccompile.regex import regex
from speccompile.requirements.kinds import Availability, Bound, Exclusive, Replicas, Scale
from speccompile.requirements.quantities import DAY, whole
from speccompile.requirements.reading import Reading, Scope
from speccompile.requirements.sentence import Readings, Sentence, cues
from speccompile.requirements.vocabulary import RUN, SYSTEM

CUES = cues(
    "process processes version dies side downtime outage outages down unavailable only instance instances replica replicas copy copies pod pods node container "
    "containers available availability uptime",
    "highly redundant redundancy scale scales scaled autoscale autoscales autoscaled autoscaling singleton worker workers",
    "second time server servers replicated concurrently simultaneously twice parallel once up more reachable online operational",
)

_KINDS = r"(?:running|live|leader|healthy|identical|parallel|active|concurrent|separate|redundant|server|service|worker|application|app|api|web)"
_INSTANCE = rf"(?:{_KINDS} )*(?:instances?|replicas?|copies|copy|pods?|containers?|servers|workers|nodes)\b"
_RANGE = regex(rf"\b(?:between |from )?(\d{{1,4}})\s*(?:and|to|-|up to)\s*(\d{{1,4}}) {_INSTANCE}")
_COUNT = regex(
    rf"(?<![\d.])(\d{{1,4}}) (?:or (?:more|fewer) )?(?:{_INSTANCE}|(?:[\w-]+ ){{0,2}}process(?:es)?\b(?= of (?:the|this|our) ))"
)
_SYSTEM = rf"(?:web ?site|job|pipeline|tier|layer|{'|'.join(sorted(SYSTEM))})"
_RUNNING = (
    r"(?: (?:must|may|can|should|shall|will|have to|has to|need to))?(?: (?:always|never|all))?(?: (?:be|are|is))?(?: (?:always|kept))? "
    r"(?:running|runs?|up|alive|active|live|deployed|started|ready|online|healthy|operated|provisioned|maintained)\b"
)
_NUMBER_OF = regex(
    r"\b(?:number of )?(?:(?:running|live) )?(?:instances|replicas|replica count)(?: of [\w ]{1,24}?)? (?:(?:never |must not |may not |does not "
    r"|shall not |cannot )?"
    r"(?:falls?|drops?|sinks?|goes|go) below|(?:never |must not |may not )?(?:exceeds?|rises? above)|is|=|must be|shall be"
    r"|should be)? ?(?:set to |at least |at most )?(\d{1,4})(?=[.,;]|\Z)"
    r"|\breplicated (\d{1,4}) times\b"
)
# What may follow a number of instances: of what they are, or that they run.
_OF_REST = regex(
    rf"\A(?: (?:of|for) (?:the |this |our |its |each |every )?(?:[\w-]+ )?{_SYSTEM}\b|{_RUNNING}| (?:serving|handling|taking|receiving) (?:traffic"
    rf"|requests)\b| in (?:production|prod|staging|each|every|all)\b| (?:share|consume|process|work|pull from|read from)\b"
    r"| (?:at all times|at any time|in parallel|behind|serve|serves|exist|exists|share|handle|simultaneously|concurrently|of it|are required"
    r"|or (?:more|fewer)(?=[.,;]|\Z)|per (?:service|region|zone)|(?:is|are) (?:never |not )?(?:un)?(?:acceptable|allowed|permitted|tolerated"
    r"|forbidden|enough))\b|[.,;]|\Z)"
)
# «Two copies of the API behind the load balancer»: of the system, whoever the subject is.
_PLAINLY_OURS = regex(
    rf"(?<![\d.])\d{{1,4}} (?:[\w-]+ ){{0,2}}?(?:instances?|replicas?|copies|copy|pods?|process(?:es)?|containers?|workers?)"
    rf"(?: (?:of|for) (?:the|this|our|its) (?:[\w-]+ ){{0,2}}?{_SYSTEM}\b| (?:serv(?:e|es|ing)|handling|taking|receiving) (?:traffic|requests)\b"
    rf"| behind (?:the|a) (?:load )?balancer\b)"
    r"|\b(?:runs?|running|deployed|operated|operates)(?: \w+)? (?:with|as|in|on) (?:at least |at most |exactly |a minimum of |a maximum of "
    r"|no fewer than |no more than )?"
    r"\d{1,4} (?:identical |parallel )?(?:instances|replicas|pods|copies)\b"
)
# Containers, servers and workers are things of many domains: they must run, or be the system's.
_OF_THINGS = regex(rf"\A(?: of (?:the |this |our |its )?(?:[\w-]+ )?{_SYSTEM}\b|{_RUNNING})")
_THINGS = regex(r"\b(?:process(?:es)?|copies|copy|containers?|servers|workers|nodes)\Z")
# «There are never 3 instances»: that many are not wanted, and nobody says how many are.
_NONE_OF = regex(r"\b(?:never|not|no)(?: (?:be|are|run|have|start|started|deploy|deployed|exactly))? \Z")
_NOT_COUNTED = regex(
    r"\b(?:kept in (?:the|a|each)|on the shel\w+|print run|editions?|volumes of|per (?:second|minute|hour|day|week|month|year)|loaded|shipped|shifts?"
    r"|on duty|sold|painting|statue)\b"
)
_ONE_ONLY = regex(
    rf"\b(?:only|exactly|at most|no more than|never more than|not more than|just|a single|precisely|ever be|only ever)(?: be)?(?: 1)? (?:single )?{_INSTANCE}"
    rf"|\b(?:concurrent|parallel|multiple|simultaneous|several) {_INSTANCE} (?:are|is) (?:forbidden|not allowed|prohibited|prevented|refused)\b"
    rf"|\bonly(?: ever)?(?: be)? 1 (?:[\w-]+ )?{_SYSTEM} (?:alive|running|active|up|at work|at a time|at once|in existence)\b"
    rf"|\bonly 1 (?:[\w-]+ )?{_SYSTEM} (?:at (?:a|any|1) (?:given )?time|at once|may run|can run|runs|is running|is active)\b"
    r"|\bsingle[- ]instance\b|\bsingleton\b"
    rf"|\b(?:2|multiple|several) {_INSTANCE}(?: of [\w ]{{1,30}}?)? (?:must |may |can |do |are |should |shall |will )?(?:never|not)\b"
    rf"|\b(?:second|another|other|further|additional) {_INSTANCE}(?: of [\w ]{{1,30}}?)? (?:must |may |can |is |are )?(?:never|not|cannot|refuses? to"
    rf"|refused|rejected|prevented|impossible)\b"
    rf"|\b(?:no 2|(?:never|not)(?: (?!fewer|less|under|below)\w+){{0,2}}? 2|no other|no second|never a second|not 2) {_INSTANCE}"
    rf"|\A(?:at no time|never|under no circumstances|at no point)\b(?:(?!fewer|less|under|below)[^.;]){{0,24}}\b(?:2|second|another) {_INSTANCE}"
    rf"|\b(?:at most|only|exactly|no more than|just) 1 node of (?:the|this|our) (?:[\w-]+ )?{_SYSTEM}\b"
    r"|\banother (?:1 |one )?(?:must|may|can|shall) not (?:be )?(?:start|run|exist|come up)(?:ed)?\b"
    r"|\b(?:may|must) not be (?:replicated|run twice|scaled)"
)
_NOT_TWICE = regex(
    r"\b(?:must not|may not|cannot|never|not)(?: be)? started (?:a second|another|1 more) time\b|"
    r"\bold (?:instance|process|version|copy|replica|pod|one|1)\b[^.]{0,40}\b(?:stopped|gone|down|shut down|ended|terminated|away) before (?:the "
    r"|an? )?(?:new|next)\b|"
    r"\b(?:old|previous|outgoing)\b[^.]{0,30}\b(?:new|next)\b[^.]{0,60}\b(?:never|not)\b[^.]{0,24}\b(?:side by side|at the same time|in parallel"
    r"|together|at once|simultaneously)\b|"
    r"\b(?:never|not|cannot)(?: be)? (?:run|runs|running|started|execute[sd]?|active)(?: \w+){0,2}? (?:twice|more than once|2 times|concurrently"
    r"|in parallel|simultaneously)\b"
)
_OF_DOMAIN = regex(
    rf"\A(?: of (?:(?:an?|the|each|every) )?(?!(?:an?|the|each|every) )(?!(?:[\w-]+ )?(?:{_SYSTEM}|export\w*|\w+er)\b)[a-z]+)"
)
# «If one instance dies, at least one other keeps serving»: there are two.
_ANOTHER_SERVES = regex(
    r"\b(?:if|when|should) (?:1|an?|any|a single) (?:instance|replica|pod|copy)\b[^,.]{0,40},? (?:at least )?(?:1 |an)other (?:1 |one |instance "
    r"|replica |pod )?"
    r"(?:keeps?|continues?|serves?|takes? over|remains?|stays?|is|must|goes on)\b"
)
# «Only one worker at a time may enter the tank».
_DOES_ELSE = regex(
    r" (?:may|can|must|is allowed to) (?!(?:not|ever|run|be|exist|start|process|write|hold|execute|serve|work|operate|access|own|act|import|export"
    r"|consume|handle|send|read)\b)"
)
_UPTIME = regex(r"\b(?:availab\w+|uptime|up|reachable|operational|online)\b")
_REQUESTS_ARE = regex(r"\brequests? (?:are|is)\b")
_IN_A_TIME = regex(
    r"\b(?:per|each|every|a|of the|of every|in any|over a|over any) (?:calendar )?(?:month|year|week|quarter|time|1 (?:month|year))\b"
    r"|\buptime (?:a |1 |per )?(?:calendar )?(?:month|year|week|quarter)\b"
)
_IS_UP = regex(
    r"\Athe [a-z-]+(?: [a-z-]+)? (?:is|must be|has to be|shall be) (?:up|reachable|available) (?:for )?(?:at least )?\d\d[\d.]* ?(?:%"
    r"|per ?cent) of the (?:time|month|year)\b"
)
_HIGH = regex(
    r"\b(?:highly available|high(?:ly)? availability|no single point of failure|without (?:any )?downtime|zero[- ]downtime"
    r"|(?:survives?|tolerates?) the (?:loss|failure) of (?:1|any|a|one) (?:instance|node|host|server|machine|replica|zone))\b"
)
_NINES = {"3 nines": 99.9, "4 nines": 99.99, "5 nines": 99.999, "2 nines": 99.0}
_NINE = regex(r"\b([2345]) nines\b")
_RELIABLE = regex(r"\bavailab|\buptime|\breliab")
_DOWN = regex(r"\b(?:downtimes?|outages?|(?:is|are|be) (?:down|unavailable|unreachable))\b")
_PERIOD = regex(r"\b(?:per|a|each|every|any|1|of the|in 1) (?:calendar )?(week|month|quarter|year)\b")
_PERIODS = {"week": 7 * DAY, "month": 30 * DAY, "quarter": 91 * DAY, "year": 365 * DAY}
_USUAL_UPTIME = 90  # per cent; less is no availability that anybody promises
_SCALES = regex(
    r"\bunder load,? (?:the )?number of (?:running )?(?:instances|replicas|pods|copies) (?:grows?|rises?|increases?|is raised)\b|"
    r"\b(?:auto-?\s?scal\w+|scal(?:es?|ed|ing) (?:out|up|in|down|horizontally|automatically|with|between|from|to"
    r"|itself)|scales? (?:\w+ )?(?:automatically|horizontally)|"
    r"(?:instances?|replicas?|copies|copy|pods?|workers?)(?: of (?:the|this) \w+)? (?:are|is|get|gets) (?:added|started|launched|spawned|removed)"
    r"|(?:instance|replica|pod|worker) (?:pool|count) (?:grows|shrinks|scales|follows)|adds? (?:instances|replicas"
    r"|pods|workers)|elastic(?:ally)?)\b"
    r"|\b(?:depending on|according to|based on) (?:the )?(?:cpu |current )?(?:load|demand|traffic)\b[^.]{0,40}\b(?:instances|replicas|pods)\b"
    r"|\b(?:instances|replicas|pods)\b[^.]{0,40}\b(?:depending on|according to|based on|grows?|shrinks?|adjusts?|adapts?|follows?|with|as)\b"
    r"[^.]{0,24}\b(?:load|demand|traffic|cpu usage|queue)\b"
)
_PROCESSORS = regex(r"\b(?:cpus?|processors?|processor time|utili[sz]ation)\b(?! of (?:the )?(?:memory|disk|queue))")
_ENDS = regex(
    r"\b(?:between|from) (\d{1,4})(?: [a-z]+)? (?:and|to|up to|to at most) (\d{1,4})\b|\bfloor of (\d{1,4}) and a ceiling of (\d{1,4})\b"
)
_MOST = regex(
    rf"\b(?:as many as|up to(?: a total of)?|at most|to a maximum of|to|no more than|a maximum of|beyond|above) (\d{{1,4}}) {_INSTANCE}"
)
# «The number of instances grows with the load, up to 8»: what is counted was said before.
_MOST_OF_THEM = regex(
    r"\b(?:instances?|replicas?|pods?|workers?|containers?|copies|copy)\b[^.]{0,110}?\b(?:up to(?: a total of)?|at most|to a maximum of|no more than"
    r"|a maximum of|but never"
    r" more than|never more than|not beyond) (\d{1,4})(?! ?(?:%|per|m?s\b|seconds?|minutes?|hours?))"
)
_LEAST = regex(
    rf"\b(?:(?:back )?down to|at least|a minimum of|never (?:less|fewer) than|below) (\d{{1,4}})(?: {_INSTANCE})?"
)
_NOT_SCALED = frozenset("image picture font user disk text drawing".split())
_COUNTED = regex(r"\b(?:instances?|replicas?|pods?|pool|count)\b")
_OURS = frozenset(("", "running", "node", "copy"))
_DIGITS = regex(r"\d+")


def read(sentence: Sentence) -> Readings:
    """What *sentence* demands of the number of instances, and of the time in which they answer."""
    if (scales := sentence.mentions(_SCALES)) and (sentence.of_system or _COUNTED.search(scales[0])):
        yield from _scale(sentence)
        return
    yield from _instances(sentence)
    yield from _available(sentence)


def _instances(sentence: Sentence) -> Readings:
    if not (_is_ours(sentence) or sentence.mentions(_PLAINLY_OURS)) or sentence.mentions(_NOT_COUNTED):
        return
    one = sentence.mentions(_ONE_ONLY) or (None if sentence.pipeline else sentence.mentions(_NOT_TWICE))
    rest = sentence.text[one.end() :] if one else ""
    if one and not (_OF_DOMAIN.match(rest) or _DOES_ELSE.match(rest)):
        run = sentence.pipeline and (sentence.subject.noun in RUN or sentence.subject.of in RUN)
        yield sentence.reading(Exclusive(), one, scope=Scope("run") if run else None)
    elif (pair := _RANGE.search(sentence.text)) and _is_of_instances(sentence.text, pair):
        yield sentence.reading(Replicas(int(pair[1]), int(pair[2])), pair)
    elif another := sentence.mentions(_ANOTHER_SERVES):
        yield sentence.reading(Replicas(2, None), another)
    elif total := _NUMBER_OF.search(sentence.text):
        yield from _counted(sentence, total)
    elif not pair and (count := _COUNT.search(sentence.text)) and _is_of_instances(sentence.text, count):
        yield from _counted(sentence, count)


def _is_of_instances(text: str, count: re.Match[str]) -> bool:
    if _NONE_OF.search(text[: count.start()]):
        return False
    rest = text[count.end() :]
    return bool((_OF_THINGS if _THINGS.search(count[0]) else _OF_REST).match(rest)) or not rest.strip(" .")


def _counted(sentence: Sentence, count: re.Match[str]) -> Readings:
    number = int(next(filter(None, count.groups())))
    behind = sentence.text[count.end() : count.end() + 9]
    bound: Bound | None = (
        "least"
        if "or more" in count[0] or behind.startswith(" or more")
        else "most"
        if "or fewer" in count[0]
        else None
    )
    bound = bound or sentence.bound(_DIGITS.search(sentence.text, count.start()) or count)
    if number == 1 and bound in ("most", "exactly"):
        yield sentence.reading(Exclusive(), count)
    elif number > 1 or bound == "least":
        least, most = None if bound == "most" else number, None if bound == "least" else number
        yield sentence.reading(Replicas(least, most), count)


def _is_ours(sentence: Sentence) -> bool:
    who = sentence.subject
    return (sentence.of_system and who.of not in ("database", "user")) or who.noun in _OURS


def _available(sentence: Sentence) -> Readings:
    if down := _downtime(sentence):
        yield down
    if down or not (sentence.of_system or sentence.mentions(_IS_UP)):
        return
    shares = [one for one in sentence.shares if one.percent >= _USUAL_UPTIME]
    if len({one.percent for one in shares}) > 1:
        return  # each for another part of the time
    share = next(iter(shares), None)
    rest = next((one for one in sentence.shares if one.percent <= 100 - _USUAL_UPTIME), None)
    if rest and not share and sentence.mentions(_DOWN) and sentence.bound(rest) != "least":
        yield sentence.reading(Availability(whole(100 - rest.percent)), rest)
        return
    if share and sentence.mentions(_UPTIME):
        if sentence.mentions(_IN_A_TIME) or not (sentence.durations or sentence.mentions(_REQUESTS_ARE)):
            yield sentence.reading(Availability(share.percent), share)
    elif (nine := _NINE.search(sentence.text)) and sentence.mentions(_RELIABLE):
        yield sentence.reading(Availability(_NINES[nine[0]]), nine)
    elif (high := sentence.mentions(_HIGH)) and not share:
        yield sentence.reading(Availability(None), high)


def _downtime(sentence: Sentence) -> Reading | None:
    """«Downtime adds up to no more than 43 minutes a month»: of so much time it answers all the rest."""
    said, per, time = sentence.mentions(_DOWN), sentence.mentions(_PERIOD), next(iter(sentence.durations), None)
    ours = sentence.of_system or "downtime" in (sentence.subject.noun, *sentence.subject.before)
    if not ours or not said or not per or time is None or sentence.bound(time) == "least":
        return None
    percent = whole(
        round(100 * (1 - time.seconds / _PERIODS[per[1]]), 2 if time.seconds * 10_000 > _PERIODS[per[1]] else 5)
    )
    return sentence.reading(Availability(percent), said, time, per) if percent >= _USUAL_UPTIME else None


def _scale(sentence: Sentence) -> Readings:
    match = sentence.says(_SCALES)
    if match is None or sentence.subject.noun in _NOT_SCALED:
        return
    pair = _RANGE.search(sentence.text) or _ENDS.search(sentence.text)
    if pair:
        least, most = (int(one) for one in pair.groups() if one)
        yield sentence.reading(Scale(least, most, _busy(sentence)), match, pair)
        return
    up, down = _MOST.search(sentence.text) or _MOST_OF_THEM.search(sentence.text), _LEAST.search(sentence.text)
    scale = Scale(int(down[1]) if down else None, int(up[1]) if up else None, _busy(sentence))
    yield sentence.reading(scale, match, up, down)


def _busy(sentence: Sentence) -> float | None:
    """The share of the processor time at which another instance is started, where *sentence* says one."""
    said = sentence.shares
    return said[0].percent if len(said) == 1 and sentence.mentions(_PROCESSORS) else None
