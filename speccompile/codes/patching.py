"""SC560 to SC569, SC576 to SC583 and SC784: what people make their own of the generated files, by patches or as a whole."""

from __future__ import annotations

from speccompile.codes.code import Code
from speccompile.diagnostics import Severity

OPERATION = Code(
    "SC560",
    "an operation of a patch is not one",
    """
Each operation of a patch has an `op` and what that needs. In YAML these are those of RFC 6902: `add`, `remove`, `replace`, `move`, `copy` and `test`
with a `path`. In all other files they are `insert` (`text`, and where: `at` a named point, `after` or `before` a line), `replace` (`find`
and `text`) and `remove` (`find`).""",
)

NO_ARTIFACT = Code(
    "SC561",
    "a patch of a file that is not generated",
    """
A patch in `patches/` is called like the file that it changes, as seen from the output directory, with `.yaml` behind: `patches/Dockerfile.yaml`,
`patches/api/Dockerfile.yaml`, `patches/docker-compose.yml.yaml` (or `patches/docker-compose.yaml`). No chosen target gives a file of this name:
a service was renamed, or a target is not chosen any more.""",
)

NOT_APPLICABLE = Code(
    "SC562",
    "a patch no longer applies",
    """
What the operation changes is not there any more, or is there more than once. What comes closest is named, with what stands there now. Nothing is
generated: a patch that is silently left out would be a change that somebody relies on.""",
)

NO_EFFECT = Code(
    "SC563",
    "a patch changes nothing",
    """
After the operation the file is as it was before: what it wants is generated already, perhaps since a newer version. Take it out: left there
it would hide that the file is not what it was when somebody looked at it.""",
)

BREAKS = Code(
    "SC564",
    "a patch breaks an invariant",
    """
What is patched is read back and verified as all else is. The patch breaks an invariant that the generated file held. Where that is meant, the patch says
so itself: `allow: [SC942]`, beside its reason. What is allowed is said each time (SC566).""",
)

NOT_READ_BACK = Code(
    "SC565",
    "a patched file cannot be read back",
    """
With the patch the file is none that its reader understands, so nothing of it can be verified; that cannot be allowed. Whoever wants it all the
same makes the file his own: `speccompile eject FILE`.""",
)

ALLOWED = Code(
    "SC566",
    "a patch breaks an invariant, and says so",
    """
The patch names the invariant in its `allow`. It is said each time, so that nobody takes the file for one that holds all invariants.""",
    Severity.WARNING,
)

ALLOWED_IN_VAIN = Code(
    "SC567",
    "a patch allows what it does not break",
    """
`allow` names an invariant that holds with the patch, too. Left there it would allow what somebody writes later.""",
)

NOT_SAID = Code(
    "SC568",
    "a line that no patch can give",
    """
`speccompile patch from-diff` makes a patch only where that gives back exactly the bytes of the edited file. YAML is written anew from its values, in one
layout (SC784), so no comment can be kept; and the lines by which a file is known as generated are in every one.""",
)

RELAID = Code(
    "SC784",
    "an edit is written in the layout of what is generated",
    """
YAML that is generated has one layout: which texts have quotes, how far lists are indented. `speccompile patch from-diff` makes a patch of an edit that says
the same in another one, and writes the edited file as `generate` will. Of a comment it makes none (SC568), as values have no comments.""",
    Severity.NOTE,
)

NO_EDITS = Code(
    "SC569",
    "there is no edit to make a patch of",
    """
The file is what is generated, patches included; or it is not there, or is not text.""",
)

EJECTED = Code(
    "SC576",
    "a file is yours",
    """
`patches/ejected.yaml` lists the file: `generate` writes it no more, and `check` still holds it against the other files, as far as it can be read.""",
    Severity.NOTE,
)

EJECTED_GONE = Code(
    "SC577",
    "a file that is yours is not there",
    """
`patches/ejected.yaml` lists the file, so nothing generates it, and it is not in the output directory. The other files may refer to it.""",
)

EJECTED_UNKNOWN = Code(
    "SC578",
    "ejected is what is not generated",
    """
`patches/ejected.yaml` lists a file that no chosen target would generate: it was renamed, or its target is not chosen any more.""",
)

EJECTED_MISFIT = Code(
    "SC579",
    "a file that is yours does not fit the others",
    """
The files were read together, yours among them, and are not a system that can run, which they would be with the generated one. Mend the file;
or, where that is meant, allow the invariant beside it in `patches/ejected.yaml`: `allow: [SC996]`.""",
)

EJECTED_UNREAD = Code(
    "SC580",
    "a file that is yours cannot be read",
    """
The file is not written as the readers of generated files expect it, or lies outside the project. Nothing can be said about how it fits the others, and
whatever it was to hold is held by nothing that could be read.""",
    Severity.WARNING,
)

STRANGE = Code(
    "SC581",
    "a file in patches/ that is no patch",
    """
The file is not called like one that is generated, and does not say that it is a patch of ours (`patches:`). It is taken for somebody else's.""",
    Severity.NOTE,
)

TWO_PATCHES = Code(
    "SC582",
    "two patch files for one file",
    """
Two files in `patches/` have names that mean the same generated file, and nobody could tell which of them comes first.""",
)

AMBIGUOUS = Code(
    "SC583",
    "a patch of one of several files",
    """
The name means more than one generated file. Whole, with its ending, it means one.""",
)

CODES: tuple[Code, ...] = (
    OPERATION, NO_ARTIFACT, NOT_APPLICABLE, NO_EFFECT, BREAKS, NOT_READ_BACK, ALLOWED, ALLOWED_IN_VAIN, NOT_SAID, RELAID, NO_EDITS,
    EJECTED, EJECTED_GONE, EJECTED_UNKNOWN, EJECTED_MISFIT, EJECTED_UNREAD, STRANGE, TWO_PATCHES, AMBIGUOUS,
)  # fmt: skip
