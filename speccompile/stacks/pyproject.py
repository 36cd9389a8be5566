"""pyproject.toml (PEP 518, 621, 735), as far as images need it; Poetry's older form of it is understood too."""

from __future__ import annotations

from collections.abc import Mapping

from speccompile.codes.stacks import MANIFEST
from speccompile.diagnostics import Diagnostic
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.source import Span
from speccompile.stacks.manifest import Table, place, prose, table, texts, toml_fault, toml_table, word, words
from speccompile.stacks.requirements import Requirement, requirement
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


@record(kw_only=True)
class PyProject:
    """A pyproject.toml. What has the wrong type in it is as if it were not there.

    ``buildable`` is whether it names a build back end; ``papers`` are files that the build of the package reads (a
    readme, a licence); ``older`` is whether the dependencies stand in Poetry's own table, ``from_git`` whether the
    version comes from the repository, which is not in the build context.
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
    papers: tuple[str, ...]
    from_git: bool
    is_project: bool
    older: bool
    uses_uv: bool
    uv_version: str | None
    workspace: bool
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
        buildable=bool(requires or word(table(data, "build-system").get("build-backend"))),
        papers=_papers(own),
        from_git=any(name in line for name in _VERSION_FROM_GIT for line in requires),
        is_project=bool(own),
        older=bool(poetry) and not project,
        uses_uv=bool(uv),
        uv_version=word(uv.get("required-version")),
        workspace=bool(table(uv, "workspace")),
        problems=() if parsed is not None else (_malformed(text),),
    )


def _url(own: Table) -> str | None:
    urls = {name.lower(): url for name, url in texts(own.get("urls")).items()}
    return urls.get("homepage") or urls.get("repository") or urls.get("source") or word(own.get("homepage"))


def _wanted(text: str | None, project: Table, poetry: Table) -> tuple[Requirement, ...]:
    lines = words(project.get("dependencies"))
    older = [name for name in table(poetry, "dependencies") if name != "python"] if not project else []
    found = (requirement(line, place(PATH, text, line)) for line in (*lines, *filter(None, map(word, older))))
    return tuple(one for one in found if one)


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
