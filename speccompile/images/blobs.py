"""Blobs and manifests of a repository in a registry, as artifacts are made of them (OCI image specification 1.1, "artifact usage")."""

from __future__ import annotations

import json
import urllib.parse
from typing import Any

from speccompile.digests import digest as digest_of
from speccompile.images.failures import Trouble
from speccompile.images.registry_client import Client, RegistryError

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
EMPTY_TYPE, EMPTY = "application/vnd.oci.empty.v1+json", b"{}"


def descriptor(kind: str, content: bytes) -> dict[str, Any]:
    """What refers to *content* of the media type *kind*."""
    return {"mediaType": kind, "digest": digest_of(content), "size": len(content)}


def upload(client: Client, path: str, scope: str, digest: str, content: bytes) -> None:
    """Have a blob there: asked for first, for the empty one is everywhere. Raises ``RegistryError``."""
    if present(client, path, scope, digest) is not None:
        return
    _, said = client.ask("POST", f"/v2/{path}/blobs/uploads/", scope, {"Content-Length": "0"}, b"")
    place = client.local(said.get("location", ""))
    if place is None:
        raise RegistryError(Trouble.OTHER, "the registry wants an upload to go elsewhere")
    joint = "&" if "?" in place else "?"
    query = urllib.parse.urlencode({"digest": digest})
    client.ask("PUT", f"{place}{joint}{query}", scope, {"Content-Type": "application/octet-stream"}, content)


def present(client: Client, path: str, scope: str, digest: str) -> int | None:
    """How many bytes the blob *digest* has there; None where there is none. Raises ``RegistryError``."""
    try:
        _, said = client.ask("HEAD", f"/v2/{path}/blobs/{digest}", scope, {})
    except RegistryError as problem:
        if problem.trouble is not Trouble.NAME:
            raise
        return None
    size = said.get("content-length", "")
    return int(size) if size.isdecimal() else 0


def checked(client: Client, path: str, scope: str, digest: str) -> bytes:
    """What is at *path*, when it has the *digest*; raises ``RegistryError``."""
    content, _ = client.ask("GET", path, scope, {"Accept": MANIFEST})
    if digest_of(content) != digest:
        raise RegistryError(Trouble.OTHER, f"what the registry sent is not {digest}")
    return content


def compact(value: object) -> bytes:
    """The one text of a manifest or an index."""
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def object_in(content: bytes) -> dict[str, Any]:
    """The JSON object that *content* is; ``{}`` for other JSON. Raises ``RegistryError`` for what is none."""
    try:
        said = json.loads(content)
    except (ValueError, RecursionError) as problem:
        raise RegistryError(Trouble.OTHER, "the registry did not answer with JSON") from problem
    return said if isinstance(said, dict) else {}
