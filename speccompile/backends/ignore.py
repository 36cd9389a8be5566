"""Plan → the ignore file beside each Dockerfile (moby patternmatcher): an allow-list, and what is never sent even so."""

from __future__ import annotations

import posixpath

from speccompile.artifacts import Artifact
from speccompile.backends import header
from speccompile.backends.escape.ignore import IgnoreText, ignore_comment, ignore_path
from speccompile.backends.jinja import render
from speccompile.plan.node import Node
from speccompile.plan.plan import Plan, Service
from speccompile.record import record

TARGET = "ignore"

# Rooted patterns cover only the top of the context; ``**/`` covers every depth.
REFUSED = (
    "**/.git",
    "**/.hg",
    "**/.svn",
    "**/.env",
    "**/.env.*",
    "**/*.env",
    "**/.envrc",
    "**/.netrc",
    "**/.pgpass",
    "**/.htpasswd",
    "**/.git-credentials",
    "**/.npmrc",
    "**/.pypirc",
    "**/.yarnrc.yml",
    "**/.aws",
    "**/.azure",
    "**/.config/gcloud",
    "**/.docker",
    "**/.dockercfg",
    "**/.gnupg",
    "**/.kube",
    "**/.ssh",
    "**/.vault-token",
    "**/.terraform",
    "**/*.tfstate",
    "**/*.tfstate.*",
    "**/*.tfvars",
    "**/*.key",
    "**/*.pem",
    "**/*.p8",
    "**/*.p12",
    "**/*.pfx",
    "**/*.ppk",
    "**/*.jks",
    "**/*.keystore",
    "**/*.kdbx",
    "**/id_rsa*",
    "**/id_dsa*",
    "**/id_ecdsa*",
    "**/id_ed25519*",
    "**/credentials",
    "**/credentials.json",
    "**/secrets",
    "**/secrets.json",
    "**/secrets.toml",
    "**/secrets.yaml",
    "**/secrets.yml",
    "**/service-account*.json",
    "**/node_modules",
    "**/.venv",
    "**/venv",
    "**/__pycache__",
    "**/*.pyc",
    "**/.mypy_cache",
    "**/.pytest_cache",
    "**/.ruff_cache",
    "**/.cache",
    "**/.DS_Store",
    "**/*.log",
)


# Refused above for the credentials that they may hold; a stack names one only when it has read it and found none.
_EXAMINED = (".npmrc", ".yarnrc.yml")


@record(kw_only=True)
class _Pattern(Node):
    text: IgnoreText


@record(kw_only=True)
class _Document(Node):
    header: tuple[IgnoreText, ...]
    allowed: tuple[_Pattern, ...]
    refused: tuple[_Pattern, ...]
    examined: tuple[_Pattern, ...]


def emit(plan: Plan) -> tuple[Artifact, ...]:
    """The ignore file of every service of *plan*."""
    return tuple(_artifact(service) for service in plan.services)


def _artifact(service: Service) -> Artifact:
    origin = service.image.origin
    document = _Document(
        header=tuple(ignore_comment(line) for line in header.lines(service.ignorefile)),
        allowed=tuple(_Pattern(text=ignore_path(path), origin=origin) for path in service.image.context),
        examined=tuple(
            _Pattern(text=ignore_path(path), origin=origin)
            for path in service.image.context
            if posixpath.basename(path) in _EXAMINED
        ),
        refused=tuple(_Pattern(text=IgnoreText(pattern), origin=origin) for pattern in REFUSED),
        origin=origin,
    )
    text, origins = render("ignore/dockerignore.j2", IgnoreText, document)
    return Artifact(service.ignorefile, text, origins, TARGET)
