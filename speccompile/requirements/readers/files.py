"""Files that are read and written, encryption where data lies, migrations, records that nobody can alter."""

from __future__ import annotations

import re

from speccompile.requirements.kinds import (
    AtRest,
    Audit,
    Files,
    Migrate,
)
from speccompile.requirements.phrases import Phrase
from speccompile.requirements.sentence import Readings, Sentence, cues

CUES = cues(
    "file files directory directories folder disk volume written writes write saved stored kept reads read output",
    "input loaded picked mounted exported imported results rest encrypted encryption migration migrations migrate",
    "migrated migrates schema audit audited trail",
)

_FILE = Phrase(
    r"\b(?:writ(?:es?|ten|ing)|sav(?:es?|ed)|stor(?:es?|ed)|put|produc(?:es?|ed)|kept|output|outputs|lands?"
    r"|creat(?:es?|ed)|export(?:s|ed)?|append(?:s|ed)?|dump(?:s|ed)?|upload(?:s|ed)?|placed|persist(?:s|ed)?)\b"
)
_FILE_READ = Phrase(
    r"\b(?:reads?|loaded|loads?|taken|picked up|picks up|input|imports?|imported|consumed?|scans?|watch(?:es)?"
    r"|ingests?|mounted|finds?|expects?)\b"
)
_FILE_PATH = re.compile(
    r"(?<![\w/.:])((?:/(?:data|var|srv|mnt|app|opt|etc|tmp|home|usr|out|output|input|in|uploads?|media|storage"
    r"|exports?|import|config|run|inbox|outbox|work|spool|share|files|backup|backups|log|logs|archive|models?"
    r"|static|reports?|state|cache))(?:/[\w.*-]+)*/?)(?![\w])"
)
_FILE_WORDS = Phrase(r"\b(?:files?|directory|directories|folder|disk|volume|under|in|into|to|from|at)\b")
_REST = Phrase(
    r"\bat[- ]rest\b|\bdisk encryption\b|\bencrypted (?:on disk|disks?|volumes?|storage|databases?|backups?)\b"
    r"|\b(?:disks?|volumes?|storage|database|backups?) (?:is|are) (?:always )?encrypted\b"
    r"|\bstored (?:only )?encrypted\b|\bencrypt\w* (?:before (?:it is|being|they are) )?(?:stored"
    r"|written to disk)\b"
)
_NOT_DATA = Phrase(r"\b(?:tank|wine|river)\b")
_MIGRATES = Phrase(r"\b(?:migrations?|migrat(?:es?|ed)|schema (?:changes?|updates?|upgrades?))\b")
_BEFORE_START = Phrase(
    r"\b(?:before|prior to|on|at|during|when|with|as part of|first|automatically|up to date|each"
    r"|every)\b(?:[^.]{0,60})\b(?:starts?|started|startup|start-up|boots?|serv(?:es?|ing)|deploy\w*|releas\w*"
    r"|version|traffic|rollout|requests?|traffic|launch\w*|comes up)\b|\bup to date\b"
)
_READY = Phrase(r"\b(?:readiness|ready|503|healthy|health)\b")
_AUDIT = Phrase(r"\baudit (?:log|trail|record|entry|entries|event)s?\b|\baudited\b|\baudit-log\b|\baudit logs?\b")
_ALTERED = Phrase(
    r"\b(?:append[- ]only|immutable|tamper\w*|never (?:be )?(?:altered|changed|deleted|modified|removed|edited"
    r"|overwritten)|cannot be (?:altered|changed|deleted|modified|edited)|(?:must|may) not be (?:altered|changed"
    r"|deleted|modified|edited)|write[- ]once|recorded|written|logged|leaves?|creates?|kept in|stored in|entered"
    r"|in the audit)\b"
)


def read(sentence: Sentence) -> Readings:
    """The files, the encryption, the migrations and the audit records that *sentence* demands."""
    yield from _files(sentence)
    yield from _migrations(sentence)
    yield from _audit(sentence)
    if (rest := sentence.says(_REST)) and not sentence.mentions(_NOT_DATA):
        yield sentence.reading(AtRest(), rest)


def _files(sentence: Sentence) -> Readings:
    match = _FILE_PATH.search(sentence.written)
    if (
        not match
        or not sentence.mentions(_FILE_WORDS)
        or sentence.mentions(
            Phrase(r"\b(?:get|post|put|delete|endpoint|route|url|returns?|responds?|answers?|requests? to|probe)\b")
        )
    ):
        return
    if not (
        sentence.of_system
        or sentence.subject.noun
        in (
            "file",
            "export",
            "report",
            "output",
            "upload",
            "picture",
            "document",
            "result",
            "model",
            "input",
            "invoice",
            "image",
            "state",
            "data",
            "checkpoint",
            "certificate",
            "configuration",
        )
    ):
        return
    path = match[1].rstrip("/.") or match[1]
    write, read_ = sentence.mentions(_FILE), sentence.mentions(_FILE_READ)
    both = write and read_
    if both:
        place = match.start()
        reads = [m.start() for m in _FILE_READ.finditer(sentence.text) if m.start() < place]
        writes = [m.start() for m in _FILE.finditer(sentence.text) if m.start() < place]
        write = write if writes and (not reads or max(writes) >= max(reads)) else None
    if write or read_:
        yield sentence.reading(Files("write" if write else "read", path), write or read_ or match)
        for other in _FILE_PATH.finditer(sentence.written, match.end()):
            yield sentence.reading(
                Files(
                    "write"
                    if Phrase(r"\b(?:writ|sav|stor|produc|output|put)\w*[^.]*\Z").search(
                        sentence.text[match.end() : other.start()]
                    )
                    else "read",
                    other[1].rstrip("/."),
                ),
                write or read_ or match,
            )


def _migrations(sentence: Sentence) -> Readings:
    match = sentence.says(_MIGRATES)
    if (
        not match
        or not sentence.of_system
        or sentence.mentions(Phrase(r"\b(?:bird|herd|animal|user accounts?|customers?)\b"))
    ):
        return
    if (
        sentence.mentions(_BEFORE_START)
        and not (sentence.mentions(_READY) and sentence.paths)
        and sentence.mentions(
            Phrase(
                r"\b(?:run|runs|applied|apply|applies|executed?|performed|done|migrated|migrates|happen|up to date"
                r"|complete[sd]?)\b"
            )
        )
    ):
        yield sentence.reading(Migrate(), match)


def _audit(sentence: Sentence) -> Readings:
    match = sentence.says(_AUDIT)
    if match and sentence.mentions(_ALTERED) and not sentence.durations:
        yield sentence.reading(Audit(), match)
