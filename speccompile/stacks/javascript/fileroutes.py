"""Health routes that are files: of frameworks whose routes are where their files are, as each documents it.

Only directories that can lead to a health route are looked into. A route counts where its file surely answers GET: by the method in its name, or by
what it exports.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping

from speccompile.lexing import Lexed
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.stacks.code import configuration, source
from speccompile.stacks.facts import Chosen
from speccompile.stacks.health_names import PART
from speccompile.stacks.javascript import bases
from speccompile.stacks.javascript.packagejson import PackageJson
from speccompile.stacks.javascript.routes import HEALTH

_SCRIPT = r"\.(?:ts|js|mjs|tsx|jsx)\Z"
# What leads on: groups and prefixes that routes of this kind are usually below, and the names themselves.
_LEADS = regex(rf"(?:\([\w-]+\)|api|v\d{{1,3}}|internal|{PART})\Z")
_GROUP = regex(r"\([\w-]+\)\Z")
_DEEPEST = 5
_GET = regex(r"\bexport\s+(?:(?:async\s+)?function\s+GET\b|const\s+GET\b|\{[^}]*\bGET\b)")
_ANY = regex(
    r"\bexport\s+(?:default\b|(?:async\s+)?function\s+(?:GET|ALL)\b|const\s+(?:GET|ALL)\b|\{[^}]*\b(?:GET|ALL|default)\b)"
)
_LOADER = regex(r"\bexport\s+(?:default\b|(?:async\s+)?function\s+loader\b|const\s+loader\b|\{[^}]*\bloader\b)")
_ANSWERS = regex(r"\bGET\b|\bcomponent\b")
_BY_NAME = regex(r"\bflatRoutes\(")
_CREATED = regex(r"""\bcreate(?:Server)?FileRoute\(\s*["'](?P<path>/[\w/.-]{1,80}?)/?["']""")


@record()
class _Kind:
    """Routes below some directories: the files that are ones, with what of their names is no part of the path; what they export to answer
    GET; and what stands before all paths."""

    roots: tuple[str, ...]
    file: re.Pattern[str]
    answers: re.Pattern[str] | None
    before: str = ""


def _named(pattern: str) -> re.Pattern[str]:
    return regex(pattern + _SCRIPT)


# https://nextjs.org/docs/app/building-your-application/routing/route-handlers, …/pages/…/api-routes; https://nuxt.com/docs/guide/directory-structure/server;
# https://svelte.dev/docs/kit/routing#server; https://docs.astro.build/en/guides/endpoints; https://docs.solidjs.com/solid-start/building-your-application/api-routes;
# https://remix.run/docs/en/main/file-conventions/routes
_FLAT = _Kind(("app/routes",), _named(r"(?P<name>[a-z][\w-]*(?:\.[a-z][\w-]*){0,3})"), _LOADER)
_NITRO = _named(r"(?P<name>[\w-]+)(?:\.get)?")
_ROUTES: Mapping[str, tuple[_Kind, ...]] = {
    "next": (
        _Kind(("app", "src/app"), _named("route"), _GET),
        _Kind(("pages/api", "src/pages/api"), _named(r"(?P<name>[\w-]+)"), _ANY, "/api"),
    ),
    "nuxt": (_Kind(("server/routes",), _NITRO, None), _Kind(("server/api",), _NITRO, None, "/api")),
    "@sveltejs/kit": (_Kind(("src/routes",), _named(r"\+server"), _GET),),
    "astro": (_Kind(("src/pages",), _named(r"(?P<name>[\w-]+)"), _ANY),),
    "@solidjs/start": (_Kind(("src/routes",), _named(r"(?P<name>[\w-]+)"), _ANY),),
    **dict.fromkeys(("@remix-run/serve", "@remix-run/dev"), (_FLAT,)),
}
_BASES = {"next": "Next.js", "nuxt": "Nuxt", "@sveltejs/kit": "SvelteKit", "astro": "Astro"}
# https://reactrouter.com/start/framework/routing: a table, or the files' names by @react-router/fs-routes.
_TABLE = ("app/routes.ts", "app/routes.js")
_ROUTE = regex(r"""\broute\(\s*["']/?(?P<path>[\w/-]{1,80}?)/?["']""")
_NESTED = regex(r"\b(?:prefix|layout)\(")
_CREATED_IN = {
    "@tanstack/react-start": ("src/routes", "app/routes"),
    "@tanstack/solid-start": ("src/routes", "app/routes"),
}


def health(tree: Tree, package: PackageJson, framework: str) -> Chosen | None:
    """The first route of *framework*'s files in *tree* that is called like one for health; None where none surely answers GET."""
    before = bases.base(tree, package, _BASES.get(framework, ""), ())
    kinds = _ROUTES.get(framework, ())
    if framework in ("@react-router/serve", "@react-router/dev"):
        kinds = (_FLAT,) if _configured(tree).search(_BY_NAME) else ()
    found = (*_of_files(tree, kinds), *_of_calls(tree, framework), *_of_table(tree, framework))
    fitting = ((path, span) for path, span in found if HEALTH.search(path))
    path, span = next(fitting, ("", None))
    return (
        Chosen("health", f"{before}{path}", f"{span.path}:{span.line}" if span.line else span.path, span)
        if span
        else None
    )


def _configured(tree: Tree) -> Lexed:
    return configuration(tree, _TABLE)


def _of_table(tree: Tree, framework: str) -> Iterator[tuple[str, Span]]:
    """Routes of React Router's table; what is nested has another path than it says."""
    if not framework.startswith("@react-router/"):
        return
    for path in _TABLE:
        text = source(tree, path)
        for match in () if text.search(_NESTED) else text.finditer(_ROUTE):
            yield f"/{match['path']}", Span(path, text.line(match.start()), text.column(match.start()))


def _of_files(tree: Tree, kinds: tuple[_Kind, ...]) -> Iterator[tuple[str, Span]]:
    for kind in kinds:
        for root in kind.roots:
            for directory, name in _files(tree, root, _DEEPEST):
                match = kind.file.match(name)
                place = posixpath.join(directory, name)
                span = _answering(tree, place, kind.answers) if match else None
                if match and span:
                    yield _path(kind, posixpath.relpath(directory, root), match.groupdict().get("name")), span


def _of_calls(tree: Tree, framework: str) -> Iterator[tuple[str, Span]]:
    """Routes that say their path themselves."""
    for root in _CREATED_IN.get(framework, ()):
        for directory, name in _files(tree, root, _DEEPEST):
            place = posixpath.join(directory, name)
            text = source(tree, place) if re.search(_SCRIPT, name) and HEALTH.search(f"/{name.split('.')[0]}") else None
            if text and text.search(_ANSWERS) and (match := text.search(_CREATED)):
                yield match["path"], Span(place, text.line(match.start()), text.column(match.start()))


def _files(tree: Tree, directory: str, depth: int) -> Iterator[tuple[str, str]]:
    """Files that may be health routes: below directories that can lead to one."""
    for entry in tree.entries(directory) if depth else ():
        if not entry.endswith("/"):
            yield directory, entry
        elif _LEADS.match(entry[:-1]):
            yield from _files(tree, posixpath.join(directory, entry[:-1]), depth - 1)


def _path(kind: _Kind, below: str, name: str | None) -> str:
    parts = [part for part in below.split("/") if part != "." and not _GROUP.match(part)]
    own = [name.replace(".", "/")] if name and name != "index" else []
    return kind.before + "".join(f"/{part}" for part in (*parts, *own))


def _answering(tree: Tree, path: str, answers: re.Pattern[str] | None) -> Span | None:
    """Where the file *path* says that it answers GET; its name said it where nothing is to be looked for."""
    if answers is None:
        return Span(path)
    text = source(tree, path)
    match = text.search(answers)
    return Span(path, text.line(match.start()), text.column(match.start())) if match else None
