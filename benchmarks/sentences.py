"""Reading sentences, against a loop that only splits them into words: processor time in one process, the best of several rounds.

Run ``python benchmarks/sentences.py``; it reads with what the interpreter has installed.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from speccompile.requirements.readers import read
from speccompile.requirements.sentence import Sentence

LISTS = Path(__file__).resolve().parent.parent / "tests" / "requirements"
COUNT, ROUNDS, LONG = 10_000, 3, (500, 5_000)
_WORD = re.compile(r"\w+|[^\w\s]")


def main() -> None:
    """Measure, and print."""
    labelled = [
        line.split("\t")
        for path in sorted(LISTS.glob("*.tsv"))
        for line in path.read_text("utf-8").splitlines()
        if line[:1] not in ("", "#")
    ]
    sentences = [(row[2], row[0] == "pipe") for row in labelled]
    sentences = (sentences * (COUNT // len(sentences) + 1))[:COUNT]
    base = _best(lambda: [_WORD.findall(text) for text, _ in sentences])
    taken = _best(lambda: [read(Sentence(text, pipeline=pipeline)) for text, pipeline in sentences])
    print(f"{COUNT} sentences: {taken:.2f} s read, {base:.3f} s split into words, {taken / base:.0f} x")
    short, long = (_best(partial(_read_repeated, size)) for size in LONG)
    print(f"a sentence ten times as long takes {short and long / short:.1f} x the time")


def _read_repeated(times: int) -> None:
    read(Sentence("at most 5 requests per client within 10 seconds " * times))


def _best(work: Callable[[], object]) -> float:
    times = []
    for _ in range(ROUNDS):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


if __name__ == "__main__":
    main()
