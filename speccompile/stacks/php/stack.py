"""PHP: what is known about the sources."""

from __future__ import annotations

from collections.abc import Iterator

from speccompile.codes.stacks import NO_START
from speccompile.codes.stacks_scripts import EXTENSION_UNKNOWN
from speccompile.diagnostics import Diagnostic, Severity, errors
from speccompile.project.tree import Tree
from speccompile.source import Span
from speccompile.stacks import assets
from speccompile.stacks.code import source
from speccompile.stacks.facts import Chosen, Suggestion
from speccompile.stacks.manifest import place
from speccompile.stacks.php import composer, drivers, extensions, frameworks, image, routes, writes
from speccompile.stacks.php.composer import Composer
from speccompile.stacks.php.extensions import OPCACHE, Extension
from speccompile.stacks.php.facts import PhpFacts
from speccompile.stacks.php.frameworks import INDEX, Framework
from speccompile.stacks.sources import sources
from speccompile.stacks.stack import Stack
from speccompile.stacks.versions import PHP, choose

_PORT = Chosen("port", "8080", "default")
_COMPOSER = Chosen("composer", "2", "default")
_SCRIPTS = ("main.php", "cli.php", "run.php", "job.php", "worker.php", "console.php", "app.php")
_ROUTES_ITSELF = ("REQUEST_URI", "PATH_INFO")
# Where the plugins of Vite and of webpack put scripts and styles, for Laravel and for Symfony.
_BUILT = "public/build"
_BUILT_INTO = (8, 5)  # opcache is part of PHP from there on


def detect(tree: Tree) -> PhpFacts | None:
    """A composer.json; else a program of a usual name at the top, or pages that are PHP."""
    manifest, root = composer.read(tree), frameworks.root(tree)
    script = next((one for one in _SCRIPTS if tree.is_file(one)), None)
    page = frameworks.page(tree) if root is None and script is None else None
    return _facts(tree, manifest, root, script, page) if manifest or root is not None or script or page else None


def _facts(tree: Tree, manifest: Composer | None, root: str | None, script: str | None, page: str | None) -> PhpFacts:
    version, complaints = choose(tree, PHP, (), tuple(manifest.versions()) if manifest else ())
    framework = frameworks.of(manifest.packages) if manifest else None
    evidence = _evidence(tree, manifest, root, script or page)
    made, about_assets = assets.read(tree, _BUILT) if framework else (None, ())
    allowed = sources(tree, (manifest.vendor,) if manifest and manifest.vendored else ())
    start = _script(manifest, framework, script)
    runnable = root is not None or start is not None
    asked = (manifest.extensions if manifest else frozenset[str]()) | drivers.wanted(tree)
    return PhpFacts(
        stack="php",
        reason=f"{evidence[0].path} is there",
        evidence=evidence,
        name=manifest.name if manifest else None,
        description=manifest.description if manifest else None,
        licenses=manifest.licenses if manifest else None,
        dependencies=(manifest.packages if manifest else frozenset()) | {f"ext-{name}" for name in asked},
        runtime=version,
        tools=((_COMPOSER,) if manifest and manifest.autoloads else ()) + ((made.node,) if made else ()),
        listens=_PORT,
        health=routes.health(tree, framework, root),
        entry=_index(root) or start,
        source=_index(root) or start,
        runnable=runnable,
        suggests=_suggestion(manifest, framework, root, start, page),
        diagnostics=(
            *allowed.problems,
            *(one for one in complaints if one.severity is not Severity.ERROR),
            *_unknown(manifest),
        ),
        written=writes.written(tree, framework),
        obstacles=(*(manifest.problems if manifest else ()), *errors((*complaints, *about_assets))),
        unstartable=() if runnable else (_without_index(page) if page else _nothing(evidence[0]),),
        composer=manifest,
        framework=framework,
        root=root,
        routed=_is_routed(tree, manifest, root),
        script=start,
        extensions=_made(asked, version, served=root is not None),
        tool=_COMPOSER if manifest and manifest.autoloads else None,
        sources=allowed,
        assets=made,
    )


def _evidence(tree: Tree, manifest: Composer | None, root: str | None, script: str | None) -> tuple[Span, ...]:
    if manifest:
        return (Span(composer.PATH), *((Span(composer.LOCK),) if tree.is_file(composer.LOCK) else ()))
    return (Span(_index(root) or script or "."),)


def _index(root: str | None) -> str | None:
    return None if root is None else f"{root}/{INDEX}".lstrip("/")


def _script(manifest: Composer | None, framework: Framework | None, script: str | None) -> str | None:
    """What a tool starts: what Composer would install as a command, else the framework's program, else a usual name."""
    commands = manifest.scripts if manifest else ()
    return next(iter(commands), None) or script or (framework.console if framework else None) or None


def _is_routed(tree: Tree, manifest: Composer | None, root: str | None) -> bool:
    """Whether index.php answers for paths that are no file: it does in frameworks, and where it looks at the path."""
    code = source(tree, _index(root) or INDEX)
    return bool(manifest and manifest.packages) or any(word in code.code for word in _ROUTES_ITSELF)


def _made(asked: frozenset[str], version: Chosen, *, served: bool) -> tuple[Extension, ...]:
    number = tuple(int(part) for part in version.value.split(".")[:2])
    names = {*asked, *((OPCACHE.name,) if served else ())} - ({OPCACHE.name} if number >= _BUILT_INTO else set())
    return extensions.wanted(names)


def _unknown(manifest: Composer | None) -> Iterator[Diagnostic]:
    for name in extensions.unknown(manifest.extensions) if manifest else ():
        span = place(composer.PATH, manifest.text, f'"ext-{name}"') if manifest else Span(composer.PATH)
        yield EXTENSION_UNKNOWN.at(
            span,
            f"nothing is known of the extension {name}: the image does not have it",
            fix="do without it, or build the image with a Dockerfile of your own",
        )


def _suggestion(
    manifest: Composer | None, framework: Framework | None, root: str | None, script: str | None, page: str | None
) -> Suggestion:
    """The archetype that the sources speak for, and why."""
    if root is not None:
        return "web-service", f"{_index(root)} makes pages" + (f" with {framework.name}" if framework else "")
    if framework and framework.console:
        return "web-service", f"it depends on {framework.package}"
    if script and script in ("job.php", "worker.php"):
        return "data-pipeline", f"{script} is the name of a job"
    if script:
        return "cli-tool", f"{script} runs and does not listen"
    if page:
        return "web-service", f"{page} answers requests"
    return "library", "nothing is there to be run" if manifest else "there is no index.php"


def _nothing(evidence: Span) -> Diagnostic:
    return NO_START.at(
        evidence,
        "there is neither an index.php, at the top or in public/, nor a program in `bin`",
        fix="add public/index.php, name a program in `bin` of composer.json, or set the archetype to library",
    )


def _without_index(page: str) -> Diagnostic:
    directory, _, name = page.rpartition("/")
    index = f"{directory}/{INDEX}".lstrip("/")
    return NO_START.at(
        Span(page),
        f"{page} answers requests, but there is no {INDEX} beside it, which is what is asked for / and for all that is no file",
        fix=f"add {index} (`<?php require __DIR__ . '/{name}';`); where this is a library, set the archetype so",
    )


STACK: Stack[PhpFacts] = Stack(
    name="php",
    language="php",
    recognised_by="composer.json, index.php at the top or in public/, or a main.php",
    detect=detect,
    recipe=image.recipe,
)
