"""Images of Go projects: one binary, compiled in one stage, alone with what it reads in the other."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator

from speccompile.errors import Refused
from speccompile.plan.image import Base, Copy, ImageRecipe, Mount, Stage, Step
from speccompile.provenance import Wanted
from speccompile.record import record
from speccompile.source import Span
from speccompile.stacks.go.facts import GoFacts, Start, likely
from speccompile.stacks.request import Request
from speccompile.stacks.steps import DISTROLESS_USER, QUIET, USER, Steps, context
from speccompile.stacks.written import HOME, own_directories

_BINARIES = "/usr/local/bin"
_HEALTH = f"{HOME}/health"
_STATIC = "gcr.io/distroless/static-debian12:nonroot"
_WITH_C = "gcr.io/distroless/cc-debian12:nonroot"
_SLIM = "debian:bookworm-slim"
_CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"
_WRITABLE = "/writable"
_SMALL = ("-trimpath", "-ldflags=-s -w")


@record()
class _Making:
    facts: GoFacts
    request: Request
    start: Start
    steps: Steps

    @property
    def packages(self) -> tuple[str, ...]:
        """Debian packages for the final stage."""
        return tuple(sorted({*self.facts.runtime_packages, *self.request.runtime_packages}))

    @property
    def slim(self) -> bool:
        """Whether the final stage is Debian's: where packages are wanted, and where a job is locked by flock."""
        return bool(self.packages) or self.request.archetype == "data-pipeline"

    @property
    def user(self) -> str:
        """Who runs it."""
        return USER if self.slim else DISTROLESS_USER

    @property
    def binary(self) -> str:
        """Where the program is."""
        return f"{_BINARIES}/{self.start.program.name}"

    def golang(self) -> Base:
        """The image that compiles."""
        return self.steps.base(f"golang:{self.facts.runtime.value}-bookworm", self.facts.runtime)


def recipe(facts: GoFacts, request: Request) -> ImageRecipe:
    """A static binary on a distroless image; with C, packages, or as a job on what these need."""
    found = (*facts.obstacles, *facts.unstartable)
    if found:
        raise Refused(found)
    start, argv = _started(facts, request)
    making = _Making(facts, request, start, Steps.for_(facts, request))
    probe = (_probe(making),) if request.health else ()
    stages = (*probe, _build(making), _final(making))
    tool = request.archetype == "cli-tool"
    return ImageRecipe(
        stack="go",
        stages=stages,
        user=making.user,
        entrypoint=argv if tool else (),
        command=() if tool else argv,
        context=context(stages),
        # Go's own handlers end it on SIGTERM also as process 1; orphans only come from programs that it starts.
        needs_init="os/exec" in start.program.foreign,
        probe=(_HEALTH,) if request.health else (),
        language="go",
        origin=making.steps.origin,
    )


def _started(facts: GoFacts, request: Request) -> tuple[Start, tuple[str, ...]]:
    """The program, and how it is called: as deploy.yaml's command says, which may begin with a program's name."""
    candidates = likely(facts.starts)
    start = candidates[0]
    web = request.archetype == "web-service"
    if web:
        start = next((one for one in candidates if one.listens), start)
    elif start.listens and start.program.name != start.program.module.name:
        start = next((one for one in candidates if not one.listens), start)
    if request.command:
        argv = request.command.value
        first, *rest = argv
        wanted = next((one for one in facts.starts if one.program.name == posixpath.basename(first)), None)
        return (wanted, (f"{_BINARIES}/{wanted.program.name}", *rest)) if wanted else (start, argv)
    binary = f"{_BINARIES}/{start.program.name}"
    return start, (binary, *(_serving(start, request.port.value if request.port else None) if web else ()))


def _serving(start: Start, port: int | None) -> Iterator[str]:
    """The words that make the program listen where it should: its subcommand, and the flag where the default will not
    do."""
    if start.subcommand:
        yield start.subcommand
    listening = start.listening
    if listening and listening.flag and port and (listening.local or listening.port.value != str(port)):
        name, number = listening.flag
        yield f"--{name}={port}" if number or "port" in name.lower() else f"--{name}=0.0.0.0:{port}"


def _probe(making: _Making) -> Stage:
    """The health module, compiled by itself: whatever the service's module demands does not touch it."""
    source, _ = making.request.health or ("", "")
    steps = making.steps
    name = posixpath.basename(source)
    module = Copy(sources=(source,), target="./", generated=True, origin=making.request.origin)
    return steps.stage(
        "probe",
        making.golang(),
        (
            steps.workdir(),
            steps.env({"CGO_ENABLED": "0", **QUIET, "GOTOOLCHAIN": "local"}),
            module,
            steps.run(("go", "build", *_SMALL, "-o", _HEALTH, name), mounts=_caches(steps)),
        ),
    )


def _build(making: _Making) -> Stage:
    facts, request, steps = making.facts, making.request, making.steps
    locked = steps.because_of(*facts.evidence)
    program = making.start.program
    # Debian's images have no time zones of their own for programs to rely on; distroless ones do.
    options = (*(("-mod=vendor",) if facts.vendored else ()), *_SMALL, *(("-tags=timetzdata",) if making.slim else ()))
    download = () if facts.vendored else (locked.fetch(("go", "mod", "download"), mounts=_caches(steps)),)
    compiling = steps.because_of(Span(program.packages[0].files[0].path), facts.evidence[0])
    compiled = compiling.run if facts.vendored else compiling.fetch  # the cache may be gone while the layers are there
    packages = tuple(sorted({*facts.build_packages, *request.build_packages}))
    writable = tuple(f"{_WRITABLE}/{path}" for path in own_directories(making.start.writes))
    return steps.stage(
        "build",
        making.golang(),
        (
            steps.workdir(),
            steps.env({"CGO_ENABLED": "1" if facts.calls_c else "0", **QUIET, "GOTOOLCHAIN": "local"}),
            *steps.packages(packages),
            *((steps.run(("mkdir", "-p", *writable)),) if writable else ()),
            *_copied(locked, facts.manifests),
            *download,
            *(_copied(steps, ("vendor/",)) if facts.vendored else ()),
            *_copied(steps, making.start.sources),
            compiled(("go", "build", *options, "-o", making.binary, program.target), mounts=_caches(steps)),
        ),
    )


def _final(making: _Making) -> Stage:
    facts, request, steps = making.facts, making.request, making.steps
    image = _SLIM if making.slim else _WITH_C if facts.calls_c else _STATIC
    gin = {"GIN_MODE": "release"} if making.start.program.framework == "github.com/gin-gonic/gin" else {}
    port = {"PORT": request.port.told(str(request.port.value))} if request.port else {}
    environment: dict[str, str | Wanted[str]] = {**gin, **port}
    certificates = (Copy(sources=(_CERTIFICATES,), target=_CERTIFICATES, stage="build", origin=steps.origin),)
    binary = Copy(sources=(making.binary,), target=making.binary, stage="build", origin=steps.origin)
    probe = (Copy(sources=(_HEALTH,), target=_HEALTH, stage="probe", origin=request.origin),) if request.health else ()
    content: tuple[Step, ...] = (
        steps.workdir(),
        *((steps.env(environment),) if environment else ()),
        *steps.packages(making.packages),
        *(certificates if making.slim else ()),
        *probe,
        *_copied(steps, making.start.assets, making.start.program.module.directory),
        *((_writable(making),) if own_directories(making.start.writes) else ()),
        binary,
    )
    return steps.stage("final", steps.base(image, facts.runtime), content)


def _writable(making: _Making) -> Copy:
    """Directories that belong to the user: what is not there a program without rights cannot make."""
    return Copy(sources=(f"{_WRITABLE}/",), target="./", stage="build", owner=making.user, origin=making.steps.origin)


def _caches(steps: Steps) -> tuple[Mount, ...]:
    """What was fetched and compiled before. The go command locks its caches itself, so builds share them."""
    caches = (("/go/pkg/mod", "go-mod"), ("/root/.cache/go-build", "go-build"))
    return tuple(
        Mount(kind="cache", options=(("target", target), ("id", name)), origin=steps.origin) for target, name in caches
    )


def _copied(steps: Steps, paths: Iterable[str], module: str = "") -> Iterator[Copy]:
    """Files and directories below *module*, to the same places in the working directory; one step for the files of
    each directory."""
    below = Steps(steps.origin, posixpath.join(steps.prefix, module))
    files: dict[str, list[str]] = {}
    for path in paths:
        if not path.endswith("/"):
            files.setdefault(posixpath.dirname(path), []).append(path)
    for directory in sorted(files):
        yield below.files(files[directory], f"{directory}/" if directory else "./")
    for path in paths:
        if path.endswith("/"):
            yield below.directory(path.rstrip("/"))
