"""SC850 to SC857: projects of .NET and Elixir that cannot be built or run as they are, or not without a choice."""

from __future__ import annotations

from speccompile.codes.code import Code
from speccompile.diagnostics import Severity

OUTSIDE = Code(
    "SC850",
    "a part of the project that lies outside of the service's directory, or is not there",
    """\
A project of .NET names others (`ProjectReference`) and files elsewhere by their paths, and so does mix.exs (`path:`). An image is made of what is below the
service's directory alone: what lies beside it cannot be copied, and without it nothing compiles.""",
)

SEVERAL_PROGRAMS = Code(
    "SC851",
    "several programs, and nothing says which is the service",
    """\
A solution of .NET makes several programs. The service is the first that serves pages, else the first that runs until it is stopped, else the first that
is called. `command` in deploy.yaml names any other by its name.""",
    Severity.WARNING,
)

NOT_FOR_LINUX = Code(
    "SC852",
    "a project that Linux does not run",
    """\
Windows Forms, WPF, MAUI, the .NET Framework (net48 and older, and projects without an SDK) and pages for browsers alone are no programs for an image
of Linux.""",
)

FLOATING = Code(
    "SC853",
    "packages whose releases are chosen anew at each build",
    """\
NuGet takes the lowest release that a reference accepts, which is the same at every build; of a floating version (`8.*`) it takes the newest. With
packages.lock.json in all projects that are compiled the image gets exactly what is locked.""",
    Severity.WARNING,
)

SDK_PASSED_OVER = Code(
    "SC854",
    "an SDK in one release only",
    """\
The SDK of the image is the newest of its line. global.json without a `rollForward` that takes that one would have it refused, so the file is left
out of the build; what it says decides the line of the SDK all the same.""",
    Severity.WARNING,
)

PRIVATE_REGISTRY = Code(
    "SC855",
    "a package of a registry that wants a login",
    """\
mix.exs takes a package from an organisation's repository of Hex, or from one of another name. Such a repository and its key are part of a developer's
own configuration of Hex, which no file of the project holds, so that the image's build cannot fetch from it.""",
)

PUBLISHED_OTHERWISE = Code(
    "SC856",
    "a form of publishing that is not followed",
    """\
A project of .NET asks to be published with its own runtime, in one file, trimmed, or compiled ahead of time. The image has the shared runtime, a layer that
images have in common, and the program is published for that; what it does is the same.""",
    Severity.NOTE,
)

NODE_IN_BUILD = Code(
    "SC857",
    "a build that starts Node.js",
    """\
An alias of mix.exs, or a project of .NET (`Exec`), starts npm, yarn or node while it is built. The image that builds has the SDK of the program's own language
and no Node.js; packages of npm that esbuild's own program only reads are another matter, and are there.""",
)

CODES: tuple[Code, ...] = (
    OUTSIDE,
    SEVERAL_PROGRAMS,
    NOT_FOR_LINUX,
    FLOATING,
    SDK_PASSED_OVER,
    PRIVATE_REGISTRY,
    PUBLISHED_OTHERWISE,
    NODE_IN_BUILD,
)
