"""PHP projects as people write them: versions, extensions, routes, what is installed and what is served."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from recipes import made_of as recipe
from recipes import words

from speccompile.errors import Refused
from speccompile.plan.image import Env
from speccompile.project.memory import MemoryTree
from speccompile.stacks.php import stack as php
from speccompile.stacks.php.facts import PhpFacts

INDEX = "<?php\n\necho 'hello';\n"


def manifest(require: Mapping[str, str] | None = None, **more: Any) -> str:
    """A composer.json."""
    return json.dumps({"name": "acme/shop", "require": dict(require or {}), **more})


def lock(*packages: str, **more: Any) -> str:
    """A composer.lock with *packages*."""
    return json.dumps({"packages": [{"name": name, "version": "1.0.0", **more} for name in packages]})


def facts(files: Mapping[str, str | bytes]) -> PhpFacts:
    """What is known about *files*."""
    found = php.detect(MemoryTree(files))
    assert found is not None
    return found


VERSIONS = [
    ({}, "8.4", "default"),
    ({"php": "^8.2"}, "8.4", "composer.json require.php"),
    ({"php": "~8.2"}, "8.4", "composer.json require.php"),
    ({"php": "~8.2.0"}, "8.2", "composer.json require.php"),
    ({"php": ">=8.1,<8.4"}, "8.3", "composer.json require.php"),
    ({"php": "^7.4|8.1.*"}, "8.1", "composer.json require.php"),
    ({"php": "^7.4 || ^8.0"}, "8.4", "composer.json require.php"),
]


@pytest.mark.parametrize(("require", "version", "source"), VERSIONS)
def test_the_version(require: dict[str, str], version: str, source: str) -> None:
    """In Composer's own grammar of ranges."""
    chosen = facts({"composer.json": manifest(require), "index.php": INDEX}).runtime
    assert (chosen.value, chosen.source) == (version, source)


def test_what_pins_the_version() -> None:
    """A pin file before the platform, that before what is accepted."""
    platform = manifest({"php": "^8.1"}, config={"platform": {"php": "8.2.13"}})
    assert facts({"composer.json": platform, "index.php": INDEX}).runtime.value == "8.2"
    pinned = {"composer.json": platform, "index.php": INDEX, ".tool-versions": "php 8.2.20\n"}
    assert facts(pinned).runtime.value == "8.2.20"
    old = facts({"composer.json": manifest({"php": "^7.4"}), "index.php": INDEX})
    assert [one.code for one in old.obstacles] == ["SC252"]


def test_extensions_are_made_with_what_they_need() -> None:
    """Those of the project, of its packages and of its databases; what is built in is not made."""
    files = {
        "composer.json": manifest({"ext-gd": "*", "ext-json": "*", "acme/money": "^1"}),
        "composer.lock": lock("acme/money", require={"ext-redis": "*", "ext-mbstring": "*"}),
        "index.php": "<?php\n\n$db = new PDO('pgsql:host=db');\n// new PDO('mysql:host=db');\n",
    }
    made = recipe(files)
    assert [one.name for one in facts(files).extensions] == ["gd", "opcache", "pdo_pgsql", "redis"]
    built, run = words(made, "build"), words(made, "final")
    assert "libfreetype-dev=2.12.*" in built
    assert "docker-php-ext-configure gd --with-freetype --with-jpeg --with-webp" in built
    assert "docker-php-ext-install -j2 gd opcache pdo_pgsql" in built
    assert "pecl install redis-6.1.0" in built
    assert "libpq5=15.*" in run
    assert "libpq-dev" not in run


def test_an_extension_that_nobody_knows_is_told() -> None:
    """SC291, and what is known is said nothing of."""
    found = facts({"composer.json": manifest({"ext-swoole": "*", "ext-intl": "*"}), "index.php": INDEX})
    assert [(one.code, one.span.path, one.span.line) for one in found.diagnostics] == [("SC291", "composer.json", 1)]
    assert "swoole" in found.diagnostics[0].message


OBSTACLES = [
    ({"composer.json": manifest({"acme/money": "^1"})}, "SC238"),
    ({"composer.json": manifest({"acme/money": "^1"}), "composer.lock": lock()}, "SC239"),
    ({"composer.json": "[]"}, "SC237"),
    ({"composer.json": manifest({"acme/money": "^1"}), "composer.lock": "{"}, "SC238"),
    ({"composer.json": manifest({"acme/money": "^1"}), "composer.lock": lock("acme/money", dist={"type": "path"})}, "SC290"),
]  # fmt: skip


@pytest.mark.parametrize(("files", "code"), OBSTACLES)
def test_what_composer_would_refuse(files: dict[str, str], code: str) -> None:
    """No lock, one for another manifest, one that is none, a package by its directory."""
    assert code in [one.code for one in facts({**files, "index.php": INDEX}).obstacles]
    with pytest.raises(Refused):
        recipe({**files, "index.php": INDEX})


def test_what_is_there_is_not_fetched() -> None:
    """Packages that are committed; and without packages only the autoloader is written."""
    wanted = {"composer.json": manifest({"acme/money": "^1"}), "index.php": INDEX}
    vendored = recipe({**wanted, "vendor/autoload.php": "<?php\n", "vendor/acme/money/money.php": "<?php\n"})
    assert [stage.name for stage in vendored.stages] == ["build", "final"]
    assert "vendor/" in vendored.context
    assert "composer install" in words(recipe({**wanted, "composer.lock": lock("acme/money")}), "vendor")
    alone = recipe({"composer.json": manifest(autoload={"psr-4": {"A\\": "src/"}}), "index.php": INDEX})
    assert words(alone, "vendor").startswith("composer dump-autoload")


ROUTES = [
    ({"public/index.php": "<?php\nif ($_SERVER['REQUEST_URI'] === '/healthz') {\n    exit('ok');\n}\n"}, "/healthz"),
    ({"public/index.php": "<?php\n// '/healthz'\n"}, None),
    ({"public/index.php": INDEX, "public/health.php": INDEX}, "/health.php"),
    ({"index.php": INDEX, "health/index.php": INDEX}, "/health/"),
    ({"public/index.php": "<?php\n$app->get('/health', fn () => 1);\n"}, "/health"),
    ({"public/index.php": "<?php\n$app->post('/health', fn () => 1);\n"}, None),
    ({"public/index.php": "<?php\n$app->setBasePath('/api');\n$app->get('/health', fn () => 1);\n"}, None),
    ({"public/index.php": "<?php\n$app->group('/api', function ($group) {\n    $group->get('/health', 1);\n});\n"}, None),
]  # fmt: skip


@pytest.mark.parametrize(("files", "route"), ROUTES)
def test_the_health_route(files: dict[str, str], route: str | None) -> None:
    """Only one whose whole path is known, and that answers GET."""
    found = facts({"composer.json": manifest({"slim/slim": "^4"}), "composer.lock": lock("slim/slim"), **files})
    plain = facts(files)
    assert (plain if "$app" not in "".join(files.values()) else found).health_path == route


LARAVEL = {"composer.json": manifest({"laravel/framework": "^12"}), "composer.lock": lock("laravel/framework")}
LARAVEL_ROUTES = [
    ({"bootstrap/app.php": "<?php\nreturn Application::configure()->withRouting(health: '/up');\n"}, "/up"),
    ({"routes/web.php": "<?php\nRoute::get('/health', fn () => 'ok');\n"}, "/health"),
    ({"routes/api.php": "<?php\nRoute::get('health', fn () => 'ok');\n"}, "/api/health"),
    ({"routes/api.php": "<?php\nRoute::get('health', 1);\n", "bootstrap/app.php": "<?php\nreturn f(apiPrefix: '');\n"}, None),
    ({"routes/web.php": "<?php\nRoute::prefix('x')->group(function () {\n    Route::get('/health', 1);\n});\n"}, None),
    ({"routes/web.php": "<?php\nRoute::post('/health', fn () => 'ok');\n"}, None),
]  # fmt: skip


@pytest.mark.parametrize(("files", "route"), LARAVEL_ROUTES)
def test_the_health_route_of_laravel(files: dict[str, str], route: str | None) -> None:
    """Its own, one of the pages, one of the interface below its prefix; none of a group."""
    assert facts({**LARAVEL, "public/index.php": INDEX, "artisan": INDEX, **files}).health_path == route


SYMFONY = {
    "composer.json": manifest({"symfony/framework-bundle": "^7"}), "composer.lock": lock("symfony/framework-bundle"),
    "public/index.php": INDEX, "bin/console": "#!/usr/bin/env php\n<?php\n",
}  # fmt: skip
CONTROLLER = "<?php\n\n{}final class Health\n{{\n    #[Route('/healthz'{})]\n    public function check(): Response\n    {{\n    }}\n}}\n"
SYMFONY_ROUTES = [
    ({"src/Controller/Health.php": CONTROLLER.format("", "")}, "/healthz"),
    ({"src/Controller/Health.php": CONTROLLER.format("", ", methods: ['GET', 'HEAD']")}, "/healthz"),
    ({"src/Controller/Health.php": CONTROLLER.format("", ", methods: ['POST']")}, None),
    ({"src/Controller/Health.php": CONTROLLER.format("#[Route('/api')]\n", "")}, None),
    ({"src/Controller/Health.php": CONTROLLER.format("", ""), "config/routes.yaml": "a:\n    resource: x\n    prefix: /x\n"}, None),
]  # fmt: skip


@pytest.mark.parametrize(("files", "route"), SYMFONY_ROUTES)
def test_the_health_route_of_symfony(files: dict[str, str], route: str | None) -> None:
    """By its attribute, where no prefix stands before it."""
    assert facts({**SYMFONY, **files}).health_path == route


def test_symfony_is_prepared_where_compilers_are() -> None:
    """Its container is compiled in the build; what it writes is not where that is."""
    made = recipe({**SYMFONY, "src/Kernel.php": INDEX})
    assert "php bin/console cache:warmup --env=prod --no-debug" in words(made, "build")
    assert "/app/var/cache" not in made.writable
    assert "/app/var/log" in made.writable


def test_where_pages_are_and_who_answers_for_the_rest() -> None:
    """The directory for pages before the top; index.php only where it looks at paths."""
    front = facts({"public/index.php": INDEX, "index.php": INDEX}).front
    assert front
    assert (front.root, front.routed, front.closed) == ("/app/public", False, False)
    top = facts({"index.php": "<?php\n\nroute($_SERVER['REQUEST_URI']);\n"}).front
    assert top
    assert (top.root, top.routed, top.closed) == ("/app", True, True)
    assert facts({"job.php": INDEX}).front is None


def test_workers_have_the_server_s_image() -> None:
    """The same base and the same settings, so that one image does for both."""
    web, worker = (
        recipe({"index.php": INDEX}),
        recipe({"index.php": INDEX}, "data-pipeline", command=("php", "work.php")),
    )
    assert web.stages[-1].base == worker.stages[-1].base
    assert "nginx" not in words(worker, "final")
    assert worker.command == ("php", "work.php")
    env = [dict(step.pairs) for made in (web, worker) for step in made.stages[-1].steps if isinstance(step, Env)]
    assert env[1].items() <= env[0].items()


@pytest.mark.parametrize("archetype", ["web-service", "cli-tool", "data-pipeline"])
def test_nothing_to_start_is_refused(archetype: str) -> None:
    """A library is none of these; its command says otherwise."""
    with pytest.raises(Refused):
        recipe({"composer.json": manifest(), "src/a.php": INDEX}, archetype)
    assert recipe({"composer.json": manifest(), "src/a.php": INDEX}, archetype, command=("php", "src/a.php")).stages


WRITES = [
    ("file_put_contents(__DIR__ . '/data/log.txt', 'x');", "data"),
    ("$db = new PDO('sqlite:' . __DIR__ . '/db/app.sqlite');", "db"),
    ("move_uploaded_file($_FILES['a']['tmp_name'], 'uploads/a.png');", "uploads"),
    ("file_put_contents('/tmp/x/log.txt', 'x');", None),
    ("fopen('data/words.txt', 'r');", None),
    ("// file_put_contents('data/log.txt', 'x');", None),
]


@pytest.mark.parametrize(("line", "directory"), WRITES)
def test_what_is_written_is_found(line: str, directory: str | None) -> None:
    """By its directory; what is read is none, nor what is below /tmp."""
    found = facts({"index.php": f"<?php\n\n{line}\n"}).written
    assert [one.directory for one in found] == ([directory] if directory else [])
    assert all(one.lasting == ("sqlite" in line) and one.span.line == 3 for one in found)


def test_assets_are_made_or_refused() -> None:
    """By the lock of npm or yarn; without one nobody knows what they are made with."""
    npm = {"package.json": '{"scripts": {"build": "vite build"}}', "public/index.php": INDEX, "artisan": INDEX}
    assert (
        words(recipe({**LARAVEL, **npm, "package-lock.json": "{}"}), "assets")
        == "npm ci --no-audit --no-fund ; npm run build"
    )
    assert (
        words(recipe({**LARAVEL, **npm, "yarn.lock": ""}), "assets")
        == "yarn install --frozen-lockfile ; yarn run build"
    )
    assert [one.code for one in facts({**LARAVEL, **npm}).obstacles] == ["SC238"]
