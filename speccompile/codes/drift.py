"""SC5xx: what is on the disk is not what the specs give, or could not be written."""

from __future__ import annotations

from speccompile.codes.code import Code
from speccompile.diagnostics import Severity

GENERATE = "run `speccompile generate` (or `speccompile check --fix`)"

WAYS_OUT = (
    "keep the change with `speccompile patch from-diff`, put it into the specs and generate again, or give it up with "
    "`speccompile generate --discard-edits`"
)
"""What to do about a generated file that was edited by hand."""

BAD_LOCK = Code(
    "SC501",
    "the lock file cannot be read",
    """
`speccompile.lock` says which files speccompile owns. When it is damaged (a merge left its marks in it, it was cut
short, it claims files outside the output directory) nothing is written, since nobody knows any more which files may be
replaced. Restore it from version control; or delete it together with the generated files and generate again.""",
)

NOT_OWNED = Code(
    "SC502",
    "a file that speccompile did not write is in the way",
    """
A file is ours when the lock file lists it and its first lines say that we generated it; what is not ours is never
overwritten, whatever is in it. Move it away, delete it, or choose another output directory. A file that already has just
the content that would be written is adopted.""",
)

IRREGULAR = Code(
    "SC503",
    "something that is not a regular file is in the way",
    """
Nothing is ever written through a symbolic link, and a directory, a socket or a device is never replaced. The same holds
for the directories on the way to a generated file.""",
)

UNWRITABLE = Code(
    "SC504",
    "the files could not be written",
    """
The operating system refused (no permission, a full disk, a read-only file system). Files are written all or none:
nothing was changed.""",
)

INTERRUPTED = Code(
    "SC505",
    "an interrupted write could not be finished",
    """
A write that was killed left a journal, and the next command finishes or takes back what it began. That did not work
this time: the journal is damaged, or the operating system refused, or the command is one that changes nothing. Journals lie below the git
directory or in the user's cache directory; one that lies in the project is not obeyed.""",
)

STALE_SPEC = Code(
    "SC510",
    "stale: the specs or the sources have changed",
    """
The file on disk is what was once generated, but the specs, or the sources that detection looked at, have changed since
and now give another one. `speccompile generate` writes it anew; `speccompile check --fix` does the same.""",
)

STALE_TOOL = Code(
    "SC511",
    "stale: speccompile has changed",
    """
The inputs are the same, but this version of speccompile makes another file of them than the version that wrote the
file on disk. `speccompile generate` writes it anew.""",
)

EDITED = Code(
    "SC512",
    "a generated file was edited by hand",
    """
The file on disk is neither what was generated nor what would be generated now, so somebody's work is in it, and it is
never overwritten unasked. Make a patch of it with `speccompile patch from-diff`, which is applied each time; or put the change into the specs, and
generate again: a file that is as it would be generated is in nobody's way. Or give the change up with `speccompile generate --discard-edits`.
`speccompile generate --diff` shows the difference; `speccompile eject FILE` makes the whole file yours.""",
)

MISSING = Code(
    "SC513",
    "a generated file is missing",
    """
The specs give this file and it is not there. `speccompile generate` writes it.""",
)

ORPHAN = Code(
    "SC514",
    "a generated file is no longer generated",
    """
The lock file lists it, the specs do not give it any more. `speccompile generate` deletes it when nobody has edited it;
an edited one is kept, and is yours from then on.""",
)

NO_LOCK = Code(
    "SC515",
    "there is no lock file",
    """
Without `speccompile.lock` nothing was generated here yet, or the file was not committed. It belongs into version
control beside the specs. `speccompile generate` writes it.""",
)

LOCK_EDITED = Code(
    "SC516",
    "the lock file was edited or merged by hand",
    """
The files and the specs agree, and the lock file lists other files, digests or versions. `speccompile generate` writes it anew.""",
)

OTHER_OUTPUT = Code(
    "SC517",
    "the files were generated into another directory",
    """
The lock file says that the files are in another output directory than this command looks at. An output directory outside of the
project is never taken from a file: it has to be named with `-o`, to `generate` and to every command that looks at its files.""",
)

STRAY = Code(
    "SC518",
    "a generated file that no chosen target gives",
    """
In the output directory stands a file that speccompile generates for targets that are not chosen, or that says that speccompile generated
it, and neither the specs nor the lock file know it. An engine or a person would use it, and nobody has verified it.""",
)

RESERVED_NAME = Code(
    "SC519",
    "a file with a name of our temporary files",
    """
Names that begin with `.speccompile.` are those of the files that a write makes and removes. One that is there when no write is under way was
put there by somebody, or was left by a write whose journal is lost. It is not obeyed, whatever is in it.""",
)

NOT_KEPT_OUT = Code(
    "SC520",
    "values of secrets are not kept out of version control",
    """
With `output: .` the files are generated beside the sources, where a .gitignore is the user's and is never written. It should name `.env`
and `secrets/`, in which the operator puts values of secrets.""",
    Severity.NOTE,
)

SECRET_TRACKED = Code(
    "SC521",
    "a file with secrets is tracked by git",
    """
Git tracks a file that holds secrets (it was committed, or is about to be): the values that the compose file mounts, `.env`, a private key, a
login. Who has the repository has them. Stop tracking it, ignore it, and, where it was ever pushed, replace what it held.""",
)

TRACKED_UNKNOWN = Code(
    "SC522",
    "what git tracks could not be told",
    """
Git's index is split, sparse, damaged or of a later version, and git itself cannot be asked here. So nothing is said about secrets
in version control.""",
    Severity.NOTE,
)

NOT_IN_COMMIT = Code(
    "SC534",
    "generated files that are in no commit",
    """
Git has `speccompile.lock` just as it is, and not all the files that it lists. They are here, so nothing has drifted on this machine; a commit
would lack them, and `check` fails wherever it is checked out. Nothing is said where a .gitignore keeps all of them out.""",
)

EXECUTABLE = Code(
    "SC525",
    "a generated file is executable",
    """
The file says what it should, and its mode is another: somebody made it executable, which git keeps in a commit, and nothing that is generated
is a program. `speccompile generate` and `speccompile check --fix` take that away; who may read the file stays as it is.""",
)

CODES: tuple[Code, ...] = (
    BAD_LOCK, NOT_OWNED, IRREGULAR, UNWRITABLE, INTERRUPTED,
    STALE_SPEC, STALE_TOOL, EDITED, MISSING, ORPHAN, NO_LOCK, LOCK_EDITED, OTHER_OUTPUT, STRAY, RESERVED_NAME,
    NOT_KEPT_OUT, SECRET_TRACKED, TRACKED_UNKNOWN, NOT_IN_COMMIT, EXECUTABLE,
)  # fmt: skip
