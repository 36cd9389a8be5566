"""Which files and directories of a service go into its image: an allow-list, made from what is there."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from speccompile.codes.stacks import UNNAMEABLE
from speccompile.diagnostics import Diagnostic, quoted
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.source import Span

SCRIPT_CODE = (".js", ".cjs", ".mjs", ".jsx", ".ts", ".cts", ".mts", ".tsx")
PYTHON_CODE = (".py", ".pyi")

# Kinds of files that programs read, beside code: data, templates, schemas.
_DATA = (
    ".json", ".yaml", ".yml", ".toml", ".html", ".css", ".scss", ".svg", ".ico", ".png", ".graphql", ".gql",
    ".proto", ".sql", ".wasm", ".csv", ".ini", ".cfg", ".j2", ".txt", ".xml", ".webmanifest", ".vue", ".svelte",
    ".astro",
)  # fmt: skip

# Directories without code that programs read all the same.
ASSETS = frozenset((
    "alembic", "assets", "conf", "config", "content", "data", "drizzle", "emails", "fixtures", "fonts", "i18n",
    "images", "locale", "locales", "migrations", "prisma", "proto", "public", "resources", "schema", "schemas",
    "sql", "static", "styles", "templates", "views",
))  # fmt: skip

# Never part of an image: tests, papers, other people's packages, what is made anew, how it is deployed, secrets;
# and what this compiler itself reads: an image must not change with a comment in a spec.
_REFUSED = frozenset((
    "assertions.json", "deploy.yaml", "deploy.yml", "verification.json",
    "__mocks__", "__pycache__", "__tests__", "ansible", "app.yaml", "appspec.yml", "azure-pipelines.yml", "backup",
    "backups", "bench", "benchmark", "benchmarks", "biome.json", "bitbucket-pipelines.yml", "bower_components",
    "build", "certs", "changelog", "charts", "ci", "cloudbuild.yaml", "codecov.yaml", "codecov.yml",
    "components.json", "conftest.py", "coverage", "credentials", "credentials.json", "cypress", "deploy",
    "deployment", "dist", "doc", "docs", "e2e", "env", "example", "examples", "fabfile.py", "firebase.json",
    "fly.toml", "generated", "helm", "htmlcov", "infra", "jsr.json", "k8s", "keys", "kubernetes", "lerna.json",
    "licence", "license", "log", "logs", "makefile", "mkdocs.yml", "mypy.ini", "netlify.toml", "node_modules",
    "noxfile.py", "npm-shrinkwrap.json", "out", "output", "package-lock.json", "playwright", "pnpm-lock.yaml",
    "pnpm-workspace.yaml", "procfile", "pytest.ini", "railway.json", "railway.toml", "readme", "render.yaml",
    "renovate.json", "requirements-dev.txt", "robots.cfg", "samples", "secret", "secrets", "secrets.json",
    "secrets.toml", "secrets.yaml", "secrets.yml", "setup.cfg", "skaffold.yaml", "spec", "specs", "ssl", "target",
    "temp", "terraform", "test", "tests", "tmp", "tox.ini", "tslint.json", "turbo.json", "venv", "vercel.json",
    "virtualenv",
))  # fmt: skip
_REFUSED_SHAPES = re.compile(
    r"(docker(file|-compose|-bake|-entrypoint)?([.-]|$)|(docker-)?compose[.\w-]*\.ya?ml$|"
    r".*\.(test|spec|e2e|stories)\.|test_.*\.py$|.*_test\.py$|"
    r"(jest|vitest|cypress|playwright|eslint|prettier|commitlint|lint-staged|release|stylelint|webdriverio|karma|wdio)[.-]|"
    r"requirements.*\.(txt|in)$|.*(secret|credential|service-account).*\.(json|ya?ml|toml|txt|ini|cfg|xml|csv)$|"
    r".*_rsa$|id_[a-z0-9]+$|.*\.(tfvars|env|local)$)"
)
_HIDDEN_CONFIGURATION = frozenset(
    (".babelrc", ".babelrc.json", ".swcrc", ".postcssrc", ".postcssrc.json", ".browserslistrc")
)
_UNNAMEABLE = re.compile(r"[*?\[\]\\\x00-\x1f\x7f\x85\u2028\u2029\ud800-\udfff\ue000-\uf8ff]|^\s|\s$|^-")


@record()
class Sources:
    """The allowed directories and files at the top of a service, and names that had to be left out. Sorted, no
    trailing slashes."""

    directories: tuple[str, ...]
    files: tuple[str, ...]
    problems: tuple[Diagnostic, ...] = ()

    def only(self, *, directories: Iterable[str], suffixes: tuple[str, ...]) -> Sources:
        """Those of *directories*, and the files with one of *suffixes*."""
        kept = frozenset(directories)
        return Sources(
            tuple(name for name in self.directories if name in kept),
            tuple(name for name in self.files if name.endswith(suffixes)),
        )

    def without(self, names: Iterable[str]) -> Sources:
        """All but *names*."""
        gone = frozenset(names)
        return replace(
            self,
            directories=tuple(name for name in self.directories if name not in gone),
            files=tuple(name for name in self.files if name not in gone),
        )

    def has(self, path: str) -> bool:
        """Whether *path* is among the files, or below one of the directories."""
        return path in self.files or path.partition("/")[0] in self.directories


def sources(tree: Tree, code: tuple[str, ...], also: Iterable[str] = ()) -> Sources:
    """What of *tree* belongs into an image whose language has the file suffixes *code*; *also* are names allowed
    whatever they are."""
    wanted = frozenset(also)
    directories, files, problems = [], [], []
    for entry in tree.entries(""):
        name = entry.rstrip("/")
        if not (name in wanted or (_allowed(name) and _useful(tree, entry, code))):
            continue
        if _UNNAMEABLE.search(name):
            problems.append(_left_out(name))
        elif entry.endswith("/"):
            directories.append(name)
        else:
            files.append(name)
    return Sources(tuple(directories), tuple(files), tuple(problems))


def belongs(name: str) -> bool:
    """Whether a file or directory called *name* may go into an image at all."""
    return _allowed(name) and not _UNNAMEABLE.search(name)


def nameable(path: str) -> bool:
    """Whether COPY, an ignore file and a command line can name *path*, and it stays inside."""
    inside = posixpath.normpath(path)
    return not (
        inside.startswith("-") or _UNNAMEABLE.search(path) or inside.startswith(("../", "/")) or inside in (".", "..")
    )


def _allowed(name: str) -> bool:
    folded = name.lower()
    if folded.startswith("."):
        return folded in _HIDDEN_CONFIGURATION
    stem = folded.partition(".")[0]
    paper = folded.endswith((".md", ".rst")) or stem in ("license", "licence", "changelog", "readme")
    return not (
        paper or folded in _REFUSED or folded.endswith((".egg-info", ".pem", ".key")) or _REFUSED_SHAPES.match(folded)
    )


def _useful(tree: Tree, entry: str, code: tuple[str, ...]) -> bool:
    name = entry.rstrip("/")
    if not entry.endswith("/"):
        return name in _HIDDEN_CONFIGURATION or name.lower().endswith((*code, *_DATA))
    return name.lower() in ASSETS or any(path.endswith(code) for path in _two_levels(tree, name))


def _two_levels(tree: Tree, directory: str) -> Iterator[str]:
    """The names in *directory*, then those in its directories."""
    inside = tree.entries(directory)
    yield from inside
    for entry in inside:
        if entry.endswith("/") and entry.rstrip("/") not in _REFUSED:
            yield from tree.entries(f"{directory}/{entry.rstrip('/')}")


def _left_out(name: str) -> Diagnostic:
    return UNNAMEABLE.at(Span(name), f"{quoted(name)} was left out of the image: COPY cannot name it", fix="rename it")
