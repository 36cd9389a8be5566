"""package.json → what it lacks (npm's package.json documentation, Node.js packages documentation).

``sideEffects`` is never set: it is a claim about what the code does, and nothing here shows it.
"""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import urlsplit

from speccompile.codes.package import ASSUMED, GAP, INSTALL_HOOK, KEPT, PRIVATE, UNLOCKED, UNPUBLISHABLE, UNTYPED
from speccompile.detect.library.sources import Entries, Entry, NpmSources
from speccompile.diagnostics import Diagnostic, quoted
from speccompile.errors import Refused
from speccompile.lower.package import workflow
from speccompile.lower.package.manifest import DEFAULT, Choices, Findings, Place, check_place, parse_json
from speccompile.plan.package import Ecosystem, Package
from speccompile.plan.workflow import WorkflowStep
from speccompile.positions import span_of
from speccompile.provenance import Origin
from speccompile.regex import regex

_NAME = regex(r"(?:@[a-z0-9~-][a-z0-9._~-]*/)?[a-z0-9~-][a-z0-9._~-]*\Z")
_VERSION = regex(r"\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?\Z")
_HOOKS = ("preinstall", "install", "postinstall")
_PREPARES = ("prepublishOnly", "prepack", "prepare")
_PUBLIC = ".npmjs.org"


def npm_package(
    place: Place, sources: NpmSources, origin: Origin, choices: Choices = DEFAULT
) -> tuple[Package, tuple[Diagnostic, ...]]:
    """The library with these *sources*, and what there is to say about it.

    Raises ``Refused`` when there is nothing to publish, or it cannot be read.
    """
    check_place(place)
    text, exported = sources.text, sources.exported
    manifest = parse_json(text, place.manifest)
    found = Findings(place, lambda keys: span_of(text, place.manifest, keys), origin)
    name, version = _identity(manifest, found)
    if exported is None and "exports" not in manifest:
        message = "no entry point found: neither exports, main nor module, and no src/index.ts or index.js"
        raise Refused([UNPUBLISHABLE.at(found.locate(()), message, fix='add "main", or put the entry at src/index.ts')])
    if exported:
        _entry_settings(manifest, exported, found)
    built = _scripts(manifest, exported, found)
    _engines(sources, found)
    access, provenance = _publish_config(manifest, name, found)
    _gaps(manifest, sources.names, found)
    commands = _commands(manifest, sources, found, choices, built)
    package = Package(
        service=place.service,
        ecosystem=Ecosystem.NPM,
        name=name,
        version=version,
        manifest=place.manifest,
        text=text,
        settings=tuple(found.settings),
        marker=None,
        patch=place.artifact("package.json.patch"),
        workflow=workflow.npm_workflow(place, origin, commands, access=access, provenance=provenance),
        built=_files(exported),
        origin=origin,
    )
    return package, tuple(found.diagnostics)


def _identity(manifest: Mapping[str, Any], found: Findings) -> tuple[str, str]:
    name, version = manifest.get("name"), manifest.get("version")
    if not isinstance(name, str) or len(name) > 214 or not _NAME.match(name):
        said = "there is no name" if name is None else f"{quoted(name)} is no name for a package"
        found.say(UNPUBLISHABLE, ("name",), said, fix='set "name": lower case, without spaces')
    if not isinstance(version, str) or not _VERSION.match(version):
        said = "there is no version" if version is None else f"{quoted(version)} is no version"
        found.say(UNPUBLISHABLE, ("version",), said, fix='set "version", such as "1.0.0"')
    if found.diagnostics:
        raise Refused(found.diagnostics)
    return str(name), str(version)


def _entry_settings(manifest: Mapping[str, Any], exported: Entries, found: Findings) -> None:
    first = exported.entries[0]
    if "type" not in manifest:
        why = "says in which module format Node.js loads .js files"
        found.want(("type",), "module" if exported.module else "commonjs", why)
    if "exports" not in manifest:
        found.want(("exports",), _exports(exported), "what can be imported, and nothing else")
    else:
        _kept_exports(manifest["exports"], found)
    main = first.cjs or first.esm
    if "main" not in manifest and main:
        found.want(("main",), f"./{main}", "for tools that do not read exports")
    if first.types and not {"types", "typings"} & set(manifest):
        found.want(("types",), f"./{first.types}", "for tools that do not read exports")
    if not first.types:
        config = exported.config
        fix = f'set "declaration": true in {config.path}' if config else "add a declaration file beside the entry point"
        found.say(UNTYPED, (), "users get no types: no declarations are emitted", fix=fix)
    if "files" not in manifest and "." not in exported.ship:
        found.want(("files",), list(exported.ship), "an allow-list: nothing else gets published by accident")
    elif isinstance(manifest.get("files"), list):
        _kept_files(manifest["files"], first, found)
    if exported.assumed:
        found.say(ASSUMED, (), f"{exported.assumed}", fix='say "rootDir", so that the emitted paths are certain')


def _exports(exported: Entries) -> dict[str, object]:
    """types first, because the first condition that holds is taken."""
    table: dict[str, object] = {}
    for entry in exported.entries:
        conditions = {"types": entry.types, "import": entry.esm, "require": entry.cjs if entry.esm else None}
        # A CommonJS file can be both imported and required.
        conditions["default"] = None if entry.esm else entry.cjs
        table[entry.subpath] = {condition: f"./{path}" for condition, path in conditions.items() if path}
    table["./package.json"] = "./package.json"
    return table


def _kept_exports(exports: object, found: Findings) -> None:
    """Conditions that come too late to be taken."""
    if not isinstance(exports, dict):
        return
    keys = list(exports)
    if ("types" in keys and keys[0] != "types") or ("default" in keys and keys[-1] != "default"):
        message = f"exports takes the first condition that holds, but they are {', '.join(keys)}"
        found.say(KEPT, ("exports",), message, fix="put types first and default last")
    for value in exports.values():
        _kept_exports(value, found)


def _kept_files(files: list[object], entry: Entry, found: Findings) -> None:
    patterns = [pattern.strip("/").removeprefix("./") for pattern in files if isinstance(pattern, str)]
    for path in filter(None, (entry.esm, entry.cjs, entry.types)):
        if not any(path == p or path.startswith(f"{p}/") or fnmatchcase(path, p) or p in ("*", ".") for p in patterns):
            found.say(
                KEPT, ("files",), f"files leaves out {path}, which is an entry point", fix=f'add "{path}" to files'
            )


def _scripts(manifest: Mapping[str, Any], exported: Entries | None, found: Findings) -> bool:
    """Whether there is (or will be) a build script; see that a package is never published without having been built."""
    scripts = manifest.get("scripts")
    present = scripts if isinstance(scripts, dict) else {}
    for hook in (hook for hook in _HOOKS if hook in present):
        message = f"the script {hook} runs on the machine of everybody who installs the package"
        found.say(INSTALL_HOOK, ("scripts", hook), message, fix=f"remove {hook}; build before publishing instead")
    missing: dict[str, str] = {}
    if "build" not in present and exported and exported.config and exported.config.out:
        missing["build"] = f"tsc -p {exported.config.path}"
    if "build" not in present and not missing:
        return False
    if not any(script in present for script in _PREPARES):
        missing["prepublishOnly"] = "npm run build"
    why = "what is published has been built from what is released"
    if missing and "scripts" not in manifest:
        found.want(("scripts",), missing, why)
    elif isinstance(scripts, dict):
        for script, command in missing.items():
            found.want(("scripts", script), command, why)
    return True


def _engines(sources: NpmSources, found: Findings) -> None:
    if sources.pinned:
        name, version = sources.pinned
        found.want(("engines",), {"node": f">={version}"}, f"{name} says what it is developed with")


def _publish_config(manifest: Mapping[str, Any], name: str, found: Findings) -> tuple[str, bool]:
    """The access and whether to attest the provenance; what the manifest says is kept."""
    if manifest.get("private") is True:
        found.say(PRIVATE, ("private",), f"{name} is private: npm will refuse to publish it", fix='remove "private"')
    wanted: dict[str, object] = {"access": "public", "provenance": True}
    config = manifest.get("publishConfig")
    why = "anybody can install it, and see which commit and workflow it was built by"
    if not isinstance(config, dict):
        if "publishConfig" in manifest:
            found.say(KEPT, ("publishConfig",), "publishConfig is no object", fix="remove it to have it set")
            return "public", True
        found.want(("publishConfig",), wanted, why)
        return "public", True
    for key, value in wanted.items():
        if key not in config:
            if key != "provenance" or config.get("access", "public") == "public":
                found.want(("publishConfig", key), value, why)
        elif config[key] != value:
            message = f"publishConfig.{key} is {quoted(config[key])}; a public library would have {quoted(value)}"
            found.say(KEPT, ("publishConfig", key), message, fix=f"remove {key} to have it set, or leave it")
    registry = config.get("registry")
    if isinstance(registry, str) and not (urlsplit(registry).hostname or "").endswith(_PUBLIC):
        message = f"trusted publishing works with npm's public registry, not with {quoted(registry)}"
        found.say(KEPT, ("publishConfig", "registry"), message, fix="remove registry, or do not use the workflow")
    public = config.get("access", "public") == "public"
    return "public" if public else "restricted", public and config.get("provenance", True) is True


def _gaps(manifest: Mapping[str, Any], names: frozenset[str], found: Findings) -> None:
    wanted = {
        "license": ("an SPDX expression", "Without one nobody may use it."),
        "repository": ("the URL of the repository", "Provenance is refused when it is not the one that publishes."),
        "description": ("one sentence", "It is what a search shows."),
    }
    for key, (what, reason) in wanted.items():
        if key not in manifest:
            found.say(GAP, (), f"{key} is missing. {reason}", fix=f'add "{key}": {what}')
    for file in ("readme", "license"):
        if file not in names and not (file == "license" and "licence" in names):
            found.say(GAP, (), f"there is no {file.upper()} file to publish", fix=f"add {file.upper()}.md")


def _commands(
    manifest: Mapping[str, Any], sources: NpmSources, found: Findings, choices: Choices, built: bool
) -> workflow.Commands:
    origin, here = found.origin, found.place.directory
    install, with_bun = _install(sources, found)
    scripts = manifest.get("scripts")
    test = str(scripts.get("test", "")) if isinstance(scripts, dict) else ""
    tested = bool(test) and "no test specified" not in test
    return workflow.Commands(
        tools=workflow.node_tools(origin, choices.node, choices.bun if with_bun else None),
        install=(install,),
        build=(workflow.step(origin, "Build", "npm run build", directory=here),) if built else (),
        test=(workflow.step(origin, "Test", "npm test", directory=here),) if tested else (),
    )


def _install(sources: NpmSources, found: Findings) -> tuple[WorkflowStep, bool]:
    """The step that installs exactly what the lock file says; whether it is Bun's."""
    origin, here = found.origin, found.place.directory
    if sources.installer == "npm":
        return workflow.step(origin, "Install", "npm ci --ignore-scripts", directory=here), False
    if sources.installer == "bun":
        command = "bun install --frozen-lockfile --ignore-scripts"
        return workflow.step(origin, "Install", command, directory=here), True
    message = "no package-lock.json or bun.lock: a release is built with the newest dependencies of the day"
    found.say(UNLOCKED, (), message, fix="run npm install and commit package-lock.json")
    return workflow.step(origin, "Install", "npm install --ignore-scripts --no-audit --no-fund", directory=here), False


def _files(exported: Entries | None) -> tuple[str, ...]:
    """Every file that an entry point may name."""
    if exported is None:
        return ()
    paths = {path for entry in exported.entries for path in (entry.esm, entry.cjs, entry.types) if path}
    return tuple(sorted(paths))
