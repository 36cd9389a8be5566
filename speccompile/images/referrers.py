"""Attaching a document to an image in a registry, and finding it there (OCI distribution specification 1.1, referrers).

A registry that knows referrers says so when it gets one, and lists them. Where it does not, they are listed by an index of our own under the tag that
the specification gives it, made of the image's digest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any

from speccompile.digests import digest as digest_of
from speccompile.images.blobs import EMPTY, EMPTY_TYPE, MANIFEST, checked, compact, descriptor, object_in, upload
from speccompile.images.failures import Trouble
from speccompile.images.registry_client import Client, RegistryError
from speccompile.record import record
from speccompile.regex import regex

_INDEX = "application/vnd.oci.image.index.v1+json"
_SUBJECTS = ", ".join((
    MANIFEST, _INDEX, "application/vnd.docker.distribution.manifest.v2+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
))  # fmt: skip
_DIGEST = regex(r"sha256:[0-9a-f]{64}")
_MOST = 50  # referrers that are looked at


class Stored(Enum):
    """How a registry lists what is attached."""

    REFERRERS = "referrers"
    TAG = "tag"


@record()
class Attached:
    """A document that is attached: the digest of its manifest, and how it is found."""

    digest: str
    stored: Stored


def attach(client: Client, path: str, subject: str, kind: str, content: bytes) -> Attached:
    """Attach *content* of the media type *kind* to the image with the digest *subject* in the repository *path*; raises ``RegistryError``."""
    scope = f"repository:{path}:pull,push"
    image, headers = client.ask("GET", f"/v2/{path}/manifests/{subject}", scope, {"Accept": _SUBJECTS})
    blobs = [descriptor(EMPTY_TYPE, EMPTY), descriptor(kind, content)]
    for one, blob in zip(blobs, (EMPTY, content), strict=True):
        upload(client, path, scope, str(one["digest"]), blob)
    manifest = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "artifactType": kind,
        "config": blobs[0],
        "layers": blobs[1:],
        "subject": {
            "mediaType": headers.get("content-type", MANIFEST).partition(";")[0],
            "digest": subject,
            "size": len(image),
        },
    }
    body = compact(manifest)
    digest = digest_of(body)
    _, said = client.ask("PUT", f"/v2/{path}/manifests/{digest}", scope, {"Content-Type": MANIFEST}, body)
    if said.get("oci-subject") == subject or digest in _known(client, path, scope, subject):
        return Attached(digest, Stored.REFERRERS)
    _listed(client, path, scope, subject, {**descriptor(MANIFEST, body), "artifactType": kind})
    return Attached(digest, Stored.TAG)


def attached(client: Client, path: str, subject: str, kind: str) -> tuple[bytes, ...]:
    """The documents of the media type *kind* that are attached to *subject*; raises ``RegistryError``."""
    scope = f"repository:{path}:pull"
    found = []
    listed = _known(client, path, scope, subject) or _digests(_tagged(client, path, scope, subject))
    for digest in listed[:_MOST]:
        manifest = object_in(checked(client, f"/v2/{path}/manifests/{digest}", scope, digest))
        about = manifest.get("subject")
        layers = manifest.get("layers")
        if not isinstance(about, dict) or about.get("digest") != subject or not isinstance(layers, list):
            continue
        digests = [str(one.get("digest")) for one in layers if isinstance(one, dict) and one.get("mediaType") == kind]
        found += [
            checked(client, f"/v2/{path}/blobs/{one}", scope, one) for one in digests[:1] if _DIGEST.fullmatch(one)
        ]
    return tuple(found)


def _listed(client: Client, path: str, scope: str, subject: str, entry: Mapping[str, Any]) -> None:
    """Put *entry* into the index under the tag of *subject*, besides what others have put there."""
    there = [one for one in _tagged(client, path, scope, subject) if one.get("digest") != entry["digest"]]
    index = {"schemaVersion": 2, "mediaType": _INDEX, "manifests": [*there, dict(entry)]}
    body = compact(index)
    client.ask("PUT", f"/v2/{path}/manifests/{_tag(subject)}", scope, {"Content-Type": _INDEX}, body)


def _known(client: Client, path: str, scope: str, subject: str) -> list[str]:
    """The digests of what the registry itself lists for *subject*; none where it knows no referrers."""
    try:
        content, _ = client.ask("GET", f"/v2/{path}/referrers/{subject}", scope, {"Accept": _INDEX})
    except RegistryError as problem:
        if problem.trouble is not Trouble.NAME:
            raise
        return []
    return _digests(_manifests(content))


def _digests(entries: Sequence[Mapping[str, Any]]) -> list[str]:
    """The digests in an index, the last first. Its word for what each is does not count: registries differ in what they say there."""
    digests = [str(one.get("digest")) for one in entries]
    return [digest for digest in reversed(digests) if _DIGEST.fullmatch(digest)]


def _tagged(client: Client, path: str, scope: str, subject: str) -> list[dict[str, Any]]:
    try:
        content, _ = client.ask("GET", f"/v2/{path}/manifests/{_tag(subject)}", scope, {"Accept": _INDEX})
    except RegistryError as problem:
        if problem.trouble is not Trouble.NAME:
            raise
        return []
    return _manifests(content)


def _manifests(content: bytes) -> list[dict[str, Any]]:
    found = object_in(content).get("manifests")
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _tag(subject: str) -> str:
    return subject.replace(":", "-")
