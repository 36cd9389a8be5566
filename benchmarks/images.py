"""What images are like that are made without any configuration, beside those of Dockerfiles written by hand
(``benchmarks/images/``) and by a peer, on the same bases.

``python benchmarks/images.py [CASE…]`` takes applications under ``tests/stacks/``, by default those with a Dockerfile by hand,
runs ``init --yes`` and ``generate --allow-unverified`` on a copy of each, builds, edits one source file, builds again, and
starts what listens. Needs docker with BuildKit; ``--write`` puts the tables into ``benchmarks/images.md``. Before each cold build the
engine's cache mounts are thrown away, so that packages are fetched anew by everybody; with ``--sizes`` they are kept and
nothing is timed, for machines on which others work.

What an edit sends is what a push sends to a registry that has the image of before: the layers that this lacks, compressed.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import shutil
import subprocess
import sys
import tarfile
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
HAND = ROOT / "benchmarks/images"
PEER = ROOT / ".tools/npm/node_modules/@flydotio/dockerfile/index.js"
PEER_STACKS = ("bun", "node")
ARCHETYPES = {"web": "web-service", "cli": "cli-tool", "job": "data-pipeline", "pipeline": "data-pipeline"}
SEALED = ("--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--init")
CODE = (".py", ".js", ".mjs", ".ts", ".tsx", ".go", ".rs", ".java", ".html")
COMMENTS = {".py": "#", ".rb": "#", ".sh": "#", ".toml": "#", ".html": ""}
HEAD = (
    "| application | Dockerfile by | size, MB | layers | made by an edit | sent after it, kB | cold build, s | after an edit, s | to the first answer, s |",
    "|---|---|---:|---:|---:|---:|---:|---:|---:|",
)
RATIOS = (
    "| application | size | sent after an edit | cold build |",
    "|---|---:|---:|---:|",
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

    @property
    def tag(self) -> str:
        """What it is called."""
        return f"speccompile-benchmark-{self.maker.strip('@').replace('/', '-').replace(' ', '-')}:{self.case}"


@dataclass(frozen=True)
class Row:
    """What was measured of an image: bytes, and seconds where these were asked for."""

    image: Image
    size: int
    layers: int
    new: int
    sent: int
    cold: float | None
    edited: float | None
    answer: float | None

    def __str__(self) -> str:
        cells = (
            self.image.case,
            self.image.maker,
            f"{self.size / 1e6:.1f}",
            self.layers,
            self.new,
            f"{self.sent / 1e3:.1f}",
            _seconds(self.cold, 1),
            _seconds(self.edited, 1),
            _seconds(self.answer, 2),
        )
        return f"| {' | '.join(map(str, cells))} |"


def main() -> None:
    """Measure, print, and write where that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("case", nargs="*", help="an application under tests/stacks; by default those with one by hand")
    parser.add_argument("--docker", default=shutil.which("docker"), help="the program to build with")
    parser.add_argument("--peer", action="store_true", help="beside those of @flydotio/dockerfile, too")
    parser.add_argument("--sizes", action="store_true", help="sizes and what is sent alone: no times, caches stay")
    parser.add_argument("--write", action="store_true", help=f"write {TABLE.name}")
    asked = parser.parse_args()
    cases = asked.case or sorted(path.name.partition(".")[0] for path in HAND.glob("*.Dockerfile"))
    lines, ratios = [], []
    with tempfile.TemporaryDirectory() as scratch:
        for case in cases:
            rows = {}
            for image in _images(case, Path(scratch), peer=asked.peer):
                try:
                    rows[image.maker] = _measured(asked.docker, image, timed=not asked.sizes)
                    lines.append(str(rows[image.maker]))
                except Failed as failure:
                    lines.append(f"| {case} | {image.maker} | {str(failure).replace('|', '/')} | | | | | | |")
                print(lines[-1], flush=True)
            if {"speccompile", "hand"} <= set(rows):
                ratios.append(_ratios(rows["speccompile"], rows["hand"]))
    tables = "\n".join((*RATIOS, *ratios, "", *HEAD, *lines)) + "\n"
    print("\n".join(ratios))
    if asked.write:
        TABLE.write_text(TABLE.read_text(encoding="utf-8").partition(RATIOS[0])[0] + tables, encoding="utf-8")


def _seconds(measured: float | None, digits: int) -> str:
    return "-" if measured is None else f"{measured:.{digits}f}"


def _ratios(ours: Row, theirs: Row) -> str:
    cold = "-" if ours.cold is None or theirs.cold is None else f"{ours.cold / theirs.cold:.2f} x"
    sent = f"{ours.sent / theirs.sent:.2f} x ({ours.sent} : {theirs.sent} bytes)"
    return f"| {ours.image.case} | {ours.size / theirs.size:.3f} x | {sent} | {cold} |"


def _images(case: str, scratch: Path, *, peer: bool) -> Iterator[Image]:
    app = CASES / case / "app"
    facts = detect(DiskTree(app)).facts
    source = _source(app, facts)
    ours = shutil.copytree(app, scratch / case / "ours")
    program = (sys.executable, "-m", "speccompile", "-C", str(ours))
    _said((*program, "init", "--yes", "--archetype", ARCHETYPES[case.rpartition("-")[2]]))
    _said((*program, "generate", "--allow-unverified"))
    yield Image(case, "speccompile", ours, ours / "generated/Dockerfile", ours / source, f"{facts.port}/tcp", SEALED)
    by_hand = HAND / f"{case}.Dockerfile"
    if by_hand.is_file():
        hand = shutil.copytree(app, scratch / case / "hand")
        yield Image(case, "hand", hand, by_hand, hand / source, f"{facts.port}/tcp", SEALED)
    if peer and facts.stack in PEER_STACKS and PEER.is_file():
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


def _measured(docker: str, image: Image, *, timed: bool) -> Row:
    if timed:
        _said((docker, "builder", "prune", "--force", "--filter", "type=exec.cachemount"))
    cold = _built(docker, image, *(("--no-cache",) if timed else ()))
    before = _layers(docker, image)
    edited = image.source.read_text(encoding="utf-8")
    image.source.write_text(f"{edited}\n{_edit(image.source)}\n", encoding="utf-8")
    again = _built(docker, image)
    try:
        facts = json.loads(_said((docker, "image", "inspect", image.tag)))[0]
        after = _layers(docker, image)
        new = [number for number, layer in enumerate(after) if layer not in before]
        sent = sum(_compressed(docker, image, frozenset(new)))
        ports = facts["Config"].get("ExposedPorts") or {}
        serves = timed and image.case.endswith("-web") and ports
        # The base may expose a port of its own.
        port = image.port if image.port in ports else next(iter(ports), "")
        answer = _answer(docker, image, image.tag, port) if serves else None
        return Row(
            image=image,
            size=facts["Size"],
            layers=len(after),
            new=len(new),
            sent=sent,
            cold=cold if timed else None,
            edited=again if timed else None,
            answer=answer,
        )
    finally:
        _said((docker, "image", "rm", "--force", image.tag))


def _edit(source: Path) -> str:
    """A line that changes what is made of *source*, also where comments are left out."""
    at = time.time_ns()
    match source.suffix:
        case ".py":
            return f"EDITED = {at}"
        case ".go":
            return f'var edited = "{at}"\n\nfunc init() {{\n\tif edited == "" {{\n\t\tpanic(edited)\n\t}}\n}}'
        case ".rs":
            return f'#[used]\nstatic EDITED: &str = "{at}";'
        case ".html":
            return f"<!-- {at} -->"
        case ".js" | ".mjs" | ".ts" | ".tsx":
            return f"Object.assign(globalThis, {{ edited: {at} }});"
        case suffix:
            return f"{COMMENTS.get(suffix, '//')} {at}"


def _built(docker: str, image: Image, *options: str) -> float:
    """Seconds that a build takes."""
    began = time.perf_counter()
    _said((docker, "build", *options, "--tag", image.tag, "--file", str(image.dockerfile), str(image.context)))
    return time.perf_counter() - began


def _layers(docker: str, image: Image) -> list[str]:
    return [str(one) for one in json.loads(_said((docker, "image", "inspect", image.tag)))[0]["RootFS"]["Layers"]]


def _compressed(docker: str, image: Image, numbers: frozenset[int]) -> Iterator[int]:
    """How many bytes each of these layers has, compressed as engines do it for a registry."""
    with tempfile.NamedTemporaryFile() as saved:
        _said((docker, "image", "save", "--output", saved.name, image.tag))
        with tarfile.open(saved.name) as archive:
            manifest = archive.extractfile("manifest.json")
            names = json.load(manifest)[0]["Layers"] if manifest else []
            for number in numbers:
                layer = archive.extractfile(names[number])
                yield len(gzip.compress(layer.read(), 6, mtime=0)) if layer else 0


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
