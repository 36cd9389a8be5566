"""How long connections may stay open without traffic."""

from __future__ import annotations

from typing import Literal

from speccompile.requirements.kinds import Idle
from speccompile.requirements.phrases import Phrase
from speccompile.requirements.sentence import Readings, Sentence, cues

CUES = cues(
    "idle idling inactive inactivity silent keep-alive keepalive websocket websockets socket stream streams sse",
    "event connection connections",
)

_POOL = Phrase(r"\b(?:database|db|pool|upstream|redis|postgres\w*|mysql|smtp|outgoing|outbound|backend)\b")
_IDLE = Phrase(
    r"\b(?:idle|idling|inactiv\w+|silent|quiet|without (?:traffic|activity|data)|no (?:traffic|activity|data)"
    r"|keep-?alive|kept (?:open|alive)|keep(?:s)? (?:open|alive)|(?:stay|remain|held|hold|left|live)s? (?:open"
    r"|alive)|disconnected after|long-lived)\b"
)
_STREAMS: tuple[tuple[Phrase, Literal["websocket", "events", "connection"]], ...] = (
    (Phrase(r"\bweb ?-?sockets?\b|\bws\b"), "websocket"),
    (Phrase(r"\b(?:server-sent|sse|event ?-?streams?|streams?|streaming)\b"), "events"),
    (Phrase(r"\bconnections?\b|\bkeep-?alive\b|\bsockets?\b"), "connection"),
)


def read(sentence: Sentence) -> Readings:
    """The idle time that *sentence* sets for connections."""
    if sentence.pipeline or sentence.tool:
        return
    yield from _idle(sentence)


def _idle(sentence: Sentence) -> Readings:
    if not sentence.durations or not sentence.mentions(_IDLE) or not sentence.of_system:
        return
    stream = next((name for phrase, name in _STREAMS if sentence.mentions(phrase)), None)
    if stream and not sentence.mentions(_POOL):
        yield sentence.reading(
            Idle(sentence.durations[0].seconds, stream), sentence.durations[0], scope=sentence.of_path
        )
