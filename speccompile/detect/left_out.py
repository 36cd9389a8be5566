"""What lies at a service's top and is in no image, said once."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from speccompile.codes.contents import LEFT_OUT, STRAY_LINK
from speccompile.detect.built_from import built_from
from speccompile.detect.needing import needing
from speccompile.detect.overlooked import not_searched, overlooked
from speccompile.detect.placement import taken
from speccompile.diagnostics import Diagnostic, quoted
from speccompile.plan.image import ImageRecipe
from speccompile.project.answers import LOCKS
from speccompile.project.tree import Tree
from speccompile.source import Span
from speccompile.spec.project import ServiceSpec
from speccompile.stacks.sources import nameable

_SHOWN = 40
# The compiler's own, git's own, and what an installation or the choice of a version reads: nobody misses them in an image.
_NOT_MISSED = frozenset((
    "specs", "generated", "speccompile.lock", "assertions.json", "deploy.yaml", "deploy.yml", "verification.json", ".gitignore",
    ".gitattributes", ".gitkeep", ".dockerignore", ".nvmrc", ".node-version", ".bun-version", ".dvmrc", ".deno-version", ".python-version",
    ".php-version", ".ruby-version", "composer.lock", ".elixir-version", "elixir_buildpack.config", ".formatter.exs", ".credo.exs", "global.json",
    ".tool-versions", ".npmrc", ".yarnrc.yml", "Procfile", ".env.example", ".env.sample", ".env.template", *LOCKS,
))  # fmt: skip


def left_out(image: ImageRecipe, tree: Tree, spec: ServiceSpec) -> Iterator[Diagnostic]:
    """One note of what git tracks at the service's top and no step of *image* copies, and of the secrets that were withheld; who needs these; and
    what was overlooked."""
    copied = {source.rstrip("/") for source in taken(image)}
    view = tree.below(spec.directory) if spec.directory else tree
    # What a link led to was copied in its place.
    links = {one.split("//", 1)[0] for one in view.about("links", "")}
    names = []
    for entry in view.about("tracked", ""):
        path = posixpath.join(spec.directory, entry.rstrip("/"))
        in_it = path in copied or (entry.endswith("/") and any(one.startswith(f"{path}/") for one in copied))
        if not in_it and entry.rstrip("/") not in links and nameable(path) and entry.rstrip("/") not in _NOT_MISSED:
            names.append(entry)
    secrets = tuple(one for one in view.about("secrets", "") if posixpath.basename(one) not in _NOT_MISSED)
    built = tuple(built_from(image, tree, spec.directory))
    if names or built or secrets:
        told = [_listed(names)] if names else []
        told += [f"read by its build alone: {_listed(built)}"] if built else []
        told += [f"secrets: {_listed(secrets)}"] if secrets else []
        yield LEFT_OUT.at(
            Span(spec.directory or "."),
            f"not in the image of {spec.name}: {'; '.join(told)}",
            fix="; ".join(_remedies(spec, (*names, *built), secrets)),
        )
        yield from not_searched(view, spec)
    yield from _strays(view, spec)
    yield from overlooked(image, tree, spec.directory)
    if secrets:
        yield from needing(secrets, view, spec, copied)


def _strays(view: Tree, spec: ServiceSpec) -> Iterator[Diagnostic]:
    """A warning of the links of the service *spec*, seen in *view*, that lead to nothing in the project."""
    strays = view.about("strays", "")
    if strays:
        yield STRAY_LINK.at(
            Span(posixpath.join(spec.directory, strays[0])),
            f"not in the image of {spec.name}, as {'it leads' if len(strays) == 1 else 'they lead'} out of the project, or to what is no part of it: "
            f"{_listed(strays)}",
            fix="put what is needed into the project, in the place of the link or where it leads to; delete a link that nobody needs",
        )


def _remedies(spec: ServiceSpec, names: tuple[str, ...], secrets: tuple[str, ...]) -> Iterator[str]:
    if names:
        yield f"if the program needs one of them, list it in specs/deploy.yaml: services.{spec.name}.include"
    if secrets:
        yield f"a secret is handed over when the container starts: services.{spec.name}.secrets"


def _listed(names: list[str] | tuple[str, ...]) -> str:
    shown = ", ".join(name if name.isprintable() else quoted(name) for name in names[:_SHOWN])
    return shown + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")
