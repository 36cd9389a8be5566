"""SC16x and SC17x: a deployment that is described in somebody else's format."""

from __future__ import annotations

from speccompile.codes.code import Code
from speccompile.diagnostics import Severity

UNKNOWN_FORMAT = Code(
    "SC160",
    "a file of no format that is imported",
    """\
`import` tells a file's format by its name and, where several formats have that name, by what stands in it. docs/import.md lists the formats;
`--from` names one where the file is called otherwise.""",
)

TOML_SYNTAX = Code(
    "SC161",
    "not TOML",
    """\
The file is not TOML 1.0. The position is where the reader could not go on; the mistake is there or just before.""",
)

NOT_CARRIED = Code(
    "SC162",
    "a setting that is not carried over",
    """\
deploy.yaml has no key for what stands there, or it cannot be said there as it is. What was imported does without it; the message says what it
was, and the fix how the same is had here, where it is.""",
    Severity.WARNING,
)

NOT_NEEDED = Code(
    "SC163",
    "a setting that needs no carrying",
    """\
What stands there holds anyway with everything that is generated, or it is the other platform's own bookkeeping. Nothing is lost.""",
    Severity.NOTE,
)

CLEAR_SECRET = Code(
    "SC164",
    "a secret in clear text",
    """\
The value of a secret stands in the imported file, where whoever reads the project reads it. It is refused: deploy.yaml gets the name, and the
operator supplies a value. The value is shown nowhere.""",
)

DANGLING = Code(
    "SC165",
    "a reference to nothing",
    """\
A value refers to a service, a variable or an output that the file does not have. The variable that it stands in is left out.""",
)

CIRCULAR_VALUES = Code(
    "SC166",
    "values that refer to each other",
    """\
A value refers by way of others to itself, so that nobody can tell what it is. The variables of the circle are left out.""",
)

CIRCLE = Code(
    "SC167",
    "services that refer to each other in a circle",
    """\
Each service of the circle is told another's address. A platform that knows an address only after a deployment cannot deploy one of them first.
Here addresses are known before anything runs, so the addresses are carried; but none of them waits for the one that closes the circle.""",
    Severity.WARNING,
)

REFUSED = Code(
    "SC168",
    "a value that deploy.yaml does not take",
    """\
What was made of the imported file is read by the reader of deploy.yaml, and what that refuses is left out. The message is that reader's.""",
    Severity.WARNING,
)

CHOSEN = Code(
    "SC169",
    "something that the file does not say, and import has chosen",
    """\
deploy.yaml wants what the file leaves open or says in another grammar, such as a host name or the name of a service. What was written is said, so that
it can be looked at.""",
    Severity.WARNING,
)

NO_DIRECTORY = Code(
    "SC170",
    "a directory that is not there",
    """\
The imported file names a directory of sources that the project does not have. deploy.yaml names it all the same.""",
    Severity.WARNING,
)

WRONG_SHAPE = Code(
    "SC171",
    "not in the shape of its format",
    """\
The file could be read, but what stands at a place is not what its format has there.""",
)

NO_SERVICES = Code(
    "SC172",
    "nothing to import",
    """\
The file describes no service, so there is nothing to make a deployment of.""",
)

CODES: tuple[Code, ...] = (
    UNKNOWN_FORMAT,
    TOML_SYNTAX,
    NOT_CARRIED,
    NOT_NEEDED,
    CLEAR_SECRET,
    DANGLING,
    CIRCULAR_VALUES,
    CIRCLE,
    REFUSED,
    CHOSEN,
    NO_DIRECTORY,
    WRONG_SHAPE,
    NO_SERVICES,
)
