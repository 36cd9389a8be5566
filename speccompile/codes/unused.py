"""SC142, SC143, SC550 to SC555: what the sources say about how they are run, and nothing is made of."""

from __future__ import annotations

from speccompile.codes.code import Code
from speccompile.diagnostics import Severity

PIN_NOT_TAKEN = Code(
    "SC550",
    "a version that is pinned in a second place",
    """\
Several files of a project can pin one runtime: `.nvmrc`, `.tool-versions`, the base image of a Dockerfile. One of them is followed (the lock says which);
the message names another one that says something else.""",
    Severity.NOTE,
)

SCRIPTS_UNUSED = Code(
    "SC551",
    "scripts that nothing runs",
    """\
The image is built by `build` and starts what `start` starts, or what the sources say; composer's own scripts are not run, since the
sources are not there yet when packages are installed. The message names the other scripts of the manifest, but for those by which
people work on the sources (`dev`, `test`, `lint` …).""",
    Severity.NOTE,
)

PROCESSES_UNUSED = Code(
    "SC552",
    "processes of a Procfile that nothing runs",
    """\
`init` makes services and steps of a release out of a Procfile's lines. The message names the lines of which nothing in deploy.yaml is made, or that
do more than their program is started for.""",
    Severity.NOTE,
)

VARIABLES_UNUSED = Code(
    "SC553",
    "variables that nothing sets",
    """\
Files like `app.json`, `render.yaml` and `fly.toml` set variables on other platforms. The message names those that deploy.yaml does not know, that
no source demands, and that are not about a store; values are not looked at.""",
    Severity.NOTE,
)

PLATFORM_UNUSED = Code(
    "SC554",
    "what another platform is told",
    """\
Files like `render.yaml`, `fly.toml`, `app.json` and `vercel.json` tell one platform how to build, start, ask and schedule a program. They are not
read, since they can contradict the sources and each other; the message names what they decide, by their keys. So is what managers of processes,
schedulers and installers are told (`supervisord.conf`, `uwsgi.ini`, `ecosystem.config.js`, `crontab`, `Aptfile`).""",
    Severity.NOTE,
)

DOCKERFILE_UNUSED = Code(
    "SC555",
    "what a Dockerfile does besides",
    """\
A Dockerfile of the project's own is not read for how the image is made. The message names the system packages that it installs and the generated image does
not, the variables that it sets, and the script that it starts.""",
    Severity.NOTE,
)

EXAMPLE_UNUSED = Code(
    "SC142",
    "variables of an example that no source names",
    """\
An example of an environment (`.env.example`) lists what an operator has to know, so that each of its variables has a slot. The message names those that
no source of the service names: they may be left over, or a library reads them.""",
    Severity.NOTE,
)

UNSET = Code(
    "SC143",
    "variables that are read, and that nothing sets",
    """\
The sources read a variable without a default, and go on without it: nothing asks for it, and nothing gives it. The message names them, each with the place
where it is read first.""",
    Severity.NOTE,
)

CODES: tuple[Code, ...] = (
    PIN_NOT_TAKEN,
    SCRIPTS_UNUSED,
    PROCESSES_UNUSED,
    VARIABLES_UNUSED,
    PLATFORM_UNUSED,
    DOCKERFILE_UNUSED,
    EXAMPLE_UNUSED,
    UNSET,
)
