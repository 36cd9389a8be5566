"""A bucket of an object store that speaks S3, as far as releases need one: read, create, replace if unchanged, list.

Requests are made by obstore (the `s3` extra), which signs them, retries them and sends the conditions (If-None-Match, If-Match) without which two
writers would lose each other's work. It takes credentials from the environment (AWS_ACCESS_KEY_ID …), a web identity, a container or the machine;
the shared credentials file, which the AWS tools write, it does not read, so it is read here. A secret is never an argument, and no message has one:
obstore's own messages end with the whole request, of which the first line is kept.
"""

from __future__ import annotations

import configparser
import os
import urllib.parse
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from importlib import import_module
from typing import TYPE_CHECKING, Any

from speccompile import regular
from speccompile.codes.stores import NOT_INSTALLED, NOT_LOGGED_IN, UNSAFE_ENDPOINT
from speccompile.diagnostics import masked
from speccompile.errors import Refused
from speccompile.images.commands import is_loopback
from speccompile.record import record
from speccompile.releases.store import Unreachable
from speccompile.source import Span

if TYPE_CHECKING:
    from obstore import UpdateVersion

_RETRIES = 3
_PATIENCE = timedelta(seconds=30)
_TIMEOUT = "20s"
_KEYS = {
    "aws_access_key_id": "access_key_id",
    "aws_secret_access_key": "secret_access_key",
    "aws_session_token": "session_token",
}
_GIVEN = (
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
)
# Codes of the API (Amazon S3 API Reference, "Error responses") that say more than their status does.
_MEANT = {
    "NoSuchBucket": "there is no bucket {}",
    "RequestTimeTooSkewed": "this machine's clock is too far from the server's, which refuses what it signs: set it (timedatectl set-ntp true)",
}
_REGION = "us-east-1"  # what stores that have no regions want to be told


class Exists(Exception):
    """There is an object of that name already."""


class Changed(Exception):
    """The object is not what it was any more."""


@record()
class Address:
    """Where objects are: a bucket, a prefix without slashes around it, the server's URL (None: Amazon's), and its region."""

    bucket: str
    prefix: str
    endpoint: str | None
    region: str | None

    @classmethod
    def parse(cls, text: str) -> Address:
        """What ``s3://BUCKET/PREFIX?endpoint=URL&region=NAME`` names; raises ``Refused`` where the server is asked without TLS beyond this machine."""
        parts = urllib.parse.urlsplit(text)
        query = dict(urllib.parse.parse_qsl(parts.query))
        endpoint = query.get("endpoint")
        if endpoint and endpoint.startswith("http://") and not _is_here(endpoint):
            message = f"{endpoint} is asked without TLS: whoever is on the way could put a release there"
            fix = f"write https://{endpoint.removeprefix('http://')}, or an address of this machine"
            raise Refused([UNSAFE_ENDPOINT.at(Span("releases"), message, fix=fix)])
        return cls(parts.netloc, parts.path.strip("/"), endpoint, query.get("region"))

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.prefix}".rstrip("/")


@record()
class Held:
    """An object: its content, what tells this version from others, and when the server got it, by the server's clock."""

    content: bytes
    version: str
    modified: datetime


class Bucket:
    """The objects below an address. All methods raise ``Unreachable``."""

    def __init__(self, address: Address, environment: Mapping[str, str]) -> None:
        try:
            self._api: Any = import_module("obstore")  # an extra, which is there where somebody needs it
            store = import_module("obstore.store").S3Store
        except ImportError as problem:
            message = "what speaks S3 is not installed"
            fix = "pip install 'speccompile[s3]'"
            raise Refused([NOT_INSTALLED.at(Span("releases"), f"{address}: {message}", fix=fix)]) from problem
        self.address = address
        self._store = store(
            address.bucket,
            prefix=address.prefix or None,
            config=_settings(address, environment),
            client_options={
                "allow_http": address.endpoint is not None and _is_here(address.endpoint),
                "timeout": _TIMEOUT,
            },
            retry_config={"max_retries": _RETRIES, "retry_timeout": _PATIENCE},
        )

    def get(self, name: str, most: int) -> Held:
        """The object *name*; raises ``KeyError`` where there is none, and ``Unreachable`` where it has more than *most* bytes."""
        with self._told():
            try:
                found = self._api.get(self._store, name)
            except FileNotFoundError as problem:
                raise KeyError(name) from problem
            about = found.meta
            if about["size"] > most:
                raise Unreachable(f"{self.address}/{name} is larger than {most} bytes")
            content = bytes(found.bytes())
            return Held(content, str(about["e_tag"] or ""), about["last_modified"])

    def create(self, name: str, content: bytes) -> str:
        """A new object; gives its version. Raises ``Exists``, unless what is there is *content*: then an answer was lost, and it is ours."""
        with self._told():
            try:
                return self._put(name, content, "create")
            except self._api.exceptions.AlreadyExistsError as problem:
                there = self.get(name, max(len(content), 1) * 2 + 1024 * 1024)
                if there.content != content:
                    raise Exists(name) from problem
                return there.version

    def replace(self, name: str, content: bytes, version: str) -> str:
        """Put *content* in place of that *version* of an object; gives the new one. Raises ``Changed``."""
        with self._told():
            try:
                return self._put(name, content, {"e_tag": version})
            except (self._api.exceptions.PreconditionError, FileNotFoundError) as problem:
                there = self.get(name, 1024 * 1024)
                if there.content != content:
                    raise Changed(name) from problem
                return there.version

    def put(self, name: str, content: bytes) -> None:
        """An object, whatever is there."""
        with self._told():
            self._put(name, content, "overwrite")

    def has(self, name: str) -> bool:
        """Whether there is an object of that name."""
        with self._told():
            try:
                self._api.head(self._store, name)
            except FileNotFoundError:
                return False
            return True

    def now(self) -> datetime:
        """The time by the server's clock, which dates every object: no other clock is compared with it."""
        self.put("clock", b"")
        with self._told():
            found: datetime = self._api.head(self._store, "clock")["last_modified"]
            return found

    def names(self, below: str) -> Iterator[str]:
        """The names of the objects below *below*, without it."""
        with self._told():
            for page in self._api.list(self._store, prefix=below):
                for about in page:
                    yield str(about["path"]).removeprefix(f"{below}/")

    def conditional(self) -> bool:
        """Whether the server keeps conditions: an object is created twice, and the second time must fail."""
        return any(not self._created("conditions") for _ in range(2))

    def _created(self, name: str) -> bool:
        with self._told():
            try:
                self._put(name, b"two writers must not overwrite each other\n", "create")
            except self._api.exceptions.AlreadyExistsError:
                return False
            return True

    def _put(self, name: str, content: bytes, mode: str | UpdateVersion) -> str:
        # In one request: the parts of a large object would be put together without the condition.
        return str(self._api.put(self._store, name, content, mode=mode, use_multipart=False)["e_tag"] or "")

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What the server refuses, as stores say it."""
        try:
            yield
        except self._api.exceptions.BaseError as problem:
            said = str(problem)
            told = next((text.format(self.address.bucket) for code, text in _MEANT.items() if code in said), None)
            told = told or _first(said)
            raise Unreachable(f"{self.address}: {told}") from problem


def _first(said: str) -> str:
    """What obstore says, in short: neither the dump of the request, nor its URL and its retries, nor what a server puts into its answer."""
    line = said.split("\n", maxsplit=1)[0]
    cause, _, status = line.rpartition(" - ")
    if status.startswith("Server returned"):
        why = f"the server answered{status.partition(':')[2].partition(':')[0]}"
    else:
        why = "it does not answer" if "error sending request" in line else status or cause
    return "".join(char for char in masked(why)[:300] if char.isprintable())


def _settings(address: Address, environment: Mapping[str, str]) -> Any:
    """What obstore is told beside the environment, which it reads itself."""
    region = address.region or environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION") or _REGION
    endpoint = {"endpoint": address.endpoint} if address.endpoint else {}
    own = {ours: environment[theirs.upper()] for theirs, ours in _KEYS.items() if environment.get(theirs.upper())}
    if own or any(environment.get(name) for name in _GIVEN):
        return {"region": region} | endpoint | own
    shared = _shared(environment)
    if address.endpoint and not shared:
        # obstore would ask Amazon's metadata service, which takes a minute to be found missing and knows nobody here.
        message = f"nobody is logged in at {address.endpoint}"
        fix = "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment, or write them to ~/.aws/credentials (`aws configure`)"
        raise Refused([NOT_LOGGED_IN.at(Span("releases"), message, fix=fix)])
    return {"region": region} | endpoint | shared


def _shared(environment: Mapping[str, str]) -> dict[str, str]:
    """The credentials of the shared file (AWS SDKs and Tools Reference Guide): of AWS_PROFILE, else of `default`."""
    home = environment.get("HOME") or "/nonexistent"
    file = environment.get("AWS_SHARED_CREDENTIALS_FILE") or f"{home}/.aws/credentials"
    if not os.path.isabs(file):  # noqa: PTH117  # a relative path would lead into the project
        return {}
    found = configparser.RawConfigParser()
    try:
        found.read_string(regular.read_named(file).decode())
    except (OSError, ValueError, configparser.Error):
        return {}
    profile = environment.get("AWS_PROFILE") or "default"
    if not found.has_section(profile):
        return {}
    return {ours: found[profile][theirs] for theirs, ours in _KEYS.items() if found[profile].get(theirs)}


def _is_here(endpoint: str) -> bool:
    return is_loopback(urllib.parse.urlsplit(endpoint).netloc)
