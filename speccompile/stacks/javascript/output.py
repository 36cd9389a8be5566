"""Where the build script of a package.json writes: read from the script and from the tools' configuration."""

from __future__ import annotations

import posixpath
import re
import shlex
from collections.abc import Iterator
from itertools import pairwise

from speccompile.project.tree import Tree
from speccompile.regex import regex
from speccompile.stacks.code import configuration
from speccompile.stacks.javascript import launchers
from speccompile.stacks.javascript.packagejson import PackageJson
from speccompile.stacks.manifest import jsonc_table, table, word, words
from speccompile.stacks.sources import nameable

_FLAG = regex(r"--(?:outdir|outDir|out-dir|outfile|outFile|out|output|output-path|dist-dir|dest)(?:=|\s+)([^\s=-]\S*)")
_SHORT = regex(r"\s-(?:o|d)\s+([^\s-]\S*)")
_SHORT_TOOLS = ("babel", "esbuild", "rollup", "webpack", "swc", "ncc", "microbundle", "tsup", "parcel")
_CONFIGURED = regex(r"""\b(?:outDir|outdir|distDir|buildDir|dir)\s*:\s*["']([^"'\n]{1,100})["']""")
_JAVASCRIPT = {".mts": ".mjs", ".cts": ".cjs"}
_NAMES_SCRIPTS = regex(r"\b(?:npm-run-all|run-s|run-p)\s+([^&|;]{1,200})")
_NAMES_A_SCRIPT = regex(r"\b(?:npm|pnpm|yarn|bun)\s+(?:run\s+)?([\w:.-]+)")

# Tools, the directory they write by themselves, and the files that may name another one.
_TOOLS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("next build", ".next", ("next.config.js", "next.config.mjs", "next.config.ts")),
    ("nuxt build", ".output", ()),
    ("react-router build", "build", ()),
    ("remix vite:build", "build", ()),
    ("remix build", "build", ()),
    ("vite build", "dist", ("vite.config.ts", "vite.config.js", "vite.config.mjs")),
    ("vite-build", "dist", ()),
    ("astro build", "dist", ("astro.config.mjs", "astro.config.ts", "astro.config.js")),
    ("nest build", "dist", ()),
    ("tsup", "dist", ("tsup.config.ts", "tsup.config.js")),
    ("tsdown", "dist", ("tsdown.config.ts",)),
    ("unbuild", "dist", ()),
    ("webpack", "dist", ()),
    ("rollup", "dist", ()),
    ("ncc build", "dist", ()),
    ("parcel build", "dist", ()),
    ("react-scripts build", "build", ()),
    ("medusa build", ".medusa", ()),
)


def outputs(tree: Tree, package: PackageJson, script: str, started: str | None) -> tuple[str, ...]:
    """The top-level directories that the build *script* makes, sorted; *started* is the file that will be run."""
    found = set()
    for path in _written(tree, _whole(package, script), started):
        top = posixpath.normpath(path).partition("/")[0]
        if nameable(path) and top not in ("node_modules", "src", ".git") and not tree.is_file(top):
            found.add(top)
    return tuple(sorted(found))


def makes(made: tuple[str, ...], path: str) -> bool:
    """Whether *path* is in one of the directories that a build makes."""
    return any(path == directory or path.startswith(f"{directory}/") for directory in made)


def compiled(tree: Tree, package: PackageJson, entry: str) -> str | None:
    """The file that the build script makes of the source *entry*; None where it makes none, or that cannot be told."""
    if "build" not in package.scripts or not tree.is_file(entry):
        return None
    made, script = outputs(tree, package, "build", None), _whole(package, "build")
    stem, suffix = posixpath.splitext(entry)
    name = posixpath.basename(stem)
    main = posixpath.normpath(package.main) if package.main else ""
    if makes(made, main) and posixpath.splitext(posixpath.basename(main))[0] in (name, main):
        return main
    file = next((match[1] for match in re.finditer(r"--outfile[= ]([^\s-]\S*)", script)), None)
    if file:
        return posixpath.normpath(file)
    if not made:
        return None
    if re.search(r"\b(?:tsup|tsdown|esbuild)\b", script):
        modern = bool(re.search(r"format[= ]\S*esm", script))
        ending = ".js" if "esbuild" in script or modern == package.esm else (".mjs" if modern else ".cjs")
        return f"{made[0]}/{name}{ending}"
    if re.search(r"\b(?:tsc|nest build|swc|babel|ttsc|tspc)\b", script):
        inside = stem.removeprefix("src/") if _rooted_in_src(tree, script) else stem
        return f"{made[0]}/{inside}{_JAVASCRIPT.get(suffix, '.js')}"
    return None


def _rooted_in_src(tree: Tree, script: str) -> bool:
    """Whether the compiler drops ``src/``: it is told to, or there is nothing to compile beside it."""
    if re.search(r"\b(?:swc|babel)\b", script):
        return True
    named = _after(script, ("-p", "--project", "-b", "--build"))
    usual = "tsconfig.build.json" if "nest build" in script and tree.is_file("tsconfig.build.json") else "tsconfig.json"
    path = named if named and tree.is_file(named) else usual
    included: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    for _ in range(3):
        data = jsonc_table(tree.read(path)) or {}
        root = word(table(data, "compilerOptions").get("rootDir"))
        if root:
            return posixpath.normpath(posixpath.join(posixpath.dirname(path), root)) == "src"
        included = included or words(data.get("include")) or words(data.get("files"))
        excluded = excluded or words(data.get("exclude"))
        extended = word(data.get("extends"))
        if not extended or not extended.startswith("."):
            break
        path = posixpath.normpath(posixpath.join(posixpath.dirname(path), extended))
    if included:
        return all(one.removeprefix("./").startswith("src") for one in included)
    return not any(_compiles(tree, entry, excluded) for entry in tree.entries(""))


def _compiles(tree: Tree, entry: str, excluded: tuple[str, ...]) -> bool:
    """Whether an entry at the top, other than ``src``, is or has TypeScript that is not excluded."""
    name = entry.rstrip("/")
    if name in ("src", "node_modules") or name.startswith(".") or any(name in one for one in excluded):
        return False
    if entry.endswith("/"):
        return any(_is_source(path) for path in tree.entries(name))
    return _is_source(name)


def _is_source(path: str) -> bool:
    return path.endswith((".ts", ".tsx", ".mts", ".cts")) and not path.endswith(".d.ts")


def _whole(package: PackageJson, script: str) -> str:
    """The script, and those that it runs itself."""
    texts = [package.scripts.get(f"pre{script}", ""), package.scripts[script], package.scripts.get(f"post{script}", "")]
    said = " ".join(texts)
    called = [name for name in _NAMES_A_SCRIPT.findall(said) if name in package.scripts and name != script]
    for several in _NAMES_SCRIPTS.findall(said):
        called += [name for name in launchers.scripts(several.split(), package) if name != script]
    return " ; ".join((*texts, *(package.scripts[name] for name in called)))


def _written(tree: Tree, script: str, started: str | None) -> Iterator[str]:
    if started and not tree.is_file(started):
        yield started
    for match in _FLAG.finditer(script):
        yield match[1].strip("\"'")
    if any(tool in script for tool in _SHORT_TOOLS):
        yield from (match[1].strip("\"'") for match in _SHORT.finditer(script))
    if re.search(r"\btsc\b", script) and "--noEmit" not in script and "--outDir" not in script:
        yield from _of_tsconfig(tree, script)
    if "outdir" not in script.lower():
        for command, usual, files in _TOOLS:
            if command in script:
                configured = (configuration(tree, (path,)).search(_CONFIGURED) for path in files)
                yield next((match[1] for match in configured if match), usual)


def _of_tsconfig(tree: Tree, script: str) -> Iterator[str]:
    """``compilerOptions.outDir`` of the configuration that tsc is given, or of tsconfig.json; one ``extends`` is
    followed."""
    named = _after(script, ("-p", "--project", "-b", "--build"))
    path = named if named and tree.is_file(named) else "tsconfig.json"
    for _ in range(3):
        data = jsonc_table(tree.read(path)) or {}
        out = word(table(data, "compilerOptions").get("outDir"))
        if out:
            yield posixpath.normpath(posixpath.join(posixpath.dirname(path), out))
            return
        extended = word(data.get("extends"))
        if not extended or not extended.startswith("."):
            return
        path = posixpath.normpath(posixpath.join(posixpath.dirname(path), extended))


def _after(script: str, flags: tuple[str, ...]) -> str | None:
    try:
        split = shlex.split(script)
    except ValueError:
        return None
    return next((posixpath.normpath(value) for flag, value in pairwise(split) if flag in flags), None)
