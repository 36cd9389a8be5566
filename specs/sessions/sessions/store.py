"""Sessions in Redis: one hash each, gone an hour after it was last touched."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from redis.asyncio import Redis

LIFETIME = 3600
"""Seconds a session lives after it was last touched."""

# Counting must not bring back a session that has just expired, so it is one step inside Redis.
_TOUCH = """
if redis.call('EXISTS', KEYS[1]) == 0 then return false end
local count = redis.call('HINCRBY', KEYS[1], 'requests', 1)
redis.call('EXPIRE', KEYS[1], ARGV[1])
return {redis.call('HGET', KEYS[1], 'user'), count}
"""


@dataclass(frozen=True, slots=True)
class Session:
    """A session; ``requests`` counts how often it was touched."""

    id: str
    user: str
    requests: int


class Store:
    """The sessions of all instances of this service."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._touch = redis.register_script(_TOUCH)

    async def create(self, user: str) -> Session:
        """Start a session; its id cannot be guessed."""
        session = Session(secrets.token_urlsafe(24), user, 0)
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.hset(self._key(session.id), mapping={"user": user, "requests": 0})
            pipe.expire(self._key(session.id), LIFETIME)
            await pipe.execute()
        return session

    async def touch(self, session_id: str) -> Session | None:
        """Count a request and prolong the session; None when there is none (any more)."""
        found = await self._touch(keys=[self._key(session_id)], args=[LIFETIME])
        return Session(session_id, found[0], int(found[1])) if found else None

    async def end(self, session_id: str) -> bool:
        """End a session; False when there was none."""
        return bool(await self._redis.delete(self._key(session_id)))

    async def ping(self) -> None:
        """Raise a RedisError when Redis does not answer."""
        await self._redis.ping()

    @staticmethod
    def _key(session_id: str) -> str:
        return f"session:{session_id}"
