"""Variables that the sources read without a default, and do without."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping

from speccompile.detect.demand_patterns import DEFAULTS, may_match
from speccompile.detect.demand_schemas import settings
from speccompile.lexing import Lexed
from speccompile.regex import regex
from speccompile.source import Span

_N = r"(?P<name>[A-Z][A-Z0-9_]{1,60})"
_Q = rf"[\"'`]{_N}[\"'`]"
# Neither written nor compared: what is compared with a word is a switch, which is off.
_READ = r"(?!\s*\)?\s*(?:[!=]==?|=(?!=)|\+=))"
_SCRIPT = (".js", ".mjs", ".cjs", ".ts", ".mts", ".cts", ".tsx", ".jsx", ".vue", ".svelte", ".astro")
# What surely asks the environment, by the ends of files' names.
_SURE = (
    (
        _SCRIPT,
        rf"\b(?:process|Bun|Deno)\.env\.{_N}\b{_READ}",
        rf"\b(?:process|Bun)\.env\[\s*{_Q}\s*\]{_READ}",
        rf"\bDeno\.env\.get\(\s*{_Q}\s*\){_READ}",
    ),
    ((".py",), rf"\bos\.(?:getenv|environ\.get)\(\s*{_Q}\s*\){_READ}"),
    ((".go",), rf"\bos\.(?:Getenv|LookupEnv)\(\s*{_Q}\s*\){_READ}"),
    ((".rs",), rf"\benv::var(?:_os)?\(\s*{_Q}\s*\)"),
    ((".rb", ".ru"), rf"\bENV\[\s*{_Q}\s*\]{_READ}"),
    ((".php",), rf"\bgetenv\(\s*{_Q}\s*\){_READ}", rf"\$_ENV\[\s*{_Q}\s*\]{_READ}"),
    ((".java", ".kt"), rf"\bSystem\.getenv\(\s*{_Q}\s*\){_READ}"),
    ((".cs", ".fs"), rf"\bGetEnvironmentVariable\(\s*{_Q}\s*\){_READ}"),
    ((".ex", ".exs"), rf"\bSystem\.get_env\(\s*{_Q}\s*\){_READ}"),
)
_PATTERNS = tuple((endings, tuple(map(regex, several))) for endings, *several in _SURE)
# Tools read these, while people build and test.
_OF_TOOLS = regex(
    r"(?:^|/)(?:scripts?|tools?|bench(?:marks?)?|e2e|cypress|playwright|\.storybook)/|\.config\.[cm]?[jt]s\Z|(?:^|/)config/(?:environments/)?(?:dev|development|test)\.(?:exs|rb)\Z|(?:^|/)(?:gulpfile|webpack)\b"
)


# What people tell a program while they test it.
_OF_TESTS = regex(r"(?:\A|_)(?:TESTS?|MOCKS?|MOCKING|PLAYWRIGHT|CYPRESS|JEST|VITEST|STORYBOOK|E2E)(?:_|\Z)")


def optional(sources: Iterable[tuple[str, Lexed]]) -> Mapping[str, Span]:
    """Those of *sources*, by name, each with the first place."""
    found: dict[str, Span] = {}
    defaults: set[str] = set()
    for path, code in sources:
        if not may_match(code):
            continue
        suffix = posixpath.splitext(path)[1]
        for pattern in DEFAULTS:
            defaults.update(match["name"] for match in code.finditer(pattern))
        defaults.update(name for name, _, wanted in settings(suffix, code) if not wanted)
        if _OF_TOOLS.search(path):
            continue
        for endings, patterns in _PATTERNS:
            for match in (match for pattern in patterns if suffix in endings for match in code.finditer(pattern)):
                found.setdefault(match["name"], Span(path, code.line(match.start()), code.column(match.start())))
    return {name: span for name, span in sorted(found.items()) if name not in defaults and not _OF_TESTS.search(name)}
