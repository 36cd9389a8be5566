"""How long data is kept, how often it is copied, and how often secrets are replaced."""

from __future__ import annotations

import re

from speccompile.regex import regex
from speccompile.requirements.cron import DAY_NAMED, TIME, cron
from speccompile.requirements.grammar import Subject, singular
from speccompile.requirements.kinds import Backup, Retention, Rotation
from speccompile.requirements.quantities import DAY, HOUR, whole
from speccompile.requirements.sentence import Readings, Sentence, cues
from speccompile.requirements.vocabulary import SYSTEM
from speccompile.requirements.whose import is_of_domain

CUES = cues(
    "swept exchanged swapped old goes go vanish vanishes change changes stay stays remain remains use credential credentials wiped cleared cleaned "
    "held lose lost loss losing rpo audit backup backups "
    "backed copied "
    "dump dumps dumped snapshot snapshots snapshotted kept keep keeps retained retain",
    "retains retention stored deleted purged removed dropped erased discarded pruned preserved archived rotated",
    "conserved rotation rotate renewed renewal replaced changed regenerated reissued available back delete deletes rotates",
)

BACKUP = regex(
    r"\b(?:back(?:ed|s)[- ]?ups?|backups?|(?<!it )(?<!them )(?<!comes )(?<!come )(?<!brought )(?<!is )(?<!are )(?<!be )back[- ]up|dump(?:s|ed)"
    r"|(?:dump|copy) of (?:the |our |its |all )?(?:[\w-]+ )?(?:database|data|store|volume)s?"
    r"|(?:database|store|volume)s? (?:is|are|gets?|must be) copied (?:to|away|off)"
    r"|snapshots?(?: (?:is|are) taken)?|snapshotted)\b"
)
"""A copy of data, or that one is made."""

# «At most one hour of data may be lost»: copies are made as often.
_LOST = regex(
    r"\b(?:los[et]s?|losing|loss)\b[^.;]{0,40}\b(?:hours?|minutes?|days?|seconds?|h|m)\b(?: worth)? of (?:the |our |its )?(?:[\w-]+ )?data\b"
    r"|\bdata loss\b[^.;]{0,40}\d|\brecovery point(?: objective)?\b|\brpo\b"
)
_WORTH_OF = regex(r" (?:worth )?of (?:backups?|dumps?|copies|snapshots?)\b")
_COPIES_KEPT = regex(
    r"\b(?:last|latest|newest|most recent) (\d{1,4})(?: (?:dumps?|copies|backups?|snapshots?|of them|ones?))?\b(?! (?:days?|hours?|weeks?|months?"
    r"|years?|minutes?))"
    r"|\b(?:keep(?:s|ing)?|retain(?:s|ing)?|retention:?|kept:?) (?:the )?(?:last )?(\d{1,4})\b(?! ?(?:days?|hours?|weeks?|months?|years?|minutes?"
    r"|[dhwmy]\b|%|\w+ (?:days|hours|weeks)))"
    r"|\b(\d{1,4}) (?:nightly |daily |weekly |hourly )?(?:dumps?|copies|backups?|snapshots?|of them) (?:are |is |must be )?(?:kept|held|retained|stored)\b"
)
_DAY_NAMES = r"sunday|monday|tuesday|wednesday|thursday|friday|saturday"
_INTERVALS: tuple[tuple[re.Pattern[str], float], ...] = (
    (regex(r"\b(?:hourly|(?:every|each|per|once an|1 times) (?:1 )?hour)\b"), HOUR),
    (regex(r"\b(?:2 times (?:a|1|per|each) day|2 times daily)\b"), 12 * HOUR),
    (
        regex(
            r"\b(?:daily|nightly|(?:every|each|per|once a|1 times) (?:1 )?(?:day|night|morning|evening)|at night|1 times daily"
            r"|overnight|at midnight)\b"
        ),
        DAY,
    ),
    (
        regex(rf"\b(?:weekly|(?:every|each|per|once a|1 times) (?:1 )?(?:week|{_DAY_NAMES})|on (?:{_DAY_NAMES})s)\b"),
        7 * DAY,
    ),
    (regex(r"\b(?:monthly|(?:every|each|per|once a|1 times) (?:1 )?month)\b"), 30 * DAY),
    (regex(r"\b(?:quarterly|every quarter)\b"), 90 * DAY),
    (regex(r"\b(?:yearly|annually|(?:every|each|per|once a|1 times) (?:1 )?year)\b"), 365 * DAY),
)
_NEAR = 60  # characters before a time that say what it is
_TIMES = regex(r"\b(\d{1,2}) times (?:(?:a|an|1|per|each|every) )?(?:1 )?(hour|day|week|month|year)\b")
_LENGTHS = {"hour": HOUR, "day": DAY, "week": 7 * DAY, "month": 30 * DAY, "year": 365 * DAY}
_EVERY = regex(r"\b(?:every|each|at least every)\s+\Z")
_FOR = regex(
    r"\b(?:go(?:es)? back|reach(?:es)? back|restore up to|kept|keeps?|retain\w*|for|retention|older than|after|last|stored|available|deleted)\b"
)
_KEPT = regex(
    r"\b(?:kept|conserved|keep|keeps?|retain(?:s|ed)?|retention|stored|available|stays?|remains?|preserved|archived|held)\b"
    r"|\b(?:deletes?|deleted|purged?|removed?|dropped|erased|discarded|disappears?|wiped|cleared|cleaned up|pruned|expired?|thrown away"
    r"|swept(?: away)?|goes away|go away|vanish(?:es)?|rotated (?:out"
    r"|away))\b"
)
_IS_OLD = regex(r"\A (?:old|of age)\b")
_OLD = regex(
    r"\b(?:after|before|older than|for|of|past|beyond|over|more than|within|during|period|at least|at most|up to|is|than)\b"
)
_KINDS_KEPT: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("audit", regex(r"\baudit\w*\b")),
    ("backup", BACKUP),
    (
        "logs",
        regex(
            r"\b(?:access |error |request |application |server )?logs?\b(?! ?in)|\blog (?:files?|lines?|entries"
            r"|records)\b"
        ),
    ),
    ("metrics", regex(r"\bmetrics?\b")),
    (
        "files",
        regex(
            r"\b(?:output|result|export|temporary|temp|upload|uploaded|generated|intermediate|input|archive"
            r"|report) ?(?:ed )?files?\b|\bfiles?\b(?= (?:under|in|are|of|older))|\b(?:exports?|outputs|artefacts"
            r"|artifacts|dumps|uploads)\b"
        ),
    ),
    ("events", regex(r"\bevents?\b")),
    ("data", regex(r"\b(?:personal |customer |user |raw |session |historical )?data\b")),
    ("messages", regex(r"\bmessages\b")),
)
_NO_RETENTION = regex(
    r"\b(?:browsers?|request|asks?|accounts?|trash|cart|users? (?:can|may)|restore|invoices?|orders?|password|links?|tokens?"
    r"|sessions?(?! data)|undo|memory|open|idle|websockets?|streams?|cached?|time[sd]? ?out|requests?|answered|locks?"
    r"|connections?|drafts?|deletion|recipients?|cannot be|warehouse|queue)\b"
)
_PATHS = regex(r"(?<!\w)/[\w./-]+")
_LIES_IN = regex(
    r"\b(?:whatever|everything|anything|all|what) (?:that )?(?:is |lies |lands |is stored |is left )?(?:in|under|below) /[a-z]"
)
# «Transaction records are retained in the system for ten years»: whatever it is, the system has it.
_IN_THE_SYSTEM = regex(
    r"\b(?:retained|kept|stored|preserved|held|archived|purged|removed|deleted|erased|dropped|wiped)(?: automatically)? (?:by|in|from|within"
    r"|out of) (?:the |our "
    r"|its )?(?:[\w-]+ )?"
    r"(?:system|service|platform|application|database|db|store|storage|volume|solution)\b"
    r"|\b(?:are|is|get|gets) (?:automatically (?:deleted|purged|removed|erased)|(?:deleted|purged|removed|erased) automatically)\b"
    r"|\A(?:objects|messages|events|rows|files) in (?:the |our )?[\w' -]{0,30}(?:buckets?|topics?|database|table)\b"
)
_OLDER = regex(r"\bolder than\b")
_TRAIL = regex(r"\baudit (?:ledgers?|trails?|logs?|records?|entries|events?)\b")
_KEPT_THINGS = frozenset(
    "telemetry extract event export metric artefact artifact file dump output report upload result trace".split()
)
_TRANSIENT = frozenset("uploaded temporary generated exported downloaded intermediate".split())
_DOCUMENTS = frozenset(
    "original scan recording clip audio document image picture photo video attachment pdf thumbnail spreadsheet csv archive invoice".split()
)
# What a pipeline makes; elsewhere a report is a thing of the domain.
_MADE = frozenset("report result".split())
_BESIDE = regex(r"\b(?:with|during|after|before|than|until|while) (?:the |a |each )?(?:\w+ )?\Z")
_SOURCES = frozenset(
    "order account balance snapshot dump postgres postgresql mysql mariadb mongodb mongo clickhouse elasticsearch opensearch".split()
)
# Whose copies are their own: «users can back up their photos».
_PEOPLE = frozenset("user customer client visitor member owner player author".split())
_AT_A_RELEASE = regex(
    r"\b(?:before|after|at|with|on) (?:each|every|any|an?) (?:new )?(?:deployments?|releases?|migrations?|upgrades?|rollouts?)\b"
)
_OWN = regex(r"\b(?:its|their|his|her) own\b")
_DATA = regex(r"\bdatabase|\bdata\b|\bvolume")
_OTHER_BACKUP = regex(
    r"\Athe (?:state|county|canton|city|council|country) backs\b|\b(?:camera|singer|goalkeeper|player|dancer|plan|quarterback|generator|email|e-mail"
    r"|driver|pilot|nurse|staff)\b"
)
_IS_MADE = regex(
    r"\b(?:is|are|be|gets?|must be|has|have|regular\w*|automatic\w*|takes?|makes?) (?:\w+ )?(?:backed up"
    r"|backups?|a backup|taken)\b|\bback(?:ed|s)? up\b|\bbackups? (?:is|are)\b"
)
_NAMED = regex(r"\bbackups?\b|\bbacked up\b")
_COPIES = frozenset("backup snapshot dump copy".split())
_OTHER_CARE = regex(r"\b(?:located|hosted|resid\w+|restor\w+|tested|encrypted|off-?site)\b")
_IN_USE = regex(r"\b(?:stays?|remains?|is|are|be|kept) (?:in use (?:for )?(?:longer|more|at most|up to)|older than)\b")
_ROTATES = regex(
    r"\b(?:changes (?=every|each|once)|rotat(?:es?|ed|ion)|renew(?:s|ed|al)?|replace[sd]|exchanged|swapped|changed|regenerated|reissued)\b"
)
_ROTATED: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "secrets",
        regex(
            r"\b(?:secrets?|credentials?|api (?:keys?|tokens?)|signing keys?|encryption keys?|database passwords?|(?:service"
            r"|db) passwords?|keys)\b"
        ),
    ),
    ("certificates", regex(r"\b(?:certificates?|certs?)\b")),
)
_ROTATED_THINGS = frozenset("ops key certificate credential we operator secret password".split())


def read(sentence: Sentence) -> Readings:
    """The backups, the retention and the rotation that *sentence* demands."""
    yield from _backups(sentence)
    yield from _rotation(sentence)
    yield from _retention(sentence)


def _interval(sentence: Sentence) -> tuple[float | None, re.Match[str] | None]:
    """How often something is done that the sentence says is done daily, three times a week …"""
    if match := sentence.mentions(_TIMES):
        return whole(_LENGTHS[match[2]] / max(1, int(match[1]))), match
    for phrase, seconds in _INTERVALS:
        if match := sentence.mentions(phrase):
            return seconds, match
    return None, None


def _backups(sentence: Sentence) -> Readings:
    if (lost := sentence.mentions(_LOST)) and (time := sentence.limit()):
        yield sentence.reading(Backup(time.seconds), lost, time)
        return
    match = sentence.says(BACKUP)
    if not match or not _is_of_data(sentence, match):
        return
    if sentence.mentions(_AT_A_RELEASE):
        return  # a copy that is made when something is done, and not again and again
    every, said = _interval(sentence)
    keep: float | None = None
    for time in sentence.durations:
        before = sentence.text[max(0, time.begin - _NEAR) : time.begin]
        if _EVERY.search(before):
            every = time.seconds
        elif _FOR.search(before) or _WORTH_OF.match(sentence.text[time.end :]):
            keep = time.seconds
    if every and keep is None and (copies := sentence.mentions(_COPIES_KEPT)):
        keep = whole(every * int(next(filter(None, copies.groups()))))
    if _is_made(sentence, every, keep):
        timed = TIME.search(sentence.text) or DAY_NAMED.search(sentence.text)
        fields = cron(sentence.text) if every and timed else None
        yield sentence.reading(Backup(every, keep, fields or ""), match, said)


def _is_of_data(sentence: Sentence, match: re.Match[str]) -> bool:
    if _BESIDE.search(sentence.text[: match.start()]) or sentence.mentions(_OTHER_BACKUP):
        return False
    if sentence.subject.noun in _PEOPLE or (sentence.mentions(_OWN) and not sentence.of_system):
        return False
    return sentence.of_system or sentence.subject.noun in _SOURCES or bool(sentence.mentions(_DATA))


def _is_made(sentence: Sentence, every: float | None, keep: float | None) -> bool:
    """Whether it says that copies are made, or kept, and not only something about them."""
    if every is not None:
        return True
    if keep is not None:
        return sentence.subject.noun in _COPIES or bool(sentence.mentions(_NAMED))
    return bool(sentence.mentions(_IS_MADE)) and not sentence.mentions(_OTHER_CARE)


_AHEAD = regex(
    r"\b(?:before|prior to|ahead of)\b[^.,;]{0,30}\b(?:expir\w+|run(?:s|ning)? out|end(?:s|ing)?|laps\w+|become invalid)\b"
)
"""How long before its end something is replaced: that says nothing of how often."""


def _rotation(sentence: Sentence) -> Readings:
    rotates, time = sentence.says(_ROTATES) or sentence.mentions(_IN_USE), next(iter(sentence.durations), None)
    often = _interval(sentence)[0]
    every = time.seconds if time and not sentence.mentions(_TIMES) else often
    who = sentence.subject
    if not rotates or every is None or (who.of and who.of not in SYSTEM) or sentence.mentions(_AHEAD):
        return
    for what, phrase in _ROTATED:
        if match := sentence.mentions(phrase):
            if sentence.of_system or (who.noun in _ROTATED_THINGS and not _is_owned(who, what)):
                yield sentence.reading(Rotation(what, every), match, rotates)
            return


def _is_owned(who: Subject, what: str) -> bool:
    """Whether it is somebody's («the driver's certificate»), or a certificate that says something about people («a diving certificate»)."""
    if any(word.endswith(("'s", "s'")) and singular(word) not in SYSTEM for word in who.before):
        return True
    return what == "certificates" and any(map(is_of_domain, who.before))


def _retention(sentence: Sentence) -> Readings:
    kept, time = sentence.mentions(_KEPT), next(iter(sentence.lasting), None)
    if not kept or time is None or sentence.mentions(_NO_RETENTION) or sentence.mentions(BACKUP):
        return
    noun = sentence.subject.noun
    lies = sentence.mentions(_LIES_IN)
    ours = sentence.mentions(_IN_THE_SYSTEM)
    if not (
        lies
        or ours
        or sentence.of_system
        or _is_made_here(sentence)
        or _is_transient(sentence)
        or sentence.mentions(_TRAIL)
    ) or (noun in _MADE and not sentence.pipeline):
        return
    before, behind = sentence.text[max(0, time.begin - _NEAR) : time.begin], sentence.text[time.end :]
    if not (_OLD.search(before) or _IS_OLD.match(behind) or "retention period" in behind):
        return
    said = _PATHS.sub(" ", sentence.text)
    what = next((name for name, phrase in _KINDS_KEPT if phrase.search(said)), None)
    what = what or ("files" if lies else _kept(sentence)) or (f"{noun}s" if ours and noun else None)
    if what and what != "logs":
        yield sentence.reading(Retention(what, time.seconds), kept, time)


def _is_made_here(sentence: Sentence) -> bool:
    """Whether it speaks of files, events, reports of the system: «export files», and not «claim files»."""
    before, of = sentence.subject.before, sentence.subject.of
    if of and is_of_domain(of):
        return False  # «a file of the court»
    if "stored" in before and (sentence.mentions(_OLDER) or "retained" in sentence.words):
        return True  # «stored readings are deleted once they are older than …»
    return sentence.subject.noun in _KEPT_THINGS and ("raw" in before or not any(map(is_of_domain, before)))


def _is_transient(sentence: Sentence) -> bool:
    """Whether it speaks of what was uploaded or made by the way: «uploaded documents»."""
    return bool(_TRANSIENT & set(sentence.subject.before)) and sentence.subject.noun in _DOCUMENTS


def _kept(sentence: Sentence) -> str | None:
    """What is kept, where it is none of the usual things."""
    noun = sentence.subject.noun
    if noun == "telemetry":
        return noun
    if noun in _KEPT_THINGS or "stored" in sentence.subject.before:
        return f"{noun}s"
    return "files" if _is_transient(sentence) else None
