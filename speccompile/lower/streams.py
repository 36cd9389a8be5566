"""Libraries of programs that keep connections open on purpose: WebSockets and event streams, over which nothing may go for long.

Names as ``Facts.dependencies`` has them. A client's library is among them where it is the server's, too.
"""

from __future__ import annotations

from speccompile.stacks.facts import Facts

STREAMS = frozenset(
    {
        # npm
        "ws", "socket.io", "sockjs", "express-ws", "koa-websocket", "graphql-ws", "y-websocket", "better-sse", "express-sse", "uWebSockets.js",
        "@fastify/websocket", "@hono/node-ws", "@nestjs/websockets", "@nestjs/platform-ws", "@nestjs/platform-socket.io", "@elysiajs/stream",
        # PyPI
        "websockets", "channels", "python-socketio", "flask-socketio", "flask-sock", "sse-starlette", "django-eventstream", "wsproto",
        # Go
        "github.com/gorilla/websocket", "github.com/coder/websocket", "nhooyr.io/websocket", "github.com/gobwas/ws", "github.com/r3labs/sse/v2",
        # crates.io
        "tokio-tungstenite", "tungstenite", "fastwebsockets", "actix-ws", "actix-web-actors", "async-tungstenite", "warp-ws",
        # Maven
        "spring-boot-starter-websocket", "spring-websocket", "quarkus-websockets", "quarkus-websockets-next", "micronaut-websocket",
    }
)  # fmt: skip


def kept_open(facts: Facts) -> str | None:
    """The library by which the program keeps connections open, the first by its name; None where none is known."""
    return min(facts.dependencies & STREAMS, default=None)
