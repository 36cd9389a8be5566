"""A machine: this one, or one that ssh reaches. Where on it our files are."""

from __future__ import annotations

import os
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from speccompile.images.commands import Command
from speccompile.record import record

_WORKS = ("-o", "BatchMode=yes", "-o", "ConnectTimeout=15")


@record()
class Machine:
    """``address`` is ``ssh://[USER@]HOST[:PORT]``, as ``spec.environments`` reads it; None is this machine."""

    address: str | None = None

    def __str__(self) -> str:
        return self.address or "this machine"

    @property
    def environment(self) -> tuple[tuple[str, str], ...]:
        """What docker and compose are told so that they work there (docs.docker.com/engine/security/protect-access)."""
        return (("DOCKER_HOST", self.address),) if self.address else ()

    def shell(self, *words: str) -> Command:
        """Have the shell there run *words*, of which none is anybody's text: ssh joins them and a shell reads them again (ssh(1))."""
        where = urlsplit(self.address or "")
        port = ("-p", str(where.port)) if where.port else ()
        user = ("-l", where.username) if where.username else ()
        return Command(("ssh", *_WORKS, *port, *user, "--", where.hostname or "", *words))


def below_home(app: str, environment: str) -> str:
    """The directory of our files, as seen from a user's home; both names are of the grammar of names."""
    return f".local/state/speccompile/{app}/{environment}"


def here(app: str, environment: str) -> str:
    """The same on this machine, absolute (XDG Base Directory Specification)."""
    named = os.environ.get("XDG_STATE_HOME", "")
    if named.startswith("/"):
        return str(PurePosixPath(named, "speccompile", app, environment))
    return str(PurePosixPath(os.path.expanduser("~"), below_home(app, environment)))  # noqa: PTH111
