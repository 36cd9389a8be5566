"""What a health module must be made of: reviewed parts, and lines that hold constants between them."""

from __future__ import annotations

import re

from speccompile.plan.plan import HealthModule
from speccompile.record import record
from speccompile.verify import place
from speccompile.verify.health_parts import reviewed
from speccompile.verify.reviewed_lines import Piece

# Which template has the probe for which kind of service.
_PROBES = {"mariadb": "mysql", "https": "http"}
_HOLES = {
    "NUMBER": r"[0-9]+",
    "WORD": r"(?:[A-Za-z0-9@%+=:,./_-]+|'(?:[^']|'\"'\"')*')",
    "STRING": r'"(?:[^"\\]|\\.)*"',
    "FLAG": r"(?:True|False|true|false)",
}


@record()
class _Form:
    """What a language's modules look like: comment mark, blank lines between parts, the lines that hold constants, and the line before all others."""

    comment: str
    suffix: str
    gap: int
    constants: tuple[str, ...]
    opening: tuple[str, ...]
    need: str
    closing: str
    first: str | None = None


_PYTHON = _Form(
    comment="#",
    suffix="py",
    gap=2,
    constants=(
        "PORT = NUMBER",
        "PATH = STRING",
        "READY = STRING",
        "SITE = STRING",
        "SCHEME = STRING",
        "STRICT = FLAG",
        "TIMEOUT = NUMBER",
        "START = NUMBER",
        "RETRIES = NUMBER",
    ),
    opening=("NEEDS = (",),
    need="    (STRING, STRING, STRING, STRING, FLAG),",
    closing=")",
)
_RECORD = "  { name: STRING, protocol: STRING, variable: STRING, password: STRING, critical: FLAG },"
_TYPESCRIPT = _Form(
    comment="//",
    suffix="ts",
    gap=1,
    constants=(
        "const PORT = NUMBER;",
        "const PATH = STRING;",
        "const READY = STRING;",
        "const SITE: string = STRING;",
        "const SCHEME: string = STRING;",
        "const STRICT: boolean = FLAG;",
        "const TIMEOUT = NUMBER;",
        "const START = NUMBER;",
        "const RETRIES = NUMBER;",
    ),
    opening=("const NEEDS: readonly Need[] = [",),
    need=_RECORD,
    closing="];",
)
_JAVASCRIPT = _Form(
    comment="//",
    suffix="mjs",
    gap=1,
    constants=(
        "const PORT = NUMBER;",
        "const PATH = STRING;",
        "const READY = STRING;",
        "/** @type {string} */",
        "const SITE = STRING;",
        "/** @type {string} */",
        "const SCHEME = STRING;",
        "/** @type {boolean} */",
        "const STRICT = FLAG;",
        "const TIMEOUT = NUMBER;",
        "const START = NUMBER;",
        "const RETRIES = NUMBER;",
    ),
    opening=("/** @type {readonly Need[]} */", "const NEEDS = ["),
    need=_RECORD,
    closing="];",
)
_GO = _Form(
    comment="//",
    suffix="go",
    gap=1,
    constants=(
        "const PORT = NUMBER",
        "const PATH = STRING",
        "const READY = STRING",
        "const SITE = STRING",
        "const SCHEME = STRING",
        "const STRICT = FLAG",
        "const TIMEOUT = NUMBER",
        "const START = NUMBER",
        "const RETRIES = NUMBER",
    ),
    opening=("", "var NEEDS = []need{"),
    need="\t{STRING, STRING, STRING, STRING, FLAG},",
    closing="}",
)
_RUST = _Form(
    comment="//",
    suffix="rs",
    gap=1,
    constants=(
        "const PORT: u16 = NUMBER;",
        "const PATH: &str = STRING;",
        "const READY: &str = STRING;",
        "const SITE: &str = STRING;",
        "const SCHEME: &str = STRING;",
        "const STRICT: bool = FLAG;",
        "const TIMEOUT: u64 = NUMBER;",
        "const START: u64 = NUMBER;",
        "const RETRIES: usize = NUMBER;",
    ),
    opening=("#[rustfmt::skip]", "const NEEDS: &[Need] = &["),
    need="    need!(STRING, STRING, STRING, STRING, FLAG),",
    closing="];",
)
_JAVA = _Form(
    comment="//",
    suffix="java",
    gap=1,
    constants=(
        "    static final int PORT = NUMBER;",
        "    static final String PATH = STRING;",
        "    static final String READY = STRING;",
        "    static final String SITE = STRING;",
        "    static final String SCHEME = STRING;",
        "    static final boolean STRICT = FLAG;",
        "    static final int TIMEOUT = NUMBER;",
        "    static final int START = NUMBER;",
        "    static final int RETRIES = NUMBER;",
    ),
    opening=("    static final Need[] NEEDS = {",),
    need="        new Need(STRING, STRING, STRING, STRING, FLAG),",
    closing="    };",
)
_PHP = _Form(
    comment="//",
    suffix="php",
    gap=1,
    constants=(
        "const PORT = NUMBER;",
        "const PATH = STRING;",
        "const READY = STRING;",
        "const SITE = STRING;",
        "const SCHEME = STRING;",
        "const STRICT = FLAG;",
        "const TIMEOUT = NUMBER;",
        "const START = NUMBER;",
        "const RETRIES = NUMBER;",
    ),
    opening=("const NEEDS = [",),
    need="    [STRING, STRING, STRING, STRING, FLAG],",
    closing="];",
    first="<?php",
)
_RUBY = _Form(
    comment="#",
    suffix="rb",
    gap=1,
    constants=(
        "  PORT = NUMBER",
        "  PATH = STRING",
        "  READY = STRING",
        "  SITE = STRING",
        "  SCHEME = STRING",
        "  STRICT = FLAG",
        "  TIMEOUT = NUMBER",
        "  START = NUMBER",
        "  RETRIES = NUMBER",
    ),
    opening=("  NEEDS = [",),
    need="    [STRING, STRING, STRING, STRING, FLAG],",
    closing="  ].freeze",
)
_SHELL = _Form(
    comment="#",
    suffix="sh",
    gap=1,
    constants=(
        "ASK_PORT=NUMBER",
        "ASK_PATH=WORD",
        "ASK_READY=WORD",
        "ASK_SITE=WORD",
        "ASK_SCHEME=WORD",
        "ASK_STRICT=FLAG",
        "ASK_TIMEOUT=NUMBER",
        "ASK_START=NUMBER",
        "ASK_RETRIES=NUMBER",
    ),
    opening=(),
    need="",
    closing="",
)
_FORMS = {
    "python": _PYTHON,
    "javascript": _JAVASCRIPT,
    "typescript": _TYPESCRIPT,
    "go": _GO,
    "rust": _RUST,
    "java": _JAVA,
    "php": _PHP,
    "ruby": _RUBY,
    "shell": _SHELL,
}


def expected(health: HealthModule) -> tuple[Piece, ...]:
    """What *health*'s module is made of, an empty line last; a pattern where a constant stands."""
    form = _FORMS[health.language]
    kind = "needs" if health.needs else "alone"
    probes = sorted({_PROBES.get(need.protocol, need.protocol) for need in health.needs})
    pieces: list[Piece] = [
        *([form.first] if form.first else []),
        *(f"{form.comment} {line}" for line in place.header(health.path)),
    ]
    pieces += [reviewed(health.language, f"{kind}_head"), ""]
    pieces += [_pattern(line) for line in form.constants]
    if health.needs:
        pieces += [*form.opening, *(_pattern(form.need) for _ in health.needs), form.closing]
    pieces.append(reviewed(health.language, "link"))
    for part in ("watchdog", *(["needs", *probes] if health.needs else []), f"{kind}_tail"):
        pieces += [*([""] * form.gap), reviewed(health.language, part)]
    return (*pieces, "")


def _pattern(form: str) -> re.Pattern[str]:
    return re.compile(re.sub("|".join(_HOLES), lambda hole: _HOLES[hole[0]], re.escape(form)))
