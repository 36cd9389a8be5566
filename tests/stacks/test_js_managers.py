"""Package managers: which one, which version of it, what it reads, and whether its lock fits."""

from __future__ import annotations

import json
from typing import Any

import pytest

from speccompile.detect.detection import detect
from speccompile.project.memory import MemoryTree
from speccompile.stacks.javascript import native
from speccompile.stacks.javascript.facts import JsFacts

WANTED = {"hono": "^4", "@x/y": "1.0.0"}
PNPM9 = """\
lockfileVersion: '9.0'

catalogs:
  default:
    other:
      specifier: ^1
      version: 1.0.0

importers:

  .:
    dependencies:
      hono:
        specifier: ^4
        version: 4.0.0
      '@x/y':
        specifier: 1.0.0
        version: 1.0.0

packages:

  hono@4.0.0:
    resolution: {integrity: sha512-x}
"""
PNPM6 = "lockfileVersion: '6.0'\n\ndependencies:\n  hono:\n    specifier: ^4\n    version: 4.0.0\n  '@x/y':\n    specifier: 1.0.0\n    version: 1.0.0\n"
PNPM5 = "lockfileVersion: 5.4\n\nspecifiers:\n  hono: ^4\n  '@x/y': 1.0.0\n\ndependencies:\n  hono: 4.0.0\n  '@x/y': 1.0.0\n"
YARN1 = '# yarn lockfile v1\n\n\n"@x/y@1.0.0", "@x/y@^1":\n  version "1.0.0"\n\nhono@^4:\n  version "4.0.0"\n'
BERRY = '__metadata:\n  version: 8\n\n"@x/y@npm:1.0.0":\n  version: 1.0.0\n\n"hono@npm:^4, hono@npm:^4.0":\n  version: 4.0.0\n'
BERRY3 = BERRY.replace("version: 8", "version: 6")
NPM = json.dumps({"lockfileVersion": 3, "packages": {"": {"dependencies": WANTED}}})


def facts(files: dict[str, str], **data: Any) -> JsFacts:
    """What is known of a project with these files."""
    manifest = json.dumps({"dependencies": WANTED, "scripts": {"start": "node a.js"}, **data})
    found = detect(MemoryTree({"a.js": "", "package.json": manifest, **files})).facts
    assert isinstance(found, JsFacts)
    return found


LOCKED = [
    ({"pnpm-lock.yaml": PNPM9}, {}, "pnpm@9.15.9"),
    ({"pnpm-lock.yaml": PNPM6}, {}, "pnpm@8.15.9"),
    ({"pnpm-lock.yaml": PNPM5}, {}, "pnpm@7.33.7"),
    ({"pnpm-lock.yaml": PNPM9, "pnpm-workspace.yaml": "onlyBuiltDependencies: [x]"}, {}, "pnpm@10.34.9"),
    ({"pnpm-lock.yaml": PNPM9}, {"packageManager": "pnpm@9.1.2+sha512.abc="}, "pnpm@9.1.2"),
    ({"pnpm-lock.yaml": PNPM9}, {"engines": {"pnpm": ">=8"}}, "pnpm@10.34.9"),
    ({"pnpm-lock.yaml": PNPM9}, {"engines": {"pnpm": "^8"}}, "pnpm@8.15.9"),
    ({"pnpm-lock.yaml": PNPM9}, {"volta": {"pnpm": "9.4.0"}}, "pnpm@9.4.0"),
    ({"pnpm-lock.yaml": PNPM9}, {"packageManager": "pnpm@latest; rm -rf /"}, "pnpm@9.15.9"),
    ({"yarn.lock": YARN1}, {}, "yarn@1.22.22"),
    ({"yarn.lock": YARN1}, {"packageManager": "yarn@1.22.19"}, "yarn@1.22.19"),
    ({"yarn.lock": BERRY}, {}, "@yarnpkg/cli-dist@4.18.1"),
    ({"yarn.lock": BERRY3}, {}, "@yarnpkg/cli-dist@3.8.7"),
    ({"yarn.lock": BERRY}, {"packageManager": "yarn@4.5.0"}, "@yarnpkg/cli-dist@4.5.0"),
    ({"yarn.lock": BERRY, ".yarnrc.yml": "yarnPath: .yarn/releases/yarn-4.2.2.cjs"}, {}, "@yarnpkg/cli-dist@4.2.2"),
    ({"package-lock.json": NPM}, {}, ""),
    ({"package-lock.json": NPM}, {"packageManager": "npm@10.8.1"}, "npm@10.8.1"),
    ({"package-lock.json": NPM}, {"engines": {"npm": ">=9"}}, ""),
]  # fmt: skip


@pytest.mark.parametrize(("files", "data", "setup"), LOCKED)
def test_the_manager_and_its_version(files: dict[str, str], data: dict[str, Any], setup: str) -> None:
    """What names it; else what wrote the lock. Each of these locks fits the manifest."""
    found = facts(files, **data)
    assert found.setup == setup
    assert found.obstacles == ()


@pytest.mark.parametrize(
    "files", [{"pnpm-lock.yaml": one} for one in (PNPM9, PNPM6, PNPM5)] + [{"yarn.lock": YARN1}, {"yarn.lock": BERRY}]
)
@pytest.mark.parametrize("wanted", [{**WANTED, "hono": "^5"}, {**WANTED, "new": "1"}])
def test_a_stale_lock(files: dict[str, str], wanted: dict[str, str]) -> None:
    """A range that changed, and a dependency that is new."""
    (one,) = facts(files, dependencies=wanted).obstacles
    assert one.code == "SC239"
    assert next(iter(wanted.keys() - WANTED.keys()), "hono") in one.message


@pytest.mark.parametrize("files", [{"pnpm-lock.yaml": PNPM9}, {"yarn.lock": YARN1}, {"yarn.lock": BERRY}])
def test_what_a_lock_does_not_show(files: dict[str, str]) -> None:
    """Overrides decide for themselves."""
    overridden = {
        "overrides": {"hono": "4.1.0"},
        "resolutions": {"**/hono": "4.1.0"},
        "pnpm": {"overrides": {"hono@4": "4.1"}},
    }
    assert facts(files, dependencies={**WANTED, "hono": "^4.1"}, **overridden).obstacles == ()


def test_what_pnpm_overrides_in_its_own_file() -> None:
    """The lock has the version that the workspace decides for."""
    files = {"pnpm-lock.yaml": PNPM9, "pnpm-workspace.yaml": "overrides:\n  hono: ^4\n"}
    assert facts(files, dependencies={**WANTED, "hono": "catalog:"}).obstacles == ()


def test_several_locks() -> None:
    """The one that fits is followed, and it is said; ``packageManager`` ends the doubt."""
    both = {"package-lock.json": json.dumps({"packages": {"": {"dependencies": {"old": "1"}}}}), "yarn.lock": YARN1}
    found = facts(both)
    assert (found.manager.manager, [one.code for one in found.diagnostics]) == ("yarn", ["SC255"])
    assert facts(both, packageManager="yarn@1.22.22").diagnostics == ()


@pytest.mark.parametrize(
    "text",
    [
        "//registry.example.com/:_authToken=abc",
        "//registry.example.com/:_authToken=x${NPM_TOKEN}",
        "//registry.example.com/:_authToken=${NPM_TOKEN}\n_password=abc",
        "registry=https://me:${NPM_TOKEN}@registry.example.com/",
        "//registry.example.com/:_authToken=${NPM_TOKEN:-abc}",
        "_auth=abc",
        "registry=https://me:secret@registry.example.com/",
        "//registry.example.com/:_password=abc",
        "email=a@b.c\n_AUTH = x",
    ],
)
def test_credentials_are_left_out(text: str) -> None:
    """The file is not copied, and it is said."""
    found = facts({"package-lock.json": NPM, ".npmrc": text})
    assert found.configuration == ()
    assert [one.code for one in found.diagnostics] == ["SC258"]


@pytest.mark.parametrize(
    ("lock", "path", "text"),
    [
        ({"package-lock.json": NPM}, ".npmrc", "//registry.example.com/:_authToken=${NPM_TOKEN}\nalways-auth=true"),
        (
            {"package-lock.json": NPM},
            ".npmrc",
            "@acme:registry=${WHERE}\n//registry.example.com/:_authToken=${NPM_TOKEN}",
        ),
        (
            {"pnpm-lock.yaml": PNPM9},
            ".npmrc",
            "//registry.example.com/:username=me\n//registry.example.com/:_password=${NPM_TOKEN}",
        ),
    ],
)
def test_credentials_by_variables_want_those(lock: dict[str, str], path: str, text: str) -> None:
    """The file is withheld, and the fix is what makes it part of the installation; with an inline user it is not touched."""
    found = facts({**lock, path: text})
    assert found.configuration == ()
    if "username=me" in text:
        assert (found.withheld, [one.code for one in found.diagnostics]) == ((), ["SC258"])
        return
    (one,) = found.withheld
    assert (one.path, one.note.code, found.diagnostics) == (path, "SC258", ())
    assert f"secrets: [{', '.join(sorted(one.variables))}]" in one.note.fix
    assert found.admitted(one.variables) == (path,)
    assert found.admitted(frozenset()) == ()


def test_configuration_is_copied() -> None:
    """Settings, patches, plugins: what the installation reads."""
    found = facts({"package-lock.json": NPM, ".npmrc": "legacy-peer-deps=true\n; _auth=example\n"})
    assert (found.configuration, found.diagnostics) == ((".npmrc",), ())
    patched = {"pnpm": {"patchedDependencies": {"hono@4.0.0": "patches/hono.patch", "x": "../outside.patch"}}}
    found = facts({"pnpm-lock.yaml": PNPM9, "patches/hono.patch": "", ".pnpmfile.cjs": ""}, **patched)
    assert found.configuration == (".pnpmfile.cjs", "patches/hono.patch")
    yarnrc = "plugins:\n  - path: .yarn/plugins/p.cjs\n    spec: p\n  - .yarn/plugins/q.cjs\n"
    files = {"yarn.lock": BERRY, ".yarnrc.yml": yarnrc, ".yarn/plugins/p.cjs": "", ".yarn/patches/a.patch": ""}
    assert facts(files).configuration == (".yarn/patches/a.patch", ".yarn/plugins/p.cjs", ".yarnrc.yml")


def test_yarn_3_needs_a_plugin_to_leave_development_out() -> None:
    """Without it everything is installed, and it is said."""
    found = facts({"yarn.lock": BERRY3})
    assert (found.everything, [one.code for one in found.diagnostics]) == (True, ["SC256"])
    plugin = "plugins:\n  - path: .yarn/plugins/@yarnpkg/plugin-workspace-tools.cjs\n    spec: '@yarnpkg/plugin-workspace-tools'\n"
    assert not facts({"yarn.lock": BERRY3, ".yarnrc.yml": plugin}).everything


@pytest.mark.parametrize(
    ("lock", "there"),
    [
        ('"node_modules/sqlite3": {', True),
        ('"node_modules/better-sqlite3": {', False),
        ("\n  sqlite3@5.1.7:\n", True),
        ('\n"sqlite3@npm:^5":\n', True),
        ("\nsqlite3@^5:\n", True),
        ('"sqlite3": ["sqlite3@5.1.7", ""', True),
        ('"node_modules/sqlite3-wrapper": {', False),
        ("", False),
    ],
)
def test_native_packages_in_a_lock(lock: str, there: bool) -> None:
    """In the words of each manager's lock."""
    assert [one.name for one in native.known(frozenset(), lock) if one.name == "sqlite3"] == (
        ["sqlite3"] if there else []
    )


def test_the_table_of_native_packages_is_in_order() -> None:
    """Each once, with a reason, and every Debian package with the line of its version."""
    names = [one.name for one in native.NATIVE]
    assert names == sorted(set(names))
    for one in native.NATIVE:
        assert one.reason
        assert one.build or one.runtime
        assert all("=" in word for word in (*one.build, *one.runtime))
