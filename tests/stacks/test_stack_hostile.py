"""Manifests that anybody may have written: nothing raises but ``Refused``, and what comes out can be written to a
Dockerfile."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st
from stack_cases import request

from speccompile.backends.escape.docker import docker_env, docker_exec, docker_paths, docker_plain, docker_shell
from speccompile.backends.escape.ignore import ignore_paths
from speccompile.detect.detection import detect
from speccompile.errors import Refused
from speccompile.plan.image import Copy, Env, ImageRecipe, Run, Step, Workdir
from speccompile.project.memory import MemoryTree
from speccompile.stacks import STACKS
from speccompile.stacks.manifest import jsonc_table

WORDS = st.one_of(
    st.text(max_size=12),
    st.sampled_from([
        "node dist/a.js", "bun run x", "$(id)", "a\nRUN id", "--from=x", "../../etc/passwd", "node '", "*", ".", "", "1.2.3", ">=20",
        "next start -p 99999", "src/index.ts", "dist/\u2028x.js", "\ud800", "\x00", "`id`", "x" * 5000, "node a b\\", "npm start",
    ]),
)  # fmt: skip
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), WORDS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(WORDS, inner, max_size=3)),
    max_leaves=8,
)
FIELDS = [
    "name", "version", "description", "license", "homepage", "scripts", "dependencies", "devDependencies", "peerDependencies",
    "peerDependenciesMeta", "engines", "packageManager", "volta", "bin", "main", "module", "workspaces", "trustedDependencies",
]  # fmt: skip
STRINGS = st.dictionaries(
    st.one_of(st.sampled_from(["start", "build", "postinstall", "node", "bun"]), WORDS), WORDS, max_size=4
)
PACKAGES = st.dictionaries(st.sampled_from(FIELDS), st.one_of(JSON, STRINGS), max_size=8)
PATHS = st.one_of(
    st.sampled_from([
        "index.ts", "src/index.ts", "index.js", "bun.lock", "package-lock.json", ".nvmrc", ".tool-versions", "tsconfig.json", "main.py",
        "Pipfile", "Pipfile.lock", "Procfile", "poetry.lock", "pdm.lock", "setup.py", "setup.cfg", "manage.py", "x/wsgi.py", "x/settings.py",
        "requirements.txt", "uv.lock", "pyproject.toml", "src/a/__init__.py", "--chown=x/a.js", "a b/c.js", "we\\ird.js", "x\n.js", "$HOME.js",
    ]),
    st.from_regex(r"[^/\x00]{1,8}(\.js|\.py|/[a-z]\.js)", fullmatch=True),
)  # fmt: skip
FILES = st.dictionaries(PATHS, st.one_of(st.text(max_size=60), WORDS, JSON.map(json.dumps)), max_size=6)
ARCHETYPES = st.sampled_from(["web-service", "cli-tool", "data-pipeline"])


def writable(made: ImageRecipe) -> None:
    """Raise when a part of *made* cannot be written to a Dockerfile or an ignore file."""
    for stage in made.stages:
        docker_plain(stage.base.reference)
        for step in stage.steps:
            step_writable(step)
    for path in made.context:
        ignore_paths(path)
    for argv in (made.entrypoint, made.command):
        docker_exec(argv).encode()
        assert all(word.isprintable() for word in argv)


def step_writable(step: Step) -> None:
    """The same for one step."""
    match step:
        case Copy():
            docker_paths((*step.sources, step.target))
            assert not any(path.startswith(("-", "/", "..")) for path in step.sources if step.stage is None)
        case Run():
            for words in step.commands:
                docker_shell(words)
        case Env():
            for name, value in step.pairs:
                docker_plain(name)
                docker_env(value)
        case Workdir():
            docker_plain(step.path)


def compiles(files: dict[str, str], archetype: str) -> None:
    """Every stack on *files*."""
    tree = MemoryTree(files)
    for wanted in (None, *(stack.name for stack in STACKS)):
        found = detect(tree, wanted)
        for one in found.diagnostics:
            str(one).encode("utf-8", "surrogatepass")
        if found.taken is None:
            continue
        assert 0 < found.facts.port < 65536
        with suppress(Refused):
            writable(found.stack.recipe(found.facts, request(archetype, found)))


@given(PACKAGES, FILES, ARCHETYPES)
@example({"scripts": {"start": "node a.js"}, "bin": {"../../x": "a.js"}}, {"a.js": ""}, "cli-tool")
@example({"scripts": {"start": "node a.js", "build": "x --outdir '$HOME'"}}, {"a.js": ""}, "web-service")
def test_any_package_json(package: dict[str, Any], files: dict[str, str], archetype: str) -> None:
    """Wrong types everywhere, odd characters, files that are not what they are called."""
    compiles({**files, "package.json": json.dumps(package)}, archetype)


def toml(value: Any) -> str:
    """*value* as a TOML value; JSON's strings are nearly TOML's."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(str(key))} = {toml(entry)}" for key, entry in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    return json.dumps(value) if not isinstance(value, float | None) else "1.5"


PROJECT = ["name", "version", "description", "license", "readme", "requires-python", "dependencies", "scripts", "urls"]


@given(
    st.dictionaries(st.sampled_from(PROJECT), st.one_of(JSON, STRINGS, st.lists(WORDS, max_size=3)), max_size=6),
    st.dictionaries(st.sampled_from(["build-system", "tool", "dependency-groups"]), JSON, max_size=2),
    FILES,
    ARCHETYPES,
)
def test_any_pyproject(project: dict[str, Any], rest: dict[str, Any], files: dict[str, str], archetype: str) -> None:
    """The same for TOML."""
    lines = [f"{key} = {toml(value)}" for key, value in rest.items()]
    lines += ["[project]", *(f"{key} = {toml(value)}" for key, value in project.items())]
    compiles({**files, "pyproject.toml": "\n".join(lines)}, archetype)


TARGET = st.dictionaries(
    st.sampled_from(["name", "path", "required-features"]), st.one_of(WORDS, st.lists(WORDS, max_size=2))
)
CARGO = st.fixed_dictionaries(
    {"package": st.dictionaries(st.sampled_from(["name", "version", "build", "default-run", "rust-version", "autobins"]), st.one_of(JSON, WORDS))},
    optional={
        "bin": st.lists(TARGET, max_size=2),
        "lib": TARGET,
        "dependencies": st.dictionaries(WORDS, st.one_of(WORDS, st.dictionaries(st.just("path"), WORDS), JSON), max_size=2),
        "workspace": st.dictionaries(st.sampled_from(["members", "exclude", "package", "dependencies"]), st.one_of(JSON, st.lists(WORDS, max_size=2))),
        "patch": JSON,
        "target": JSON,
    },
)  # fmt: skip
RUST_FILES = st.dictionaries(
    st.one_of(PATHS, st.sampled_from(["src/main.rs", "src/bin/$(id).rs", "src/bin/a b/main.rs", "build.rs", "rust-toolchain", ".cargo/config.toml"])),
    st.one_of(st.text(max_size=60), WORDS),
    max_size=6,
)  # fmt: skip


@given(CARGO, JSON, RUST_FILES, ARCHETYPES)
@example({"package": {"name": "a"}, "bin": [{"name": "$(id)", "path": "../../x"}]}, {}, {"src/main.rs": ""}, "cli-tool")
@example(
    {"package": {"name": "a", "build": "/etc/passwd"}, "workspace": {"members": ["../*", "**", "["]}},
    [],
    {},
    "cli-tool",
)
@example(
    {"package": {"name": "a"}, "dependencies": {"b": {"path": "--from=x"}}}, {}, {"src/main.rs": ""}, "web-service"
)
def test_any_cargo_manifest(data: dict[str, Any], locked: Any, files: dict[str, str], archetype: str) -> None:
    """The same for Cargo's files; the lock may be anything, too."""
    text = "\n".join(f"{json.dumps(key)} = {toml(value)}" for key, value in data.items())
    lock = f"package = {toml(locked)}\n"
    compiles({"Cargo.lock": 'package = [{name = "a"}]', **files, "Cargo.toml": text}, archetype)
    compiles({"src/main.rs": "", **files, "Cargo.toml": text, "Cargo.lock": lock}, archetype)


@given(st.lists(WORDS, max_size=6), FILES, ARCHETYPES)
@example(["-r ../../etc/passwd", "--requirement=-x", "-e .", "a @ file:///etc"], {}, "web-service")
@example(["-r requirements.txt", "-c requirements.txt"], {}, "web-service")
def test_any_requirements(lines: list[str], files: dict[str, str], archetype: str) -> None:
    """The same for requirements files."""
    compiles({**files, "requirements.txt": "\n".join(lines), "main.py": ""}, archetype)


PYTHON = st.sampled_from([
    "app = Flask(__name__)", "def create_app(x, y=(1, [2)): pass", "def f() -> Flask: pass", "import streamlit", "from . import x", "from ... import y",
    "from x.y import (a,\n b)", "web.run_app(a)", 'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "x.settings")', "STATIC_ROOT = BASE_DIR / '..' / 'x'",
    'STATIC_ROOT = BASE_DIR / "out"', 'X = os.environ["A"]', "django.contrib.staticfiles", "makedirs('a/../../b')", "x = 'sqlite:///../a.db'", "mkdir('-x')",
    "setup(install_requires=['a', 1], name=2, entry_points={'console_scripts': ['a=b', 3, '../x=y']})", "setup(**{", "((((" * 200, "setup(name=-" * 300,
    "web: gunicorn -w $(id) a:b", "web: gunicorn 'a:b()' --timeout", "web:", "web: gunicorn x.wsgi -k 'a b' -w --threads=`x`",
])  # fmt: skip
DISTRIBUTIONS = st.sampled_from(
    [
        "flask",
        "django",
        "fastapi",
        "gunicorn",
        "uvicorn",
        "streamlit",
        "aiohttp",
        "psycopg2",
        "dash",
        "channels",
        "flask-sqlalchemy",
        "sanic",
    ]
)


@given(
    st.dictionaries(PATHS, st.lists(st.one_of(PYTHON, WORDS), max_size=4).map("\n".join), max_size=6),
    st.lists(DISTRIBUTIONS, max_size=4),
    st.sampled_from(["requirements.txt", "Pipfile", "pyproject.toml"]),
    ARCHETYPES,
)
@example({"x/wsgi.py": "DJANGO_SETTINGS_MODULE", "manage.py": ""}, ["django"], "requirements.txt", "web-service")
def test_any_python_sources(files: dict[str, str], names: list[str], manifest: str, archetype: str) -> None:
    """Sources are only looked at: whatever they are, nothing raises, and nothing of them gets where it does not belong."""
    listed = {
        "requirements.txt": "\n".join(names),
        "Pipfile": "\n".join(("[packages]", *(f"{name} = '*'" for name in dict.fromkeys(names)))),
        "pyproject.toml": "[tool.poetry.dependencies]\n" + "\n".join(f"{name} = '*'" for name in dict.fromkeys(names)),
    }
    compiles({**files, manifest: listed[manifest]}, archetype)


@given(
    st.dictionaries(st.sampled_from(["packages", "requires", "source", "dev-packages"]), JSON, max_size=4), JSON, FILES
)
def test_any_pipfile(pipfile: dict[str, Any], lock: Any, files: dict[str, str]) -> None:
    """The same for Pipenv."""
    text = "\n".join(f"{key} = {toml(value)}" for key, value in pipfile.items())
    compiles(
        {**files, "Pipfile": text, "Pipfile.lock": json.dumps({"_meta": {"x": 1}, "default": lock})}, "web-service"
    )


@given(st.text(max_size=200))
@example('{"a": "//", /* , ] */ "b": [1, 2, ], } // end')
def test_comments_and_trailing_commas(text: str) -> None:
    """Reading never raises; what is JSON already is read as what it is."""
    read = jsonc_table(text)
    try:
        plain = json.loads(text)
    except (ValueError, RecursionError):
        plain = None
    assert read == plain or not isinstance(plain, dict)


@given(
    st.dictionaries(
        st.text(max_size=8), st.one_of(st.text(max_size=12), st.lists(st.text(max_size=6), max_size=3)), max_size=4
    )
)
def test_strings_that_look_like_comments_are_strings(value: dict[str, Any]) -> None:
    """A comma before every closing bracket and a comment on every line change nothing."""
    text = json.dumps(value, indent=1).replace("\n}", ",\n}" if value else "\n}")
    assert jsonc_table(text.replace("\n", ' // , ] } "\n')) == value


def test_long_inputs_take_no_long_time() -> None:
    """What opens many times and never closes."""
    for piece in ("/*", '"', ",/*", '"\\', "//", ", "):
        jsonc_table("{" + piece * 200_000)
