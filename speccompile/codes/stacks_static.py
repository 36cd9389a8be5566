"""SC277 to SC280: static sites."""

from __future__ import annotations

from speccompile.codes.code import Code
from speccompile.diagnostics import Severity

NOT_A_SERVER = Code(
    "SC277",
    "a static site is no tool",
    """\
The image of a static site holds files and a server that gives them out. Only a web-service can be one: there is nothing
that a cli-tool or a data-pipeline could run.""",
)

NOT_GENERATED = Code(
    "SC278",
    "pages that are yet to be generated",
    """\
The pages are sources of a generator that no stack here runs (Jekyll, Hugo, Zola, MkDocs…): served as they are, readers
would see templates. What it generates can be served: a directory of HTML.""",
)

NO_EFFECT = Code(
    "SC279",
    "no effect on a static site",
    """\
Pages run in browsers, and nginx is all that runs in the container. So there is nobody there who could use a database, a
secret, an environment variable or another service: these are left out. Files that tell a hosting service about
redirections and headers are not for nginx either.""",
    Severity.WARNING,
)

BAKED = Code(
    "SC280",
    "variables that the build puts into the pages",
    """\
A build tool replaces variables with a prefix of its own (VITE_, REACT_APP_, NEXT_PUBLIC_ …) by the values that they have
when the pages are built; setting them on the container later changes nothing. Files with values (.env) never enter an
image's build.""",
    Severity.WARNING,
)

OUTPUT_NO_PLACE = Code(
    "SC285",
    "pages in a place from where no image can take them",
    """\
The generator's configuration names an absolute path, a directory of the system's own, or one of the sources: it would be emptied there, or the
pages would be among other files. A relative path below the package or beside it (`../server/static`) is read and taken.""",
)

CODES: tuple[Code, ...] = (NOT_A_SERVER, NOT_GENERATED, NO_EFFECT, BAKED, OUTPUT_NO_PLACE)
