"""One writer at a time, and a commit that outlives the death of the process that began it."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def guarded(root: Path) -> Iterator[None]:
    """Wait until no other speccompile writes in *root*, and keep others out until the end of the block.

    The lock is the kernel's, on the directory itself: it leaves no file behind and ends with its holder. A file system
    without such locks (some network ones) gives no protection here.
    """
    descriptor = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Ctrl-C, SIGTERM and SIGHUP wait until the end of the block; a write takes milliseconds."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT, signal.SIGTERM, signal.SIGHUP))
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def sheltered(action: Callable[[], None]) -> bool:
    """Run *action* in a child in a session of its own, so that killing this process does not cut it short.

    Returns whether it ran to its end; False means that the child was killed. Its ``OSError`` is raised here. Where
    there is no fork, or other threads make it unsafe, *action* runs right here. To be called inside ``uninterrupted``.
    """
    child, reader, writer = _fork()
    if child is None:
        action()
        return True
    if child == 0:
        _run_in_child(action, writer)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        report = pipe.read()
    _, status = os.waitpid(child, 0)
    if report:
        number, text, name = json.loads(report)
        raise OSError(number, text, name)
    return os.waitstatus_to_exitcode(status) == 0


def _fork() -> tuple[int | None, int, int]:
    """The child's id (0 in the child, None when there can be none), and the two ends of a pipe."""
    if not hasattr(os, "fork") or threading.active_count() > 1:
        return None, -1, -1
    try:
        reader, writer = os.pipe()
    except OSError:
        return None, -1, -1
    try:
        return os.fork(), reader, writer
    except OSError:
        os.close(reader)
        os.close(writer)
        return None, -1, -1


def _run_in_child(action: Callable[[], None], writer: int) -> None:
    """Never returns: leaves by ``os._exit``, so nothing of the parent's is flushed or cleaned up twice."""
    status = 1
    try:
        with suppress(OSError):  # without a session of its own it is only less sheltered
            os.setsid()
        action()
        status = 0
    except OSError as error:
        os.write(writer, json.dumps([error.errno, error.strerror, str(error.filename or "")]).encode())
    finally:
        os._exit(status)
