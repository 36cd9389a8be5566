"""What a package manager runs before the start script, and an image that starts the program itself does not: ``prestart``."""

from __future__ import annotations

from speccompile.codes.stacks_js import SCRIPT_NOT_RUN
from speccompile.diagnostics import Diagnostic, quoted
from speccompile.stacks import launchers
from speccompile.stacks.packagejson import PackageJson
from speccompile.stacks.scripts import commands

_SCRIPT = "prestart"
# They make what the build makes, look at the sources, or say something.
_NOTHING = frozenset((
    "tsc", "tsc-alias", "tsup", "tsdown", "swc", "babel", "esbuild", "rollup", "webpack", "vite", "next", "nuxt", "rimraf", "del-cli", "rm", "mkdir",
    "cp", "cpx", "copyfiles", "echo", "eslint", "prettier", "jest", "vitest", "test", "true", "clear", "ngcc", "patch-package", "install", "ci", "cd",
    "husky", "kill-port", "free-port", "check-engines", "check-node-version", "is-ci", "dotenv",
))  # fmt: skip


def steps(package: PackageJson) -> tuple[tuple[str, ...], ...]:
    """The commands before the start script that do something else than a build."""
    if _SCRIPT not in package.scripts or "start" not in package.scripts:
        return ()
    if launchers.BUILDS.match(package.scripts[_SCRIPT]):
        return ()
    return tuple(words for words in commands(package, _SCRIPT) if words[0] not in _NOTHING and "generate" not in words)


def dropped(package: PackageJson) -> tuple[Diagnostic, ...]:
    """A warning where there are such commands."""
    found = steps(package)
    if not found:
        return ()
    listed = ", ".join(f"[{', '.join(words)}]" for words in found)
    return (
        SCRIPT_NOT_RUN.at(
            package.at("scripts", _SCRIPT),
            f"the script {_SCRIPT} runs {quoted(' && '.join(' '.join(words) for words in found))} before the program starts; the image starts"
            " the program alone",
            fix=f"have it run once before a new version serves: `release: [{listed}]` for the service in deploy.yaml",
        ),
    )
