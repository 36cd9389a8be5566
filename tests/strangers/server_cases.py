"""What is right for servers, their processes, stores and manifests: by case, texts of artifacts that must be there, those that must not, and
what ``init`` and ``generate`` have to say."""

from __future__ import annotations

from dataclasses import dataclass, field

COMPOSE, DOCKERFILE, HEALTH, DEPLOY = (
    "generated/docker-compose.yml",
    "generated/Dockerfile",
    "generated/health.py",
    "specs/deploy.yaml",
)


@dataclass(frozen=True)
class Right:
    """The right result of a case that is generated: ``has`` and ``lacks`` by file, ``says`` of either command."""

    has: dict[str, tuple[str, ...]] = field(default_factory=dict)
    lacks: dict[str, tuple[str, ...]] = field(default_factory=dict)
    says: tuple[str, ...] = ()


GENERATED = {
    "django-hosts": Right(
        has={HEALTH: ('SITE = "shop.example.com"', 'SCHEME = "https"', "STRICT = True")},
        says=("SC294", "SC295", "SECURE_PROXY_SSL_HEADER"),
    ),
    "optional-stores": Right(
        has={DEPLOY: ("writable: [/app/data]",), COMPOSE: ("target: /app/data",)},
        lacks={COMPOSE: ("postgres", "mysql")},
        says=("psycopg2-binary",),
    ),
    "flask-main": Right(has={DOCKERFILE: ('"my-pkg.__main__:app"',)}),
    "py-exclusion": Right(has={DOCKERFILE: ("FROM python:3.13-slim",)}),
    "py-latin1-source": Right(has={DOCKERFILE: ('"app:app"',), HEALTH: ('PATH = "/health"',)}),
    "python-version-bom": Right(has={DOCKERFILE: ("FROM python:3.11-slim",)}),
    "pkg-nodeps": Right(has={DOCKERFILE: ('ENTRYPOINT ["tool"]', "--no-deps --prefix /opt/project .")}),
    "pkg-setuptools": Right(has={DOCKERFILE: ('ENTRYPOINT ["tool"]', "--no-deps --prefix /opt/project .")}),
    "prefix-fastapi": Right(has={HEALTH: ('PATH = "/api/v1/health"', "STRICT = True")}),
    "prefix-django": Right(has={HEALTH: ('PATH = "/api/health/"', "STRICT = True")}),
    "prefix-spring": Right(has={"generated/Health.java": ('PATH = "/api/health"', "STRICT = true")}),
    "uv-virtual": Right(
        has={
            DEPLOY: ('["alembic", "upgrade", "head"]', "database: shop", "user: shopper"),
            COMPOSE: (
                "backend-release:",
                "condition: service_completed_successfully",
                "${SECRET_KEY:?see .env.example}",
                "${PROJECT_NAME:?see .env.example}",
                "shopper:${DB_PASSWORD:?see .env.example}@db:5432/shop",
            ),
        }
    ),
    "celery-procfile": Right(
        has={
            DEPLOY: (
                "role: worker",
                '["python", "manage.py", "migrate", "--noinput"]',
                '"--schedule", "/tmp/celerybeat-schedule"',
            ),
            COMPOSE: ("app-release:", "condition: service_completed_successfully", "disable: true"),
        },
        lacks={COMPOSE: ("generated/worker", "WORKER_IMAGE")},
    ),
    "procfile-celery": Right(
        has={DEPLOY: ("role: worker", '"/tmp/celerybeat-schedule"')},
        lacks={COMPOSE: ("generated/worker", 'restart: "no"', "release")},
    ),
    "compose-forms": Right(
        has={DEPLOY: ("database: app", 'TZ: "Europe/Berlin"', 'LOG_LEVEL: "info"', 'version: "16.4"')},
        says=("build.target", "GREETING", "the service cache (image valkey/valkey:8)"),
    ),
    "compose-names": Right(
        has={
            COMPOSE: (
                "POSTGRES_DB: example",
                "POSTGRES_USER: shop",
                "postgres://shop@db:5432/example",
                "DB_PASSWORD_FILE: /run/secrets/db-password",  # where the program looks for it
            )
        },
        says=("backend: secrets", "db: secrets"),
    ),
    "compose-kept": Right(
        has={
            DEPLOY: (
                "writable: [/app/uploads]",
                'REGION: "eu"',
                "{name: STRIPE_KEY, as: env}",
                "{name: API_TOKEN, as: file}",
                "health: {path: /status, interval: 10s, start_period: 1m}",
                "resources: {memory: 300M, cpus: 0.5}",
                "replicas: 2",
                "database: orders",
            ),
            COMPOSE: ("target: /app/uploads", "API_TOKEN_FILE: /run/secrets/api-token"),
        },
        lacks={DEPLOY: ("vault", "/app/src", "node_modules")},
        says=(
            "extra_hosts; ulimits; labels;",
            "volumes: ./api/src:/app/src:ro",
            "volumes: /etc/localtime:/etc/localtime:ro",
            "deploy.resources.reservations",
            "secrets: other",
            "networks.back.aliases",
            "env_file: .env",
            "db: shm_size; volumes: ./db/init.sql:/docker-entrypoint-initdb.d/init.sql; environment: POSTGRES_INITDB_ARGS",
            "volumes.pg, which is made elsewhere",
            "the service mail (image axllent/mailpit:v1.27)",
            "the service base (profiles never)",
        ),
    ),
    "port-script": Right(has={COMPOSE: ('PORT: "3000"',)}, lacks={COMPOSE: ("51063",)}),
    "grpc-min": Right(
        has={
            COMPOSE: ("  pay:", 'PORT: "50051"'),
            "generated/pay/health.mjs": ('const SCHEME = "grpc";', "const STRICT = false;"),
        },
        lacks={"generated/nginx.conf": ("pay", "50051"), DEPLOY: ("role: worker", "/pay}")},
        says=("SC298", "pay:50051"),
    ),
    "grpc-python": Right(has={HEALTH: ('PATH = "/grpc.health.v1.Health/Check"', 'SCHEME = "grpc"', "STRICT = True")}),
}

# What is refused, and what the refusal names: the place, and what to do.
REFUSED = {
    "nvmrc-utf16": (".nvmrc", "UTF-8"),
    "req-conda-file": ("SC292", "requirements.txt:1", "pip list --format=freeze"),
    "req-env-url": ("SC293", "requirements.txt:2", "secrets: [GH_TOKEN]"),
    "req-extra-index-cred": ("SC282", "requirements.txt:1", "secrets: [TOKEN]"),
    "laravel-like": ("SC239", "composer.json:1", "laravel/framework", "composer update"),
}
