"""What the program runs on, where, and in which time zone."""

from __future__ import annotations

import re
from collections.abc import Iterator

from speccompile.regex import regex
from speccompile.requirements.kinds import Platform, TimeZone
from speccompile.requirements.sentence import Readings, Sentence, cues
from speccompile.requirements.vocabulary import RUN, SYSTEM
from speccompile.requirements.zones import zone

CUES = cues(
    "local time zone timezone clock utc times dates tz arm64 aarch64 amd64 x86_64 x86-64 x86 arm linux python node",
    "node.js java ruby php go bun deno region eu europe us european union canadian german swiss austrian french american british australian indian "
    "japanese germany switzerland austria france united usa uk",
    "canada australia india japan architecture jdk windows macos alpine debian dotnet jvm eea ubuntu graviton intel",
    "kubernetes k8s golang jre rust erlang elixir x64 .net net",
)

_ZONE = regex(
    r"\b(?:time ?zone|clocks?|tz|all (?:\w+ )?(?:times|dates)(?: and (?:times|dates))? are(?: \w+)? in|cron (?:entries|expressions?|jobs?)|(?:european"
    r"|eastern|pacific|central"
    r"|mountain) time|runs? on \w+(?: \w+)? time|local time|timestamps? (?:is|are)|utc)\b"
)
_ZONE_IS = regex(
    r"\A\S+ is the time ?zone of\b|"
    r"\b(?:evaluated|interpreted|understood) in\b|\ball (?:\w+ )?times are in\b|\b(?:in|to) (?:the )?time ?zone\b|\ball (?:times"
    r"|dates)(?: and (?:times|dates))? are(?: \w+)? in\b|"
    r"\b(?:time ?zone|tz): |\b(?:time ?zone|tz)\b[^.]{0,40}\b(?:is|of|=|must be|set to|to|in|uses?|runs?)\b|\blocal time\b[^.]{0,20}\b(?:is|be)\b"
    r"|\b(?:runs?|operates?|works?"
    r"|set|clocks?)\b[^.]{0,40}\b(?:in|to|on|is|uses|with)\b|\buses? \w+[/\w]* as (?:its |their |the )?time ?zone\b"
)
_ZONE_OF = regex(
    r"\S+ is the time ?zone of (?:the|our|this) (?:service|server|system|pipeline|job|application|app|container|process)\b"
)
_NOT_CLOCK = regex(r"\b(?:users?|customers?|displayed|shown|event|meeting|stored|timestamps?|dates?)\b")
_SCHEDULED = regex(r"\b(?:every|each|daily|nightly|weekly|\d{1,2}:\d{2}|midnight|noon)\b")
_ARCH: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("arm64", regex(r"\b(?:arm64|aarch64|graviton|arm(?: processors?| cpus?| servers?| machines?))\b")),
    ("amd64", regex(r"\b(?:amd64|x86[-_]64|x64|intel(?: processors?| cpus?| machines?))\b")),
)
_RUNTIME = regex(
    r"\b(python|node(?:\.js|js)?|java|jdk|jre|ruby|php|go|golang|bun|deno|\.net|dotnet|rust|erlang"
    r"|elixir)(?: version)? ?(?:>=? ?)?v?(\d{1,2}(?:\.\d{1,2}){0,2})(?:\.x)?\b"
)
_RUNTIMES = {"node.js": "node", "nodejs": "node", "golang": "go", "jdk": "java", "jre": "java", ".net": "dotnet"}
_RUNS_ON = regex(
    r"\b(?:runs?|running|written|works?|supports?|requires?|needs?|built|targets?|deployed|uses?|on|under|with|executes?"
    r"|required|compatible|must|image|available|starts?|used|production)\b"
)
_SYSTEM = regex(r"\b(kubernetes|k8s|linux|windows|macos|alpine(?: linux)?|debian|ubuntu)\b")
_ON_SYSTEM = regex(
    r"\b(?:runs?|running|deployed|operated|hosted|works?|image|based|built)\b[^.]{0,30}\b(?:on|under|from)\b"
)
_NOT_RUN = frozenset("user client order".split())
_LIBRARIES = frozenset("library package module sdk crate gem".split())
_REGION = regex(
    r"\b(?:the )?(?:(?:aws|azure|gcp) region )?(eu-(?:west|central|north|south)-\d|us-(?:east|west)-\d|ap-\w+-\d|eu|european union|europe|eea|germany"
    r"|switzerland|austria|france"
    r"|united states|us|usa|uk"
    r"|canadian|german|swiss|european|austrian|french|american|british|australian|indian|japanese"
    r"|united kingdom|canada|australia|india|japan)\b"
)
_STAYS = regex(
    r"\b(?:take(?:s)? place|hosts?|never leaves?|does not leave|must not leave|may not leave|stays?|remains?|stored|kept|hosted|processed"
    r"|only in|within|inside|located|resides?|leave|deployed|runs? (?:only )?in|data ?cent(?:er|re)s?|servers?|confined|restricted)\b"
)
_REGIONS = {
    "canadian": "Canada",
    "german": "Germany",
    "swiss": "Switzerland",
    "european": "EU",
    "austrian": "Austria",
    "french": "France",
    "american": "US",
    "british": "UK",
    "australian": "Australia",
    "indian": "India",
    "japanese": "Japan",
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
_OF_COUNTRIES = frozenset(
    "canadian german swiss european austrian french american british australian indian japanese".split()
)
_DATA_CENTRE = regex(r"\b(?:data ?cent(?:er|re)s?|servers|regions?|soil|territory|machines|hosting)\b")
_IN_CAPITALS = regex(r"\bUS\b")
_STORED = frozenset(
    """
    data service server system application backup database storage record it log file app container copy processing api worker hosting we everything
    """.split()
)


def read(sentence: Sentence) -> Readings:
    """What *sentence* demands of the platform and of its clock."""
    if not (
        sentence.of_system
        or _is_of_clock(sentence)
        or _RUNTIME.match(sentence.text)
        or sentence.subject.noun in _LIBRARIES | _STORED
    ):
        return
    yield from _time_zone(sentence)
    architectures = [(name, found) for name, phrase in _ARCH if (found := sentence.says(phrase))]
    if architectures and sentence.mentions(_RUNS_ON):
        for name, found in architectures:
            yield sentence.reading(Platform(architecture=name), found)
    elif platform := next(_platforms(sentence), None):
        yield sentence.reading(*platform)


def _is_of_clock(sentence: Sentence) -> bool:
    """«Local time of the job is Asia/Tokyo», «all schedule times are in UTC»."""
    who = sentence.subject
    if who.noun in ("time", "schedule", "clock") and sentence.text.startswith("all "):
        return True
    if _ZONE_OF.match(sentence.text):
        return True
    return who.noun in ("time", "clock", "schedule", "entry") and who.of in SYSTEM | RUN


def _time_zone(sentence: Sentence) -> Readings:
    match, name = sentence.mentions(_ZONE), zone(sentence.written)
    if not match or not name or (sentence.pipeline and sentence.mentions(_SCHEDULED)):
        return
    if sentence.mentions(_ZONE_IS) and not sentence.mentions(_NOT_CLOCK):
        yield sentence.reading(TimeZone(name), match)


def _platforms(sentence: Sentence) -> Iterator[tuple[Platform, re.Match[str]]]:
    """Runtime, region and system, in this order."""
    runtime = sentence.says(_RUNTIME)
    if runtime and sentence.mentions(_RUNS_ON) and sentence.subject.noun not in _NOT_RUN:
        yield Platform(runtime=_RUNTIMES.get(runtime[1], runtime[1]), version=runtime[2]), runtime
    region = sentence.mentions(_REGION)
    if region and region[1] in _OF_COUNTRIES and not sentence.mentions(_DATA_CENTRE):
        region = None  # «German customers»
    if region and _is_kept_there(sentence, region[1]):
        name = _REGIONS.get(region[1], region[1].title() if "-" not in region[1] else region[1])
        yield Platform(region=name), region
    system = sentence.says(_SYSTEM)
    if system and sentence.mentions(_ON_SYSTEM) and sentence.subject.noun not in _NOT_RUN:
        name = system[1].split()[0]
        yield Platform(system="kubernetes" if name == "k8s" else name), system


def _is_kept_there(sentence: Sentence, region: str) -> bool:
    if sentence.mentions(_ZONE) and zone(sentence.written):
        return False  # Europe/Berlin is no region
    if region == "us" and not _IN_CAPITALS.search(sentence.written):
        return False
    return bool(sentence.mentions(_STAYS)) and (sentence.subject.noun in _STORED or not sentence.subject.noun)
