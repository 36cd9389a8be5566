"""What lies beside sources of TypeScript and is opened from there, when nothing but tsc builds: it compiles, and copies nothing."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from speccompile.codes.stacks_js import NOT_BUILT
from speccompile.diagnostics import Diagnostic, quoted
from speccompile.lexing import lex
from speccompile.project.tree import Tree
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.stacks.directories import inside
from speccompile.stacks.javascript.packagejson import PackageJson
from speccompile.stacks.manifest import jsonc_table, table, word

_ALONE = regex(
    r"(?:(?:npx\s+)?(?:tsc|tsc-alias|tspaths|resolve-tspaths|rimraf|prisma generate)\b[^&;|]*|rm\s+-rf?\s[^&;|]*|npm run clean)\Z"
)
# The directory of the compiled file, and what is opened there, within one expression.
_BESIDE = regex(
    r"(?:__dirname|import\.meta\.(?:dirname|url|filename))[^;\n]{0,80}?[\"'`](?:\./)?([\w./@-]{1,120})[\"'`]"
    r"|new URL\(\s*[\"'`](?:\./)?([\w./@-]{1,120})[\"'`]\s*,\s*import\.meta\.url"
)
_COMPILED = (".ts", ".tsx", ".mts", ".cts", ".js", ".mjs", ".cjs", ".jsx", ".map")
_SOURCES = (".ts", ".mts", ".cts", ".tsx")
_MOST, _SHOWN = 200, 5


def uncopied(tree: Tree, package: PackageJson, build: str | None, made: tuple[str, ...]) -> Iterator[Diagnostic]:
    """A warning of what the sources in *tree* open beside themselves, where the script *build* of *package* makes the directories *made* with tsc alone."""
    script = package.scripts.get(build or "", "")
    steps = [step.strip() for step in script.replace("&&", ";").split(";")]
    if not made or not any("tsc" in step for step in steps) or not all(_ALONE.match(step) for step in steps):
        return
    first: Span | None = None
    missing: list[str] = []
    for path in list(_paths(tree, frozenset(one.rstrip("/") for one in made)))[:_MOST]:
        code = lex(path, tree.read(path) or "")
        for match in code.finditer(_BESIDE):
            named = posixpath.normpath(posixpath.join(posixpath.dirname(path), match[1] or match[2]))
            there = tree.is_file(named) or (tree.is_directory(named) and not _is_compiled(tree, named))
            mine = named.startswith(f"{path.partition('/')[0]}/")
            if there and mine and not named.endswith((*_COMPILED, ".json")) and named not in missing:
                first = first or Span(path, code.line(match.start()), code.column(match.start()))
                missing.append(named)
    if first:
        shown = ", ".join(quoted(one) for one in missing[:_SHOWN]) + (
            f" and {len(missing) - _SHOWN} more" if missing[_SHOWN:] else ""
        )
        root = (
            word(table(jsonc_table(tree.read("tsconfig.json")), "compilerOptions").get("rootDir"))
            or missing[0].partition("/")[0]
        )
        folder = posixpath.normpath(root)
        inner = missing[0] if tree.is_directory(missing[0]) else posixpath.dirname(missing[0])
        target = posixpath.join(made[0].rstrip("/"), posixpath.dirname(inner.removeprefix(f"{folder}/")))
        yield NOT_BUILT.at(
            first,
            f"the sources open {shown} beside themselves, and what is compiled lies in {made[0].rstrip('/')}/, into which tsc copies nothing",
            fix=f'copy it when it is built: `"{build}": "{script} && cp -R {inner} {target.rstrip("/") or "."}/"`',
        )


def _paths(tree: Tree, made: frozenset[str]) -> Iterator[str]:
    for folder in inside(tree, ""):
        if folder and folder.partition("/")[0] not in made:
            yield from (f"{folder}/{name}" for name in tree.entries(folder) if name.endswith(_SOURCES))


def _is_compiled(tree: Tree, directory: str) -> bool:
    """Whether a directory has nothing but what tsc compiles."""
    return all(suffix in _COMPILED for suffix in tree.about("suffixes", directory))
