"""Whose a thing is: this system's, somebody else's, or one of the domain."""

from __future__ import annotations

from speccompile.requirements.grammar import NUMERIC, OF_NO_DOMAIN, OURS, Subject, singular
from speccompile.requirements.vocabulary import (
    COMPANIES,
    ELSEWHERE,
    MEASURES,
    OTHERS,
    PARTS,
    PEOPLE,
    PLAIN,
    RUN,
    SYSTEM,
    TRAFFIC,
)

_ROWS = frozenset("record row job message file event data request import order item entry".split())
_DEFINITE = frozenset("the our this its".split())
_OWNERS = frozenset(
    "client user caller api connection login admin kind sort type http https image upload health".split()
)


def is_of_domain(word: str) -> bool:
    """Whether *word* before a noun of traffic makes it one of the domain."""
    return not (
        is_plain(word) or word in OF_NO_DOMAIN or singular(word) in OURS or word.endswith(("ed", "-api", "-http", "ly"))
    )


def is_person(noun: str) -> bool:
    """Whether *noun* behind «by» is somebody, and nothing of this system: «answered by a doctor»."""
    return noun in PEOPLE or is_of_domain(noun)


def is_plain(word: str) -> bool:
    """Whether *word* makes what it stands before nothing of a domain: «concurrent», «long-running»."""
    return all(part in PLAIN for part in word.split("-")) or word in PLAIN


def is_system(who: Subject, *, pipeline: bool) -> bool:
    """Whether *who* is this system, a run of it, its traffic or a part of it, and nothing of the domain."""
    noun = who.noun
    if not noun:
        return True
    if noun in PEOPLE and who.article not in _DEFINITE:
        return False
    if noun in SYSTEM and (is_anothers(who) or _is_a_thing(who)):
        return False
    if noun in SYSTEM:
        return (who.article not in ("a", "an") or _in_system(who.place)) and (
            not who.of
            or noun not in ("instance", "replica", "process", "image", "site", "component", "system")
            or _of_system(who)
        )
    if noun in ("time", "duration", "runtime") and set(who.before) & (RUN | SYSTEM | TRAFFIC):
        return all(is_plain(word) or word in RUN | SYSTEM | TRAFFIC for word in who.before)
    if noun in RUN:
        if noun == "batch" and who.of and who.of not in _ROWS:
            return False
        if pipeline:
            return _in_system(who.place) and (who.article not in ("a", "an") or _of_system(who))
        return all(is_plain(word) for word in who.before) and _of_system(who)
    if noun in TRAFFIC or noun in PARTS:
        return (
            _in_system(who.place)
            and all(
                is_plain(word) or word in SYSTEM or word in RUN or singular(word) in SYSTEM | PARTS | TRAFFIC | RUN
                for word in who.before
            )
            and _of_system(who)
        )
    return False


_THINGS = frozenset("container pod image bot".split())


def _is_a_thing(who: Subject) -> bool:
    """«A reefer container»: of many such things, and of another sort than those of deployments."""
    return who.noun in _THINGS and who.article in ("a", "an", "each", "every") and any(map(is_of_domain, who.before))


_PUBLIC_SERVICES = frozenset("national fire postal ambulance rescue civil police customs coast forest secret".split())


def is_anothers(who: Subject) -> bool:
    """Whether somebody else runs, or has, *who*: «the partner's API», «their gateway», «the legacy system»."""
    if who.noun in COMPANIES or (who.noun == "service" and not _PUBLIC_SERVICES.isdisjoint(who.before)):
        return True
    if "own" in who.before and any(word.endswith("'s") and singular(word) not in OURS for word in who.before):
        return True  # «the broadcaster's own archive system»
    if who.noun in SYSTEM and who.of in OTHERS and who.article != "our":
        return True  # «the mail server of the recipient»
    return any(
        word in ELSEWHERE or (word.endswith(("'s", "s'")) and singular(word.rstrip("'")) in OTHERS)
        for word in who.before
    )


def _of_system(who: Subject) -> bool:
    of = who.of
    return (
        not of
        or of.startswith("/")
        or of in MEASURES
        or bool(NUMERIC.match(of))
        or of in SYSTEM
        or of in TRAFFIC
        or of in PARTS
        or of in RUN
        or of in ("our", "us")
        or (of in ("tier", "layer") and not OURS.isdisjoint(who.of_before))
        or singular(of) in _OWNERS
    )


def _in_system(place: str) -> bool:
    return (
        not place
        or place.startswith("/")
        or place in SYSTEM | TRAFFIC | PARTS | RUN | PLAIN
        or bool(NUMERIC.match(place))
    )
