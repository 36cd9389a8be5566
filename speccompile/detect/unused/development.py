"""Variables that say how a program is run while people work on it, or that an image sets by itself."""

from __future__ import annotations

DEVELOPMENT = frozenset((
    "ASPNETCORE_ENVIRONMENT", "CHOKIDAR_USEPOLLING", "CI", "DEBUG", "DJANGO_DEBUG", "ENV", "ENVIRONMENT",
    "FLASK_APP", "FLASK_RUN_HOST", "FLASK_RUN_PORT", "FLASK_DEBUG", "FLASK_ENV", "HOST", "HOSTNAME",
    "NODE_ENV", "NODE_OPTIONS", "PATH", "PORT", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED", "RACK_ENV", "RAILS_ENV", "WATCHPACK_POLLING", "WDS_SOCKET_PORT",
))  # fmt: skip
