"""Workers that nothing names: a queue's application in the sources, whose server alone would take work that nobody does."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator

from speccompile.project.tree import Tree
from speccompile.regex import regex
from speccompile.stacks.code import source
from speccompile.stacks.python.facts import PyFacts
from speccompile.stacks.python.modules import Module, modules, others
from speccompile.survey import jobqueues, scripted, taskqueues
from speccompile.survey.found import Found, Worker

_STEMS = ("celery", "celery_app", "celeryapp", "celery_worker", "worker", "tasks", "__init__", "app", "main")
_CELERY = regex(r"^(\w+)(?:[ \t]*:[ \t]*\w+)?[ \t]*=[ \t]*(?:celery\.)?Celery\(", re.MULTILINE)
_BEAT = regex(r"\b(?:beat_schedule|CELERY_BEAT_SCHEDULE|CELERYBEAT_SCHEDULE|setup_periodic_tasks|add_periodic_task)\b")
_SCHEDULE_FILE = "/tmp/celerybeat-schedule"  # noqa: S108  # in the container, whose root is read-only
# A worker that is the clock besides.
_EMBEDDED = frozenset(("-B", "--beat"))
_OWN_FILES = ("-f", "--logfile", "--pidfile")
_OWN_SCHEDULE = ("-s", "--schedule", "--schedule-filename", "-S", "--scheduler")


# What each of these processes has in its command: one that is named already is not proposed again, nor are others of its queue.
_KNOWN = frozenset((
    "bin/jobs", "celery", "good_job", "horizon", "messenger:consume", "queue:listen", "queue:work", "schedule:work", "sidekiq",
)) | taskqueues.PROGRAMS  # fmt: skip


def workers(tree: Tree, service: Found, named: Iterable[tuple[str, ...]]) -> Iterator[Worker]:
    """The workers of the queue that *service* puts work into, where none of the commands *named* is one."""
    words = frozenset(word for command in named for word in command)
    if words & _KNOWN:
        return
    yield from _of_celery(tree, service)
    yield from scripted.workers(tree, service)
    yield from taskqueues.workers(tree, service)
    yield from jobqueues.workers(tree, service, words)


def _of_celery(tree: Tree, service: Found) -> Iterator[Worker]:
    if "celery" not in service.detection.facts.dependencies:
        return
    below = tree.below(service.directory) if service.directory else tree
    every = (*modules(below, _STEMS), *others(below, _STEMS))
    found = next(
        ((module, match[1]) for module in every if (match := source(below, module.path).search(_CELERY))), None
    )
    if found is None:
        return
    module, name = found
    application = _application(module, name)
    why = f"{module.path} makes an application of Celery"
    yield Worker("worker", written(("celery", *application, "worker", "--loglevel", "INFO"), service), why)
    beat = next((one.path for one in every if source(below, one.path).search(_BEAT)), None)
    if beat or "django-celery-beat" in service.detection.facts.dependencies:
        command = written(("celery", *application, "beat", "--loglevel", "INFO"), service)
        yield Worker("beat", command, f"{beat or 'django-celery-beat'} has a schedule of Celery")


def written(command: tuple[str, ...], service: Found) -> tuple[str, ...]:
    """*command* of *service*, which finds its modules where they are, and keeps its state where it may write: Celery's beat writes a file into
    its working directory otherwise."""
    if command[:1] != ("celery",):
        return command
    placed = _at_modules(_to_output(command), service)
    if not (_EMBEDDED | {"beat"}).intersection(placed) or any(word.split("=")[0] in _OWN_SCHEDULE for word in placed):
        return placed
    return (*placed, "--schedule", _SCHEDULE_FILE)


def _to_output(command: tuple[str, ...]) -> tuple[str, ...]:
    """*command* without the files that it keeps its log and its number in: a container's log is what it writes to its output."""
    files = {at for at, word in enumerate(command) if word.split("=")[0] in _OWN_FILES}
    values = {at + 1 for at in files if "=" not in command[at]}
    return tuple(word for at, word in enumerate(command) if at not in files | values)


def _at_modules(command: tuple[str, ...], service: Found) -> tuple[str, ...]:
    """*command* in the directory of manage.py, where that is below the program's: the settings name their modules as seen from there."""
    facts = service.detection.facts
    top = posixpath.dirname(facts.django.manage) if isinstance(facts, PyFacts) and facts.django else ""
    if not top or any(word.split("=")[0] == "--workdir" for word in command):
        return command
    package = f"{top.replace('/', '.')}."
    return ("celery", "--workdir", top, *(word.removeprefix(package) for word in command[1:]))


def _application(module: Module, name: str) -> tuple[str, ...]:
    """How Celery is told it: ``PACKAGE`` where that has a module called celery, as it looks for it there. A directory that is no package is
    where its modules are found by their own names; ``celery`` alone would be the library."""
    folder = "" if module.root in ("", "src") else module.root
    package, _, stem = module.name.rpartition(".")
    if folder and stem == "celery":
        folder, package = "", ".".join(filter(None, (folder.replace("/", "."), package)))
    where = ("--workdir", folder) if folder else ()
    whole = f"{package}.{stem}" if package else stem
    if stem == "celery" and package:
        return (*where, "-A", package)
    return (*where, "-A", whole if name in ("app", "celery") else f"{whole}:{name}")
