"""Frameworks of PHP: where pages are served from, what is run, what a build makes ahead, where they write."""

from __future__ import annotations

import posixpath

from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.regex import regex
from speccompile.stacks.code import source


@record(kw_only=True)
class Framework:
    """A framework by its name and its ``package``; ``console`` is its program for commands.

    ``prepares`` are commands that make ahead what it would write when it runs, into ``made`` (directories) and ``written`` (files); ``scratch`` are
    directories that it writes and can lose, ``kept`` the one of what people upload. ``environment`` is what production means to it.
    """

    name: str
    package: str
    console: str
    prepares: tuple[tuple[str, ...], ...] = ()
    made: tuple[str, ...] = ()
    written: tuple[str, ...] = ()
    scratch: tuple[str, ...] = ()
    kept: str = ""
    environment: tuple[tuple[str, str], ...] = ()


# Symfony reads .env, which is in no image: what it is compiled to says no more than that this is production.
_COMPILED = """file_put_contents('.env.local.php', "<?php return ['APP_ENV' => 'prod'];");"""

LARAVEL = Framework(
    name="Laravel",
    package="laravel/framework",
    console="artisan",
    prepares=(("php", "artisan", "package:discover"),),
    made=("bootstrap/cache",),
    scratch=(
        "storage/framework/cache", "storage/framework/sessions", "storage/framework/views", "storage/logs",
    ),
    kept="storage/app",
    environment=(("APP_DEBUG", "false"), ("APP_ENV", "production"), ("LOG_CHANNEL", "stderr")),
)  # fmt: skip
SYMFONY = Framework(
    name="Symfony",
    package="symfony/framework-bundle",
    console="bin/console",
    prepares=(("php", "-r", _COMPILED), ("php", "bin/console", "cache:warmup", "--env=prod", "--no-debug")),
    made=("var/cache",),
    written=(".env.local.php",),
    scratch=("var/cache/prod/pools", "var/log", "var/share"),
    environment=(("APP_DEBUG", "0"), ("APP_ENV", "prod")),
)
SLIM = Framework(name="Slim", package="slim/slim", console="")
_OTHERS = (
    Framework(name="Lumen", package="laravel/lumen-framework", console="artisan", scratch=LARAVEL.scratch),
    Framework(name="CodeIgniter", package="codeigniter4/framework", console="spark"),
    Framework(name="CakePHP", package="cakephp/cakephp", console="bin/cake"),
    Framework(name="Yii", package="yiisoft/yii2", console="yii"),
    Framework(name="Mezzio", package="mezzio/mezzio", console=""),
    Framework(name="Laminas", package="laminas/laminas-mvc", console=""),
)
KNOWN = (LARAVEL, SYMFONY, SLIM, *_OTHERS)
_ROOTS = ("public", "web", "webroot", "htdocs", "www", "html")
INDEX = "index.php"
_ANSWERS = regex(r"\$_(?:GET|POST|REQUEST|SESSION|COOKIE|FILES)\b|\bREQUEST_(?:URI|METHOD)\b|\bPATH_INFO\b")
_MOST = 100


def of(packages: frozenset[str]) -> Framework | None:
    """The framework among *packages*."""
    return next((one for one in KNOWN if one.package in packages), None)


def root(tree: Tree) -> str | None:
    """The directory that pages are served from, "" being the top; None where there is none."""
    found = next((one for one in _ROOTS if tree.is_file(f"{one}/{INDEX}")), None)
    return found if found is not None else ("" if tree.is_file(INDEX) else None)


def page(tree: Tree) -> str | None:
    """A page that answers requests where no index.php is beside it: the first, in a usual place or at the top."""
    directories = (*(name for name in _ROOTS if tree.is_directory(name)), "")
    files = (
        posixpath.join(directory, name)
        for directory in directories
        for name in tree.entries(directory)[:_MOST]
        if name.endswith(".php")
    )
    return next((path for path in files if _ANSWERS.search(source(tree, path).code)), None)
