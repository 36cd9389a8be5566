"""What servers may say, as their protocols' documents have it, and what a probe should make of it."""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass

from health_mongodb import answer, scram
from health_servers import Conversation, black_hole, drip, endless, garbage, hang_up, http, reset, script

UNPROVEN = "reached, not authenticated"


@dataclass(frozen=True)
class Scenario:
    """A server's behaviour, the URL that leads to it, and what is said: "" or ``UNPROVEN`` when the check passes."""

    protocol: str
    url: str
    conversation: Conversation
    reason: str = ""


def _postgres_error(state: str, message: str) -> bytes:
    """ErrorResponse (PostgreSQL 16, 55.7 Message Formats)."""
    fields = f"SFATAL\0VFATAL\0C{state}\0M{message}\0Fpostmaster.c\0L2360\0RProcessStartupPacket\0\0".encode()
    return b"E" + struct.pack(">I", len(fields) + 4) + fields


# StartupMessage, protocol 3.0, AuthenticationCleartextPassword, AuthenticationGSS, AuthenticationOk, ReadyForQuery.
_STARTUP = ("expect", b"\0\0\0\x21\0\3\0\0user\0bank\0database\0bank\0\0")
_CLEAR, _PASSWORD = b"R\0\0\0\x08\0\0\0\3", ("expect", b"p\0\0\0\x0bs3cret\0")
_KERBEROS = b"R\0\0\0\x08\0\0\0\7"
_LET_IN = b"R\0\0\0\x08\0\0\0\0" + b"S\0\0\0\x11TimeZone\0UTC\0" + b"Z\0\0\0\5I"
_POSTGRES = "postgres://bank:s3cret@{address}/bank"
_TERMINATE = ("expect", b"X\0\0\0\4")

# MySQL internals manual, Protocol::HandshakeV10, Protocol::AuthSwitchRequest, Protocol::ERR_Packet.
_GREETING = bytes.fromhex(
    "360000000a352e352e322d6d32000b000000647648404"
    "92d434a00fff7080200000000000000000000000000002a34647c635a776b345e5d3a00"
)
# 5.5.2 names no plugin: the native one is meant, to which an empty password is no answer at all.
_LOGIN = (
    "expect",
    bytes.fromhex("410000010982080000000100210000000000000000000000000000000000000000000000")
    + b"bank\0\0bank\0mysql_native_password\0",
)
_SWITCH = bytes.fromhex(
    "2c000002fe6d7973716c5f6e61746976655f70617373776f7264007a51673469366f4e79363d72484e2f3e2d62294100"
)


def _mysql_error(sequence: int, code: int, message: str, *, state: str = "") -> bytes:
    payload = b"\xff" + struct.pack("<H", code) + state.encode() + message.encode()
    return struct.pack("<I", len(payload))[:3] + bytes([sequence]) + payload


_DENIED = "Access denied for user 'bank'@'db' (using password: NO)"
_IN, _QUIT = b"\7\0\0\2\0\0\0\2\0\0\0", ("expect", b"\1\0\0\0\1")
_MYSQL, _MYSQL_SECRET = "mysql://bank@{address}/bank", "mysql://bank:s3cret@{address}/bank"

# Caching SHA-2 authentication (MySQL 8.4 source documentation): a greeting, the log-in, fast success, a demand for more.
_SALT = b"0123456789abcdefghij"
_SHA2 = (
    b"\x0a8.4.0\0\1\0\0\0"
    + _SALT[:8]
    + b"\0\xff\xff\x21\2\0\xff\xdf\x15"
    + bytes(10)
    + _SALT[8:]
    + b"\0caching_sha2_password\0"
)
_SHA2_GREETING = struct.pack("<I", len(_SHA2)) + _SHA2


def _sha2_login() -> tuple[str, bytes]:
    once = hashlib.sha256(b"s3cret").digest()
    salted = hashlib.sha256(hashlib.sha256(once).digest() + _SALT).digest()
    proof = bytes(one ^ other for one, other in zip(once, salted, strict=True))
    head = bytes.fromhex("0982080000000100210000000000000000000000000000000000000000000000")
    payload = head + b"bank\0\x20" + proof + b"bank\0caching_sha2_password\0"
    return ("expect", struct.pack("<I", len(payload))[:3] + b"\1" + payload)


_FAST, _FULL = b"\2\0\0\2\1\3", b"\2\0\0\2\1\4"
# Who will not log in without TLS logs in as nobody: a user of no name that any server has.
_NOBODY = (
    "expect",
    bytes.fromhex("430000010182080000000100210000000000000000000000000000000000000000000000")
    + b"healthcheck\0\0mysql_native_password\0",
)

# The hello command in OP_MSG (MongoDB wire protocol; BSON 1.1): {"hello": 1, "$db": "admin"}.
_HELLO = (
    "expect",
    bytes.fromhex("34000000 01000000 00000000 dd070000 00000000 00 1f000000")
    + b"\x10hello\0\1\0\0\0\2$db\0\6\0\0\0admin\0\0",
)


_MONGODB = "mongodb://{address}/bank"
_MONGODB_LOGIN = "mongodb://bank:s3cret@{address}/bank?authSource=people"
_TOPOLOGY = b"\3\x1c\0\0\0\7processId\0" + bytes(12) + b"\0"  # an embedded document
_DATE, _BINARY = b"\x09" + bytes(8), b"\x05\x02\0\0\0\0ab"

# AMQP 0-9-1, 2.2.4 and 1.4.2.1: Connection.Start with an empty property table.
_ARGUMENTS = b"\0\x0a\0\x0a\0\x09" + bytes(4) + b"\0\0\0\x05PLAIN" + b"\0\0\0\5en_US"
_START = b"\1\0\0" + struct.pack(">I", len(_ARGUMENTS)) + _ARGUMENTS + b"\xce"
_AMQP = ("expect", b"AMQP\0\0\x09\1")


def _amqp(method: int, arguments: bytes) -> bytes:
    """A method of the class Connection."""
    return b"\1\0\0" + struct.pack(">IHH", len(arguments) + 4, 10, method) + arguments + b"\xce"


_TOLD = b"\0\0\0\x31\x0ccapabilitiesF\0\0\0\x1f\x1cauthentication_failure_closet\1"
_START_OK = ("expect", _amqp(11, _TOLD + b"\5PLAIN\0\0\0\x0c\0bank\0s3cret\5en_US"))
_TUNE, _TUNE_OK = _amqp(30, b"\7\xff\0\2\0\0\0\x3c"), ("expect", _amqp(31, b"\7\xff\0\2\0\0\0\x3c"))
_OPEN, _OPEN_OK = ("expect", _amqp(40, b"\4bank\0\0")), _amqp(41, b"\0")
_CLOSE = ("expect", _amqp(50, b"\0\xc8\0\0\0\0\0"))

# NATS client protocol.
_INFO = b'INFO {"server_id":"NA","version":"2.10.1","headers":true,"max_payload":1048576}\r\n'
_INFO_AUTH = b'INFO {"server_id":"NA","auth_required": true,"max_payload":1048576}\r\n'
_CONNECT = ("expect", b'CONNECT {"verbose":false,"pedantic":false}\r\nPING\r\n')
_TOKEN = ("expect", b'CONNECT {"verbose":false,"pedantic":false,"auth_token":"token"}\r\nPING\r\n')

_PING = ("expect", b"*1\r\n$4\r\nPING\r\n")
_AUTH = ("expect", b"*2\r\n$4\r\nAUTH\r\n$6\r\ns3cret\r\n")
_SELECT = ("expect", b"*2\r\n$6\r\nSELECT\r\n$1\r\n0\r\n")
_REDIS = "redis://:s3cret@{address}/0"
_AMQP_URL, _NATS, _HTTP = (
    "amqp://bank:s3cret@{address}/bank",
    "nats://{address}",
    "http://u:s3cret@{address}/status?q=1#top",
)

SCENARIOS: dict[str, Scenario] = {
    "postgres-clear": Scenario(
        "postgres", _POSTGRES, script(_STARTUP, _CLEAR, _PASSWORD, _LET_IN, _TERMINATE, polite=False)
    ),
    "postgres-trust": Scenario("postgres", _POSTGRES, script(_STARTUP, _LET_IN, _TERMINATE, polite=False)),
    "postgres-kerberos": Scenario(
        "postgres", _POSTGRES, script(_STARTUP, _KERBEROS, _TERMINATE, polite=False), UNPROVEN
    ),
    "postgres-hba": Scenario(
        "postgres",
        _POSTGRES,
        script(_STARTUP, _postgres_error("28000", "no pg_hba.conf entry")),
        "no pg_hba.conf entry (28000)",
    ),
    "postgres-unencrypted": Scenario(
        "postgres",
        _POSTGRES,
        script(_STARTUP, _postgres_error("28000", 'no pg_hba.conf entry for user "bank", no encryption')),
        UNPROVEN,
    ),
    "postgres-wants-tls": Scenario(
        "postgres",
        _POSTGRES + "?sslmode=verify-full",
        script(("expect", bytes.fromhex("0000000804d2162f")), b"S"),
        UNPROVEN,
    ),
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
    "postgres-plain-name": Scenario(
        "postgres", "{address}", script(_CLEAR), "a password is demanded, and none is given"
    ),
    "redis-pong": Scenario("redis", _REDIS, script(_AUTH, b"+OK\r\n", _SELECT, b"+OK\r\n", _PING, b"+PO", b"NG\r\n")),
    "redis-refused": Scenario("redis", _REDIS, script(_AUTH, b"-WRONGPASS invalid\r\n"), "WRONGPASS invalid"),
    "redis-password": Scenario(
        "redis",
        "redis://{address}",
        script(_PING, b"-NOAUTH Authentication required.\r\n"),
        "NOAUTH Authentication required.",
    ),
    "redis-idle": Scenario("redis", "redis://{address}", script(_PING, b"-NOPERM this user has no permissions\r\n")),
    "redis-loading": Scenario(
        "redis",
        "redis://{address}",
        script(_PING, b"-LOADING Redis is loading the dataset in memory\r\n"),
        "LOADING Redis is loading the dataset in memory",
    ),
    "redis-full": Scenario(
        "redis", _REDIS, script(b"-ERR max number of clients reached\r\n"), "ERR max number of clients reached"
    ),
    "redis-http": Scenario("redis", _REDIS, script(_AUTH, b"HTTP/1.1 400 Bad Request\r\n"), "the answer is not Redis"),
    "mysql-in": Scenario("mysql", _MYSQL, script(_GREETING, _LOGIN, _IN, _QUIT, polite=False)),
    "mysql-denied": Scenario(
        "mysql", _MYSQL, script(_GREETING, _LOGIN, _mysql_error(2, 1045, _DENIED, state="#28000")), f"{_DENIED} (1045)"
    ),
    "mysql-secure": Scenario(
        "mysql", _MYSQL, script(_GREETING, _LOGIN, _mysql_error(2, 3159, "insecure transport")), UNPROVEN
    ),
    "mysql-tls": Scenario(
        "mysql", _MYSQL_SECRET + "?ssl-mode=REQUIRED", script(_GREETING, _NOBODY, _mysql_error(2, 1045, "no")), UNPROVEN
    ),
    "mariadb-switch": Scenario(
        "mariadb", _MYSQL, script(_GREETING, _LOGIN, _SWITCH, ("expect", b"\0\0\0\3"), _IN, _QUIT, polite=False)
    ),
    "mysql-sha2-fast": Scenario(
        "mysql", _MYSQL_SECRET, script(_SHA2_GREETING, _sha2_login(), _FAST, _IN, _QUIT, polite=False)
    ),
    "mysql-sha2-full": Scenario(
        "mysql",
        _MYSQL_SECRET,
        script(
            _SHA2_GREETING, _sha2_login(), _FULL, ("expect", b"\0\0\0\3"), _mysql_error(4, 1045, _DENIED), polite=False
        ),
        UNPROVEN,
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
        script(_HELLO, answer(topologyVersion=_TOPOLOGY, isWritablePrimary=True, localTime=_DATE, ok=1.0)),
    ),
    "mongodb-secondary": Scenario(
        "mongodb",
        _MONGODB,
        script(_HELLO, answer(setName="rs0", id=_BINARY, isWritablePrimary=False, secondary=True, ok=1.0)),
    ),
    "mongodb-starting": Scenario(
        "mongodb",
        _MONGODB,
        script(_HELLO, answer(isWritablePrimary=False, secondary=False, ok=1.0)),
        "neither primary nor secondary",
    ),
    "mongodb-refused": Scenario(
        "mongodb",
        _MONGODB,
        script(_HELLO, answer(ok=0.0, errmsg="shutting down", isWritablePrimary=True)),
        "shutting down",
    ),
    "mongodb-false-lengths": Scenario(
        "mongodb", _MONGODB, script(_HELLO, answer(setName=b"\2\xff\xff\xff\xff", ok=1.0)), "refused"
    ),
    "mongodb-scram": Scenario("mongodb", _MONGODB_LOGIN, scram("bank", "s3cret", "people")),
    "mongodb-wrong-password": Scenario(
        "mongodb", _MONGODB_LOGIN, scram("bank", "other", "people"), "Authentication failed."
    ),
    "mongodb-wrong-user": Scenario(
        "mongodb", _MONGODB_LOGIN, scram("bob", "s3cret", "people"), "Authentication failed."
    ),
    "mongodb-wrong-database": Scenario(
        "mongodb", _MONGODB_LOGIN, scram("bank", "s3cret", "bank"), "Authentication failed."
    ),
    "mongodb-old-password": Scenario("mongodb", _MONGODB_LOGIN, scram("bank", None, "people"), UNPROVEN),
    "mongodb-x509": Scenario(
        "mongodb",
        _MONGODB_LOGIN + "&authMechanism=MONGODB-X509",
        script(_HELLO, answer(isWritablePrimary=True, ok=1.0)),
        UNPROVEN,
    ),
    "rabbitmq-open": Scenario(
        "rabbitmq", _AMQP_URL, script(_AMQP, _START, _START_OK, _TUNE, _TUNE_OK, _OPEN, _OPEN_OK, _CLOSE, polite=False)
    ),
    "rabbitmq-refused": Scenario(
        "rabbitmq",
        _AMQP_URL,
        script(_AMQP, _START, _START_OK, _amqp(50, b"\1\x93\x0eACCESS_REFUSED\0\0\0\0")),
        "ACCESS_REFUSED",
    ),
    "rabbitmq-no-host": Scenario(
        "rabbitmq",
        _AMQP_URL,
        script(_AMQP, _START, _START_OK, _TUNE, _TUNE_OK, _OPEN, _amqp(50, b"\2\x12\x0bNOT_ALLOWED\0\0\0\0")),
        "NOT_ALLOWED",
    ),
    "rabbitmq-other-version": Scenario(
        "rabbitmq", _AMQP_URL, script(_AMQP, b"AMQP\0\0\x09\1and more"), "the answer is not AMQP 0-9-1"
    ),
    "nats-pong": Scenario("nats", _NATS, script(_INFO, _CONNECT, b"+OK\r\nPING\r\nPONG\r\n", polite=False)),
    "nats-in": Scenario("nats", "nats://token@{address}", script(_INFO_AUTH, _TOKEN, b"PONG\r\n", polite=False)),
    "nats-auth": Scenario(
        "nats", _NATS, script(_INFO_AUTH, _CONNECT, b"-ERR 'Authorization Violation'\r\n"), "'Authorization Violation'"
    ),
    "nats-tls": Scenario("nats", _NATS, script(_INFO.replace(b"{", b'{"tls_required": true,'), polite=False), UNPROVEN),
    "nats-full": Scenario(
        "nats",
        _NATS,
        script(_INFO, _CONNECT, b"-ERR 'maximum connections exceeded'\r\n"),
        "'maximum connections exceeded'",
    ),
    "nats-mute": Scenario("nats", _NATS, script(_INFO, _CONNECT), "no answer in time"),
    "nats-smtp": Scenario("nats", _NATS, script(b"220 mail ESMTP\r\n"), "the answer is not NATS"),
    "tcp-open": Scenario("tcp", "{address}", script(polite=False), UNPROVEN),
    "tcp-url": Scenario("tcp", "smtp://me:s3cret@{address}", script(polite=False), UNPROVEN),
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
