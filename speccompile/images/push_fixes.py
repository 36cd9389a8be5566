"""What to do about a push that failed."""

from __future__ import annotations

import re

from speccompile.images.commands import host_of
from speccompile.images.engine import Engine
from speccompile.images.failures import Trouble
from speccompile.images.registries import create_command, login_command


def fix_of(kind: Trouble, name: str, engine: Engine) -> str:
    """The command or the place that helps, for a failure of *kind* at pushing *name* with *engine*."""
    host = host_of(name)
    match kind:
        case Trouble.DENIED:
            login = login_command(host, engine.kind.command)
            return f"log in as somebody who may push to {host}: {login}; then run the same `speccompile push` again"
        case Trouble.NAME:
            path = re.sub(r":[^:/]*$", "", name).partition("/")[2]
            return create_command(host, path)
        case Trouble.HOST:
            return f"check the name {host} and this machine's network, then run `speccompile push` with the right --registry"
        case Trouble.FULL:
            return f"make room at {host} (or on this machine), then run the same `speccompile push` again"
        case Trouble.TLS:
            return f"give {host} a certificate that this machine trusts, or tell the engine that it is an insecure registry"
        case Trouble.ENGINE:
            return "start the engine, then run the same `speccompile push` again"
        case Trouble.TRANSIENT:
            return f"run the same `speccompile push` again when {host} answers; if it keeps answering 500, its disk may be full"
        case Trouble.OTHER:
            return "see what the engine and the registry said"
