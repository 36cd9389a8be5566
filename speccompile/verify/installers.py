"""Programs that fetch or compile what a project depends on: how their calls look, and which of these follow a lock."""

from __future__ import annotations

from speccompile.record import record
from speccompile.regex import regex


@record()
class Installer:
    """A program: a pattern for its name, one for what follows where it installs or builds, one for calls (the whole
    command) that take exactly what is locked."""

    name: str
    installs: str
    exact: str


# The project's own sources, by their directories, and nothing that they depend on.
_OWN = (
    r"install\s+--no-deps(?:\s+--(?:python|prefix)\s+/\S+|\s+--no-compile)*"
    r"(?:\s+(?:--editable\s+)?(?:\.(?:/[^\s'&;|]+)?|'\./[^']+'))+\s*\Z"
)

INSTALLERS = (
    Installer(
        r"npm",
        r"(?:ci|i|install|add)\b",
        r"\bnpm\s+(?:ci\b|install\s+--global\s+(?:--\S+\s+)*(?:npm|pnpm|yarn|@yarnpkg/cli-dist)@\d+\.\d+\.\d+\S*\s)",
    ),
    Installer(r"bun", r"(?:i|install|add)\b", r"\bbun\s+install\b.*--frozen-lockfile"),
    Installer(r"pnpm", r"(?:i|install|add)\b", r"\bpnpm\s+install\b.*--frozen-lockfile"),
    Installer(
        r"yarn",
        r"(?:--cwd\s+\S+\s+)?(?:install|add|workspaces\s+focus)\b",
        r"\byarn\s+(?:install\b.*--(?:immutable|frozen-lockfile)|(?:--cwd\s+\S+\s+)?workspaces\s+focus\b)",
    ),
    Installer(
        r"pip3?",
        r"(?:-\S+(?:\s+[^-\s]\S*)?\s+)*install\b",
        rf"\bpip3?\b.*\s(?:install\b.*(?:\s-r\s|\s--requirement|==|--no-index)|{_OWN})",
    ),
    Installer(r"uv", r"(?:sync|pip)\b", rf"\buv\s+(?:sync\b.*--(?:locked|frozen)|pip\s+{_OWN})"),
    Installer(r"pipenv", r"(?:sync|install)\b", r"\bpipenv\s+sync\b"),
    Installer(r"poetry", r"install\b", r"\bpoetry\s+install\b"),
    Installer(r"deno", r"(?:install|add)\b", r"\bdeno\s+install\b.*--frozen"),
    Installer(r"cargo", r"(?:build|install)\b", r"\bcargo\s+build\b.*--locked"),
    # A build fetches what was not downloaded before, unless vendor/ holds it all.
    Installer(
        r"go",
        r"(?:(?:install|get|run)\b|mod\s+(?:download|tidy|vendor)\b|build\b(?!.*-mod=vendor))",
        r"\bgo\s+(?:build|mod\s+download)\b(?!.*(?:-mod[= ]mod\b|@latest))",
    ),
    Installer(r"composer", r"(?:install|i|update|require)\b", r"\bcomposer\s+install\b"),
    Installer(r"pecl", r"install\b", r"\bpecl\s+install\s+\w+-\d+\.\d+"),
    Installer(r"bundle", r"install\b", r"\benv\s+BUNDLE_FROZEN=true\s+bundle\s+install\b"),
    Installer(r"mvnw?", r"", r"\bmvnw?\b"),
    Installer(r"gradlew?", r"", r"\bgradlew?\b"),
)
_COMPILERS = (r"npx", r"bunx", r"gcc", r"g\+\+", r"cc", r"make", r"tsc", r"rustc")

INSTALLS = regex("|".join(rf"\b{one.name}\b" + (rf"\s+{one.installs}" if one.installs else "") for one in INSTALLERS))
EXACT = regex("|".join(one.exact for one in INSTALLERS))
ITSELF = regex(rf"\b(?:pip\s+--python\s+/\S+|uv\s+pip)\s+{_OWN}")
BUILDERS = regex(rf"\b(?:{'|'.join((*(one.name for one in INSTALLERS), *_COMPILERS))})(?!\w)")
