"""Which profile of Spring a database wants: programs that are made for several have one called after each, and start with another by themselves."""

from __future__ import annotations

import posixpath
import re

from speccompile.detect.variables import Reading
from speccompile.project.tree import Tree
from speccompile.regex import regex
from speccompile.survey.found import Found

VARIABLE = "SPRING_PROFILES_ACTIVE"
# What profiles are called after, and the scheme of the URLs in them.
_CALLED = {
    "postgres": ("postgres", "postgresql", "pg", "pgsql"),
    "mysql": ("mysql",),
    "mariadb": ("mariadb", "mysql"),
}
_SCHEMES = {
    "postgres": ("jdbc:postgresql", "postgresql"),
    "mysql": ("jdbc:mysql", "mysql"),
    "mariadb": ("jdbc:mariadb", "jdbc:mysql", "mariadb"),
}
_PROFILE = regex(r"application-([\w-]{1,40})\.(?:properties|ya?ml)\Z")
_DEFAULTS = ("application.properties", "application.yml", "application.yaml")
# A default that somebody chose stands.
_ACTIVE = regex(
    r"\bspring\.profiles\.(?:active|default)\b|^[ \t]+(?:active|default):[ \t]*\S|\bon-profile:", re.MULTILINE
)


def wanted(tree: Tree, service: Found, seen: Reading, kind: str) -> str | None:
    """The profile in which *service* uses a database of *kind*, where its settings have one that is called so, and are silent of others."""
    if not any(name.startswith("spring-boot") for name in service.detection.facts.dependencies):
        return None
    if VARIABLE in (service.compose.environment if service.compose else ()):
        return None
    for address in seen.addresses:
        path = address.where.rpartition(":")[0]
        profile = _PROFILE.match(posixpath.basename(path))
        if (
            profile
            and profile[1].lower() in _CALLED.get(kind, ())
            and address.scheme in _SCHEMES[kind]
            and not _is_decided(tree, posixpath.dirname(path))
        ):
            return profile[1]
    return None


def _is_decided(tree: Tree, directory: str) -> bool:
    texts = (tree.read(posixpath.join(directory, name)) for name in _DEFAULTS)
    return any(text and _ACTIVE.search(text) for text in texts)
