"""SC290 and SC291: sources in PHP and Ruby that cannot be built or run as they are, or not without a choice."""

from __future__ import annotations

from speccompile.codes.code import Code
from speccompile.diagnostics import Severity

LOCAL_PACKAGE = Code(
    "SC290",
    "a package that is a directory of the project",
    """\
composer.lock takes a package (`"type": "path"`), or Gemfile.lock a gem (`PATH`), from a directory.
Packages are installed before the sources are copied, so that an edit installs nothing again; the directory is not there then.""",
)

EXTENSION_UNKNOWN = Code(
    "SC291",
    "an extension of PHP that nothing is known of",
    """\
`ext-NAME` is asked for, by the project or by one of its packages, and NAME is neither built into the official image nor in the table of those that
can be compiled. What needs it will fail when it runs.""",
    Severity.WARNING,
)

CODES: tuple[Code, ...] = (LOCAL_PACKAGE, EXTENSION_UNKNOWN)
