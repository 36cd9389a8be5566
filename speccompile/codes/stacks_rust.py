"""SC269 to SC272: what a Rust project says, and what cannot be made of it."""

from __future__ import annotations

from speccompile.codes.code import Code
from speccompile.diagnostics import Severity

SEVERAL_PROGRAMS = Code(
    "SC269",
    "several programs, and nothing says which is the service",
    """\
A Cargo package or workspace makes several programs. The service is the one that `default-run` names, that is called
like its package, or that alone depends on a web framework. `command` in deploy.yaml names any other.""",
)

OUTSIDE = Code(
    "SC270",
    "a part of the Cargo project that is not there",
    """\
Cargo needs the manifests of a whole workspace, the sources of every path dependency, and what sqlx has prepared where
it checks queries without a database. What lies outside of the service's directory does not get into its image, and what
is not there cannot be built.""",
)

LOOPBACK = Code(
    "SC271",
    "a server that only its own container can reach",
    """\
The source binds the server to the loopback address. In a container that is the container's own: no other service, no
proxy and no published port gets through to it.""",
    Severity.WARNING,
)

CONFIGURATION = Code(
    "SC272",
    "a Cargo configuration that was left out",
    """\
`.cargo/config.toml` says something that is about the developers' machines: another target platform, a linker, a compiler
wrapper or a directory with vendored sources, none of which the image has. The image is built without this file; what is
locked is still exactly what is built.""",
    Severity.WARNING,
)

CODES: tuple[Code, ...] = (SEVERAL_PROGRAMS, OUTSIDE, LOOPBACK, CONFIGURATION)
