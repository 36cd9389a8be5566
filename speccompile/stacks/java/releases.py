"""Which Java a project is for: what its files say, as lines of the images, which are those of the long-term releases."""

from __future__ import annotations

from speccompile.diagnostics import Diagnostic
from speccompile.project.tree import Tree
from speccompile.regex import regex
from speccompile.stacks.facts import Chosen
from speccompile.stacks.pins import Said, pinned
from speccompile.stacks.versions import JAVA, choose

# 17, 17.0.9, 1.8, 17.0.9-tem, temurin-17.0.9+9, openjdk64-11.0.2, JavaVersion.VERSION_1_8
_NUMBER = regex(r"(?:[A-Za-z][\w.]*?[-_])*(?:1[._])?(\d{1,2})(?:[._+-][\w.+-]*)?\Z")
_FILES, _TOOLS = (".java-version",), ("java",)
_KEYED = ((".sdkmanrc", "java"), ("system.properties", "java.runtime.version"))


def chosen(tree: Tree, said: tuple[Said, ...]) -> tuple[Chosen, tuple[Diagnostic, ...]]:
    """The line of Java: that of a version file; else that of the first thing *said* by the build."""
    ranges = tuple(Said(f">={line}", each.source, each.span) for each in said[:1] if (line := lts(each.text)))
    found = tuple(pinned(tree, _FILES, _TOOLS, _KEYED))
    broken = tuple(one for one in found if isinstance(one, Diagnostic))
    files = tuple(one for one in found if isinstance(one, Said))
    # What a build says is the oldest that it runs under: a pin decides wherever it stands, in a directory above the service's, too.
    java, complaints = choose(tree, JAVA, tuple(map(_line, files or said)), ranges if files else ())
    return java, (*broken, *complaints)


def lts(text: str) -> str | None:
    """The first long-term release that runs what is for the Java that *text* means."""
    match = _NUMBER.match(text.strip().strip("\"'"))
    return next((line for line in JAVA.lines if int(line) >= int(match[1])), None) if match else None


def _line(said: Said) -> Said:
    line = lts(said.text)
    return Said(line, said.source, said.span) if line else said
