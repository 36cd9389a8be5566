"""How a worker is asked whether it is well: it listens to nobody, so it is seen by what it does.

deploy.yaml's ``heartbeat`` names a file that the worker touches, and how old that may be. Without it, a Celery worker is asked for a ping through its
queue (`celery inspect ping`, https://docs.celeryq.dev/en/stable/userguide/workers.html#ping): that one alone, by the name of its host.
All else is asked nothing, and nothing is said of its health.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from speccompile.codes.lowering import NO_HEARTBEAT
from speccompile.diagnostics import Diagnostic, quoted
from speccompile.lower.subject import Subject
from speccompile.plan.image import ImageRecipe
from speccompile.plan.workload import Probes
from speccompile.provenance import because

if TYPE_CHECKING:
    from speccompile.spec.running import Heartbeat

CODE = "SC387"
TITLE = "worker's heartbeat"

_AGE = 'test "$(( $(date +%s) - $(stat -c %Y -- "$1") ))" -le "$2"'
_PING = (
    "import os,socket,sys;"
    "os.execvp(sys.argv[1],[*sys.argv[1:],'inspect','ping','--timeout','10','--destination','celery@'+socket.gethostname()])"
)


def probes(subject: Subject, image: ImageRecipe) -> Probes | None:
    """The check of a worker in *image*, where there is one."""
    if subject.role != "worker":
        return None
    if subject.deploy and subject.deploy.heartbeat:
        return _age(subject, subject.deploy.heartbeat) if image.has("sh") else None
    application = _celery((*image.entrypoint, *image.command))
    return _ping(application, image) if application and image.has("python") else None


def _age(subject: Subject, beat: Heartbeat) -> Probes:
    """What looks how old the file is."""
    keys = [subject.deployed("heartbeat", key) for key in sorted(beat.model_fields_set)]
    return Probes(
        ready=("sh", "-c", _AGE, "heartbeat", beat.file, str(beat.within)),
        interval=15,
        timeout=5,
        start_period=max(30, beat.within),
        retries=3,
        origin=because(CODE, subject.deployed("heartbeat"), *keys),
    )


def _ping(application: tuple[str, ...], image: ImageRecipe) -> Probes:
    """What asks the worker through its queue: a client of Celery starts for that, which takes seconds."""
    return Probes(
        ready=("python", "-c", _PING, *application),
        interval=60,
        timeout=30,
        start_period=60,
        retries=3,
        origin=because(CODE, *image.start.causes),
    )


def told(subject: Subject, image: ImageRecipe) -> Iterator[Diagnostic]:
    """That a heartbeat which is asked for cannot be looked at."""
    beat = subject.deploy.heartbeat if subject.deploy else None
    if beat is None or probes(subject, image):
        return
    yield NO_HEARTBEAT.at(
        subject.deployed("heartbeat").span,
        f"{subject.name}'s heartbeat {quoted(beat.file)} is not looked at: its image has no shell to do it",
        fix="take `heartbeat` out, or give the image one of Debian's packages (`packages: {runtime: [ca-certificates]}`): such an image has one",
    )


def _celery(argv: Sequence[str]) -> tuple[str, ...] | None:
    """How the application of a Celery worker is named on the command line, if *argv* starts one whose name is the usual."""
    if "worker" not in argv or not argv or posixpath.basename(argv[0]) != "celery":
        return None
    own = any(word == "-n" or word.startswith(("-n", "--hostname")) for word in argv)
    options = list(zip(argv, (*argv[1:], ""), strict=True))
    named = next(((word, value) for word, value in options if word in ("-A", "--app")), None)
    joined = next(
        (word for word in argv if word.startswith(("--app=",)) or (word.startswith("-A") and word != "-A")), None
    )
    found = named or ((joined,) if joined else None)
    return (argv[0], *found) if found and not own else None
