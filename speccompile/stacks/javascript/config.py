"""What an installation reads beside manifests and lock: the package manager's configuration, patches, archives. Never
a secret."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from speccompile.codes.stacks_js import CREDENTIALS_LEFT_OUT, LOCAL_OUTSIDE
from speccompile.diagnostics import Diagnostic, quoted
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.regex import regex
from speccompile.stacks.facts import Withheld
from speccompile.stacks.javascript import patches
from speccompile.stacks.javascript.lockfiles import BERRY, BUN, NPM, PNPM, YARN, Locking
from speccompile.stacks.javascript.managers import YARNRC
from speccompile.stacks.javascript.packagejson import PATH
from speccompile.stacks.javascript.workspaces import PNPM_WORKSPACE, Workspace, local_paths
from speccompile.stacks.manifest import items, table, texts, word, yaml_table
from speccompile.stacks.sources import nameable

_READ = {
    NPM: (".npmrc",),
    PNPM: (".npmrc", PNPM_WORKSPACE, ".pnpmfile.cjs"),
    YARN: (".npmrc", ".yarnrc"),
    BERRY: (YARNRC,),
    BUN: (".npmrc", "bunfig.toml"),
}
_CREDENTIAL = regex(
    r"_auth|_password|authtoken|authident|\bpassword\b|\btoken\b|\bsecret|npmalwaysauth|keyfile|//[^/\s@]+@|"
    r"\busername\b|\bcertfile|\$\{",
    re.IGNORECASE,
)
# What is given to a name that speaks of a credential: in .npmrc and .yarnrc.yml ``${NAME}``, in bunfig.toml ``$NAME``.
_GIVEN = regex(
    r"(?:_auth\w*|_password|authtoken|authident|\bpassword|\btoken|\bsecret\w*|\busername|keyfile|certfile)[\"']?\s*[=:]\s*"
    r"[\"']?([^\"',}\s]*\}?)",
    re.IGNORECASE,
)
_VARIABLE = r"\$(?:\{([A-Za-z_]\w*)\??\}|([A-Za-z_]\w*))"
_MOST_FILES = 200


@record()
class Configuration:
    """Paths as seen from the workspace's root, sorted, those that want variables, and what is wrong: notes, and what stands in the way."""

    files: tuple[str, ...]
    withheld: tuple[Withheld, ...]
    notes: tuple[Diagnostic, ...]
    obstacles: tuple[Diagnostic, ...]


def configuration(workspace: Workspace, locking: Locking) -> Configuration:
    """What installing reads with the package manager of *locking*."""
    there = [path for path in _READ[locking] if workspace.tree.is_file(path)]
    secret = [path for path in there if _holds_secret(workspace.tree.read(path))]
    kept = [path for path in there if path not in secret]
    wanting = {path: names for path in secret if (names := _variables(workspace.tree.read(path) or ""))}
    more = [path for path in _more(workspace, locking) if nameable(path) and workspace.tree.is_file(path)]
    return Configuration(
        tuple(sorted({*kept, *more})),
        tuple(Withheld(path, names, _unsupplied(workspace, path, names)) for path, names in wanting.items()),
        tuple(_left_out(workspace, path) for path in secret if path not in wanting),
        tuple(_outside(workspace)),
    )


def _holds_secret(text: str | None) -> bool:
    """Whether a line that is no comment names a credential, or takes a value from the environment (which would be
    one); what cannot be read is taken for one."""
    if text is None:
        return True
    lines = (line.strip() for line in text.splitlines())
    return any(_CREDENTIAL.search(line) for line in lines if not line.startswith(("#", ";")))


def _variables(text: str) -> frozenset[str]:
    """The variables that a configuration takes its credentials from; none where one of these stands in it, or may do so."""
    found: set[str] = set()
    for line in text.splitlines():
        if line.strip().startswith(("#", ";")):
            continue
        found.update(one or other for one, other in re.findall(_VARIABLE, line))
        bare = re.sub(rf"{_VARIABLE}|npmAlwaysAuth", "", line)
        given = _GIVEN.findall(line)
        if _CREDENTIAL.search(bare) and not (given and all(re.fullmatch(_VARIABLE, value) for value in given)):
            return frozenset()
    return frozenset(found)


def _more(workspace: Workspace, locking: Locking) -> Iterator[str]:
    tree = workspace.tree
    yield from workspace.root.patched.values()
    if locking == PNPM:
        yield from texts((yaml_table(tree.read(PNPM_WORKSPACE)) or {}).get("patchedDependencies")).values()
    if locking == BERRY:
        plugins = items((yaml_table(tree.read(YARNRC)) or {}).get("plugins"))
        yield from (path for one in plugins if (path := word(table(one).get("path")) or word(one)))
        yield from _in(tree, ".yarn/patches")
    for directory in dict.fromkeys(("", workspace.place)):
        manifest = workspace.manifest(directory)
        if patches.PATCHES in manifest.all_dependencies:
            yield from _in(tree, posixpath.normpath(posixpath.join(directory, patches.directory(manifest))))
    for directory in ("", *workspace.linked):
        manifest = workspace.manifest(directory)
        for path in local_paths(manifest, manifest.all_dependencies):
            place = posixpath.normpath(posixpath.join(directory, path))
            yield place
            # npm links a directory; the others copy what is in it.
            if locking != NPM and tree.is_directory(place) and place in workspace.members:
                yield from list(_all(tree, place, 4))[:_MOST_FILES]


def _in(tree: Tree, directory: str) -> Iterator[str]:
    return (posixpath.join(directory, name) for name in tree.entries(directory) if not name.endswith("/"))


def _all(tree: Tree, directory: str, depth: int) -> Iterator[str]:
    for name in tree.entries(directory):
        path = posixpath.join(directory, name.rstrip("/"))
        if name.startswith(".") or name in ("node_modules/", PATH):
            continue
        if not name.endswith("/"):
            yield path
        elif depth:
            yield from _all(tree, path, depth - 1)


def _unsupplied(workspace: Workspace, path: str, names: frozenset[str]) -> Diagnostic:
    listed = ", ".join(sorted(names))
    return CREDENTIALS_LEFT_OUT.at(
        workspace.at(path),
        f"{path} takes credentials from {listed}, which the build is not told, so it was left out of the installation",
        fix=f"write `build: {{secrets: [{listed}]}}` for the service in deploy.yaml; `speccompile build` hands them on from the environment",
    )


def _left_out(workspace: Workspace, path: str) -> Diagnostic:
    return CREDENTIALS_LEFT_OUT.at(
        workspace.at(path),
        f"{path} names credentials, so it was left out of the installation",
        fix=f"make the credential void where it was issued, refer to a variable in its place (`${{TOKEN}}`), and write `build: {{secrets: [TOKEN]}}` into "
        f"specs/deploy.yaml; or keep it in the file of that name in your home directory, and only settings in the project's {path}",
    )


def _outside(workspace: Workspace) -> Iterator[Diagnostic]:
    for directory in dict.fromkeys(("", workspace.place)):
        manifest = workspace.manifest(directory)
        for path in local_paths(manifest, manifest.all_dependencies):
            place = posixpath.normpath(posixpath.join(directory, path))
            if place.startswith(("..", "/")) or not nameable(place):
                yield LOCAL_OUTSIDE.at(
                    workspace.at(posixpath.join(directory, PATH)),
                    f"a dependency is at {quoted(path)}, outside of what is installed together",
                    fix="make both members of a workspace that is locked at its root, or move it inside",
                )
