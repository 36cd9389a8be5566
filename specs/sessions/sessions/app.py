"""The HTTP API."""

from __future__ import annotations

import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict

from redis.asyncio import Redis
from redis.exceptions import RedisError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sessions.settings import Settings
from sessions.store import Store

MAX_USER = 200
"""Longest user name, in characters."""


def _problem(_request: Request, error: Exception) -> Response:
    if isinstance(error, HTTPException):
        return JSONResponse({"error": error.detail}, error.status_code, error.headers)
    return JSONResponse({"error": "the session store does not answer"}, 503)


async def _user(request: Request) -> str:
    """The user named in the body."""
    try:
        body = await request.json()
    except (json.JSONDecodeError, UnicodeDecodeError):
        raise HTTPException(400, "the body is not JSON") from None
    user = body.get("user") if isinstance(body, dict) else None
    if not isinstance(user, str) or not user.strip() or len(user) > MAX_USER or not user.isprintable():
        raise HTTPException(400, f"user must be a text of 1 to {MAX_USER} printable characters")
    return user


def create_app(settings: Settings, redis: Redis) -> Starlette:
    """The application; it closes *redis* when it stops."""
    store = Store(redis)

    def require_token(request: Request) -> None:
        given = request.headers.get("authorization", "").encode()
        if not hmac.compare_digest(given, f"Bearer {settings.token}".encode()):
            raise HTTPException(401, "an API token is required", {"WWW-Authenticate": "Bearer"})

    async def health(_request: Request) -> Response:
        await store.ping()
        return JSONResponse({"status": "ok"})

    async def create(request: Request) -> Response:
        require_token(request)
        return JSONResponse(asdict(await store.create(await _user(request))), 201)

    async def touch(request: Request) -> Response:
        require_token(request)
        session = await store.touch(request.path_params["id"])
        if session is None:
            raise HTTPException(404, "no such session")
        return JSONResponse(asdict(session))

    async def end(request: Request) -> Response:
        require_token(request)
        if not await store.end(request.path_params["id"]):
            raise HTTPException(404, "no such session")
        return Response(status_code=204)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        yield
        await redis.aclose()

    return Starlette(
        routes=[
            Route("/healthz", health),
            Route("/sessions", create, methods=["POST"]),
            Route("/sessions/{id}/requests", touch, methods=["POST"]),
            Route("/sessions/{id}", end, methods=["DELETE"]),
        ],
        exception_handlers={HTTPException: _problem, RedisError: _problem},
        lifespan=lifespan,
    )
