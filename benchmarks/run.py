"""How long speccompile takes, in ratios to what else is measured in the same run. benchmarks/README.md says what is aimed at.

Run ``python benchmarks/run.py``. It installs this checkout into a fresh virtual environment in a scratch directory, and measures
fresh processes there.
"""

from __future__ import annotations

import argparse
import itertools
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from counting import instructions, is_there
from timing import Run, best, environment, seconds
from workspaces import workspace

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = ROOT / "specs" / "bank"
LIBRARIES = "import click, jinja2, pydantic, ruamel.yaml; pydantic.BaseModel"
GENERATOR = "node_modules/.bin/dockerfile"
ELSEWHERE = {"platforms": "", "sentences": "", "front_door": "nginx", "images": "docker"}
"""What programs of their own measure, and what they need."""
PARTS = ("start", "check", "generate", "questions", "workspace", "incremental", *ELSEWHERE)


def main() -> None:
    """Measure what is asked for, and print."""
    options = _options()
    if not is_there():
        print("(no valgrind, so no instructions)")
    print(f"| {'':26} | {'':48} | {'ms':>9} | {'ratio':>6} | {'million':>10} | {'ratio':>6} |")
    with tempfile.TemporaryDirectory(prefix="speccompile-benchmark-") as made:
        scratch = Path(made)
        python = Path(options.python) if options.python else _installed(scratch / "venv")
        parts: dict[str, Callable[[], None]] = {
            "start": lambda: _start(scratch, python, options.rounds),
            "check": lambda: _check(scratch, python, options.rounds),
            "generate": lambda: _generate(scratch, python, Path(options.npm) / GENERATOR, options.rounds),
            "questions": lambda: _questions(scratch, python, max(1, options.rounds // 2)),
            "workspace": lambda: _workspace(scratch, python, options.sizes, max(1, options.rounds // 5)),
            "incremental": lambda: _incremental(scratch, python, min(options.sizes), max(1, options.rounds // 5)),
            **{name: partial(_elsewhere, name, wanted) for name, wanted in ELSEWHERE.items()},
        }
        for part in options.parts or PARTS:
            parts[part]()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", choices=[[], *PARTS], help=", ".join(PARTS))
    parser.add_argument("--python", help="an interpreter that has speccompile installed, not editable, with bytecode")
    parser.add_argument("--npm", default=str(ROOT), help="where node_modules has @flydotio/dockerfile")
    parser.add_argument("--rounds", type=int, default=20, help="of each process, of which the best counts")
    parser.add_argument("--sizes", type=int, nargs="+", default=[125, 250, 500, 1000], help="services in a workspace")
    return parser.parse_args()


def _installed(directory: Path) -> Path:
    """The interpreter of a new virtual environment that has this checkout installed, as a user has it."""
    subprocess.run([sys.executable, "-m", "venv", directory], check=True, env=environment())
    python = directory / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", str(ROOT)], check=True, env=environment())
    return python


@dataclass(frozen=True)
class Row:
    """A line of the table: what ran, how long it took, its instructions (0: not counted), and both as ratios to the first line of its part."""

    what: str
    seconds: float
    instructions: int
    ratio: float
    counted_ratio: float


def _rows(runs: Sequence[Run], rounds: int, per: Sequence[int] = ()) -> Iterator[Row]:
    """A line for each of *runs*, which take turns; *per* is how many things each is about, where it is many."""
    times = [taken / many for taken, many in zip(best(rounds, *runs), per or [1] * len(runs), strict=True)]
    counts = [instructions(run) if is_there() and not per else 0 for run in runs]
    for run, taken, count in zip(runs, times, counts, strict=True):
        yield Row(run.name, taken, count, taken / times[0], count / counts[0] if counts[0] else 0.0)


def _printed(title: str, rows: Iterable[Row]) -> None:
    for row in rows:
        counted = (
            f"{row.instructions / 1e6:10,.0f} | {row.counted_ratio:6.2f}" if row.instructions else f"{'':10} | {'':6}"
        )
        print(f"| {title:26} | {row.what:48} | {row.seconds * 1000:9.1f} | {row.ratio:6.2f} | {counted} |", flush=True)


def _start(scratch: Path, python: Path, rounds: int) -> None:
    project = shutil.copytree(EXAMPLE, scratch / "start")
    entry = [str(python), str(_entry(scratch))]
    runs = [Run("a bare interpreter", [str(python), "-c", "pass"], project)]
    runs += [Run(" ".join(words), [*entry, *words], project) for words in (["--help"], ["generate", "--help"])]
    _printed("start", _rows(runs, rounds * 2))


def _check(scratch: Path, python: Path, rounds: int) -> None:
    project = shutil.copytree(EXAMPLE, scratch / "check")
    entry = [str(python), str(_entry(scratch))]
    seconds(Run("generate", [*entry, "generate"], project))
    seconds(Run("check", [*entry, "check"], project))
    runs = [Run("a bare interpreter", [str(python), "-c", "pass"], project)]
    runs += [Run("check", [*entry, "check"], project)]
    runs += [Run("python -m speccompile check", [str(python), "-m", "speccompile", "check"], project)]
    _printed("check, nothing changed", _rows(runs, rounds * 2))


def _generate(scratch: Path, python: Path, generator: Path, rounds: int) -> None:
    ignored = shutil.ignore_patterns("speccompile.lock")
    project = shutil.copytree(EXAMPLE, scratch / "generate", ignore=ignored)
    other = shutil.copytree(EXAMPLE, scratch / "npm", ignore=ignored)
    entry, before = [str(python), str(_entry(scratch))], partial(_empty, project)

    def bare() -> None:
        for path in (*other.glob("Dockerfile"), *other.glob(".dockerignore"), *other.glob("docker-entrypoint*")):
            path.unlink()

    runs = [Run("generate: all artifacts, verified", [*entry, "generate"], project, before)]
    runs += [Run("python, importing the libraries", [str(python), "-c", LIBRARIES], project)]
    if generator.exists():
        arguments = ["node", str(generator.resolve()), "--force", "--defaults"]
        runs.append(Run("@flydotio/dockerfile: one Dockerfile", arguments, other, bare))
    else:
        print(f"(no {generator}: npm install @flydotio/dockerfile, or say --npm DIRECTORY)")
    _printed("one service, cold", _rows(runs, rounds))


def _questions(scratch: Path, python: Path, rounds: int) -> None:
    project = shutil.copytree(EXAMPLE, scratch / "questions")
    entry = [str(python), str(_entry(scratch))]
    asked = (
        ["generate", "--dry-run"],
        ["plan"],
        ["plan", "--full"],
        ["explain", "nginx.conf:15"],
        ["explain", "A-005"],
    )
    _printed("one service, looked at", _rows([Run(" ".join(one), [*entry, *one], project) for one in asked], rounds))


def _workspace(scratch: Path, python: Path, sizes: list[int], rounds: int) -> None:
    projects = [workspace(scratch / f"workspace-{size}", size) for size in sizes]
    command = [str(python), str(_entry(scratch)), "generate"]
    runs = [
        Run(f"generate, a service of {size}", command, project, partial(_empty, project))
        for size, project in zip(sizes, projects, strict=True)
    ]
    _printed("workspaces, cold", _rows(runs, rounds, sizes))


def _incremental(scratch: Path, python: Path, size: int, rounds: int) -> None:
    """One changed service of *size*: each run finds what the one before it kept, the first finds nothing."""
    project = workspace(scratch / "incremental", size)
    source, entry = project / "s0000/src/index.ts", [str(python), str(_entry(scratch))]
    numbers = itertools.count()

    def written(line: str) -> None:
        with source.open("a", encoding="utf-8") as out:
            out.write(line.format(next(numbers)))

    generate, check = [*entry, "generate"], [*entry, "check"]
    runs = [
        Run(f"generate, nothing kept of {size}", generate, project, partial(_forgotten, project)),
        Run("generate, nothing changed", generate, project),
        Run("check, nothing changed", check, project),
        Run("generate, a comment more", generate, project, partial(written, "// {}\n")),
        Run("generate, a variable more", generate, project, partial(written, "console.log(process.env.SEEN_{});\n")),
    ]
    _printed("one changed service", _rows(runs, rounds))


def _forgotten(project: Path) -> None:
    """Take away what a ``generate`` wrote, and what it kept, which is below git's directory."""
    _empty(project)
    shutil.rmtree(project / ".git", ignore_errors=True)
    subprocess.run(["git", "init", "--quiet", str(project)], check=True)


def _elsewhere(name: str, wanted: str) -> None:
    """What a program of its own measures, where what it needs is there."""
    if wanted and not shutil.which(wanted):
        print(f"(no {wanted}, so nothing of {name})")
        return
    done = subprocess.run(
        [sys.executable, f"benchmarks/{name}.py"], cwd=ROOT, env={**environment(), "PYTHONPATH": str(ROOT)}, text=True,
        capture_output=True, check=False,
    )  # fmt: skip
    for line in (done.stdout if not done.returncode else done.stderr).splitlines():
        print(f"| {name:26} | {line.strip().strip('|').strip()}", flush=True)


def _entry(scratch: Path) -> Path:
    """What an installer writes for the command line: old ones import ``re`` there, which takes as long as a ``check``."""
    entry = scratch / "speccompile"
    entry.write_text("import sys\nfrom speccompile.__main__ import run\nsys.exit(run())\n", encoding="utf-8")
    return entry


def _empty(project: Path) -> None:
    """Take away what a ``generate`` wrote."""
    shutil.rmtree(project / "generated", ignore_errors=True)
    (project / "speccompile.lock").unlink(missing_ok=True)


if __name__ == "__main__":
    main()
