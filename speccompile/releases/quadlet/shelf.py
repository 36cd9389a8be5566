"""The directories in which systemd and quadlet look for units, and ours in them (podman-systemd.unit(5), systemd.unit(5))."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from speccompile import regular
from speccompile.record import record
from speccompile.releases.wanted import PlatformFailed

_LARGEST = 1 << 20
_UNITS = (".container", ".network", ".volume", ".image")


@record()
class Shelf:
    """``units`` is the directory of the containers, networks and volumes of the application *app*, all of which are ours; ``timers`` that of all timers and
    services of the machine, or the user: of those timers are ours that are called like the application's, and services that say so (``mark``)."""

    app: str
    units: Path
    timers: Path

    def place(self, file: str) -> Path:
        """Where *file* belongs."""
        return (self.timers if file.endswith((".timer", ".service")) else self.units) / file

    def text(self, file: str) -> str | None:
        """What *file* says; None where it is not there, or no regular file."""
        try:
            return regular.read(self.place(file), _LARGEST).decode("utf-8", "replace")
        except OSError:
            return None

    def changed(self, file: str) -> float:
        """When *file* was last written, in seconds of the machine's clock; 0 where it is not there."""
        try:
            return self.place(file).lstat().st_mtime
        except OSError:
            return 0.0

    def workloads(self) -> tuple[str, ...]:
        """The units of containers and of programs that are here, by name."""
        return tuple(sorted({*self._names(self.units, ".container"), *filter(self._is_ours, self._services())}))

    def file(self, unit: str) -> str:
        """The file of the workload's unit *unit* as it is here."""
        return f"{unit}.service" if self._is_ours(unit) else f"{unit}.container"

    def _services(self) -> Iterator[str]:
        return (one for one in self._names(self.timers, ".service") if one.startswith(f"{self.app}-"))

    def _is_ours(self, unit: str) -> bool:
        return (self.text(f"{unit}.service") or "").startswith(f"{mark(self.app)}\n")

    def _names(self, directory: Path, suffix: str) -> Iterator[str]:
        try:
            yield from (one.stem for one in directory.iterdir() if one.suffix == suffix)
        except OSError:
            return

    def garbled(self) -> tuple[str, ...]:
        """Files of ours that are no units by any reading: for one of them quadlet makes services of none (tried with Podman 5.4)."""
        try:
            names = sorted(one.name for one in self.units.iterdir() if one.suffix in _UNITS)
        except OSError:
            return ()
        return tuple(name for name in names if not _is_unit(self.text(name) or ""))

    def write(self, files: Mapping[str, str]) -> bool:
        """Let *files* be here, each wholly or as it was; whether any was not. Raises ``PlatformFailed``."""
        missing = {name: text for name, text in files.items() if self.text(name) != text}
        for name, text in sorted(missing.items()):
            self._write(self.place(name), text)
        return bool(missing)

    def touch(self, *files: str) -> None:
        """Let *files* be as old as now: one from a time that the clock has not reached again would look as if somebody had a hand in it for ever."""
        for name in files:
            try:
                os.utime(self.place(name), follow_symlinks=False)
            except OSError as problem:
                raise PlatformFailed(f"{self.place(name)}: {problem.strerror}") from problem

    def remove(self, files: tuple[str, ...]) -> None:
        """Take *files* away. Raises ``PlatformFailed``."""
        for name in files:
            try:
                self.place(name).unlink(missing_ok=True)
            except OSError as problem:
                raise PlatformFailed(f"{self.place(name)}: {problem.strerror}") from problem

    def _write(self, place: Path, text: str) -> None:
        # Beside it, under a name that neither systemd nor quadlet takes for a unit, so that a reader finds the old one or the new one.
        new = place.with_name(f".{place.name}.new")
        try:
            place.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
            with suppress(FileNotFoundError):
                new.unlink()
            opened = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
            with os.fdopen(opened, "wb") as file:
                file.write(text.encode())
                file.flush()
                os.fchmod(file.fileno(), 0o644)
                os.fsync(file.fileno())
            new.replace(place)
        except OSError as problem:
            raise PlatformFailed(f"{place}: {problem.strerror}") from problem


def _is_unit(text: str) -> bool:
    """Whether each line is a comment, the head of a section, a key with a value, or goes on with one (systemd.syntax(7)); one that says nothing is none."""
    goes_on = False
    for line in text.split("\n"):
        said = line.strip()
        if (
            not goes_on
            and said
            and said[0] not in "#;"
            and "=" not in said
            and not (said[0] == "[" and said[-1] == "]")
        ):
            return False
        goes_on = said.endswith("\\")
    return bool(text.strip())


def mark(app: str) -> str:
    """The first line of a service among the machine's own that a release of *app* has brought."""
    return f"# Brought by a release of {app}: what is altered here by hand is put back."


def shelf(app: str, *, user: bool) -> Shelf:
    """The directories of *app*: the machine's for root, else those of the user."""
    if not user:
        return Shelf(app, Path("/etc/containers/systemd", app), Path("/etc/systemd/system"))
    config = _config()
    return Shelf(app, config / "containers" / "systemd" / app, config / "systemd" / "user")


def parameters(app: str, *, user: bool) -> Path:
    """Where systemd reads the values of parameters (``%E`` of systemd.unit(5))."""
    return (_config() if user else Path("/etc")) / app / "parameters.env"


def _config() -> Path:
    given = os.environ.get("XDG_CONFIG_HOME", "")
    return Path(given) if given.startswith("/") else Path.home() / ".config"
