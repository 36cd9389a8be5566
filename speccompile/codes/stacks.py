"""SC234 to SC254, SC262, SC281, SC282, SC296, SC493: a source tree was read, and what it says cannot be built or run as it is."""

from __future__ import annotations

from speccompile.codes.code import Code
from speccompile.diagnostics import Severity

NOT_DETECTED = Code(
    "SC234",
    "no stack recognised",
    """\
A stack is recognised by its files: a lock file, a manifest, an entry point. Nothing of that kind is in the service's
directory. The message shows what is there.""",
)

CREDENTIALS = Code(
    "SC282",
    "a file that an installation copies has credentials",
    """\
Manifests, lock files and package managers' configuration are copied into the image before dependencies are installed, and stay in its layers
and in the repository's history: a password or a token there is known to whoever gets either. A reference to a variable (`${TOKEN}`) is none.""",
)

BY_SSH = Code(
    "SC493",
    "a dependency that is fetched by ssh",
    """\
A lock or a manifest says that a dependency comes from a repository by ssh. Whoever runs a build has a key in an agent or in a directory of their own; the
build itself has none, and asks nobody: a private repository stops it. Public ones can be had by https.""",
    Severity.WARNING,
)

NOT_SUPPORTED = Code(
    "SC296",
    "a project of a language without a stack",
    """\
build.sbt, deps.edn, rebar.config, Package.swift and their like say what a program is made of; a package.json beside them builds its pages. There is no
stack for these languages yet.""",
)

UNKNOWN_STACK = Code(
    "SC235",
    "a stack that does not exist",
    """\
`stack` in deploy.yaml names one of the supported stacks.""",
)

WANTED_NOT_THERE = Code(
    "SC236",
    "the chosen stack is not there",
    """\
`stack` in deploy.yaml names a stack whose files are not in the service's directory.""",
)

MANIFEST = Code(
    "SC237",
    "the package manifest cannot be read",
    """\
package.json must hold a JSON object (RFC 8259), pyproject.toml and Pipfile a TOML 1.0 document; requirements are text.""",
)

LOCK_MISSING = Code(
    "SC238",
    "no lock file",
    """\
Dependencies without a lock file are resolved anew at every build: two images of one commit can differ, and a release
of somebody else's package can break yours. Nothing is installed without a lock where the package manager has one.""",
)

LOCK_STALE = Code(
    "SC239",
    "the lock file is stale",
    """\
The manifest names dependencies that the lock file does not know. The package manager would refuse it in the build;
better to hear of it now.""",
)

NO_START = Code(
    "SC240",
    "nothing to start",
    """\
Neither a start script, nor the manifest, nor a file with a usual name says what to run.""",
)

START_NOT_PLAIN = Code(
    "SC241",
    "a start script that needs a shell",
    """\
The image starts the program itself, without a shell and without a package manager in between: as first process they
would swallow the stop signal. A script with shell operators, or with a tool that is not installed in production,
cannot be turned into an argument vector.""",
)

ENTRY_MISSING = Code(
    "SC242",
    "the file to start is not there",
    """\
The start script or the manifest names a file that is neither in the tree nor made by a build script.""",
)

NOT_BUILT = Code(
    "SC243",
    "TypeScript without a build",
    """\
Node.js runs JavaScript. Sources in TypeScript need a `build` script that compiles them.""",
)

NO_SERVER = Code(
    "SC244",
    "a framework without a server",
    """\
A Python web framework is installed but no server that runs it. The framework's own development server is made neither
for load nor for strangers, so a release of a production server is added to the image: waitress for WSGI, which has no
dependencies, uvicorn with its two for ASGI. To choose another one, add it to the dependencies.""",
    Severity.WARNING,
)

NO_APPLICATION = Code(
    "SC245",
    "no application object",
    """\
A web framework is installed, but no module with a usual name creates an application that a server could be pointed
at.""",
)

OUTPUT_UNKNOWN = Code(
    "SC246",
    "where the build writes is unknown",
    """\
The output directory of the build script could not be told, neither from the script nor from the tool's configuration
nor from the start script. The build is left out and the sources are run.""",
    Severity.WARNING,
)

UNNAMEABLE = Code(
    "SC247",
    "a file name that no Dockerfile can name",
    """\
COPY and ignore files cannot name paths with wildcards, backslashes or control characters. Such a file or directory
was left out of the image.""",
    Severity.WARNING,
)

LOCK_UNREADABLE = Code(
    "SC248",
    "the lock file cannot be read",
    """\
The lock file is not what the package manager writes: a merge conflict was committed, or it was cut off.""",
)

UNPINNED = Code(
    "SC249",
    "requirements are not pinned",
    """\
requirements.txt (or the dependencies in pyproject.toml) allow several versions: builds are not reproducible. It works
all the same.""",
    Severity.WARNING,
)

OTHER_LOCK = Code(
    "SC250",
    "the lock of a package manager that is not supported",
    """\
The project is locked by another package manager than those supported here.""",
)

WORKSPACES = Code(
    "SC251",
    "a workspace",
    """\
The manifest declares a workspace: several packages that share one lock file. Which of them a service is must be clear:
there is one with something to start, or `command` in deploy.yaml says what is started.""",
)

VERSION_UNSUPPORTED = Code(
    "SC252",
    "no supported runtime satisfies the project",
    """\
The manifest accepts no version of the runtime for which there is an image.""",
)

VERSION_CLASH = Code(
    "SC253",
    "the project disagrees with itself about the runtime",
    """\
A version file pins a runtime that the manifest does not accept. The pin was taken, as it is what developers run.""",
    Severity.WARNING,
)

VERSION_UNREADABLE = Code(
    "SC254",
    "a version that cannot be read",
    """\
A version file or a range in a manifest could not be understood; it was passed over.""",
    Severity.WARNING,
)

NO_PUBLISHING = Code(
    "SC281",
    "no publishing for this stack",
    """\
The archetype is library, and the sources are of a stack whose packages are not published from here: only npm's and Python's are.""",
)

READ_ONLY_DATA = Code(
    "SC262",
    "data is kept in the container",
    """\
The root of a container is read-only, and what is written into it is gone with it. The sources name, by a literal path, a file or a directory that
the program writes: a database in a file, uploads, what it makes in its working directory. A directory of its own is kept in memory until
deploy.yaml makes it a volume (`writable`); what is written beside the code needs a place of its own.""",
    Severity.WARNING,
)

CODES: tuple[Code, ...] = (
    CREDENTIALS,
    BY_SSH,
    NOT_DETECTED,
    NOT_SUPPORTED,
    UNKNOWN_STACK,
    WANTED_NOT_THERE,
    MANIFEST,
    LOCK_MISSING,
    LOCK_STALE,
    NO_START,
    START_NOT_PLAIN,
    ENTRY_MISSING,
    NOT_BUILT,
    NO_SERVER,
    NO_APPLICATION,
    OUTPUT_UNKNOWN,
    UNNAMEABLE,
    LOCK_UNREADABLE,
    UNPINNED,
    OTHER_LOCK,
    WORKSPACES,
    VERSION_UNSUPPORTED,
    VERSION_CLASH,
    VERSION_UNREADABLE,
    NO_PUBLISHING,
    READ_ONLY_DATA,
)
