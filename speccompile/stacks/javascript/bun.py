"""Bun (1.x): its package manager, its runtime, and its single-file executables."""

from __future__ import annotations

import posixpath
from dataclasses import replace

from speccompile.plan.image import Copy, ImageRecipe
from speccompile.project.tree import Tree
from speccompile.source import Span
from speccompile.stacks.javascript import image, lockfiles, workspaces
from speccompile.stacks.javascript.detection import Flavour, facts
from speccompile.stacks.javascript.facts import JsFacts
from speccompile.stacks.javascript.image import Making, Toolchain
from speccompile.stacks.javascript.install import manifests
from speccompile.stacks.javascript.packagejson import PATH, read
from speccompile.stacks.javascript.releases import equipped
from speccompile.stacks.javascript.workspaces import Workspace
from speccompile.stacks.pins import Said
from speccompile.stacks.request import Request
from speccompile.stacks.stack import Stack
from speccompile.stacks.versions import BUN

_DISTROLESS = "gcr.io/distroless/cc-debian12:nonroot"
_BINARIES = "/usr/local/bin"


def detect(tree: Tree) -> JsFacts | None:
    """package.json with a lock file of Bun's, or with Bun named in it when no other package manager's lock is there; at
    the root of a workspace the member that the root starts."""
    package = read(tree)
    if package is None:
        return None
    workspace = workspaces.around(tree, package)
    locks = lockfiles.present(workspace.tree, lockfiles.BUN)
    sign = None if locks else lockfiles.sign_of_bun(workspace.tree, workspace.root)
    if not locks and sign is None:
        return None
    flavour = Flavour(
        stack="bun",
        reason=f"{' and '.join((*locks, PATH))} are there" if locks else f"package.json is there, and {sign}",
        runtime=BUN,
        pins=_pins(workspace),
        ranges=_ranges(workspace),
        locking=lockfiles.BUN,
        locks=locks,
    )
    inner = workspaces.started(workspace)
    if inner is None:
        return facts(tree, workspace, flavour)
    found = facts(tree.below(inner), workspaces.of_member(workspace, inner), flavour).below(inner)
    return replace(found, source=posixpath.join(inner, found.source)) if found.source else found


def recipe(found: JsFacts, request: Request) -> ImageRecipe:
    """A server or a job runs on the slim image; a command line tool becomes one executable on a distroless image."""
    found = equipped(found, request.release)
    making = Making(found, request, toolchain(found))
    entry = found.program_source or (found.program_file if found.program_runs else None)
    if request.archetype != "cli-tool" or request.command or entry is None:
        return image.server(making)
    making.refuse()
    steps = making.steps
    binary = f"{_BINARIES}/{found.program}"
    compiled = steps.run(("bun", "build", "--compile", "--outfile", binary, f"./{entry}"))
    stage = image.build_stage(making, compiled, scripts=found.program_source is None)
    copy = Copy(sources=(binary,), target=binary, stage="build", origin=steps.origin)
    return image.tool(making, (*manifests(making), stage), steps.base(_DISTROLESS, found.runtime), (copy,), (binary,))


def _pins(workspace: Workspace) -> tuple[Said, ...]:
    name, _, version = (workspace.root.package_manager or "").partition("@")
    if name != "bun":
        return ()
    span = _seen(workspace, workspace.root.at("packageManager"))
    return (Said(version.partition("+")[0], "package.json packageManager", span),)


def _ranges(workspace: Workspace) -> tuple[Said, ...]:
    wanted = workspace.root.engines.get("bun")
    span = _seen(workspace, workspace.root.at("engines", "bun"))
    return (Said(wanted, "package.json engines.bun", span),) if wanted else ()


def _seen(workspace: Workspace, span: Span) -> Span:
    return replace(span, path=workspace.at(span.path).path)


def toolchain(found: JsFacts) -> Toolchain:
    """The words of the package manager."""
    workspace = found.workspace
    frozen = ("bun", "install", *(("--frozen-lockfile",) if found.locks else ()))
    # The package's own scripts would run before its sources are there; Bun runs only those of trusted packages besides.
    packages = [workspace.manifest(place) for place in ("", *workspace.members)]
    scripts, trusts = any(one.at_install for one in packages), any(one.trusts for one in packages)
    scriptless = ("--ignore-scripts",) if scripts and not trusts else ()
    only = (f"--filter=./{workspace.place}", "--filter=./") if workspace.place else ()
    path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    return Toolchain(
        stack="bun",
        language=found.language or "typescript",
        build_image="oven/bun:{version}",
        run_image="node:{version}-slim" if found.runs_on else "oven/bun:{version}-slim",
        interpreter="node" if found.runs_on else "bun",
        install=((*frozen, *scriptless, *only),),
        install_production=((*frozen, "--production", *scriptless, *only),),
        run_script=("bun", "run"),
        execute=("bunx",),
        cache=("/root/.bun/install/cache", "bun"),
        every_manifest=True,
        path=path if found.runs_on else f"{path}:/usr/local/bun-node-fallback-bin",
    )


STACK: Stack[JsFacts] = Stack(
    name="bun",
    language="typescript",
    recognised_by="package.json with bun.lock or bun.lockb",
    detect=detect,
    recipe=recipe,
)
