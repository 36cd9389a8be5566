"""What evidence depends on, computed from the tree: by `verify`, which records it, and by every compilation after that, which compares.

Of tests it is every file below the service's directory that git would track, and whatever else gets into its image; of a prover every file
of its language in the directories of the specifications. Left out are the specs themselves, whose assertions count as texts, secrets,
and what builds leave behind where no ``.gitignore`` says so.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Sequence

from speccompile.paths import join as inside
from speccompile.project.tree import Tree
from speccompile.spec.manifest import Assertion
from speccompile.spec.project import ServiceSpec

SPECIFICATIONS = {"dafny": ("dafny", ".dfy"), "tlc": ("tla", ".tla")}
"""By prover: the directory beside the manifest, and what the names of specifications end in."""

_READ_BY = {"dafny": (".dfy", ".toml"), "tlc": (".tla", ".cfg")}
_GIVEN = {"dafny": ".dfy", "tlc": ".cfg"}
_SPECS = frozenset(("assertions.json", "deploy.yaml", "deploy.yml", "verification.json"))
_LEFT_BEHIND = frozenset(("target", "build", "dist", "out", "test-results", "playwright-report"))


def of_tests(spec: ServiceSpec, shipped: Sequence[str], root: Tree) -> Mapping[str, str]:
    """The digests, by path from the project's *root*, of what the tests of *spec* depend on; *shipped* gets into its image."""
    here = {path: digest for path, digest in _below(root, spec.directory) if not _is_left_out(path, spec)}
    more = ((path, root.digest(path)) for path in shipped if path not in here)
    return here | {path: digest for path, digest in more if digest}


def of_proofs(tool: str, files: Sequence[str], root: Tree) -> Mapping[str, str]:
    """The same for a prover that is given *files*."""
    return {
        path: digest
        for directory in sorted({posixpath.dirname(file) for file in files})
        for path, digest in _below(root, directory)
        if path.endswith(_READ_BY[tool])
    }


def specifications(tool: str, spec: ServiceSpec, root: Tree) -> tuple[str, ...]:
    """What *tool* has to prove for *spec*: the specifications (of TLC the models' configurations) in its directory beside the manifest, and those that
    a ``formalSpec`` names."""
    folder, suffix = SPECIFICATIONS[tool]
    given = _GIVEN[tool]
    directory = inside(posixpath.dirname(spec.manifest_path), folder)
    names = root.entries(directory)
    there = {inside(directory, name) for name in names if name.endswith(given) and _has(names, name, suffix)}
    named = {formal_file(one, spec, root) for one in spec.manifest.assertions if one.is_active()}
    return tuple(sorted(there | {path for path in named if path and path.endswith(suffix)}))


def _has(names: Sequence[str], name: str, suffix: str) -> bool:
    """Whether there is the specification that *name*, it or the configuration of a model of it, is about."""
    return f"{posixpath.splitext(name)[0]}{suffix}" in names


def formal_file(assertion: Assertion, spec: ServiceSpec, root: Tree) -> str | None:
    """The file in which *assertion* is stated formally, from the project's root or the service's directory; None where there is none."""
    if assertion.formal_spec is None:
        return None
    file = assertion.formal_spec.file
    return next((path for path in (file, inside(spec.directory, file)) if root.is_file(path)), None)


def _below(root: Tree, directory: str) -> Iterator[tuple[str, str]]:
    for entry in root.about("digests", directory):
        digest, _, path = entry.partition(" ")
        yield inside(directory, path), digest


def _is_left_out(path: str, spec: ServiceSpec) -> bool:
    folder, name = posixpath.split(path)
    if name in _SPECS and folder in ("", "specs", spec.directory, posixpath.dirname(spec.manifest_path)):
        return True
    return not _LEFT_BEHIND.isdisjoint(folder.split("/"))
