"""The variables that sources read for other services of the project, and what deploy.yaml can give them.

The wiring calls things its own way (``API_URL``); sources that read ``BACKEND_URL`` get this besides, as a plain value. What they read for backing
services the compiler sees by itself.
"""

from __future__ import annotations

from speccompile.lower.naming import variable
from speccompile.record import record
from speccompile.regex import regex

_PEER = regex(r"(?:_(?:SERVICE|API|SERVER|BASE|BACKEND|INTERNAL))*_(URL|URI|ENDPOINT|ORIGIN|ADDR|ADDRESS|HOST|PORT)\Z")
_PUBLIC = (
    "NEXT_PUBLIC_",
    "VITE_",
    "REACT_APP_",
    "VUE_APP_",
    "PUBLIC_",
    "NUXT_PUBLIC_",
    "GATSBY_",
    "EXPO_PUBLIC_",
    "NG_APP_",
)


@record()
class Given:
    """A variable with its value, and what it is for."""

    name: str
    value: str
    what: str


def is_public(read: str) -> bool:
    """Whether *read* is put into what is delivered to browsers when it is built."""
    return read.startswith(_PUBLIC)


def for_peer(name: str, port: int, read: str, others: tuple[str, ...]) -> Given | None:
    """What the variable *read* is to the service *name* on *port*, which is also called one of *others*."""
    for called in (name, *others):
        prefix = variable(called)
        match = _PEER.match(read, len(prefix)) if read.startswith(prefix) else None
        if match and (called == name or match[1] not in ("HOST", "PORT", "ORIGIN")):
            values = {"HOST": name, "PORT": str(port), "ADDR": f"{name}:{port}", "ADDRESS": f"{name}:{port}"}
            return Given(read, values.get(match[1], f"http://{name}:{port}"), name)
    return None
