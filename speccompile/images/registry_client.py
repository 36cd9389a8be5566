"""Reading an image's manifest and configuration from a registry (OCI distribution specification 1.1, pull).

Plain HTTP for loopback only. Tokens are got as the distribution project's token specification says. What is fetched is checked
against its digest, and nothing larger than a configuration can be is read.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from typing import Any

from speccompile.images.commands import host_of, is_loopback
from speccompile.images.credentials import Credential
from speccompile.images.failures import Trouble
from speccompile.images.inspection import ImageFacts
from speccompile.plan.repository import DOCKER_HUB
from speccompile.record import record

_INDEXES = ("application/vnd.oci.image.index.v1+json", "application/vnd.docker.distribution.manifest.list.v2+json")
_MANIFESTS = ("application/vnd.oci.image.manifest.v1+json", "application/vnd.docker.distribution.manifest.v2+json")
_LARGEST = 8 * 1024 * 1024  # bytes
_TIMEOUT = 30  # seconds
_PLATFORM = ("linux", "amd64")  # of an index, unless there is but one


class RegistryError(Exception):
    """The registry did not give what was asked for; ``trouble`` says of what kind the failure is."""

    def __init__(self, trouble: Trouble, message: str) -> None:
        super().__init__(message)
        self.trouble = trouble


@record()
class Reference:
    """An image's name taken apart: ``host[:port]``, path, and a tag or a digest."""

    host: str
    path: str
    version: str

    @classmethod
    def parse(cls, text: str) -> Reference | None:
        """*text* as a reference; None when it is not one."""
        host = host_of(text)
        rest = text.partition("/")[2] if text.startswith(f"{host}/") else text
        found = re.fullmatch(
            r"([a-z0-9]+(?:[._/-]+[a-z0-9]+)*)(?::([\w][\w.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?", rest, re.ASCII
        )
        if not found:
            return None
        path = found[1] if "/" in found[1] or host != DOCKER_HUB else f"library/{found[1]}"
        return cls(host, path, found[3] or found[2] or "latest")


class Client:
    """Asks one registry, with the *credential* where it wants one."""

    def __init__(self, host: str, credential: Credential | None = None) -> None:
        self._scheme = "http" if is_loopback(host) else "https"
        self._host = "registry-1.docker.io" if host == DOCKER_HUB else host
        self._credential = credential
        self._authorization: str | None = None

    def ping(self) -> None:
        """Find out whether the registry answers and takes the credential; raises ``RegistryError``."""
        self._get("/v2/", "", {})

    def image(self, reference: Reference) -> ImageFacts:
        """What the registry has under *reference*; raises ``RegistryError``."""
        scope = f"repository:{reference.path}:pull"
        manifest, digest = self._manifest(reference.path, reference.version, scope)
        if "manifests" in manifest:
            manifest, _ = self._manifest(reference.path, _one_of(manifest["manifests"]), scope)
        config_digest = _config_digest(manifest)
        content, _ = self._get(f"/v2/{reference.path}/blobs/{config_digest}", scope, {})
        _check(content, config_digest)
        config = _object(content)
        layers = manifest.get("layers") or []
        return ImageFacts(
            id=config_digest,
            size=sum(int(layer.get("size") or 0) for layer in layers),
            layers=len(layers),
            labels=dict((config.get("config") or {}).get("Labels") or {}),
            created=str(config.get("created") or ""),
            digests=(f"{reference.host}/{reference.path}@{digest}",),
            manifest=digest,
        )

    def _manifest(self, path: str, version: str, scope: str) -> tuple[dict[str, Any], str]:
        accepted = {"Accept": ", ".join((*_INDEXES, *_MANIFESTS))}
        content, _ = self._get(f"/v2/{path}/manifests/{version}", scope, accepted)
        digest = "sha256:" + hashlib.sha256(content).hexdigest()
        if version.startswith("sha256:"):
            _check(content, version)
        return _object(content), digest

    def _get(self, path: str, scope: str, headers: Mapping[str, str]) -> tuple[bytes, Mapping[str, str]]:
        """A resource."""
        return self.ask("GET", path, scope, headers)

    def ask(
        self, method: str, path: str, scope: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> tuple[bytes, Mapping[str, str]]:
        """The answer to a request for *path*, with the names of its headers in small letters; when the registry asks who we are, it is told and asked
        again. Raises ``RegistryError``."""
        request = urllib.request.Request(  # noqa: S310  # http and https only
            f"{self._scheme}://{self._host}{path}", data=body, headers=dict(headers), method=method
        )
        try:
            return self._open(request, self._authorization)
        except urllib.error.HTTPError as problem:
            if problem.code != 401 or self._authorization is not None:
                raise _refused(problem) from problem
            problem.close()
            self._authorization = self._answer(problem.headers.get("WWW-Authenticate", ""), scope)
        try:
            return self._open(request, self._authorization)
        except urllib.error.HTTPError as problem:
            raise _refused(problem) from problem

    def local(self, location: str) -> str | None:
        """The path of a *location* that this registry named; None where it is somebody else's."""
        parts = urllib.parse.urlsplit(location)
        if parts.netloc and (parts.netloc, parts.scheme) != (self._host, self._scheme):
            return None
        return urllib.parse.urlunsplit(("", "", parts.path, parts.query, "")) if parts.path.startswith("/") else None

    def _answer(self, challenge: str, scope: str) -> str:
        """The Authorization header that a challenge asks for."""
        kind, _, rest = challenge.partition(" ")
        values = dict(re.findall(r'(\w+)="([^"]*)"', rest))
        if kind.lower() == "basic" and self._credential:
            return self._basic(self._credential)
        if kind.lower() != "bearer" or "realm" not in values:
            raise RegistryError(Trouble.DENIED, "unauthorized: nobody is logged in")
        realm = values["realm"]
        if not realm.startswith("https://") and not is_loopback(urllib.parse.urlsplit(realm).netloc):
            raise RegistryError(Trouble.TLS, "the registry's token service does not use TLS")
        query = urllib.parse.urlencode({"service": values.get("service", ""), "scope": values.get("scope") or scope})
        own = self._basic(self._credential) if self._credential and not self._credential.token else None
        try:
            content, _ = self._open(urllib.request.Request(f"{realm}?{query}"), own)  # noqa: S310  # checked above
        except urllib.error.HTTPError as problem:
            raise _refused(problem) from problem
        said = _object(content)
        return f"Bearer {said.get('token') or said.get('access_token') or ''}"

    @staticmethod
    def _basic(credential: Credential) -> str:
        return "Basic " + base64.b64encode(f"{credential.user}:{credential.secret}".encode()).decode()

    @staticmethod
    def _open(request: urllib.request.Request, authorization: str | None) -> tuple[bytes, Mapping[str, str]]:
        if authorization:
            request.add_unredirected_header("Authorization", authorization)  # a blob's storage is not to see it
        try:
            with urllib.request.urlopen(request, timeout=_TIMEOUT) as answer:  # noqa: S310
                content = answer.read(_LARGEST + 1)
                found = {name.lower(): value for name, value in answer.headers.items()}
        except urllib.error.HTTPError:
            raise
        except (OSError, ValueError) as problem:
            raise RegistryError(
                Trouble.TRANSIENT, f"{urllib.parse.urlsplit(request.full_url).netloc} does not answer: {problem}"
            ) from problem
        if len(content) > _LARGEST:
            raise RegistryError(Trouble.OTHER, "the registry's answer is larger than a manifest can be")
        return content, found


def _one_of(manifests: object) -> str:
    """The digest of the image in an index: the one for the usual platform, else the first that is for any."""
    entries = [entry for entry in manifests if isinstance(entry, dict)] if isinstance(manifests, list) else []
    platforms = [((e.get("platform") or {}).get("os"), (e.get("platform") or {}).get("architecture")) for e in entries]
    if not entries:
        raise RegistryError(Trouble.OTHER, "the index lists no image")
    return str(entries[platforms.index(_PLATFORM) if _PLATFORM in platforms else 0].get("digest"))


def _check(content: bytes, digest: str) -> None:
    if "sha256:" + hashlib.sha256(content).hexdigest() != digest:
        raise RegistryError(Trouble.OTHER, f"what the registry sent is not {digest}")


def _object(content: bytes) -> dict[str, Any]:
    try:
        said = json.loads(content)
    except ValueError as problem:
        raise RegistryError(Trouble.OTHER, "the registry did not answer with JSON") from problem
    if not isinstance(said, dict):
        raise RegistryError(Trouble.OTHER, "the registry did not answer with an object")
    return said


def _config_digest(manifest: Mapping[str, Any]) -> str:
    config = manifest.get("config")
    digest = config.get("digest") if isinstance(config, dict) else None
    if not isinstance(digest, str) or not re.fullmatch(r"sha256:[0-9a-f]{64}", digest):
        raise RegistryError(Trouble.OTHER, "the registry's manifest names no configuration")
    return digest


def _refused(problem: urllib.error.HTTPError) -> RegistryError:
    problem.close()
    kind = (
        Trouble.DENIED
        if problem.code in (401, 403)
        else Trouble.NAME
        if problem.code == 404
        else Trouble.TRANSIENT
        if problem.code == 429 or problem.code >= 500
        else Trouble.OTHER
    )
    return RegistryError(kind, f"the registry answered {problem.code} {problem.reason}")
