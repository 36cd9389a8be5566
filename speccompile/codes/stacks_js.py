"""SC145, SC147, SC148, SC255 to SC259, SC283, SC284: what stands in a package.json's way, or is worth knowing about it."""

from __future__ import annotations

from speccompile.codes.code import Code
from speccompile.diagnostics import Severity

SEVERAL_LOCKS = Code(
    "SC255",
    "locks of several package managers",
    """\
Each package manager keeps its own lock, and only one of them installs what is in the image. `packageManager` in
package.json decides; without it the first lock that agrees with package.json is followed.""",
    Severity.WARNING,
)

DEVELOPMENT_IN_IMAGE = Code(
    "SC256",
    "development dependencies are in the image",
    """\
The final image has production dependencies only. What the start script runs is among the devDependencies, or the
package manager cannot leave them out: then the image has them all. It works, and is larger than it need be.""",
    Severity.WARNING,
)

NO_ADAPTER = Code(
    "SC257",
    "a framework that builds no server",
    """\
Some frameworks build a server only with an adapter for the platform that runs it; the one for Node.js is missing. Adapters, plugins and Nitro's
presets for hosting services (Cloudflare, Vercel, Netlify, AWS …) make functions and workers that these services alone run: no container can start
them.""",
)

CREDENTIALS_LEFT_OUT = Code(
    "SC258",
    "configuration with credentials was left out",
    """\
The package manager's configuration (.npmrc, .yarnrc.yml, bunfig.toml) is copied for the installation where it is
free of secrets. With a token or a password in it, it would stay readable in a layer of the image.""",
    Severity.WARNING,
)

LOCAL_OUTSIDE = Code(
    "SC259",
    "a local dependency outside of what is installed",
    """\
A `file:`, `link:` or `portal:` dependency names a directory or an archive in the project. It must be inside the
service's directory, or inside the workspace whose lock the service is installed from.""",
)

SCRIPT_NOT_RUN = Code(
    "SC283",
    "a script that is not run where the program runs",
    """\
Package managers run a package's own scripts around installations and other scripts: `postinstall`, `prepare`, `prestart`. The image is
installed without the first, since the sources are not there yet, and starts the program itself. Patches of patch-package are applied, Prisma's
client is generated, and a build runs `postinstall` before it; what else such a script does would be missing.""",
    Severity.WARNING,
)

FOREIGN_LOCK = Code(
    "SC284",
    "a lock without what Linux needs",
    """\
npm leaves the variants of other platforms out of package-lock.json when node_modules was there already as it wrote the lock (npm/cli#4828).
What is installed from it has no native part on Linux: Vite, esbuild, SWC and the like do not start.""",
    Severity.WARNING,
)

NOT_BUILT = Code(
    "SC145",
    "what the compiler of TypeScript does not copy",
    """\
tsc makes JavaScript of TypeScript, and copies nothing else: a template or a query that lies beside the sources, and that these open by their own
directory, is not beside what was compiled, and the program ends when it opens it.""",
    Severity.WARNING,
)

BUILD_MIGRATES = Code(
    "SC147",
    "a build script that needs a database",
    """\
Scripts called `build` that also migrate a database (`prisma migrate deploy && next build`) are written for platforms that build beside a database. An image is
built where there is none. Such a part is left out where the script is a plain sequence of commands (SC148); this one is not.""",
)

MIGRATION_LEFT_OUT = Code(
    "SC148",
    "a migration that a build leaves out",
    """\
The script that builds also migrates a database, and an image is built where there is none: the commands of the script are run one by one, without that one.
It belongs into `release`, which runs once before the new version serves; `init` proposes it where it finds migrations.""",
    Severity.NOTE,
)

OF_IMAGES = frozenset((SCRIPT_NOT_RUN.id, FOREIGN_LOCK.id, NOT_BUILT.id, MIGRATION_LEFT_OUT.id))
"""Those that say what an image would lack: nothing to a library, of which none is made."""

CODES: tuple[Code, ...] = (
    SEVERAL_LOCKS,
    DEVELOPMENT_IN_IMAGE,
    NO_ADAPTER,
    CREDENTIALS_LEFT_OUT,
    LOCAL_OUTSIDE,
    SCRIPT_NOT_RUN,
    FOREIGN_LOCK,
    NOT_BUILT,
    BUILD_MIGRATES,
    MIGRATION_LEFT_OUT,
)
