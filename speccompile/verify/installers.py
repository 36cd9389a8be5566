"""Programs that fetch or compile what a project depends on: how their calls look, and which of these follow a lock."""

from __future__ import annotations

import re

from speccompile.record import record


@record()
class Installer:
    """A program: a pattern for its name, one for what follows where it installs or builds, one for calls (the whole
    command) that take exactly what is locked."""

    name: str
    installs: str
    exact: str


INSTALLERS = (
    Installer(r"npm", r"(?:ci|i|install|add)\b", r"\bnpm\s+ci\b"),
    Installer(r"bun", r"(?:i|install|add)\b", r"\bbun\s+install\b.*--frozen-lockfile"),
    Installer(r"pnpm", r"(?:i|install|add)\b", r"\bpnpm\s+install\b.*--frozen-lockfile"),
    Installer(r"yarn", r"(?:install|add)\b", r"\byarn\s+install\b.*--(?:immutable|frozen-lockfile)"),
    Installer(
        r"pip3?",
        r"(?:-\S+(?:\s+[^-\s]\S*)?\s+)*install\b",
        r"\bpip3?\b.*\sinstall\b.*(?:\s-r\s|\s--requirement|==|--no-deps|--no-index)",
    ),
    Installer(r"uv", r"(?:sync|pip)\b", r"\buv\s+sync\b.*--(?:locked|frozen)"),
    Installer(r"poetry", r"install\b", r"\bpoetry\s+install\b"),
    Installer(r"deno", r"(?:install|add)\b", r"\bdeno\s+install\b.*--frozen"),
    Installer(r"cargo", r"(?:build|install)\b", r"\bcargo\s+build\b.*--locked"),
    Installer(r"go", r"build\b", r"\bgo\s+build\b"),
    Installer(r"mvn", r"", r"\bmvn\b"),
    Installer(r"gradle", r"", r"\bgradle\b"),
)
_COMPILERS = (r"npx", r"bunx", r"gcc", r"g\+\+", r"cc", r"make", r"tsc")

INSTALLS = re.compile(
    "|".join(rf"\b{one.name}\b" + (rf"\s+{one.installs}" if one.installs else "") for one in INSTALLERS)
)
EXACT = re.compile("|".join(one.exact for one in INSTALLERS))
BUILDERS = re.compile(rf"\b(?:{'|'.join((*(one.name for one in INSTALLERS), *_COMPILERS))})(?!\w)")
