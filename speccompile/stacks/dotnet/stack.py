""".NET: what is known about the sources."""

from __future__ import annotations

from collections.abc import Iterator

from speccompile.codes.stacks import MANIFEST, NO_START
from speccompile.codes.stacks_compiled import (
    NODE_IN_BUILD,
    NOT_FOR_LINUX,
    OUTSIDE,
    PUBLISHED_OTHERWISE,
    SEVERAL_PROGRAMS,
)
from speccompile.diagnostics import Diagnostic, Severity, errors, quoted
from speccompile.project.tree import Tree
from speccompile.source import Span
from speccompile.stacks import probe
from speccompile.stacks.dotnet import feeds, image, listening, parts, releases, routes, settings, sources
from speccompile.stacks.dotnet.facts import DotnetFacts, Made
from speccompile.stacks.dotnet.msbuild import Project
from speccompile.stacks.dotnet.solution import Kind, Program, Solution, find
from speccompile.stacks.facts import Chosen, Suggestion
from speccompile.stacks.facts import Program as Other
from speccompile.stacks.manifest import prose
from speccompile.stacks.pins import unreadable
from speccompile.stacks.sources import sources as of_top
from speccompile.stacks.stack import Stack
from speccompile.vocabulary import ArchetypeName

_ARCHETYPES: dict[Kind, ArchetypeName] = {
    Kind.WEB: "web-service",
    Kind.WORKER: "data-pipeline",
    Kind.CONSOLE: "cli-tool",
}
_STATED = (
    ("name", "AssemblyName"),
    ("version", "Version"),
    ("description", "Description"),
    ("licenses", "PackageLicenseExpression"),
)
_BLAZOR = "Microsoft.NET.Sdk.BlazorWebAssembly"
_OF_PAGES: Suggestion = ("web-service", "it makes pages that browsers run (Blazor WebAssembly)")
_WHY = {
    Kind.WEB: "is made with the SDK for the web",
    Kind.WORKER: "is made with the SDK for workers",
    Kind.CONSOLE: "makes a program that runs and does not listen",
}


def detect(tree: Tree) -> DotnetFacts | None:
    """A project at the top, those of a solution, or those that lie below."""
    solution = find(tree)
    return _facts(tree, solution) if solution else None


def _facts(tree: Tree, solution: Solution) -> DotnetFacts:
    first = solution.programs[0] if solution.programs else None
    project = first.project if first else next(iter(solution.projects), None)
    release = releases.chosen(tree, project)
    allowed = of_top(tree)
    sourced = feeds.read(tree, [one.directory for each in solution.programs for one in each.closure])
    made = tuple(parts.made(tree, one, allowed, sourced.files, pinned=release.pinned) for one in solution.programs)
    folder = project.directory if project else ""
    entry = sources.entry(tree, folder) if first else None
    host = settings.host(tree, folder)
    return DotnetFacts(
        stack="dotnet",
        reason=f"{solution.first} is there",
        evidence=tuple(dict.fromkeys((Span(solution.first), *((project.at("AssemblyName"),) if project else ())))),
        name=project.name if project else None,
        version=project.says("Version") if project else None,
        description=prose(project.says("Description")) if project else None,
        licenses=project.says("PackageLicenseExpression") if project else None,
        dependencies=frozenset(one.name for each in (first.closure if first else ()) for one in each.packages),
        runtime=release.runtime,
        tools=(release.sdk, probe.COMPILER),
        listens=listening.port(tree, folder) if first else Chosen("port", listening.USUAL, "default"),
        health=routes.health(tree, folder) if first and first.kind is Kind.WEB else None,
        answers_to=Chosen("host", host.value, f"{host.span.path}:{host.span.line}", host.span) if host else None,
        entry=entry,
        source=entry,
        runnable=bool(made),
        suggests=_suggestion(first) if first or not _in_browsers(solution) else _OF_PAGES,
        programs=tuple(_other(tree, one) for one in solution.programs[1:]),
        diagnostics=(
            *(allowed.problems if not folder else ()),
            *(one for one in release.notes if one.severity is not Severity.ERROR),
            *_told(made),
            *(listening.loopback(tree, folder) if first and first.kind is Kind.WEB else ()),
        ),
        obstacles=(
            *_unreadable(tree, solution),
            *(errors(release.problems) if made else ()),
            *errors(release.notes),
            *(_outside(first) if first else ()),
            *(_scripted(first) if first else ()),
        ),
        unstartable=() if made else (_nothing(solution),),
        withheld=sourced.withheld,
        stated=tuple((field, project.at(said)) for field, said in _STATED if project and project.says(said)),
        made=made,
        release=release,
    )


def _in_browsers(solution: Solution) -> Project | None:
    """The project that makes pages of Blazor: WebAssembly, which browsers run and no server does."""
    return next((one for one in solution.projects if _BLAZOR in one.sdks), None)


def _suggestion(first: Program | None) -> Suggestion:
    """The archetype that the project speaks for, and why."""
    if first is None:
        return "library", "no project there makes a program"
    return _ARCHETYPES[first.kind], f"{first.project.path} {_WHY[first.kind]}"


def _other(tree: Tree, one: Program) -> Other:
    listens = listening.port(tree, one.project.directory) if one.kind is Kind.WEB else None
    return Other(one.project.name, _suggestion(one), listens, lasting=one.kind is Kind.WORKER)


def _told(made: tuple[Made, ...]) -> Iterator[Diagnostic]:
    """What is to be told of the program that is taken, and that there are others."""
    if not made:
        return
    first, *others = made
    yield from first.locked.notes
    project = first.program.project
    if first.off:
        yield PUBLISHED_OTHERWISE.at(
            project.at(first.off[0]),
            f"{project.path} sets {', '.join(first.off)}; the image has the shared runtime, and the program is published for that",
            fix="nothing has to be done; a Dockerfile of your own publishes it as the project says",
        )
    alike = [one.name for one in others if one.program.kind is first.program.kind]
    if alike:
        yield SEVERAL_PROGRAMS.at(
            Span(project.path),
            f"{quoted(first.name)} is taken for the service; there are also {', '.join(map(quoted, alike[:8]))}",
            fix=f"to run another one, name it in the service's `command` in specs/deploy.yaml: `command: [{alike[0]}]`",
        )


def _unreadable(tree: Tree, solution: Solution) -> Iterator[Diagnostic]:
    for span, why in solution.faults:
        yield MANIFEST.at(span, f"{span.path} is not XML that can be read: {why}", fix="correct it: `dotnet build`")
    yield from unreadable(tree, releases.GLOBAL)
    broken = releases.unreadable(tree)
    if broken:
        yield MANIFEST.at(broken, f"{releases.GLOBAL} is not a JSON object", fix="correct it")


def _outside(program: Program) -> Iterator[Diagnostic]:
    for reference in program.outside:
        yield OUTSIDE.at(
            reference.span,
            f"{quoted(reference.path)} is outside of the service's directory, or not there",
            fix="set the service's `path` in specs/deploy.yaml to a directory that has both, or take the reference out"
            if reference.path.startswith("..")
            else "commit it, or take the reference out",
        )


def _scripted(program: Program) -> Iterator[Diagnostic]:
    for one in program.closure:
        if one.scripted:
            yield NODE_IN_BUILD.at(
                one.scripted,
                f"{one.path} starts a program of Node.js while it is built, which the image that builds has not",
                fix="make the pages a service of their own in specs/deploy.yaml, or commit what is made of them below wwwroot and take the command out",
            )


def _nothing(solution: Solution) -> Diagnostic:
    """Why nothing can be started."""
    if pages := _in_browsers(solution):
        return NO_START.at(
            Span(pages.path),
            f"{pages.path} makes pages that browsers run (Blazor WebAssembly): there is no program to start, and no image is made of them",
            fix="serve them by a project with the SDK for the web that refers to this one (`app.UseBlazorFrameworkFiles()`); or commit what "
            "`dotnet publish -c Release` makes, and set the service's `path` in specs/deploy.yaml to its wwwroot: then they are served as they are",
        )
    for one in solution.projects:
        windows = next((name for name in ("UseWPF", "UseWindowsForms", "UseMaui") if one.has(name)), None)
        if windows or not one.sdks:
            what = f"{windows} is set" if windows else "it is of the .NET Framework: it names no SDK"
            return NOT_FOR_LINUX.at(
                one.at(windows) if windows else Span(one.path),
                f"{one.path} makes no program for Linux: {what}",
                fix='deploy another project, or move its server into one of its own with `Sdk="Microsoft.NET.Sdk.Web"`',
            )
    return NO_START.at(
        Span(solution.first),
        "no project there makes a program: none has the SDK for the web or for workers, nor OutputType Exe",
        fix="set `<OutputType>Exe</OutputType>` in the project that is the program, or set the archetype to library",
    )


STACK: Stack[DotnetFacts] = Stack(
    name="dotnet",
    language=probe.LANGUAGE,
    recognised_by="a .csproj, .fsproj or .vbproj, or a .sln or .slnx",
    detect=detect,
    recipe=image.recipe,
)
