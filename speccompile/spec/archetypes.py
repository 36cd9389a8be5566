"""The kinds of program that can be deployed, and the many ways in which specs name them."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Annotated, Final

from pydantic import GetCoreSchemaHandler, GetPydanticSchema, WithJsonSchema
from pydantic_core import CoreSchema
from pydantic_core.core_schema import no_info_after_validator_function

from speccompile.codes.meaning import ARCHETYPE
from speccompile.spec.model import refused
from speccompile.vocabulary import ArchetypeName, Role

WEB_SERVICE: Final = "web-service"
CLI_TOOL: Final = "cli-tool"
LIBRARY: Final = "library"
DATA_PIPELINE: Final = "data-pipeline"
# What a role makes of a service whose manifest says otherwise, and the role that each archetype has by itself.
OF_ROLE: Mapping[str, ArchetypeName] = {
    "server": WEB_SERVICE,
    "worker": DATA_PIPELINE,
    "job": DATA_PIPELINE,
    "tool": CLI_TOOL,
}
ROLE_OF: Mapping[ArchetypeName, Role] = {WEB_SERVICE: "server", DATA_PIPELINE: "job", CLI_TOOL: "tool", LIBRARY: "tool"}
ARCHETYPES: tuple[ArchetypeName, ...] = (WEB_SERVICE, CLI_TOOL, LIBRARY, DATA_PIPELINE)

_ALIASES: Mapping[str, ArchetypeName] = {
    "web": WEB_SERVICE,
    "webservice": WEB_SERVICE,
    "web-api": WEB_SERVICE,
    "api": WEB_SERVICE,
    "http-api": WEB_SERVICE,
    "rest-api": WEB_SERVICE,
    "service": WEB_SERVICE,
    "server": WEB_SERVICE,
    "cli": CLI_TOOL,
    "clitool": CLI_TOOL,
    "command-line-tool": CLI_TOOL,
    "command-line": CLI_TOOL,
    "lib": LIBRARY,
    "package": LIBRARY,
    "pipeline": DATA_PIPELINE,
    "datapipeline": DATA_PIPELINE,
    "etl": DATA_PIPELINE,
    "job": DATA_PIPELINE,
    "batch": DATA_PIPELINE,
}

# Archetypes that exist in specs and have no deployment here: the nearest one that has, and when it fits.
_NEAREST: Mapping[str, tuple[ArchetypeName, str]] = {
    "web-app": (WEB_SERVICE, "if a server delivers it"),
    "webapp": (WEB_SERVICE, "if a server delivers it"),
    "website": (WEB_SERVICE, "if a server delivers it"),
    "desktop-app": (CLI_TOOL, "if it also runs without a screen"),
    "mobile-app": (WEB_SERVICE, "for the service that it talks to"),
    "compiler": (CLI_TOOL, "a compiler is run from a command line"),
    "game": (CLI_TOOL, "if it runs in a terminal"),
    "sdk": (LIBRARY, "an SDK is published like a library"),
    "plugin": (LIBRARY, "a plugin is published like a library"),
    "worker": (DATA_PIPELINE, "with `role: worker` in specs/deploy.yaml, where it does not end"),
    "daemon": (DATA_PIPELINE, "with `role: worker` in specs/deploy.yaml, where it does not end"),
}


def _normalised(text: str) -> str:
    return "-".join(text.lower().replace("_", " ").replace("-", " ").split())


def archetype(text: str) -> ArchetypeName:
    """One of ARCHETYPES for *text*, whatever its case and separators."""
    name = _normalised(text)
    for one in ARCHETYPES:
        if name == one:
            return one
    if name in _ALIASES:
        return _ALIASES[name]
    all_of_them = ", ".join(ARCHETYPES)
    if name in _NEAREST:
        nearest, when = _NEAREST[name]
        raise refused(
            ARCHETYPE,
            f"the archetype {name} has no deployment here; there are {all_of_them}",
            f"write {nearest}, the nearest that there is ({when})",
        )
    close = get_close_matches(name[:40], [*ARCHETYPES, *_ALIASES], n=1)
    fix = f"did you mean {close[0]}?" if close else f"write one of {all_of_them}"
    raise refused(ARCHETYPE, f"an unknown archetype; there are {all_of_them}", fix)


def _schema(_source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
    return no_info_after_validator_function(archetype, handler(str))


Archetype = Annotated[
    ArchetypeName, GetPydanticSchema(_schema), WithJsonSchema({"type": "string", "examples": list(ARCHETYPES)})
]
