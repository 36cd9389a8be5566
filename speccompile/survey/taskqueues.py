"""Workers of Python's queues besides Celery: what runs the work that sources have for them, found by that work."""

from __future__ import annotations

import re
from collections.abc import Iterator

from speccompile.lexing import Lexed
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.regex import regex
from speccompile.stacks.code import source
from speccompile.stacks.python.facts import PyFacts
from speccompile.stacks.python.modules import Module, modules, others
from speccompile.survey.found import Found, Worker

PROGRAMS = frozenset((
    "arq", "dramatiq", "faktory_worker", "huey_consumer.py", "procrastinate", "procrastinate_worker", "qcluster", "rq", "rqworker", "run_huey", "rundramatiq",
    "taskiq",
))  # fmt: skip
"""What the commands of these workers have among their words."""

_STEMS = ("tasks", "worker", "workers", "jobs", "actors", "queue", "broker", "background", "__init__", "app", "main")
# What a library's work looks like in a source. The first group is the object that its program is told, where there is one.
_DRAMATIQ = regex(r"^[ \t]*@(?:dramatiq\.)?actor\b", re.MULTILINE)
_HUEY = regex(r"^(\w+)(?:[ \t]*:[ \t]*\w+)?[ \t]*=[ \t]*(?:huey\.)?(?:Huey|\w+Huey)\(", re.MULTILINE)
_ARQ = regex(r"^class[ \t]+(WorkerSettings)\b", re.MULTILINE)
_TASKIQ = regex(r"^(\w+)(?:[ \t]*:[ \t]*\w+)?[ \t]*=[ \t]*(?:\w+\.)?\w*Broker\(", re.MULTILINE)
# What applications of Django are told of a queue that has a command of manage.py.
_OF_DJANGO = (
    ("django-rq", ("rqworker", "default")),
    ("django-q2", ("qcluster",)),
    ("django-q", ("qcluster",)),
    ("django-dramatiq", ("rundramatiq",)),
)
_RQ = regex(r"^[ \t]*(?:from[ \t]+rq[ \t]+import|import[ \t]+rq\b)", re.MULTILINE)
_MOST = 12


@record()
class _Queue:
    """A queue's distribution, what its work looks like, and the words before and behind the name of the module that has it."""

    distribution: str
    work: re.Pattern[str]
    program: tuple[str, ...]
    between: str
    several: bool = False


_QUEUES = (
    _Queue("dramatiq", _DRAMATIQ, ("dramatiq",), "", several=True),
    _Queue("huey", _HUEY, ("huey_consumer.py",), "."),
    _Queue("arq", _ARQ, ("arq",), "."),
    _Queue("taskiq", _TASKIQ, ("taskiq", "worker"), ":"),
)


def workers(tree: Tree, service: Found) -> Iterator[Worker]:
    """The workers of the queues that the sources of *service* have work for."""
    facts = service.detection.facts
    if not isinstance(facts, PyFacts):
        return
    if facts.django:
        yield from _of_django(facts, facts.django.manage)
    wanted = [one for one in _QUEUES if one.distribution in facts.dependencies]
    if not wanted:
        return
    below = tree.below(service.directory) if service.directory else tree
    every = [(one, source(below, one.path)) for one in (*modules(below, _STEMS), *others(below, _STEMS))]
    for queue in wanted:
        yield from _of_sources(queue, every)


def unworked(tree: Tree, service: Found) -> str | None:
    """That *service* puts work into RQ, whose worker has to be told by words where its Redis is."""
    facts = service.detection.facts
    if not isinstance(facts, PyFacts) or "rq" not in facts.dependencies or "django-rq" in facts.dependencies:
        return None
    below = tree.below(service.directory) if service.directory else tree
    every = (*modules(below, _STEMS), *others(below, _STEMS))
    found = next((one.path for one in every if source(below, one.path).search(_RQ)), None)
    if found is None:
        return None
    return (
        f"{service.directory or '.'}: {found} uses RQ, and nothing runs its worker: add a service with the same `path`, `role: worker` "
        'and `command: [sh, -c, "exec rq worker --url $REDIS_URL default"]`, with the queues and the variable that the sources name'
    )


def _of_django(facts: PyFacts, manage: str) -> Iterator[Worker]:
    for distribution, words in _OF_DJANGO:
        if distribution in facts.dependencies:
            yield Worker("worker", ("python", manage, *words), f"it depends on {distribution}")
            return


def _of_sources(queue: _Queue, every: list[tuple[Module, Lexed]]) -> Iterator[Worker]:
    found = [(module, match) for module, code in every if (match := code.search(queue.work))][:_MOST]
    if not found:
        return
    first, match = found[0]
    told = [one.name for one, _ in found if one.root == first.root] if queue.several else [first.name]
    named = tuple(f"{name}{queue.between}{match[1]}" if queue.between else name for name in told)
    where = _path(queue, first.root)
    if where is not None:
        yield Worker("worker", (*queue.program, *where, *named), f"{first.path} has work for {queue.distribution}")


def _path(queue: _Queue, root: str) -> tuple[str, ...] | None:
    """How the queue's program is told of the directory *root* in which modules are; None where it cannot be."""
    if not root:
        return ()
    return ("--path", root) if queue.distribution == "dramatiq" else None
