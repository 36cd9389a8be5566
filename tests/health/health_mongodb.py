"""A server that speaks MongoDB's OP_MSG and SCRAM-SHA-256 (RFC 5802, RFC 7677) as far as a log-in: there is no package of the
real one for Debian."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import socket
import struct

from health_servers import Conversation

_SALT, _ROUNDS, _NONCE = b"sixteen bytes of", 15000, "+the/server's"


def answer(**fields: bool | float | str | bytes) -> bytes:
    """OP_MSG with one document; bytes are a whole BSON element's type and value."""
    body = b""
    for name, value in fields.items():
        match value:
            case bool():
                kind, data = 8, bytes([value])
            case float():
                kind, data = 1, struct.pack("<d", value)
            case str():
                kind, data = 2, struct.pack("<I", len(value) + 1) + value.encode() + b"\0"
            case bytes():
                kind, data = value[0], value[1:]
        body += bytes([kind]) + name.encode() + b"\0" + data
    document = struct.pack("<I", len(body) + 5) + body + b"\0"
    return struct.pack("<IIII", len(document) + 21, 77, 1, 2013) + bytes(5) + document


_REFUSED: dict[str, float | str | bytes] = {"ok": 0.0, "errmsg": "Authentication failed.", "code": b"\x10\x12\0\0\0"}
_NO_MECHANISM: dict[str, float | str | bytes] = {
    "ok": 0.0,
    "errmsg": "Unable to use SCRAM-SHA-256",
    "code": b"\x10\x4e\1\0\0",
}


def scram(user: str, password: str | None, database: str) -> Conversation:
    """A primary that knows one *user* of *database*, with a *password*; None: with one that is kept for SCRAM-SHA-1 alone."""

    def conversation(caller: socket.socket) -> None:
        assert b"hello" in _command(caller)
        caller.sendall(answer(isWritablePrimary=True, ok=1.0))
        start = _command(caller)
        assert b"\x10saslStart\0\1\0\0\0\x02mechanism\0\x0e\0\0\0SCRAM-SHA-256\0" in start, start
        opening = _payload(start).decode()
        first = opening.removeprefix("n,,")
        assert first != opening
        if password is None:
            caller.sendall(answer(**_NO_MECHANISM))
            return
        challenge = f"r={first.split(',r=')[1]}{_NONCE},s={base64.b64encode(_SALT).decode()},i={_ROUNDS}"
        payload = b"\x05" + struct.pack("<I", len(challenge)) + b"\0" + challenge.encode()
        caller.sendall(answer(conversationId=b"\x10\7\0\0\0", done=False, payload=payload, ok=1.0))
        then = _command(caller)
        assert b"\x10saslContinue\0\1\0\0\0\x10conversationId\0\7\0\0\0" in then, then
        known = f"n={user}," in first and _database(start) == _database(then) == database
        right = known and _proven(password, first, challenge, _payload(then).decode())
        caller.sendall(answer(done=True, ok=1.0) if right else answer(**_REFUSED))
        caller.recv(1)

    return conversation


def _command(caller: socket.socket) -> bytes:
    """The document of the next message, whose sizes are right."""
    head = caller.recv(16, socket.MSG_WAITALL)
    if len(head) < 16:
        raise ConnectionError("the caller left")
    size, _, _, code = struct.unpack("<IIII", head)
    body = caller.recv(size - 16, socket.MSG_WAITALL)
    assert (code, body[:5], struct.unpack("<I", body[5:9])[0]) == (2013, bytes(5), len(body) - 5), body
    return body[9:]


def _payload(document: bytes) -> bytes:
    begin = document.index(b"\x05payload\0") + 9
    (size,) = struct.unpack("<I", document[begin : begin + 4])
    return document[begin + 5 : begin + 5 + size]


def _database(document: bytes) -> str:
    found = re.search(rb"\x02\$db\0....([^\0]*)\0", document, re.DOTALL)
    return found[1].decode() if found else ""


def _proven(password: str, first: str, challenge: str, last: str) -> bool:
    """Whether the client's last message proves that it has the password, and repeats the nonces and the channel."""
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), _SALT, _ROUNDS)
    key = hmac.digest(salted, b"Client Key", "sha256")
    without, _, proof = last.partition(",p=")
    signature = hmac.digest(hashlib.sha256(key).digest(), f"{first},{challenge},{without}".encode(), "sha256")
    expected = bytes(one ^ other for one, other in zip(key, signature, strict=True))
    return without == f"c=biws,{challenge.split(',', maxsplit=1)[0]}" and base64.b64decode(proof) == expected
