"""SC273 to SC276: what a Java build says."""

from __future__ import annotations

from speccompile.codes.code import Code
from speccompile.diagnostics import Severity

SEVERAL_PROGRAMS = Code(
    "SC273",
    "several modules could be started",
    """\
A build of several modules has more than one that is a program. One of them was taken: a server before others, then the
first. An image holds one program.""",
    Severity.WARNING,
)

PARENT_OUTSIDE = Code(
    "SC274",
    "the parent of the build is outside",
    """\
pom.xml inherits from a parent that is a file of the repository, but outside of the service's directory. The image is made
from that directory alone, so the build would not find the parent.""",
)

DYNAMIC_VERSIONS = Code(
    "SC275",
    "dependencies without a fixed version",
    """\
Maven has no lock file: what pins a build are exact versions. A range, LATEST, RELEASE, a snapshot, or a dynamic version of
Gradle without its lock file, is resolved anew at every build: two images of one commit can differ. It works all the
same.""",
    Severity.WARNING,
)

WRAPPER_UNUSABLE = Code(
    "SC276",
    "the wrapper cannot be used",
    """\
mvnw or gradlew is there, but what it needs is not (its properties, or gradle-wrapper.jar, which ignore files for *.jar often
swallow), or its line ends are those of Windows, which a shell stumbles on. The build tool of the base image is used instead.""",
    Severity.WARNING,
)

CODES: tuple[Code, ...] = (SEVERAL_PROGRAMS, PARENT_OUTSIDE, DYNAMIC_VERSIONS, WRAPPER_UNUSABLE)
