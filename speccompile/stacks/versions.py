"""Which version of a runtime is taken: one table of precedence a runtime, answered from the tree alone.

What pins a version comes first, for it says what developers run; then the range that the manifest accepts; then the
default.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from speccompile.codes.stacks import VERSION_CLASH, VERSION_UNREADABLE, VERSION_UNSUPPORTED
from speccompile.codes.unused import PIN_NOT_TAKEN
from speccompile.diagnostics import Diagnostic, quoted
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.source import Span
from speccompile.stacks.base_images import base_images
from speccompile.stacks.facts import Chosen
from speccompile.stacks.pins import Said, is_near, pinned
from speccompile.stacks.ranges import Interval, accepts, exact, intervals

_DOCKERFILE = "Dockerfile"


@record()
class Runtime:
    """A runtime: its name, the release lines that there are images of (oldest first), the usual one, and the files
    that pin it.

    ``words`` are the names that pin files use instead of numbers (``lts/jod``), ``tool`` its names in .tool-versions
    (asdf, mise), ``images`` those of the official images that a Dockerfile takes.
    """

    name: str
    lines: tuple[str, ...]
    usual: str
    files: tuple[str, ...]
    tool: tuple[str, ...]
    words: tuple[tuple[str, str], ...] = ()
    images: tuple[str, ...] = ()


BUN = Runtime("bun", ("1",), "1", (".bun-version",), ("bun",), (("latest", "1"), ("canary", "1")), ("oven/bun",))
NODE = Runtime(
    "node",
    ("18", "20", "22", "24"),
    "22",
    (".nvmrc", ".node-version"),
    ("nodejs", "node"),
    (
        ("lts/hydrogen", "18"),
        ("lts/iron", "20"),
        ("lts/jod", "22"),
        ("lts/krypton", "24"),
        ("lts/*", "22"),
        ("node", "22"),
        ("stable", "22"),
        ("lts", "22"),
        ("lts/latest", "22"),
        ("latest", "24"),
        ("current", "24"),
    ),
    ("node",),
)
PYTHON = Runtime(
    "python",
    ("3.9", "3.10", "3.11", "3.12", "3.13", "3.14"),
    "3.12",
    (".python-version", "runtime.txt"),
    ("python",),
    (),
    ("python",),
)
RUST = Runtime(
    "rust",
    tuple(f"1.{minor}" for minor in range(70, 96)),  # from the first with an image on Debian 12
    "1.95",
    (),
    ("rust",),
    (("stable", "1.95"),),
    ("rust",),
)

GO = Runtime(
    "go",
    ("1.19", "1.20", "1.21", "1.22", "1.23", "1.24", "1.25", "1.26", "1.27"),
    "1.26",
    (".go-version",),
    ("golang", "go"),
    (),
    ("golang",),
)

PHP = Runtime("php", ("8.1", "8.2", "8.3", "8.4", "8.5"), "8.4", (".php-version",), ("php",), (), ("php",))
RUBY = Runtime("ruby", ("3.1", "3.2", "3.3", "3.4", "4.0"), "3.4", (".ruby-version",), ("ruby",), (), ("ruby",))

JAVA = Runtime(
    "java",
    ("8", "11", "17", "21", "25"),
    "17",
    (),
    (),
    (),
    ("eclipse-temurin", "openjdk", "amazoncorretto", "ibm-semeru-runtimes"),
)
"""Its pins are read by ``javaversions``: they name vendors and releases, and the images' lines are the long-term ones."""

DOTNET = Runtime("dotnet", ("8.0", "9.0", "10.0"), "10.0", (), ())
"""What a program runs on is what its project is for, and no pin's business: these name releases of the SDK, see ``DOTNET_SDK``."""

DOTNET_SDK = Runtime("dotnet-sdk", DOTNET.lines, DOTNET.usual, (), ("dotnet", "dotnet-core", "dotnet-sdk"))

ELIXIR = Runtime("elixir", ("1.15", "1.16", "1.17", "1.18", "1.19"), "1.18", (".elixir-version",), ("elixir",))
ERLANG = Runtime("erlang", ("26", "27", "28"), "27", (), ("erlang",))
"""Of both, the lines that there are images of on Debian 12 (https://github.com/docker-library/official-images/blob/master/library/elixir)."""

UV = Chosen("uv", "0.13.8", "default")
"""Installed by pip in the build stage, where uv.lock asks for it."""


def choose(
    tree: Tree, runtime: Runtime, pins: tuple[Said | Diagnostic, ...], ranges: tuple[Said, ...]
) -> tuple[Chosen, tuple[Diagnostic, ...]]:
    """The version of *runtime*, and what is wrong with what the tree says about it.

    *pins* and *ranges* are what manifests say, the most telling first; files that pin the runtime come before them (see ``_in_order``).
    """
    found: list[Diagnostic] = []
    accepted = next(((said, parsed) for said in ranges if (parsed := intervals(said.text)) is not None), None)
    found += [_unreadable(runtime, said) for said in ranges if intervals(said.text) is None]
    ordered = tuple(_in_order(tree, runtime, pins))
    for number, said in enumerate(ordered):
        if isinstance(said, Diagnostic):
            found.append(said)
            continue
        version = _pinned(runtime, said.text)
        if version is None:
            found.append(_unreadable(runtime, said))
            continue
        if accepted and not accepts(accepted[1], version):
            found.append(_clash(runtime, said, version, accepted[0]))
        chosen = Chosen(runtime.name, version, said.source, said.span)
        found += _unheeded(tree, runtime, chosen, ordered[number + 1 :])
        return chosen, tuple(found)
    if accepted is None:
        chosen = Chosen(runtime.name, runtime.usual, "default")
    else:
        said, parsed = accepted
        line = exact(said.text) or _best(runtime, parsed)
        if line is None:
            found.append(_unsupported(runtime, said))
        chosen = Chosen(runtime.name, line or runtime.usual, said.source, said.span)
    return chosen, (*found, *_unheeded(tree, runtime, chosen, ()))


def _best(runtime: Runtime, accepted: tuple[Interval, ...]) -> str | None:
    """The usual line where it is accepted; else the closest newer one; else the newest older one."""
    fit = [line for line in runtime.lines if accepts(accepted, line)]
    usual = runtime.lines.index(runtime.usual)
    newer = [line for line in fit if runtime.lines.index(line) >= usual]
    return newer[0] if newer else (fit[-1] if fit else None)


def _in_order(tree: Tree, runtime: Runtime, pins: tuple[Said | Diagnostic, ...]) -> Iterator[Said | Diagnostic]:
    """What pins the version: the service's own directory before those above it, files of version managers before manifests."""
    of_files = tuple(pinned(tree, runtime.files, runtime.tool))
    near = tuple(one for one in of_files if is_near(one))
    yield from near
    yield from (said for said in pins if is_near(said))
    yield from (one for one in of_files if one not in near)
    yield from (said for said in pins if not is_near(said))


def _pinned(runtime: Runtime, text: str) -> str | None:
    """The tag's version that a pin means: a number as precise as it is written, of a line that there are images of."""
    known = dict(runtime.words).get(text.lower())
    if known:
        return known
    match = re.match(r"(?:v|go|c?python-|ruby-|node[/@-])?(\d{1,3}(?:\.\d{1,4}){0,2})(?:\.[xX*]|-otp-\d{2})?\Z", text)
    if match is None:
        return None
    parts, precision = match[1].split("."), runtime.usual.count(".") + 1
    if len(parts) < precision:
        return runtime.usual if runtime.usual.startswith(f"{match[1]}.") else None
    return match[1] if ".".join(parts[:precision]) in _lines_between(runtime) else None


def _lines_between(runtime: Runtime) -> tuple[str, ...]:
    """The lines that there are images of, with the odd ones of Node.js in between, which a pin may name."""
    if "." in runtime.usual:
        return runtime.lines
    return tuple(map(str, range(int(runtime.lines[0]), int(runtime.lines[-1]) + 1)))


def _unheeded(
    tree: Tree, runtime: Runtime, chosen: Chosen, besides: tuple[Said | Diagnostic, ...]
) -> Iterator[Diagnostic]:
    """What pins *runtime* otherwise than it was *chosen*: the pins *besides*, each file once, and the base image of a Dockerfile."""
    # What a build says of Java is the oldest that it runs under, which the range holds already.
    pins = (said for said in besides if isinstance(said, Said)) if runtime.files else ()
    for said in {said.source: said for said in pins}.values():
        if not _agree(runtime, _pinned(runtime, said.text) or said.text, chosen.value):
            yield PIN_NOT_TAKEN.at(
                said.span,
                f"{said.source} pins {runtime.name} {quoted(said.text)}; {chosen.value} is taken, {_from(chosen)}",
                fix=f"make them agree: write {chosen.value} into {said.source}, or take the pin out of one of the two",
            )
    text = tree.read(_DOCKERFILE) or ""
    for base in base_images(text):
        if base.name in runtime.images and not _agree(runtime, base.version, chosen.value):
            yield PIN_NOT_TAKEN.at(
                Span(_DOCKERFILE, base.line, 1),
                f"{_DOCKERFILE} runs it with {base.name}:{base.version}; {runtime.name} {chosen.value} is taken, {_from(chosen)}",
                fix=f"let that line name {chosen.value}, {_to_stay(runtime, base.version)}",
            )
            return


def _from(chosen: Chosen) -> str:
    return f"from {chosen.source}" if chosen.span else "as nothing else names one"


def _to_stay(runtime: Runtime, version: str) -> str:
    """How the version of a Dockerfile is kept."""
    if _pinned(runtime, version) is None:
        return f"and see that the program runs with it: there are no images of {runtime.name} {version} to choose"
    # Java's files have a module of their own.
    file = next(iter(runtime.files), None) or (None if runtime.tool else f".{runtime.name}-version")
    line = f"{version} into {file}" if file else f"`{runtime.tool[0]} {version}` into .tool-versions"
    return f"or, to stay with {version}, write {line}"


def _agree(runtime: Runtime, one: str, other: str) -> bool:
    """Whether two versions are the same as far as both say, or are of one release line."""
    precision = runtime.usual.count(".") + 1
    return all(
        first == second for first, second in zip(one.split(".")[:precision], other.split(".")[:precision], strict=False)
    )


def _unreadable(runtime: Runtime, said: Said) -> Diagnostic:
    return VERSION_UNREADABLE.at(
        said.span,
        f"{said.source} says {quoted(said.text)}, no version of {runtime.name} that there is an image of; passed over",
        fix=f"write a version of one of the lines {', '.join(runtime.lines)}",
    )


def _clash(runtime: Runtime, said: Said, version: str, accepted: Said) -> Diagnostic:
    return VERSION_CLASH.at(
        said.span,
        f"{said.source} pins {runtime.name} {version}, but {accepted.source} accepts {quoted(accepted.text)} only",
        fix=f"make {said.source} and {accepted.source} agree",
    )


def _unsupported(runtime: Runtime, said: Said) -> Diagnostic:
    return VERSION_UNSUPPORTED.at(
        said.span,
        f"{said.source} accepts {quoted(said.text)}; there are images of {runtime.name} {', '.join(runtime.lines)}",
        fix=f"accept one of these lines in {said.source}",
    )
