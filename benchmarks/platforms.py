"""What each platform, and all that can be generated together, cost beside compose alone: processor time of one process, by turns.

    python benchmarks/platforms.py [--rounds 7]

The bank is compiled in memory, verified and all, so that neither starting nor the disk counts. Only the ratios within one run mean anything.
"""

from __future__ import annotations

import argparse
import gc
import json
import time
from pathlib import Path

from speccompile.lower.lower import Surroundings
from speccompile.pipeline import compile_project
from speccompile.project.memory import MemoryTree

_BANK = Path(__file__).resolve().parent.parent / "specs/bank"
_CHOICES: tuple[tuple[str, ...], ...] = (
    ("compose",),
    ("compose", "swarm"),
    ("compose", "kubernetes"),
    ("compose", "quadlet"),
    ("compose", "swarm", "kubernetes", "quadlet", "bake", "github-actions", "terraform"),
)


def files(targets: tuple[str, ...]) -> dict[str, bytes]:
    """The bank with *targets*, and a registry, without which some of them cannot be."""
    found = {one.relative_to(_BANK).as_posix(): one.read_bytes() for one in _BANK.rglob("*") if one.is_file()}
    found.pop("speccompile.lock", None)
    more = f"registry: ghcr.io/acme\ntargets: {json.dumps(targets)}\n"
    return {**found, "deploy.yaml": found["deploy.yaml"] + more.encode()}


def seconds(tree: dict[str, bytes]) -> float:
    """The processor time of one compilation, in which, as in the command's, nothing looks for garbage."""
    gc.collect()
    gc.disable()
    begun = time.process_time()
    made = compile_project(MemoryTree(tree), Surroundings(None, ("bank",), allow_unverified=True))
    taken = time.process_time() - begun
    gc.enable()
    assert made.defects == ()
    return taken


def main() -> None:
    """Print a line for each choice."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    trees = {choice: files(choice) for choice in _CHOICES}
    for tree in trees.values():
        seconds(tree)
    times: dict[tuple[str, ...], list[float]] = {choice: [] for choice in _CHOICES}
    for _ in range(rounds):
        for choice, tree in trees.items():
            times[choice].append(seconds(tree))
    alone = min(times[_CHOICES[0]])
    for choice, taken in times.items():
        print(f"{min(taken) / alone:5.2f}  {min(taken) * 1000:6.0f} ms  {', '.join(choice)}")


if __name__ == "__main__":
    main()
