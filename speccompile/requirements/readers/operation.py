"""How the system is watched and kept running: health, metrics, logs, stopping, restarting."""

from __future__ import annotations

import re

from speccompile.requirements.kinds import Drain, Health, LogsKept, Metrics, Restart, Scope
from speccompile.requirements.phrases import Phrase, words
from speccompile.requirements.quantities import DAY
from speccompile.requirements.sentence import Readings, Sentence, cues

CUES = cues(
    "health healthz healthy livez readyz ready readiness liveness alive probe status ping metrics prometheus log",
    "logs logging logged sigterm sigint graceful gracefully shutdown shuts drain drains draining drained",
    "in-flight inflight stops stop terminates terminated exit restart restarted restarts crash crashed crashes",
    "dies died deploy deployment rolling up monitoring telemetry stopped unhealthy flight",
)

_THING = r"(?:check|checks|endpoint|endpoints|probe|probes|route|url|path|page|status|handler)"
_HEALTH = words(
    f"health {_THING}",
    "healthz",
    "healthchecks?",
    "livez",
    "readyz",
    f"(?:liveness|readiness) {_THING}",
    "(?:is|are|as) (?:healthy|alive|ready|up)",
    "reports? (?:its )?(?:health|liveness|readiness)",
    "when (?:it|the (?:\\w+ )?\\w+) is (?:healthy|alive|up|ready|running)",
    "liveness",
    "readiness",
    "healthy",
    "alive",
    "health",
)
_NAMED = re.compile(
    r"/_*(?:healthz?|health[-_]?checks?|livez?|readyz?|liveness|readiness|ping|status|up|alive|heartbeat|_health"
    r"|actuator/health)(?:[/.]|\Z)",
    re.IGNORECASE,
)
_ANSWERS = Phrase(
    r"\b(?:returns?|answers?|responds?|repl(?:y|ies)|gives?|reports?|exposes?|exposed|provides?|has|serves?|served"
    r"|available|tells?|shows?|checked|asks?|asked|polled|probed|signals?|is|200|204|503)\b"
)
_READY = Phrase(r"\b(?:readiness|ready|readyz)\b")
_DOMAIN_HEALTH = Phrase(
    r"\b(?:insurance|patients?|plans?|claims?|records? are visible|medical|doctor|order'?s? status|status of (?:an?"
    r"|the|his|her) (?!service|server|api|system|app))\b"
)
_METRICS = Phrase(r"\b(?:metrics?|prometheus|openmetrics)\b")
_EXPOSED = Phrase(
    r"\b(?:exposed?|exposes|expose|available|served|serves|scrap(?:es?|ed)|provided?|provides|publish(?:es|ed)"
    r"|under|at|endpoint|for prometheus|collected|exported|exports|offers?|reports?)\b"
)
_LOGS = Phrase(r"\b(?:logs?|log (?:lines?|entries|messages|output|files?|records?)|logging|access log|logged)\b")
_FORMAT: tuple[tuple[str, Phrase], ...] = (
    ("json", Phrase(r"\bjson\b|\bstructured\b")),
    ("logfmt", Phrase(r"\blogfmt\b")),
    ("text", Phrase(r"\bplain text\b")),
)
_KEPT = Phrase(
    r"\b(?:kept|keeps?|retain\w*|retention|stored|available|rotat\w+|deleted|purged|removed|archived|discarded"
    r"|dropped|older)\b"
)
_LOG_WRITTEN = Phrase(
    r"\b(?:writ(?:es|ten|e)|go(?:es)?|sent|emit(?:s|ted)?|are|is|as|to (?:stdout|standard output)|in|structured"
    r"|print(?:s|ed)?|output)\b"
)
_NOT_LOGS = Phrase(
    r"\b(?:log(?:s|ged)? in\b(?! json)|logged out|login|log(?:s)? out|captain|wood|never (?:logged|contain"
    r"|written to logs?)|not (?:be )?(?:logged|contain)|no (?:\w+ )?(?:is|are) logged|audit|must not contain"
    r"|never contain|every (?:login|change|request) is logged)\b"
)
_DAILY = Phrase(r"\brotat\w+ (?:every day|daily|every 1 day)|\bdaily rotat\w+")
_STOPS = words(
    "graceful(?:ly)?(?: (?:shut ?down|shuts? down|stops?|stopped|terminat\\w+|exits?|drains?))?",
    "sigterm",
    "sigint",
    "shuts? down",
    "shutting down",
    "shut ?down",
    "in flight",
    "drain(?:s|ed|ing)?",
    "before (?:it )?(?:stops|stopping|exits|exiting|terminating|terminates|being stopped)",
    "when (?:it is |being )?(?:stopped|terminated|replaced)",
    "ctrl.c",
)
_FINISHED = Phrase(
    r"\b(?:finish\w*|drain\w*|complet\w+|in[- ]flight|gracefully|graceful|wait\w*|stops? accepting"
    r"|accepts? no (?:new|more)|done|ended?|handled|closes?|served|running (?:requests?|jobs?)|open (?:requests?"
    r"|connections?|transactions?)|exits?|not (?:cut|dropped|lost|interrupted)|no \w+ is (?:cut|dropped|lost|interrupted)|current (?:row|record|batch|message"
    r"|job|request|item))\b"
)
_NOT_STOPS = Phrase(
    r"\b(?:power plant|reactor|factory|game|machine tool|assembly line|shop|store closes|swamp|pump|tank|bath"
    r"|account is (?:drained|shut)|computer|encrypt\w*|decrypt\w*)\b"
)
_CRASHED = Phrase(
    r"\b(?:crash(?:es|ed)?|dies|died|dead|fail(?:s|ed)|exit(?:s|ed)?(?: unexpectedly| with an error)?|goes down"
    r"|killed|unhealthy|hang(?:s)?|hung|terminates unexpectedly|stops (?:working|responding|unexpectedly)|reboot\w*"
    r"|out of memory)\b"
)
_AGAIN = Phrase(
    r"\b(?:restart(?:s|ed)?|is (?:started|brought up|brought back) again|(?:comes?|brought|is) back(?: up)?"
    r"|recovers?|started again|restarts automatically|automatically restarted|up again|replaced by a (?:new"
    r"|fresh))\b"
)


def read(sentence: Sentence) -> Readings:
    """What *sentence* demands of operation."""
    yield from _health(sentence)
    yield from _metrics(sentence)
    yield from _logs(sentence)
    yield from _drain(sentence)
    yield from _restart(sentence)


def _health(sentence: Sentence) -> Readings:
    if sentence.pipeline or sentence.tool or sentence.mentions(_DOMAIN_HEALTH):
        return
    said = sentence.says(_HEALTH)
    path = next((p for p in sentence.paths if _NAMED.match(p)), None) or (
        sentence.paths[0] if said and sentence.paths else None
    )
    if path is None and not (said and sentence.mentions(Phrase(rf"\b(?:health|liveness|readiness)[- ]?{_THING}\b"))):
        return
    if path is not None and not (_NAMED.match(path) or said):
        return
    if not sentence.mentions(_ANSWERS) or (sentence.mentions(_METRICS) and "health" not in sentence.text):
        return
    if not (
        sentence.of_system
        or sentence.subject.noun
        in (
            "get",
            "",
            "check",
            "probe",
            "status",
            "health",
            "healthcheck",
            "engine",
            "balancer",
            "kubernetes",
            "orchestrator",
            "monitor",
            "head",
        )
        or sentence.subject.noun.startswith("/")
    ):
        return
    ready = bool(path and re.search("read", path, re.IGNORECASE)) or (
        bool(sentence.mentions(_READY)) and not (path and re.search("live|alive", path, re.IGNORECASE))
    )
    yield sentence.reading(
        Health(path, "ready" if ready else "live"),
        said,
    )


def _metrics(sentence: Sentence) -> Readings:
    match = sentence.says(_METRICS)
    if (
        match
        and sentence.mentions(_EXPOSED)
        and (sentence.of_system or sentence.subject.noun in ("metric", "prometheus"))
        and not sentence.mentions(Phrase(r"\b(?:dashboard|business|sales|report (?:lists|shows)|customers? see)\b"))
    ):
        path = sentence.paths[0] if sentence.paths else None
        yield sentence.reading(Metrics(path), match)


def _logs(sentence: Sentence) -> Readings:
    match = sentence.mentions(_LOGS)
    if (
        not match
        or sentence.mentions(_NOT_LOGS)
        or not (sentence.of_system or sentence.subject.noun == "logging")
        or sentence.subject.noun in ("user", "customer")
    ):
        return
    form = (
        next((name for name, phrase in _FORMAT if sentence.says(phrase)), None)
        if sentence.mentions(_LOG_WRITTEN)
        else None
    )
    time = next(iter(sentence.durations), None) if sentence.mentions(_KEPT) else None
    seconds = time.seconds if time and not re.search(r"\bevery\s+\Z", sentence.text[: time.begin]) else None
    if seconds is None and sentence.mentions(_DAILY):
        seconds = float(DAY) if form is None else None
    stdout = sentence.says(Phrase(r"\b(?:stdout|standard output|stderr)\b"))
    if (
        form
        or seconds
        or (
            stdout
            and sentence.subject.noun
            in ("log", "logging", "service", "application", "app", "process", "it", "program", "line", "entry")
        )
    ):
        yield sentence.reading(LogsKept(form, seconds), match, time)


def _drain(sentence: Sentence) -> Readings:
    match = sentence.says(_STOPS)
    if not match or sentence.mentions(_NOT_STOPS) or not sentence.mentions(_FINISHED):
        return
    if not (
        sentence.of_system
        or match[0].startswith(("sig", "ctrl"))
        or sentence.subject.noun
        in ("work", "transaction", "transfer", "message", "order", "payment", "record", "batch", "item", "row")
    ):
        return
    time = next((one for one in sentence.durations if sentence.bound(one) != "least"), None)
    yield sentence.reading(
        Drain(time.seconds if time else None),
        match,
        time,
        scope=Scope("run") if sentence.pipeline and sentence.subject.noun in ("run", "job") else None,
    )


def _restart(sentence: Sentence) -> Readings:
    crashed, again = sentence.mentions(_CRASHED), sentence.says(_AGAIN)
    if (
        not crashed
        or not again
        or not sentence.of_system
        or (sentence.pipeline and sentence.subject.noun in ("run", "job", "export", "import"))
    ):
        return
    if sentence.mentions(
        Phrase(
            r"\b(?:requests?|transactions?|deliver\w+|payments?|upload|download) (?:is|are) (?:retried|restarted)"
            r"|\bresum\w+|\bcheckpoint"
        )
    ):
        return
    time = next(iter(sentence.durations), None)
    yield sentence.reading(Restart(time.seconds if time else None), crashed, again, time)
