"""SC286 to SC290: what goes into an image, and what does not."""

from __future__ import annotations

from speccompile.codes.code import Code
from speccompile.diagnostics import Severity

LEFT_OUT = Code(
    "SC286",
    "what of the sources is not in the image",
    """\
All that git tracks below a service goes into its image, but for what is known not to be wanted: tests, documents,
editors' and CI's files, how it is deployed, lock files, secrets. What the sources import or open by a literal path is
copied whatever it is called. The message names what lies at the service's top and is in no COPY.""",
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

CODES: tuple[Code, ...] = (LEFT_OUT, INCLUDE_MISSING, SECRET_COPIED, TOO_LARGE)
