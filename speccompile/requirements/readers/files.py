"""Files that are read and written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from speccompile.regex import regex
from speccompile.requirements.kinds import Files, ReadOnly
from speccompile.requirements.sentence import Readings, Sentence, cues

CUES = cues(
    "look looks takes take leaves land lands file files directory directories folder disk volume written writes write saved stored kept reads read output",
    "input loaded picked mounted exported imported results lands placed uploads configuration settings",
)

_WRITTEN = regex(
    r"\b(?:writ(?:es?|ten|ing)|sav(?:es?|ed)|stor(?:es?|ed)|put|produc(?:es?|ed)|kept|output|outputs|lands?|leaves?"
    r"|go(?:es)? to|creat(?:es?|ed)|export(?:s|ed)?|append(?:s|ed)?|dump(?:s|ed)?|upload(?:s|ed)?|placed|persist(?:s|ed)?)\b"
)
_READ = regex(
    r"\b(?:takes? (?=(?:its|the|their|all|new) (?:[\w-]+ )?files?\b)|looks? at|reads?(?!-)|loaded|loads?|taken|picked up|picks up|input|imports?|imported"
    r"|consumed?|scans?|watch(?:es)?"
    r"|ingests?|mounted|finds?|expects?|lives? in|located in|resides? in)\b"
)
_PATH = regex(
    r"(?<![\w/.:])((?:/(?:data|var|srv|mnt|app|opt|etc|tmp|home|usr|out|output|input|in|uploads?|media|storage"
    r"|exports?|import|config|run|inbox|outbox|work|spool|share|files|backup|backups|log|logs|archive|models?"
    r"|static|reports?|state|cache|scratch|working|drop|landing|incoming|outgoing|processed|failed|staging|queue|certs|keys))(?:/[\w.*-]+)*/?)(?![\w])"
)
_PLACED = regex(
    r"\b(?:files?|directory|directories|folder|disk|volume|under|below|beneath|inside|within|in|into|to|from|at)\b"
)
_OF_REQUESTS = regex(
    r"(?<![/\w-])(?:get(?= /)|post|put|delete|endpoint|route|url|returns?|responds?|answers?(?! (?:are|is)\b)|requests? to|probe)\b"
)
_THINGS = frozenset(
    """
    file export report output upload picture document result model input invoice image state data checkpoint certificate
    configuration pdf media setting thumbnail attachment csv photo video artifact artefact
    """.split()
)
# «Feeds are read from the directory /mnt/feeds»: whatever it is that is read.
_DIRECTLY = regex(
    r"\b(?:read|loaded|picked up|imported|taken|collected|written|writes?|saved|saves|stored|stores|lands?|leaves?|exported|put|placed|kept|dumped"
    r"|uploaded|reads|found|lives?|located|resides?|expected|appear|watch(?:es|ed)?|mounted)(?: \w+){0,2} (?:from|to|in|into|under|at|inside)"
    r"(?: (?:the |a )?(?:local )?(?:directory|folder|files?|volume|path|disk)(?: (?:in|under|at))?)? /"
)
_NOWHERE_ELSE = regex(
    r"\b(?:nowhere|not anywhere|never anywhere|nothing) else\b|\bwrites? (?:only|solely|exclusively)|\bonly writes?\b|\bonly (?:be )?writt?e?n? (?:to"
    r"|in|into|below|under)\b"
)
_EXCEPTED = regex(r"\b(?:except(?: for| in| under)?|apart from|other than|only|besides) \Z")
_WRITES = regex(r"\b(?:writ|sav|stor|produc|output|put)\w*[^.]*\Z")


_IS_WHERE = regex(r"/\S+ is where\b")


def read(sentence: Sentence) -> Readings:
    """The files that *sentence* says are read or written."""
    if not sentence.mentions(_PLACED) or sentence.mentions(_OF_REQUESTS):
        return
    if not (
        sentence.of_system
        or _IS_WHERE.match(sentence.text)
        or sentence.subject.noun in _THINGS
        or sentence.mentions(_DIRECTLY)
    ):
        return
    for access, path, words in _found(sentence):
        yield sentence.reading(Files(access, path), words)
        if access == "write" and (only := sentence.mentions(_NOWHERE_ELSE)):
            yield sentence.reading(ReadOnly(), only)


def _found(sentence: Sentence) -> Iterator[tuple[Literal["read", "write"], str, re.Match[str]]]:
    """Each path, with what is done there: the nearest verb before the first one decides, words between them after that."""
    end = 0
    for match in _PATH.finditer(sentence.written):
        if _EXCEPTED.search(sentence.text[: match.start()]):
            continue  # «read-only except for /tmp» reads nothing there
        if match[1].startswith("/run/secrets"):
            continue  # a secret's file is the secret's
        before = sentence.text[end : match.start()]
        words = sentence.mentions(_WRITTEN) or sentence.mentions(_READ)
        if words is None:
            return
        writes = _last(_WRITTEN, before) >= _last(_READ, before) if not end else bool(_WRITES.search(before))
        if not end and _last(_WRITTEN, before) == _last(_READ, before):
            writes = sentence.mentions(_WRITTEN) is not None
        yield "write" if writes else "read", match[1].rstrip("/.") or match[1], words
        end = match.end()


def _last(phrase: re.Pattern[str], text: str) -> int:
    """Where *phrase* stands last in *text*; -1 where it does not."""
    return max((match.start() for match in phrase.finditer(text)), default=-1)
