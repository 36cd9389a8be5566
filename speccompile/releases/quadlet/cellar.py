"""Where programs without an image lie on a machine: each version in a place of its own that is called by its digest, beside those of before.

/opt/speccompile/APP/DIGEST         an archive's files, as they were unpacked
/opt/speccompile/APP/DIGEST.seal    which files these were: what somebody altered since is unpacked anew
/nix/store/…                        a closure of Nix's, kept by a link below /nix/var/nix/gcroots/speccompile/APP
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Collection
from contextlib import suppress
from pathlib import Path

from speccompile import regular
from speccompile.record import record
from speccompile.regex import regex
from speccompile.releases.archives import BadArchive, unpacked
from speccompile.releases.engines import nix
from speccompile.releases.quadlet.once import Once
from speccompile.releases.record import ARCHIVE, is_closure, is_image
from speccompile.releases.runner import last_lines
from speccompile.releases.store import Unreachable
from speccompile.releases.wanted import PlatformFailed

ROOT = "/opt/speccompile"
_FETCHING = 1800.0
_LARGEST_SEAL = 8 << 20
_SPARE = 3
_VERSION = regex(r"[0-9a-f]{64}")


def directory(app: str, runs: str) -> str:
    """Where the files of *runs*, an archive or a closure, lie."""
    return runs if is_closure(runs) else f"{ROOT}/{app}/{runs.rpartition(':')[2]}"


@record(kw_only=True)
class Cellar:
    """The programs of the application *app*; *kept* gives what the store of the releases keeps under a digest. *user* is whether this is a user's systemd,
    which runs none."""

    app: str
    once: Once
    kept: Callable[[str], bytes]
    user: bool

    def bring(self, runs: str) -> None:
        """Have *runs* here, whole. Raises ``PlatformFailed``."""
        if self.user:
            raise PlatformFailed("a program in no container is a unit of the machine's own systemd: deploy it as root")
        if is_closure(runs):
            good, said = self._nix(nix.realised(runs, nix.root(self.app, runs)))
            if not good:
                raise PlatformFailed(f"nix-store: {last_lines(said) or 'it does not say why'}")
        elif not self.holds(runs):
            self._unpack(runs)

    def holds(self, runs: str) -> bool:
        """Whether *runs* is here as it came."""
        if is_closure(runs):
            return Path(runs).exists()
        place = Path(directory(self.app, runs))
        try:
            return regular.read(_seal(place), _LARGEST_SEAL) == _listing(place)
        except OSError:
            return False

    def let_go(self, runs: str) -> bool:
        """Take *runs* away, and of what a closure needs all that nothing else keeps; whether it is gone."""
        if is_closure(runs):
            return self._collected(runs)
        place = Path(directory(self.app, runs))
        with suppress(OSError):
            _seal(place).unlink(missing_ok=True)
        shutil.rmtree(place, ignore_errors=True)
        return not place.exists()

    def prune(self, wanted: Collection[str]) -> None:
        """Take away all archives but those of *wanted* and the last few."""
        try:
            there = [one for one in Path(ROOT, self.app).iterdir() if _VERSION.fullmatch(one.name)]
            spare = sorted(there, key=lambda one: one.lstat().st_mtime, reverse=True)
        except OSError:
            return
        kept = {Path(directory(self.app, one)) for one in wanted if not is_image(one)}
        for one in [each for each in spare if each not in kept][_SPARE:]:
            self.let_go(f"{ARCHIVE}sha256:{one.name}")

    def _unpack(self, runs: str) -> None:
        place, named = Path(directory(self.app, runs)), runs.removeprefix(ARCHIVE)
        new = place.with_name(f".{place.name}.new")
        try:
            content = self.kept(named)
            open_directory(place.parent)
            self.let_go(runs)
            shutil.rmtree(new, ignore_errors=True)
            unpacked(content, new)
            new.rename(place)
            _write(_seal(place), _listing(place))
        except KeyError:
            raise PlatformFailed(f"the store of the releases does not have the archive {named[:19]}…") from None
        except BadArchive as problem:
            raise PlatformFailed(f"the archive {named[:19]}… is none that speccompile packs: {problem}") from problem
        except Unreachable as problem:
            raise PlatformFailed(f"the archive {named[:19]}… cannot be fetched: {problem}") from problem
        except OSError as problem:
            raise PlatformFailed(f"{problem.filename or place}: {problem.strerror}") from problem
        finally:
            shutil.rmtree(new, ignore_errors=True)

    def _collected(self, path: str) -> bool:
        """Whether the closure *path* is no longer kept. What of it nothing else keeps goes; that it could not is for Nix's own collection to mend."""
        known, needed = self._nix(nix.needs(path))
        if not self._nix(nix.released(nix.root(self.app, path)))[0]:
            return False
        dead = self._nix(nix.dead())[1] if known else ""
        if gone := tuple(sorted(set(needed.split()) & set(dead.split()))):
            self._nix(nix.deleted(gone))
        return True

    def _nix(self, argv: tuple[str, ...]) -> tuple[bool, str]:
        return self.once.run(argv, nix.PLACES, _FETCHING)


def open_directory(place: Path) -> None:
    """Have the directory *place*, which everybody may look into, as those above it that are not there yet. Raises ``OSError``."""
    missing = [one for one in (place, *place.parents) if not one.exists()]
    for one in reversed(missing):
        one.mkdir(exist_ok=True)
        one.chmod(0o755)


def _seal(place: Path) -> Path:
    return place.with_name(f"{place.name}.seal")


def _listing(place: Path) -> bytes:
    """The files below *place*: names, modes, sizes, and when each was last changed, which nobody can set (``ctime``)."""
    found = []
    for above, folders, files in os.walk(place):
        folders.sort()
        for name in sorted((*files, *(one for one in folders if Path(above, one).is_symlink()))):
            file = Path(above, name)
            is_ = file.lstat()
            found.append(f"{file.relative_to(place)} {is_.st_mode:o} {is_.st_size} {is_.st_ctime_ns}\n")
    return "".join(found).encode("utf-8", "surrogateescape")


def _write(file: Path, content: bytes) -> None:
    new = file.with_name(f".{file.name}.new")
    with suppress(FileNotFoundError):
        new.unlink()
    with os.fdopen(
        os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600), "wb"
    ) as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())
    new.replace(file)
