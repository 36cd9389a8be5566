"""How long speccompile takes, in ratios to what else is measured in the same run. benchmarks/README.md says what is aimed at.

Run ``python benchmarks/run.py``. It installs this checkout into a fresh virtual environment in a scratch directory, and measures
fresh processes there.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

from timing import Run, best, environment, seconds
from workspaces import workspace

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = ROOT / "specs" / "bank"
LIBRARIES = "import click, jinja2, pydantic, ruamel.yaml; pydantic.BaseModel"
GENERATOR = "node_modules/.bin/dockerfile"


def main() -> None:
    """Measure what is asked for, and print."""
    options = _options()
    with tempfile.TemporaryDirectory(prefix="speccompile-benchmark-") as scratch:
        python = Path(options.python) if options.python else _installed(Path(scratch) / "venv")
        if "check" in options.parts:
            _check(Path(scratch), python, options.rounds)
        if "generate" in options.parts:
            _generate(Path(scratch), python, Path(options.npm) / GENERATOR, options.rounds)
        if "workspace" in options.parts:
            _workspace(Path(scratch), python, options.sizes, max(1, options.rounds // 5))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "parts", nargs="*", default=["check", "generate", "workspace"], help="check, generate, workspace"
    )
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


def _show(name: str, taken: float, base: float) -> None:
    print(f"  {name:45} {taken * 1000:9.1f} ms  {taken / base:6.2f} x")


def _check(scratch: Path, python: Path, rounds: int) -> None:
    project = shutil.copytree(EXAMPLE, scratch / "check")
    command = [str(python.with_name("speccompile")), "check"]
    seconds(Run("generate", [command[0], "generate"], project))
    names = ("a bare interpreter", "speccompile check", "python -m speccompile check")
    commands = ([str(python), "-c", "pass"], command, [str(python), "-m", "speccompile", "check"])
    times = best(rounds * 2, *(Run(name, argv, project) for name, argv in zip(names, commands, strict=True)))
    print("check of an unchanged project")
    for name, taken in zip(names, times, strict=True):
        _show(name, taken, times[0])


def _generate(scratch: Path, python: Path, generator: Path, rounds: int) -> None:
    project = shutil.copytree(EXAMPLE, scratch / "generate", ignore=shutil.ignore_patterns("speccompile.lock"))
    other = shutil.copytree(EXAMPLE, scratch / "npm", ignore=shutil.ignore_patterns("speccompile.lock"))

    def bare() -> None:
        for path in (*other.glob("Dockerfile"), *other.glob(".dockerignore"), *other.glob("docker-entrypoint*")):
            path.unlink()

    runs = [
        Run(
            "speccompile generate, all artifacts, verified",
            [str(python.with_name("speccompile")), "generate"],
            project,
            partial(_empty, project),
        ),
        Run("python, importing the libraries", [str(python), "-c", LIBRARIES], project),
    ]
    if generator.exists():
        arguments = ["node", str(generator.resolve()), "--force", "--defaults"]
        runs.insert(0, Run("@flydotio/dockerfile, one Dockerfile", arguments, other, bare))
    else:
        print(f"(no {generator}: npm install @flydotio/dockerfile, or say --npm DIRECTORY)")
    times = best(rounds, *runs)
    print("cold generate of one service")
    for run, taken in zip(runs, times, strict=True):
        _show(run.name, taken, times[0])


def _workspace(scratch: Path, python: Path, sizes: list[int], rounds: int) -> None:
    projects = [workspace(scratch / f"workspace-{size}", size) for size in sizes]
    command = [str(python.with_name("speccompile")), "generate"]
    times = best(rounds, *(Run(project.name, command, project, partial(_empty, project)) for project in projects))
    print("cold generate of a workspace, milliseconds a service")
    for size, taken in zip(sizes, times, strict=True):
        _show(f"{size} services, {taken:.1f} s in all", taken / size, times[0] / sizes[0])


def _empty(project: Path) -> None:
    """Take away what a ``generate`` wrote."""
    shutil.rmtree(project / "generated", ignore_errors=True)
    (project / "speccompile.lock").unlink(missing_ok=True)


if __name__ == "__main__":
    main()
