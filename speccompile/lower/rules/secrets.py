"""Secrets: each gets a slot, and never has a value in an artifact. SC381 says which way it gets to the program.

deploy.yaml's ``secrets`` are named outright; one that a store brings along (DATABASE_PASSWORD) is the store's. A confirmed assertion
that wants a token, an API key, a signing key or a password of the service itself («requests carry a valid API token», «requests without
one are rejected») needs one; passwords of stores come with the stores. How long tokens live and where keys must never turn up ask for none.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from speccompile.lower.draft import Draft, SecretNeed
from speccompile.lower.subject import Subject
from speccompile.plan.handover import Way
from speccompile.provenance import because, merged
from speccompile.requirements.phrases import words

CODE = "SC313"
TITLE = "secrets"

_WANTED = (
    ("JWT_SECRET", "the key that signs and verifies JSON web tokens", words("jwt", "json web tokens?")),
    (
        "WEBHOOK_SECRET",
        "the key that verifies the signature of webhooks",
        words("webhook signatures?", "signed webhooks?"),
    ),
    (
        "SIGNING_KEY",
        "the key that signs what the service issues",
        words("signing keys?", "hmac", "signed with (?:a|the|its|our) (?:\\w+ )?key"),
    ),
    (
        "SESSION_SECRET",
        "the key that protects session cookies",
        words("session secrets?", "session cookies?", "signed cookies?"),
    ),
    ("API_KEY", "the API key that is expected or sent", words("api keys?")),
    (
        "API_TOKEN",
        "the token that is expected or sent",
        words("api tokens?", "access tokens?", "bearer tokens?", "auth tokens?"),
    ),
    ("ENCRYPTION_KEY", "the key that encrypts data at rest", words("encryption keys?", "encrypted at rest")),
    ("ADMIN_PASSWORD", "the password of the administrator", words("admin passwords?", "administrator passwords?")),
)


_KEEPING = words(
    "expires?", "expired", "expiry", "valid for", "rotat(?:e|es|ed|ion)", "revok(?:e|es|ed)", "logged", "logs?", "leak(?:s|ed)?", "hashed",
    "plain text", "plaintext", "clear text", "masked", "redacted", "printed", "displayed", "shown once",
)  # fmt: skip


def apply(subject: Subject, draft: Draft) -> Draft:
    """Add the secrets that are named, then those that assertions want."""
    if subject.archetype == "library":
        return draft
    needs: dict[str, SecretNeed] = {need.name: need for need in _declared(subject)}
    for need in _wanted(subject):
        before = needs.get(need.name)
        needs[need.name] = replace(before, origin=merged((before.origin, need.origin))) if before else need
    return replace(draft, secrets=tuple(need for _, need in sorted(needs.items())))


def _declared(subject: Subject) -> Iterator[SecretNeed]:
    for number, entry in enumerate(subject.deploy.secrets if subject.deploy else ()):
        name, way = (entry, None) if isinstance(entry, str) else (entry.name, Way(entry.as_))
        origin = because(CODE, subject.deployed("secrets", number))
        yield SecretNeed(name=name, purpose=f"a secret of {subject.name}", way=way, origin=origin)


def _wanted(subject: Subject) -> Iterator[SecretNeed]:
    for name, purpose, pattern in _WANTED:
        found = [
            s.cause for s in subject.wishes if s.kind != "boundaries" and s.says(pattern) and not s.mentions(_KEEPING)
        ]
        if found:
            yield SecretNeed(name=name, purpose=purpose, origin=because(CODE, *found))
