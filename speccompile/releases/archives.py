"""A program and what lies beside it as one file, for a store of releases to keep: packed the same from the same files, unpacked as a stranger's.

It is a ZIP archive (APPNOTE 6.3, without extensions): its directory stands at one place, and each file says how large it is before it is read. Names are
relative and lead nowhere else; a file is one, never a link, and may be started or not. Nothing else is kept of it: no owner, no time.
"""

from __future__ import annotations

import io
import os
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path

from speccompile import regular
from speccompile.diagnostics import quoted
from speccompile.releases.stored import LARGEST_TEXT

LARGEST = 256 * 1024 * 1024
"""The most bytes that all files have together."""
MOST = 20_000
"""The most files."""
_ENTRY = b"PK\x01\x02"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_LONGEST = 255  # bytes of a name, as file systems have it
_DEEPEST = 64  # directories
_MODES = {True: 0o755, False: 0o644}


class BadArchive(Exception):
    """What is packed, or is to be, is not of the form; the message says how."""


def packed(place: Path, program: str) -> bytes:
    """An archive in which *program* can be started: of the file *place*, then called so, or of all that is in the directory *place*. Raises ``BadArchive``,
    and ``OSError`` where a file cannot be read."""
    files = dict(_below(place)) if place.is_dir() else {program: place}
    if program not in files:
        raise BadArchive(f"there is no file {quoted(program)} in it")
    made, size = io.BytesIO(), 0
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, file in sorted(files.items()):
            content = regular.read(file, LARGEST - size)
            size += len(content)
            one = zipfile.ZipInfo(_checked(name), _EPOCH)
            one.external_attr = (stat.S_IFREG | _MODES[name == program or _starts(file)]) << 16
            archive.writestr(one, content, zipfile.ZIP_DEFLATED)
    content = made.getvalue()
    if len(content) > LARGEST_TEXT:
        raise BadArchive(f"packed it has {len(content) >> 20} MiB, and a release keeps {LARGEST_TEXT >> 20} at most")
    return content


def unpacked(content: bytes, directory: Path) -> None:
    """Write the files in *content* below *directory*, which is new, and onto the disk. Raises ``BadArchive``, and ``OSError`` where there is no room."""
    try:
        if content.count(_ENTRY) > MOST:
            raise BadArchive(f"more than {MOST} files")
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            listed = archive.infolist()
            names = [_checked(one.filename) for one in listed]
            if len(set(names)) != len(names) or not names:
                raise BadArchive("a file that is there twice, or none at all")
            left = LARGEST
            directory.mkdir()
            directory.chmod(0o755)  # whatever the umask is
            for one in listed:
                left -= _written(archive, one, directory / one.filename, left)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, RuntimeError, EOFError) as problem:
        raise BadArchive(str(problem).split("\n")[0] or "no archive") from problem


def _written(archive: zipfile.ZipFile, one: zipfile.ZipInfo, place: Path, left: int) -> int:
    """Write the file *one*, of *left* bytes at most; how many it had."""
    mode = one.external_attr >> 16
    if mode not in [stat.S_IFREG | known for known in _MODES.values()] or one.flag_bits & 1:
        raise BadArchive(f"{quoted(one.filename)} is no plain file")
    place.parent.mkdir(parents=True, exist_ok=True)
    for above in place.parents[: len(Path(one.filename).parts) - 1]:
        above.chmod(0o755)
    new = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    size = 0
    with archive.open(one) as source, os.fdopen(os.open(place, new, 0o600), "wb") as file:
        while chunk := source.read(1 << 20):
            size += len(chunk)
            if size > left:
                raise BadArchive(f"more than {LARGEST >> 20} MiB")
            file.write(chunk)
        file.flush()
        os.fchmod(file.fileno(), stat.S_IMODE(mode))
        os.fsync(file.fileno())
    return size


def _checked(name: str) -> str:
    parts = name.split("/")
    if len(parts) > _DEEPEST or not all(map(_is_name, parts)):
        raise BadArchive(f"{quoted(name[:200])} is no name for a file in it")
    return name


def _is_name(part: str) -> bool:
    """Whether *part* is one name to every reader: of characters that people see, and no way to anywhere."""
    whole = part.isprintable() and 0 < len(part.encode("utf-8", "replace")) <= _LONGEST
    return whole and "\\" not in part and part not in (".", "..")


def _below(directory: Path) -> Iterator[tuple[str, Path]]:
    """The files below *directory*; raises ``BadArchive`` for what is neither a file nor a directory, and for too many."""
    count = 0
    for above, folders, files in os.walk(directory, onerror=_raised):
        folders.sort()
        for name in sorted(files):
            count += 1
            if count > MOST:
                raise BadArchive(f"there are more than {MOST} files in it")
            file = Path(above, name)
            yield file.relative_to(directory).as_posix(), file
        for name in folders:
            if Path(above, name).is_symlink():
                raise BadArchive(f"{quoted(Path(above, name).relative_to(directory).as_posix())} is a link")


def _raised(problem: OSError) -> None:
    raise problem


def _starts(file: Path) -> bool:
    return bool(file.lstat().st_mode & stat.S_IXUSR)
