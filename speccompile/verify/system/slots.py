"""SC956: what the compose file leaves to the operator is in .env.example, and the other way round."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from speccompile.codes import system as codes
from speccompile.regex import regex
from speccompile.verify.compose_findings import entries
from speccompile.verify.readers import dotenv, interpolation
from speccompile.verify.readers.interpolation import Reference
from speccompile.verify.system.finding import Finding
from speccompile.verify.system.parsed import COMPOSE, System

EXAMPLE = ".env.example"
_SECRET = regex(r"(?:.*_)?(?:PASSWORD|TOKEN|SECRET|API_KEY|PRIVATE_KEY)")


def slots(system: System) -> Iterator[Finding]:
    """SC956: the same names; what is optional by the same value; no value of a secret."""
    if EXAMPLE not in system.files:
        return
    variables = {variable.name: variable for variable in dotenv.read(system.files[EXAMPLE]).variables}
    references = {reference.name: reference for reference in _references(system.document.data)}
    for name in sorted(references.keys() - variables.keys()):
        yield Finding(COMPOSE, 1, 1, codes.SLOT, f"{name} is asked for, and {EXAMPLE} does not explain it")
    for name in sorted(variables.keys() - references.keys()):
        yield Finding(EXAMPLE, variables[name].line, 1, codes.SLOT, f"{name} is explained, and nothing asks for it")
    for name in sorted(variables.keys() & references.keys()):
        if _SECRET.fullmatch(name) and (variables[name].value or references[name].operator != ":?"):
            message = f"{name} is a secret, and has a value, or nobody demands one"
            yield Finding(EXAMPLE, variables[name].line, 1, codes.SLOT, message)


def demanded(system: System) -> Iterator[Finding]:
    """SC956: each secret's file, or its variable, is the operator's to name."""
    for name, how in entries(entries(system.document.data).get("secrets")).items():
        file = entries(how).get("file")
        if file is not None and not str(file).startswith("${"):
            message = f"the file of the secret {name} is not left to the operator"
            yield system.finding(("secrets", name), codes.SLOT, message)


def _references(value: Any) -> Iterator[Reference]:
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list):
        for child in value:
            yield from _references(child)
    elif isinstance(value, str) and "$" in value:
        yield from interpolation.references(interpolation.read(value))
