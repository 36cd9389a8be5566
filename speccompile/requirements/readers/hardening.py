"""The process and its place: users, file systems, zones, machines, caching by browsers."""

from __future__ import annotations

import re

from speccompile.requirements.kinds import CacheControl, Platform, ReadOnly, TimeZone, Unprivileged
from speccompile.requirements.phrases import Phrase
from speccompile.requirements.quantities import DAY
from speccompile.requirements.sentence import Readings, Sentence, cues
from speccompile.requirements.zones import zone

CUES = cues(
    "root privileges privileged unprivileged non-root rootless superuser uid capabilities read-only readonly",
    "immutable filesystem zone timezone clock utc arm64 aarch64 amd64 x86_64 x86-64 x86 arm linux python node",
    "node.js java ruby php go bun deno region eu europe us european union germany cache cached caching cacheable",
    "assets static cache-control no-store architecture jdk windows macos alpine debian dotnet jvm",
)

_ROOT = Phrase(
    r"\b(?:not|never|isn't|doesn't|without|no|cannot|mustn't)\b[^.,;]{0,40}\b(?:as |have |has |need |needs "
    r"|require |requires )?(?:root|superuser|administrator rights|root privileges|root rights|elevated privileges"
    r"|privileged mode|root access|uid 0)\b"
    r"|\b(?:unprivileged|non-?root|non-privileged|rootless|least[- ]privileged?|dedicated (?:non-root )?user"
    r"|ordinary user|drops? (?:all )?(?:root )?(?:capabilities|privileges))\b|\bas (?:an? )?(?:normal|ordinary"
    r"|regular|unprivileged|non-root) user\b"
)
_ROOT_OF = Phrase(
    r"\b(?:process|runs?|running|container|service|server|program|application|app|user|daemon|it|job|worker"
    r"|pipeline|image|started|starts?|needs?|requires?|tool|system|capabilities)\b"
)
_NOT_ROOT = Phrase(
    r"\b(?:document root|tree|node of|root cause|root certificate|square root|root directory|webroot|plant|members?)\b"
)
_READ_ONLY = Phrase(
    r"\bread-?\s?only\b|\bimmutable\b|\b(?:never|not|nothing|cannot|doesn't|no)\b[^.,;]{0,40}\b(?:writ(?:es?|ten)"
    r"|writable|modif\w+)\b"
)
_FILE_SYSTEM = Phrase(r"\b(?:(?:root )?file ?systems?|rootfs|root of the container|containers?|images?)\b")
_NOT_FS = Phrase(
    r"\b(?:field|api|replica|role|access|users?|mode|database|document|page|archive|attribute|property|to (?:/"
    r"|the (?:data|log|tmp))|outside)\b"
)
_ZONE = Phrase(r"\b(?:time ?zone|clock|tz|local time|timestamps? (?:is|are)|utc)\b")
_ZONE_IS = Phrase(
    r"\b(?:time ?zone|tz)\b[^.]{0,40}\b(?:is|of|=|must be|set to|to|in|uses?|runs?)\b|\b(?:runs?|operates?|works?"
    r"|set|clock)\b[^.]{0,40}\b(?:in|to|on|is|uses)\b|\buses? \w+[/\w]* as (?:its )?time ?zone\b"
)
_ARCH: tuple[tuple[str, Phrase], ...] = (
    ("arm64", Phrase(r"\b(?:arm64|aarch64|graviton|arm(?: processors?| cpus?| servers?| machines?))\b")),
    ("amd64", Phrase(r"\b(?:amd64|x86[-_]64|x64|intel(?: processors?| cpus?| machines?))\b")),
)
_RUNTIME = Phrase(
    r"\b(python|node(?:\.js|js)?|java|jdk|jre|ruby|php|go|golang|bun|deno|\.net|dotnet|rust|erlang"
    r"|elixir)(?: version)? ?(?:>=? ?)?v?(\d{1,2}(?:\.\d{1,2}){0,2})(?:\.x)?\b"
)
_RUNS_ON = Phrase(
    r"\b(?:runs?|running|works?|supports?|requires?|needs?|built|targets?|deployed|uses?|on|under|with|executes?"
    r"|compatible|must|image|available|starts?)\b"
)
_SYSTEM = Phrase(r"\b(linux|windows|macos|alpine(?: linux)?|debian|ubuntu)\b")
_REGION = Phrase(
    r"\b(?:the )?(eu|european union|europe|eea|germany|switzerland|austria|france|united states|us|usa|uk"
    r"|united kingdom|canada|australia|india|japan|eu-(?:west|central|north|south)-\d|us-(?:east|west)-\d"
    r"|ap-\w+-\d)\b"
)
_STAYS = Phrase(
    r"\b(?:never leaves?|does not leave|must not leave|may not leave|stays?|remains?|stored|kept|hosted|processed"
    r"|only in|within|inside|located|resides?|leave|deployed|runs? (?:only )?in|data ?cent(?:er|re)s?|servers?)\b"
)
_REGIONS = {
    "european union": "EU",
    "europe": "EU",
    "eu": "EU",
    "eea": "EEA",
    "united states": "US",
    "usa": "US",
    "us": "US",
    "united kingdom": "UK",
    "uk": "UK",
}
_CACHED = Phrase(r"\b(?:cach(?:e[ds]?|ing|eable)|cache-control|max-age|no-store|no-cache)\b")
_WHAT: tuple[tuple[str, Phrase], ...] = (
    (
        "static",
        Phrase(
            r"\b(?:static (?:files?|assets?|content|resources?)|assets?|stylesheets?|scripts|javascript|css"
            r"|fingerprinted|hashed (?:files|assets)|bundles?)\b"
        ),
    ),
    ("images", Phrase(r"\b(?:images?|pictures|icons?|logos?|fonts?)\b")),
    ("html", Phrase(r"\b(?:html|index\.html|front page|home ?page|pages?)\b")),
    ("responses", Phrase(r"\b(?:api responses?|responses?|answers?|api|json|everything|content)\b")),
)
_BROWSER = Phrase(
    r"\b(?:browsers?|cache-control|max-age|clients?|cdn|proxies|proxy|http|cached (?:for|by|at)|may be cached"
    r"|are cached|is cached|never (?:be )?cached|not (?:be )?cached|must not (?:be )?cache|no-store|cacheable"
    r"|immutable)\b"
)
_NO_CACHE = Phrase(
    r"\b(?:never|not|no)(?: \w+){0,2} (?:be )?cached\b|\bno-store\b|\bno-cache\b|\bno caching\b|\bwithout caching\b"
    r"|\bcaching is (?:disabled|off|forbidden)\b"
)
_INNER_CACHE = Phrase(
    r"\b(?:redis|memcached|valkey|in memory|in a cache|database|coins?|server-side|geocache|query results?"
    r"|results? of|exchange rates?|prices?|sessions?|lookups?)\b"
)


def read(sentence: Sentence) -> Readings:
    """What *sentence* demands of the process's surroundings."""
    if (
        (match := sentence.mentions(_ROOT))
        and sentence.mentions(_ROOT_OF)
        and not sentence.mentions(_NOT_ROOT)
        and (sentence.of_system or sentence.subject.noun in ("user", "capability", "root", "nothing"))
    ):
        yield sentence.reading(Unprivileged(), match)
    yield from _read_only(sentence)
    yield from _time_zone(sentence)
    yield from _platform(sentence)
    yield from _caching(sentence)


def _read_only(sentence: Sentence) -> Readings:
    match, what = sentence.mentions(_READ_ONLY), sentence.mentions(_FILE_SYSTEM)
    if (
        match
        and what
        and sentence.of_system
        and not sentence.mentions(_NOT_FS)
        and not Phrase(r"\b(?:not|never) read-?only\b").search(sentence.text)
    ):
        yield sentence.reading(ReadOnly(), match, what)


def _time_zone(sentence: Sentence) -> Readings:
    match, name = sentence.mentions(_ZONE), zone(sentence.written)
    if (
        not match
        or not name
        or not sentence.of_system
        or (
            sentence.pipeline
            and sentence.mentions(Phrase(r"\b(?:every|each|daily|nightly|weekly|\d{1,2}:\d{2}|midnight|noon)\b"))
        )
    ):
        return
    if sentence.mentions(_ZONE_IS) and not sentence.mentions(
        Phrase(r"\b(?:users?|customers?|displayed|shown|event|meeting|stored|timestamps?|dates?)\b")
    ):
        yield sentence.reading(TimeZone(name), match)


def _platform(sentence: Sentence) -> Readings:
    if not sentence.of_system:
        return
    architecture = next(((name, found) for name, phrase in _ARCH if (found := sentence.says(phrase))), None)
    if architecture and sentence.mentions(_RUNS_ON):
        yield sentence.reading(Platform(architecture=architecture[0]), architecture[1])
        return
    runtime = sentence.says(_RUNTIME)
    if runtime and sentence.mentions(_RUNS_ON) and sentence.subject.noun not in ("user", "client", "order"):
        name = {
            "node.js": "node",
            "nodejs": "node",
            "golang": "go",
            "jdk": "java",
            "jre": "java",
            ".net": "dotnet",
        }.get(runtime[1], runtime[1])
        yield sentence.reading(Platform(runtime=name, version=runtime[2]), runtime)
        return
    region = sentence.mentions(_REGION)
    if (
        region
        and sentence.mentions(_STAYS)
        and sentence.subject.noun
        in (
            "data",
            "service",
            "server",
            "system",
            "application",
            "backup",
            "database",
            "storage",
            "record",
            "it",
            "log",
            "file",
            "app",
            "container",
            "copy",
            "processing",
            "",
        )
    ):
        if not (region[1] == "us" and not re.search(r"\bUS\b", sentence.written)):
            yield sentence.reading(
                Platform(region=_REGIONS.get(region[1], region[1].title() if "-" not in region[1] else region[1])),
                region,
            )
        return
    system = sentence.says(_SYSTEM)
    if (
        system
        and sentence.mentions(
            Phrase(r"\b(?:runs?|running|deployed|works?|image|based|built)\b[^.]{0,30}\b(?:on|under|from)\b")
        )
        and sentence.subject.noun not in ("user", "client")
    ):
        yield sentence.reading(Platform(system=system[1].split()[0]), system)


def _caching(sentence: Sentence) -> Readings:
    match = sentence.mentions(_CACHED)
    if not match or sentence.mentions(_INNER_CACHE) or not sentence.mentions(_BROWSER):
        return
    what = next((name for name, phrase in _WHAT if sentence.mentions(phrase)), None)
    if what is None or not (
        sentence.of_system
        or sentence.subject.noun
        in (
            "image",
            "file",
            "font",
            "icon",
            "stylesheet",
            "script",
            "page",
            "picture",
            "html",
            "css",
            "bundle",
            "browser",
            "javascript",
            "index.html",
            "logo",
        )
    ):
        return
    if sentence.mentions(_NO_CACHE):
        yield sentence.reading(CacheControl(what, 0), match)
    elif time := next(iter(sentence.durations), None):
        yield sentence.reading(CacheControl(what, time.seconds), match, time)
    elif Phrase(r"\bforever\b|\bindefinitely\b|\bimmutable\b").search(sentence.text):
        yield sentence.reading(CacheControl(what, 365 * DAY), match)
