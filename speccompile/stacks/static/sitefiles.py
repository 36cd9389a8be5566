"""Which files of a tree are pages, and which are sources of pages."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import replace

from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.regex import regex
from speccompile.stacks.code import source
from speccompile.stacks.javascript.packagejson import PackageJson
from speccompile.stacks.javascript.scripts import commands
from speccompile.stacks.sources import Sources, nameable, sources

_PLACES = (
    "",
    "public",
    "site",
    "www",
    "html",
    "htdocs",
    "web",
    "docs",
    "dist",
    "build",
    "_site",
    "out",
    "src",
    "static",
)

_WEB = (
    ".html", ".htm", ".css", ".js", ".mjs", ".json", ".map", ".txt", ".xml", ".rss", ".atom", ".webmanifest", ".wasm",
    ".md", ".pdf", ".csv", ".vtt", ".ics", ".svg", ".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".ico", ".bmp",
    ".woff", ".woff2", ".ttf", ".otf", ".eot", ".mp3", ".mp4", ".m4a", ".ogg", ".wav", ".webm", ".mov", ".zip", ".glb",
)  # fmt: skip
_COMPRESSED = ".gz"
_NO_PAGES = frozenset((
    "package.json", "tsconfig.json", "jsconfig.json", "deno.json", "composer.json", "bower.json", "webpack.config.js",
    "tailwind.config.js", "postcss.config.js", "vite.config.js", "gulpfile.js", "gruntfile.js", "rollup.config.js",
    "eslint.config.js", "eslint.config.mjs", "prettier.config.js", "requirements.txt",
))  # fmt: skip
# Names that no program's image has, and that a site's may have.
_SITE_DIRECTORIES = frozenset((
    "build", "dist", "doc", "docs", "example", "examples", "out", "output", "samples", "log", "ci", "ssl", "charts",
))  # fmt: skip

_CONTENT = frozenset(("docs", "doc", "examples", "samples", "log", "charts"))
_DOT_FILES = (".eleventy.js", ".eleventyignore", ".vitepress", ".vuepress", ".umirc.ts", ".umirc.js", ".parcelrc")
_PAPERS = regex(r"(?:readme|changelog|contributing|license|licence|code_of_conduct|security|agents|claude)\b", re.I)
_IN_TREE = regex(r"(?:\./)?([\w.@-]+)/")

# How a program begins in languages whose stacks go by a manifest.
_PROGRAMS = (
    (".go", regex(r"^func main\(\)", re.MULTILINE)),
    (".java", regex(r"\bstatic void main\(")),
    (".rs", regex(r"^(?:async )?fn main\(\)", re.MULTILINE)),
    (".kt", regex(r"^fun main\(", re.MULTILINE)),
)

# A generator that is not run here: its name, and the files of which one says that it is used.
_GENERATORS = (
    ("Jekyll", ("_config.yml", "_config.yaml")),
    ("Hugo", ("hugo.toml", "hugo.yaml", "hugo.json", "archetypes/default.md")),
    ("MkDocs", ("mkdocs.yml", "mkdocs.yaml")),
    ("Zola", ("templates/base.html", "templates/index.html")),
    ("mdBook", ("book.toml",)),
    ("Pelican", ("pelicanconf.py",)),
)
_SOURCES_OF = {"Zola": "config.toml", "Jekyll": "_config.yml"}


@record()
class Place:
    """Pages that are there: the directory with their start page ("" is the top), and at the top what is given out."""

    directory: str
    given: Sources

    @property
    def page(self) -> str:
        """The start page."""
        return posixpath.join(self.directory, "index.html")


def place(tree: Tree) -> Place | None:
    """Where the pages of *tree* are; None where there is no index.html in a usual place."""
    directory = next((path for path in _PLACES if tree.is_file(posixpath.join(path, "index.html"))), None)
    if directory is None or (directory and _is_program(tree)):
        return None
    return Place(directory, _at_top(tree) if directory == "" else Sources((directory,), ()))


def _is_program(tree: Tree) -> bool:
    """Whether a program without a manifest is at the top: pages in a directory beside it are what it gives out, with more that it answers."""
    return any(
        name.endswith(ending) and source(tree, name).search(begins)
        for name in tree.entries("")
        for ending, begins in _PROGRAMS
    )


def _at_top(tree: Tree) -> Sources:
    names = [entry.rstrip("/") for entry in tree.entries("") if entry.endswith("/")]
    also = [name for name in names if name.lower() in _SITE_DIRECTORIES and _has_pages(tree, name)]
    also += [".well-known"] if ".well-known" in names else []
    found = sources(tree, also)
    files = [name for name in found.files if name.lower() not in _NO_PAGES and name.lower().endswith(_WEB)]
    files += [f"{name}{_COMPRESSED}" for name in files if f"{name}{_COMPRESSED}" in found.files]
    # What is given out is for everybody: of a site, only what browsers ask for.
    directories = (one for one in found.directories if not frozenset(_WEB).isdisjoint(tree.about("suffixes", one)))
    return replace(found, directories=tuple(directories), files=tuple(sorted(files)))


def _has_pages(tree: Tree, directory: str) -> bool:
    return any(name.lower().endswith(_WEB) or name.endswith("/") for name in tree.entries(directory))


def is_compressed(tree: Tree, there: Place) -> bool:
    """Whether any of the pages that are there has been compressed before."""
    below = [there.directory] if there.directory else there.given.directories
    return any(name.endswith(_COMPRESSED) for name in there.given.files) or any(
        _COMPRESSED in tree.about("suffixes", one) for one in below
    )


def generator(tree: Tree, there: Place | None) -> str | None:
    """The generator that is yet to make the pages, if any; pages that it has made already are pages."""
    name = next((name for name, files in _GENERATORS if _uses(tree, name, files)), None)
    if there is None:
        return name
    front = (tree.read(there.page) or "").lstrip("\ufeff").startswith("---\n")
    return (name or "a generator") if front else None


def _uses(tree: Tree, name: str, files: tuple[str, ...]) -> bool:
    needed = _SOURCES_OF.get(name)
    return (needed is None or tree.is_file(needed)) and any(tree.is_file(path) for path in files)


def page_sources(tree: Tree, package: PackageJson, script: str, made: str) -> Sources:
    """What the build *script* makes pages of, *made* being where it puts them."""
    also = {*_CONTENT, *_DOT_FILES, *_named(package, script), *_texts(tree)}
    return sources(tree, also - {"node_modules", ".git", "specs", "generated"}).without(() if "/" in made else (made,))


def _named(package: PackageJson, script: str) -> Iterator[str]:
    """Directories that the build's commands name: ``node build/build.js``."""
    for words in commands(package, script):
        for word in words:
            match = _IN_TREE.match(word)
            if match and nameable(match[1]):
                yield match[1]


def _texts(tree: Tree) -> Iterator[str]:
    """Texts at the top that are pages: not what a repository says about itself."""
    for name in tree.entries(""):
        if name.endswith((".md", ".mdx")) and not _PAPERS.match(name):
            yield name
