"""Jobs as they run: exclusive runs, deadlines, retries, overlap, going on where a run stopped."""

from __future__ import annotations

import re
from typing import Literal

from speccompile.regex import regex
from speccompile.requirements.kinds import Exclusive, Overlap, Resume, Retries, RunDeadline
from speccompile.requirements.quantities import DAY
from speccompile.requirements.readers.lifecycle import STOPS
from speccompile.requirements.reading import Scope
from speccompile.requirements.sentence import Readings, Sentence, cues
from speccompile.requirements.vocabulary import RUN, SYSTEM

CUES = cues(
    "run runs job jobs export import pipeline batch execution executions sync task overlap overlaps overlapping",
    "concurrently simultaneously parallel twice once resume resumes resumed resuming continue continues continued",
    "checkpoint checkpoints retry retries retried retrying again restart restarted interrupted aborted previous",
    "attempt attempts fail fails failed failure begin begins exits preceding newly last report load instance etl backup it processing aggregation "
    "replication crawl ingestion loading cleanup indexing reindexing",
)

_JOB = (
    r"(?:runs?|jobs?|exports?|imports?|syncs?|pipelines?|batch(?:es)?(?: jobs?| runs?)?|executions?|tasks?|loads?"
    r"|etl|reports?|crawls?|ingestions?|it|instances?|cron ?jobs?)"
)
_ALONE = regex(
    rf"\b(?:2|two|multiple|several|concurrent|parallel|simultaneous) {_JOB}(?: of (?:the |this )?\w+)? (?:must |may |can |do |are |should "
    rf"|shall |will )?(?:never|not)\b"
    rf"|\b(?:only|at most|exactly|no more than|never more than|just"
    rf"|not more than) (?:1|a single) (?:\w+ )?{_JOB}(?: \w+){{0,4}}? (?:at a time|at once|at any time|at the same (?:time|moment)"
    rf"|concurrently|simultaneously|in parallel|active|is running|runs|may run|can run|may be active|in progress|in flight|under way|going on"
    rf"|executing|at work)\b"
    rf"|\b(?:never|not|don't|mustn't|cannot)(?: \w+){{0,3}}? (?:overlap(?:s|ping)?|(?:runs?|execute|be executed|be started|be launched|be run"
    rf"|start) (?:concurrently|in parallel"
    rf"|simultaneously|twice (?:at (?:once|the same time)|in parallel|concurrently|simultaneously))|be (?:run|started) (?:concurrently|in parallel|while))"
    rf"|\b(?:an?|the) (?:new )?{_JOB} never (?:starts?|begins?) (?:while|before)|\b{_JOB} must wait for its (?:predecessor|turn)\b"
    r"|\bnever has more than 1 run (?:going|active|in progress|running)\b"
    rf"|\b{_JOB}s?\b[^.;]{{0,40}}\b(?:1|one) after the other\b|\b{_JOB}s?\b[^.;]{{0,60}}\bnever (?:be )?concurrent\b"
    rf"|\bno(?: \w+)? {_JOB}(?: of (?:the|this|our) \w+)? (?:may |can |must |ever |is |are )?(?:overlaps?|(?:starts?|begins?) (?:while|before)"
    rf"|started (?:while|before)|runs? (?:while|at the same time|concurrently|in parallel))"
    rf"|\b(?:no|not be|never be|never|not|never run|never start|not run|not start) 2 (?:concurrent |parallel "
    rf"|overlapping |simultaneous )?{_JOB}\b|\b{_JOB} (?:are|is) (?:mutually exclusive|strictly sequential|never concurrent"
    rf"|not concurrent|serialised|serialized|exclusive)\b"
    rf"|\b(?:concurrent|parallel|overlapping|simultaneous|2) {_JOB}(?: of (?:the|this|our) \w+)? (?:are|is|get) (?:rejected|refused|prevented"
    rf"|forbidden|not allowed|impossible|blocked)\b"
    rf"|\b(?:not|never)(?: be)? (?:start|begin|begun)(?:s|ed)? (?:2 times|twice) (?:in parallel|at once|at the same time)\b|\b(?:not"
    rf"|never)(?: be)? (?:start|begin|begun)(?:s|ed)? (?:while|when|as long as) (?:another|a|an?other|the|1)\b"
    rf"|\b(?:never|not)(?: \w+){{0,3}}? more than (?:once|1 times) (?:at a time|at once|at the same time|in parallel|concurrently)\b"
    rf"|\b(?:at no time|never) (?:may|can|must|should|shall|are|do) 2 {_JOB}\b"
    rf"|\bno (?:second|other|further|additional) {_JOB} (?:may|can|must|will|is|are|gets?)\b"
    r"|\bno (?:concurrent|parallel|overlapping|simultaneous) (?:runs|jobs|executions|instances)\b|\b1 run at a time\b"
)
_LONG = regex(
    r"\b(?:takes?(?= \d)|(?:still|been) (?:running|going|active|busy) (?:after|for)|(?:gets?|has|have|(?:is|are) given) (?=\d)|(?:abort|kill|stop|cancel"
    r"|terminate)(?:s|ed)? (?:the |a |any )?(?:\w+ )?after"
    r"|takes? (?:longer|more|at most|no (?:longer|more)|up to|less|over)|(?:runs?|running|lasts?"
    r"|going|go on|goes on) (?:for )?(?:longer|more|at most|no longer|up to|over)|longer than|finish\w*|complete[sd]?|"
    r"ends?|ended|done|(?:be|is) (?:over|through)|stopped after|killed after|aborted after|terminated after|cancell?ed after|time[sd]? ?-?out"
    r"|timeout"
    r"|\bafter [\d.]+ \w+,? (?:an?|the|any|each|every) (?:[\w-]+ )?(?:run|job|import|export|sync|batch|execution) (?:is|are|gets|will be|must be)"
    r"|\bafter [\d.]+ \w+(?: at the latest)?,? (?:the |a |any )?(?:run|job|import|export|sync|batch)(?: (?:that|which) is still (?:going"
    r"|running))? (?:is|are|gets|must be) (?:stopped"
    r"|killed|aborted|cancelled|ended)"
    r"|within|limit\w*|exceed\w*|deadline|maximum)\b"
)
_NOT_LONG = regex(
    r"\b(?:kept|retained|every|interval|wait\w*|between|older|backup is kept|deleted|retr(?:y|ied|ies)|archiv\w+"
    r"|after (?:a |the )?(?:failure|crash)|start\w* within|resum\w+)\b"
)
_AGAIN = regex(
    r"\b(?:retri(?:es|ed)|retry(?:ing)?|second (?:attempt|try)|re-?tried|tried again|attempted(?: again)?|repeated|re-?runs?|run again|tr(?:y|ies) again"
    r"|(?:run|start|try|attempt) it again|started (?:again|afresh|anew)|restarted|attempts?|retries|retry|tr(?:y|ies) \d+ times)\b"
)
_FAILED = regex(
    r"\b(?:fail\w*|crash\w*|abort\w*|error\w*|unsuccessful|broken|w(?:ent|nt) wrong|goes wrong|non-?(?:zero|0)|exit code|interrupted|giv\w+ up|giv\w+ it up)\b"
)
_TIMES = regex(
    r"(?<![\d.])(\d{1,3})(?: more| further| additional| other)? (?:times?|retries|retry|attempts?|re-?runs|tries)\b"
)
_TIMES_WORD = regex(r"\b(once|twice|thrice)\b")
_RESUMES = regex(
    r"\b(?:resum(?:es?|ed|ing)|continu(?:es?|ed|ing) (?:where|from|at|after)|be (?:continued|resumed)|continu(?:es?"
    r"|ing) with the (?:first|next|last)|picks? up (?:again )?(?:where|from|at|after)|picked up (?:where"
    r"|from)|checkpoint(?:s|ed|ing)?|(?:start|begin|restart)s? (?:over )?(?:from|at) (?:the |its )?(?:last|where"
    r"|point)|"
    r"goes? on (?:where|from|after|with)|carr(?:y|ies) on (?:where|from|after|at|with)|does not start (?:over|from scratch|from the beginning)"
    r"|never starts? (?:over|from scratch|again from the beginning)|(?:not|never) (?:process|import|export|load|handle|send|do)(?:es"
    r"|s)? (?:[\w-]+ ){0,4}(?:again|twice)|not (?:processed|exported|imported) (?:twice"
    r"|again) after)\b"
)
_WHEN_BUSY = regex(
    rf"\b(?:previous|preceding|last|earlier|running|other|current|first|another|old)(?: \w+)? (?:{_JOB}"
    rf"|one|1)?\b(?:[^.]{{0,30}})\b(?:still|has not|hasn't|not (?:yet )?(?:finished|ended|done)|is running|runs"
    rf"|in progress|active|busy)\b|\b(?:until|before|unless|after|when|once) the (?:previous|preceding|last|running|current"
    rf"|earlier|first|old|other) (?:{_JOB}|one|1) (?:has |is |was )?(?:been )?(?:finished|ended|done|over|completed?|finishes|ends)\b"
    r"|\b(?:until|before|unless|when|once) the (?:1|one|run|job) before(?: it)? (?:has |is |was )?(?:been )?(?:finished|ended|done|over"
    r"|completed?|finishes|ends)\b"
    rf"|\b(?:replaces?|cancels?|stops?|kills?|aborts?|supersedes?) (?:the |a |any |one |1 )*(?:that is )?(?:previous|running|old|last|earlier|still"
    rf"|in progress|active|under way)\b"
    r"|\bwait(?:s)? for its predecessor\b|\b(?:an?|the) earlier (?:1|one|run) is (?:still )?(?:in progress|going|running|active)\b"
    rf"|\bwaits? for the (?:previous|old|running|last|current)\b"
    rf"|\bstill (?:running|going|busy|active|in progress)\b|\boverlap(?:s|ping)?\b"
)
# «Does not start while another is running»: one at a time; whether it is skipped or waits nobody says.
_NOT_WHILE = regex(
    r"\b(?:not|never)(?: be)? (?:start|begin)\w* (?:while|as long as)\b|\bwait(?:s)? for its predecessor\b"
)
# «It is killed if it is still running after 6 hours» speaks of one run alone.
_ANOTHER_RUN = regex(
    r"\b(?:previous|preceding|last|earlier|next|new|newer|another|other|second|first|older|old|current|following|subsequent|overlap\w*|2 runs|fresh)\b"
)
_POLICIES: tuple[tuple[re.Pattern[str], Literal["skip", "wait", "replace"]], ...] = (
    (regex(r"\bnot (?:be )?(?:start|begin)(?:s|ed)? (?:before|until|unless)\b"), "wait"),
    (
        regex(
            r"\b(?:skip(?:s|ped)?|left out|dropped|not started|does not start|is not run|no (?:new |other )?(?:run|1|one"
            r"|job) (?:is |gets |will be |may )?starts?(?:ed)?|ignored|discarded|omitted"
            r"|passed over)\b"
        ),
        "skip",
    ),
    (
        regex(r"\b(?:replac(?:es?|ed)|killed|cancel(?:s|l?ed)|stop(?:s|ped)|kills|supersed\w+|aborted|terminated)\b"),
        "replace",
    ),
    (regex(r"\b(?:waits?|queued?|delayed|postponed|wait for|starts? (?:only )?(?:after|when|once))\b"), "wait"),
)
_REQUESTS = regex(
    r"\b(?:requests?|calls?|rows?|records?|lines?|files?|messages?|uploads?|e-?mails?|deliver\w+|connections?)\b"
)
_AFTER_ATTEMPTS = regex(r"\bafter \d+ (?:failed |unsuccessful )?(?:attempts?|tries)\b")
_NOT_AGAIN = regex(
    r"\b(?:not|never)(?: \w+){0,3}? (?:retried|retry|tried again|repeated|restarted|re-?run|(?:run|started|attempted) again)\b"
    r"|\bno (?:retries|retry|second (?:attempt|try))\b|\bwithout (?:any )?retr(?:ies|y)\b"
)
# «Only one run may be marked as active»: a record of the domain.
_MARKED = regex(r"\b(?:marked|flagged|selected|chosen|shown|listed|winner|per (?:game|match|order))\b")
_BY_PEOPLE = regex(r"\bmanual|\bby hand|\bconsent|\bplayback|\bgame")
_WORDS_FOR_TIMES = ("once", "twice", "thrice")
_RUNNER = frozenset(
    "run job export import sync pipeline batch execution task load etl report crawl ingestion replication backup "
    "it aggregation".split()
)
_EXCLUSIVE = frozenset("run job export import execution".split())
_LONGEST = 7 * DAY
_TIME = frozenset(("time", "duration", "runtime"))
_RUN = Scope("run")


def read(sentence: Sentence) -> Readings:
    """What *sentence* demands of runs."""
    if not _of_runs(sentence):
        return
    policy = () if sentence.mentions(_NOT_WHILE) else tuple(_overlap(sentence))
    yield from policy or _exclusive(sentence)
    if not (sentence.pipeline or sentence.tool):
        return
    yield from _deadline(sentence)
    yield from _retries(sentence)
    resumes = sentence.says(_RESUMES)
    if resumes and not sentence.mentions(_BY_PEOPLE):
        yield sentence.reading(Resume(), resumes, scope=_RUN)


def _of_runs(sentence: Sentence) -> bool:
    """Whether it speaks of runs of this system."""
    noun = sentence.subject.noun
    if sentence.pipeline and noun in ("orchestrator", "scheduler", "work"):
        return True
    return sentence.of_system and (sentence.pipeline or noun in _RUNNER or noun == "instance")


def _exclusive(sentence: Sentence) -> Readings:
    alone, noun = sentence.mentions(_ALONE), sentence.subject.noun
    if (
        alone
        and noun != "instance"
        and (sentence.pipeline or (noun in _EXCLUSIVE and "instances" not in sentence.words))
        and not sentence.mentions(_MARKED)
    ):
        yield sentence.reading(Exclusive(), alone, scope=_RUN)


def _overlap(sentence: Sentence) -> Readings:
    busy = sentence.mentions(_WHEN_BUSY)
    if not busy or not sentence.pipeline or (sentence.durations and not sentence.mentions(_ANOTHER_RUN)):
        return
    for phrase, policy in _POLICIES:
        if found := sentence.mentions(phrase):
            yield sentence.reading(Overlap(policy), busy, found, scope=_RUN)
            return


def _deadline(sentence: Sentence) -> Readings:
    time = sentence.limit()
    if sentence.mentions(STOPS) or sentence.shares:
        return
    if time is None or _TIMES.search(sentence.text) or sentence.mentions(_NOT_LONG) or not sentence.mentions(_LONG):
        return
    if time.seconds <= _LONGEST and (not sentence.subject.noun or sentence.subject.noun in RUN | SYSTEM | _TIME):
        yield sentence.reading(RunDeadline(time.seconds), time, scope=_RUN)


def _retries(sentence: Sentence) -> Readings:
    again = sentence.mentions(_AGAIN)
    if (
        not again
        or not sentence.mentions(_FAILED)
        or sentence.mentions(_REQUESTS)
        or sentence.mentions(_AFTER_ATTEMPTS)
    ):
        return
    if sentence.says(_RESUMES) and not (_TIMES.search(sentence.text) or _TIMES_WORD.search(sentence.text)):
        return  # «a restarted run picks up where it was interrupted»
    if sentence.mentions(_NOT_AGAIN) and not (_TIMES.search(sentence.text) or _TIMES_WORD.search(sentence.text)):
        yield sentence.reading(Retries(0), again, scope=_RUN)
        return
    times, word = _TIMES.search(sentence.text), _TIMES_WORD.search(sentence.text)
    count = int(times[1]) if times else _WORDS_FOR_TIMES.index(word[1]) + 1 if word else None
    yield sentence.reading(Retries(count), again, times or word, scope=_RUN)
