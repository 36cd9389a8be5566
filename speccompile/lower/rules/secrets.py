"""Secrets: each gets a slot, and never has a value in an artifact. SC381 says which way it gets to the program.

deploy.yaml's ``secrets`` are named outright; one that a store brings along (DATABASE_PASSWORD) is the store's. A confirmed assertion
that wants a token, an API key, a signing key or a password of the service itself («requests carry a valid API token», «requests without
one are rejected») needs one; passwords of stores come with the stores. How long tokens live and where keys must never turn up ask for none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from speccompile.lower.draft import Draft, SecretNeed
from speccompile.lower.subject import Subject
from speccompile.plan.handover import Way
from speccompile.provenance import because, merged
from speccompile.requirements.kinds import Secret

CODE = "SC313"
TITLE = "secrets"

_PURPOSES = {
    "JWT_SECRET": "the key that signs and verifies JSON web tokens",
    "WEBHOOK_SECRET": "the key that verifies the signature of webhooks",
    "SIGNING_KEY": "the key that signs what the service issues",
    "SESSION_SECRET": "the key that protects session cookies",
    "API_KEY": "the API key that is expected or sent",
    "API_TOKEN": "the token that is expected or sent",
    "BEARER_TOKEN": "the token that is expected or sent",
    "ENCRYPTION_KEY": "the key that encrypts data at rest",
    "ADMIN_PASSWORD": "the password of the administrator",
}
# Those of the stores come with them, and who speaks of secrets in general names none.
_NONE_OF_ITS_OWN = ("database-password", "secrets")


def apply(subject: Subject, draft: Draft) -> Draft:
    """Add the secrets that are named, then those that assertions want."""
    if subject.archetype == "library":
        return draft
    needs: dict[str, SecretNeed] = {need.name: need for need in _declared(subject)}
    for need in _wanted(subject):
        before = needs.get(need.name)
        needs[need.name] = (
            replace(before, way=before.way or need.way, origin=merged((before.origin, need.origin))) if before else need
        )
    return replace(draft, secrets=tuple(need for _, need in sorted(needs.items())))


def _declared(subject: Subject) -> Iterator[SecretNeed]:
    for number, entry in enumerate(subject.deploy.secrets if subject.deploy else ()):
        name, way = (entry, None) if isinstance(entry, str) else (entry.name, Way(entry.as_))
        origin = because(CODE, subject.deployed("secrets", number))
        yield SecretNeed(name=name, purpose=f"a secret of {subject.name}", way=way, origin=origin)


def _wanted(subject: Subject) -> Iterator[SecretNeed]:
    for one in subject.asks(Secret):
        if one.requirement.name in _NONE_OF_ITS_OWN:
            continue
        name = re.sub(r"[^A-Z0-9]+", "_", one.requirement.name.upper())
        yield SecretNeed(
            name=name,
            purpose=_PURPOSES.get(name, f"a secret of {subject.name}"),
            way=Way(one.requirement.given) if one.requirement.given else None,
            origin=because(CODE, one.cause),
        )
