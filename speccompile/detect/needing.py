"""Sources that need a file which is in no image because it holds a secret: said where the source is, not by a container that ends."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterable, Iterator

from speccompile.codes.contents import SECRET_NEEDED, SECRET_OPENED, SETTINGS_LEFT_OUT
from speccompile.diagnostics import Diagnostic, quoted
from speccompile.project.missed import IMPORTED
from speccompile.project.tree import Tree
from speccompile.regex import regex
from speccompile.secret_names import is_secret
from speccompile.secret_settings import are_settings
from speccompile.source import Span
from speccompile.spec.project import ServiceSpec

# What a framework reads without being told by any source.
_READ_ANYWAY = regex(r"(?:application|bootstrap)\.(?:properties|ya?ml)|appsettings\.json")


def needing(secrets: Iterable[str], view: Tree, spec: ServiceSpec, copied: Collection[str]) -> Iterator[Diagnostic]:
    """What the sources of the service *spec*, seen in *view*, import or open of *secrets*, and will not find; *copied* are the paths
    from the project's root that its image has."""
    needed = set()
    for one in view.about("missed", ""):
        how, *both = one.split("//")
        source, secret = (posixpath.join(spec.directory, path) for path in both)
        if any(path in ("", source) or source.startswith(f"{path}/") for path in copied):
            needed.add(both[1])
            yield _imported(source, secret, spec) if how == IMPORTED else _opened(source, secret, spec)
    for one in secrets:
        if one not in needed and are_settings(one) and not is_secret(one):
            yield _settings(posixpath.join(spec.directory, one), spec)


def _imported(source: str, secret: str, spec: ServiceSpec) -> Diagnostic:
    return SECRET_NEEDED.at(
        Span(source),
        f"{quoted(source)} imports {quoted(secret)}, which holds a secret, so that no image has it",
        fix=f"let the program read the secret from a variable, take it out of {quoted(secret)}, and list the variable in "
        f"specs/deploy.yaml: services.{spec.name}.secrets",
    )


def _opened(source: str, secret: str, spec: ServiceSpec) -> Diagnostic:
    return SECRET_OPENED.at(
        Span(source),
        f"{quoted(source)} opens {quoted(secret)}, which holds a secret, so that no image has it",
        fix=f"hand it over when the container starts: `secrets: [{{name: NAME, as: file}}]` for {spec.name} in specs/deploy.yaml, and let "
        "the program open the file that the variable NAME_FILE names",
    )


def _settings(path: str, spec: ServiceSpec) -> Diagnostic:
    code = SECRET_NEEDED if _READ_ANYWAY.fullmatch(posixpath.basename(path)) else SETTINGS_LEFT_OUT
    return code.at(
        Span(path),
        f"{quoted(path)} gives a password or a key in clear, so that no image has it",
        fix="refer to a variable in its place, or delete it if it is of use to nobody; list the variable in specs/deploy.yaml: "
        f"services.{spec.name}.secrets",
    )
