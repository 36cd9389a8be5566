"""Work in the order of dependencies, what is independent side by side."""

from __future__ import annotations

import graphlib
import time
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Generic, TypeVar

from speccompile.record import record

R = TypeVar("R")
_PATIENCE = 15.0  # seconds that stopping may take


@record()
class Work(Generic[R]):
    """What is done for each name: ``do`` it, or, with the reason, ``skip`` it; ``good`` tells whether others may build on it.

    ``stop`` makes the work under way end early; it is called when the user interrupts.
    """

    do: Callable[[str], R]
    skip: Callable[[str, str], R]
    good: Callable[[R], bool]
    stop: Callable[[], None]


def run_all(graph: Mapping[str, Collection[str]], work: Work[R], jobs: int) -> tuple[dict[str, R], bool]:
    """What came of every name in *graph* (name → names it needs), and whether the user interrupted.

    At most *jobs* at a time. What needs something that did not come out well is skipped, all else goes on.
    """
    order = _ordered(graph)
    results: dict[str, R] = {}
    running: dict[Future[None], str] = {}
    begun: set[str] = set()

    def do(name: str) -> None:
        begun.add(name)
        results[name] = work.do(name)  # at once: an interruption may come before anybody waits for it

    with ThreadPoolExecutor(max_workers=max(1, jobs)) as pool:
        try:
            while order.is_active():
                for name in sorted(order.get_ready()):
                    bad = sorted(need for need in graph[name] if need in results and not work.good(results[need]))
                    if bad:
                        results[name] = work.skip(name, f"it needs {' and '.join(bad)}, which could not be built")
                        order.done(name)
                    else:
                        running[pool.submit(do, name)] = name
                if running:
                    for future in wait(running, return_when=FIRST_COMPLETED).done:
                        future.result()
                        order.done(running.pop(future))
        except KeyboardInterrupt:
            work.stop()
            pool.shutdown(wait=True, cancel_futures=True)
            _settle(begun, results)
            left = {name: work.skip(name, "interrupted") for name in graph if name not in results}
            return {**results, **left}, True
    return results, False


def _settle(begun: Collection[str], results: Mapping[str, R]) -> None:
    """Wait for work that has begun: the pool does not know a thread in whose very start it was interrupted."""
    deadline = time.monotonic() + _PATIENCE
    while set(begun) - results.keys() and time.monotonic() < deadline:
        time.sleep(0.02)


def _ordered(graph: Mapping[str, Collection[str]]) -> graphlib.TopologicalSorter[str]:
    """The names in order. Services that need each other at run time can still be built, in any order."""
    order = graphlib.TopologicalSorter(
        {name: [need for need in needs if need in graph] for name, needs in graph.items()}
    )
    try:
        order.prepare()
    except graphlib.CycleError:
        order = graphlib.TopologicalSorter(dict.fromkeys(graph, ()))
        order.prepare()
    return order
