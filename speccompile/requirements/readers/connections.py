"""How many connections there may be at once, and how long one may be open without traffic."""

from __future__ import annotations

import re
from typing import Literal, TypeAlias

from speccompile.regex import regex
from speccompile.requirements.kinds import Connections, Idle
from speccompile.requirements.readers.rates import counted
from speccompile.requirements.reading import Scope
from speccompile.requirements.sentence import Readings, Sentence, cues
from speccompile.requirements.traffic import AT_MOST, BEARS, POOL

CUES = cues(
    "idle idling inactive inactivity dormant silent silence keep-alive keepalive websocket websockets socket stream streams sse",
    "event conn connection connections concurrent simultaneous parallel concurrency",
)

Stream: TypeAlias = Literal["websocket", "events", "connection"]

_COUNT = regex(
    r"(?<![\d.])(\d{1,7}) (?:(?:concurrent|simultaneous|parallel|open|active|tcp|http|websocket|client|live"
    r"|at once|concurrently open) ?){0,3}(?:connections?|websockets?|sockets?|streams?|requests? (?:at once|at a time|in parallel"
    r"|concurrently|simultaneously|in flight)|concurrent requests?|simultaneous requests?|parallel requests?)\b"
)
_COUNT_BEHIND = regex(
    r"\b(?:(?:concurrent|simultaneous|parallel|open|active|number of(?: \w+)?) (?:tcp |http |client |websocket )?(?:connections?|requests?|websockets?)"
    r"|conn(?:ection)?s? (?:limit|cap|maximum):?|concurrency)(?: (?:per|from|for|of|by|to) [a-z0-9 ]{1,24}?)?"
    r"(?: (?:is|are|must|may|can|shall|should|will))?(?: not| never)?(?: be)?(?: (?:limited|capped|restricted|bounded))?"
    r"(?: (?:to|at|by|is|exceed))? (?:at most |a maximum of )?(\d{1,7})\b(?! ?(?:%|m?s\b|seconds?|minutes?|hours?|per|requests? (?:per|a)))"
)
_LIMITED = regex(r"\b(?:limit(?:s|ed)?|cap(?:s|ped)?|restrict(?:s|ed)?|max(?:imum)?|at most|bounded|exceed|no more)\b")
_PER_CLIENT = regex(
    r"\b(?:per|each|every|any|one|single|a|1|no|for) (?:single |individual |source |remote )?(?:client|user|ip(?: address)?|address|caller|consumer"
    r"|customer|host|visitor|tenant|account)\b|\bfrom (?:the same|one|1|a single|each|any)\b"
)
_HOLDERS = frozenset("ip address user client caller visitor consumer".split())
_IDLE = regex(
    r"\b(?:nothing on it|silences?|dormant|idle|idling|inactiv\w+|silent|quiet|(?:say|send|do|carry|exchange)s? nothing|without (?:any )?(?:traffic"
    r"|activity|data"
    r"|messages?)|no (?:traffic|activity|data|messages?|frames?|bytes)"
    r"|(?:nothing|no \w+) (?:is|was|has been|goes|comes|moves|arrives|happens) (?:sent|received|exchanged|said|through|in|over)?|nothing happens"
    r"|(?:not|hasn't|haven't)(?: been)? (?:sent|received|used)"
    r"|keep-?alives?|kept (?:open|alive)|keep(?:s)? (?:open|alive)|(?:stay|remain|held|hold|left|live)s? (?:open"
    r"|alive)|disconnected after|hang up on|long-lived)\b"
)
_STREAMS: tuple[tuple[re.Pattern[str], Stream], ...] = (
    (regex(r"\bweb ?-?sockets?\b|\bws\b"), "websocket"),
    (regex(r"\b(?:server-sent|sse|event ?-?streams?|streams?|streaming)\b"), "events"),
    (regex(r"\bconnections?\b|\bkeep-?alive\b|\bsockets?\b"), "connection"),
)
_INTERVAL = regex(r"\b(?:every|each|pings?|heartbeats?)\b")


def read(sentence: Sentence) -> Readings:
    """The number of connections and the idle time that *sentence* allows."""
    if sentence.pipeline or sentence.tool or sentence.traffic_of_domain or sentence.mentions(POOL):
        return
    yield from _connections(sentence)
    yield from _idle(sentence)


def _connections(sentence: Sentence) -> Readings:
    found = _counted(sentence)
    if found is None or counted(sentence.text) or sentence.bound(found) == "least":
        return
    if not (
        sentence.of_system
        or sentence.subject.noun in _HOLDERS
        or sentence.subject.noun == "one"
        or not sentence.subject.noun
    ):
        return
    if sentence.mentions(BEARS) and not (sentence.mentions(AT_MOST) or sentence.refused):
        return
    scope = (
        Scope("client", sentence.path)
        if sentence.mentions(_PER_CLIENT) or sentence.subject.noun in _HOLDERS
        else sentence.of_path
    )
    yield sentence.reading(Connections(int(found[1])), found, scope=scope)


def _counted(sentence: Sentence) -> re.Match[str] | None:
    """The number, before what it counts or behind it."""
    if found := _COUNT.search(sentence.text):
        return found
    behind = _COUNT_BEHIND.search(sentence.text)
    return behind if behind and sentence.mentions(_LIMITED) else None


def _is_of_streams(sentence: Sentence) -> bool:
    """«The chat's websocket»: there is no other sort of it."""
    return sentence.of_system or sentence.subject.noun in ("websocket", "socket", "sse", "keep-alive")


def _idle(sentence: Sentence) -> Readings:
    if (
        not sentence.durations
        or not sentence.mentions(_IDLE)
        or not _is_of_streams(sentence)
        or sentence.mentions(_INTERVAL)
    ):
        return
    stream = next((name for phrase, name in _STREAMS if sentence.mentions(phrase)), None)
    if stream:
        time = sentence.durations[0]
        yield sentence.reading(Idle(time.seconds, stream), time, scope=sentence.of_path)
