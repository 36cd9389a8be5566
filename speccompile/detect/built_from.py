"""What a service's build is given, its image has not, and is no code: what a program opens as it runs looks like that, too."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from speccompile.detect.placement import is_from_sources
from speccompile.plan.image import Copy, ImageRecipe, Stage
from speccompile.project.tree import Tree

# Data that programs read: what else is there is compiled, or tells a tool how.
_DATA = frozenset((
    ".avro", ".bin", ".csv", ".dat", ".db", ".docx", ".ejs", ".ftl", ".geojson", ".gguf", ".gz", ".hbs", ".html", ".json", ".jsonl", ".liquid", ".mmdb",
    ".mo", ".mustache", ".ndjson", ".njk", ".onnx", ".otf", ".parquet", ".pdf", ".pkl", ".po", ".pt", ".pug", ".sql", ".sqlite", ".sqlite3", ".tmpl", ".tpl",
    ".tsv", ".ttf", ".txt", ".wasm", ".xlsx", ".xsd", ".xslt", ".yaml", ".yml", ".zip",
))  # fmt: skip
# A single one of these at the top is more often a tool's.
_TOOLS = frozenset((".html", ".json", ".txt", ".yaml", ".yml"))
# By stack, what its build puts into the program by itself.
_TAKEN = {
    "dotnet": frozenset(
        ("Areas", "Components", "Controllers", "Pages", "Properties", "Resources", "Shared", "Views", "wwwroot")
    ),
    "elixir": frozenset(("assets", "config", "lib", "priv", "rel")),
    "java": frozenset(("src",)),
    "rust": frozenset((".sqlx", "migrations", "src")),
}
# The SDK for the web publishes these wherever they are (https://learn.microsoft.com/aspnet/core/host-and-deploy/directory-structure).
_PUBLISHED = frozenset((".config", ".cshtml", ".json", ".razor", ".resx"))
_MANIFESTS = (".csproj", ".fsproj", ".vbproj", "pom.xml", "build.gradle", "build.gradle.kts", "mix.exs", "package.json")
_PAGES = "static"


def built_from(image: ImageRecipe, tree: Tree, directory: str) -> Iterator[str]:
    """The entries of *directory* in the project *tree*, directories with a trailing slash, that stages of *image* copy before its last, the last does
    not, and nothing compiles or puts into the program."""
    if image.stack == _PAGES:
        return
    there = frozenset(_top(path, directory) for path in _copied(image.stages[-1:]))
    view = tree.below(directory) if directory else tree
    told = "\n".join(view.read(name) or "" for name in view.entries("") if name.endswith(_MANIFESTS))
    for entry in dict.fromkeys(_top(path, directory) for path in _copied(image.stages[:-1])):
        name = entry.rstrip("/")
        if not name or entry in there or name in _TAKEN.get(image.stack, ()) or name in told:
            continue
        if _is_data(view, image.stack, name):
            yield entry


def _is_data(view: Tree, stack: str, name: str) -> bool:
    """Whether the entry *name* is data that no build puts into the program."""
    published = _PUBLISHED if stack == "dotnet" else frozenset[str]()
    if view.is_directory(name):
        suffixes = frozenset(view.about("suffixes", name)) - {""}
        return bool(suffixes - published) and suffixes <= _DATA
    suffix = posixpath.splitext(name)[1].lower()
    return suffix in _DATA - _TOOLS - published


def _copied(stages: tuple[Stage, ...]) -> Iterator[str]:
    for stage in stages:
        for step in stage.steps:
            if isinstance(step, Copy) and is_from_sources(step):
                yield from step.sources


def _top(path: str, directory: str) -> str:
    """The entry of *directory* that *path* is, or lies below; "" for one that lies elsewhere."""
    inner = path.removeprefix(f"{directory}/") if directory else path
    if directory and inner == path:
        return ""
    name, slash, _ = inner.partition("/")
    return f"{name}{slash}"
