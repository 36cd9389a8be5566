"""What the system is given: memory and processors."""

from __future__ import annotations

import re

from speccompile.regex import regex
from speccompile.requirements.kinds import Bound, Cpu, Memory
from speccompile.requirements.reading import Scope
from speccompile.requirements.sentence import Found, Readings, Sentence, cues
from speccompile.requirements.vocabulary import BACKING, SYSTEM, TRAFFIC

CUES = cues(
    "oom resident container containers pod pods allocate allocates mem memory ram heap rss footprint cpu cpus core cores vcpu vcpus processor "
    "processors millicores"
)

_MEMORY = regex(r"\b(?:oom|memory|mem|ram|heap|rss|resident set|footprint|allocat\w+)\b")
# What a container is given in megabytes is memory, where nothing else is named.
_GIVEN = regex(
    r"\b(?:gets?|(?:is|are) (?:given|limited|capped|held|restricted)|fits?|fit|give|grant|assign|allocate|receives?|may (?:use|have|take))\b"
)
_CONTAINERS = frozenset(("container", "pod", "process", "instance", "replica"))
_SIZES = frozenset(("", "megabyte", "gigabyte", "mb", "gb", "mib", "gib"))
_OTHER_SIZES = regex(
    r"\b(?:disks?|volumes?|storage|files?|uploads?|bod(?:y|ies)|images?|logs?|caches?|swap|bandwidth|traffic|requests?|payloads?|transfers?|per|tmpfs|space)\b"
)
# «256 MB are enough for the service», «it never grows beyond 256 MB»: what a process fits into is its memory.
_FITS = regex(
    r"\b(?:enough|sufficient) for (?:the |our |this )?(?:[\w-]+ )?(?:process|service|server|application|app|api|container|program|worker)\b"
    r"|\b(?:fits?|fitting) (?:in(?:to)?|within) (?=\d)|\bgrow(?:s|ing)? (?:beyond|above|over|past|(?:larger|bigger) than) (?=\d)"
)
_NOT_MEMORY = regex(
    r"\b(?:insured|insurance policy|cache|cached|shared memory|disk|swap|catalogue|catalog|listed|lists|per (?:user|customer|order)|gpu"
    r"|model|in[- ]memory|from memory|kept in memory|held in memory"
    # what an algorithm is told to use
    r"|hash(?:es|ed|ing)?|argon2\w*|scrypt|bcrypt|key derivation|derived)\b"
)
_CPU = regex(
    r"(?<![\d.])(\d{1,3}(?:\.\d{1,2})?)\s?(?:(?:v?cpu|processor|physical|logical|virtual|whole"
    r"|full|single)[ -])?(?:v?cpus?|cores?|processors?|vcores?)\b"
)
_SHARE_OF_CPU = regex(
    r"(?<![\d.])(\d{1,3}) ?(?:%|percent|per cent) of (?:a |one |1 |a single |1 single )(?:v?cpu|core|processor)\b"
)
_ONE_CPU = regex(r"\bsingle (?:v?cpu|processor|core)\b")
_MILLI = regex(
    r"(?<![\d.])(\d{2,6})\s?(?:millicores?|millicpus?|m(?= (?:of )?cpu\b)|m cores?)|\b(?:to|of|at|limit|request|cpus?)(?: \(\w+\))?:? (\d{2,6})m\b"
)
_NOT_CPU = regex(
    r"\bcpu (?:opponents?|players?|enem(?:y|ies)|teams?|fighters?)\b|\b(?:cores?|processors?) (?:is|are|was|were) (?:drilled|sampled|extracted|sold"
    r"|displayed)\b"
)
_CPU_WORD = regex(r"\b(?:v?cpus?|processors?|cores?|millicores?|millicpus?)\b")
_NEEDS = regex(r"\b(?:needs?|requires?|guaranteed?|reserved?|must have|is given|are given|wants?|minimum|reserves?)\b")
_LIMITS = regex(r"\b(?:at most|more than|no more|up to|below|under|exceed|max\w*|limit\w*|not need)\b")
_CONSUMES = regex(
    r"\b(?:may|must|can|shall|should|will|never|cannot)(?: not| only| never)? (?:use|occupy|consume|take(?: up)?|allocate|burn|exceed|have|hold|claim)\b"
    r"[^;]{0,50}\b(?:memory|ram|cpus?|vcpus?|cores?|processors?|millicores)\b"
)
# «Finance pays for 250 millicores for this service».
_FOR_US = regex(
    r"\bfor (?:this|our) (?:[\w-]+ )?(?:service|server|api|app|application|container|process|worker|job|pipeline)\b"
)
_RUNS = frozenset(("run", "job", "execution"))
_HOSTS = frozenset(("host", "machine", "node", "vm"))


def read(sentence: Sentence) -> Readings:
    """The memory and the processors that *sentence* allows or wants."""
    if (
        not (sentence.of_system or _is_host(sentence) or _consumes(sentence) or sentence.mentions(_FOR_US))
        or sentence.subject.noun in TRAFFIC | BACKING
    ):
        return
    yield from _memory(sentence)
    yield from _cpus(sentence)


def _is_host(sentence: Sentence) -> bool:
    """«The host has …», and not «a host in the inventory»."""
    who = sentence.subject
    return who.noun in _HOSTS and (who.article not in ("a", "an") or not who.place)


def _consumes(sentence: Sentence) -> bool:
    """«The transcoder may occupy no more than 4 cores»: what does that is a program, whatever it is called."""
    who = sentence.subject
    return (
        (who.noun.endswith(("er", "or")) or who.noun in ("step", "stage", "phase", "shop", "store", "site"))
        and who.article == "the"
        and sentence.mentions(_CONSUMES) is not None
    )


def _memory(sentence: Sentence) -> Readings:
    if not _is_of_memory(sentence) or sentence.mentions(_NOT_MEMORY):
        return
    seen: set[Bound] = set()
    for size in sentence.sizes:
        bound = _side(sentence, size)
        if bound not in seen and (not seen or sentence.bound(size)):
            seen.add(bound)
            yield sentence.reading(Memory(size.bytes, bound), size, scope=_scope(sentence))


def _is_of_memory(sentence: Sentence) -> bool:
    if sentence.mentions(_MEMORY):
        return True
    noun = sentence.subject.noun
    given = noun in _CONTAINERS and sentence.mentions(_GIVEN)
    fits = noun in SYSTEM | _SIZES and sentence.mentions(_FITS)
    return bool((given or fits) and not sentence.mentions(_OTHER_SIZES))


def _cpus(sentence: Sentence) -> Readings:
    if (
        not sentence.mentions(_CPU_WORD)
        or sentence.mentions(_NOT_CPU)
        or (sentence.subject.noun == "processor" and sentence.subject.place)
    ):
        return
    found, number = _counted(sentence.text)
    if found and number:
        cpus = int(number) if number == int(number) else number
        yield sentence.reading(Cpu(cpus, _side(sentence, found)), found, scope=_scope(sentence))


def _counted(text: str) -> tuple[re.Match[str] | None, float]:
    if share := _SHARE_OF_CPU.search(text):
        return share, float(share[1]) / 100
    if milli := _MILLI.search(text):
        return milli, float(milli[1] or milli[2]) / 1000
    if whole := _CPU.search(text):
        return whole, float(whole[1])
    return _ONE_CPU.search(text), 1


def _side(sentence: Sentence, found: Found) -> Bound:
    """A limit, unless the sentence says that so much is wanted, or at least so much."""
    bound = sentence.bound(found)
    wanted = bound is None and sentence.mentions(_NEEDS) and not sentence.mentions(_LIMITS)
    return "least" if bound == "least" or wanted else "most"


def _scope(sentence: Sentence) -> Scope:
    noun = sentence.subject.noun
    return Scope("run") if noun in _RUNS else Scope("host") if noun in _HOSTS else Scope()
