"""What images are like that are made without any configuration, beside those of a peer's Dockerfile on the same bases.

``python benchmarks/images.py [CASE…]`` takes the applications under ``tests/stacks/``, runs ``init --yes`` and ``generate
--allow-unverified`` on a copy of each, builds, edits one source file, builds again, and starts what listens. Needs docker
with BuildKit; ``--write`` puts the table into ``benchmarks/images.md``. Before each cold build the engine's cache mounts are
thrown away, so that packages are fetched anew by everybody.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from speccompile.detect.detection import detect  # noqa: E402
from speccompile.project.disk import DiskTree  # noqa: E402  # the checkout's own
from speccompile.stacks.facts import Facts  # noqa: E402

CASES = ROOT / "tests/stacks"
TABLE = ROOT / "benchmarks/images.md"
PEER = ROOT / ".tools/npm/node_modules/@flydotio/dockerfile/index.js"
PEER_STACKS = ("bun", "node")
ARCHETYPES = {"web": "web-service", "cli": "cli-tool", "job": "data-pipeline", "pipeline": "data-pipeline"}
SEALED = ("--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--init")
CODE = (".py", ".js", ".mjs", ".ts", ".tsx", ".go", ".rs", ".java", ".html")
COMMENTS = {".py": "#", ".rb": "#", ".sh": "#", ".toml": "#", ".html": ""}
HEAD = (
    "| application | Dockerfile by | size, MB | layers | cold build, s | after an edit, s | to the first answer, s |",
    "|---|---|---:|---:|---:|---:|---:|",
)


class Failed(Exception):
    """A command failed; the message ends with what it said."""


@dataclass(frozen=True)
class Image:
    """How an image is built: its Dockerfile and its context; and how it may be run."""

    case: str
    maker: str
    context: Path
    dockerfile: Path
    source: Path
    port: str
    run: tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """What was measured of an image: bytes, and seconds."""

    image: Image
    size: int
    layers: int
    cold: float
    edited: float
    answer: float | None

    def __str__(self) -> str:
        answer = "-" if self.answer is None else f"{self.answer:.2f}"
        cells = (
            self.image.case,
            self.image.maker,
            f"{self.size / 1e6:.0f}",
            self.layers,
            f"{self.cold:.1f}",
            f"{self.edited:.1f}",
            answer,
        )
        return f"| {' | '.join(map(str, cells))} |"


def main() -> None:
    """Measure, print, and write where that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("case", nargs="*", help="an application under tests/stacks; all of them by default")
    parser.add_argument("--docker", default=shutil.which("docker"), help="the program to build with")
    parser.add_argument("--write", action="store_true", help=f"write {TABLE.name}")
    asked = parser.parse_args()
    cases = asked.case or sorted(path.parent.name for path in CASES.glob("*/app"))
    rows = []
    with tempfile.TemporaryDirectory() as scratch:
        for case in cases:
            for image in _images(case, Path(scratch)):
                try:
                    rows.append(str(_measured(asked.docker, image)))
                except Failed as failure:
                    rows.append(f"| {case} | {image.maker} | {str(failure).replace('|', '/')} | | | | |")
                print(rows[-1], flush=True)
    if asked.write:
        text = TABLE.read_text(encoding="utf-8").partition(HEAD[0])[0]
        TABLE.write_text(text + "\n".join((*HEAD, *rows)) + "\n", encoding="utf-8")


def _images(case: str, scratch: Path) -> Iterator[Image]:
    app = CASES / case / "app"
    facts = detect(DiskTree(app)).facts
    source = _source(app, facts)
    ours = shutil.copytree(app, scratch / case / "ours")
    program = (sys.executable, "-m", "speccompile", "-C", str(ours))
    _said((*program, "init", "--yes", "--archetype", ARCHETYPES[case.rpartition("-")[2]]))
    _said((*program, "generate", "--allow-unverified"))
    yield Image(case, "speccompile", ours, ours / "generated/Dockerfile", ours / source, f"{facts.port}/tcp", SEALED)
    if facts.stack in PEER_STACKS and PEER.is_file():
        theirs = shutil.copytree(app, scratch / case / "theirs")
        _said(("node", str(PEER), "--force", "--defaults"), theirs)
        yield Image(
            case, "@flydotio/dockerfile", theirs, theirs / "Dockerfile", theirs / source, f"{facts.port}/tcp", ()
        )


def _source(app: Path, facts: Facts) -> str:
    """A source of the application: what is started, or the first file that looks like code."""
    if facts.source and (app / facts.source).is_file():
        return facts.source
    return next(path.relative_to(app).as_posix() for path in sorted(app.rglob("*")) if path.suffix in CODE)


def _measured(docker: str, image: Image) -> Row:
    _said((docker, "builder", "prune", "--force", "--filter", "type=exec.cachemount"))
    cold, _ = _built(docker, image, "--no-cache")
    edited = image.source.read_text(encoding="utf-8")
    mark = COMMENTS.get(image.source.suffix, "//")
    image.source.write_text(f"{edited}\n{mark} edited at {time.time()}\n" if mark else f"{edited}\n", encoding="utf-8")
    again, tag = _built(docker, image)
    try:
        facts = json.loads(_said((docker, "image", "inspect", tag)))[0]
        ports = facts["Config"].get("ExposedPorts") or {}
        serves = image.case.endswith("-web") and ports
        # The base may expose a port of its own.
        port = image.port if image.port in ports else next(iter(ports), "")
        answer = _answer(docker, image, tag, port) if serves else None
        return Row(image, facts["Size"], len(facts["RootFS"]["Layers"]), cold, again, answer)
    finally:
        _said((docker, "image", "rm", "--force", tag))


def _built(docker: str, image: Image, *options: str) -> tuple[float, str]:
    """Seconds that a build takes, and the image's name."""
    tag = f"speccompile-benchmark:{image.case}"
    began = time.perf_counter()
    _said((docker, "build", *options, "--tag", tag, "--file", str(image.dockerfile), str(image.context)))
    return time.perf_counter() - began, tag


def _answer(docker: str, image: Image, tag: str, port: str) -> float:
    """Seconds from the start of a container to its first answer that is no failure."""
    began = time.perf_counter()
    container = _said((docker, "run", "--detach", *image.run, "--publish", f"127.0.0.1::{port}", tag)).strip()
    try:
        address = _said((docker, "port", container, port)).splitlines()[0]
        while time.perf_counter() - began < 60:
            try:
                with urllib.request.urlopen(f"http://{address}/", timeout=5):
                    return time.perf_counter() - began
            except urllib.error.HTTPError as error:
                if error.code < 500:
                    return time.perf_counter() - began
            except OSError:
                pass
            time.sleep(0.02)
        raise Failed("it does not answer")
    finally:
        _said((docker, "rm", "--force", container))


def _said(argv: Sequence[str], directory: Path = ROOT) -> str:
    # The peer asks the package manager for its version.
    path = f"{ROOT / '.tools/npm/node_modules/.bin'}:{os.environ['PATH']}"
    done = subprocess.run(
        argv,
        cwd=directory,
        env=os.environ | {"DOCKER_BUILDKIT": "1", "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Failed(f"{Path(argv[0]).name} {argv[1]}: {(done.stderr or done.stdout).strip().splitlines()[-1][:200]}")
    return done.stdout


if __name__ == "__main__":
    main()
