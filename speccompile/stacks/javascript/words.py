"""How each package manager is told to install what is locked, all of it or what production needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from speccompile.stacks.javascript.facts import JsFacts
from speccompile.stacks.javascript.lockfiles import BERRY, NPM, PNPM, YARN
from speccompile.stacks.javascript.making import Toolchain

_IMAGE = "node:{version}-slim"
_CI = ("npm", "ci", "--no-audit", "--no-fund")
# What is there stays as it is: nothing is fetched, and no package's script runs again.
_PRUNE = ("npm", "prune", "--omit=dev", "--offline", "--ignore-scripts", "--no-audit", "--no-fund")
_SCRIPTLESS = ("npm", "pkg", "delete")
_STORE = "/root/.pnpm-store"
_YARN_CACHE = "/usr/local/share/.cache/yarn"
_BERRY_FOLDER = "/root/.cache/berry"


def of_node(found: JsFacts) -> Toolchain:
    """The words of the manager that installs *found* on Node.js."""
    return _WORDS[found.manager.manager](found)


def _node(found: JsFacts) -> Toolchain:
    """What all managers have in common; how they install and run is npm's, unless they say otherwise."""
    return Toolchain(
        stack="node",
        language="javascript",
        build_image=_IMAGE,
        run_image=_IMAGE,
        interpreter="node",
        setup=_setup(found),
        install=(_CI,),
        install_production=((*_CI, "--omit=dev"),),
        run_script=("npm", "run"),
        execute=("npx", "--no-install"),
        cache=("/root/.npm", "npm"),
        scriptless=_SCRIPTLESS,
    )


def _npm(found: JsFacts) -> Toolchain:
    places = found.workspace.linked if found.workspace.shared else ()
    chosen = tuple(word for place in places for word in ("--workspace", place))
    only = (*chosen, "--include-workspace-root") if chosen and _declared(found) else ()
    return replace(
        _node(found),
        install=((*_CI, *only),),
        install_production=((*_CI, *only, "--omit=dev"),),
        prune=((*_PRUNE, *only),),
    )


def _pnpm(found: JsFacts) -> Toolchain:
    install = ("pnpm", "install", "--frozen-lockfile", f"--store-dir={_STORE}")
    only = (f"--filter={{{found.workspace.place or '.'}}}...", "--filter={.}") if found.workspace.shared else ()
    return replace(
        _node(found),
        install=((*install, *only),),
        install_production=((*install, "--prod", *only),),
        run_script=("pnpm", "run"),
        execute=("pnpm", "exec"),
        cache=(_STORE, "pnpm"),
        environment=(("npm_config_manage_package_manager_versions", "false"),),
    )


def _yarn(found: JsFacts) -> Toolchain:
    # What other packages think of this version of Node.js is a warning to npm and pnpm, and an error to yarn 1 only.
    install = ("yarn", "install", "--frozen-lockfile", "--non-interactive", "--ignore-engines")
    return replace(
        _node(found),
        install=(install,),
        install_production=((*install, "--production"),),
        run_script=("yarn", "run"),
        execute=("yarn", "run"),
        cache=(_YARN_CACHE, "yarn"),
        environment=(("YARN_CACHE_FOLDER", _YARN_CACHE),),
    )


def _berry(found: JsFacts) -> Toolchain:
    # node_modules also where the project would use Plug'n'Play: every tool and every runtime finds them.
    install = ("yarn", "install", "--immutable")
    place = ("--cwd", found.workspace.place) if found.workspace.place else ()
    focused = ("yarn", *place, "workspaces", "focus", "--production")
    return replace(
        _node(found),
        install=(install,),
        install_production=(focused,),
        run_script=("yarn", "run"),
        execute=("yarn", "run"),
        cache=(_BERRY_FOLDER, "berry"),
        environment=(
            ("YARN_ENABLE_GLOBAL_CACHE", "true"),
            ("YARN_ENABLE_TELEMETRY", "0"),
            ("YARN_GLOBAL_FOLDER", _BERRY_FOLDER),
            ("YARN_IGNORE_PATH", "true"),
            ("YARN_NODE_LINKER", "node-modules"),
        ),
        every_manifest=True,
    )


def _setup(found: JsFacts) -> tuple[tuple[str, ...], ...]:
    """The manager from its registry, in exactly one version; the image's own yarn gives way."""
    if not found.setup:
        return ()
    force = ("--force",) if found.manager in (YARN, BERRY) else ()
    return (("npm", "install", "--global", "--no-audit", "--no-fund", *force, found.setup),)


def _declared(found: JsFacts) -> bool:
    return bool(found.workspace.root.workspaces)


_WORDS: dict[str, Callable[[JsFacts], Toolchain]] = {
    NPM.manager: _npm,
    PNPM.manager: _pnpm,
    YARN.manager: _yarn,
    BERRY.manager: _berry,
}
