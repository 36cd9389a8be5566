"""What can be asked about all that is below a directory; ``contents`` answers.

Imported by the fast path of ``check``, so nothing costly may be imported here.
"""

from __future__ import annotations

from speccompile.digests import ABSENT, digest

TYPE_CHECKING = False  # typing takes too long to import for the fast path of ``check``
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Literal, TypeAlias

    About: TypeAlias = Literal[
        "tracked",
        "named",
        "suffixes",
        "secrets",
        "missed",
        "spared",
        "links",
        "strays",
        "ignoring",
        "digests",
        "unseen",
        "unread",
        "oversize",
        "odd",
    ]

KINDS = frozenset(
    (
        "tracked",
        "named",
        "suffixes",
        "secrets",
        "missed",
        "spared",
        "links",
        "strays",
        "ignoring",
        "digests",
        "unseen",
        "unread",
        "oversize",
        "odd",
    )
)
"""What can be asked about a path, a directory unless said otherwise; paths in answers are as seen from it.

- ``tracked``: its entries that git would track and that are, or hold, anything but secrets; those of directories with a
  trailing slash.
- ``named``: the names of those of its entries that sources below it name.
- ``suffixes``: what the names of the files below it end in, in small letters, sorted.
- ``secrets``: files below it, at any depth, that must be in no image, and that git would track.
- ``missed``: its sources that need one of these, each as "imports" or "opens", the source, and the secret, with two slashes between.
- ``spared``: files below it that are called like secrets by convention, and are code, or public.
- ``links``: links below it that lead out of it, each as the link, two slashes, and where it leads from the tree's root.
- ``strays``: links below it that lead out of the tree, or to what is not there.
- ``ignoring``: the directories with a ``.gitignore``: those above it from the root, itself, and those below it, all from
  the root.
- ``digests``: the files below it that git would track, at any depth, those with secrets apart: of each the digest, a blank, and its path.
- ``unseen``: what below it was not come to, so that no answer is about it: directories that lie too deep, with a trailing slash, and
  the first file too many.
- ``unread``: what was not searched for what sources name: directories that lie too deep, with a trailing slash, sources that are too
  long or no text, and the first source too many.
- ``oversize``: of a file, its size in MiB, when it is too large to be read as text.
- ``odd``: of a file, what stands in its place and is none: "link" for one that leads out of the root or nowhere, "directory", or
  "special" for a pipe, a socket or a device.
"""

WALKED = KINDS - {"oversize", "odd"}
"""Those whose answer is made of what many files say."""

PEEK = 1024 * 1024
"""How many bytes of a file are looked at for secrets: its ``head``."""

READ, DIGEST, ENTRIES, HEAD, LINKED = "read", "digest", "entries", "head", "linked"
"""Questions about one file or directory, of which answers about all that is below are made."""


def answer_to_read(text: str | None) -> str:
    """What the lock file keeps of the answer to ``read``."""
    return ABSENT if text is None else digest(text.encode())


def answer_to_entries(names: Iterable[str]) -> str:
    """What the lock file keeps of the answer to ``entries`` and ``called``; no name contains a NUL."""
    return digest("\0".join(names).encode("utf-8", "surrogateescape"))
