"""Variables that say how a program is run while people work on it, or that an image sets by itself."""

from __future__ import annotations

DEVELOPMENT = frozenset((
    "ASPNETCORE_ENVIRONMENT", "CHOKIDAR_USEPOLLING", "CI", "DEBUG", "DJANGO_DEBUG", "ENV", "ENVIRONMENT",
    "FLASK_APP", "FLASK_RUN_HOST", "FLASK_RUN_PORT", "FLASK_DEBUG", "FLASK_ENV", "HOST", "HOSTNAME",
    "NODE_ENV", "NODE_OPTIONS", "PATH", "PORT", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED", "RACK_ENV", "RAILS_ENV", "WATCHPACK_POLLING", "WDS_SOCKET_PORT",
))  # fmt: skip

# What libraries read by themselves, and platforms set.
_OF_LIBRARIES = (
    "ANTHROPIC_", "APP_ENV", "APP_VERSION", "ASPNETCORE_", "AUTH_", "AWS_", "AZURE_", "BETTER_AUTH_", "BUILD_", "CELERY_", "CI_", "CLERK_", "COMPOSE_",
    "DATABASE_", "DB_", "DD_", "DOCKER_", "DOTNET_", "DYNO", "ELASTIC_", "FLASK_", "FLY_", "GCLOUD_", "GCP_",
    "GIT_", "GITHUB_", "GOMAXPROCS", "GOMEMLIMIT", "GOOGLE_",
    "GUNICORN_", "HEROKU_", "HTTPS_PROXY", "HTTP_PROXY", "JAVA_", "JDBC_", "KUBERNETES_", "LANGCHAIN_", "LANGFUSE_", "LANGSMITH_", "LOG_", "MONGO", "MYSQL_",
    "NEW_RELIC_", "NEXTAUTH_", "NEXT_", "NODE_", "NO_COLOR", "NO_PROXY", "NPM_", "NUXT_", "OPENAI_", "OTEL_", "PG", "POSTGRES", "PUMA_", "PYTHON", "QUARKUS_",
    "RAILS_", "RAILWAY_", "REDIS", "RENDER", "RUBY", "RUST_", "SENTRY_", "SERVER_", "SIDEKIQ_", "SPRING_", "SUPABASE_", "TEST_", "TURBO_", "UVICORN_", "VERCEL",
    "WEB_CONCURRENCY", "XDG_",
)  # fmt: skip


def is_of_libraries(name: str) -> bool:
    """Whether a variable called *name* may be read by a library, or is a platform's."""
    return name.startswith(_OF_LIBRARIES)
