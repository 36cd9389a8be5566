"""How sources of each language take a variable for granted, and how they have a default for it. Each pattern begins in
code and has the variable's name as its group ``name``."""

from __future__ import annotations

import re
from typing import TypeAlias

from speccompile.lexing import Lexed
from speccompile.regex import regex

_N = r"(?P<name>[A-Z][A-Z0-9_]{1,60})"
_Q = rf"[\"'`]{_N}[\"'`]"
_NAMED = regex(r"[\"'`][A-Z][A-Z0-9_]|\benv\b|\$\{[A-Z]")

Patterns: TypeAlias = tuple[re.Pattern[str], ...]


def _patterns(*sources: str) -> Patterns:
    return tuple(map(regex, sources))


def may_match(code: Lexed) -> bool:
    """Whether any pattern of ``DEMANDS`` and ``DEFAULTS`` can: all need a name in quotes or behind ``env.``, and few sources have one."""
    return _NAMED.search(code.code) is not None


_SCRIPT = (".js", ".mjs", ".cjs", ".ts", ".mts", ".cts", ".tsx", ".jsx")
_ENV = r"(?:process|Bun|Deno)\.env"


def _script(before: str, after: str) -> tuple[str, ...]:
    """The ways of reading a variable, between *before* and *after*."""
    return tuple(
        f"{before}{read}{after}"
        for read in (rf"{_ENV}\.{_N}\b", rf"{_ENV}\[\s*{_Q}\s*\]", rf"{_ENV}\.get\(\s*{_Q}\s*\)")
    )


_ENDS = r"(?:throw\b|process\.exit\(|Deno\.exit\(|console\.error\([^;]{0,300}\);?\s*(?:process|Deno)\.exit\()"
_FAILS = r"(?:raise\b|sys\.exit\(|exit\()"
_DIES = r"(?:log\.(?:\w+\.)?(?:Fatal|Panic)\w*\(|panic\(|os\.Exit\(|return\s[^\n]{0,120}(?:[Ee]rr|errors)\b)"
_MUST = r"\b\w{0,40}(?:[Rr]equire|[Mm]ust|[Ee]nsure|[Mm]andatory)\w{0,20}(?:[Ee]nv|ENV|[Vv]ar|[Cc]onfig|[Ss]ecret)\w{0,20}\(\s*"
_OR_FAIL = (
    r"\b\w{0,40}(?:[Ee]nv|ENV|[Cc]onfig|\.get)\w{0,10}Or(?:Throw|Fail|Die|Panic|Exit)\w{0,10}(?:<[^<>\n]{0,60}>)?\(\s*"
)

DEMANDS: tuple[tuple[tuple[str, ...], Patterns], ...] = (
    (
        (".py",),
        _patterns(
            rf"\benviron\[\s*{_Q}\s*\](?!\s*=(?!=))",
            rf"\b(?P<held>\w+)(?:\s*:[^=\n]{{1,60}})?\s*=\s*os\.(?:getenv|environ\.get)\(\s*{_Q}\s*\)\s*\n\s*if\s+(?:not\s+(?P=held)|(?P=held)\s+is\s+None)\s*:\s*{_FAILS}",
            rf"\bif\s+not\s+os\.(?:getenv|environ\.get)\(\s*{_Q}\s*\)\s*:\s*{_FAILS}",
            rf"\bif\s+{_Q}\s+not\s+in\s+os\.environ\s*:\s*{_FAILS}",
            rf"\b(?:env|config)(?:\.(?:str|int|bool|float|url|list|tuple|dict|json|decimal|date|uuid|db|db_url|cache|cache_url|email_url|path))?"
            rf"\(\s*{_Q}\s*(?:,\s*cast\s*=\s*[\w.]{{1,60}}(?:\([^()\n]{{0,60}}\))?\s*)?\)",
            _MUST + _Q,
            r"\b(?:require|must_get|get_required|required)_env\w{0,20}\(\s*" + _Q + r"\s*\)",
        ),
    ),
    (
        _SCRIPT,
        _patterns(
            *_script("", r"!(?![=])"),
            *_script(r"\bif\s*\(\s*!\s*", rf"\s*\)\s*\{{?\s*{_ENDS}"),
            *_script(
                r"\b(?:const|let|var)\s+(?P<held>\w+)(?:\s*:[^=\n]{1,60})?\s*=\s*",
                rf"\s*;?\s*\n\s*if\s*\(\s*!\s*(?P=held)\s*\)\s*\{{?\s*{_ENDS}",
            ),
            *_script(
                "",
                r"\s*(?:\?\?|\|\|)\s*(?:\(\s*\(\s*\)\s*(?::\s*never\s*)?=>\s*\{\s*throw\b|(?:fail|raise|panic|die|throwError)\w{0,20}\()",
            ),
            *_script(r"\b(?:invariant|assert(?:\.ok)?)\(\s*", r"\s*[,)]"),
            _MUST + _Q,
            _OR_FAIL + _Q,
        ),
    ),
    (
        (".go",),
        _patterns(
            rf"\b(?P<held>\w+)\s*:?=\s*os\.Getenv\(\s*{_Q}\s*\)\s*\n\s*if\s+(?:(?P=held)\s*==\s*\"\"|len\((?P=held)\)\s*==\s*0)\s*\{{\s*{_DIES}",
            rf"\bif\s+(?P<held>\w+)\s*:?=\s*os\.Getenv\(\s*{_Q}\s*\)\s*;\s*(?P=held)\s*==\s*\"\"\s*\{{\s*{_DIES}",
            rf"\bif\s+os\.Getenv\(\s*{_Q}\s*\)\s*==\s*\"\"\s*\{{\s*{_DIES}",
            rf"\b(?P<held>\w+)\s*:?=\s*os\.LookupEnv\(\s*{_Q}\s*\)\s*(?:\n\s*if\s+|;\s*)!\s*(?P=held)\s*\{{\s*{_DIES}",
            rf"[\w\])}}][ \t]+`[^`\n]{{0,200}}?\benv:\"{_N},\s*(?:[\w=]{{1,20}},\s*){{0,3}}(?:required|notEmpty)\b",
            rf"[\w\])}}][ \t]+`[^`\n]{{0,200}}?\b(?:env|envconfig):\"{_N}\"[^`\n]{{0,200}}?\b(?:env-)?required:\"true\"",
            rf"[\w\])}}][ \t]+`[^`\n]{{0,200}}?\brequired:\"true\"[^`\n]{{0,200}}?\b(?:env|envconfig):\"{_N}\"",
            _MUST + _Q,
        ),
    ),
    (
        (".rs",),
        _patterns(
            rf"\benv::var(?:_os)?\(\s*{_Q}\s*\)\s*(?:\?|\.(?:expect|unwrap|context|with_context|map_err|wrap_err|ok_or\w*)\()",
            rf"\bdotenvy?::var\(\s*{_Q}\s*\)\s*(?:\?|\.(?:expect|unwrap|context|with_context|map_err)\()",
            rf"#\[(?:arg|clap)\((?![^\]\n]{{0,300}}default_value)[^\]\n]{{0,200}}\benv\s*=\s*{_Q}(?![^\]\n]{{0,300}}default_value)[^\]\n]{{0,200}}\]\s*"
            r"(?:pub(?:\([a-z]+\))?\s+)?\w+\s*:\s*(?!\s|Option\b|bool\b|Vec\b)",
        ),
    ),
    (
        (".java", ".kt"),
        _patterns(
            rf"\brequireNonNull\(\s*System\.getenv\(\s*{_Q}\s*\)",
            rf"\bSystem\.getenv\(\s*{_Q}\s*\)\s*(?:!!|\?:\s*(?:error\(|throw\b))",
            rf"\bOptional\.ofNullable\(\s*System\.getenv\(\s*{_Q}\s*\)\s*\)\s*\.orElseThrow\(",
            rf"@Value\(\s*\"\$\{{{_N}\}}\"",
        ),
    ),
    (
        (".php",),
        _patterns(
            rf"\bgetenv\(\s*{_Q}\s*\)\s*\?:\s*throw\b",
            rf"\$_(?:ENV|SERVER)\[\s*{_Q}\s*\]\s*\?\?\s*throw\b",
            _MUST + _Q,
            _OR_FAIL + _Q,
        ),
    ),
    (
        (".rb", ".ru"),
        _patterns(
            rf"\bENV\.fetch\(\s*{_Q}\s*\)(?!\s*(?:\{{|do\b))",
            rf"\bENV\.fetch\s+{_Q}(?!\s*(?:,|\{{|do\b))",
            rf"\bENV\[\s*{_Q}\s*\]\s*(?:\|\||or)\s*(?:raise|abort)\b",
        ),
    ),
    (
        (".ex", ".exs"),
        _patterns(
            rf"\bSystem\.fetch_env!\(\s*{_Q}\s*\)",
            rf"\bSystem\.get_env\(\s*{_Q}\s*\)\s*\|\|\s*raise\b",
        ),
    ),
    (
        (".cs", ".fs"),
        _patterns(
            rf"\bEnvironment\.GetEnvironmentVariable\(\s*{_Q}\s*\)\s*(?:!|\?\?\s*throw\b)",
            rf"\bArgumentException\.ThrowIfNullOrEmpty\(\s*Environment\.GetEnvironmentVariable\(\s*{_Q}\s*\)",
            _MUST + _Q,
        ),
    ),
    ((".yml", ".yaml", ".properties"), _patterns(rf"\$\{{{_N}\}}")),
)
"""For each language, by the ends of its files' names, what takes a variable for granted."""

DEFAULTS = _patterns(
    rf"\b(?:get|getenv|Getenv|env|config|fetch|str|int|bool|url|list|getOrDefault|\w{{0,20}}[Ee]nv\w{{0,20}})\(\s*{_Q}\s*,(?!\s*cast\s*=[^,\n]*\)\s*$)",
    rf"\benviron\.get\(\s*{_Q}\s*\)\s*or\b",
    rf"{_Q}\s+in\s+os\.environ\b",
    *_script("", r"\s*\)?\s*(?:\?\?|\|\|)\s*(?!\(\s*\(\s*\)|(?:fail|raise|panic|die|throwError)\w{0,20}\()"),
    rf"\bvar(?:_os)?\(\s*{_Q}\s*\)\s*\.(?:unwrap_or\w*|ok)\(",
    rf"\bgetenv\(\s*{_Q}\s*\)\s*\?:\s*(?!error\(|throw\b)",
    rf"\$_(?:ENV|SERVER)\[\s*{_Q}\s*\]\s*\?\?\s*(?!throw\b)",
    rf"\bENV\.fetch\(?\s*{_Q}\s*\)?\s*(?:,|\{{|do\b)",
    rf"\bENV\[\s*{_Q}\s*\]\s*(?:\|\||or)\s*(?!raise\b|abort\b)",
    rf"\bSystem\.get_env\(\s*{_Q}\s*\)\s*\|\|\s*(?!raise\b)",
    rf"\bGetEnvironmentVariable\(\s*{_Q}\s*\)\s*\?\?\s*(?!throw\b)",
)
"""What has a default for a variable, or goes on without it."""
