"""package.json, as far as images need it (as npm 10 documents it)."""

from __future__ import annotations

from collections.abc import Mapping

from speccompile.codes.stacks import MANIFEST
from speccompile.diagnostics import Diagnostic
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.stacks.manifest import Table, items, json_fault, json_table, place, prose, table, texts, word, words

PATH = "package.json"
SECTIONS = ("dependencies", "devDependencies", "optionalDependencies", "peerDependencies")

_NAME = regex(r"(?:@[\w.~-]+/)?[\w.~-]+")

# Scripts that package managers run by themselves when they install, before the sources are there.
_AT_INSTALL = ("preinstall", "install", "postinstall", "prepublish", "preprepare", "prepare", "postprepare")


@record(kw_only=True)
class PackageJson:
    """A package.json. What has the wrong type in it is as if it were not there.

    ``sections`` are the dependencies by section, names with their ranges; ``binaries`` the programs, names with their
    files; ``tools`` what volta pins and devEngines asks for; ``workspaces`` the patterns of a workspace's members;
    ``patched`` are dependencies with the files that patch them, ``overridden`` those whose ranges something else
    decides; ``schema`` is where Prisma's is; ``problems`` say that the file is no JSON object at all.
    """

    text: str
    name: str | None
    version: str | None
    description: str | None
    licenses: str | None
    url: str | None
    scripts: Mapping[str, str]
    sections: Mapping[str, Mapping[str, str]]
    engines: Mapping[str, str]
    package_manager: str | None
    tools: Mapping[str, str]
    binaries: Mapping[str, str]
    main: str | None
    module: str | None
    esm: bool
    workspaces: tuple[str, ...]
    trusts: bool
    patched: Mapping[str, str]
    overridden: frozenset[str]
    schema: str | None
    problems: tuple[Diagnostic, ...]

    @property
    def dependencies(self) -> frozenset[str]:
        """The names of what is installed to run."""
        return frozenset(
            name for section in SECTIONS if section != "devDependencies" for name in self.sections[section]
        )

    @property
    def all_dependencies(self) -> frozenset[str]:
        """The names of what is installed to build."""
        return self.dependencies | frozenset(self.sections["devDependencies"])

    @property
    def at_install(self) -> tuple[str, ...]:
        """The package's own scripts that an installation would run."""
        return tuple(name for name in _AT_INSTALL if name in self.scripts)

    def at(self, *needles: str) -> Span:
        """Where the last of *needles* stands (they are looked for one behind the other, in quotes)."""
        return place(PATH, self.text, *(f'"{needle}"' for needle in needles))


def read(tree: Tree) -> PackageJson | None:
    """The package.json of *tree*; None when there is none."""
    if not tree.is_file(PATH):
        return None
    text = tree.read(PATH)
    parsed = json_table(text)
    data: Table = parsed or {}
    name = word(data.get("name"))
    return PackageJson(
        text=text or "",
        name=name,
        version=word(data.get("version")),
        description=prose(data.get("description")),
        licenses=word(data.get("license")) or word(table(data, "license").get("type")),
        url=word(data.get("homepage")),
        scripts=texts(data.get("scripts")),
        sections={section: _ranges(data.get(section), data) for section in SECTIONS},
        engines=texts(data.get("engines")),
        package_manager=word(data.get("packageManager")),
        tools={**_dev_engines(data), **texts(data.get("volta"))},
        binaries=_binaries(data.get("bin"), name),
        main=word(data.get("main")),
        module=word(data.get("module")),
        esm=data.get("type") == "module",
        workspaces=words(data.get("workspaces")) or words(table(data, "workspaces").get("packages")),
        trusts=bool(items(data.get("trustedDependencies")) or items(table(data, "pnpm").get("onlyBuiltDependencies"))),
        patched={**texts(data.get("patchedDependencies")), **texts(table(data, "pnpm").get("patchedDependencies"))},
        overridden=_overridden(data),
        schema=word(table(data, "prisma").get("schema")),
        problems=() if parsed is not None else (_malformed(text),),
    )


def _ranges(value: object, data: Table) -> Mapping[str, str]:
    """A section of dependencies; peers that are marked as optional are not installed."""
    optional = {
        name for name, meta in table(data, "peerDependenciesMeta").items() if table(meta).get("optional") is True
    }
    ranges = texts(value)
    return {name: ranges[name] for name in ranges if not (value is data.get("peerDependencies") and name in optional)}


def _dev_engines(data: Table) -> Mapping[str, str]:
    """The package managers and runtimes that ``devEngines`` asks for, with their ranges; each may be one or a list."""
    asked = (
        one for kind in ("packageManager", "runtime") for one in _one_or_several(table(data, "devEngines").get(kind))
    )
    pairs = ((word(one.get("name")), word(one.get("version"))) for one in asked)
    return {name: version for name, version in pairs if name and version}


def _one_or_several(value: object) -> tuple[Table, ...]:
    return tuple(table(one) for one in items(value)) or (table(value),)


def _overridden(data: Table) -> frozenset[str]:
    """The names for which overrides (npm, pnpm, Bun) or resolutions (yarn) decide."""
    tables = (table(data, "overrides"), table(data, "resolutions"), table(data, "pnpm", "overrides"))
    return frozenset(name for decided in tables for name in names_in(decided))


def names_in(overrides: Table) -> frozenset[str]:
    """The names in the keys of overrides, which may be paths or have ranges."""
    return frozenset(name for key in overrides for name in _NAME.findall(str(key)[:200]))


def _binaries(value: object, name: str | None) -> Mapping[str, str]:
    """``bin``: a mapping, or the file of the one program that is called like the package (without its scope)."""
    alone = word(value)
    if alone:
        return {(name or "app").rpartition("/")[2]: alone}
    return texts(value)


def _malformed(text: str | None) -> Diagnostic:
    return MANIFEST.at(
        json_fault(PATH, text), "package.json is not a JSON object in UTF-8", fix="correct it here or just before"
    )
