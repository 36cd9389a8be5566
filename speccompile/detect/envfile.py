"""Programs that end where there is no file of variables to read: no image has one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from speccompile.codes.starting import ENV_FILE
from speccompile.detect.reading import Sources
from speccompile.diagnostics import Diagnostic
from speccompile.regex import regex
from speccompile.source import Span

# What reads the file and what ends the program when it is not there, by the ending of a source's name; and what to write in its place.
_INSIST = (
    (
        ".go",
        # https://pkg.go.dev/github.com/joho/godotenv#Load
        regex(
            r"\bgodotenv\.(?:Load|Overload)\([^()\n]{0,120}\)[;\s]{0,40}(?:\w+ *!= *nil\s*|if\s+\w+\s*!=\s*nil\s*)\{\s*"
            r"(?:\w+\.)?(?:Fatal\w*|Panic\w*|panic|Exit)\("
        ),
        "go on where the file is not there: `_ = godotenv.Load()`",
    ),
    (
        ".rs",
        # https://docs.rs/dotenvy/latest/dotenvy/fn.dotenv.html
        regex(r"\bdotenv(?:y?::dotenv)?\(\)\s*\.(?:unwrap|expect)\("),
        "go on where the file is not there: `dotenv().ok();`",
    ),
    (
        ".rb",
        # https://github.com/bkeepers/dotenv#usage
        regex(r"\bDotenv\.(?:load!|overload!)"),
        "go on where the file is not there: `Dotenv.load`",
    ),
    (
        ".php",
        # https://github.com/vlucas/phpdotenv#usage
        regex(r"\bDotenv::create\w*\([^;]{0,200}?\)\s*(?:;\s*\$\w+\s*)?->load\(\)"),
        "go on where the file is not there: `safeLoad()` in place of `load()`",
    ),
)
# That the file is looked for first, or read by developers alone.
_GUARDED = regex(
    r"\b(?:file_exists|is_file|is_readable|File\.exist\?|os\.Stat|Getenv|LookupEnv|getenv|env::var|cfg!)\b\(?[^;\n]{0,80}\Z"
)
_BEFORE = 240


def insisted(sources: Sources) -> Iterator[Diagnostic]:
    """The first place in *sources* where a program is ended for want of the file."""
    found = (
        (path, code, match, fix)
        for path, code in sources
        for ending, insists, fix in _INSIST
        if path.endswith(ending)
        for match in code.finditer(insists)
    )
    for path, code, match, fix in found:
        if not _is_guarded(code.code[max(0, match.start() - _BEFORE) : match.start()]):
            yield ENV_FILE.at(
                Span(path, code.line(match.start()), code.column(match.start())),
                "the program ends where there is no .env, and no image has one",
                fix=fix,
                found=match[0].partition("\n")[0].strip(),
                expected="a program that starts with what its environment has",
                expected_by="the image, into which no file of variables is copied",
            )
            return


def _is_guarded(before: str) -> bool:
    """Whether a condition stands just before it."""
    return any(_GUARDED.search(line) for line in re.split(r"\n", before)[-3:])
