"""What lies at a project's top, beside the directories of its services, and is in no image."""

from __future__ import annotations

from collections.abc import Iterator

from speccompile.codes.contents import LEFT_OUT
from speccompile.detect.unused.listing import listed
from speccompile.diagnostics import Diagnostic
from speccompile.project.tree import Tree
from speccompile.project.unwanted import is_never_wanted, is_unwanted
from speccompile.source import Span
from speccompile.spec.project import ServiceSpec


def entries(tree: Tree, services: tuple[ServiceSpec, ...], copied: frozenset[str]) -> Iterator[Diagnostic]:
    """One note of what git tracks at the top of the project *tree* and neither holds a service nor is among the paths *copied*, but for what is known
    not to be wanted in an image. Nothing where a service is the project itself: then its own note says it."""
    directories = {service.directory for service in services}
    if not directories or "" in directories:
        return
    tops = {path.partition("/")[0] for path in (*directories, *copied)}
    left = tuple(
        entry
        for entry in tree.about("tracked", "")
        if (name := entry.rstrip("/")) not in tops and not is_unwanted(name) and not is_never_wanted(name)
    )
    left = tuple(entry for entry in left if entry.endswith("/") or not _is_of_a_workspace(entry))
    if left:
        yield LEFT_OUT.at(
            Span("."),
            f"at the top of the project, and in no image: {listed(left)}",
            fix="if a program needs one of them, move it below the service's `path`: what an image takes is looked for there",
        )


def _is_of_a_workspace(name: str) -> bool:
    """Whether a file is the manifest of a whole repository, from which members are installed or not."""
    return name in (
        "package.json",
        "pyproject.toml",
        "Cargo.toml",
        "go.work",
        "pom.xml",
        "build.gradle",
        "settings.gradle",
        "deno.json",
        "composer.json",
    )
