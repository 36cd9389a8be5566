"""Trees as nobody wrote them: a project's files, and some changes to them, all of them given by one number.

``PYTHONPATH=.:tests python tests/mutations/mutator.py FIRST COUNT`` compiles that many and says what is wrong with which.
"""

from __future__ import annotations

import json
import random
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from speccompile.diagnostics import Diagnostic
from speccompile.errors import Refused
from speccompile.frontends.starter import manifest
from speccompile.lower.lower import Surroundings
from speccompile.pipeline import compile_project
from speccompile.project.memory import MemoryTree
from speccompile.survey import composefile, deployfile, services
from speccompile.survey.appname import app_name
from speccompile.survey.proposal import Proposal, propose

TESTS = Path(__file__).resolve().parent.parent
Files = dict[str, bytes]

_OUR_OWN = ("generated/", "expected.json", "speccompile.lock")
_LARGEST = 200_000
_SLOW = 10.0  # seconds; a tree takes a tenth of one
_WORDS = (
    b"", b"0", b"-1", b"1e999", b"99999999999999999999999", b"null", b"true", b"''", b'"', b"`", b"\\", b"..", b"../../x", b"/", b"/etc/passwd", b"~", b".",
    b"./", b"a/b", b"[", b"]", b"{", b"}", b"{{x}}", b"{%", b"${X}", b"${X:?}", b"$(id)", b"%s", b"#", b"//", b"/*", b"*", b"**/*", b"!", b"&a", b"*a", b"<<", b"|",
    b">", b"---", b"...", b"\xff", b"\xfe\xff", b"\xef\xbb\xbf", b"\x00", b"\r", b"\r\n", b"\n", b"\t", b"\x1b[31m", "\u202e".encode(), "\u2028".encode(),
    "é".encode(), "e\u0301".encode(), "\U000f0000".encode(), "\N{FULLWIDTH SOLIDUS}".encode(), "²".encode(), "٣".encode(), b"\xed\xa0\x80", b"x" * 5000, b"[" * 5000,
    b"{" * 2000, b"(" * 3000, b"a" * 300, b"workspace:*", b"file:../x", b"git+ssh://x@y/z", b"^1.2", b">=3,<", b"=", b":", b": ", b"- ", b",", b"@", b"-", b"--", b";", b"\"\"\"", b"'''",
)  # fmt: skip
_VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 2**70, 1.5, "", " ", "x", "..", "/", "a/../..", "[", "\n", "\x00", "\ud800", "é", "x" * 3000, [], {}, [[]], [None], {"": ""}, {"x": {"x": {}}}, ["x", 1],
    {".": "x"}, "${X}", "$(id)", "*", "node", "python", "1.2.3", ">=20", "workspace:*", "https://u:p@h/x", "postgres:16", 65536,
)  # fmt: skip
_NAMES = (
    "package.json", "package-lock.json", "yarn.lock", "pnpm-lock.yaml", "pnpm-workspace.yaml", "bun.lock", "deno.json", "deno.lock", "tsconfig.json", ".npmrc", ".yarnrc.yml",
    "pyproject.toml", "requirements.txt", "setup.py", "setup.cfg", "Pipfile", "Pipfile.lock", "poetry.lock", "uv.lock", "pdm.lock", "manage.py", "Cargo.toml", "Cargo.lock",
    "go.mod", "go.sum", "go.work", "pom.xml", "build.gradle", "build.gradle.kts", "settings.gradle", "index.html", "Procfile", "docker-compose.yml", "compose.yaml", "Dockerfile",
    ".gitignore", ".gitattributes", ".env", ".env.example", ".nvmrc", ".python-version", ".tool-versions", "mise.toml", "rust-toolchain.toml", "schema.prisma", "prisma/schema.prisma",
    "vite.config.ts", "next.config.js", "nginx.conf", "src/main/resources/application.yml", "specs/deploy.yaml", "specs/assertions.json", "specs/verification.json", "deploy.yaml",
    "assertions.json", "conftest.py", "alembic.ini", "a b.js", "-x", "$(id).js", "é.py", "x\ny", "lib/a/b/c/d/e.js", "secrets/x.key", ".git/config", "generated/Dockerfile", "app.py", "x.ts", "main.go",
)  # fmt: skip


@cache
def bases() -> Mapping[str, Files]:
    """The projects that are changed: the examples, the applications of the stacks, those of strangers, small monorepos."""
    found = {f"example {place.name}": _files(place) for place in sorted((TESTS.parent / "specs").iterdir())}
    for kind in ("stacks", "survey"):
        found |= {f"{kind} {place.parent.name}": _files(place) for place in sorted((TESTS / kind).glob("*/app"))}
    found |= {
        f"stranger {place.name}": _files(place)
        for place in sorted((TESTS / "strangers").iterdir())
        if place.is_dir() and place.name != "__pycache__"
    }
    return {name: {**files, **_specs(files)} for name, files in found.items() if files}


def _files(place: Path) -> Files:
    regular = (path for path in sorted(place.rglob("*")) if path.is_file() and path.stat().st_size <= _LARGEST)
    named = {path.relative_to(place).as_posix(): path for path in regular}
    return {name: path.read_bytes() for name, path in named.items() if not name.startswith(_OUR_OWN)}


def _specs(files: Files) -> Files:
    """What ``init`` would write, for a project without specs."""
    if "specs/assertions.json" in files or "assertions.json" in files:
        return {}
    proposal = proposed(files)
    if not proposal.services:
        return {"specs/assertions.json": manifest("web-service", None, (), None).encode()}
    single = len(proposal.services) == 1
    places = {
        one.found.name: "specs/assertions.json" if single else f"specs/{one.found.name}/assertions.json"
        for one in proposal.services
    }
    made = {
        places[one.found.name]: manifest(one.found.archetype, one.found.role, (), one.found.detection.facts.health_path)
        for one in proposal.services
    }
    deploy = deployfile.text(proposal, deployfile.Manifests(paths={} if single else places), None)
    return {path: text.encode() for path, text in {**made, **({"specs/deploy.yaml": deploy} if deploy else {})}.items()}


def proposed(files: Files) -> Proposal:
    """What ``init`` would propose."""
    tree = MemoryTree(files)
    compose = composefile.read(tree)
    found = services.find(tree, compose)
    return propose(
        tree, compose, found.services, found.passed_over, app_name(tree, found.services, found.root, compose)
    )


def mutated(number: int) -> tuple[str, Files]:
    """The tree that *number* stands for, and the project that it was."""
    chance = random.Random(number)
    name = chance.choice(sorted(bases()))
    files = dict(bases()[name])
    for _ in range(chance.choice((1, 1, 1, 2, 3, 6))):
        chance.choice(_CHANGES)(chance, files)
        files = files or {"x": b""}
    return name, _consistent(files)


def _consistent(files: Files) -> Files:
    """*files* as a file system can hold them: nothing is a file and a directory."""
    folders = {path[:end] for path in files for end, char in enumerate(path) if char == "/"}
    return {path: content for path, content in files.items() if path not in folders}


def _picked(chance: random.Random, files: Files) -> str:
    """A file; those at the top and the specs are more likely, since they are read."""
    near = [path for path in files if path.count("/") == 0 or path.startswith("specs/")]
    return chance.choice(near if near and chance.random() < 0.6 else list(files))


def _bytes(chance: random.Random, files: Files) -> None:
    path = _picked(chance, files)
    content, kind = files[path], chance.randrange(5)
    start = chance.randint(0, len(content))
    end = min(len(content), start + chance.choice((1, 2, 10, 100, 1000)))
    part = (chance.choice(_WORDS), b"", content[start:end] * 2, bytes([chance.randrange(256)]), b"")[kind]
    files[path] = content[:start] + part + (b"" if kind == 4 else content[start if kind == 0 else end :])


def _line(chance: random.Random, files: Files) -> None:
    path, other = _picked(chance, files), _picked(chance, files)
    lines = files[path].split(b"\n")
    at = chance.randrange(len(lines))
    kind = chance.randrange(4)
    if kind == 0:
        del lines[at]
    elif kind == 1:
        lines.insert(at, lines[at])
    elif kind == 2:
        lines.insert(at, chance.choice(files[other].split(b"\n")))
    else:
        chance.shuffle(lines)
    files[path] = b"\n".join(lines)


def _word(chance: random.Random, files: Files) -> None:
    """A word becomes another one, as long as what is around it still reads."""
    path = _picked(chance, files)
    content = files[path]
    words = content.split(b'"') if b'"' in content and chance.random() < 0.7 else content.split(b" ")
    between = b'"' if words and b'"'.join(words) == content else b" "
    words[chance.randrange(len(words))] = chance.choice((*_WORDS, chance.choice(words)))
    files[path] = between.join(words)


def _value(chance: random.Random, files: Files) -> None:
    """A key or a value in JSON becomes another; YAML that is written as JSON is one of the forms that are read."""
    readable = [path for path in files if path.endswith((".json", ".yaml", ".yml", ".lock"))]
    if not readable:
        return
    path = chance.choice(readable)
    try:
        whole = json.loads(files[path])
    except (ValueError, RecursionError):
        return
    if isinstance(whole, dict | list):
        for _ in range(chance.choice((1, 1, 3))):
            _changed(chance, whole)
    else:
        whole = chance.choice(_VALUES)
    files[path] = json.dumps(whole).encode()


def _changed(chance: random.Random, whole: dict | list) -> None:  # type: ignore[type-arg]
    places = list(_containers(whole))
    inside = chance.choice(places[: chance.choice((3, len(places)))])
    if not inside:
        return
    key = chance.choice(list(inside) if isinstance(inside, dict) else range(len(inside)))
    kind = chance.randrange(4)
    if kind == 0:
        del inside[key]
    elif kind == 1 and isinstance(inside, dict):
        inside[chance.choice(("", " ", "x", "..", "a/b", "scripts", "é", "\n", key.upper()))] = inside.pop(key)
    elif kind == 2:
        inside[key] = json.loads("[" * 200 + "]" * 200) if chance.random() < 0.1 else [inside[key]]
    else:
        inside[key] = chance.choice(_VALUES)


def _containers(value: object) -> Iterator[dict | list]:  # type: ignore[type-arg]
    if isinstance(value, dict | list):
        yield value
        for below in value.values() if isinstance(value, dict) else value:
            yield from _containers(below)


def _place(chance: random.Random, files: Files) -> None:
    path = _picked(chance, files)
    kind = chance.randrange(5)
    new = chance.choice((*_NAMES, chance.choice(list(files)), f"{path}/x", path.upper(), f"{path}.bak", f"sub/{path}"))
    if kind == 0:
        del files[path]
    elif kind == 1:
        files[new] = files.pop(path)
    elif kind == 2:
        files[new] = files[path]
    elif kind == 3:
        files[new] = chance.choice(_WORDS) + files[path][: chance.choice((0, 20, 1000))]
    else:
        folder = path.rpartition("/")[0]
        for inside in [name for name in files if folder and name.startswith(f"{folder}/")]:
            files[f"moved{inside[len(folder) :]}"] = files.pop(inside)


def _swap(chance: random.Random, files: Files) -> None:
    """A project in one language gets a file of another's."""
    other = bases()[chance.choice(sorted(bases()))]
    path = _picked(chance, other)
    files[path if chance.random() < 0.8 else _picked(chance, files)] = other[path]


_CHANGES: tuple[Callable[[random.Random, Files], None], ...] = (_bytes, _line, _word, _value, _value, _place, _swap)


def problem(files: Files) -> str | None:
    """What would make a command end with 3 for the project *files*, or take too long; None when all is well."""
    began = time.process_time()
    for action in (_compiled, _initialised):
        try:
            defects = action(files)
        except Exception:
            return traceback.format_exc()
        if defects:
            return "\n".join(f"{one.code} {one.span.path}: {one.message}" for one in defects)
    took = time.process_time() - began
    return f"it took {took:.1f} seconds" if took > _SLOW else None


def _compiled(files: Files) -> tuple[Diagnostic, ...]:
    try:
        return compile_project(MemoryTree(files), Surroundings(None, ("srv", "project"), allow_unverified=True)).defects
    except Refused as refused:
        if not refused.diagnostics:
            raise AssertionError("refused without a word") from None
        return ()


def _initialised(files: Files) -> tuple[Diagnostic, ...]:
    try:
        proposal = proposed(files)
        if proposal.services:
            deployfile.text(proposal, deployfile.Manifests(paths={}), None)
    except Refused:
        pass
    return ()


def main() -> None:
    """Compile the trees of a range of numbers."""
    first, count = map(int, sys.argv[1:3])
    began = time.process_time()
    for number in range(first, first + count):
        name, files = mutated(number)
        wrong = problem(files)
        if wrong:
            print(f"== {number} ({name})\n{wrong}", flush=True)
        if number % 500 == 499:
            print(f"-- {number} after {time.process_time() - began:.0f} s", flush=True)


if __name__ == "__main__":
    main()
