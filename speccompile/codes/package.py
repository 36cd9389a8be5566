"""SC400 to 409: a library's manifest cannot be published as it is. SC900 to 909: its patch or workflow failed
verification."""

from __future__ import annotations

from speccompile.codes.code import Code
from speccompile.diagnostics import Severity

UNREADABLE = Code(
    "SC400",
    "manifest not readable",
    """package.json or pyproject.toml is not what its format demands (RFC 8259, TOML 1.0, PEP 621), or names a key
    twice. Nothing can be said about what to publish.""",
)
UNPUBLISHABLE = Code(
    "SC401",
    "package cannot be published",
    """A library needs a valid name, a version and an entry point; the manifest or the sources lack one of them.""",
)
KEPT = Code(
    "SC402",
    "manifest says otherwise",
    """The manifest has a value that differs from what publishing wants. It is yours and is kept; the patch only adds
    what is missing.""",
    Severity.WARNING,
)
UNTYPED = Code(
    "SC403",
    "no types published",
    """The build emits no type declarations, or the sources have no annotations, so that users of the library get no
    types.""",
    Severity.WARNING,
)
UNLOCKED = Code(
    "SC404",
    "no lock file",
    """No lock file that the publishing workflow can install from. A release is then built with whatever is newest on
    that day.""",
    Severity.WARNING,
)
GAP = Code(
    "SC405",
    "only the author knows",
    """The manifest lacks something that a registry shows or checks (license, repository, description) and nothing in the
    sources tells it.""",
    Severity.NOTE,
)
INSTALL_HOOK = Code(
    "SC406",
    "script runs on the user's machine",
    """preinstall, install and postinstall of a published package run on every machine that installs it. Many refuse to
    run them.""",
    Severity.WARNING,
)
PRIVATE = Code(
    "SC407",
    "package is private",
    """The specs call it a library to publish, its manifest forbids publishing it. The registry client will refuse.""",
    Severity.WARNING,
)
ASSUMED = Code(
    "SC408",
    "assumed",
    """Something that the sources do not say was assumed, as the note tells.""",
    Severity.NOTE,
)
INEXPRESSIBLE = Code(
    "SC409",
    "no place for a patch",
    """The manifest is written in a way that leaves no line where the patch could add what is missing (tables written as
    inline values), or lies in a directory whose name no workflow can hold safely.""",
)

PATCH_BROKEN = Code(
    "SC900",
    "patch does not apply",
    """The generated patch is not a unified diff that applies to the manifest, or it says more or less than the diff and
    its header.""",
)
PATCH_LOSES = Code(
    "SC901",
    "patch changes what is the user's",
    """Applied, the patch would remove, move or change something that the manifest said, or its layout.""",
)
SETTING = Code(
    "SC902",
    "settings differ from the plan",
    """Applied, the patch would not give exactly the settings and files that the plan calls for.""",
)
EXPORTS = Code(
    "SC903",
    "exports in the wrong order",
    """Conditions of `exports` are taken in order: types comes first, default last.""",
)
NOT_SHIPPED = Code(
    "SC904",
    "entry point not shipped",
    """exports, types, main, module or files name a file that the build does not make and the sources do not have, or
    that `files` leaves out.""",
)
HOOK_ADDED = Code(
    "SC905",
    "patch adds an install script",
    """A script that runs when the package is installed would be added.""",
)
WORKFLOW = Code(
    "SC906",
    "workflow differs from the plan",
    """The workflow's text says something that the plan does not call for, or lacks something that it calls for;
    comments count.""",
)
PERMISSIONS = Code(
    "SC907",
    "workflow may too much",
    """The token of a workflow may do nothing by default, a job reads the contents, and only the job that publishes
    proves its identity.""",
)
INJECTION = Code(
    "SC908",
    "workflow takes in what is not its own",
    """A script with an expression in it, an action of a third party, a stored secret, or an event that outsiders can
    cause.""",
)
UNGUARDED = Code(
    "SC909",
    "release not guarded",
    """The publishing job does not come after the checks, in a protected environment, with the tag compared to the
    version; or a file is missing.""",
)

CODES: tuple[Code, ...] = (
    UNREADABLE,
    UNPUBLISHABLE,
    KEPT,
    UNTYPED,
    UNLOCKED,
    GAP,
    INSTALL_HOOK,
    PRIVATE,
    ASSUMED,
    INEXPRESSIBLE,
    PATCH_BROKEN,
    PATCH_LOSES,
    SETTING,
    EXPORTS,
    NOT_SHIPPED,
    HOOK_ADDED,
    WORKFLOW,
    PERMISSIONS,
    INJECTION,
    UNGUARDED,
)
