"""Node.js with npm."""

from __future__ import annotations

from speccompile.plan.image import ImageRecipe
from speccompile.project.tree import Tree
from speccompile.stacks import jsimage, jslocks
from speccompile.stacks.javascript import Flavour, JsFacts, facts
from speccompile.stacks.jsimage import Making, Toolchain
from speccompile.stacks.packagejson import PATH, PackageJson, read
from speccompile.stacks.stack import Request, Stack
from speccompile.stacks.steps import HOME
from speccompile.stacks.versions import NODE, Said

_DISTROLESS = "gcr.io/distroless/nodejs{major}-debian12:nonroot"
_DISTROLESS_LINES = ("20", "22", "24")
_DISTROLESS_NODE = "/nodejs/bin/node"


def detect(tree: Tree) -> JsFacts | None:
    """Any package.json, but one that is for Bun alone."""
    package = read(tree)
    locks = jslocks.present(tree, jslocks.NPM)[:1]
    if package is None or (not locks and (jslocks.present(tree, jslocks.BUN) or jslocks.sign_of_bun(tree, package))):
        return None
    flavour = Flavour(
        stack="node",
        reason=f"{' and '.join((*locks, PATH))} are there" if locks else "package.json is there",
        runtime=NODE,
        pins=_pins(package),
        ranges=_ranges(package),
        locking=jslocks.NPM,
        locks=locks,
    )
    return facts(tree, package, flavour)


def recipe(found: JsFacts, request: Request) -> ImageRecipe:
    """A server or a job runs on the slim image; a command line tool on a distroless one, where there is one of its
    version."""
    making = Making(found, request, toolchain(found))
    major = found.runtime.value.partition(".")[0]
    tool = request.archetype == "cli-tool" and request.command is None and found.program_runs
    if not tool or major not in _DISTROLESS_LINES:
        return jsimage.server(making)
    making.refuse()
    stages = (*jsimage.dependencies(making), *jsimage.built(making))
    base = making.steps.base(_DISTROLESS.format(major=major), found.runtime)
    interpreter = "node" if request.runtime_packages else _DISTROLESS_NODE
    return jsimage.tool(making, stages, base, jsimage.payload(making), (interpreter, f"{HOME}/{found.program_file}"))


def _pins(package: PackageJson) -> tuple[Said, ...]:
    return (Said(package.volta, "package.json volta.node", package.at("volta", "node")),) if package.volta else ()


def _ranges(package: PackageJson) -> tuple[Said, ...]:
    wanted = package.engines.get("node")
    return (Said(wanted, "package.json engines.node", package.at("engines", "node")),) if wanted else ()


def toolchain(found: JsFacts) -> Toolchain:
    """The words of the package manager."""
    # The package's own scripts would run before its sources are there: this stage's copy of the manifest goes without
    # them.
    dropped = tuple(f"scripts.{name}" for name in found.package.at_install)
    scriptless = (("npm", "pkg", "delete", *dropped),) if dropped else ()
    ci = ("npm", "ci", "--no-audit", "--no-fund")
    return Toolchain(
        stack="node",
        language="javascript",
        build_image="node:{version}-slim",
        run_image="node:{version}-slim",
        interpreter="node",
        install=(*scriptless, ci),
        install_production=(*scriptless, (*ci, "--omit=dev")),
        run_script=("npm", "run"),
        cache=("/root/.npm", "npm"),
    )


STACK: Stack[JsFacts] = Stack(
    name="node",
    language="javascript",
    recognised_by="package.json (with package-lock.json where it has dependencies)",
    detect=detect,
    recipe=recipe,
)
