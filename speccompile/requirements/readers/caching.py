"""What browsers and proxies may keep."""

from __future__ import annotations

import re

from speccompile.regex import regex
from speccompile.requirements.kinds import CacheControl
from speccompile.requirements.quantities import DAY
from speccompile.requirements.sentence import Readings, Sentence, cues

CUES = cues(
    "/ cache caches cached caching cacheable cache-control no-store max-age no-cache browser browsers cdn cdns reuse"
)

_CACHED = regex(
    r"\b(?:revalidated|cach(?:e[ds]?|ing|eable)|cache-control|max-age|no-store|no-cache)\b"
    r"|\b(?:kept|stored|held|cached|reused|retained) (?:\w+ )?(?:by|in) (?:the |any |an? |shared |intermediate )*(?:browsers?|prox(?:y|ies)|clients?"
    r"|cdns?|caches?)\b"
    r"|\b(?:clients|cdns?|proxies|browsers?)(?: and (?:clients|cdns?|proxies|browsers?))?(?: (?:may|can|shall|should|must))? (?:keep|hold on to|hold"
    r"|store|reuse)s?\b"
    r"|\bbrowsers?(?: (?:may|can|shall|should|must|are allowed to))? (?:keep|hold on to|hold|store|reuse)s?\b"
)
_WHAT: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "static",
        regex(
            r"\b(?:static (?:files?|assets?|content|resources?)|assets?|stylesheets?|scripts|javascript|css"
            r"|fingerprinted|hashed (?:files|assets)|bundles?)\b"
        ),
    ),
    ("images", regex(r"\b(?:images?|pictures|photos|thumbnails?|posters|covers|avatars|icons?|logos?|fonts?)\b")),
    ("html", regex(r"\b(?:html|index\.html|front page|home ?page|pages?)\b")),
    ("responses", regex(r"\b(?:api responses?|responses?|answers?|api|json|everything|content)\b")),
)
_BROWSER = regex(
    r"\b(?:browsers?|cache lifetimes?|(?:served|delivered|sent) with|cache-control|max-age|clients?|cdn|proxies|proxy|http|cached (?:for|by|at)|(?:by"
    r"|in) any cache|may be cached"
    r"|(?:are|is|be) cached|never (?:be )?cached|not (?:be )?cached|must not (?:be )?cache|no-store|cacheable"
    r"|immutable)\b"
)
_NO_CACHE = regex(
    r"\bnothing (?:below|under|in|at|from|served from) /[^,;]{1,60}? (?:may be |is |gets |can be |shall be |must be |should be )?(?:cached|cacheable)\b|"
    r"\brevalidated (?:by the \w+ )?(?:on|at|with|for) (?:each|every)\b|\b(?:never|not|no)(?: \w+){0,2} (?:be )?(?:cached|(?:stored|kept|held|retained) (?:by"
    r"|in) (?:(?:any|an?|the|shared) )*(?:caches?|browsers?"
    r"|prox(?:y|ies)|clients?|cdns?))\b|\bno-store\b|\bno-cache\b"
    r"|\bno caching\b|\bwithout caching\b"
    r"|\bcaching is (?:disabled|off|forbidden)\b"
)
_INNER_CACHE = regex(
    r"\b(?:redis|memcached|valkey|in memory|in a cache|database|coins?|server-side|geocache|query results?"
    r"|results? of|exchange rates?|prices?|sessions?|lookups?)\b"
)
_MAX_AGE = regex(r"\bmax-age ?[=:]? ?(\d{1,9})\b")
_FOREVER = regex(r"\bforever\b|\bindefinitely\b|\bimmutable\b")
_THINGS = frozenset(
    "thumbnail photo poster cover avatar image file font icon stylesheet script page picture html css content asset resource bundle browser "
    "javascript index.html logo cdn client".split()
)


def read(sentence: Sentence) -> Readings:
    """What *sentence* lets browsers keep, and how long."""
    match = sentence.mentions(_CACHED)
    if (
        not match
        or (sentence.mentions(_INNER_CACHE) and not (sentence.paths and "cacheable" in sentence.words))
        or not sentence.mentions(_BROWSER)
    ):
        return
    what = next((name for name, phrase in _WHAT if sentence.mentions(phrase)), None)
    who = sentence.subject.noun
    ours = sentence.of_system or who in _THINGS or who.startswith("/") or (who == "nothing" and bool(sentence.path))
    what = what or ("responses" if sentence.path and ours else None)
    if what is None or not ours:
        return
    time = next(iter(sentence.durations), None)
    if (age := sentence.mentions(_MAX_AGE)) and not time:
        yield sentence.reading(CacheControl(what, int(age[1])), match, age, scope=sentence.of_path)
        return
    if sentence.mentions(_NO_CACHE):
        yield sentence.reading(CacheControl(what, 0), match, scope=sentence.of_path)
    elif time:
        yield sentence.reading(CacheControl(what, time.seconds), match, time, scope=sentence.of_path)
    elif sentence.mentions(_FOREVER):
        yield sentence.reading(CacheControl(what, 365 * DAY), match, scope=sentence.of_path)
