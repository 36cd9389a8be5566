"""Which .NET a program is for, and which SDK builds it: the target framework decides the first, global.json the second, in that order."""

from __future__ import annotations

from collections.abc import Iterator

from speccompile.codes.stacks import VERSION_UNSUPPORTED
from speccompile.codes.stacks_compiled import SDK_PASSED_OVER
from speccompile.diagnostics import Diagnostic, quoted
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.stacks.dotnet.msbuild import Project
from speccompile.stacks.facts import Chosen
from speccompile.stacks.manifest import json_fault, jsonc_table, place, table, word
from speccompile.stacks.pins import Said, closest
from speccompile.stacks.versions import DOTNET, DOTNET_SDK, choose

GLOBAL = "global.json"
_FRAMEWORK = regex(r"net(\d{1,2}\.\d)(?:-linux)?\Z")
_ANY = regex(r"(?:net\d|netcoreapp\d)")
_LINE = regex(r"(\d{1,2}\.\d{1,2})(?:\.|\Z)")
# How far an SDK may be from the one that is named (https://learn.microsoft.com/dotnet/core/tools/global-json#rollforward).
_ROLLS = frozenset(("latestfeature", "latestminor", "latestmajor", "feature", "minor", "major"))


@record(kw_only=True)
class Release:
    """The runtime and the SDK; the moniker of the framework that is built for, where a project has several. ``pinned`` is whether global.json is
    part of the build. ``notes`` are what is to be told, ``problems`` stand in the way."""

    runtime: Chosen
    sdk: Chosen
    moniker: str | None
    pinned: bool
    notes: tuple[Diagnostic, ...]
    problems: tuple[Diagnostic, ...]


def chosen(tree: Tree, project: Project | None) -> Release:
    """What *project* is for, and what builds it."""
    monikers = tuple(_monikers(project)) if project else ()
    best = max((one for one in monikers if _line(one.text) in DOTNET.lines), key=_number, default=None)
    said = best or (monikers[0] if monikers else None)
    runtime, _ = choose(tree, DOTNET, (Said(_line(best.text) or "", best.source, best.span),) if best else (), ())
    wanted = (Said(f">={runtime.value}", runtime.source, runtime.span or Span(".")),) if best else ()
    pin, rolls, special = _global(tree)
    sdk, about_sdk = choose(tree, DOTNET_SDK, (_of_line(pin),) if pin else (), wanted)
    pinned = sdk.source not in ("default", runtime.source) and _LINE.match(sdk.value)
    # Without a pin the SDK is of the runtime's line: a newer one warns of more, and what is warned of may be an error.
    sdk = Chosen(sdk.name, pinned[1] if pinned else runtime.value, sdk.source, sdk.span)
    exact = bool(pin) and not rolls
    told = (_passed_over(pin, special),) if pin and exact and tree.is_file(GLOBAL) else ()
    return Release(
        runtime=runtime,
        sdk=sdk,
        moniker=best.text if best and len(monikers) > 1 else None,
        pinned=tree.is_file(GLOBAL) and not exact,
        notes=(*told, *(about_sdk if not special else ())),
        problems=() if best or project is None else (_no_image(project, said),),
    )


def _no_image(project: Project, said: Said | None) -> Diagnostic:
    lines = ", ".join(DOTNET.lines)
    if said is None:
        return VERSION_UNSUPPORTED.at(
            Span(project.path),
            f"{project.path} has no TargetFramework that can be read, so nobody knows which of .NET {lines} it is for",
            fix=f"write it plainly: `<TargetFramework>net{DOTNET.usual}</TargetFramework>`",
        )
    return VERSION_UNSUPPORTED.at(
        said.span,
        f"{said.source} is {quoted(said.text)}; there are images of .NET {lines}",
        fix=f"write the framework of one of these lines, such as net{DOTNET.usual}",
    )


def _monikers(project: Project) -> Iterator[Said]:
    """The frameworks that *project* can be built for, and that run on Linux."""
    for name in ("TargetFrameworks", "TargetFramework"):
        for one in (project.says(name) or "").split(";"):
            if _ANY.match(one.strip()):
                yield Said(one.strip(), f"{project.at(name).path} {name}", project.at(name))


def _line(moniker: str) -> str | None:
    match = _FRAMEWORK.match(moniker)
    return match[1] if match else None


def _number(said: Said) -> tuple[int, ...]:
    return tuple(int(part) for part in (_line(said.text) or "0").split("."))


def _global(tree: Tree) -> tuple[Said | None, bool, bool]:
    """What the closest global.json pins, whether a newer SDK of its line will do, and whether more than the SDK stands in it."""
    text = tree.read(GLOBAL)
    found = jsonc_table(text)
    pin = next((one for one in closest(tree, _pins) if isinstance(one, Said)), None)
    if pin is None or (tree.is_file(GLOBAL) and (found is None or pin.span.path != GLOBAL)):
        return None, True, False
    rolls = (word(table(found, "sdk").get("rollForward")) or "").lower() in _ROLLS
    return pin, rolls, bool(table(found, "msbuild-sdks"))


def _pins(view: Tree) -> Iterator[Said]:
    text = view.read(GLOBAL)
    if version := word(table(jsonc_table(text), "sdk").get("version")):
        yield Said(version, f"{GLOBAL} sdk.version", place(GLOBAL, text, '"sdk"', '"version"'))


def _of_line(pin: Said) -> Said:
    """The line of the release that is pinned, which is what images are of."""
    line = _LINE.match(pin.text)
    return Said(line[1] if line else pin.text, pin.source, pin.span)


def unreadable(tree: Tree) -> Span | None:
    """Where global.json stops being JSON."""
    text = tree.read(GLOBAL)
    return json_fault(GLOBAL, text) if text is not None and jsonc_table(text) is None else None


def _passed_over(pin: Said, special: bool) -> Diagnostic:
    what = ", and with it the SDKs of MSBuild that it names" if special else ""
    return SDK_PASSED_OVER.at(
        pin.span,
        f"{GLOBAL} wants the SDK {pin.text} or a later patch of it, and the image has the newest SDK of its line: the file is left out of the build{what}",
        fix='write `"rollForward": "latestFeature"` beside its version',
    )
