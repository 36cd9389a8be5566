"""Required variables: what the sources of a service cannot do without is asked of the operator.

A variable that is taken for granted (``os.environ["X"]``, ``process.env.X!``, a field of pydantic's settings without a default, Spring's
``${X}``), that an ``.env.example`` lists, or that the project's compose file takes from outside, gets a slot: required, or optional with
the value that the example has for it. One with the name of a secret has no value anywhere but with the operator. deploy.yaml's ``env``
and ``secrets``, what the platform itself sets, and what a service gets for the things that it needs, are not asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from speccompile.detect.variables import Demand
from speccompile.lower.draft import DemandNeed, Draft
from speccompile.lower.subject import Subject
from speccompile.provenance import Cause, because

CODE = "SC315"
TITLE = "required variables"

# What a container, an engine, the image or a build sets by itself.
_GIVEN = frozenset((
    "CI", "COLUMNS", "DEBUG", "FORCE_COLOR", "GOPATH", "HOME", "HOST", "HOSTNAME", "JAVA_HOME", "LANG", "LC_ALL", "LINES", "NODE_ENV", "NODE_OPTIONS",
    "NO_COLOR", "PATH", "PORT", "PWD", "PYTHONPATH", "SERVER_PORT", "SHELL", "TERM", "TMPDIR", "TZ", "USER", "VIRTUAL_ENV",
    "DJANGO_SETTINGS_MODULE", "RUST_LOG", "RUST_BACKTRACE", "OUT_DIR",
))  # fmt: skip
_GIVEN_PREFIXES = ("CARGO_", "npm_", "COMPOSE_", "DOCKER_", "BUILDKIT_", "GITHUB_", "PYTEST_", "VERCEL_")
# What is put into pages for browsers when they are built: nothing can supply it later.
_BUILT_IN = (
    "NEXT_PUBLIC_", "VITE_", "REACT_APP_", "VUE_APP_", "PUBLIC_", "NUXT_PUBLIC_", "GATSBY_", "EXPO_PUBLIC_", "NG_APP_", "PARCEL_PUBLIC_",
)  # fmt: skip
_SECRET_WORDS = frozenset((
    "KEY", "APIKEY", "SECRET", "TOKEN", "PASSWORD", "PASS", "PASSWD", "PWD", "PASSPHRASE", "CREDENTIAL", "CREDENTIALS", "DSN", "SALT", "PEPPER",
))  # fmt: skip
_NO_SECRET = frozenset(
    (
        "ID",
        "FILE",
        "PATH",
        "TTL",
        "NAME",
        "LENGTH",
        "ALGORITHM",
        "EXPIRY",
        "EXPIRES",
        "ISSUER",
        "PUBLIC",
        "HEADER",
        "PREFIX",
        "LIFETIME",
    )
)


def apply(subject: Subject, draft: Draft) -> Draft:
    """Add what is demanded and not given yet."""
    if subject.archetype == "library" or subject.facts.pages:
        return draft
    return replace(draft, demands=tuple(_needs(subject, draft)))


def _needs(subject: Subject, draft: Draft) -> Iterator[DemandNeed]:
    given = {literal.name for literal in draft.environment} | {secret.name for secret in draft.secrets}
    given |= {f"{secret.name}_FILE" for secret in draft.secrets}
    for demand in subject.demands:
        if demand.name in given or not is_operators(demand.name):
            continue
        secret = _is_secret(demand.name)
        yield DemandNeed(
            name=demand.name,
            secret=secret,
            default=None if secret or not demand.example else demand.example,
            asker=_asker(demand),
            origin=because(CODE, Cause(demand.span)),
        )


def is_operators(name: str) -> bool:
    """Whether the variable is one that an operator has to know: not one of the platform's, of a build, or the path of a file of ours."""
    return name not in _GIVEN and not name.startswith((*_GIVEN_PREFIXES, *_BUILT_IN)) and not name.endswith("_FILE")


def _is_secret(name: str) -> bool:
    words = set(name.split("_"))
    return bool(words & _SECRET_WORDS) and not words & _NO_SECRET


def _asker(demand: Demand) -> str:
    return f"{demand.span.path}:{demand.span.line}"
