"""Packages of npm that the pages of a Phoenix application are made with: esbuild's own program reads them where npm put them."""

from __future__ import annotations

from collections.abc import Iterator

from speccompile.codes.stacks import LOCK_MISSING
from speccompile.codes.stacks_compiled import NODE_IN_BUILD
from speccompile.diagnostics import Diagnostic
from speccompile.plan.image import Copy, Stage
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.stacks.elixir.mixfile import Mixfile
from speccompile.stacks.facts import Chosen
from speccompile.stacks.manifest import json_table, place, table
from speccompile.stacks.steps import QUIET, Steps
from speccompile.stacks.versions import NODE, choose
from speccompile.stacks.written import HOME

_MANIFEST, _LOCK, _MODULES = "assets/package.json", "assets/package-lock.json", "assets/node_modules"
_STARTS_NODE = regex(r"\bcmd\b[^\"']*\b(?:npm|npx|node|yarn|pnpm|bun)\b")


@record(kw_only=True)
class Scripts:
    """What installs them: the release of Node.js, and where they are asked for."""

    node: Chosen
    span: Span


def read(tree: Tree, mixfile: Mixfile) -> tuple[Scripts | None, tuple[Diagnostic, ...]]:
    """What is installed for the pages of *tree*, and what is to be told of it or stands in the way."""
    problems = tuple(_starts_node(mixfile))
    text = tree.read(_MANIFEST)
    asked = json_table(text) or {}
    if not (table(asked, "dependencies") or table(asked, "devDependencies")) or mixfile.assets is None:
        return None, problems
    span = place(_MANIFEST, text, "ependencies")
    if not tree.is_file(_LOCK):
        fix = "run `npm install --package-lock-only --prefix assets` and commit it"
        return None, (
            *problems,
            LOCK_MISSING.at(span, f"{_MANIFEST} asks for packages, and there is no {_LOCK}", fix=fix),
        )
    version, complaints = choose(tree, NODE, (), ())
    return Scripts(node=version, span=span), (*problems, *complaints)


def stage(scripts: Scripts, steps: Steps) -> Stage:
    """The stage that installs them exactly as locked."""
    here = steps.because_of(scripts.span)
    return here.stage(
        "assets",
        here.base(f"node:{scripts.node.value}-slim", scripts.node),
        (
            here.workdir(),
            here.env(QUIET),
            here.files((_MANIFEST, _LOCK), "assets/"),
            here.fetch(
                ("npm", "ci", "--prefix", "assets", "--no-audit", "--no-fund"),
                mounts=(here.cache("/root/.npm", "npm"),),
            ),
        ),
    )


def brought(scripts: Scripts, steps: Steps) -> Copy:
    """Them, to the stage that builds."""
    origin = steps.because_of(scripts.span).origin
    return Copy(sources=(f"{HOME}/{_MODULES}/",), target=f"{_MODULES}/", stage="assets", origin=origin)


def _starts_node(mixfile: Mixfile) -> Iterator[Diagnostic]:
    if mixfile.assets and _STARTS_NODE.search(mixfile.assets[0]):
        yield NODE_IN_BUILD.at(
            mixfile.assets[1],
            "the alias assets.deploy starts a program of Node.js, which the image that builds has not",
            fix="make the scripts by the packages esbuild and tailwind of Hex, or commit what is made of them below priv/static and take the command out",
        )
