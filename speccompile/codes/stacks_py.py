"""SC146, SC260 to SC264, SC292 to SC295: what Python projects need besides their dependencies."""

from __future__ import annotations

from speccompile.codes.code import Code
from speccompile.diagnostics import Severity

STATIC_FILES = Code(
    "SC260",
    "static files are not collected",
    """\
Django's `collectstatic` is run in the build when STATIC_ROOT names a directory below the project: its result is copied
into the image. Where the settings compute the path in another way it is left out.""",
    Severity.WARNING,
)

SOURCES_NEEDED = Code(
    "SC261",
    "dependencies that cannot be installed before the sources",
    """\
Dependencies are installed before the sources are copied, so that an edit of a source leaves their layer as it is. This
needs them in a list: one that setup.py computes, or packages inside the tree in the lock of a package manager, are none.""",
)

UNREADABLE = Code(
    "SC146",
    "a source that is not in its encoding",
    """\
Python reads a source as UTF-8, unless one of its first two lines declares another encoding, and refuses what is not text in it.
So do the compilers of Go, Rust and Elixir with what is no UTF-8, and Ruby, whose sources can declare another encoding, too.""",
)

LOOPBACK = Code(
    "SC263",
    "a server that only its own container reaches",
    """\
The program starts its server itself, on localhost: in a container nobody else can reach it there.""",
    Severity.WARNING,
)

DJANGO_OPERATIONS = Code(
    "SC264",
    "what Django leaves to its operator",
    """\
Django answers only to the hosts in ALLOWED_HOSTS, and changes its database only when it is told to: both are for
whoever runs the service.""",
    Severity.NOTE,
)

NOT_INSTALLABLE = Code(
    "SC292",
    "a requirement that no build can install",
    """\
A requirements file that was written from one machine's environment can name what is there alone: a directory of conda's, one beside the
project, a package of another operating system, a repository for which a key is needed. The build would fail at it.""",
)

VARIABLE_NEEDED = Code(
    "SC293",
    "requirements need a variable that the build is not told",
    """\
pip puts variables of the environment in for `${NAME}` in requirements files. A build has none of them but those that `build.secrets` in
deploy.yaml names: they are mounted for the step that installs, and are in no layer.""",
)

INSISTS = Code(
    "SC294",
    "every request is redirected to https",
    """\
The application redirects what does not come by https. Behind a proxy that ends TLS everything comes by http, and says in a header how the proxy
was asked: without being told to believe it the application redirects for ever, also the probe of its own container.""",
    Severity.WARNING,
)

ANSWERS_TO = Code(
    "SC295",
    "an application that answers to its own name",
    """\
The application refuses requests for hosts that it does not know (Django's ALLOWED_HOSTS, Starlette's TrustedHostMiddleware). The probe of its
container asks by a name that it knows; whoever tries it by an address is refused. Names that are put together when it runs are not
known: the probe, which any answer contents where no health route is promised, cannot ask by one.""",
    Severity.NOTE,
)

CODES: tuple[Code, ...] = (
    UNREADABLE,
    INSISTS,
    ANSWERS_TO,
    STATIC_FILES,
    SOURCES_NEEDED,
    LOOPBACK,
    DJANGO_OPERATIONS,
    NOT_INSTALLABLE,
    VARIABLE_NEEDED,
)
