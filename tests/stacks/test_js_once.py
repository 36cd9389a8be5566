"""Nothing is installed twice where one installation will do: what runs has what is left of the one that builds."""

from __future__ import annotations

import json
from typing import Any

from recipes import made_of, words

from speccompile.plan.image import Copy, ImageRecipe

SOURCES = {"a.js": "", "tsconfig.json": '{"compilerOptions": {"outDir": "dist"}}', "src/a.ts": ""}


def made(scripts: dict[str, str], dev: tuple[str, ...], manager: str = "npm") -> ImageRecipe:
    """The image of a program that is installed by *manager*."""
    sections = {"dependencies": {"koa": "1"}, "devDependencies": dict.fromkeys(dev, "1")}
    manifest: dict[str, Any] = {"scripts": scripts, **sections}
    npm = {"package-lock.json": json.dumps({"packages": {"": sections}})}
    wanted = "".join(f"    {name}:\n        specifier: '1'\n        version: 1.0.0\n" for name in dev)
    pnpm = {
        "pnpm-lock.yaml": "lockfileVersion: '9.0'\n\nimporters:\n\n  .:\n    dependencies:\n      koa:\n        specifier: '1'\n"
        f"        version: 1.0.0\n    devDependencies:\n{wanted.replace('    ', '      ', 1) if dev else ''}\npackages: {{}}\n"
    }
    return made_of({"package.json": json.dumps(manifest), **SOURCES, **(npm if manager == "npm" else pnpm)})


def stages(image: ImageRecipe) -> dict[str, str]:
    """What each stage starts from; images without their versions."""
    return {stage.name: stage.base.reference.partition(":")[0] for stage in image.stages}


def modules(image: ImageRecipe) -> list[str | None]:
    """The stages that the final one takes packages from."""
    return [step.stage for step in image.stages[-1].steps if isinstance(step, Copy) and step.target == "node_modules/"]


def test_what_builds_is_taken_away_from_a_copy() -> None:
    """Of it the sources are no part, so that no edit takes it away again; it asks no registry and runs no script."""
    image = made({"build": "tsc", "start": "node dist/a.js"}, ("typescript",))
    assert stages(image) == {"install": "node", "deps": "install", "build": "install", "final": "node"}
    assert words(image, "install") == "npm ci --no-audit --no-fund"
    assert words(image, "deps") == "npm prune --omit=dev --offline --ignore-scripts --no-audit --no-fund"
    assert words(image, "build") == "npm run build"
    assert modules(image) == ["deps"]


def test_where_all_is_needed_nothing_is_taken_away() -> None:
    """A program that is started by what is for development only."""
    image = made({"build": "tsc", "start": "serve dist"}, ("serve", "typescript"))
    assert stages(image) == {"install": "node", "build": "install", "final": "node"}
    assert modules(image) == ["install"]


def test_where_nothing_is_built_only_that_is_installed_which_runs() -> None:
    """Then what is for development is never there."""
    image = made({"start": "node a.js"}, ("typescript",))
    assert stages(image) == {"deps": "node", "final": "node"}
    assert words(image, "deps") == "npm ci --no-audit --no-fund --omit=dev"


def test_a_manager_that_links_from_a_store_does_it_twice() -> None:
    """Of pnpm no command to prune is known here: it links again from its store."""
    image = made({"build": "tsc", "start": "node dist/a.js"}, ("typescript",), "pnpm")
    assert stages(image) == {"deps": "node", "build": "node", "final": "node"}
    assert " --prod" in words(image, "deps")
    assert " --prod" not in words(image, "build")
