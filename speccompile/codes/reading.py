"""SC1xx, and SC535: an input could not be read."""

from __future__ import annotations

from speccompile.codes.code import Code
from speccompile.diagnostics import Severity

NO_SPECS = Code(
    "SC101",
    "no specs found",
    """\
The project has no manifest. It is looked for at specs/assertions.json and then at assertions.json, from the
project's root: the closest directory, upwards from where the command is started, that has specs. A service of
deploy.yaml may name another one with its key `assertions`.""",
)

NO_FILE = Code(
    "SC102",
    "a named file is not there",
    """\
deploy.yaml names a manifest (`assertions:`) that does not exist inside the project. A path that leaves the project,
also through a symbolic link, counts as not there.""",
)

NOT_TEXT = Code(
    "SC103",
    "not UTF-8 text",
    """\
Specs are UTF-8 text without a byte order mark, at most 4 MiB each. Other encodings are refused and not guessed.""",
)

CHARACTER = Code(
    "SC104",
    "a character that no spec may contain",
    """\
Refused are control characters (line breaks and tabs are fine in an assertion's `natural` text), lone carriage returns,
the line separators U+2028 and U+2029, bidirectional overrides (they show other text than there is), byte order marks,
surrogates, noncharacters, and private-use characters, because text of specs goes into files of many languages and each
of them reads these characters in a way of its own. An escape such as \\u0000 is refused like the character itself.""",
)

JSON_SYNTAX = Code(
    "SC105",
    "not JSON",
    """\
The file is not JSON as RFC 8259 has it: no comments, no trailing commas, double quotes only.""",
)

YAML_SYNTAX = Code(
    "SC106",
    "not YAML",
    """\
The file is not YAML 1.2. The position is where the reader could not go on; the mistake is there or just before.""",
)

DUPLICATE_KEY = Code(
    "SC107",
    "a key stands twice",
    """\
A mapping holds the same key twice. Readers disagree about which of the two counts, so neither does.""",
)

YAML_FEATURE = Code(
    "SC108",
    "a part of YAML that is not used here",
    """\
deploy.yaml is plain data: no anchors, aliases, merge keys (<<), tags (!), directives (%), several documents or keys
that are not strings. What a file says then stands where it is read, and no short file becomes a very long one.""",
)

NESTING = Code(
    "SC109",
    "nested too deeply",
    """\
Mappings and lists are nested more than 64 deep; no spec needs more than eight.""",
)

NUMBER = Code(
    "SC110",
    "not a number that can be used",
    """\
NaN, infinities, numbers of more than 40 digits, and numbers too large for a double are refused.""",
)

SHADOWED = Code(
    "SC111",
    "a spec file that is not read",
    """\
A spec file stands both in specs/ and at the project's root. The one in specs/ is the manifest; the deploy.yaml beside
the manifest is the one that counts. The other is not read, which is easily overlooked.""",
    Severity.WARNING,
)

TWO_DEPLOYS = Code(
    "SC112",
    "deploy.yaml and deploy.yml",
    """\
deploy.yaml may also be called deploy.yml. When both are in one directory nobody can know which of them is meant, and
neither is preferred silently.""",
)

ODD_SPEC = Code(
    "SC535",
    "a spec that is no file of the project",
    """\
Where a spec could be stands something that is not read: a link that leads out of the project or nowhere, a directory, a pipe, a device.
To go on without it would give another deployment than whoever put it there meant.""",
)

CODES: tuple[Code, ...] = (
    NO_SPECS,
    NO_FILE,
    NOT_TEXT,
    CHARACTER,
    JSON_SYNTAX,
    YAML_SYNTAX,
    DUPLICATE_KEY,
    YAML_FEATURE,
    NESTING,
    NUMBER,
    SHADOWED,
    TWO_DEPLOYS,
    ODD_SPEC,
)
