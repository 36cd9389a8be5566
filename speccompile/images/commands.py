"""Plan → argv: pure functions, one a thing that an engine is asked to do. No process is started here.

Docker is driven as its reference says (docker build, docker push; buildx 0.12 and later), podman and buildah by their manual
pages (podman 4, buildah 1.28 and later). Secrets are named by the file that holds them, never by their values.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from speccompile.images.engine import Engine, Kind
from speccompile.record import record


@record()
class Command:
    """A process to start: its argument vector, and what is added to the environment."""

    argv: tuple[str, ...]
    environment: tuple[tuple[str, str], ...] = ()


@record()
class Confines:
    """Where and how long a program of the project's own runs: its directory (absolute), its whole environment, the seconds that it may take,
    and the bytes that are read of each of its outputs."""

    directory: str
    environment: tuple[tuple[str, str], ...]
    seconds: float
    most: int


@record()
class Secret:
    """A build secret: the id that ``RUN --mount=type=secret`` names, and where the value is: in a file, or in the environment.

    ``source`` is ``src=FILE`` or ``env=VARIABLE``; the engine reads the value itself.
    """

    id: str
    source: str


@record(kw_only=True)
class Build:
    """One image to build. Paths are absolute.

    The image gets no name while it is built: its id is written to ``iidfile``, or, with buildx, it is loaded as ``temporary``.
    ``epoch`` is set for a reproducible build (seconds since 1970).
    """

    context: str
    dockerfile: str
    ignorefile: str
    iidfile: str
    temporary: str
    labels: tuple[tuple[str, str], ...]
    platform: str | None = None
    secrets: tuple[Secret, ...] = ()
    epoch: int | None = None
    no_cache: bool = False


def build(engine: Engine, wanted: Build) -> Command:
    """The command that builds the image and gives it no lasting name."""
    match engine.kind:
        case Kind.BUILDX:
            middle, environment = _buildx(wanted)
        case Kind.BUILDKIT:
            middle = ("build", "--progress", "plain", "--iidfile", wanted.iidfile)
            environment = (("DOCKER_BUILDKIT", "1"),)
        case Kind.PODMAN | Kind.BUILDAH:
            middle, environment = _buildah(wanted), ()
    return Command((engine.program, *middle, *_common(wanted), wanted.context), environment)


def _buildx(wanted: Build) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    start = ("buildx", "build", "--progress", "plain")
    if wanted.epoch is None:
        return (*start, "--load", "--tag", wanted.temporary), ()
    # Timestamps in layers are rewritten by BuildKit 0.13 and later; provenance would hold the time of the build.
    output = f"type=docker,name={wanted.temporary},rewrite-timestamp=true"
    return (*start, "--provenance=false", "--output", output), (("SOURCE_DATE_EPOCH", str(wanted.epoch)),)


def _buildah(wanted: Build) -> tuple[str, ...]:
    """Docker's format, since OCI's has no health check; bases were pulled before.

    A reproducible build takes nothing from the cache, where there may be layers with other timestamps.
    """
    again = ("--layers=false", "--timestamp", str(wanted.epoch), "--identity-label=false")
    fixed = ("--layers",) if wanted.epoch is None else again
    files = ("--force-rm", "--ignorefile", wanted.ignorefile, "--iidfile", wanted.iidfile)
    return ("build", "--format", "docker", "--pull=missing", *fixed, *files)


def _common(wanted: Build) -> Iterator[str]:
    yield from ("--file", wanted.dockerfile)
    for key, value in wanted.labels:
        yield from ("--label", f"{key}={value}")
    for secret in wanted.secrets:
        yield from ("--secret", f"id={secret.id},{secret.source}")
    if wanted.platform:
        yield from ("--platform", wanted.platform)
    if wanted.no_cache:
        yield "--no-cache"


def ping(engine: Engine) -> Command:
    """Ask whether the engine is there; podman and buildah have no daemon that could be gone."""
    return Command(
        (engine.program, "version", "--format", "{{.Server.Version}}")
        if engine.kind.is_docker
        else (engine.program, "--version")
    )


def storage(engine: Engine) -> Command:
    """Ask in which directory the engine keeps images."""
    key = {Kind.PODMAN: ".Store.GraphRoot", Kind.BUILDAH: ".store.GraphRoot"}.get(engine.kind, ".DockerRootDir")
    return Command((engine.program, "info", "--format", f"{{{{{key}}}}}"))


def tag(engine: Engine, image: str, name: str) -> Command:
    """Give *image* another name."""
    return Command((engine.program, "tag", image, name))


def untag(engine: Engine, name: str) -> Command:
    """Take a name away; the image stays while it has others."""
    return Command((engine.program, "rmi", name))


def inspect(engine: Engine, image: str) -> Command:
    """What the engine knows about a local *image*, as JSON: buildah gives an object, docker and podman a list of one."""
    if engine.kind is Kind.BUILDAH:
        return Command((engine.program, "inspect", "--type", "image", image))
    return Command((engine.program, "image", "inspect", image))


def pull(engine: Engine, image: str) -> Command:
    """Fetch *image* from its registry."""
    return Command((engine.program, "pull", *_without_tls(engine, image), image))


def push(engine: Engine, name: str, digestfile: str, authfile: str | None = None) -> Command:
    """Send the image *name* to its registry; podman and buildah write the digest to *digestfile*, docker prints it."""
    if engine.kind.is_docker:
        return Command((engine.program, "push", name))
    options = ("--digestfile", digestfile, *_without_tls(engine, name), *(("--authfile", authfile) if authfile else ()))
    own_retries = ("--retry", "0") if engine.kind is Kind.BUILDAH else ()  # buildah 1.28 tries again all the same
    return Command((engine.program, "push", *options, *own_retries, name))


def unpack(engine: Engine, image: str, directory: str) -> Command:
    """Write a local *image* as files (manifest, configuration, layers) into *directory*."""
    return Command(
        (engine.program, "push", "--disable-compression", "--format", "v2s2", image, f"dir:{directory}")
        if engine.kind is Kind.BUILDAH
        else (engine.program, "push", "--format", "v2s2", image, f"dir:{directory}")
    )


def repack(engine: Engine, directory: str) -> Command:
    """Read an image from the files in *directory*; its id is printed."""
    return Command((engine.program, "pull", "--quiet", f"dir:{directory}"))


def host_of(reference: str) -> str:
    """The registry in an image's name; Docker Hub where none is named."""
    first, slash, _ = reference.partition("/")
    return first if slash and ("." in first or ":" in first or first == "localhost") else "docker.io"


def full_name(reference: str) -> str:
    """A reference with its registry, as the image specification wants it."""
    host = host_of(reference)
    if reference.startswith(f"{host}/"):
        return reference
    return f"docker.io/{reference}" if "/" in reference else f"docker.io/library/{reference}"


def is_loopback(host: str) -> bool:
    """Whether a registry's ``host[:port]`` is this machine, where engines accept plain HTTP."""
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() and ":" in host else host
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return False


def _without_tls(engine: Engine, reference: str) -> tuple[str, ...]:
    """Docker does so by itself for loopback; podman and buildah have to be told."""
    return ("--tls-verify=false",) if not engine.kind.is_docker and is_loopback(host_of(reference)) else ()
