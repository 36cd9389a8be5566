"""``python -m sessions``: serve until SIGTERM, then finish what is under way."""

from __future__ import annotations

import os
import sys

import uvicorn
from redis.asyncio import Redis

from sessions.app import create_app
from sessions.settings import Settings, read_settings

SHUTDOWN_SECONDS = 10
REDIS_SECONDS = 5


def connect(settings: Settings) -> Redis:
    """The connection pool to Redis; nothing is sent yet."""
    return Redis.from_url(
        settings.redis_url,
        password=settings.redis_password,
        decode_responses=True,
        socket_timeout=REDIS_SECONDS,
        socket_connect_timeout=REDIS_SECONDS,
    )


def main() -> int:
    """Run the server; 1 when the environment is not as it should be."""
    try:
        settings = read_settings(os.environ)
    except (OSError, ValueError) as problem:
        print(f"sessions: {problem}", file=sys.stderr)
        return 1
    uvicorn.run(
        create_app(settings, connect(settings)),
        host="0.0.0.0",
        port=settings.port,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
