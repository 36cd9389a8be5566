"""What a container has of its machine and of others' systems: directories of the host, networks that somebody else made."""

from collections.abc import Callable
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from speccompile.codes.neighbours import HOST_DIRECTORY, NETWORK
from speccompile.regex import regex
from speccompile.spec.model import SpecModel, refused
from speccompile.spec.names import Filled, matcher, text_schema
from speccompile.spec.paths import ContainerPath

_NETWORK = r"[A-Za-z0-9](?!.*\.(?:network|container|pod)$)[A-Za-z0-9_.-]{0,62}"
_DIRECTORY = r"(?:/(?!\.{1,2}(?:/|$))[A-Za-z0-9._@+-]{1,100}){1,20}"
_ENGINES = frozenset(("host", "bridge", "none", "default", "ingress", "docker_gwbridge", "podman", "private", "pasta", "slirp4netns"))  # fmt: skip
_OURS = frozenset(("backend", "edge"))
_WHOLE = ("/var", "/var/lib", "/home", "/opt", "/srv", "/mnt", "/media", "/data")
"""Of these a part may be had, and no more."""
_SYSTEM = (
    "/bin", "/boot", "/dev", "/etc", "/lib", "/lib32", "/lib64", "/libx32", "/proc", "/root", "/run", "/sbin", "/snap", "/sys", "/usr", "/var/run",
    "/var/cache", "/var/log", "/var/spool", "/var/lib/docker", "/var/lib/containerd", "/var/lib/containers", "/var/lib/cni", "/var/lib/kubelet",
    "/var/lib/systemd", "/var/lib/dpkg", "/var/lib/apt", "/var/lib/rpm",
)  # fmt: skip
"""Of these nothing may be had."""

_OF_PEOPLE = regex(r"/home/[^/]+(?:/\..*)?")
"""Somebody's keys and settings are there."""

_network = matcher(
    _NETWORK,
    NETWORK,
    "not the name of a network: letters, digits, dots, hyphens and underscores, at most 63",
    "write it as `docker network ls` prints it, such as traefik_public",
)
_directory = matcher(
    _DIRECTORY,
    HOST_DIRECTORY,
    "not the path of a directory of the host: absolute, of letters, digits and . _ @ + -, without dots as steps and without a slash at the end",
    "write a path of the machine such as /srv/media",
)


def _joined(text: str) -> str:
    if text.lower() in _ENGINES | _OURS:
        raise refused(
            NETWORK,
            "this network is the engine's, or this system's own",
            "write the name of a network that somebody made, such as traefik_public",
        )
    return _network(text)


def _host(text: str) -> str:
    path = _directory(text)
    if (
        path in _WHOLE
        or _OF_PEOPLE.fullmatch(path)
        or any(path == one or path.startswith(f"{one}/") for one in _SYSTEM)
        or path.endswith(".sock")
    ):
        raise refused(
            HOST_DIRECTORY,
            "this is the operating system's or an engine's, or far more than one program's",
            "name a directory of its own for it, such as /srv/media; who insists writes a patch that allows SC953",
        )
    return path


def is_network(name: str) -> bool:
    """Whether *name* is one that ``networks`` may have."""
    return _is(_joined, name)


def is_directory(path: str) -> bool:
    """Whether *path* is one that ``mounts`` may have."""
    return _is(_host, path)


def _is(read: Callable[[str], str], text: str) -> bool:
    try:
        return read(text) == text
    except PydanticCustomError:
        return False


JoinedNetwork = Annotated[str, AfterValidator(_joined), text_schema(pattern=f"^{_NETWORK}$")]
HostDirectory = Annotated[str, AfterValidator(_host), text_schema(pattern=f"^{_DIRECTORY}$")]


class Mount(SpecModel):
    """A directory of the machine in a container, and why somebody insists on it."""

    host: HostDirectory = Field(
        description="The directory of the machine; it has to be there.", examples=["/srv/media"]
    )
    path: ContainerPath = Field(description="Where the program finds it.", examples=["/media"])
    write: bool = Field(False, description="Whether the program may write there.", examples=[True])
    because: Filled = Field(
        description="Why it has to be a directory of the machine.", examples=["the scanner writes its files there"]
    )


Mounts = Annotated[
    tuple[Mount, ...],
    Field(
        default=(),
        description="Directories of the machine that it has, each with the reason; nothing is created there, and the container's user must be able to read it. "
        "A volume (`writable`) is what is meant where nothing else of the machine reads or writes it.",
        examples=[[{"host": "/srv/media", "path": "/media", "because": "the scanner writes its files there"}]],
    ),
]
Networks = Annotated[
    tuple[JoinedNetwork, ...],
    Field(
        default=(),
        description="Networks that others have made, by name; it joins them besides its own, and whatever is on them reaches all its ports.",
        examples=[["traefik_public"]],
    ),
]
