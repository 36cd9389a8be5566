"""SC54x–SC56x: what the project's own verifiers show, and what has to be so before an image is made of it."""

from __future__ import annotations

from speccompile.codes.code import Code
from speccompile.diagnostics import Severity

OLDER = Code(
    "SC540",
    "evidence in an older format",
    """verification.json is of a format in which somebody wrote down by hand what a verifier had said. It claims nothing: no label says `true` for
    it. `speccompile verify` runs the verifiers, and writes what they said about which inputs.""",
    Severity.NOTE,
)
NOT_OURS = Code(
    "SC541",
    "evidence that was altered",
    """verification.json is not as `speccompile verify` wrote it: the seal, a digest of all that is in it, does not fit. It claims nothing.""",
    Severity.NOTE,
)

FAILED = Code(
    "SC542",
    "a verifier that did not pass",
    """`speccompile verify` ran the tests of a service, or a prover, and it did not pass: a test failed, an error was counted, it ended with another
    status than 0, took too long, or there was nothing that it counted. No tests are no pass. What it wrote last is shown.""",
)
NO_WAY = Code(
    "SC543",
    "tests that nobody knows how to run",
    """Nothing in the sources says how the tests of a service are run. `verify` in deploy.yaml does: commands, word by word.""",
)
FORMAL_NOWHERE = Code(
    "SC544",
    "a formal specification that is not there",
    """The `formalSpec` of a confirmed assertion names a file that is not in the project, or lines that the file does not have. No proof can be
    about it.""",
    Severity.WARNING,
)
FORMAL_ELSEWHERE = Code(
    "SC545",
    "a formal specification of something else",
    """The lines that the `formalSpec` of a confirmed assertion names mention neither its id nor its entity. A proof of these lines says nothing
    about the assertion.""",
    Severity.WARNING,
)
ALTERED = Code(
    "SC546",
    "tests that change what they depend on",
    """Files of the project changed while its tests ran, so that nobody can say which files they were about. What tests write belongs into
    `.gitignore`, or outside of the project.""",
)

NOT_TESTED = Code(
    "SC547",
    "tests that have not passed",
    """`build`, `push` and `generate --strict` want the tests of each service to have passed on what is there now, as `speccompile verify` records
    it. `--allow-unverified` goes on without; the label then says `verified="false"`, as it does in any case.""",
)
NOT_PROVED = Code(
    "SC548",
    "proofs that have not passed",
    """`build`, `push` and `generate --strict` want every formal specification that is there to be proved, as `speccompile verify` records it.
    `--allow-unverified` goes on without.""",
)

NOT_ATTESTED = Code(
    "SC549",
    "an attestation that could not be attached",
    """The image was pushed, and the registry did not take the statement about it: it takes no other manifests than images, or the credential may
    not write them.""",
    Severity.WARNING,
)

CODES: tuple[Code, ...] = (
    OLDER,
    NOT_OURS,
    FAILED,
    NO_WAY,
    FORMAL_NOWHERE,
    FORMAL_ELSEWHERE,
    ALTERED,
    NOT_TESTED,
    NOT_PROVED,
    NOT_ATTESTED,
)
