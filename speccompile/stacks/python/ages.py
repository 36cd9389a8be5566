"""On which Python the pinned release of a framework runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from speccompile.source import Span
from speccompile.stacks.python.requirements import Requirement
from speccompile.stacks.supported import Asked, Supported, Table, oldest
from speccompile.stacks.versions import PYTHON

# Django's own table (https://docs.djangoproject.com/en/stable/faq/install/#what-python-version-can-i-use-with-django); of the others what
# removed modules and names of Python's took away (distutils in 3.12, `collections.Mapping` in 3.10), and the last line with wheels of what has no sources.
_TABLE: Table = {
    "django": (
        ("1.11", "3.5"),
        ("2.0", "3.6"),
        ("2.1", "3.7"),
        ("2.2", "3.7"),
        ("3.2", "3.9"),
        ("4.1", "3.10"),
        ("4.2", "3.11"),
        ("5.1", "3.12"),
        ("5.2", "3.13"),
    ),
    "aiohttp": (("3.8", "3.9"), ("3.9", "3.11")),
    "celery": (("5.0", "3.9"),),
    "eventlet": (("0.34", "3.11"),),
    "jinja2": (("2.10.1", "3.9"),),
    "markupsafe": (("1.1", "3.9"),),
    "pydantic": (("1.10.17", "3.11"),),
    "tensorflow": (("2.8", "3.9"), ("2.12", "3.10"), ("2.16", "3.11")),
    "torch": (("1.11", "3.9"), ("2.0", "3.10"), ("2.2", "3.11")),
    "tornado": (("5.0", "3.9"),),
    "werkzeug": (("0.15", "3.9"),),
}


def held(wanted: Iterable[Requirement], locked: Mapping[str, str], lock: Span) -> Supported | None:
    """What of *wanted*, at the releases that are asked for, or that are *locked* in the file at *lock*, holds Python back."""
    asked = {one.name: Asked(one.name, locked.get(one.name) or one.wanted, one.span) for one in wanted}
    besides = {name: Asked(name, release, lock) for name, release in locked.items() if name not in asked}
    return oldest(PYTHON, _TABLE, (*asked.values(), *besides.values()))
