"""When jobs run."""

from __future__ import annotations

from speccompile.regex import regex
from speccompile.requirements.cron import MINUTE, TIME, cron, written
from speccompile.requirements.kinds import Schedule
from speccompile.requirements.reading import Scope
from speccompile.requirements.sentence import Readings, Sentence, cues
from speccompile.requirements.vocabulary import RUN, SYSTEM
from speccompile.requirements.zones import is_unknown, zone

_ANYTHING = frozenset("it we everything utility load report site platform".split())

CUES = cues(
    "every each daily nightly hourly weekly monthly yearly annually quarterly weekday weekdays day night hour",
    "minute week month midnight noon morning evening twice times once monday tuesday wednesday thursday friday",
    "saturday sunday mondays tuesdays wednesdays thursdays fridays saturdays sundays weekend weekends working",
    "cron schedule scheduled am pm at mon fri",
)
_RUNS = regex(
    r"\b(?:runs?|running|ran|scheduled?|starts?|started|executes?|executed|exports?|exported|imports?|imported"
    r"|syncs?|synced|synchroni[sz]e[sd]?|triggers?|triggered|kicks? off|launch(?:es|ed)|"
    r"(?:is|are) (?:carried out|made|produced|generated|created|built|collected|loaded|processed|sent|mailed|e-?mailed|delivered|refreshed|updated|rebuilt"
    r"|aggregated|fetched|pulled|written|copied|taken|done|performed)|fires?|job|loads?|fetch(?:es)?|pulls?|polls?|"
    r"processes|generates?|produces?|compiles?|computes?|calculates?|recalculates?|transfers?|moves?|replicates?|archives?|reindexes|reconciles?"
    r"|publishes|prepares?|collects?|refresh(?:es)?|updates?|aggregates?|happens?|takes? place|occurs?"
    r"|begins?|sends?|crawls?|scrapes?|rebuilds?|downloads?|copies|invoked|operates?)\b"
)
# What pipelines do to data, whatever the data are: «stock levels are imported».
_MOVED = regex(
    r"\b(?:is|are|gets?|be) (?:\w+ly )?(?:imported|exported|fetched|polled|synced|synchroni[sz]ed|ingested|extracted|downloaded"
    r"|scraped|crawled|aggregated|refreshed|replicated|re-?indexed|recomputed|pulled|loaded|reconciled|transferred|built|rebuilt|compiled|computed|calculated|assembled)\b"
)
_NOT_RUNS = regex(
    r"\b(?:for (?:every|each) (?:1 )?(?:hour|day|week|month|quarter|year)|more than|at most|no more than|not more than|overlap\w*|concurrently|kept"
    r"|retained|older than"
    r"|within|takes?(?! place)|longer than|retry|retried|timetable|lasts?|never|limit\w*|attempts?|"
    r"(?:backup(?! (?:job|run))|backed up)|(?:with|of|alongside|from|during|than) (?:the |a )?(?:daily|nightly|weekly|monthly|hourly)"
    r"|checkpoint\w*|rotat\w+|heartbeat|progress|logs? (?:a|its)|expires?|per (?:user|customer|client)|total|wages?)\b"
)
# «On the 1st of each month the job runs»: what runs stands behind the time.
_RUNNER = regex(
    rf"\b(?:the|our|this|a|an) (?:[\w-]+ )?(?:{'|'.join(sorted((RUN | SYSTEM) - _ANYTHING))}) "
    r"(?:is (?:run|started|executed|triggered|launched|scheduled)|runs|starts|executes|must (?:run|start)"
    r"|shall (?:run|start)|should (?:run|start)|kicks off)\b"
    rf"|\bthe (?:[\w-]+ )?(?:job|batch|import|export|pipeline|run|sync) [a-z]+s\b"
    rf"|\bby (?:the|this|our) (?:[\w-]+ )?(?:{'|'.join(sorted((RUN | SYSTEM) - _ANYTHING))})\b"
)
# «Every ten minutes», «On the first of each month, at half past four»: nothing but a time is that of the runs.
_ONLY_A_TIME = regex(
    r"(?:(?:cron|schedule|runs?|when|timer|trigger): ?)?(?:(?:every|each|once|twice|on|at|in|the|a|an|of|and|to|through|till|until|past|after|half"
    r"|quarter|o'clock|sharp|utc|only|daily|nightly|hourly"
    r"|weekly|monthly|first|second|third|last|other|times?|midnight|noon|midday|morning|evening|afternoon|nights?|hours?|minutes?|days?|weeks?|months?"
    r"|weekdays?|workdays?|working|business|(?:mon|tues|wednes|thurs|fri|satur|sun)days?|mon|tue|wed|thu|fri|sat|sun|[ap]\.?m\.?"
    r"|(?:[a-z]+ )?time|\d{1,2}(?::\d{2})?(?:st|nd|rd|th|[ap]m)?)[ ,.-]*)+"
)
# «The valuation is triggered at 16:30», «we kick the sync off»: nothing but a program is.
_AT_A_TIME = regex(
    r"\b(?:(?:is|are|gets?|be) (?:triggered|launched|kicked off|executed|scheduled|invoked|fired)|kicks? (?:[\w]+ ){0,3}off|fires|(?:job|batch|run"
    r"|sync|import|export|load)s? (?:starts?|begins?|fires?|runs?))\b"
)
_DATA = frozenset("data feed dataset table index statistic file record event".split())
_NO_RUNNERS = frozenset("log metric".split())


def read(sentence: Sentence) -> Readings:
    """The schedule that *sentence* demands of this system's runs."""
    if not sentence.pipeline:
        return
    fields = written(sentence.text) or (cron(sentence.text) if _is_of_runs(sentence) else None)
    if fields and not is_unknown(sentence.written):
        yield sentence.reading(Schedule(fields, zone(sentence.written) or ""), scope=Scope("run"))


def _is_of_runs(sentence: Sentence) -> bool:
    """Whether it speaks of when this system runs, and not of something of the domain that comes again."""
    if _ONLY_A_TIME.fullmatch(sentence.text):
        return True
    if sentence.mentions(_NOT_RUNS) or (
        sentence.limit() and not (TIME.search(sentence.text) or MINUTE.search(sentence.text))
    ):
        return False
    if sentence.subject.noun in _DATA and _RUNS.search(sentence.text):
        return True
    moved = sentence.mentions(_MOVED)
    if (moved and "whose" not in sentence.text[: moved.start()]) or sentence.mentions(_RUNNER):
        return True
    if sentence.mentions(_AT_A_TIME) and TIME.search(sentence.text):
        return True
    if not sentence.of_system or sentence.subject.place:
        return False
    return bool(_RUNS.search(sentence.text)) and (
        sentence.subject.noun not in _NO_RUNNERS or "schedul" in sentence.text
    )
