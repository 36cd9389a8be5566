"""Workers that nothing names: a queue's application in the sources, whose server alone would take work that nobody does."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from speccompile.project.tree import Tree
from speccompile.stacks.code import source
from speccompile.stacks.python.modules import Module, modules, others
from speccompile.survey import scripted
from speccompile.survey.found import Found, Worker

_STEMS = ("celery", "celery_app", "celeryapp", "celery_worker", "worker", "tasks", "__init__", "app", "main")
_CELERY = re.compile(r"^(\w+)(?:[ \t]*:[ \t]*\w+)?[ \t]*=[ \t]*(?:celery\.)?Celery\(", re.MULTILINE)
_BEAT = re.compile(
    r"\b(?:beat_schedule|CELERY_BEAT_SCHEDULE|CELERYBEAT_SCHEDULE|setup_periodic_tasks|add_periodic_task)\b"
)
_SCHEDULE_FILE = "/tmp/celerybeat-schedule"  # noqa: S108  # in the container, whose root is read-only
_OWN_SCHEDULE = ("-s", "--schedule", "-S", "--scheduler")


# What each of these processes has in its command: one that is named already is not proposed again, nor are others of its queue.
_KNOWN = frozenset((
    "bin/jobs", "celery", "good_job", "horizon", "messenger:consume", "queue:listen", "queue:work", "schedule:work", "sidekiq",
))  # fmt: skip


def workers(tree: Tree, service: Found, named: Iterable[tuple[str, ...]]) -> Iterator[Worker]:
    """The workers of the queue that *service* puts work into, where none of the commands *named* is one."""
    if not any(_KNOWN.intersection(command) for command in named):
        yield from _of_celery(tree, service)
        yield from scripted.workers(tree, service)


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
    yield Worker("worker", ("celery", "-A", application, "worker", "--loglevel", "INFO"), why)
    beat = next((one.path for one in every if source(below, one.path).search(_BEAT)), None)
    if beat or "django-celery-beat" in service.detection.facts.dependencies:
        command = written(("celery", "-A", application, "beat", "--loglevel", "INFO"))
        yield Worker("beat", command, f"{beat or 'django-celery-beat'} has a schedule of Celery")


def written(command: tuple[str, ...]) -> tuple[str, ...]:
    """*command*, which keeps its state where it may write: Celery's beat writes a file into its working directory otherwise."""
    if (
        command[:1] != ("celery",)
        or "beat" not in command
        or any(word.split("=")[0] in _OWN_SCHEDULE for word in command)
    ):
        return command
    return (*command, "--schedule", _SCHEDULE_FILE)


def _application(module: Module, name: str) -> str:
    """How Celery is told it: ``PACKAGE`` where that has a module called celery, as it looks for it there."""
    package, _, stem = module.name.rpartition(".")
    if stem == "celery" and package:
        return package
    return module.name if name in ("app", "celery") else f"{module.name}:{name}"
