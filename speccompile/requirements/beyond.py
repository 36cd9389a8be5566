"""What a sentence says beyond what was read from it: times, sizes and shares that no demand has.

«A failed run is tried again twice, five minutes apart» is read as two more tries; the pause is in no kind, and whoever reads that the
sentence is held must be told so.
"""

from __future__ import annotations

from collections.abc import Set

from speccompile.requirements.quantities import Duration, Share, Size
from speccompile.requirements.sentence import Sentence

# Kinds that have a time, a size or a share in another form than it is written in, or beside which it is the program's.
_HAVE_TIME = frozenset(
    """
    rate schedule availability backup rotation objective cpu cache store queue external cachecontrol retention audit
    """.split()
)
_HAVE_SIZE = frozenset("body memory cpu".split())
_HAVE_SHARE = frozenset("availability objective cpu".split())


def beyond(sentence: Sentence, kinds: Set[str], numbers: Set[float]) -> tuple[str, ...]:
    """The words of the quantities in *sentence* that are not among the *numbers* (seconds, bytes, per cent) of its demands, which are of
    *kinds*; in order, and none where nothing is demanded."""
    if not kinds:
        return ()
    left: list[Duration | Size | Share] = [
        *(each for each in sentence.durations if not kinds & _HAVE_TIME and each.seconds not in numbers),
        *(each for each in sentence.sizes if not kinds & _HAVE_SIZE and each.bytes not in numbers),
        *(each for each in sentence.shares if not kinds & _HAVE_SHARE and each.percent not in numbers),
    ]
    return tuple(sentence.words_of(each) for each in sorted(left, key=lambda each: each.begin))
