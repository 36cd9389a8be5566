"""SC91x–SC93x: an emitted Dockerfile or ignore file failed verification. On files that a person has edited these say what broke."""

from __future__ import annotations

from speccompile.codes.code import Code

UNREADABLE = Code(
    "SC910",
    "Dockerfile cannot be parsed",
    """The emitted Dockerfile is read back with an independent parser, which must understand all of it.""",
)
NOT_THE_PLAN = Code(
    "SC911",
    "Dockerfile is not what the plan says",
    """Every instruction and comment of a Dockerfile follows from the plan, and everything in the plan's image recipe stands in the Dockerfile, in order.""",
)
ONE_STAGE = Code(
    "SC912",
    "built and run in one stage",
    """Where anything is installed or built, that happens in a stage of its own; only results are copied to the final stage.""",
)
ROOT = Code(
    "SC913",
    "final stage runs as root",
    """The final stage must name a numeric, non-root user and group: a name can be mapped to uid 0, and Kubernetes cannot check it.""",
)
TOOLS_LEFT = Code(
    "SC914",
    "build tools in the final stage",
    """The final stage runs no package manager of the language and no compiler, and keeps no package manager's cache: it holds what runs, nothing else.""",
)
SOURCES_FIRST = Code(
    "SC915",
    "sources before dependencies",
    """Dependency manifests are copied and installed before the sources, so that an edit does not install everything again.""",
)
NOT_LOCKED = Code(
    "SC916",
    "install not exact",
    """Dependencies are installed exactly as locked: npm ci, bun install --frozen-lockfile, uv sync --locked, pip install -r.""",
)
SHELL_FORM = Code(
    "SC917",
    "shell form",
    """ENTRYPOINT, CMD and the health check stand in exec form (a JSON array), so that signals reach the process and nothing is expanded.""",
)
FLOATING = Code(
    "SC918", "base image not pinned to a tag", """Every base image has a tag other than latest, or a digest."""
)
SECRET_IN_IMAGE = Code(
    "SC919",
    "secret in ARG, ENV or LABEL",
    """Whatever stands in ARG, ENV or LABEL can be read from the image by anybody who has it. Secrets are files, mounted at run time.""",
)
HEALTHCHECK = Code(
    "SC920", "health check", """Servers have a HEALTHCHECK that can run in their image, others have HEALTHCHECK NONE."""
)
EXPOSED = Code(
    "SC921",
    "port disagrees",
    """EXPOSE and the PORT that the process gets are the plan's port; what is no server exposes nothing.""",
)
LABELS = Code(
    "SC922",
    "label missing",
    """The OCI labels title and description and all com.spec-driven labels are there, and "verified" is never claimed without a time.""",
)
SOURCE_MISSING = Code(
    "SC923",
    "COPY of something that is not sent",
    """Every COPY source from the context is allowed by the ignore file, and is in the tree or generated.""",
)
SYNTAX = Code(
    "SC924",
    "no syntax line",
    """The first line fixes the Dockerfile front end, so that every engine understands the file alike.""",
)

IGNORE_NOT_THE_PLAN = Code(
    "SC930",
    "ignore file is not what the plan says",
    """Every line of the ignore file follows from the plan or from the list of what must never be sent.""",
)
SECRET_SENT = Code(
    "SC931",
    "a secret would be sent",
    """Secrets, repositories and rebuilt directories must stay out of the build context at any depth: a layer keeps what was once copied.""",
)
SOURCE_NOT_SENT = Code(
    "SC932", "a source would not be sent", """Everything that the Dockerfile copies must be in the context."""
)
SPEC_SENT = Code(
    "SC933",
    "the specs would be sent",
    """Specs and evidence stay out of the context: an image must not change because a comment in a spec did.""",
)

GITIGNORE_NOT_THE_PLAN = Code(
    "SC938",
    ".gitignore is not what the plan says",
    """Every line of the generated .gitignore keeps something out of version control that the operator puts there, and none of our files.""",
)
VALUES_COMMITTED = Code(
    "SC939",
    "values of secrets could be committed",
    """`.env` and the files below `secrets/` lie beside docker-compose.yml, with values of secrets in them: git must leave them out.""",
)
SECRET_MOUNT = Code(
    "SC925",
    "secret mount",
    """Build secrets are mounted for the steps that fetch dependencies and for no other; no ARG, ENV or LABEL is called like one.""",
)

CODES: tuple[Code, ...] = (
    GITIGNORE_NOT_THE_PLAN,
    VALUES_COMMITTED,
    UNREADABLE,
    NOT_THE_PLAN,
    ONE_STAGE,
    ROOT,
    TOOLS_LEFT,
    SOURCES_FIRST,
    NOT_LOCKED,
    SHELL_FORM,
    FLOATING,
    SECRET_IN_IMAGE,
    HEALTHCHECK,
    EXPOSED,
    LABELS,
    SOURCE_MISSING,
    SYNTAX,
    SECRET_MOUNT,
    IGNORE_NOT_THE_PLAN,
    SECRET_SENT,
    SOURCE_NOT_SENT,
    SPEC_SENT,
)
