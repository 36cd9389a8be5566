"""Variables that a schema names: pydantic's settings, and objects of zod and envalid."""

from __future__ import annotations

import re
from collections.abc import Iterator

from speccompile.lexing import Lexed
from speccompile.regex import regex

_SCRIPT = (".js", ".mjs", ".cjs", ".ts", ".mts", ".cts")
_CLASS = regex(r"^([ \t]*)class[ \t]+\w+\([^()\n]{0,200}\bBaseSettings\b[^()\n]{0,200}\)[ \t]*:", re.MULTILINE)
_FIELD = regex(r"^([ \t]+)([A-Za-z]\w{0,60})[ \t]*:[ \t]*([^=\n#]{1,200}?)[ \t]*(?:=[ \t]*(.{0,300}))?$", re.MULTILINE)
_PREFIX = regex(r"""\benv_prefix\s*=\s*["'](\w{0,40})["']""")
_ALIAS = regex(r"""\b(?:validation_alias|alias|env)\s*=\s*(?:AliasChoices\(\s*)?["'](\w{1,60})["']""")
_HAS_DEFAULT = regex(r"\bdefault(?:_factory)?\s*=(?!\s*\.\.\.)|\A(?:pydantic\.)?Field\(\s*(?!\.\.\.|\)|\w+\s*=)")
_LOCAL = regex(r"^class[ \t]+(\w+)\(", re.MULTILINE)
_READS_ENVIRONMENT = regex(r"\bprocess\.env\b|\bimport\.meta\.env\b|\bcreateEnv\(|\bcleanEnv\(|\b(?:Bun|Deno)\.env\b")
_KEY = regex(
    r"(?<![\w.])[\"']?(?P<name>[A-Z][A-Z0-9_]{1,60})[\"']?\s*:\s*(?P<of>z\.|(?:str|url|port|num|bool|email|host|json|makeValidator)\()"
)
_OPTIONAL = regex(r"\.(?:optional|nullish|default|catch|prefault)\(|\bz\.(?:optional|nullish)\(|(?<!\w)default\s*:")
_LONGEST = 600


def settings(suffix: str, code: Lexed) -> Iterator[tuple[str, int, bool]]:
    """The variables that the schemas of a source name, with their places, and whether they must be there."""
    if suffix == ".py" and "BaseSettings" in code.code:
        yield from _pydantic(code)
    elif suffix in _SCRIPT and code.search(_READS_ENVIRONMENT):
        yield from _objects(code)


def _pydantic(code: Lexed) -> Iterator[tuple[str, int, bool]]:
    """Fields of the classes that are settings: a field's variable is its alias, or its name behind the prefix."""
    models = {match[1] for match in code.finditer(_LOCAL)}
    for found in code.finditer(_CLASS):
        body = _body(code.code, found.end(), len(found[1]))
        prefix = next((match[1] for match in _PREFIX.finditer(body)), "")
        indent = next((match[1] for match in _FIELD.finditer(body)), "")
        for field in _FIELD.finditer(body):
            at = found.end() + field.start(2)
            nested = field[3].split("|")[0].strip() in models or field[3].startswith("ClassVar")
            if field[1] == indent and field[2] != "model_config" and not nested and not code.within(at):
                alias = _ALIAS.search(field[4] or "")
                name = alias[1] if alias else prefix + field[2]
                yield name.upper(), at, _is_wanted(field[4])


def _is_wanted(value: str | None) -> bool:
    if value is None or value.startswith("..."):
        return True
    return re.match(r"(?:pydantic\.)?Field\(", value) is not None and not _HAS_DEFAULT.search(value)


def _body(text: str, start: int, indent: int) -> str:
    """The lines behind a class's head that are deeper than it, and empty ones."""
    end = start
    for line in text[start:].splitlines(keepends=True):
        deeper = len(line) - len(line.lstrip(" \t")) > indent
        if end > start and line.strip() and not deeper:
            break
        end += len(line)
    return text[start:end]


def _objects(code: Lexed) -> Iterator[tuple[str, int, bool]]:
    """Entries of objects whose values are zod's or envalid's types."""
    for found in code.finditer(_KEY):
        value = _value(code.bare, found.start("of"))
        yield found["name"], found.start("name"), not _OPTIONAL.search(value)


def _value(bare: str, start: int) -> str:
    """The expression from *start* to the comma or the bracket that ends it."""
    depth = 0
    for at in range(start, min(len(bare), start + _LONGEST)):
        char = bare[at]
        if (char in ")]}" and not depth) or (char == "," and not depth):
            return bare[start:at]
        depth += (char in "([{") - (char in ")]}")
    return bare[start : start + _LONGEST]
