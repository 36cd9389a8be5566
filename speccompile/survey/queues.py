"""Workers that nothing names: a queue's application in the sources, whose server alone would take work that nobody does."""

from __future__ import annotations

import re
from collections.abc import Iterator

from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.stacks.code import source
from speccompile.stacks.python.modules import Module, modules, others
from speccompile.survey.found import Found

_STEMS = ("celery", "celery_app", "celeryapp", "celery_worker", "worker", "tasks", "__init__", "app", "main")
_CELERY = re.compile(r"^(\w+)(?:[ \t]*:[ \t]*\w+)?[ \t]*=[ \t]*(?:celery\.)?Celery\(", re.MULTILINE)
_BEAT = re.compile(
    r"\b(?:beat_schedule|CELERY_BEAT_SCHEDULE|CELERYBEAT_SCHEDULE|setup_periodic_tasks|add_periodic_task)\b"
)
_SCHEDULE_FILE = "/tmp/celerybeat-schedule"  # noqa: S108  # in the container, whose root is read-only
_OWN_SCHEDULE = ("-s", "--schedule", "-S", "--scheduler")


@record()
class Worker:
    """A worker: what it is called, what it runs, and why."""

    name: str
    command: tuple[str, ...]
    why: str


def workers(tree: Tree, service: Found) -> Iterator[Worker]:
    """The workers of the queue that *service* puts work into."""
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
