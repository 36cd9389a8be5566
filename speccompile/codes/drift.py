"""SC5xx: what is on the disk is not what the specs give, or could not be written."""

from __future__ import annotations

from speccompile.codes.code import Code
from speccompile.diagnostics import Severity

BAD_LOCK = Code("SC501", "the lock file cannot be read", """
`speccompile.lock` says which files speccompile owns. When it is damaged (a merge left its marks in it, it was cut
short, it claims files outside the output directory) nothing is written, since nobody knows any more which files may be
replaced. Restore it from version control; or delete it together with the generated files and generate again.""")

NOT_OWNED = Code("SC502", "a file that speccompile did not write is in the way", """
A file that the lock file does not list is never overwritten, whatever is in it. Move it away, delete it, or
choose another output directory. A file that already has just the content that would be written is adopted.""")

IRREGULAR = Code("SC503", "something that is not a regular file is in the way", """
Nothing is ever written through a symbolic link, and a directory, a socket or a device is never replaced. The same holds
for the directories on the way to a generated file.""")

UNWRITABLE = Code("SC504", "the files could not be written", """
The operating system refused (no permission, a full disk, a read-only file system). Files are written all or none:
nothing was changed.""")

INTERRUPTED = Code("SC505", "an interrupted write could not be finished", """
A write that was killed left a journal, and the next command finishes or takes back what it began. That did not work
this time: the journal is damaged, or was copied from another place, or the operating system refused.""")

STALE_SPEC = Code("SC510", "stale: the specs or the sources have changed", """
The file on disk is what was once generated, but the specs, or the sources that detection looked at, have changed since
and now give another one. `speccompile generate` writes it anew; `speccompile check --fix` does the same.""")

STALE_TOOL = Code("SC511", "stale: speccompile has changed", """
The inputs are the same, but this version of speccompile makes another file of them than the version that wrote the
file on disk. `speccompile generate` writes it anew.""")

EDITED = Code("SC512", "a generated file was edited by hand", """
The file on disk is neither what was generated nor what would be generated now. Generated files are outputs: put the
change into the specs. `speccompile generate` restores the file, `speccompile generate --diff` shows the difference.""")

MISSING = Code("SC513", "a generated file is missing", """
The specs give this file and it is not there. `speccompile generate` writes it.""")

ORPHAN = Code("SC514", "a generated file is no longer generated", """
The lock file lists it, the specs do not give it any more. `speccompile generate` deletes it when nobody has edited it;
an edited one is kept, and is yours from then on.""")

NO_LOCK = Code("SC515", "there is no lock file", """
Without `speccompile.lock` nothing was generated here yet, or the file was not committed. It belongs into version
control beside the specs. `speccompile generate` writes it.""")

LOCK_EDITED = Code("SC516", "the lock file was edited or merged by hand", """
The lock file's seal does not fit its text. What it lists may be wrong, so the project cannot pass as unchanged.
`speccompile generate` writes it anew.""")

SECRET_TRACKED = Code("SC520", "a file with secrets is tracked by git", """
Git tracks a file that holds secrets (it was committed, or is about to be): the values that the compose file mounts, `.env`, a private key, a
login. Who has the repository has them. Stop tracking it, ignore it, and, where it was ever pushed, replace what it held.""")

TRACKED_UNKNOWN = Code("SC521", "what git tracks could not be told", """
Git's index is split, sparse, damaged or of a later version, and git itself cannot be asked here. So nothing is said about secrets
in version control.""", Severity.NOTE)

CODES: tuple[Code, ...] = (
    BAD_LOCK, NOT_OWNED, IRREGULAR, UNWRITABLE, INTERRUPTED,
    SECRET_TRACKED, TRACKED_UNKNOWN, STALE_SPEC, STALE_TOOL, EDITED, MISSING, ORPHAN, NO_LOCK, LOCK_EDITED,
)  # fmt: skip
