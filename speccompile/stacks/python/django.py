"""A Django project: where it is, which settings it is served with, and what they ask of the image."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from speccompile.codes.stacks_py import DJANGO_OPERATIONS, STATIC_FILES
from speccompile.diagnostics import Diagnostic
from speccompile.lexing import Lexed
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.stacks.code import source
from speccompile.stacks.facts import Chosen
from speccompile.stacks.manifest import place
from speccompile.stacks.python.hosts import Insists, insists
from speccompile.stacks.python.modules import Module, file_of
from speccompile.stacks.sources import nameable
from speccompile.stacks.writing import is_free
from speccompile.stacks.writing_forms import DATABASE
from speccompile.stacks.written import Written

NAME = "django"
_SETTINGS = regex(r"""["']DJANGO_SETTINGS_MODULE["']\s*[,\]]\s*=?\s*["']([A-Za-z_]\w*(?:\.\w+)*)["']""")
_STATIC_ROOT = regex(r"^STATIC_ROOT[ \t]*(?::[^=\n]+)?=[ \t]*(.+)$", re.MULTILINE)
_FROM_HERE = regex(
    r"""(?:str\(|Path\()?\s*(?:os\.path\.(?:join|abspath)\(\s*)*(BASE_DIR|PROJECT_ROOT|ROOT_DIR|PROJECT_DIR|BASE|APPS_DIR)"""
    r"""\s*((?:\s*[/,]\s*["'][\w.-]+["'])+)\s*\)*\s*(?:#.*)?\Z"""
)
_FROM_HERE_CALLED = regex(r"""(?:str\()?(?:BASE_DIR|ROOT_DIR|root)\(\s*["']([\w./-]+)["']\s*\)\)?\s*(?:#.*)?\Z""")
_WORD = regex(r"""["']([\w.-]+)["']""")
_ASKED = regex(
    r"""(?:environ\[|\b(?:env|config)(?:\.\w+)?\()\s*["']([A-Z][A-Z0-9_]{0,60})["']\s*([\])][^\n]*|,[^\n]*)"""
)
_SECRET = regex(r"""^SECRET_KEY[ \t]*=.*?["']([A-Z][A-Z0-9_]{0,60})["']""", re.MULTILINE)
_NO_HOSTS = regex(r"^ALLOWED_HOSTS[ \t]*(?::[^=\n]+)?=[ \t]*\[[ \t]*\]", re.MULTILINE)
_DATABASES = regex(r"\bDATABASES\b")
_ROOT_URLCONF = regex(r"""^ROOT_URLCONF[ \t]*(?::[^=\n]+)?=[ \t]*["']([\w.]+)["']""", re.MULTILINE)
_SQLITE = "django.db.backends.sqlite3"
_OTHER_DATABASE = regex(
    r"[\"']django\.db\.backends\.(?!sqlite3)\w|\bdj_database_url\b|[\"']?\bDATABASE_URL\b|\benv\.db\("
)
_FIRST_DATABASE = regex(r"^DATABASES[ \t]*(?::[^=\n]+)?=[ \t]*\{.*?\}\s*(?:,\s*)?\}", re.MULTILINE | re.DOTALL)
_NAME_OF_FILE = regex(r"""["']NAME["']\s*:\s*([^,}\n]+)""")
_SIBLINGS = ("base", "common", "defaults", "settings")
_MOST_FOLDERS = 60


@record()
class Web:
    """The module that is served, and its interface."""

    module: Module
    interface: str


@record(kw_only=True)
class Django:
    """What the settings of a Django project ask for.

    ``manage`` is the program, ``settings`` the module that it is served with. ``static`` is the directory that static
    files are collected in, as seen from the service (None: none, or it cannot be told); ``environment`` what the
    settings insist on when they are read, ``insists`` what the server does. ``routes`` is the module of the URL configuration. ``file`` is
    the directory of the database, where that is a file unless the settings are told otherwise; ``writes`` the database that can only be one.
    """

    manage: str
    settings: str
    static: str | None
    environment: tuple[tuple[str, str], ...]
    routes: str | None
    file: Chosen | None
    insists: Insists
    migrations: tuple[Diagnostic, ...]
    writes: tuple[Written, ...]
    diagnostics: tuple[Diagnostic, ...]


def root(tree: Tree) -> str | None:
    """The directory that manage.py is in: the top, or one below it."""
    if tree.is_file("manage.py"):
        return ""
    folders = [entry.rstrip("/") for entry in tree.entries("") if entry.endswith("/") and not entry.startswith(".")]
    return next((one for one in folders[:_MOST_FOLDERS] if tree.is_file(f"{one}/manage.py")), None)


def application(tree: Tree, asgi: bool) -> Web | None:
    """The module that serves the project: where manage.py has its settings, or the only one there."""
    top = root(tree)
    if top is None:
        return None
    for interface in ("asgi", "wsgi") if asgi else ("wsgi", "asgi"):
        for package in _packages(tree, top):
            module = file_of(tree, f"{package}.{interface}" if package else interface, (top,))
            if module:
                return Web(module, interface)
    return None


def read(tree: Tree, module: Module) -> Django | None:
    """The settings that *module* serves with."""
    top = module.root
    manage = posixpath.join(top, "manage.py")
    name = _named(source(tree, module.path)) or _named(source(tree, manage))
    settings = file_of(tree, name, (top,)) if name else None
    if name is None or settings is None or not tree.is_file(manage):
        return None
    codes = [(path, source(tree, path)) for path in _read_with(tree, settings)]
    found = next(((path, code, match) for path, code in codes if (match := code.search(_STATIC_ROOT))), None)
    static = _place(found[2][1].strip(), top) if found else None
    file = next((kept for path, code in codes if (kept := _file(path, code, top))), None)
    hosts = next(((path, code, match) for path, code in codes if (match := code.search(_NO_HOSTS))), None)
    return Django(
        manage=manage,
        settings=name,
        static=static if any(_says(code, "django.contrib.staticfiles") for _, code in codes) else None,
        environment=tuple(sorted(_environment([code for _, code in codes]).items())),
        routes=next((match[1] for _, code in codes if (match := code.search(_ROOT_URLCONF))), None),
        file=file,
        insists=insists(codes),
        migrations=(_migrations(Span(manage), manage),) if any(code.search(_DATABASES) for _, code in codes) else (),
        writes=tuple(_file_database(tree, codes, file)),
        diagnostics=(
            *((_not_collected(_place_of(*found)),) if found and static is None else ()),
            *((_hosts(_place_of(*hosts)),) if hosts else ()),
        ),
    )


def _packages(tree: Tree, top: str) -> Iterator[str]:
    named = _named(source(tree, posixpath.join(top, "manage.py")))
    package = named.split(".")[0] if named else None
    if package:
        yield package
    for entry in tree.entries(top)[:_MOST_FOLDERS]:
        if entry.endswith("/") and entry.rstrip("/").isidentifier() and entry.rstrip("/") != package:
            yield entry.rstrip("/")
    yield ""


def _named(code: Lexed) -> str | None:
    match = code.search(_SETTINGS)
    return match[1] if match else None


def _read_with(tree: Tree, settings: Module) -> Iterator[str]:
    """The file of the settings, then those that such files are usually split into."""
    yield settings.path
    folder = posixpath.dirname(settings.path)
    for stem in _SIBLINGS:
        path = posixpath.join(folder, f"{stem}.py")
        if path != settings.path and tree.is_file(path):
            yield path
    if settings.path.endswith("/__init__.py"):
        yield from (
            posixpath.join(folder, entry) for entry in tree.entries(folder) if entry in ("production.py", "prod.py")
        )


def _place(value: str, top: str) -> str | None:
    """The directory that the value of STATIC_ROOT means, when that is a literal below the project."""
    called = _FROM_HERE_CALLED.match(value)
    match = _FROM_HERE.match(value)
    if called is None and (match is None or match[1] == "APPS_DIR"):
        return None
    inner = called[1] if called else posixpath.join(*_WORD.findall(match[2] if match else ""))
    path = posixpath.normpath(posixpath.join(top, inner))
    return path if nameable(path) and path != top else None


def _says(code: Lexed, value: str) -> bool:
    """Whether a string in *code* is *value*."""
    return any(one.value == value for one in code.strings)


def _place_of(path: str, code: Lexed, match: re.Match[str]) -> Span:
    return Span(path, code.line(match.start()), code.column(match.start()))


def _environment(codes: list[Lexed]) -> dict[str, str]:
    """Variables without which the settings cannot be read, with values that only let them be read."""
    found = {}
    for code in codes:
        for match in code.finditer(_ASKED):
            if match[2].startswith((")", "]")) or (re.match(r",\s*cast\b", match[2]) and "default" not in match[2]):
                found[match[1]] = _stand_in(match[1], match[2])
        if secret := code.search(_SECRET):
            found[secret[1]] = "collectstatic"
    return found


def _stand_in(name: str, rest: str) -> str:
    if "bool" in rest or name.startswith(("DEBUG", "USE_", "IS_", "ENABLE_")) or name.endswith(("_DEBUG", "_ENABLED")):
        return "False"
    if "int" in rest or name.endswith(("PORT", "TIMEOUT", "_AGE", "_SECONDS", "_SIZE", "_COUNT", "_ID")):
        return "1"
    if "DATABASE" in name and name.endswith("URL"):
        return "sqlite://:memory:"
    return "http://localhost" if name.endswith(("_URL", "_HOST")) else "collectstatic"


def _not_collected(span: Span) -> Diagnostic:
    return STATIC_FILES.at(
        span,
        "STATIC_ROOT is not a literal path below the project, so `collectstatic` is left out of the build",
        fix='write it as BASE_DIR / "staticfiles"',
    )


def _file(path: str, code: Lexed, top: str) -> Chosen | None:
    """The directory below the project in which the database is a file, by what the settings say before any condition."""
    first = code.search(_FIRST_DATABASE)
    if first is None or _SQLITE not in first[0]:
        return None
    named = _NAME_OF_FILE.search(first[0])
    here = _FROM_HERE.match(named[1].strip()) if named else None
    inner = posixpath.normpath(posixpath.join(top, *_WORD.findall(here[2])[:-1])) if here else "."
    span = _place_of(path, code, first)
    return (
        Chosen("database", inner, f"{path}:{span.line}", span) if nameable(inner) and inner not in (".", top) else None
    )


def _file_database(tree: Tree, codes: list[tuple[str, Lexed]], file: Chosen | None) -> Iterator[Written]:
    """The database that can only be a file, and its directory, where that can be told."""
    if any(code.search(_OTHER_DATABASE) for _, code in codes):
        return
    where = next((place(path, code.code, _SQLITE) for path, code in codes if _says(code, _SQLITE)), None)
    if where:
        yield Written(
            directory=file.value if file else None,
            what=DATABASE,
            named="",
            lasting=True,
            free=file is not None and is_free(tree, file.value),
            span=where,
        )


def _hosts(span: Span) -> Diagnostic:
    return DJANGO_OPERATIONS.at(
        span,
        "ALLOWED_HOSTS is empty: without DEBUG every request is answered with 400",
        fix='read it from the environment: os.environ.get("ALLOWED_HOSTS", "localhost").split(",")',
    )


def _migrations(span: Span, manage: str) -> Diagnostic:
    return DJANGO_OPERATIONS.at(
        span,
        "database migrations are not run by the image: two replicas would run them at once",
        fix=f"have them run once a release: `release: [[python, {manage}, migrate, --noinput]]` in specs/deploy.yaml",
    )
