"""SC767 to SC771: the values of an environment, in `patches/NAME.env`; SC776: what an environment weakens."""

from __future__ import annotations

from speccompile.codes.code import Code
from speccompile.diagnostics import Severity

BAD_LINE = Code(
    "SC767",
    "not a line of an environment's values",
    """
`patches/NAME.env` has a `NAME=value` or a comment in each line, and each name once. A value stands as it is where it has letters, digits and
`_ . / : @ % + , = -` only, else in single quotes; so compose and a shell read the same.""",
)
NOWHERE = Code(
    "SC768",
    "values of no environment",
    """
A file `patches/NAME.env` has values of the environment NAME of deploy.yaml, and there is none of that name. Values that nothing reads would be
a change that somebody relies on.""",
)
SECRET = Code(
    "SC769",
    "a secret among an environment's values",
    """
`patches/NAME.env` is reviewed and committed with the sources, and what it says stands in generated files. Secrets are the operator's: in the file that
`values` of the environment names, or in `.env`, neither of which is committed.""",
)
NOT_TAKEN = Code(
    "SC770",
    "a value that nothing takes",
    """
A value of `patches/NAME.env` is that of a variable of the services in that environment: of one that `env` in deploy.yaml sets, or of one that the operator
is asked for. Addresses of services, ports, paths of secrets and all else that the compiler works out stays as it is, and a value that is the usual one
changes nothing.""",
)
ASKED_ALL_THE_SAME = Code(
    "SC771",
    "compose asks for a value that its overlay has",
    """
`docker compose -f docker-compose.yml -f compose.NAME.yml` puts variables into each file before it merges them (Compose Specification, "Interpolation"),
so that the first file wants a value though the second has another one in its place. `speccompile deploy NAME` makes one file, which asks for nothing
of the kind.""",
    Severity.NOTE,
)

WEAKER = Code(
    "SC776",
    "an environment weakens what is demanded",
    """
What `environments` and `patches/NAME.env` say takes the place of what holds usually, and so an assertion can be held less in one place than in the
others: fewer instances, less memory, a route without its bound. The standing there is read back from what the overlay makes of the
files. That may be meant, for a place where people try things; it is said each time.""",
    Severity.WARNING,
)

CODES = (BAD_LINE, NOWHERE, SECRET, NOT_TAKEN, ASKED_ALL_THE_SAME, WEAKER)
