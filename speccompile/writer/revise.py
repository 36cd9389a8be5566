"""A file of somebody's own gets a new text: the whole of it at once, and only where it is still what it was when it was read."""

from __future__ import annotations

from pathlib import Path

from speccompile.codes.binding import CHANGED_MEANWHILE
from speccompile.digests import digest
from speccompile.errors import Refused
from speccompile.owned import Ground
from speccompile.ownership import Names
from speccompile.source import Span
from speccompile.writer import files, journal
from speccompile.writer.files import Entry
from speccompile.writer.guard import guarded, uninterrupted
from speccompile.writer.write import explained


def revise(root: Path, path: str, texts: tuple[str, str], names: Names) -> None:
    """Replace the text of the file at *path* from the project's *root*: *texts* are the one that was read, and the new one.

    Raises ``Refused``, and then the file is as it was: SC573 (it is another one by now, or no file of the project), SC504, SC505.
    """
    entry = Entry(path, digest(texts[0].encode()), digest(texts[1].encode()))
    with explained(""), guarded(root):
        journal.recover_guarded(root, names)
        ground = Ground(str(root), "")
        if ground.digest(path) == entry.before:
            with uninterrupted():
                files.prepare(ground, entry, texts[1])
                files.put(ground, entry)
                files.sync_folders(ground, (entry,))
                files.forget(ground, entry)
        if ground.digest(path) != entry.after:
            message = "this file is no longer what it was when it was read, or is a link, so it was left alone"
            raise Refused([CHANGED_MEANWHILE.at(Span(path), message, fix="run the command again")])
