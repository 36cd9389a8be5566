"""What init proposes for PHP's and Ruby's frameworks: workers, schedules, migrations, stores."""

from __future__ import annotations

import pytest
from survey_cases import proposed
from test_needs import stores

from speccompile.detect.demands import demands
from speccompile.detect.reading import sources
from speccompile.project.memory import MemoryTree

INDEX = "<?php\n\nrequire 'bootstrap/app.php';\n"
LARAVEL = {
    "composer.json": '{"require": {"laravel/framework": "^12"}}',
    "composer.lock": '{"packages": [{"name": "laravel/framework"}]}',
    "public/index.php": INDEX,
    "artisan": INDEX,
}
SYMFONY = {
    "composer.json": '{"require": {"symfony/framework-bundle": "^7", "doctrine/doctrine-migrations-bundle": "^3", "ext-pdo_pgsql": "*"}}',
    "composer.lock": '{"packages": [{"name": "symfony/framework-bundle"}, {"name": "doctrine/doctrine-migrations-bundle"}]}',
    "public/index.php": INDEX,
    "bin/console": INDEX,
}


def rails(*gems: str, **files: str) -> dict[str, str]:
    """An application of Rails with *gems*."""
    names = ("rails", "puma", *gems)
    specs, named = ("".join(text.format(one) for one in names) for text in ("    {} (1.0.0)\n", "  {}\n"))
    return {
        "Gemfile": "".join(f'gem "{one}"\n' for one in names),
        "Gemfile.lock": f"GEM\n  specs:\n{specs}\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n{named}",
        "config.ru": "run Rails.application\n",
        "config/application.rb": "module Shop\nend\n",
        **files,
    }


WORK = "<?php\n\nclass SendReceipt implements ShouldQueue\n{\n}\n"
QUEUE = ("php", "artisan", "queue:work", "--tries=3", "--max-time=3600")
WORKERS = [
    ({**LARAVEL, "app/Jobs/SendReceipt.php": WORK}, [("worker", QUEUE)]),
    ({**LARAVEL, "app/Jobs/SendReceipt.php": "<?php\n// implements ShouldQueue\nclass SendReceipt\n{\n}\n"}, []),
    ({**LARAVEL, "routes/console.php": "<?php\nSchedule::command('a')->daily();\n"}, [("scheduler", ("php", "artisan", "schedule:work"))]),
    ({**LARAVEL, "app/Jobs/A.php": WORK, "Procfile": "queue: php artisan queue:work --queue=high\n"}, [("queue", ("php", "artisan", "queue:work", "--queue=high"))]),
    (
        {**SYMFONY, "config/packages/messenger.yaml": "framework:\n    messenger:\n        transports:\n            async: '%env(MESSENGER)%'\n"},
        [("worker", ("php", "bin/console", "messenger:consume", "async", "--time-limit=3600"))],
    ),
    (rails("sidekiq"), [("worker", ("bundle", "exec", "sidekiq"))]),
    (rails("good_job"), [("worker", ("bundle", "exec", "good_job", "start"))]),
    (rails("solid_queue", **{"bin/jobs": "#!/usr/bin/env ruby\n"}), [("worker", ("bundle", "exec", "ruby", "bin/jobs"))]),
    (rails(), []),
]  # fmt: skip


@pytest.mark.parametrize(("files", "expected"), WORKERS)
def test_workers(files: dict[str, str], expected: list[tuple[str, tuple[str, ...]]]) -> None:
    """Of a queue that the sources put work into; what a Procfile names is not proposed again."""
    found = proposed(files).services
    assert [(one.found.name, one.found.command) for one in found if one.found.role == "worker"] == expected


MIGRATIONS = [
    ({**LARAVEL, ".env.example": "DB_CONNECTION=pgsql\n", "database/migrations/a.php": INDEX}, [("php", "artisan", "migrate", "--force")]),
    ({**LARAVEL, "database/migrations/a.php": INDEX}, []),
    (SYMFONY, [("php", "bin/console", "doctrine:migrations:migrate", "--no-interaction", "--allow-no-migration")]),
    (rails("pg", **{"db/migrate/1_a.rb": ""}), [("bundle", "exec", "rake", "db:migrate")]),
    (rails("pg"), []),
]  # fmt: skip


@pytest.mark.parametrize(("files", "expected"), MIGRATIONS)
def test_migrations(files: dict[str, str], expected: list[tuple[str, ...]]) -> None:
    """Of a database of this deployment; without one nothing is migrated."""
    (service, *_) = proposed(files).services
    assert [step.command for step in service.release] == expected


DRIVERS = {
    "config/cache.php": "<?php\nreturn ['a' => env('MEMCACHED_HOST', '127.0.0.1')];\n",
    "config/database.php": "<?php\nreturn ['b' => env('REDIS_DB', '0')];\n",
}
STORES = [
    ({**LARAVEL, ".env.example": "DB_CONNECTION=pgsql\n"}, [("db", "postgres", None)]),
    ({**LARAVEL, ".env.example": "DB_CONNECTION=mysql\n"}, [("db", "mysql", None)]),
    ({**LARAVEL, ".env.example": "# DB_CONNECTION=mysql\n"}, []),
    # the skeleton's settings name every driver that there is; what is chosen decides
    (
        {
            **LARAVEL,
            **DRIVERS,
            ".env.example": "DB_CONNECTION=sqlite\nCACHE_STORE=database\nREDIS_HOST=127.0.0.1\nMEMCACHED_HOST=127.0.0.1\n",
        },
        [],
    ),
    ({**LARAVEL, **DRIVERS, ".env.example": "CACHE_STORE=redis\n"}, [("redis", "redis", None)]),
    (rails("pg", "sidekiq"), [("db", "postgres", None), ("redis", "redis", None)]),
    (rails("mysql2"), [("db", "mysql", None)]),
]


@pytest.mark.parametrize(("files", "expected"), STORES)
def test_stores(files: dict[str, str], expected: list[tuple[str, str, str | None]]) -> None:
    """By PDO's driver, by gem."""
    assert stores(proposed(files)) == expected


KEYS = [
    (LARAVEL, ["APP_KEY"]),
    (rails(**{"config/credentials.yml.enc": "x", "config/environments/production.rb": ""}), ["RAILS_MASTER_KEY"]),
    (rails(**{"config/environments/production.rb": ""}), ["SECRET_KEY_BASE"]),
    (rails(**{"lib/a.rb": 'ENV.fetch("PAYMENTS_KEY")\nENV.fetch("LEVEL", "info")\nENV.fetch("MODE") { "a" }\n'}), ["PAYMENTS_KEY"]),
    ({"index.php": "<?php\n$key = getenv('PAYMENTS_KEY') ?: throw new Exception();\n$level = getenv('LEVEL') ?: 'info';\n"}, ["PAYMENTS_KEY"]),
    ({**SYMFONY, "config/packages/framework.yaml": "framework:\n    secret: '%env(APP_SECRET)%'\n"}, ["APP_SECRET"]),
]  # fmt: skip


@pytest.mark.parametrize(("files", "expected"), KEYS)
def test_variables_that_they_cannot_do_without(files: dict[str, str], expected: list[str]) -> None:
    """The framework's own key, and what the sources take without a default."""
    tree = MemoryTree(files)
    assert [one.name for one in demands(sources(tree, "", ()), tree, "")] == expected


KEPT = [
    ({**LARAVEL, "storage/app/.gitignore": "*\n"}, ["/app/storage/app"]),
    (LARAVEL, []),
    (rails(**{"config/storage.yml": "", "storage/.keep": ""}), ["/app/storage"]),
    (rails(**{"config/storage.yml": ""}), []),
]


@pytest.mark.parametrize(("files", "expected"), KEPT)
def test_uploads(files: dict[str, str], expected: list[str]) -> None:
    """Where the framework puts them, in a volume that is proposed."""
    (service, *_) = proposed(files).services
    assert [path for path, _ in service.writable] == expected
