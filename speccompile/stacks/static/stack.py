"""Static sites: pages that are there, or that a package.json's build makes, given out by nginx."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import replace

from speccompile.codes.stacks import OUTPUT_UNKNOWN
from speccompile.codes.stacks_js import DEVELOPMENT_IN_IMAGE
from speccompile.codes.stacks_static import BAKED, NO_EFFECT, NOT_A_SERVER, NOT_GENERATED, OUTPUT_NO_PLACE
from speccompile.diagnostics import Diagnostic, quoted
from speccompile.errors import Refused
from speccompile.plan.image import Copy, ImageRecipe, Stage, Step
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.stacks.facts import Chosen, Facts, Pages
from speccompile.stacks.javascript import bun, node, packagejson, words
from speccompile.stacks.javascript.facts import JsFacts
from speccompile.stacks.javascript.image import build_stage
from speccompile.stacks.javascript.install import manifests
from speccompile.stacks.javascript.making import Making
from speccompile.stacks.javascript.site import Built, built
from speccompile.stacks.request import Request
from speccompile.stacks.sources import Sources
from speccompile.stacks.stack import Stack
from speccompile.stacks.static import sitefiles
from speccompile.stacks.static.sitefiles import Place
from speccompile.stacks.steps import USER, Steps, context
from speccompile.stacks.written import HOME

# The image that nginx' makers build for ordinary users: it has no other port than 8080.
_IMAGE = "nginxinc/nginx-unprivileged:{version}-alpine-slim"
_NGINX = Chosen("nginx", "1", "default")
_SITE = f"{HOME}/site/"
_PORT = Chosen("port", "8080", "default")
_HEALTH = Chosen("health", "/healthz", "the generated site.conf")

# What tells hosting services how to serve a site.
_RULES = (
    "_redirects", "_headers", "netlify.toml", "vercel.json", "firebase.json", "staticwebapp.config.json", ".htaccess",
    "public/_redirects", "public/_headers", "static/_redirects", "static/_headers", "public/.htaccess",
)  # fmt: skip
_VALUES = (".env.example", ".env.sample", ".env.template", ".env", ".env.production")
_BAKED = regex(
    r"^(?:export\s+)?((?:VITE|REACT_APP|VUE_APP|NEXT_PUBLIC|NUXT_PUBLIC|GATSBY|PUBLIC|NG_APP|PARCEL_PUBLIC)_\w{1,80})\s*=",
    re.MULTILINE,
)


_COMPRESSORS = frozenset((
    "vite-plugin-compression", "vite-plugin-compression2", "vite-compression-plugin", "compression-webpack-plugin", "rollup-plugin-gzip",
    "gatsby-plugin-zopfli", "gzipper",
))  # fmt: skip
# https://svelte.dev/docs/kit/adapter-static#Options-precompress
_PRECOMPRESS = regex(r"^[^/\n]*\bprecompress\s*:\s*true\b", re.MULTILINE)

# What a server would lack, or have besides, and pages do not: the start script only shows them to developers.
_OF_SERVERS = frozenset((OUTPUT_UNKNOWN.id, DEVELOPMENT_IN_IMAGE.id))

_OF_THE_SYSTEM = tuple(
    f"/{name}/"
    for name in (
        "bin",
        "boot",
        "dev",
        "etc",
        "lib",
        "lib64",
        "opt",
        "proc",
        "root",
        "run",
        "sbin",
        "sys",
        "tmp",
        "usr",
        "var",
    )
)


@record(kw_only=True)
class StaticFacts(Facts):
    """Facts of a site: pages that are at a ``place``, or that are ``built`` with what ``maker`` says; whether there are files ``compressed`` before."""

    place: Place | None = None
    compressed: bool = False
    built: Built | None = None
    maker: JsFacts | None = None

    @property
    def pages(self) -> Pages:
        """How the site is served."""
        if self.built is None:
            return Pages(page=None, immutable=(), digested=(), compressed=self.compressed)
        tool, base = self.built.generator, self.built.base
        return Pages(
            page=f"{base}{self.built.page}" if self.built.page else None,
            immutable=_below(base, tool.immutable),
            digested=_below(base, tool.digested),
            base=base,
            compressed=self.compressed,
        )


def _below(base: str, directories: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{base}/{one}".strip("/") for one in directories)


def detect(tree: Tree) -> StaticFacts | None:
    """A build that makes pages and nothing that answers requests; else an index.html in a usual place."""
    package = packagejson.read(tree)
    made = built(tree, package) if package else None
    if package and made:
        maker = bun.detect(tree) or node.detect(tree)
        return _of_build(tree, made, maker) if maker else None
    there = sitefiles.place(tree)
    missing = sitefiles.generator(tree, there)
    return _of_pages(tree, there, missing) if there or missing else None


def recipe(found: StaticFacts, request: Request) -> ImageRecipe:
    """nginx with the pages, as a user who may write nothing."""
    refused = (*found.obstacles, *(() if request.archetype == "web-service" else (_no_tool(found, request),)))
    if refused:
        raise Refused(refused)
    steps = Steps.for_(found, request)
    before = _build(found.maker, request) if found.maker else ()
    pages = _pages(found, steps)
    content: tuple[Step, ...] = (steps.workdir(), *_config(request), *steps.health(request), *pages)
    base = steps.base(_IMAGE.format(version=found.runtime.value), found.runtime)
    stages = (*before, steps.stage("final", base, content))
    own = ("nginx", "-e", "/dev/stderr", "-c", request.config[1]) if request.config else ("nginx",)
    return ImageRecipe(
        stack="static",
        stages=stages,
        user=USER,
        entrypoint=() if request.command else own,
        command=request.command.value if request.command else (),
        context=context(stages),
        needs_init=False,
        probe=request.probe("sh"),
        language="shell",
        origin=steps.origin,
    )


def _of_build(tree: Tree, made: Built, maker: JsFacts) -> StaticFacts:
    files = sitefiles.page_sources(tree, maker.package, made.script, made.output)
    return StaticFacts(
        stack="static",
        reason=f"{made.generator.name} makes pages, and nothing in package.json answers requests",
        evidence=(made.span, *maker.evidence[1:]),
        name=maker.name,
        version=maker.version,
        description=maker.description,
        licenses=maker.licenses,
        url=maker.url,
        dependencies=maker.dependencies,
        runtime=_NGINX,
        tools=maker.versions,
        listens=_PORT,
        health=_HEALTH,
        build=made.script,
        runnable=True,
        suggests=("web-service", f"{made.generator.name} makes pages for browsers"),
        diagnostics=(
            *files.problems,
            *(one for one in maker.diagnostics if one.code not in _OF_SERVERS and one not in maker.sources.problems),
            *(() if made.sure else (_unsure(made),)),
            *_rules(tree),
            *_baked(tree),
        ),
        obstacles=(*maker.obstacles, *(() if _is_place(maker, made) else (_no_place(made),))),
        built=made,
        compressed=_compresses(tree, maker),
        maker=_making_pages(maker, made, files),
    )


def _of_pages(tree: Tree, there: Place | None, missing: str | None) -> StaticFacts:
    page = there.page if there else "index.html"
    return StaticFacts(
        stack="static",
        reason=f"{page} is there" if there else f"sources of {missing} are there",
        evidence=(Span(page if there else "."),),
        runtime=_NGINX,
        listens=_PORT,
        health=_HEALTH,
        source=page if there else None,
        # A page below the top may be part of another stack's program, which then goes first.
        runnable=there is not None and there.directory == "",
        suggests=("web-service", "pages are for browsers"),
        diagnostics=(*(there.given.problems if there else ()), *_rules(tree)),
        obstacles=(_not_generated(page if there else ".", missing),) if missing else (),
        compressed=bool(there and sitefiles.is_compressed(tree, there)),
        place=there,
    )


def _compresses(tree: Tree, maker: JsFacts) -> bool:
    """Whether the build writes compressed files beside the others: a plugin that does nothing else, or SvelteKit's own setting."""
    settings = (tree.read(name) or "" for name in ("svelte.config.js", "svelte.config.ts"))
    return not _COMPRESSORS.isdisjoint(maker.package.all_dependencies) or any(map(_PRECOMPRESS.search, settings))


def _making_pages(maker: JsFacts, made: Built, files: Sources) -> JsFacts:
    """The facts of what makes the pages, as if these were all that it makes."""
    *others, own = maker.parts
    own = replace(own, build=made.script, made=(made.output,), sources=files)
    return replace(maker, build=made.script, made=own.made, sources=files, parts=(*others, own))


def _build(maker: JsFacts, request: Request) -> tuple[Stage, ...]:
    toolchain = bun.toolchain(maker) if maker.stack == "bun" else words.of_node(maker)
    making = Making(maker, request, toolchain)
    return (*manifests(making), build_stage(making))


def _pages(found: StaticFacts, steps: Steps) -> tuple[Copy, ...]:
    if found.maker and found.built:
        return _made(found.maker, found.built, steps)
    return _given(found.place, steps) if found.place else ()


def _made(maker: JsFacts, made: Built, steps: Steps) -> tuple[Copy, ...]:
    here = steps.because_of(made.span)
    output = _output(maker, made)
    return (
        Copy(
            sources=(f"{output}/",), target=f"{_SITE}{f'{made.base}/'.lstrip('/')}", stage="build", origin=here.origin
        ),
    )


def _output(maker: JsFacts, made: Built) -> str:
    """Where the pages are in the stage that makes them."""
    return posixpath.normpath(posixpath.join(HOME, maker.workspace.place, made.output))


def _is_place(maker: JsFacts, made: Built) -> bool:
    """Whether pages can be written there, and nothing that the stage itself needs is in the way: generators empty the directory."""
    output = _output(maker, made)
    return (
        made.usable
        and output not in ("/", HOME)
        and not output.startswith(_OF_THE_SYSTEM)
        and f"{output}/" not in _OF_THE_SYSTEM
    )


def _given(there: Place, steps: Steps) -> tuple[Copy, ...]:
    """The pages; a directory's below its own name, unless it is the site. What holds the first page, which an edit is likely to change, is the last."""
    below = [] if there.directory else there.given.directories
    whole = [there.directory] if there.directory else []
    files = (steps.files(there.given.files, _SITE),) if there.given.files else ()
    moved = (
        Copy(sources=(f"{posixpath.join(steps.prefix, path)}/",), target=target, origin=steps.origin)
        for path, target in (*((name, f"{_SITE}{name}/") for name in below), *((name, _SITE) for name in whole))
    )
    return steps.edited_last((*files, *moved), there.page)


def _config(request: Request) -> tuple[Copy, ...]:
    if request.config is None:
        return ()
    source, target = request.config
    return (Copy(sources=(source,), target=target, generated=True, origin=request.origin),)


def _rules(tree: Tree) -> Iterator[Diagnostic]:
    for path in _RULES:
        if tree.is_file(path):
            yield NO_EFFECT.at(
                Span(path),
                f"{path} tells a hosting service how to serve the site; nginx does not read it",
                fix="see that the site does without it, or put what it says into a proxy in front of it",
            )


def _baked(tree: Tree) -> Iterator[Diagnostic]:
    """One warning for all variables that the files of examples and values name."""
    for path in _VALUES:
        names = sorted(set(_BAKED.findall(tree.read(path) or "")))
        if names:
            shown = ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
            yield BAKED.at(
                Span(path),
                f"{shown}: the pages get what this has when they are built, and no .env file is there then",
                fix="give it a default in the sources, or set it in the build script (`VITE_API=/api vite build`)",
            )
            return


def _unsure(made: Built) -> Diagnostic:
    return OUTPUT_UNKNOWN.at(
        made.span,
        f"cannot tell where {made.generator.name} writes; taken is {quoted(made.output)}",
        fix="write the output directory as a plain text, inside of the project, into its configuration",
    )


def _no_place(made: Built) -> Diagnostic:
    return OUTPUT_NO_PLACE.at(
        made.span,
        f"{made.generator.name} is told to write to {quoted(made.output)}, from where no image can take the pages",
        fix="write a relative path below the package or beside it, such as dist, into its configuration",
    )


def _not_generated(page: str, generator: str | None) -> Diagnostic:
    return NOT_GENERATED.at(
        Span(page),
        f"the pages are yet to be made by {generator or 'a generator'}",
        fix="make them before the image is built, and set the service's `path` in specs/deploy.yaml to where they are",
    )


def _no_tool(found: StaticFacts, request: Request) -> Diagnostic:
    return NOT_A_SERVER.at(
        found.evidence[0],
        f"{found.reason}; a {request.archetype} would have to run something",
        fix="make the manifest's archetype web-service, or choose another stack in specs/deploy.yaml",
    )


STACK: Stack[StaticFacts] = Stack(
    name="static",
    language="shell",
    recognised_by="index.html, or a package.json whose build makes pages (Vite, Astro, Angular …) and that runs no server",
    detect=detect,
    recipe=recipe,
)
