"""Which registry: its names on the command line, what the environment says, and how one logs in."""

from __future__ import annotations

import re
from collections.abc import Mapping

from speccompile.codes.engines import BAD_REGISTRY, NO_REGISTRY, REGISTRY_UNKNOWN
from speccompile.diagnostics import Diagnostic, quoted
from speccompile.images.checkout import github
from speccompile.plan.repository import DOCKER_HUB
from speccompile.record import record
from speccompile.regex import regex
from speccompile.source import Span

GHCR = "ghcr.io"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_PART = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_PREFIX = regex(rf"(?:localhost|{_LABEL}(?:\.{_LABEL})+|{_LABEL}(?=:))(?::\d{{1,5}})?(?:/{_PART})*", re.ASCII)
_AT = Span("--registry")


@record()
class Registry:
    """Where images go: the prefix of their names."""

    prefix: str

    @property
    def host(self) -> str:
        """The registry's ``host[:port]``."""
        return self.prefix.split("/")[0]


@record()
class Hints:
    """What helps to name a registry: the environment, the git remote, the user that is logged in at Docker Hub."""

    environment: Mapping[str, str]
    remote: str | None = None
    hub_user: str | None = None


def resolve(asked: str | None, declared: str | None, hints: Hints) -> Registry | Diagnostic:
    """The registry called *asked* on the command line, else the one that deploy.yaml declares."""
    wanted = asked or declared
    if not wanted:
        return NO_REGISTRY.at(
            _AT,
            "no registry is named, on the command line or in deploy.yaml",
            fix="add --registry ghcr, dockerhub, ecr or HOST/PATH; or `registry: ghcr.io/OWNER` to deploy.yaml",
        )
    match wanted:
        case "ghcr":
            return _ghcr(hints)
        case "dockerhub":
            return _hub(hints)
        case "ecr":
            return _ecr(hints)
        case _:
            return custom(wanted)


def custom(text: str) -> Registry | Diagnostic:
    """A registry as ``host[:port]/path``."""
    plain = text.removeprefix("https://").rstrip("/")
    if _PREFIX.fullmatch(plain) and len(plain) <= 200:
        return Registry(plain)
    return BAD_REGISTRY.at(
        _AT,
        f"{quoted(text)} is not a registry: a host (with a dot or a port), and a path in lower case",
        fix="write ghcr, dockerhub, ecr, or host[:port]/path such as registry.example.com:5000/team",
    )


def _ghcr(hints: Hints) -> Registry | Diagnostic:
    """``ghcr.io/<owner>``: in a workflow the repository is told, elsewhere it is the git remote's."""
    repository = hints.environment.get("GITHUB_REPOSITORY") or github(hints.remote) or ""
    owner = repository.split("/")[0].lower()
    if re.fullmatch(_PART, owner):
        return Registry(f"{GHCR}/{owner}")
    message = "the owner of the packages at ghcr.io is unknown: neither GITHUB_REPOSITORY nor a git remote at github.com says it"
    return REGISTRY_UNKNOWN.at(_AT, message, fix="name it: --registry ghcr.io/OWNER")


def _hub(hints: Hints) -> Registry | Diagnostic:
    user = (hints.environment.get("DOCKERHUB_USERNAME") or hints.hub_user or "").lower()
    if re.fullmatch(_PART, user):
        return Registry(f"{DOCKER_HUB}/{user}")
    message = "the user at Docker Hub is unknown: nobody is logged in there, and DOCKERHUB_USERNAME is not set"
    return REGISTRY_UNKNOWN.at(_AT, message, fix="run `docker login`, or name it: --registry docker.io/USER")


def _ecr(hints: Hints) -> Registry | Diagnostic:
    account = hints.environment.get("AWS_ACCOUNT_ID", "")
    region = hints.environment.get("AWS_REGION") or hints.environment.get("AWS_DEFAULT_REGION") or ""
    if re.fullmatch(r"\d{12}", account) and re.fullmatch(r"[a-z]{2}(?:-[a-z]+)+-\d", region):
        ending = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
        return Registry(f"{account}.dkr.ecr.{region}.{ending}")
    return REGISTRY_UNKNOWN.at(
        _AT,
        "the registry at ECR is unknown: AWS_ACCOUNT_ID (twelve digits) and AWS_REGION must be set",
        fix="export AWS_ACCOUNT_ID=$(aws sts get-caller-identity --query Account --output text) AWS_REGION=…",
    )


def login_command(host: str, client: str = "docker") -> str:
    """The command that logs in at *host*; no password is ever an argument."""
    ecr = re.fullmatch(r"\d{12}\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?", host)
    if ecr:
        return f"aws ecr get-login-password --region {ecr[1]} | {client} login --username AWS --password-stdin {host}"
    if host == GHCR:
        return f"echo $GITHUB_TOKEN | {client} login ghcr.io --username USER --password-stdin (a token with write:packages)"
    return f"{client} login" if host == DOCKER_HUB and client == "docker" else f"{client} login {host}"


def create_command(host: str, name: str) -> str:
    """How a repository that does not exist yet comes to be; most registries make it when the first image is pushed."""
    ecr = re.fullmatch(r"\d{12}\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?", host)
    if ecr:
        return f"aws ecr create-repository --region {ecr[1]} --repository-name {name}"
    return f"create the repository {name} at {host}, or choose another --registry"
