"""A repository of a registry as a place for small artifacts under tags (OCI distribution specification 1.1), as releases need one.

No registry has conditions for writing a tag: who writes last has it. So nothing here relies on one, and a tag whose content must not be lost has a name
that nobody else can have.
"""

from __future__ import annotations

import email.utils
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, TypeVar

from speccompile.digests import digest
from speccompile.images.blobs import (
    EMPTY,
    EMPTY_TYPE,
    MANIFEST,
    checked,
    compact,
    descriptor,
    object_in,
    present,
    upload,
)
from speccompile.images.failures import Trouble
from speccompile.images.registry_client import Client, RegistryError
from speccompile.record import record
from speccompile.regex import regex
from speccompile.releases.store import Unreachable

_PAGES = 200
_PAGE = 1000
_NEXT = regex(r'<([^<>\s]{1,2000})>\s*;\s*rel="?next"?')
_SHA = regex(r"sha256:[0-9a-f]{64}")
_T = TypeVar("_T")
_TITLE = "org.opencontainers.image.title"


@record()
class Layer:
    """A file of an artifact: its name (by which ORAS writes it), its media type, its content."""

    title: str
    kind: str
    content: bytes


@record()
class Found:
    """What a registry has under a tag: annotations, the layers' digests by media type, and the registry's time of the answer."""

    annotations: Mapping[str, str]
    layers: tuple[tuple[str, str], ...]
    at: datetime | None

    def layer(self, kind: str) -> str | None:
        """The digest of the first layer of the media type *kind*."""
        return next((named for found, named in self.layers if found == kind), None)


class _Missing(Unreachable):
    """There is nothing of that name."""


class Repository:
    """The repository *path* at *host*. A client is made by *connect*, anew when a registry no longer knows the last one (tokens hold for minutes).

    All methods raise ``Unreachable``.
    """

    def __init__(self, host: str, path: str, connect: Callable[[], Client]) -> None:
        self._host, self._path, self._connect = host, path, connect
        self._scope = f"repository:{path}:pull,push"
        self._client: Client | None = None

    def __str__(self) -> str:
        return f"oci://{self._host}/{self._path}"

    def now(self) -> datetime | None:
        """The time by the registry's clock; None where it does not date its answers."""
        return _time(self._ask("GET", "/v2/", {})[1])

    def tags(self) -> frozenset[str]:
        """The tags that there are."""
        found: set[str] = set()
        page: str | None = f"/v2/{self._path}/tags/list?n={_PAGE}"
        for _ in range(_PAGES):
            try:
                content, headers = self._ask("GET", page or "", {})
            except _Missing:
                return frozenset()
            listed = object_in(content).get("tags")
            found.update(tag for tag in listed if isinstance(tag, str)) if isinstance(listed, list) else None
            following = _NEXT.search(headers.get("link", ""))
            page = self._local(following[1]) if following else None
            if page is None:
                return frozenset(found)
        raise Unreachable(f"{self} lists more tags than {_PAGES * _PAGE}")

    def put(
        self,
        tag: str,
        kind: str,
        layers: Sequence[Layer],
        also: Sequence[str] = (),
        annotations: Mapping[str, str] | None = None,
    ) -> None:
        """Have an artifact of *layers* under *tag*, and of the blobs *also* that are there already."""
        files = []
        for one in layers:
            self._upload(one.content)
            files.append({**descriptor(one.kind, one.content), "annotations": {_TITLE: one.title}})
        self._upload(EMPTY)
        manifest = {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "artifactType": kind,
            "config": descriptor(EMPTY_TYPE, EMPTY),
            "layers": [*files, *self._there(also)] or [descriptor(EMPTY_TYPE, EMPTY)],
            "annotations": dict(annotations or {}),
        }
        self._ask("PUT", f"/v2/{self._path}/manifests/{tag}", {"Content-Type": MANIFEST}, compact(manifest))

    def get(self, tag: str) -> Found | None:
        """What is under *tag*; None where nothing is."""
        try:
            content, headers = self._ask("GET", f"/v2/{self._path}/manifests/{tag}", {"Accept": MANIFEST})
        except _Missing:
            return None
        manifest = object_in(content)
        said, listed = manifest.get("annotations"), manifest.get("layers")
        annotations = (
            {key: value for key, value in said.items() if isinstance(value, str)} if isinstance(said, dict) else {}
        )
        layers = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
        named = ((str(one.get("mediaType")), str(one.get("digest"))) for one in layers)
        return Found(annotations, tuple((kind, sha) for kind, sha in named if _SHA.fullmatch(sha)), _time(headers))

    def remove(self, tag: str) -> bool:
        """Take *tag* away, where the registry lets one."""
        with suppress(Unreachable):
            self._ask("DELETE", f"/v2/{self._path}/manifests/{tag}", {})
            return True
        return False

    def keep(self, content: bytes) -> str:
        """Have *content* as a blob; a registry clears away what no artifact has for long. Gives its digest."""
        self._upload(content)
        return digest(content)

    def blob(self, named: str) -> bytes:
        """The blob with the digest *named*, checked; raises ``KeyError`` where there is none."""
        try:
            return self._tried(lambda client: checked(client, f"/v2/{self._path}/blobs/{named}", self._scope, named))
        except _Missing as problem:
            raise KeyError(named) from problem

    def _there(self, named: Sequence[str]) -> list[dict[str, Any]]:
        sizes = {one: self._size(one) for one in sorted(set(named))}
        kind = "application/octet-stream"
        return [{"mediaType": kind, "digest": one, "size": size} for one, size in sizes.items() if size is not None]

    def _size(self, named: str) -> int | None:
        return self._tried(lambda client: present(client, self._path, self._scope, named))

    def _upload(self, content: bytes) -> None:
        self._tried(lambda client: upload(client, self._path, self._scope, digest(content), content))

    def _local(self, location: str) -> str | None:
        return self._client.local(location) if self._client else None

    def _ask(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> tuple[bytes, Mapping[str, str]]:
        return self._tried(lambda client: client.ask(method, path, self._scope, headers, body))

    def _tried(self, request: Callable[[Client], _T]) -> _T:
        """The answer to *request*; once more as somebody who has just come, when it is refused to who was known."""
        known = self._client is not None
        self._client = self._client or self._connect()
        try:
            try:
                return request(self._client)
            except RegistryError as problem:
                if problem.trouble is not Trouble.DENIED or not known:
                    raise
            self._client = self._connect()
            return request(self._client)
        except RegistryError as problem:
            kind = _Missing if problem.trouble is Trouble.NAME else Unreachable
            raise kind(f"{self}: {problem}") from problem


def _time(headers: Mapping[str, str]) -> datetime | None:
    """When an answer was made, by the server's clock (RFC 9110, 6.6.1); None where it does not say."""
    try:
        return email.utils.parsedate_to_datetime(headers.get("date", ""))
    except (ValueError, TypeError):
        return None
