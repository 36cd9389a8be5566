"""Images of Rust programs: the dependencies compiled in a layer of their own, then the program, then an image with that
alone.

Cargo compiles dependencies only together with a package, and wants to see a file for every target of every manifest. So
all manifests are there first, with a stub for each target, and what is compiled then is kept until a manifest or the
lock changes. The sources come over the stubs; as they are older than what was made of these, the files that targets
begin with are touched, or Cargo would take the stubs' programs for theirs.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from dataclasses import replace

from speccompile.errors import Refused
from speccompile.plan.image import Copy, ImageRecipe, Run, Stage, Step
from speccompile.provenance import Wanted
from speccompile.source import Span
from speccompile.stacks.request import Request
from speccompile.stacks.rust.facts import Program, RustFacts
from speccompile.stacks.rust.lockfile import LOCK
from speccompile.stacks.rust.manifest import Package, Target
from speccompile.stacks.steps import DISTROLESS_USER, USER, Steps, context
from speccompile.stacks.written import HOME

_BUILD = "rust:{version}-slim-bookworm"
_DISTROLESS = "gcr.io/distroless/cc-debian12:nonroot"
_SLIM = "debian:bookworm-slim"
_BINARIES = "/usr/local/bin"
_PROBE = f"{HOME}/health"
_AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt"
_TARGET = f"{HOME}/target"
# It is no more than a program that does nothing, and a library in which nothing is missed.
_STUB = r"//! A stub.\n#![allow(dead_code, unused_crate_dependencies)]\nfn main() {}"
_WRITE_STUBS = f'BEGIN {{ for (i = 1; i < ARGC; i++) {{ print "{_STUB}" > ARGV[i]; close(ARGV[i]) }} }}'


def recipe(facts: RustFacts, request: Request) -> ImageRecipe:
    """A server or a tool on the distroless image, where nothing but the C library and OpenSSL is needed to run; a job,
    which takes a lock by a program of Debian's, and all else on the slim one."""
    program, argv = _chosen(facts, request)
    steps = Steps.for_(facts, request)
    libraries = tuple(name for one in facts.libraries if not one.carried for name in one.run)
    slim = bool(libraries or request.runtime_packages) or request.archetype == "data-pipeline"
    stages = (
        _build(facts, request, steps, program),
        _final(facts, request, steps, program, slim=slim),
    )
    tool = request.archetype == "cli-tool"
    return ImageRecipe(
        stack="rust",
        stages=stages,
        user=USER if slim else DISTROLESS_USER,
        entrypoint=argv if tool else (),
        command=() if tool else argv,
        context=context(stages),
        needs_init=True,  # a program that installs no handler cannot be stopped as process 1
        probe=(_PROBE,) if request.health else (),
        language="rust",
        origin=steps.origin,
    )


def _chosen(facts: RustFacts, request: Request) -> tuple[Program, tuple[str, ...]]:
    """The program, and how it is started: by deploy.yaml's command, which may name any program, else by itself."""
    found, program = facts.obstacles, facts.program
    argv = request.command.value if request.command else ()
    if argv:
        named = facts.named(argv)
        program = named or program or next(iter(facts.binaries), None)
        argv = (f"{_BINARIES}/{named.target.name}", *argv[1:]) if named else argv
    found = (*found, *(program.problems if program else facts.unstartable))
    if found or program is None:
        raise Refused(found)
    return program, argv or (f"{_BINARIES}/{program.target.name}",)


def _build(facts: RustFacts, request: Request, steps: Steps, program: Program) -> Stage:
    build = _cargo(program)
    caches = (
        steps.cache("/usr/local/cargo/registry", "cargo-registry"),
        steps.cache("/usr/local/cargo/git/db", "cargo-git"),
    )
    return steps.stage(
        "build",
        steps.base(_BUILD.format(version=facts.runtime.value), facts.runtime),
        (
            steps.workdir(),
            steps.env(
                {
                    "CARGO_TARGET_DIR": _TARGET,
                    **({"SQLX_OFFLINE": "true"} if program.prepared else {}),
                    **dict(facts.settings),
                }
            ),
            *steps.packages(_merged(request.build_packages, (name for one in facts.libraries for name in one.build))),
            *_manifests(facts, steps),
            _stubs(facts, steps),
            steps.fetch(build, mounts=caches),
            *_probe(request, steps),
            *_sources(program, steps),
            steps.fetch(("touch", *_touched(program)), build, mounts=caches),
        ),
    )


def _cargo(program: Program) -> tuple[str, ...]:
    features = ("--features", ",".join(program.target.features)) if program.target.features else ()
    which = ("--package", program.package.name, "--bin", program.target.name)
    return ("cargo", "build", "--release", "--locked", *which, *features)


def _manifests(facts: RustFacts, steps: Steps) -> Iterator[Copy]:
    """Every manifest that Cargo wants to see, with the lock and Cargo's configuration."""
    locked = steps.because_of(*(Span(span.path) for span in facts.evidence))
    yield locked.files(("Cargo.toml", LOCK))
    for package in facts.packages:
        if package.directory:
            yield locked.files((package.manifest,), f"{package.directory}/")
    if facts.configured:
        yield steps.files((facts.configured,), ".cargo/")


def _stubs(facts: RustFacts, steps: Steps) -> Run:
    stubs = tuple(sorted({target.path for package in facts.packages for target in package.targets}))
    folders = tuple(sorted({folder for path in stubs if (folder := posixpath.dirname(path))}))
    made = (("mkdir", "-p", *folders),) if folders else ()
    return steps.run(*made, ("awk", _WRITE_STUBS, *stubs))


def _probe(request: Request, steps: Steps) -> Iterator[Step]:
    """The health module is a program of its own, compiled before the sources are there."""
    if request.health is None:
        return
    yield from steps.health(request)
    # Without the standard library's symbols, which are nine tenths of it. The word is the linker's: rustc knows `strip` since 1.59 only.
    compiled = ("rustc", "--edition", "2021", "-O", "-C", "link-arg=-s", request.health[1], "-o", _PROBE)
    yield replace(steps.run(compiled), origin=request.origin)


def _sources(program: Program, steps: Steps) -> Iterator[Copy]:
    material = program.material
    folders = dict.fromkeys(posixpath.dirname(path) for path in material.files)
    for folder in folders:
        files = tuple(path for path in material.files if posixpath.dirname(path) == folder)
        yield steps.files(files, f"{folder}/" if folder else "./")
    for directory in material.directories:
        yield steps.directory(directory)


def _touched(program: Program) -> tuple[str, ...]:
    """The files that the targets begin with: cargo compares their time with that of what it made."""
    return tuple(
        sorted(
            target.path
            for package in program.packages
            for target in package.targets
            if target.kind in ("lib", "build") or _is(target, package, program)
        )
    )


def _is(target: Target, package: Package, program: Program) -> bool:
    return package is program.package and target == program.target


def _final(facts: RustFacts, request: Request, steps: Steps, program: Program, *, slim: bool) -> Stage:
    environment = _environment(program, request.port) if request.port else {}
    return steps.stage(
        "final",
        steps.base(_SLIM if slim else _DISTROLESS, facts.runtime),
        (
            steps.workdir(),
            *((steps.env(environment),) if environment else ()),
            *steps.packages(_run_time_packages(facts, request) if slim else ()),
            *((_brought(steps, _AUTHORITIES),) if slim and facts.authorities else ()),
            *_assets(program, steps),
            *((_brought(steps, _PROBE),) if request.health else ()),
            _brought(steps, f"{_TARGET}/release/{program.target.name}", f"{_BINARIES}/{program.target.name}"),
        ),
    )


def _environment(program: Program, port: Wanted[int]) -> dict[str, Wanted[str]]:
    number = str(port.value)
    told = {**{name: value.replace("{port}", number) for name, value in program.env}, "PORT": number}
    return {name: port.told(value) for name, value in told.items()}


def _run_time_packages(facts: RustFacts, request: Request) -> tuple[str, ...]:
    return _merged(request.runtime_packages, (name for one in facts.libraries for name in one.run))


def _merged(asked: tuple[str, ...], ours: Iterable[str]) -> tuple[str, ...]:
    """Both, each package once; deploy.yaml's word about a package is the last."""
    named = {name.partition("=")[0] for name in asked}
    return tuple(dict.fromkeys((*asked, *(name for name in ours if name.partition("=")[0] not in named))))


def _brought(steps: Steps, path: str, target: str | None = None) -> Copy:
    """A file that the build stage made or has."""
    return Copy(sources=(path,), target=target or path, stage="build", origin=steps.origin)


def _assets(program: Program, steps: Steps) -> Iterator[Copy]:
    """What the program may read when it runs; directories one by one, files by directory."""
    folders: dict[str, list[str]] = {}
    for path, target in program.assets:
        if path.endswith("/"):
            yield replace(steps.directory(path.rstrip("/")), target=f"{target}/")
        else:
            folders.setdefault(posixpath.dirname(target), []).append(path)
    for folder, files in folders.items():
        yield steps.files(files, f"{folder}/" if folder else "./")
