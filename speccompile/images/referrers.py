"""Attaching a document to an image in a registry, and finding it there (OCI distribution specification 1.1, referrers).

A registry that knows referrers says so when it gets one, and lists them. Where it does not, they are listed by an index of our own under the tag that
the specification gives it, made of the image's digest.
"""

from __future__ import annotations

import json
import re
import urllib.parse
from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any

from speccompile.digests import digest as digest_of
from speccompile.images.failures import Trouble
from speccompile.images.registry_client import Client, RegistryError
from speccompile.record import record

_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
_INDEX = "application/vnd.oci.image.index.v1+json"
_SUBJECTS = ", ".join((
    _MANIFEST, _INDEX, "application/vnd.docker.distribution.manifest.v2+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
))  # fmt: skip
_EMPTY_TYPE, _EMPTY = "application/vnd.oci.empty.v1+json", b"{}"
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
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
    blobs = [_descriptor(_EMPTY_TYPE, _EMPTY), _descriptor(kind, content)]
    for descriptor, blob in zip(blobs, (_EMPTY, content), strict=True):
        _blob(client, path, scope, str(descriptor["digest"]), blob)
    manifest = {
        "schemaVersion": 2,
        "mediaType": _MANIFEST,
        "artifactType": kind,
        "config": blobs[0],
        "layers": blobs[1:],
        "subject": {
            "mediaType": headers.get("content-type", _MANIFEST).partition(";")[0],
            "digest": subject,
            "size": len(image),
        },
    }
    body = json.dumps(manifest, sort_keys=True, separators=(",", ":")).encode()
    digest = digest_of(body)
    _, said = client.ask("PUT", f"/v2/{path}/manifests/{digest}", scope, {"Content-Type": _MANIFEST}, body)
    if said.get("oci-subject") == subject or digest in _known(client, path, scope, subject):
        return Attached(digest, Stored.REFERRERS)
    _listed(client, path, scope, subject, {**_descriptor(_MANIFEST, body), "artifactType": kind})
    return Attached(digest, Stored.TAG)


def attached(client: Client, path: str, subject: str, kind: str) -> tuple[bytes, ...]:
    """The documents of the media type *kind* that are attached to *subject*; raises ``RegistryError``."""
    scope = f"repository:{path}:pull"
    found = []
    listed = _known(client, path, scope, subject) or _digests(_tagged(client, path, scope, subject))
    for digest in listed[:_MOST]:
        manifest = _object(_checked(client, f"/v2/{path}/manifests/{digest}", scope, digest))
        about = manifest.get("subject")
        layers = manifest.get("layers")
        if not isinstance(about, dict) or about.get("digest") != subject or not isinstance(layers, list):
            continue
        digests = [str(one.get("digest")) for one in layers if isinstance(one, dict) and one.get("mediaType") == kind]
        found += [
            _checked(client, f"/v2/{path}/blobs/{one}", scope, one) for one in digests[:1] if _DIGEST.fullmatch(one)
        ]
    return tuple(found)


def _blob(client: Client, path: str, scope: str, digest: str, content: bytes) -> None:
    """Have a blob there: asked for first, for the empty one is everywhere."""
    try:
        client.ask("HEAD", f"/v2/{path}/blobs/{digest}", scope, {})
    except RegistryError as problem:
        if problem.trouble is not Trouble.NAME:
            raise
    else:
        return
    _, said = client.ask("POST", f"/v2/{path}/blobs/uploads/", scope, {"Content-Length": "0"}, b"")
    place = client.local(said.get("location", ""))
    if place is None:
        raise RegistryError(Trouble.OTHER, "the registry wants an upload to go elsewhere")
    joint = "&" if "?" in place else "?"
    query = urllib.parse.urlencode({"digest": digest})
    client.ask("PUT", f"{place}{joint}{query}", scope, {"Content-Type": "application/octet-stream"}, content)


def _listed(client: Client, path: str, scope: str, subject: str, entry: Mapping[str, Any]) -> None:
    """Put *entry* into the index under the tag of *subject*, besides what others have put there."""
    there = [one for one in _tagged(client, path, scope, subject) if one.get("digest") != entry["digest"]]
    index = {"schemaVersion": 2, "mediaType": _INDEX, "manifests": [*there, dict(entry)]}
    body = json.dumps(index, sort_keys=True, separators=(",", ":")).encode()
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
    found = _object(content).get("manifests")
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _tag(subject: str) -> str:
    return subject.replace(":", "-")


def _descriptor(kind: str, content: bytes) -> dict[str, Any]:
    return {"mediaType": kind, "digest": digest_of(content), "size": len(content)}


def _checked(client: Client, path: str, scope: str, digest: str) -> bytes:
    """What is at *path*, when it has the *digest*."""
    content, _ = client.ask("GET", path, scope, {"Accept": _MANIFEST})
    if digest_of(content) != digest:
        raise RegistryError(Trouble.OTHER, f"what the registry sent is not {digest}")
    return content


def _object(content: bytes) -> dict[str, Any]:
    try:
        said = json.loads(content)
    except (ValueError, RecursionError) as problem:
        raise RegistryError(Trouble.OTHER, "the registry did not answer with JSON") from problem
    return said if isinstance(said, dict) else {}
