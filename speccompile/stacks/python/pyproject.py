"""pyproject.toml (PEP 518, 621, 735), as far as images need it; Poetry's older form of it is understood too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from speccompile.codes.stacks import MANIFEST
from speccompile.diagnostics import Diagnostic
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.source import Span
from speccompile.stacks.manifest import Table, place, prose, table, texts, toml_fault, toml_table, word, words
from speccompile.stacks.python import backends
from speccompile.stacks.python.requirements import Requirement, normal, not_installable, requirement
from speccompile.stacks.sources import nameable

PATH = "pyproject.toml"
_VERSION_FROM_GIT = (
    "setuptools-scm",
    "setuptools_scm",
    "hatch-vcs",
    "versioningit",
    "poetry-dynamic-versioning",
    "uv-dynamic-versioning",
)


@record()
class Workspace:
    """Patterns for the directories of a workspace's members, and for those that are none."""

    members: tuple[str, ...]
    excluded: tuple[str, ...]


@record(kw_only=True)
class PyProject:
    """A pyproject.toml. What has the wrong type in it is as if it were not there.

    ``buildable`` is whether it names a build back end, ``linked`` whether that makes a package of the sources where
    they lie; ``papers`` are files that the build of the package reads (a readme, a licence); ``older`` is whether the
    dependencies stand in Poetry's own table, ``from_git`` whether the version comes from the repository, which is not in
    the build context. ``manager`` is the package manager whose lock is expected, ``workspace`` what uv's says of its
    members.
    """

    text: str
    name: str | None
    version: str | None
    description: str | None
    licenses: str | None
    url: str | None
    python: str | None
    wanted: tuple[Requirement, ...]
    scripts: Mapping[str, str]
    buildable: bool
    linked: bool
    papers: tuple[str, ...]
    from_git: bool
    is_project: bool
    older: bool
    manager: str | None
    uv_version: str | None
    workspace: Workspace | None
    problems: tuple[Diagnostic, ...]

    def at(self, *needles: str) -> Span:
        """Where the last of *needles* stands, each looked for behind the one before it."""
        return place(PATH, self.text, *needles)


def read(tree: Tree) -> PyProject | None:
    """The pyproject.toml of *tree*; None when there is none."""
    if not tree.is_file(PATH):
        return None
    text = tree.read(PATH)
    parsed = toml_table(text)
    data: Table = parsed or {}
    project, poetry, uv = table(data, "project"), table(data, "tool", "poetry"), table(data, "tool", "uv")
    own = project or poetry
    requires = words(table(data, "build-system").get("requires"))
    return PyProject(
        text=text or "",
        name=word(own.get("name")),
        version=word(own.get("version")),
        description=prose(own.get("description")),
        licenses=word(own.get("license")) or word(table(own, "license").get("text")),
        url=_url(own),
        python=word(project.get("requires-python")) or word(table(poetry, "dependencies").get("python")),
        wanted=_wanted(text, project, poetry),
        scripts={**texts(poetry.get("scripts")), **texts(project.get("scripts"))},
        buildable=_buildable(data),
        linked=backends.links(tree, data),
        papers=_papers(own),
        from_git=any(name in line for name in _VERSION_FROM_GIT for line in requires),
        is_project=bool(own),
        older=bool(poetry) and not project,
        manager="uv" if uv else ("Poetry" if poetry and not project else None),
        uv_version=word(uv.get("required-version")),
        workspace=_workspace(uv),
        problems=_not_installable(text, project) if parsed is not None else (_malformed(text),),
    )


def _url(own: Table) -> str | None:
    urls = {name.lower(): url for name, url in texts(own.get("urls")).items()}
    return urls.get("homepage") or urls.get("repository") or urls.get("source") or word(own.get("homepage"))


def _wanted(text: str | None, project: Table, poetry: Table) -> tuple[Requirement, ...]:
    lines = words(project.get("dependencies"))
    older = table(poetry, "dependencies") if not project else {}
    found = (requirement(line, place(PATH, text, line)) for line in lines)
    return (*(one for one in found if one), *(one for pair in older.items() if (one := _older(text, *pair))))


def _not_installable(text: str | None, project: Table) -> tuple[Diagnostic, ...]:
    lines = words(project.get("dependencies"))
    return tuple(one for line in lines for one in not_installable(line, PATH, place(PATH, text, line)))


def _older(text: str | None, name: str, value: object) -> Requirement | None:
    """A dependency in Poetry's own table, unless it is optional: such a one is installed only when it is asked for."""
    if word(name) is None or name == "python" or table(value).get("optional") is True:
        return None
    named = requirement(name, place(PATH, text, "dependencies", name))
    extras = frozenset(normal(extra) for extra in words(table(value).get("extras")))
    wanted = word(value) or word(table(value).get("version")) or ""
    return replace(named, extras=extras, wanted=wanted) if named else None


def _workspace(uv: Table) -> Workspace | None:
    declared = table(uv, "workspace")
    if not declared:
        return None
    return Workspace(words(declared.get("members")), words(declared.get("exclude")))


def _buildable(data: Table) -> bool:
    """Whether the project is a package: it names a build back end, and does not say that it is none."""
    system, tool = table(data, "build-system"), table(data, "tool")
    said = table(tool, "uv").get("package")
    none = (
        table(tool, "poetry").get("package-mode") is False
        or said is False
        or table(tool, "pdm").get("distribution") is False
    )
    return not none and bool(said or words(system.get("requires")) or word(system.get("build-backend")))


def _papers(own: Table) -> tuple[str, ...]:
    """The files that the build back end reads besides the sources."""
    readme = own.get("readme")
    listed = (word(readme), word(table(own, "readme").get("file")), word(table(own, "license").get("file")))
    several = words(readme)
    return tuple(dict.fromkeys(path for path in (*listed, *several) if path and nameable(path)))


def _malformed(text: str | None) -> Diagnostic:
    return MANIFEST.at(
        toml_fault(PATH, text), "pyproject.toml is not a TOML document in UTF-8", fix="correct it here or just before"
    )
