"""The targets: what is emitted from a plan and how it is verified. Adding one is a module in ``backends``, one in ``verify`` and a line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from typing import TypeAlias

from speccompile.artifacts import Artifact
from speccompile.backends import (
    compose,
    crontab,
    dockerfile,
    dotenv,
    gitignore,
    health,
    ignore,
    nginx,
    package,
    serve,
    site,
)
from speccompile.diagnostics import Diagnostic
from speccompile.plan.plan import Plan
from speccompile.record import record
from speccompile.verify import compose as verify_compose
from speccompile.verify import crontab as verify_crontab
from speccompile.verify import dockerfile as verify_dockerfile
from speccompile.verify import dotenv as verify_dotenv
from speccompile.verify import gitignore as verify_gitignore
from speccompile.verify import health as verify_health
from speccompile.verify import ignore as verify_ignore
from speccompile.verify import nginx as verify_nginx
from speccompile.verify import package as verify_package
from speccompile.verify import serve as verify_serve
from speccompile.verify import site as verify_site

Emit: TypeAlias = Callable[[Plan], tuple[Artifact, ...]]
Verify: TypeAlias = Callable[[Plan, Mapping[str, str]], tuple[Diagnostic, ...]]


@record()
class Target:
    """A kind of artifact: its name on the command line, its emitter, its verifier, and patterns of the names that its files can have.

    A file of another name is never taken for one of ours, so every name that the emitter can give has to be there.
    """

    name: str
    emit: Emit
    verify: Verify
    files: tuple[str, ...]


_HEALTH = (
    "health.py",
    "health.mjs",
    "health.ts",
    "health.go",
    "health.rs",
    "Health.java",
    "health.sh",
    "health.php",
    "health.rb",
)
_PACKAGE = (
    "package.json.patch", "pyproject.toml.patch",
    "npm-publish.yml", "npm-publish-*.yml", "pypi-publish.yml", "pypi-publish-*.yml",
)  # fmt: skip

TARGETS: tuple[Target, ...] = (
    Target("dockerfile", dockerfile.emit, verify_dockerfile.verify, ("Dockerfile",)),
    Target("ignore", ignore.emit, verify_ignore.verify, (".dockerignore", "Dockerfile.dockerignore")),
    Target("compose", compose.emit, verify_compose.verify, ("docker-compose.yml",)),
    Target("dotenv", dotenv.emit, verify_dotenv.verify, (".env.example",)),
    Target("gitignore", gitignore.emit, verify_gitignore.verify, (".gitignore",)),
    Target("nginx", nginx.emit, verify_nginx.verify, ("nginx.conf",)),
    Target("site", site.emit, verify_site.verify, ("site.conf",)),
    Target("serve", serve.emit, verify_serve.verify, ("serve.sh",)),
    Target("health", health.emit, verify_health.verify, _HEALTH),
    Target("crontab", crontab.emit, verify_crontab.verify, ("crontab",)),
    Target("package", package.emit, verify_package.verify, _PACKAGE),
)

NAMES = tuple(target.name for target in TARGETS)

_FILES = tuple(pattern for target in TARGETS for pattern in target.files)


def chosen(names: tuple[str, ...]) -> tuple[Target, ...]:
    """The targets called *names*; all of them when there are none."""
    return tuple(target for target in TARGETS if not names or target.name in names)


def generates(path: str) -> bool:
    """Whether any target can give a file with the last name of *path*."""
    name = path.rpartition("/")[2]
    return any(fnmatchcase(name, pattern) for pattern in _FILES)
