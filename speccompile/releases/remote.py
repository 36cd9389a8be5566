"""Stores that are not a directory: a registry (``oci://``) or an object store (``s3://``), opened for one application in one environment.

Credentials are those that are there: what Docker knows of the registry (``images.credentials``), what the AWS tools know of the object
store. None is an argument, and none is in an address.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from speccompile.codes.stores import BAD_ADDRESS
from speccompile.diagnostics import quoted
from speccompile.errors import Refused
from speccompile.images.credentials import credential
from speccompile.images.registry_client import Client
from speccompile.images.runner import Runner
from speccompile.regex import regex
from speccompile.releases.bucket import Address, Bucket
from speccompile.releases.oci import OciStore
from speccompile.releases.repository import Repository
from speccompile.releases.s3 import S3Store
from speccompile.releases.store import Store
from speccompile.source import Span
from speccompile.spec.environments import STORE

_STORE = regex(STORE)


def is_remote(address: str) -> bool:
    """Whether *address* is that of a store here, and not a directory."""
    return address.startswith(("oci://", "s3://"))


def must_be_address(address: str) -> None:
    """Raise ``Refused`` unless *address* is one as deploy.yaml writes it."""
    if not _STORE.fullmatch(address) or not {".", ".."}.isdisjoint(address.split("/")):
        message = f"{quoted(address)} is no place for releases"
        fix = (
            "write such as oci://ghcr.io/acme/bank-releases or s3://acme-releases/bank?endpoint=https://s3.example.com"
        )
        raise Refused([BAD_ADDRESS.at(Span("releases"), message, fix=fix)])


def remote(address: str, app: str, environment: str, runner: Runner, variables: Mapping[str, str]) -> Store:
    """The store at *address* for *app* in *environment*; nothing is asked of it yet. *runner* starts a credential helper, where Docker's
    configuration names one; *variables* are the environment's. Raises ``Refused``."""
    must_be_address(address)
    if address.startswith("s3://"):
        place = Address.parse(address)
        prefix = "/".join(filter(None, (place.prefix, app, environment)))
        return S3Store(Bucket(replace(place, prefix=prefix), variables))
    host, _, path = address.removeprefix("oci://").partition("/")

    def connect() -> Client:
        return Client(host, credential(runner, f"{host}/{path}", variables))

    return OciStore(Repository(host, path, connect), f"{app}.{environment}")
