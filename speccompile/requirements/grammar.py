"""Of what a sentence speaks: the noun that its subject is, the words before that noun, and what it is of.

A reading by rules, not a parse: enough to tell «requests take at most 5 s» from «a taxi request takes at most 4 passengers».
"""

from __future__ import annotations

from itertools import islice

from speccompile.record import record
from speccompile.regex import regex
from speccompile.requirements.openings import OF_WHAT, main_clause
from speccompile.requirements.vocabulary import (
    DETERMINERS,
    MEASURES,
    PARTS,
    PLAIN,
    PREPOSITIONS,
    RUN,
    SYSTEM,
    TRAFFIC,
    VERBS,
)

_TOKEN = regex(r"[a-z0-9_]+(?:[-'./][a-z0-9_]+)*%?|[,;:.]|/[^\s,;]*")
_LONGEST = 60  # tokens; a subject is shorter
NUMERIC = regex(r"\d[\d.]*(?:%|ms|s|[kmg]i?b)?\Z")


@record()
class Subject:
    """A subject's *noun* in the singular ("" where the sentence names none), the words before it, the noun that it is *of*, the noun of
    the place that it is in (or a path), and the *article* that it has."""

    noun: str
    before: tuple[str, ...]
    of: str
    of_before: tuple[str, ...]
    place: str = ""
    article: str = ""


def subject(text: str) -> Subject:
    """The subject of *text*, a sentence in normal form."""
    begin = main_clause(text)
    found = _subject_at(text, begin)
    clause = OF_WHAT.match(text) if found.noun in _PRONOUNS else None
    return _subject_at(text, clause.end()) if clause and clause.end() < begin else found


_PRONOUNS = frozenset("it next new second other today tomorrow".split())  # «the next one», «today's»


def _subject_at(text: str, begin: int) -> Subject:
    """The subject of the clause that begins at *begin*."""
    found = _TOKEN.finditer(text, begin)
    tokens = [match[0] for match in islice(found, _LONGEST)]
    if _is_note(tokens):
        return Subject("", (), "", ())
    phrase = _noun_phrase(tokens)
    if "and" in phrase and _noun(_until(phrase[: phrase.index("and")], PREPOSITIONS))[0] in SYSTEM:
        phrase = phrase[: phrase.index("and")]  # «the application and all of its data»
    head, _, rest = _split(phrase, "of")
    noun, before = _noun(head)
    if rest and (head[:1] == ["all"] or noun in MEASURES or NUMERIC.match(noun)):  # «all of the service's keys»
        head, _, rest = _split(rest, "of")
        noun, before = _noun(head)
    of, of_before = _noun(_until(rest, PREPOSITIONS))
    article = phrase[0] if phrase and phrase[0] in DETERMINERS else ""
    return Subject(noun, before, of, of_before, _place(phrase), article)


_NOTE = 14  # tokens
_MARKS = frozenset(",;:")
_NO_NOTE = frozenset(
    "a an the his her their is are was were be must may can shall should will has have does do".split()
)


def _is_note(tokens: list[str]) -> bool:
    """Whether *tokens* are a note about the system, with neither article nor verb: «max 2 replicas, never more», «mem limit 512Mi»."""
    end = next((number for number, token in enumerate(tokens) if token in _MARKS), len(tokens))
    begins = tokens[0] if tokens else ""
    if tokens[1:4].count(":") and all(
        token in OF_NO_DOMAIN or token in _NOTED or singular(token) in OURS for token in tokens[:end]
    ):
        return True  # «conn cap: 1000 across the whole service»
    return (
        0 < len(tokens) <= _NOTE
        and begins not in _QUANTIFIERS
        and _NO_NOTE.isdisjoint(tokens)
        and VERBS.isdisjoint(set(tokens[:end]) - _AMBIGUOUS)
        and (begins in OF_NO_DOMAIN or begins in _NOTED or singular(begins) in OURS or bool(NUMERIC.match(begins)))
    )


_QUANTIFIERS = frozenset("each every any all both some our".split())  # what they begin has a verb
_NOTED = frozenset(
    "oom bg terminationgraceperiod cap caps policy max min mem cpu db conn req reqs cors tls uptime cron".split()
)
_MOMENTS = frozenset(
    "percent cent monday tuesday wednesday thursday friday saturday sunday weekday weekend morning evening night midnight noon time moment once "
    "flight progress "
    "transit total parallel question a.m p.m am pm".split()
)


def _place(phrase: list[str]) -> str:
    """The noun of the place that the subject is in: «a CPU in the parts catalogue»."""
    at = next((n for n, token in enumerate(phrase) if n and token in ("in", "at", "on")), None)
    if at is None:
        return ""
    rest = phrase[at + 1 :]
    if rest and rest[0] in ("which", "whom"):
        return ""
    noun = rest[0] if rest and rest[0].startswith("/") else _noun(_until(rest, PREPOSITIONS))[0]
    return "" if noun in _MOMENTS else noun


def _noun_phrase(tokens: list[str]) -> list[str]:
    """The tokens up to the first verb. A word that may be verb and noun is a noun where it follows a determiner or comes first and
    a verb follows."""
    taken: list[str] = []
    for number, token in enumerate(tokens):
        if token in (",", ";", ":", "."):
            if taken:
                break
            continue
        if token in _SPEAKER and not taken:
            return [token]
        if token in (_ADVERBS if taken else _CONDITIONS):
            continue
        following = tokens[number + 1] if number + 1 < len(tokens) else ""
        if token in VERBS and not _is_noun(token, taken, following):
            if (not taken and token in _ASKING) or (taken and taken[-1] in ("there",)):
                continue
            break
        if _is_participle(token, taken, following):
            break
        taken.append(token)
    return [word for word in taken if word != "there"]


def _is_participle(token: str, taken: list[str], following: str) -> bool:
    """«Credentials used by the service», «Scheduled for …», «requests running longer than 15 s»: what is said of a noun ends its phrase."""
    if taken and following in _BY_WHOM and (token in _DONE or token.endswith("ed")):
        return True
    if (
        taken
        and (token in _DONE or token.endswith("ed"))
        and following in VERBS | PREPOSITIONS
        and singular(taken[-1]) in _QUALIFIED
    ):
        return True  # «requests already accepted get 40 s»
    if not taken and token.endswith("ed") and (following in PREPOSITIONS or following.endswith("ly")):
        return True
    return bool(token.endswith("ing") and taken and singular(taken[-1]) in TRAFFIC | _ACTORS | SYSTEM | _HOLDERS)


_ASKING = frozenset("is are does do may must can shall should".split())  # what a clause begins with
_CONDITIONS = frozenset("if when whenever once while".split())
_BY_WHOM = frozenset("by in for on at under from with".split())
_ADVERBS = frozenset("already ever still yet first immediately automatically simply".split())
_QUALIFIED = frozenset("request call connection work row record message job run".split())
_HOLDERS = frozenset("volume disk database folder directory".split())
_DONE = frozenset("used kept held sent made written read given taken done".split())
_SPEAKER = frozenset(("we",))  # whatever they do is a verb
_AMBIGUOUS = frozenset(
    """
    probes scans scan logs log run runs store stores process processes limit limits request report reports export exports import imports sync syncs call calls
    restart restarts
    answer answers time times need needs use uses cap start stop end exit last work load record records scale crash support drop update release cache caches
    live""".split()
)


_ACTORS = frozenset(
    "anyone anybody everyone everybody whoever client user caller process run job message file row record connection".split()
)
_COUNTED = frozenset("request call answer log report load cache requests calls answers logs reports".split())
_ARTICLES = frozenset("a an the each every no any its our this".split())


def _is_noun(token: str, taken: list[str], following: str) -> bool:
    """Whether *token*, which may be a verb, is a noun here."""
    if taken and taken[-1] in _ARTICLES:
        return True
    if token not in _AMBIGUOUS or (token, following) in _PHRASAL:
        return False
    if not taken and following == "of":
        return True  # «logs of the service»
    if taken and following in _COMPARED:
        return True
    if not taken and token.endswith("s") and following in _COMPARED:
        return True
    if (
        not taken
        and not token.endswith("s")
        and following not in DETERMINERS | PREPOSITIONS
        and not following.endswith("ly")
    ):
        return True
    if taken and (
        taken[-1] in DETERMINERS
        or NUMERIC.match(taken[-1])
        or taken[-1]
        in (
            "of",
            "background",
            "uploaded",
            "stored",
            "generated",
            "exported",
            "interrupted",
            "failed",
            "previous",
            "last",
            "next",
            "first",
            "current",
            "new",
            "old",
            "other",
        )
    ):
        return True
    if following in VERBS and following not in ("at", "last", "live"):
        return True
    if token in _COUNTED and taken and taken[-1] in PLAIN and following in _ADVERBS:
        return True  # «an HTTP call still unanswered»
    return (
        token in _COUNTED
        and bool(taken)
        and taken[-1] in PLAIN
        and (following in VERBS or following in PREPOSITIONS)
        and taken[-1] not in SYSTEM
    )


_PHRASAL = frozenset((("time", "out"), ("changes", "every"), ("changes", "each"), ("changes", "once")))
_COMPARED = frozenset(
    "larger longer bigger smaller older higher greater idle exceeding taking using open allowed permitted made required needed containing holding "
    "concerning including regarding unanswered unfinished".split()
)


def _split(tokens: list[str], word: str) -> tuple[list[str], str, list[str]]:
    if word in tokens:
        at = tokens.index(word)
        return _until(tokens[:at], (PREPOSITIONS | _COMPARED) - {"of", "over", "under", "than"}), word, tokens[at + 1 :]
    return _until(tokens, (PREPOSITIONS | _COMPARED) - {"over", "under", "than"}), "", []


def _until(tokens: list[str], stops: frozenset[str]) -> list[str]:
    """The tokens before the first of *stops* that has a noun before it."""
    for number, token in enumerate(tokens):
        before_path = token in PREPOSITIONS and number + 1 < len(tokens) and tokens[number + 1].startswith("/")
        if (token in stops or before_path or NUMERIC.match(token)) and any(
            t not in DETERMINERS and not NUMERIC.match(t) for t in tokens[:number]
        ):
            return tokens[:number]
    return [token for token in tokens if token not in stops or token in DETERMINERS]


def _noun(tokens: list[str]) -> tuple[str, tuple[str, ...]]:
    kept = [
        t
        for t in tokens
        if t not in DETERMINERS and t not in PREPOSITIONS and (len(tokens) == 1 or not NUMERIC.match(t))
    ]
    return (singular(kept[-1]), tuple(kept[:-1])) if kept else ("", ())


_NO_PLURALS = frozenset("https tls cpus hsts postgres rootfs cors dns redis nats kubernetes sms".split())


def singular(word: str) -> str:
    """*word* in the singular, as far as the nouns of this field need it; without a possessive's ending."""
    word = word.removesuffix("'s").removesuffix("'")
    if word.startswith("/"):
        return word
    if word in ("cookies", "movies"):
        return word[:-1]
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "ches", "shes", "xes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3 and word not in _NO_PLURALS:
        return word[:-1]
    return word


_KNOWN = frozenset(
    """
    out off up down over under not no only yet still even just also than as its and or but if when then once twice more less fewer longer
    simultaneous back so such because except least failed new median mean percentile typical per best worst
    """.split()
)


OURS = PLAIN | SYSTEM | PARTS | RUN | TRAFFIC | VERBS
OF_NO_DOMAIN = OURS | DETERMINERS | PREPOSITIONS | _KNOWN
