"""SC265 to SC268: Go sources that cannot be built or run as they are, or not without a choice."""

from __future__ import annotations

from speccompile.codes.code import Code
from speccompile.diagnostics import Severity

MODULE_OUTSIDE = Code(
    "SC265",
    "a Go module that is not in the service's directory",
    """\
A `replace` in go.mod, or a `use` in go.work, names a directory that is outside of the service's directory, or in which
there is no go.mod. Such a directory is not in the image's build.""",
)

SEVERAL_PROGRAMS = Code(
    "SC266",
    "several programs",
    """\
There is more than one `package main`. The service is the one that is called like the module or lies at its top, else
one that listens; `command` in deploy.yaml names another one.""",
    Severity.NOTE,
)

EMBED_MISSING = Code(
    "SC267",
    "embedded files that are not there",
    """\
A `//go:embed` names files that are not in the tree: mostly what another build makes, such as that of a front end. The
compiler would refuse it.""",
)

LOCAL_ONLY = Code(
    "SC268",
    "a server that only its own host can reach",
    """\
The server listens on localhost. In a container that is the container alone: neither the proxy nor a published port
reaches it.""",
    Severity.WARNING,
)

CODES: tuple[Code, ...] = (MODULE_OUTSIDE, SEVERAL_PROGRAMS, EMBED_MISSING, LOCAL_ONLY)
