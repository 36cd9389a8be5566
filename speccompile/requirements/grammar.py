"""Of what a sentence speaks: the noun that its subject is, the words before that noun, and what it is of.

A reading by rules, not a parse: enough to tell «requests take at most 5 s» from «a taxi request takes at most 4 passengers».
"""

from __future__ import annotations

from itertools import islice

from speccompile.record import record
from speccompile.regex import regex
from speccompile.requirements.vocabulary import (
    DETERMINERS,
    ELSEWHERE,
    MEASURES,
    OTHERS,
    PARTS,
    PEOPLE,
    PLAIN,
    PREPOSITIONS,
    RUN,
    SYSTEM,
    TRAFFIC,
    VERBS,
)

_TOKEN = regex(r"[a-z0-9_]+(?:[-'./][a-z0-9_]+)*%?|[,;:.]|/[^\s,;]*")
# A clause before the subject: «On SIGTERM, …», «After a crash the service …», «When it stops, …».
_LEADING = regex(
    r"\A(?:if|when|whenever|once|while|after|before|as soon as|should)\b[^,]{1,80}? (?=it (?:is|must|will|shall|has|gets?|may|comes?|restarts?)\b|we [a-z]"
    r"|(?:the|this|our) (?:server|service|api|application|app|system|process|gateway|proxy|container|worker|job|pipeline) [a-z]+)"
    r"|\A(?:in total|in general|overall|altogether|all in all|taken together|by default|under no circumstances|at no time|at no point|in no case|as a rule),? "
    r"|\A(?:on|upon|after|before|during|when|whenever|if|while|once|under|in case of|in|at|with|within|as soon as|as long as|so long as|should"
    r"|until|unless|because|since|where|wherever|although|even if|even when|given|by|per|except(?: for)?|apart from|other than|depending on"
    r"|for)\b(?:[^,]{0,80}?,|"
    r"(?: (?:sigterm|sigint|shutdown|startup|start|exit|stop|failure|crash|deployment|restart|interruption|demand|termination)\s+)"
    r"| (?:(?:an?|the|1) )?[\w/.-]+ (?=(?:the|an?|it|its|all|each|every|our|this|no|any|nothing|everything|only|running|in-flight|active) ))"
    r"|\Aat (?:any|all) times?,? "
    r"|\Aon the \d{1,2}(?:st|nd|rd|th)?(?: and (?:on )?(?:the )?\d{1,2}(?:st|nd|rd|th)?)*(?: day)?(?: of (?:each|every|the|a) (?:1 )?month)?,? "
    r"|\A(?:(?:every|each|once an?|once per) (?:\d+ )?(?:seconds?|minutes?|hours?|days?|weeks?|months?|night"
    r"|morning|evening|weekday|\w+day)(?: (?:at|on) [\w:]+(?: ?[ap]\.?m\b\.?)?)*|daily|nightly|hourly|weekly|monthly),? "
    r"(?=the |a |an |it |its |all |each |every |our |this |new )"
)
# «When a tour is full, it is closed»: what «it» is stands in the clause before.
_OF_WHAT = regex(
    r"\A(?:if|when|whenever|once|while|as soon as|as long as|so long as|should) (?=(?:the|an?|any|each|every|this|our|yesterday's|today's) )"
)
# «Ensure that requests …», «The system guarantees that a claim …»: what is ensured is what the sentence is about.
_ENSURED = regex(
    r"\A(?:(?:it|the \w+|our \w+|we|this \w+) )?(?:(?:must|shall|should|will|has to|have to|needs? to|is to) )?(?:be )?"
    r"(?:(?:ensures?|ensured|guarantees?|guaranteed|makes? sure)(?: that)?|(?:required?|requires?|specif(?:y|ies)|states?|wants?|warrants?|expects?|demands?|mandates?|confirms?|undertakes?|promises?|agrees?|stipulates?|prescribes?) that) "
    r"(?=(?:the|an?|all|any|each|every|no|at|only|requests?|it) )"
)
# «Limit uploads to 5 MB»: a command speaks of its object.
_COMMAND = regex(
    r"\A(?:please |always |never |do not |don't )?(?:limit|restrict|reject|refuse|throttle|abort|cancel|kill|terminate|close"
    r"|delete|purge|remove|retain|keep|encrypt|rotate|redirect|allow|accept|permit|deny|disconnect|give up on|cut off|back up|stop"
    r"|cap|drop|retry|restart|cache|answer|renew|give|grant|assign|allocate) "
    r"(?!(?:is|are|must|may|can|shall|should|of|for|to|on|has|have|was|will|files?|entries|hits?) )"
)
_THEN = regex(
    r"\A ?(?:then|there|that|also|additionally|moreover|furthermore),? (?!(?:is|are|must|may|shall|should|will|can)\b)"
)  # «When …, then …»
_SPOKEN = regex(
    r"\A(?:(?:so|well|ok(?:ay)?|basically|please|note that|importantly|of course|as said|also|and),? )+(?=[a-z])"
)
# «As a sales manager I want the report job to run on Mondays».
_STORY = regex(
    r"\Aas an? [^,]{1,40}?,? i (?:want|need|expect|would like|wish)(?: that| to have)? (?=(?:the|an?|all|any|each|every|no|our|my|at|\d) ?)"
)
_SKIPPED = 200  # characters before a subject
_LONGEST = 60  # tokens; a subject is shorter
_NUMERIC = regex(r"\d[\d.]*%?\Z")


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
    begin = 0
    for opening in (_SPOKEN, _STORY, _LEADING, _THEN, _ENSURED, _LEADING, _THEN, _COMMAND):
        if skipped := opening.match(text[begin : begin + _SKIPPED]):
            begin += skipped.end()
    found = _subject_at(text, begin)
    clause = _OF_WHAT.match(text) if found.noun in _PRONOUNS else None
    return _subject_at(text, clause.end()) if clause and clause.end() < begin else found


_PRONOUNS = frozenset("it next new second other today tomorrow".split())  # «the next one», «today's»


def _subject_at(text: str, begin: int) -> Subject:
    """The subject of the clause that begins at *begin*."""
    found = _TOKEN.finditer(text, begin)
    tokens = [match[0] for match in islice(found, _LONGEST)]
    if _is_note(tokens):
        return Subject("", (), "", ())
    phrase = _noun_phrase(tokens)
    if "and" in phrase and (first := _noun(_until(phrase[: phrase.index("and")], PREPOSITIONS)))[0] in SYSTEM:
        phrase = phrase[: phrase.index("and")]  # «the application and all of its data»
    head, _, rest = _split(phrase, "of")
    noun, before = _noun(head)
    if rest and (noun in MEASURES or _NUMERIC.match(noun)):
        head, _, rest = _split(rest, "of")
        noun, before = _noun(head)
    of, of_before = _noun(_until(rest, PREPOSITIONS))
    article = phrase[0] if phrase and phrase[0] in DETERMINERS else ""
    return Subject(noun, before, of, of_before, _place(phrase), article)


_NOTE = 14  # tokens
_NO_NOTE = frozenset(
    "a an the his her their is are was were be must may can shall should will has have does do".split()
)


def _is_note(tokens: list[str]) -> bool:
    """Whether *tokens* are a note about the system, with neither article nor verb: «max 2 replicas, never more», «mem limit 512Mi»."""
    end = next((number for number, token in enumerate(tokens) if token in ",;:"), len(tokens))
    begins = tokens[0] if tokens else ""
    return (
        0 < len(tokens) <= _NOTE
        and _NO_NOTE.isdisjoint(tokens)
        and VERBS.isdisjoint(set(tokens[:end]) - _AMBIGUOUS)
        and (begins in _OF_NO_DOMAIN or begins in _NOTED or singular(begins) in _OURS or bool(_NUMERIC.match(begins)))
    )


_NOTED = frozenset("max min mem cpu db conn req reqs cors tls uptime cron".split())
_MOMENTS = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday weekday weekend morning evening night midnight noon time moment once flight progress transit total parallel question".split()
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
        if taken and token in ("still", "yet"):
            continue
        following = tokens[number + 1] if number + 1 < len(tokens) else ""
        if token in VERBS and not _is_noun(token, taken, following):
            if (not taken and token in ("is", "are", "does", "do", "may", "must", "can", "shall")) or (
                taken and taken[-1] in ("there",)
            ):
                continue
            break
        if taken and following in _BY_WHOM and (token in _DONE or token.endswith("ed")):
            break  # «credentials used by the service»
        if not taken and token.endswith("ed") and (following in PREPOSITIONS or following.endswith("ly")):
            break  # «Scheduled for …»
        if token.endswith("ing") and taken and singular(taken[-1]) in TRAFFIC | _ACTORS | SYSTEM:
            break  # «requests running longer than 15 s»
        taken.append(token)
    return [word for word in taken if word != "there"]


_BY_WHOM = frozenset("by in for on at under from with".split())
_DONE = frozenset("used kept held sent made written read given taken".split())
_SPEAKER = frozenset(("we",))  # whatever they do is a verb
_AMBIGUOUS = frozenset(
    """logs log run runs store stores process processes limit limits request report reports export exports import imports sync syncs call calls restart restarts
    answer answers time need needs use uses cap start stop end exit last work load record records scale crash support drop update release cache caches
    live""".split()
)


_ACTORS = frozenset("client user caller process run job message file row record connection".split())
_COUNTED = frozenset("request call answer log report load cache requests calls answers logs reports".split())
_ARTICLES = frozenset("a an the each every no any its our this".split())


def _is_noun(token: str, taken: list[str], following: str) -> bool:
    """Whether *token*, which may be a verb, is a noun here."""
    if taken and taken[-1] in _ARTICLES:
        return True
    if token not in _AMBIGUOUS or (token == "time" and following == "out"):
        return False
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
        or _NUMERIC.match(taken[-1])
        or taken[-1] in ("of", "background", "interrupted", "failed", "previous")
    ):
        return True
    if following in VERBS and following not in ("at", "last", "live"):
        return True
    return (
        token in _COUNTED
        and bool(taken)
        and taken[-1] in PLAIN
        and (following in VERBS or following in PREPOSITIONS)
        and taken[-1] not in SYSTEM
    )


_COMPARED = frozenset(
    "larger longer bigger smaller older higher greater idle exceeding taking using open allowed permitted made required needed containing holding concerning including regarding".split()
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
        if (token in stops or before_path or _NUMERIC.match(token)) and any(
            t not in DETERMINERS and not _NUMERIC.match(t) for t in tokens[:number]
        ):
            return tokens[:number]
    return [token for token in tokens if token not in stops or token in DETERMINERS]


def _noun(tokens: list[str]) -> tuple[str, tuple[str, ...]]:
    kept = [
        t
        for t in tokens
        if t not in DETERMINERS and t not in PREPOSITIONS and (len(tokens) == 1 or not _NUMERIC.match(t))
    ]
    return (singular(kept[-1]), tuple(kept[:-1])) if kept else ("", ())


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
    if (
        word.endswith("s")
        and not word.endswith(("ss", "us", "is"))
        and len(word) > 3
        and word not in ("https", "tls", "cpus", "hsts", "postgres")
    ):
        return word[:-1]
    return word


_ROWS = frozenset("record row job message file event data request import order item entry".split())
_DEFINITE = frozenset("the our this its".split())
_OWNERS = frozenset(
    "client user caller api connection login admin kind sort type http https image upload health".split()
)
_KNOWN = frozenset(
    """
    out off up down over under not no only yet still even just also than as its and or but if when then once twice more less fewer longer
    simultaneous back so such because except least failed new median mean percentile typical per best worst
    """.split()
)


_OURS = PLAIN | SYSTEM | PARTS | RUN | TRAFFIC | VERBS
_OF_NO_DOMAIN = _OURS | DETERMINERS | PREPOSITIONS | _KNOWN


def is_of_domain(word: str) -> bool:
    """Whether *word* before a noun of traffic makes it one of the domain."""
    return not (
        is_plain(word)
        or word in _OF_NO_DOMAIN
        or singular(word) in _OURS
        or word.endswith(("ed", "-api", "-http", "ly"))
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
    if noun in SYSTEM and is_anothers(who):
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
                is_plain(word) or word in SYSTEM or word in RUN or singular(word) in SYSTEM | PARTS | TRAFFIC
                for word in who.before
            )
            and _of_system(who)
        )
    return False


def is_anothers(who: Subject) -> bool:
    """Whether somebody else runs, or has, *who*: «the partner's API», «their gateway», «the legacy system»."""
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
        or of in SYSTEM
        or of in TRAFFIC
        or of in PARTS
        or of in RUN
        or of in ("our", "us")
        or (of in ("tier", "layer") and not _OURS.isdisjoint(who.of_before))
        or singular(of) in _OWNERS
    )


def _in_system(place: str) -> bool:
    return (
        not place
        or place.startswith("/")
        or place in SYSTEM | TRAFFIC | PARTS | RUN | PLAIN
        or bool(_NUMERIC.match(place))
    )
