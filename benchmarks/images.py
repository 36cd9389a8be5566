"""What images are like that are made without any configuration, beside those of Dockerfiles written by hand
(``benchmarks/images/``) and by a peer, on the same bases.

``python benchmarks/images.py [CASE…]`` takes applications under ``tests/stacks/``, by default those with a Dockerfile by hand,
runs ``init --yes`` and ``generate --allow-unverified`` on a copy of each, builds, pushes, edits one source file, builds and pushes again, and
starts what listens. Needs docker with BuildKit and Debian's docker-registry; ``--write`` puts the tables into ``benchmarks/images.md``. With
``--cold N`` each is built N times with neither layers nor cache mounts of before, in turns, so that all have the same neighbours, and the
least time of each counts; without it nothing is timed.

What an edit sends is what a registry has afterwards and had not before. The health module is the compiler's own addition: what its
layer takes is told apart from the rest.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from pushing import Pushed, read, registry  # noqa: E402  # beside this file

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
    "| application | Dockerfile by | size, MB | of it the health module, MB | layers | made by an edit | their bytes | and what describes them "
    "| cold build, s | to the first answer, s |",
    "|---|---|---:|---:|---:|---:|---:|---:|---:|---:|",
)
RATIOS = (
    "| application | size | size without the health module | layers sent after an edit, bytes | all that is sent | cold build |",
    "|---|---:|---:|---:|---:|---:|",
)
CACHE = re.compile(r"--mount=type=cache,(\S+)")
HEALTH = re.compile(r"^COPY \S+ /app/(?:generated/)?health(?:\.\w+)? ")


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
    health: int
    layers: int
    new: int
    sent: int
    described: int
    cold: float | None
    answer: float | None

    def __str__(self) -> str:
        cells = (
            self.image.case,
            self.image.maker,
            f"{self.size / 1e6:.1f}",
            f"{self.health / 1e6:.2f}",
            self.layers,
            self.new,
            self.sent,
            self.described,
            _seconds(self.cold, 1),
            _seconds(self.answer, 2),
        )
        return f"| {' | '.join(map(str, cells))} |"


def main() -> None:
    """Measure, print, and write where that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("case", nargs="*", help="an application under tests/stacks; by default those with one by hand")
    parser.add_argument("--docker", default=shutil.which("docker"), help="the program to build with")
    parser.add_argument("--peer", action="store_true", help="beside those of @flydotio/dockerfile, too")
    parser.add_argument("--cold", type=int, default=0, metavar="N", help="N cold builds of each, in turns")
    parser.add_argument("--write", action="store_true", help=f"write {TABLE.name}")
    asked = parser.parse_args()
    cases = asked.case or sorted(path.name.partition(".")[0] for path in HAND.glob("*.Dockerfile"))
    lines, ratios = [], []
    with tempfile.TemporaryDirectory() as scratch, registry(Path(scratch)) as host:
        for case in cases:
            images = list(_images(case, Path(scratch), peer=asked.peer))
            rows = {}
            try:
                cold = _cold(asked.docker, images, asked.cold)
                for image in images:
                    rows[image.maker] = _measured(asked.docker, image, host, cold.get(image.maker))
                    lines.append(str(rows[image.maker]))
                    print(lines[-1], flush=True)
            except Failed as failure:
                lines.append(f"| {case} | {str(failure).replace('|', '/')} | | | | | | | | |")
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
    bare = (ours.size - ours.health) / (theirs.size - theirs.health)
    every, by_hand = ours.sent + ours.described, theirs.sent + theirs.described
    cells = (
        ours.image.case,
        f"{ours.size / theirs.size:.3f} x",
        f"{bare:.3f} x",
        f"{ours.sent / theirs.sent:.2f} x ({ours.sent} : {theirs.sent})",
        f"{every / by_hand:.2f} x ({every} : {by_hand})",
        cold,
    )
    return f"| {' | '.join(cells)} |"


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


def _cold(docker: str, images: Sequence[Image], times: int) -> dict[str, float]:
    """The seconds of the fastest of so many builds of each, in turns, from nothing but the bases."""
    found: dict[str, list[float]] = {}
    for _ in range(times):
        for image in images:
            found.setdefault(image.maker, []).append(_from_nothing(docker, image))
    return {maker: min(seconds) for maker, seconds in found.items()}


def _from_nothing(docker: str, image: Image) -> float:
    """Cache mounts by names that nobody has used are empty, and those of other builds on this machine stay as they are."""
    fresh = uuid.uuid4().hex
    text = image.dockerfile.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        own = Path(folder) / "Dockerfile"
        own.write_text(CACHE.sub(lambda found: _named(found, fresh), text), encoding="utf-8")
        ignored = Path(f"{image.dockerfile}.dockerignore")
        if ignored.is_file():
            shutil.copy(ignored, f"{own}.dockerignore")
        return _built(docker, image, own, "--no-cache")


def _named(mount: re.Match[str], fresh: str) -> str:
    options = dict(option.partition("=")[::2] for option in mount[1].split(","))
    options["id"] = f"speccompile-benchmark-{options.get('id', options['target'])}-{fresh}"
    return f"--mount=type=cache,{','.join(f'{name}={value}' for name, value in options.items())}"


def _measured(docker: str, image: Image, host: str, cold: float | None) -> Row:
    reference = f"{host}/{image.tag}"
    try:
        _built(docker, image, image.dockerfile)
        before = _pushed(docker, image, reference)
        text = image.source.read_text(encoding="utf-8")
        image.source.write_text(f"{text}\n{_edit(image.source)}\n", encoding="utf-8")
        _built(docker, image, image.dockerfile)
        facts = json.loads(_said((docker, "image", "inspect", image.tag)))[0]
        after = _pushed(docker, image, reference)
        sent, new = after.sent_after(before)
        ports = facts["Config"].get("ExposedPorts") or {}
        serves = cold is not None and image.case.endswith("-web") and ports
        # The base may expose a port of its own.
        port = image.port if image.port in ports else next(iter(ports), "")
        answer = _answer(docker, image, image.tag, port) if serves else None
        return Row(
            image=image,
            size=facts["Size"],
            health=_health(docker, image),
            layers=len(facts["RootFS"]["Layers"]),
            new=new,
            sent=sent,
            described=after.described,
            cold=cold,
            answer=answer,
        )
    finally:
        # A push leaves names by digest behind.
        form, pushed = "{{.Repository}}@{{.Digest}}", reference.rpartition(":")[0]
        left = _said((docker, "image", "ls", "--digests", "--format", form, pushed)).split()
        for tag in (image.tag, reference, *left):
            subprocess.run((docker, "image", "rm", "--force", tag), capture_output=True, check=False)


def _pushed(docker: str, image: Image, reference: str) -> Pushed:
    _said((docker, "tag", image.tag, reference))
    _said((docker, "push", "--quiet", reference))
    return read(reference)


def _health(docker: str, image: Image) -> int:
    """The bytes that the health module takes."""
    form = "{{.Size}}\t{{.CreatedBy}}"
    lines = _said((docker, "history", "--no-trunc", "--human=false", "--format", form, image.tag)).splitlines()
    steps = (line.partition("\t")[::2] for line in lines)
    return sum(int(size) for size, step in steps if HEALTH.match(step))


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


def _built(docker: str, image: Image, dockerfile: Path, *options: str) -> float:
    """Seconds that a build takes."""
    began = time.perf_counter()
    _said((docker, "build", *options, "--tag", image.tag, "--file", str(dockerfile), str(image.context)))
    return time.perf_counter() - began


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
