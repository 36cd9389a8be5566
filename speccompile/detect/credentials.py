"""Credentials in the files that an installation copies: they would stay in the image's layers, as they are in the repository."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from speccompile.codes.stacks import CREDENTIALS
from speccompile.detect.placement import taken
from speccompile.diagnostics import Diagnostic, credentials_in
from speccompile.plan.image import ImageRecipe
from speccompile.project.tree import Tree
from speccompile.regex import regex
from speccompile.source import Span

# Manifests, lock files, and the configuration of package managers; not sources.
_READ = regex(
    r"(?:requirements|constraints)[\w.-]*\.(?:txt|in)|pip\.(?:conf|ini)|[\w.-]*\.(?:toml|lock|xml|properties|gradle|kts|cfg)|(?:package|composer|deno|npm-shrinkwrap|import_map)"
    r"[\w-]*\.jsonc?|auth\.json|[nN]u[gG]et\.[cC]onfig|bun\.lock|pnpm-[\w-]+\.yaml|Pipfile|Gemfile|go\.(?:mod|work|sum)|\.(?:npmrc|yarnrc|yarnrc\.yml)|maven\.config"
)
# How a variable is referred to, where that can be done.
_REFERENCES = (
    (regex(r"(?:requirements|constraints)[\w.-]*|pip\..*|\.npmrc|\.yarnrc\.yml"), "${TOKEN}"),
    (regex(r"[\w.-]*\.xml|maven\.config"), "${env.TOKEN}"),
    (regex(r"nuget\.config", re.IGNORECASE), "%TOKEN%"),
)
# A login of NuGet's, in the clear or encrypted for one user of Windows (https://learn.microsoft.com/nuget/reference/nuget-config-file#packagesourcecredentials).
_OF_NUGET = regex(
    r"""(?i)<add\s+key\s*=\s*["'](ClearTextPassword|Password)["']\s+value\s*=\s*["'](?!%\w+%["'])[^"']+["']"""
)
_COMMENT = ("#", ";", "//", "<!--")
# A name that is a secret's, and a value that is no reference to a variable.
_ASSIGNED = regex(
    r"""(?i)(?:^|[\s"'<./:_-])((?:_?auth_?token|npmAuthToken|npmAuthIdent|_auth|_?password|passphrase|token|secret[_-]?key|signing\.password|\w{0,40}(?:password|token)))"""
    r"""["']?\s*[=:>]\s*["']?(?!\$|%|\{|\}|<|true\b|false\b|null\b|findProperty|System\.|providers?\.|project\.|env[.(\[])([^\s"'<>,;{}()]{4,200})""",
)
_CONFIGURATION = regex(
    r"\.(?:npmrc|yarnrc|yarnrc\.yml)|settings\.xml|gradle\.properties|auth\.json|pip\.(?:conf|ini)|config\.toml|bunfig\.toml|maven\.config"
)


def credentials(image: ImageRecipe, tree: Tree) -> Iterator[Diagnostic]:
    """The credentials in manifests and the like that *image* copies one by one from the project *tree*."""
    for path in sorted(taken(image)):
        found = credential(path, tree)
        if found:
            yield found


def credential(path: str, tree: Tree) -> Diagnostic | None:
    """The first credential in the manifest or the like at *path*."""
    if not _READ.fullmatch(posixpath.basename(path)):
        return None
    for number, line in enumerate((tree.read(path) or "").splitlines(), 1):
        what = None if line.lstrip().startswith(_COMMENT) else _held(posixpath.basename(path), line)
        if what:
            return CREDENTIALS.at(
                Span(path, number, 1),
                f"{path} holds {what}, and is copied into the image",
                fix=f"make it void where it was issued, then {_instead(posixpath.basename(path))}",
            )
    return None


def _instead(name: str) -> str:
    """What to do with a file called *name* so that it works without the credential."""
    if name.endswith((".lock", "-lock.json", "-lock.yaml", "shrinkwrap.json", "go.sum")):
        return "take it out of the address that the manifest or the registry's configuration has, and write the lock file anew"
    reference = next((how for names, how in _REFERENCES if names.fullmatch(name)), None)
    wants = "write `build: {secrets: [TOKEN]}` into specs/deploy.yaml"
    if reference:
        return f"refer to a variable instead (`{reference}`), and {wants}"
    return f"take it out, let the package manager have it from a variable, and {wants}"


def _held(name: str, line: str) -> str | None:
    """What kind of credential a line holds; its value is never said."""
    found = credentials_in(line)
    if found:
        return f"a URL with {found}"
    if name.lower() == "nuget.config" and (login := _OF_NUGET.search(line)):
        return f"a value for {login[1]}"
    assigned = _ASSIGNED.search(line) if _CONFIGURATION.fullmatch(name) else None
    return f"a value for {assigned[1]}" if assigned else None
