"""Node.js with npm, pnpm or yarn."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping
from dataclasses import replace

from speccompile.plan.image import ImageRecipe
from speccompile.project.tree import Tree
from speccompile.stacks.javascript import engines, image, lockfiles, managers, words, workspaces
from speccompile.stacks.javascript.detection import Flavour, facts
from speccompile.stacks.javascript.facts import JsFacts
from speccompile.stacks.javascript.image import Making
from speccompile.stacks.javascript.packagejson import PATH, PackageJson, read
from speccompile.stacks.javascript.releases import equipped
from speccompile.stacks.javascript.workspaces import Workspace
from speccompile.stacks.pins import Said
from speccompile.stacks.ranges import exact
from speccompile.stacks.request import Request
from speccompile.stacks.stack import Stack
from speccompile.stacks.versions import NODE, choose

_DISTROLESS = "gcr.io/distroless/nodejs{major}-debian12:nonroot"
_DISTROLESS_LINES = ("20", "22", "24")
_DISTROLESS_NODE = "/nodejs/bin/node"


def detect(tree: Tree) -> JsFacts | None:
    """Any package.json, but one that is for Bun alone; at the root of a workspace the member that the root starts."""
    package = read(tree)
    if package is None:
        return None
    workspace = workspaces.around(tree, package)
    if not any(lockfiles.present(workspace.tree, one) for one in lockfiles.OF_NODE) and (
        lockfiles.present(workspace.tree, lockfiles.BUN) or lockfiles.sign_of_bun(workspace.tree, package)
    ):
        return None
    inner = workspaces.started(workspace)
    if inner is None:
        return _facts(tree, workspace)
    found = _facts(tree.below(inner), workspaces.of_member(workspace, inner)).below(inner)
    return replace(found, source=posixpath.join(inner, found.source)) if found.source else found


def recipe(found: JsFacts, request: Request) -> ImageRecipe:
    """A server or a job runs on the slim image; a command line tool on a distroless one, where there is one of its
    version."""
    found = equipped(found, request.release)
    making = Making(found, request, words.of_node(found))
    major = found.runtime.value.partition(".")[0]
    tool = request.archetype == "cli-tool" and request.command is None and found.program_runs
    if not tool or major not in _DISTROLESS_LINES:
        return image.server(making)
    making.refuse()
    base = making.steps.base(_DISTROLESS.format(major=major), found.runtime)
    interpreter = "node" if making.runtime_packages() else _DISTROLESS_NODE
    argv = (interpreter, f"{making.home}/{found.program_file}")
    return image.tool(making, tuple(image.stages(making)), base, image.payload(making), argv)


def _facts(tree: Tree, workspace: Workspace) -> JsFacts:
    manager = managers.of_node(workspace)
    locks = lockfiles.present(workspace.tree, manager.locking)[:1]
    pins = tuple(said for said in _tools(workspace) if exact(said.text) or said.text.isdecimal())
    ranges = (
        *(said for said in _tools(workspace) if not (exact(said.text) or said.text.isdecimal())),
        *_said(workspace, lambda package: package.engines, ("engines", "node")),
        *engines.of_frameworks(workspace, manager.locking),
    )
    manager = managers.with_npm(workspace, manager, choose(tree, NODE, pins, ranges)[0].value)
    told = (manager.version,) if manager.version else ()
    flavour = Flavour(
        stack="node",
        reason=f"{' and '.join((*locks, PATH))} are there" if locks else "package.json is there",
        runtime=NODE,
        pins=pins,
        ranges=ranges,
        locking=manager.locking,
        locks=locks,
        tools=told,
        setup=manager.published,
        focuses=manager.locking != lockfiles.BERRY or managers.focuses(workspace, manager),
        diagnostics=manager.diagnostics,
    )
    return facts(tree, workspace, flavour)


def _tools(workspace: Workspace) -> tuple[Said, ...]:
    """What volta pins, or what devEngines asks for: a version or a range."""
    place = "volta" if "volta" in workspace.package.text or "volta" in workspace.root.text else "devEngines"
    return _said(workspace, lambda package: package.tools, (place, "node"))


def _said(
    workspace: Workspace, section: Callable[[PackageJson], Mapping[str, str]], needles: tuple[str, str]
) -> tuple[Said, ...]:
    """What the package's own manifest says about Node.js' version in a *section*, or else the root's."""
    found = []
    for package, outside in ((workspace.package, ""), (workspace.root, workspace.outside)):
        text = section(package).get("node")
        span = package.at(*needles)
        if text:
            path = posixpath.join(outside, span.path)
            found.append(Said(text, f"package.json {'.'.join(needles)}", replace(span, path=path)))
    return tuple(found[:1])


STACK: Stack[JsFacts] = Stack(
    name="node",
    language="javascript",
    recognised_by="package.json (with the lock of npm, pnpm or yarn where it has dependencies)",
    detect=detect,
    recipe=recipe,
)
