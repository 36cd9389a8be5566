"""How instances come and go: stopping, starting again after a crash, bringing the schema up to date before a version serves."""

from __future__ import annotations

from speccompile.regex import regex
from speccompile.requirements.kinds import Drain, Migrate, Restart
from speccompile.requirements.phrases import words
from speccompile.requirements.reading import Scope
from speccompile.requirements.sentence import Readings, Sentence, cues
from speccompile.requirements.whose import is_of_domain

CUES = cues(
    "rolling updates update taken retired evicted release stop told asked ordered signal rollout rollouts pod gone killed started sigterm sigint "
    "graceful gracefully "
    "shutdown shuts drain drains "
    "draining drained in-flight inflight stops stop",
    "wind winds wrap wraps die terminates terminated exit exits restart restarted restarts crash crashed crashes dies died stopped unhealthy flight",
    "stopping termination terminating shutting fails down reboot rebooted back deployment deployments deploy deployed "
    "redeployed migration migrations migrate migrates migrated schema ctrl recovers",
)

STOPS = words(
    "graceful(?:ly)?(?: (?:shut ?down|shuts? down|stops?|stopped|terminat\\w+|exits?|drains?))?",
    "sigterm",
    "sigint",
    "shuts? down",
    "shutting down",
    "shut ?down",
    "in flight",
    "termination ?grace ?period",
    "before (?:the )?exit",
    "(?:at|on|upon|during) the (?:stop|stopping|shut ?down|termination|shutting down)",
    "drain(?:s|ed|ing)?",
    "before (?:it |the (?:\\w+ )?\\w+ )?(?:is stopped|shuts down|stops|stopping|exits|exiting|terminating|terminates|being stopped)",
    "when the (?:\\w+ )?(?:service|server|process|container|api|app(?:lication)?|instance|worker) "
    "(?:is|gets) (?:stopped|terminated|shut down|replaced|redeployed)",
    "when (?:it is |being )?(?:stopped|terminated|replaced|redeployed|deployed|restarted)",
    "ctrl.c",
    "before the (?:old|previous|outgoing) (?:instance|version|process|container|pod|replica|one|1) (?:is|gets) (?:stopped|terminated|killed|shut "
    "down|removed|replaced)",
    "(?:on|upon|during|at|after) (?:a )?(?:termination|shut ?down|stop|exit|deployment|rollout)",
    "when (?:we|you) (?:deploy|redeploy|roll out|release|update)",
    "(?:is|are|gets?|being) (?:taken down|taken out|retired|evicted)",
    "before (?:an?|any|each|the|1) (?:instance|container|pod|replica|process) (?:is|gets) (?:stopped|terminated|replaced|killed|shut down|removed)",
    "(?:is|are) being (?:stopped|replaced|terminated|shut down|removed)",
    "(?:instance|pod|container|replica|process|server|service|worker)s?(?: that (?:is|are))? being (?:stopped|replaced|terminated|shut down|removed)",
    "rolling (?:out|updates?|deployments?|restarts?)",
    "when stopping",
    "w(?:ind|rap)s? (?:down|up)",
    "(?:told|asked|ordered|signalled|instructed|about) to (?:stop|exit|terminate|shut ?down|go down)",
    "(?:stop|termination|shut ?down) (?:signal|request)",
)
"""That an instance is told to stop, or ends what it is at."""
_FINISHED = regex(
    r"\b(?:(?:shuts?|shutting) down (?:\w+ )?(?:within|in)|stops? (?:\w+ )?(?:within|in)|finish\w*|w(?:ind|ound|rap|rapped)s? (?:down"
    r"|up)|drain\w*|complet\w+|in[- ]flight|gracefully|graceful|wait\w*|stops? accepting"
    r"|accepts? no (?:new|more)|done|(?:has|have|gets?|given) (?=\d)|gone|refuses? new|takes? no new|ends?|ended|handled|closes?|served"
    r"|running (?:requests?|jobs?)|open (?:requests?"
    r"|connections?|transactions?)|exits?|(?:not|no|never)(?: [\w-]+){0,3}? (?:be )?(?:cut|dropped|lost|interrupted|aborted)"
    r"|current (?:row|record|batch|message|job|request|item))\b"
)
_TAKES = regex(
    r"\b(?:shut ?down|termination|stopping)\b(?: of [\w -]{1,30}?)? (?:takes?|lasts?|is (?:done|over|complete\w*|finished))\b"
)
_NOT_LOST = regex(
    r"\b(?:not|no|never|without)(?: [\w-]+){0,3}? (?:be )?(?:cuts?|abort|interrupt|kill|dropped|dropping|lost|lose|drop|losing|interrupted|aborted)\b"
)
_NOT_STOPS = regex(
    r"\b(?:power plant|reactor|factory|game|machine tool|assembly line|shop|store closes|swamp|pump|pipes?|tank|bath|pool|battery|batteries"
    r"|account is (?:drained|shut)|computer|encrypt\w*|decrypt\w*|patients?|passengers?|trains?|flights)\b|\Adrains? (?:in|of|at|on|are|is) (?:the"
    r"|an?) |\b(?:only|at most|(?:no|never"
    r"|not) more than) 1 [^.]{0,60}\bin[- ]flight\b"
)
_WORK = frozenset(
    "version rolling rollout update nothing work transaction transfer message order payment record batch item row".split()
)
_CRASHED = regex(
    r"\b(?:crash(?:es|ed)?|dies?|died|dead|falls? over|fail(?:s|ed|ure)?|exit(?:s|ed)?(?: unexpectedly| with an error)?|goes down"
    r"|killed|unhealthy|hang(?:s)?|hung|terminates unexpectedly|stops (?:working|responding|unexpectedly)|reboot\w*"
    r"|out[- ]of[- ]memory)\b"
)
_AGAIN = regex(
    r"\b(?:restart(?:s|ed)?|is (?:started|brought up|brought back) again|(?:comes?|brought|is) back(?: up)?"
    r"|recovers?|(?:brings?|starts?|gets?) (?:it|them|the \w+) (?:back(?: up)?|up|again|going again)"
    r"|(?:newly|freshly) started|started (?:again|anew|newly)|starts? the \w+ (?:anew|again)|restarts automatically|automatically restarted|up again"
    r"|starts? (?:up )?again"
    r"|starts? (?:without|by itself|on its own"
    r"|automatically)|replaced by a (?:new"
    r"|fresh))\b"
)
_RESTART_OF = regex(r"\brestart of the (?:service|server|process|container|application|app|instance|api)\b")
# «Restart policy: always».
_POLICY = regex(r"(?:container )?restart(?: policy)?: ?(?:always|on[- ]failure|unless[- ]stopped)\.?")
_ENGINES = frozenset("engine docker podman orchestrator supervisor systemd kubernetes".split())
_NOT_CRASH = regex(
    r"\b(?:requests?|transactions?|deliver\w+|payments?|upload|download) (?:is|are) (?:retried|restarted)"
    r"|\bresum\w+|\bcheckpoint|\bsurviv\w+"
)
_RUNS = frozenset("run job export import sync execution batch".split())
_MIGRATES = regex(
    r"\b(?:migrations?|migrat(?:es?|ed)|schema (?:changes?|updates?|upgrades?)|(?:bring(?:s)? the (?:\w+ )?schema up to date)|schema (?:is|gets"
    r"|must be) (?:brought up to date"
    r"|upgraded|updated))\b"
)
_STOPPED = regex(
    r"\bif\b[^,]{0,40}\bmigrations?\b[^,]{0,30}\bfail\w*,[^.]{0,40}\b(?:new version|release|rollout|deployment|new instances?)\b[^.]{0,30}\b(?:not|stopp?ed"
    r"|aborted|cancell?ed|halted|never|rolled back)\b"
)
"""A migration that fails keeps the new version away: so it comes before."""
_BEFORE_START = regex(
    r"\bnot (?:be )?(?:start|serve|launch|run|come up|boot|go live)(?:s|ed)?\b[^.]{0,40}\b(?:before|until|unless)\b|"
    r"\b(?:only|not) (?:after|before|once|until)\b[^.]{0,60}\b(?:migrat\w+|schema)\b|"
    r"\bno (?:new )?(?:version|release|instance) (?:serves?|starts?|takes? traffic|goes live|is started) (?:before|until)\b|"
    r"\b(?:before|prior to|ahead of|once per|1 times per|on|at|during|when|with|as part of|first|automatically|up to date|each"
    r"|every|upon)\b(?:[^.]{0,60})\b(?:starts?|started|startup|start-up|boots?|serv(?:es?|ing)|deploy\w*|releas\w*"
    r"|version|traffic|rollout|requests?|launch\w*|comes up)\b|\bup to date\b|\b(?:release|deployment"
    r"|rollout)\b[^.]{0,30}\b(?:applies|runs|performs|executes)\b"
)
_APPLIED = regex(
    r"\b(?:runs?|applied|apply|applies|executed?|performed|done|migrated|migrates|happen|up to date|upgraded|updated|complete[sd]?|be through"
    r"|gone through|bring|installs?)\b"
)
_READY = regex(r"\b(?:readiness|ready|503|healthy|health)\b")
_NOT_SCHEMA = regex(r"\b(?:birds?|herds?|animals?|user accounts?|customers?)\b")


def read(sentence: Sentence) -> Readings:
    """What *sentence* demands when an instance stops, dies or is replaced."""
    yield from _drain(sentence)
    yield from _restart(sentence)
    yield from _migrations(sentence)


def _drain(sentence: Sentence) -> Readings:
    match = sentence.mentions(STOPS) if sentence.mentions(_NOT_LOST) else sentence.says(STOPS)
    of = sentence.subject.of
    takes = None if of and is_of_domain(of) else sentence.mentions(_TAKES)
    if not match or sentence.mentions(_NOT_STOPS):
        return
    if not (takes or sentence.mentions(_FINISHED) or sentence.mentions(_NOT_LOST)):
        return
    noun = sentence.subject.noun
    if sentence.of_system or takes or noun in _WORK or match[0].startswith(("sig", "ctrl")):
        time = next((one for one in sentence.durations if sentence.bound(one) != "least"), None)
        run = sentence.pipeline and noun in ("run", "job")
        yield sentence.reading(Drain(time.seconds if time else None), match, time, scope=Scope("run") if run else None)


def _restart(sentence: Sentence) -> Readings:
    if policy := _POLICY.fullmatch(sentence.text):
        yield sentence.reading(Restart(), policy)
        return
    crashed, again = sentence.mentions(_CRASHED), sentence.says(_AGAIN)
    if (
        not crashed
        or not again
        or not (sentence.of_system or sentence.subject.noun in _ENGINES or sentence.mentions(_RESTART_OF))
        or sentence.mentions(_NOT_CRASH)
    ):
        return
    if sentence.pipeline and (sentence.subject.noun in _RUNS or _RUNS & sentence.words):
        return  # a run that fails and is started again: that is no process which dies
    time = next(iter(sentence.durations), None)
    yield sentence.reading(Restart(time.seconds if time else None), crashed, again, time)


def _migrations(sentence: Sentence) -> Readings:
    match = sentence.says(_MIGRATES)
    if (
        not match
        or not (sentence.of_system or sentence.subject.noun in ("change", "version"))
        or sentence.mentions(_NOT_SCHEMA)
    ):
        return
    if sentence.mentions(_READY) and sentence.paths:
        return  # what readiness waits for is no demand to migrate
    if (sentence.mentions(_BEFORE_START) and sentence.mentions(_APPLIED)) or sentence.mentions(_STOPPED):
        yield sentence.reading(Migrate(), match)
