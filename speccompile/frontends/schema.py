"""JSON Schemas (2020-12) of what users may write, for their editors."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from speccompile.spec.deploy import Deploy
from speccompile.spec.manifest import Manifest
from speccompile.spec.patch import EjectedFiles, PatchFile
from speccompile.spec.verification import Verification

_MODELS: dict[str, type[BaseModel]] = {
    "assertions": Manifest,
    "deploy": Deploy,
    "verification": Verification,
    "patches": PatchFile,
    "ejected": EjectedFiles,
}

DIALECT = "https://json-schema.org/draft/2020-12/schema"
KINDS = tuple(_MODELS)


def schema(kind: str) -> dict[str, Any]:
    """The schema of a format: assertions, deploy, verification, patches or ejected (``KeyError`` for another).

    It knows shapes; references, cycles and the like only ``load`` can check.
    """
    return {"$schema": DIALECT, **_MODELS[kind].model_json_schema(by_alias=True)}
