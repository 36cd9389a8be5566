"""What a package.json lacks, seen in the sources; and what is said about the rest."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
from libraries import manifest, npm

from speccompile.codes.code import Code
from speccompile.codes.package import (
    ASSUMED,
    GAP,
    INEXPRESSIBLE,
    INSTALL_HOOK,
    KEPT,
    PRIVATE,
    UNLOCKED,
    UNPUBLISHABLE,
    UNREADABLE,
    UNTYPED,
)
from speccompile.diagnostics import Severity
from speccompile.errors import Refused
from speccompile.lower.package import Choices, Place

TSCONFIG = """\
{
  // what tsc reads: comments, and commas at the end
  "extends": "./tsconfig.base.json",
  "compilerOptions": { "outDir": "./dist", "rootDir": "src", /* "rootDir": "lib", */ "declaration": true, },
}
"""
TYPESCRIPT = {
    "package.json": manifest(type="module"),
    "tsconfig.json": TSCONFIG,
    "tsconfig.base.json": '{"compilerOptions": {"module": "NodeNext", "outDir": "out"}}',
    "src/index.ts": "export const one = 1;\n",
    "package-lock.json": "{}",
    "README.md": "",
    "LICENSE": "",
}


def settings(files: Mapping[str, str], *entries: tuple[str, str]) -> dict[str, object]:
    """The settings for *files*, of which *entries* are exported, by their dotted keys."""
    package, _ = npm(files, entries=entries)
    return {".".join(setting.keys): json.loads(setting.value) for setting in package.settings}


def codes(files: Mapping[str, str]) -> set[str]:
    """The codes of what is said about *files*."""
    return {diagnostic.code for diagnostic in npm(files)[1]}


def test_typescript() -> None:
    """Everything follows from tsconfig.json, also what it inherits."""
    assert settings(TYPESCRIPT) == {
        "exports": {
            ".": {"types": "./dist/index.d.ts", "import": "./dist/index.js"},
            "./package.json": "./package.json",
        },
        "main": "./dist/index.js",
        "types": "./dist/index.d.ts",
        "files": ["dist"],
        "scripts": {"build": "tsc -p tsconfig.json", "prepublishOnly": "npm run build"},
        "publishConfig": {"access": "public", "provenance": True},
    }


@pytest.mark.parametrize(
    ("module", "wanted"),
    [("NodeNext", "commonjs"), ("node16", "commonjs"), ("ES2022", "module"), ("CommonJS", "commonjs")],
)
def test_type_says_what_the_build_writes(module: str, wanted: str) -> None:
    """Without `type`, tsc writes CommonJS for Node's module settings, and what is asked for otherwise."""
    config = {"compilerOptions": {"module": module, "outDir": "dist", "rootDir": "src"}}
    found = settings({**TYPESCRIPT, "package.json": manifest(), "tsconfig.json": json.dumps(config)})
    assert found["type"] == wanted
    condition = "import" if wanted == "module" else "default"
    assert found["exports"] == {".": {condition: "./dist/index.js"}, "./package.json": "./package.json"}


def test_extensions_and_declaration_directory() -> None:
    """An .mts becomes .mjs and .d.mts, declarations where they are put."""
    config = {"compilerOptions": {"outDir": "lib", "declarationDir": "types", "declaration": True, "rootDir": "src"}}
    files = {**TYPESCRIPT, "tsconfig.json": json.dumps(config), "src/index.mts": ""}
    del files["src/index.ts"]
    found = settings(files)
    assert found["exports"] == {
        ".": {"types": "./types/index.d.mts", "import": "./lib/index.mjs"},
        "./package.json": "./package.json",
    }
    assert found["files"] == ["lib", "types"]


def test_both_formats() -> None:
    """require is there only because a CommonJS build is named."""
    files = {
        **TYPESCRIPT,
        "package.json": manifest(type="module", main="dist/index.cjs", module="dist/index.js", types="dist/index.d.ts"),
    }
    exports = settings(files)["exports"]
    assert isinstance(exports, dict)
    assert list(exports["."].items()) == [
        ("types", "./dist/index.d.ts"),
        ("import", "./dist/index.js"),
        ("require", "./dist/index.cjs"),
    ]


def test_several_entries() -> None:
    """Subpaths that somebody has said."""
    files = {**TYPESCRIPT, "src/text/index.ts": ""}
    exports = settings(files, (".", "src/index.ts"), ("./text", "src/text/index.ts"))["exports"]
    assert isinstance(exports, dict)
    assert exports["./text"] == {"types": "./dist/text/index.d.ts", "import": "./dist/text/index.js"}


def test_javascript() -> None:
    """Without a build, the sources are shipped; their syntax tells the format."""
    for source, kind in (("import x from 'y';\n", "module"), ("module.exports = 1;\n", "commonjs")):
        found = settings({"package.json": manifest(), "index.js": source, "index.d.ts": ""})
        assert (found["type"], found["files"]) == (kind, ["index.js", "index.d.ts"])
        assert "scripts" not in found


def test_what_main_leaves_out() -> None:
    """Node.js finds endings for main, not for exports."""
    for main, path in (
        ("./lib", "./lib/index.js"),
        ("lib/index", "./lib/index.js"),
        ("lib/index.js", "./lib/index.js"),
    ):
        files = {"package.json": manifest(main=main), "lib/index.js": "module.exports = 1;\n"}
        assert settings(files)["exports"] == {".": {"default": path}, "./package.json": "./package.json"}


def test_nothing_missing() -> None:
    """A complete manifest is left alone, and nothing is said about it."""
    package, _ = npm(TYPESCRIPT)
    complete = json.loads(TYPESCRIPT["package.json"]) | {s.keys[0]: json.loads(s.value) for s in package.settings}
    complete |= {"license": "MIT", "repository": "github:example/lib", "description": "A library"}
    assert settings({**TYPESCRIPT, "package.json": json.dumps(complete)}) == {}
    assert npm({**TYPESCRIPT, "package.json": json.dumps(complete)})[1] == ()


@pytest.mark.parametrize(
    ("keys", "code", "line"),
    [
        ({"private": True}, PRIVATE, 5),
        ({"publishConfig": {"access": "restricted"}}, KEPT, 6),
        ({"publishConfig": {"provenance": False}}, KEPT, 6),
        ({"publishConfig": {"registry": "https://npm.example.com"}}, KEPT, 6),
        ({"scripts": {"postinstall": "node setup.js"}}, INSTALL_HOOK, 6),
        ({"files": ["lib"]}, KEPT, 5),
        ({"exports": {"import": "./dist/index.js", "types": "./dist/index.d.ts"}}, KEPT, 5),
        ({"exports": {".": {"default": "./dist/index.js", "import": "./dist/index.js"}}}, KEPT, 5),
    ],
)
def test_what_is_the_users_is_kept(keys: dict[str, object], code: Code, line: int) -> None:
    """Said with its place, and not overridden."""
    files = {**TYPESCRIPT, "package.json": manifest(type="module", **keys)}
    package, notes = npm(files)
    said = [note for note in notes if note.code == code.id]
    assert {note.span.line for note in said} == {line}
    assert all(note.severity is not Severity.ERROR for note in notes)
    values = json.loads(files["package.json"])
    for setting in package.settings:
        holder = values
        for key in setting.keys[:-1]:
            holder = holder[key]
        assert setting.keys[-1] not in holder


def test_restricted_packages_stay_restricted() -> None:
    """The workflow publishes as the manifest says, and does not attest what nobody can see."""
    package, _ = npm({**TYPESCRIPT, "package.json": manifest(type="module", publishConfig={"access": "restricted"})})
    assert package.workflow.jobs[1].steps[-1].script == ("npm publish --access restricted",)
    assert not [setting for setting in package.settings if setting.keys[0] == "publishConfig"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"package-lock.json": None}, UNLOCKED),
        ({"tsconfig.json": '{"compilerOptions": {"outDir": "dist", "rootDir": "src"}}'}, UNTYPED),
        ({"tsconfig.json": '{"compilerOptions": {"outDir": "dist", "declaration": true}}'}, ASSUMED),
        ({"README.md": None}, GAP),
        ({"LICENSE": None}, GAP),
    ],
)
def test_notes(change: dict[str, str | None], code: Code) -> None:
    """What is missing besides, is said."""
    whole = {
        **TYPESCRIPT,
        "package.json": manifest(type="module", license="MIT", repository="x/y", description="A library"),
    }
    assert code.id not in codes(whole)
    assert code.id in codes({path: text for path, text in (whole | change).items() if text is not None})


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", UNREADABLE),
        ("[]", UNREADABLE),
        ('{"name": "lib",}', UNREADABLE),
        ('{"name": "lib", "name": "lib", "version": "1.0.0"}', UNREADABLE),
        ('{"name": "lib", "version": NaN}', UNREADABLE),
        ("[" * 100_000, UNREADABLE),
        ('{"version": "1.0.0"}', UNPUBLISHABLE),
        ('{"name": "Upper Case", "version": "1.0.0"}', UNPUBLISHABLE),
        ('{"name": "lib", "version": "one"}', UNPUBLISHABLE),
        ('{"name": "lib", "version": "1.0.0"}', UNPUBLISHABLE),
        ('{"name": "lib", "version": "1.0.0", "main": "../elsewhere.js"}', UNPUBLISHABLE),
    ],
)
def test_refused(text: str, code: Code) -> None:
    """Nothing is made of what cannot be published."""
    with pytest.raises(Refused) as refused:
        npm({"package.json": text})
    assert [diagnostic.code for diagnostic in refused.value.diagnostics] == [code.id]


def test_odd_directory() -> None:
    """No workflow gets a directory's name that it could take for something else."""
    with pytest.raises(Refused) as refused:
        npm(TYPESCRIPT, Place("lib", "pack ${{ x }}/package.json"))
    assert refused.value.diagnostics[0].code == INEXPRESSIBLE.id


def test_bun() -> None:
    """A lock file of Bun is installed by Bun, of the version that was chosen."""
    files = {path: text for path, text in TYPESCRIPT.items() if path != "package-lock.json"} | {"bun.lock": "{}"}
    package, _ = npm(files, choices=Choices(bun="1.2.3"))
    steps = package.workflow.jobs[1].steps
    assert ("BUN_VERSION", "1.2.3") in [pair for step in steps for pair in step.environment]
    assert ("bun install --frozen-lockfile --ignore-scripts",) in [step.script for step in steps]


def test_among_others() -> None:
    """In a project of several services, everything has the service's name."""
    package, _ = npm(TYPESCRIPT, Place("core", "packages/core/package.json", "core", alone=False))
    assert (package.patch, package.workflow.path) == ("core/package.json.patch", "core/npm-publish-core.yml")
    publish = package.workflow.jobs[1]
    assert {step.directory for step in publish.steps if step.script[-1].startswith("npm ")} == {"packages/core"}
    assert ("TAG_PREFIX", "core-v") in [pair for step in publish.steps for pair in step.environment]
