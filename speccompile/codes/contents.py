"""SC144, SC286 to SC289, SC396, SC397, SC530 to SC533: what goes into an image, and what does not."""

from __future__ import annotations

from speccompile.codes.code import Code
from speccompile.diagnostics import Severity

LEFT_OUT = Code(
    "SC286",
    "what of the sources is not in the image",
    """\
All that git tracks below a service goes into its image, but for what is known not to be wanted: tests, documents,
editors' and CI's files, how it is deployed, lock files, secrets. What the sources import or open by a literal path is
copied whatever it is called. The message names what lies at the service's top and is in no COPY, and what is copied for the build alone and is
no code.""",
    Severity.NOTE,
)

INCLUDE_MISSING = Code(
    "SC287",
    "what is to be included is not there",
    """\
`include` in deploy.yaml names files and directories below the service's own directory.""",
)

SECRET_COPIED = Code(
    "SC288",
    "a secret would get into the image",
    """\
Whoever gets the image gets what is in it: a private key, a service account's key or a registry's token in a layer is
public. A file that holds one is copied neither because a source names it nor because `include` does.""",
)

TOO_LARGE = Code(
    "SC289",
    "a lock file that is too large",
    """\
Lock files are read whole, up to 64 MiB; other files up to 4 MiB.""",
)

UNSAID = Code(
    "SC396",
    "a line of a .gitignore that no ignore file can say",
    """\
The ignore file of an image is made of the project's .gitignore files, in the words that every engine's expressions have. A line in other
words is not followed: what git passes over by it counts as a source.""",
    Severity.WARNING,
)

NOT_LOOKED_AT = Code(
    "SC397",
    "sources that were not looked at",
    """\
What a directory holds is looked at as deep as 40 directories and up to 200,000 files. What lies beyond is copied with the directory it
is in, and nobody has searched it for secrets, or for links that lead out.""",
    Severity.WARNING,
)

SECRET_NEEDED = Code(
    "SC530",
    "a program needs what is in no image",
    """\
A file that holds a secret is in no image, so that a program that imports it, or a framework that reads it as its settings,
would not start there. A source that goes on without it (`try`) is not meant.""",
)

SECRET_OPENED = Code(
    "SC531",
    "a source opens what is in no image",
    """\
A file that holds a secret is in no image. A program that opens it by its path finds it there only when it is handed over as
the container starts.""",
    Severity.WARNING,
)

SETTINGS_LEFT_OUT = Code(
    "SC532",
    "settings with a password in them are in no image",
    """\
Of settings (`database.yml`, `local_settings.py`, `appsettings.Production.json` …) the content decides: with a password or a
key in clear they are in no image. References (`${NAME}`) and words that open nothing (`password`, `changeme`) are none.""",
    Severity.WARNING,
)

NOT_SEARCHED = Code(
    "SC533",
    "sources that were not searched for what they name",
    """\
What sources import or open by a literal path is copied whatever it is called, and who needs a secret that is in no image is told. For that
sources are read as deep as 24 directories, up to 20,000 of them, and of each 200,000 characters. It is said where something was left out.""",
    Severity.NOTE,
)

NOT_READ = Code(
    "SC536",
    "sources that were not read for the variables that they want",
    """\
The variables that a program wants, the stores and hosts that it names, and the routes that it has are looked for in 300 of a service's sources, and in 100,000
characters of each. It is said where there are more.""",
    Severity.NOTE,
)

STRAY_LINK = Code(
    "SC144",
    "a link that leads out of the project",
    """\
A symbolic link is followed where it leads to something inside the project. What it leads to outside, or what is not there, is on no other machine,
and no image has it.""",
    Severity.WARNING,
)

CODES: tuple[Code, ...] = (
    NOT_READ,
    LEFT_OUT,
    INCLUDE_MISSING,
    SECRET_COPIED,
    TOO_LARGE,
    SECRET_NEEDED,
    SECRET_OPENED,
    SETTINGS_LEFT_OUT,
    UNSAID,
    NOT_LOOKED_AT,
    NOT_SEARCHED,
    STRAY_LINK,
)
