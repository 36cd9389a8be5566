"""The store of releases that an environment names, opened."""

from __future__ import annotations

import os
from pathlib import Path

from speccompile import local_state
from speccompile.images.runner import Runner
from speccompile.releases.directory import DirectoryStore
from speccompile.releases.remote import is_remote, remote
from speccompile.releases.store import Store


def store_at(address: str | None, root: Path, app: str, environment: str) -> Store:
    """The store at *address*, as deploy.yaml writes it: a directory counts from *root*. Without an address it is kept beside what else is this
    checkout's own, where no commit can put anything. One address does for many applications and environments. Raises ``Refused``, and ``OSError``."""
    if address is None:
        return DirectoryStore(Path(local_state.usable(str(root)).path, "releases", environment))
    if is_remote(address):
        return remote(address, app, environment, Runner(), os.environ)
    return DirectoryStore(Path(root, address, app, environment))
