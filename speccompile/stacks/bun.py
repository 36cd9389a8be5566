"""Bun (1.x): its package manager, its runtime, and its single-file executables."""

from __future__ import annotations

from speccompile.plan.image import Copy, ImageRecipe
from speccompile.project.tree import Tree
from speccompile.stacks import jsimage, jslocks
from speccompile.stacks.javascript import Flavour, JsFacts, facts
from speccompile.stacks.jsimage import Making, Toolchain
from speccompile.stacks.packagejson import PATH, PackageJson, read
from speccompile.stacks.stack import Request, Stack
from speccompile.stacks.versions import BUN, Said

_DISTROLESS = "gcr.io/distroless/cc-debian12:nonroot"
_BINARIES = "/usr/local/bin"


def detect(tree: Tree) -> JsFacts | None:
    """package.json with a lock file of Bun's, or with Bun named in it when no other package manager's lock is there."""
    package = read(tree)
    if package is None:
        return None
    locks = jslocks.present(tree, jslocks.BUN)
    sign = None if locks else jslocks.sign_of_bun(tree, package)
    if not locks and sign is None:
        return None
    flavour = Flavour(
        stack="bun",
        reason=f"{' and '.join((*locks, PATH))} are there" if locks else f"package.json is there, and {sign}",
        runtime=BUN,
        pins=_pins(package),
        ranges=_ranges(package),
        locking=jslocks.BUN,
        locks=locks,
        configuration=tuple(path for path in ("bunfig.toml",) if tree.is_file(path)),
    )
    return facts(tree, package, flavour)


def recipe(found: JsFacts, request: Request) -> ImageRecipe:
    """A server or a job runs on the slim image; a command line tool becomes one executable on a distroless image."""
    making = Making(found, request, toolchain(found))
    entry = found.program_source or (found.program_file if found.program_runs else None)
    if request.archetype != "cli-tool" or request.command or entry is None:
        return jsimage.server(making)
    making.refuse()
    steps = making.steps
    binary = f"{_BINARIES}/{found.program}"
    compiled = steps.run(("bun", "build", "--compile", "--outfile", binary, f"./{entry}"))
    stage = jsimage.build_stage(making, compiled, scripts=found.program_source is None)
    copy = Copy(sources=(binary,), target=binary, stage="build", origin=steps.origin)
    return jsimage.tool(making, (stage,), steps.base(_DISTROLESS, found.runtime), (copy,), (binary,))


def _pins(package: PackageJson) -> tuple[Said, ...]:
    name, _, version = (package.package_manager or "").partition("@")
    return (
        (Said(version.partition("+")[0], "package.json packageManager", package.at("packageManager")),)
        if name == "bun"
        else ()
    )


def _ranges(package: PackageJson) -> tuple[Said, ...]:
    wanted = package.engines.get("bun")
    return (Said(wanted, "package.json engines.bun", package.at("engines", "bun")),) if wanted else ()


def toolchain(found: JsFacts) -> Toolchain:
    """The words of the package manager."""
    frozen = ("bun", "install", *(("--frozen-lockfile",) if found.locks else ()))
    # The package's own scripts would run before its sources are there; Bun runs only those of trusted packages besides.
    scriptless = ("--ignore-scripts",) if found.package.at_install and not found.package.trusts else ()
    return Toolchain(
        stack="bun",
        language="typescript",
        build_image="oven/bun:{version}",
        run_image="oven/bun:{version}-slim",
        interpreter="bun",
        install=((*frozen, *scriptless),),
        install_production=((*frozen, "--production", *scriptless),),
        run_script=("bun", "run"),
        cache=("/root/.bun/install/cache", "bun"),
    )


STACK: Stack[JsFacts] = Stack(
    name="bun",
    language="typescript",
    recognised_by="package.json with bun.lock or bun.lockb",
    detect=detect,
    recipe=recipe,
)
