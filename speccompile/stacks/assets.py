"""Scripts and styles that Node.js makes for pages which another language's program serves: a stage of its own, and what it makes."""

from __future__ import annotations

from speccompile.codes.stacks import LOCK_MISSING
from speccompile.diagnostics import Diagnostic
from speccompile.plan.image import Copy, Stage
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.source import Span
from speccompile.stacks.facts import Chosen
from speccompile.stacks.manifest import json_table, place, texts
from speccompile.stacks.sources import Sources
from speccompile.stacks.steps import QUIET, Steps
from speccompile.stacks.versions import NODE, choose
from speccompile.stacks.written import HOME

PATH = "package.json"
# By its lock: what installs exactly that, and runs a script, with its cache.
_MANAGERS = {
    "package-lock.json": (("npm", "ci", "--no-audit", "--no-fund"), ("npm", "run", "build"), "/root/.npm", "npm"),
    "yarn.lock": (
        ("yarn", "install", "--frozen-lockfile"),
        ("yarn", "run", "build"),
        "/usr/local/share/.cache/yarn",
        "yarn",
    ),
}
_SETTINGS = (
    "postcss.config.cjs", "postcss.config.js", "tailwind.config.js", "tailwind.config.ts", "tsconfig.json", "vite.config.js", "vite.config.mjs",
    "vite.config.ts", "webpack.config.js",
)  # fmt: skip


@record(kw_only=True)
class Assets:
    """What makes them: the release of Node.js, the lock, where it is asked for, and where they are."""

    node: Chosen
    lock: str
    span: Span
    output: str

    @property
    def manifests(self) -> tuple[str, ...]:
        """What it installs by."""
        return (PATH, self.lock)

    @property
    def files(self) -> tuple[str, ...]:
        """What at the top is of use to the stage alone."""
        return (*self.manifests, *_SETTINGS)


def read(tree: Tree, output: str) -> tuple[Assets | None, tuple[Diagnostic, ...]]:
    """What makes the assets of *tree*, and what is to be told of it. Without a script called build nothing is made; what is tracked by git is made
    already."""
    text = tree.read(PATH)
    if "build" not in texts((json_table(text) or {}).get("scripts")) or tree.about("tracked", output):
        return None, ()
    span = place(PATH, text, '"scripts"', '"build"')
    lock = next((one for one in _MANAGERS if tree.is_file(one)), None)
    if lock is None:
        message = f"{PATH} builds scripts and styles, and there is neither a package-lock.json nor a yarn.lock"
        fix = f"run `npm install --package-lock-only` and commit package-lock.json, or commit {output}"
        return None, (LOCK_MISSING.at(span, message, fix=fix),)
    version, complaints = choose(tree, NODE, (), ())
    return Assets(node=version, lock=lock, span=span, output=output), complaints


def stage(assets: Assets, steps: Steps, sources: Sources) -> Stage:
    """The stage that makes them; all sources are there, for classes of styles are looked for in templates."""
    here = steps.because_of(assets.span)
    install, build, place, name = _MANAGERS[assets.lock]
    return here.stage(
        "assets",
        here.base(f"node:{assets.node.value}-slim", assets.node),
        (
            here.workdir(),
            here.env(QUIET),
            here.files(assets.manifests),
            here.fetch(install, mounts=(here.cache(place, name),)),
            *here.tree(sources, already=assets.manifests),
            here.run(build),
        ),
    )


def made(assets: Assets, steps: Steps) -> Copy:
    """What it made, to the same place."""
    source = f"{HOME}/{assets.output}/"
    return Copy(
        sources=(source,), target=f"{assets.output}/", stage="assets", origin=steps.because_of(assets.span).origin
    )
