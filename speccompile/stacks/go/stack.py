"""Go with modules: what is known about the sources."""

from __future__ import annotations

import re
from collections.abc import Iterator

from speccompile.codes.stacks import NO_START
from speccompile.codes.stacks_go import LOCAL_ONLY, SEVERAL_PROGRAMS
from speccompile.diagnostics import Diagnostic, Severity, errors, quoted
from speccompile.project.tree import Tree
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.stacks.facts import Chosen, Suggestion
from speccompile.stacks.facts import Program as ProgramFact
from speccompile.stacks.go import embedded, gomod, hints, image, libraries, locks
from speccompile.stacks.go.facts import GoFacts, Start, likely
from speccompile.stacks.go.gomod import GoMod
from speccompile.stacks.go.locks import Modules
from speccompile.stacks.go.programs import Program, Project
from speccompile.stacks.go.routes import Routes
from speccompile.stacks.manifest import place
from speccompile.stacks.pins import Said
from speccompile.stacks.stack import Stack
from speccompile.stacks.versions import GO, choose

_HOSTS = regex(r"(?:github\.com|gitlab\.com|bitbucket\.org|codeberg\.org)/[\w.-]+/[\w.-]+")
_BATCH = regex(r"(?:\A|[-_])(?:job|batch|etl|ingest\w*|import\w*|pipeline|cron\w*|sync|backup)(?:\Z|[-_])")


def detect(tree: Tree) -> GoFacts | None:
    """A go.work, or a go.mod."""
    modules = locks.find(tree)
    if modules is None:
        return None
    programs = Project(tree, modules.all).programs
    mains = {one.directory for one in modules.main}
    return _facts(tree, modules, tuple(one for one in programs if one.module.directory in mains))


def _facts(tree: Tree, modules: Modules, programs: tuple[Program, ...]) -> GoFacts:
    version, complaints = choose(tree, GO, (), _ranges(modules))
    starts = tuple(_start(tree, one) for one in programs)
    candidates = likely(starts)
    served = next((one for one in candidates if one.listens), candidates[0] if candidates else None)
    module = served.program.module if served else modules.main[0]
    vendored = locks.is_vendored(tree, modules)
    c, build, runtime = _c(modules, programs)
    entry = _entry(served.program) if served else None
    linked = locks.linked(modules)
    return GoFacts(
        stack="go",
        reason=f"{modules.top.file} is there",
        evidence=(_named(tree, modules.top, module), *map(Span, _lock(tree, modules))),
        name=module.name,
        url=_url(module),
        dependencies=frozenset(want.path for one in modules.main for want in one.requires if want.direct),
        runtime=version,
        listens=served.listening.port if served and served.listening else Chosen("port", hints.USUAL_PORT, "default"),
        health=Routes(served.program.files).health() if served and served.listens else None,
        entry=entry,
        source=entry,
        runnable=bool(starts),
        suggests=_suggestion(modules, served),
        diagnostics=(
            *(one for one in complaints if one.severity is not Severity.ERROR),
            *_several(candidates, served),
            *_unreachable(served),
        ),
        obstacles=(
            *modules.problems,
            *errors(complaints),
            *locks.unlocked(tree, modules, vendored=vendored),
            *(embedded.missing(tree, served.program) if served else ()),
        ),
        unstartable=() if starts else (_nothing(modules),),
        written=served.writes if served else (),
        starts=starts,
        manifests=locks.manifests(tree, modules),
        vendored=vendored,
        calls_c=c,
        build_packages=build,
        runtime_packages=runtime,
        linked=linked,
        programs=tuple(_other(one) for one in candidates if one is not served and one.listens) if linked else (),
    )


def _named(tree: Tree, top: GoMod, module: GoMod) -> Span:
    """The file that speaks for the project, where it says what its program is called: that is the end of a module's path."""
    return place(top.file, tree.read(top.file), "module") if module.file == top.file else Span(top.file)


def _lock(tree: Tree, modules: Modules) -> Iterator[str]:
    """The lock beside the file that speaks for the project."""
    lock = gomod.WORK_SUM if modules.work else gomod.SUM
    if tree.is_file(lock):
        yield lock


def _start(tree: Tree, program: Program) -> Start:
    listens = program.listens() is not None
    assets = embedded.read(tree, program)
    return Start(
        program=program,
        listens=listens,
        listening=program.listening() if listens else None,
        subcommand=program.subcommand() if listens else None,
        sources=embedded.compiled(tree, program),
        assets=assets,
        writes=embedded.written(program, assets),
    )


def _ranges(modules: Modules) -> tuple[Said, ...]:
    """The newest release that any module demands. What go.mod says is the least that will do: newer releases compile
    older modules as these were meant, and only the newest get security fixes."""
    files = (*((modules.work,) if modules.work else ()), *modules.all)
    said = [
        (release, kind, file)
        for file in files
        for kind, release in (("toolchain", file.toolchain), ("go", file.go))
        if release
    ]
    if not said:
        return ()
    (release, line), kind, file = max(said, key=lambda one: gomod.number(one[0][0]))
    return (Said(f">={release}", f"{file.file} {kind}", file.at(line)),)


def _c(modules: Modules, programs: tuple[Program, ...]) -> tuple[str | None, tuple[str, ...], tuple[str, ...]]:
    """Why C is needed (None when it is not), and Debian packages for it."""
    wanted = {want.path for one in modules.main for want in one.requires}
    found = libraries.called(sorted({*wanted, *(path for one in programs for path in one.foreign)}))
    own = next((file.path for one in programs for file in one.files if "C" in file.imports), None)
    why = f"{found[0].module}: {found[0].why}" if found else f"{own} calls C" if own else None
    build, runtime = ({*one.build} for one in found), ({*one.runtime} for one in found)
    return why, tuple(sorted(set().union(*build))), tuple(sorted(set().union(*runtime)))


def _entry(program: Program) -> str:
    """The file with the function main."""
    own = program.packages[0].files
    return next((file.path for file in own if re.search(r"^func main\(\)", file.text, re.MULTILINE)), own[0].path)


def _url(module: GoMod) -> str | None:
    match = _HOSTS.match(module.module or "")
    return f"https://{match[0]}" if match else None


def _suggestion(modules: Modules, served: Start | None) -> Suggestion:
    """The archetype that the sources speak for, and why."""
    if served is None:
        return "library", "there is no package main"
    program = served.program
    where, toolkit = program.listens(), program.toolkit
    if where and (toolkit is None or program.framework or served.subcommand):
        return "web-service", f"{where.path}:{where.line} listens"
    if toolkit:
        return "cli-tool", f"it uses {toolkit}"
    if _BATCH.search(program.name) or _BATCH.search(modules.main[0].name or ""):
        return "data-pipeline", f"{quoted(program.name)} is the name of a job"
    return "cli-tool", f"{program.target} runs and does not listen"


def _other(start: Start) -> ProgramFact:
    """One more server of a workspace."""
    where = start.program.listens()
    why = f"{where.path}:{where.line} listens" if where else f"{start.program.target} listens"
    return ProgramFact(
        name=start.program.name,
        suggests=("web-service", why),
        listens=start.listening.port if start.listening else None,
    )


def _several(starts: tuple[Start, ...], served: Start | None) -> Iterator[Diagnostic]:
    if served and len(starts) > 1:
        others = ", ".join(f"{quoted(one.program.name)} ({one.program.target})" for one in starts if one is not served)
        yield SEVERAL_PROGRAMS.at(
            Span(_entry(served.program)),
            f"{quoted(served.program.name)} ({served.program.target}) is taken for the service; there are also {others}",
            fix="to run another one, name it in the service's `command` in specs/deploy.yaml:"
            f" `command: [{next(one.program.name for one in starts if one is not served)}]`",
        )


def _unreachable(served: Start | None) -> Iterator[Diagnostic]:
    listening = served.listening if served else None
    if listening and listening.local and listening.flag is None:
        yield LOCAL_ONLY.at(
            listening.port.span or Span("."),
            "the server listens on localhost, where nothing outside of its container reaches it",
            fix=f'listen on ":{listening.port.value}", or take the address from the environment',
        )


def _nothing(modules: Modules) -> Diagnostic:
    return NO_START.at(
        Span(modules.top.file),
        "there is no package main: neither at the top, nor in cmd/ or another directory",
        fix="add a program, such as cmd/server/main.go, or set the archetype to library",
    )


STACK: Stack[GoFacts] = Stack(
    name="go",
    language="go",
    recognised_by="go.mod or go.work",
    detect=detect,
    recipe=image.recipe,
)
