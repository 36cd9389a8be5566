"""What servers may say, as their protocols' documents have it, and what a probe should make of it."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from health_servers import Conversation, black_hole, drip, endless, garbage, hang_up, http, reset, script


@dataclass(frozen=True)
class Scenario:
    """A server's behaviour, the URL that leads to it, and why the check fails: "" when it passes."""

    protocol: str
    url: str
    conversation: Conversation
    reason: str = ""


def _postgres_error(state: str, message: str) -> bytes:
    """ErrorResponse (PostgreSQL 16, 55.7 Message Formats)."""
    fields = f"SFATAL\0VFATAL\0C{state}\0M{message}\0Fpostmaster.c\0L2360\0RProcessStartupPacket\0\0".encode()
    return b"E" + struct.pack(">I", len(fields) + 4) + fields


# StartupMessage, protocol 3.0, and AuthenticationSASL.
_STARTUP = ("expect", b"\0\0\0\x21\0\3\0\0user\0bank\0database\0bank\0\0")
_SASL = b"R\0\0\0\x17\0\0\0\x0aSCRAM-SHA-256\0\0"
_POSTGRES = "postgres://bank:s3cret@{address}/bank"
_TERMINATE = ("expect", b"X\0\0\0\4")

# MySQL internals manual, Protocol::HandshakeV10, Protocol::AuthSwitchRequest, Protocol::ERR_Packet.
_GREETING = bytes.fromhex(
    "360000000a352e352e322d6d32000b000000647648404"
    "92d434a00fff7080200000000000000000000000000002a34647c635a776b345e5d3a00"
)
_LOGIN = (
    "expect",
    bytes.fromhex("430000010182080000000100210000000000000000000000000000000000000000000000")
    + b"healthcheck\0\0mysql_native_password\0",
)
_SWITCH = bytes.fromhex(
    "2c000002fe6d7973716c5f6e61746976655f70617373776f7264007a51673469366f4e79363d72484e2f3e2d62294100"
)


def _mysql_error(sequence: int, code: int, message: str, *, state: str = "") -> bytes:
    payload = b"\xff" + struct.pack("<H", code) + state.encode() + message.encode()
    return struct.pack("<I", len(payload))[:3] + bytes([sequence]) + payload


_DENIED = _mysql_error(2, 1045, "Access denied for user 'healthcheck'@'db' (using password: NO)", state="#28000")
_DENIED_LATER = b"".join((_DENIED[:3], b"\4", _DENIED[4:]))
_MYSQL = "mysql://bank:s3cret@{address}/bank"

# The hello command in OP_MSG (MongoDB wire protocol; BSON 1.1): {"hello": 1, "$db": "admin"}.
_HELLO = (
    "expect",
    bytes.fromhex("34000000 01000000 00000000 dd070000 00000000 00 1f000000")
    + b"\x10hello\0\1\0\0\0\2$db\0\6\0\0\0admin\0\0",
)


def _mongodb_answer(**fields: bool | float | str | bytes) -> bytes:
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


_MONGODB = "mongodb://bank:s3cret@{address}/bank?authSource=admin"
_TOPOLOGY = b"\3\x1c\0\0\0\7processId\0" + bytes(12) + b"\0"  # an embedded document
_DATE, _BINARY = b"\x09" + bytes(8), b"\x05\x02\0\0\0\0ab"

# AMQP 0-9-1, 2.2.4 and 1.4.2.1: Connection.Start with an empty property table.
_ARGUMENTS = b"\0\x0a\0\x0a\0\x09" + bytes(4) + b"\0\0\0\x05PLAIN" + b"\0\0\0\5en_US"
_START = b"\1\0\0" + struct.pack(">I", len(_ARGUMENTS)) + _ARGUMENTS + b"\xce"
_AMQP = ("expect", b"AMQP\0\0\x09\1")

# NATS client protocol.
_INFO = b'INFO {"server_id":"NA","version":"2.10.1","headers":true,"max_payload":1048576}\r\n'
_INFO_AUTH = b'INFO {"server_id":"NA","auth_required": true,"max_payload":1048576}\r\n'
_CONNECT = ("expect", b'CONNECT {"verbose":false,"pedantic":false}\r\nPING\r\n')

_PING = ("expect", b"PING\r\n")
_REDIS = "redis://:s3cret@{address}/0"
_AMQP_URL, _NATS, _HTTP = (
    "amqp://bank:s3cret@{address}/bank",
    "nats://{address}",
    "http://u:s3cret@{address}/status?q=1#top",
)

SCENARIOS: dict[str, Scenario] = {
    "postgres-sasl": Scenario("postgres", _POSTGRES, script(_STARTUP, _SASL, _TERMINATE, polite=False)),
    "postgres-trust": Scenario("postgres", _POSTGRES, script(_STARTUP, b"R\0\0\0\x08\0\0\0\0S")),
    "postgres-hba": Scenario("postgres", _POSTGRES, script(_STARTUP, _postgres_error("28000", "no pg_hba.conf entry"))),
    "postgres-starting": Scenario(
        "postgres",
        _POSTGRES,
        script(_STARTUP, _postgres_error("57P03", "the database system is starting up")),
        "the database system is starting up (57P03)",
    ),
    "postgres-full": Scenario(
        "postgres",
        _POSTGRES,
        script(_STARTUP, _postgres_error("53300", "sorry, too many clients already")),
        "sorry, too many clients already (53300)",
    ),
    "postgres-no-database": Scenario(
        "postgres",
        _POSTGRES,
        script(_STARTUP, _postgres_error("3D000", 'database "bank"\r\ndoes not exist \N{SNOWMAN}')),
        'database "bank"??does not exist ? (3D000)',
    ),
    "postgres-vast": Scenario("postgres", _POSTGRES, script(_STARTUP, b"E\xff\xff\xff\xff"), "the answer is too long"),
    "postgres-http": Scenario(
        "postgres", _POSTGRES, script(_STARTUP, b"HTTP/1.1 400 Bad Request\r\n"), "the answer is not PostgreSQL"
    ),
    "postgres-plain-name": Scenario("postgres", "{address}", script(_SASL)),
    "redis-pong": Scenario("redis", _REDIS, script(_PING, b"+PO", b"NG\r\n")),
    "redis-password": Scenario("redis", _REDIS, script(_PING, b"-NOAUTH Authentication required.\r\n")),
    "redis-loading": Scenario(
        "redis",
        _REDIS,
        script(_PING, b"-LOADING Redis is loading the dataset in memory\r\n"),
        "LOADING Redis is loading the dataset in memory",
    ),
    "redis-full": Scenario(
        "redis", _REDIS, script(b"-ERR max number of clients reached\r\n"), "ERR max number of clients reached"
    ),
    "redis-http": Scenario("redis", _REDIS, script(_PING, b"HTTP/1.1 400 Bad Request\r\n"), "the answer is not Redis"),
    "mysql-denied": Scenario("mysql", _MYSQL, script(_GREETING, _LOGIN, _DENIED, polite=False)),
    "mariadb-switch": Scenario(
        "mariadb", _MYSQL, script(_GREETING, _LOGIN, _SWITCH, ("expect", b"\0\0\0\3"), _DENIED_LATER, polite=False)
    ),
    "mysql-blocked": Scenario(
        "mysql",
        _MYSQL,
        script(_mysql_error(0, 1129, "Host 'api' is blocked because of many connection errors")),
        "Host 'api' is blocked because of many connection errors",
    ),
    "mysql-mute": Scenario("mysql", _MYSQL, script(_GREETING, _LOGIN), "no answer in time"),
    "mysql-old": Scenario("mysql", _MYSQL, script(_GREETING[:4] + b"\x09" + _GREETING[5:]), "the answer is not MySQL"),
    "mongodb-primary": Scenario(
        "mongodb",
        _MONGODB,
        script(_HELLO, _mongodb_answer(topologyVersion=_TOPOLOGY, isWritablePrimary=True, localTime=_DATE, ok=1.0)),
    ),
    "mongodb-secondary": Scenario(
        "mongodb",
        _MONGODB,
        script(_HELLO, _mongodb_answer(setName="rs0", id=_BINARY, isWritablePrimary=False, secondary=True, ok=1.0)),
    ),
    "mongodb-starting": Scenario(
        "mongodb",
        _MONGODB,
        script(_HELLO, _mongodb_answer(isWritablePrimary=False, secondary=False, ok=1.0)),
        "neither primary nor secondary",
    ),
    "mongodb-refused": Scenario(
        "mongodb",
        _MONGODB,
        script(_HELLO, _mongodb_answer(ok=0.0, errmsg="shutting down", isWritablePrimary=True)),
        "hello was refused",
    ),
    "mongodb-false-lengths": Scenario(
        "mongodb", _MONGODB, script(_HELLO, _mongodb_answer(setName=b"\2\xff\xff\xff\xff", ok=1.0)), "hello was refused"
    ),
    "rabbitmq-start": Scenario("rabbitmq", _AMQP_URL, script(_AMQP, _START, polite=False)),
    "rabbitmq-other-version": Scenario(
        "rabbitmq", _AMQP_URL, script(_AMQP, b"AMQP\0\0\x09\1and more"), "the answer is not AMQP 0-9-1"
    ),
    "nats-pong": Scenario("nats", _NATS, script(_INFO, _CONNECT, b"+OK\r\nPING\r\nPONG\r\n", polite=False)),
    "nats-auth": Scenario("nats", _NATS, script(_INFO_AUTH, polite=False)),
    "nats-full": Scenario(
        "nats",
        _NATS,
        script(_INFO, _CONNECT, b"-ERR 'maximum connections exceeded'\r\n"),
        "'maximum connections exceeded'",
    ),
    "nats-mute": Scenario("nats", _NATS, script(_INFO, _CONNECT), "no answer in time"),
    "nats-smtp": Scenario("nats", _NATS, script(b"220 mail ESMTP\r\n"), "the answer is not NATS"),
    "http-ok": Scenario("http", _HTTP, http(200, path="/status?q=1")),
    "http-missing": Scenario("http", _HTTP, http(404, path="/status?q=1")),
    "http-broken": Scenario("http", _HTTP, http(503, path="/status?q=1"), "answered 503"),
    "http-hints": Scenario(
        "http", "http://{address}", http(204, before=b"HTTP/1.1 103 Early\r\nLink: x\r\n\r\n", path="/")
    ),
    "http-ssh": Scenario("http", _HTTP, script(b"SSH-2.0-OpenSSH_9.2\r\n"), "the answer is not HTTP"),
}

_URLS = {
    "http": _HTTP, "mariadb": _MYSQL, "mongodb": _MONGODB, "mysql": _MYSQL, "nats": _NATS, "postgres": _POSTGRES,
    "rabbitmq": _AMQP_URL, "redis": _REDIS,
}  # fmt: skip
_EVIL: dict[str, tuple[Conversation, str]] = {
    "black-hole": (black_hole, "no answer in time"),
    "endless": (endless, ""),
    "drip": (drip, ""),
    "garbage": (garbage, ""),
    "hang-up": (hang_up, "connection closed"),
    "reset": (reset, "connection closed"),
}

EVIL: dict[str, Scenario] = {
    f"{protocol}-{name}": Scenario(protocol, url, conversation, reason)
    for name, (conversation, reason) in _EVIL.items()
    for protocol, url in _URLS.items()
}
"""Servers that no probe may call healthy, that none may wait for and none may be filled up by; reason "" is any."""
