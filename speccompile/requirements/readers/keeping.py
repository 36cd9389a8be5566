"""How long data is kept and how often it is copied: backups, retention, rotation."""

from __future__ import annotations

from speccompile.requirements.kinds import (
    Backup,
    Retention,
    Rotation,
)
from speccompile.requirements.phrases import Phrase
from speccompile.requirements.quantities import DAY, HOUR
from speccompile.requirements.sentence import Readings, Sentence, cues

CUES = cues(
    "backup backups backed dump dumps dumped snapshot snapshots snapshotted kept keep keeps retained retain",
    "retains retention stored deleted purged removed dropped erased discarded pruned preserved archived rotated",
    "rotation rotate renewed renewal replaced changed regenerated reissued available",
)

_BACKUP = Phrase(r"\b(?:back(?:ed|s)?[- ]?ups?|backup|dump(?:s|ed)|snapshots?(?: (?:is|are) taken)?|snapshotted)\b")
_INTERVALS: tuple[tuple[Phrase, float], ...] = (
    (Phrase(r"\b(?:hourly|(?:every|each|per|once an|1 times) (?:1 )?hour)\b"), HOUR),
    (Phrase(r"\b(?:2 times (?:a|1|per|each) day)\b"), 12 * HOUR),
    (
        Phrase(
            r"\b(?:daily|nightly|(?:every|each|per|once a|1 times) (?:1 )?(?:day|night|morning|evening)|at night"
            r"|overnight|at midnight)\b"
        ),
        DAY,
    ),
    (
        Phrase(
            r"\b(?:weekly|(?:every|each|per|once a|1 times) (?:1 )?(?:week|sunday|monday|tuesday|wednesday|thursday"
            r"|friday|saturday)|on (?:sundays|mondays|saturdays|fridays))\b"
        ),
        7 * DAY,
    ),
    (Phrase(r"\b(?:monthly|(?:every|each|per|once a|1 times) (?:1 )?month)\b"), 30 * DAY),
)
_EVERY = Phrase(r"\b(?:every|each)\s+\Z")
_KEPT = Phrase(
    r"\b(?:kept|keeps?|retain(?:s|ed)?|retention|stored|available|stays?|remains?|preserved|archived|held)\b"
    r"|\b(?:deleted|purged|removed|dropped|erased|discarded|cleaned up|pruned|expired?|thrown away|rotated (?:out"
    r"|away))\b"
)
_OLD = Phrase(
    r"\b(?:after|older than|for|of|past|beyond|over|more than|within|period|at least|at most|up to|is|than)\b"
)
_KINDS_KEPT: tuple[tuple[str, Phrase], ...] = (
    ("audit", Phrase(r"\baudit\w*\b")),
    ("backup", _BACKUP),
    (
        "logs",
        Phrase(
            r"\b(?:access |error |request |application |server )?logs?\b(?! ?in)|\blog (?:files?|lines?|entries"
            r"|records)\b"
        ),
    ),
    ("metrics", Phrase(r"\bmetrics?\b")),
    (
        "files",
        Phrase(
            r"\b(?:output|result|export|temporary|temp|upload|uploaded|generated|intermediate|input|archive"
            r"|report) ?(?:ed )?files?\b|\bfiles?\b(?= (?:under|in|are|of))|\b(?:exports?|outputs|artefacts"
            r"|artifacts|dumps)\b"
        ),
    ),
    ("events", Phrase(r"\bevents?\b")),
    ("data", Phrase(r"\b(?:personal |customer |user |raw |session |historical )?data\b")),
    ("messages", Phrase(r"\bmessages\b")),
)
_NO_RETENTION = Phrase(
    r"\b(?:request|asks?|accounts?|trash|cart|users? (?:can|may)|restore|invoices?|orders?|password|links?|tokens?"
    r"|sessions?|undo|memory|open|idle|websockets?|streams?|cached?|time[sd]? ?out|requests?|answered|locks?"
    r"|connections?|drafts?|deletion)\b"
)
_BESIDE = Phrase(r"\b(?:with|during|after|before|than|until|while) (?:the |a |each )?(?:\w+ )?\Z")
_ROTATES = Phrase(r"\b(?:rotat(?:es?|ed|ion)|renew(?:s|ed|al)?|replaced|changed|regenerated|reissued)\b")
_ROTATED: tuple[tuple[str, Phrase], ...] = (
    (
        "secrets",
        Phrase(
            r"\b(?:secrets?|credentials?|api keys?|signing keys?|encryption keys?|database passwords?|(?:service"
            r"|db) passwords?|keys)\b"
        ),
    ),
    ("certificates", Phrase(r"\b(?:certificates?|certs?)\b")),
)


def read(sentence: Sentence) -> Readings:
    """The backups, the retention and the rotation that *sentence* demands."""
    yield from _backups(sentence)
    yield from _rotation(sentence)
    yield from _retention(sentence)


def _backups(sentence: Sentence) -> Readings:
    match = sentence.says(_BACKUP)
    if (
        not match
        or _BESIDE.search(sentence.text[: match.start()])
        or not (
            sentence.of_system
            or sentence.subject.noun in ("order", "account", "balance", "snapshot", "dump")
            or sentence.mentions(Phrase(r"\bdatabase|\bdata\b|\bvolume"))
        )
    ):
        return
    if sentence.mentions(
        Phrase(r"\b(?:camera|singer|goalkeeper|player|dancer|plan|quarterback|generator|email|e-mail)\b")
    ):
        return
    every: float | None = None
    found = [match]
    keep = None
    for phrase, seconds in _INTERVALS:
        if interval := sentence.mentions(phrase):
            every = seconds
            found.append(interval)
            break
    for time in sentence.durations:
        before = sentence.text[: time.begin]
        if _EVERY.search(before):
            every = time.seconds
        elif Phrase(
            r"\b(?:kept|keeps?|retain\w*|for|retention|older than|after|last|stored|available|deleted)\b"
        ).search(before):
            keep = time.seconds
    if (
        every is None
        and keep is None
        and not Phrase(
            r"\b(?:is|are|be|gets?|must be|has|have|regular\w*|automatic\w*|takes?|makes?) (?:\w+ )?(?:backed up"
            r"|backups?|a backup|taken)\b|\bbacked up\b|\bbackups? (?:is|are)\b"
        ).search(sentence.text)
    ):
        return
    if (
        every is None
        and keep is not None
        and sentence.subject.noun not in ("backup", "snapshot", "dump", "copy")
        and "backed up" not in sentence.text
        and not Phrase(r"\bbackups?\b").search(sentence.text)
    ):
        return
    if Phrase(r"\b(?:restor\w+|tested|encrypted|off-?site)\b").search(sentence.text) and every is None and keep is None:
        return
    yield sentence.reading(Backup(every, keep), *found)


def _rotation(sentence: Sentence) -> Readings:
    rotates = sentence.says(_ROTATES)
    time = next(iter(sentence.durations), None)
    every = (
        time.seconds if time else next((seconds for phrase, seconds in _INTERVALS if sentence.mentions(phrase)), None)
    )
    if Phrase(r"\bquarterly\b|\bevery quarter\b").search(sentence.text):
        every = 90 * DAY
    if Phrase(r"\b(?:yearly|annually|(?:every|once a) (?:1 )?year|1 times 1 year)\b").search(sentence.text):
        every = 365 * DAY
    if not rotates or every is None:
        return
    for what, phrase in _ROTATED:
        if match := sentence.mentions(phrase):
            if sentence.of_system or sentence.subject.noun in (
                "key",
                "certificate",
                "credential",
                "we",
                "operator",
                "secret",
            ):
                yield sentence.reading(Rotation(what, every), match, rotates)
            return


def _retention(sentence: Sentence) -> Readings:
    kept, time = sentence.mentions(_KEPT), next(iter(sentence.durations), None)
    if not kept or time is None or sentence.mentions(_NO_RETENTION) or sentence.mentions(_BACKUP):
        return
    if not (
        sentence.of_system
        or sentence.subject.noun
        in ("event", "export", "metric", "artefact", "artifact", "file", "dump", "output", "report", "archive")
    ):
        return
    before = sentence.text[max(0, time.begin - 40) : time.begin]
    if not _OLD.search(before):
        return
    what = next((name for name, phrase in _KINDS_KEPT if sentence.mentions(phrase)), None)
    if what is None or what == "logs":
        return
    yield sentence.reading(Retention(what, time.seconds), kept, time)
