"""Project paths as text: relative to the project's root, with forward slashes; "" is the root itself.

Imported by the fast path of ``check``, so nothing costly may be imported here.
"""

from __future__ import annotations

import os

LOCK = "speccompile.lock"
_NOT_NORMAL = ("//", "/.", "\0")  # what is without may be normal
RESERVED = ".speccompile."  # the names of our temporary files begin so

_IGNORED = dict.fromkeys((*range(0x200C, 0x2010), *range(0x202A, 0x202F), *range(0x206A, 0x2070), 0xFEFF))


def normal(path: str) -> str | None:
    """*path* without ``.``, ``..`` and doubled slashes; None when it leaves the root or no artifact could name it.

    Works on the text alone: ``a/../b`` is ``b`` whatever ``a`` is.
    """
    if path.isascii() and path[:1] not in "./" and not any(map(path.__contains__, _NOT_NORMAL)) and path[-1] != "/":
        return path  # nearly all are so
    if path.startswith("/") or "\0" in path or not is_unicode(path):
        return None
    kept: list[str] = []
    for part in path.split("/"):
        if part == "..":
            if not kept:
                return None
            kept.pop()
        elif part not in ("", "."):
            kept.append(part)
    return "/".join(kept)


def join(directory: str, path: str) -> str:
    """*path* as seen from where *directory* is; both are normal."""
    return f"{directory}/{path}" if directory and path else directory or path


def leaves(path: str) -> bool:
    """Whether a relative path begins by leaving where it starts."""
    return path == ".." or path.startswith("../")


def output_from(root: str, given: str) -> str:
    """An output directory, absolute or relative to the project's *root*, as seen from the root ("" is the root)."""
    start = os.path.abspath(root)  # noqa: PTH100  # no pathlib on the fast path
    seen = os.path.relpath(os.path.join(start, given), start)  # noqa: PTH118
    return "" if seen == "." else seen


def is_normal_outside(path: str) -> bool:
    """Whether *path* climbs out of the root first and then only goes down."""
    rest = path
    while leaves(rest):
        rest = rest[3:]
    return leaves(path) and not path.endswith("/") and normal(rest) == rest


def is_reserved(path: str) -> bool:
    """Whether *path* is in a repository's database or is one of our temporary files; nobody may own such a path."""
    if path.isascii() and "." not in path and "g" not in path and "G" not in path:
        return False
    return any(is_git(part) or part.lower().startswith(RESERVED) for part in path.split("/"))


def is_git(name: str) -> bool:
    """Whether some file system takes *name* for ``.git``, as git itself judges it (path.c, ``is_ntfs_dotgit`` and ``is_hfs_dotgit``): in any
    case of letters, by the short name that NTFS gives it, with dots and blanks or a stream behind it, with characters in it that HFS+ ignores."""
    if name.isascii() and name[:1] not in ".gG":
        return False
    return name.translate(_IGNORED).partition(":")[0].rstrip(". ").lower() in (".git", "git~1")


def is_unicode(text: str) -> bool:
    """Whether *text* can be written as UTF-8: names on disk and JSON can hold lone surrogates."""
    return text.isascii() or not any("\ud800" <= character <= "\udfff" for character in text)
