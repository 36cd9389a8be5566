"""Servers of gRPC: asked in HTTP/2 for their health, or, where they serve none, whether they speak it at all."""

from __future__ import annotations

import struct
from dataclasses import replace
from pathlib import Path

import pytest
from health_plans import LANGUAGES, module
from health_programs import install
from health_servers import Conversation, garbage, hang_up, script, serving

_PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes.fromhex("000000 04 00 00000000")
# RFC 7541: indexed :method POST and :scheme http, the rest literal without indexing.
_FIELDS = (
    b"\x83\x86\x04\x1c/grpc.health.v1.Health/Check\x01\x09localhost\x0f\x10\x10application/grpc\x00\x02te\x08trailers"
)


def _frame(kind: int, flags: int, body: bytes = b"", stream: int = 1) -> bytes:
    """RFC 9113, 4.1."""
    return struct.pack(">I", len(body))[1:] + bytes((kind, flags)) + struct.pack(">I", stream) + body


_CALL = _frame(1, 4, _FIELDS) + _frame(0, 1, bytes(5))
_SETTINGS = _frame(4, 0, bytes.fromhex("0003 00000064"), 0) + _frame(8, 0, bytes.fromhex("0000ffff"), 0)
_HEAD, _TRAILERS = _frame(1, 4, b"\x88"), _frame(1, 5, b"\x88")


def _says(*messages: bytes) -> Conversation:
    return script(
        ("expect", _PREFACE + _CALL),
        _SETTINGS,
        _frame(4, 1, stream=0),
        _HEAD,
        *(_frame(0, 0, one) for one in messages),
        _TRAILERS,
    )


_SERVING, _NOT_SERVING = b"\0\0\0\0\2\x08\1", b"\0\0\0\0\2\x08\2"
_ONLY_ONE = script(b"HTTP/1.1 400 Bad Request\r\n\r\n")
_UNKNOWN = "does not serve grpc.health.v1"
_DOWN = "says that it is not serving"
# What is said, strictly, and what the line is then.
_ANSWERS: dict[str, tuple[Conversation, str]] = {
    "serving": (_says(_SERVING), ""),
    "in pieces": (_says(_SERVING[:5], _SERVING[5:]), ""),
    "not serving": (_says(_NOT_SERVING), _DOWN),
    "unknown status": (_says(b"\0\0\0\0\0"), _DOWN),
    "no such service": (script(("expect", _PREFACE + _CALL), _SETTINGS, _TRAILERS), _UNKNOWN),
    "reset": (script(("expect", _PREFACE + _CALL), _SETTINGS, _frame(3, 0, bytes(4))), _UNKNOWN),
    "gone": (script(("expect", _PREFACE + _CALL), _SETTINGS, _frame(7, 0, bytes(8), 0)), _UNKNOWN),
    "only HTTP/1": (_ONLY_ONE, "the answer is not HTTP/2"),
    "hangs up": (hang_up, "connection closed"),
    "noise": (garbage, "the answer is not HTTP/2"),
    "silence": (script(("expect", _PREFACE + _CALL)), "no answer in time"),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_server_of_grpc_is_asked_for_its_health(language: str, tmp_path: Path) -> None:
    """Only SERVING is healthy; whatever else is said is named in one line."""
    made = module(language, path="/grpc.health.v1.Health/Check", timeout=2)
    program = install(replace(made, probe=replace(made.probe, scheme="grpc")), tmp_path)
    for name, (conversation, reason) in _ANSWERS.items():
        with serving(conversation) as server:
            ran = program.run("live", env={"PORT": str(server.port)})
        where = f"grpc at 127.0.0.1:{server.port}/grpc.health.v1.Health/Check"
        line = f"unhealthy: server ({where}): {reason}\n" if reason else "healthy\n"
        assert (ran.code, ran.out, ran.err) == (1 if reason else 0, line, ""), name
        assert server.problems == [], name


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_not_asked_is_not_called_healthy(language: str, tmp_path: Path) -> None:
    """A server that serves no health speaks HTTP/2; of one behind TLS only the port is reached."""
    speaks = script(("expect", _PREFACE), _SETTINGS, polite=False)
    made = module(language, path="/", strict=False)
    for scheme, answers in (
        ("grpc", ((speaks, "speaks HTTP/2, its health was not asked", 0), (_ONLY_ONE, "the answer is not HTTP/2", 1))),
        ("tcp", ((script(polite=False), "reached, not asked", 0),)),
    ):
        program = install(replace(made, probe=replace(made.probe, scheme=scheme)), tmp_path)
        for conversation, remark, code in answers:
            with serving(conversation) as server:
                ran = program.run("live", env={"PORT": str(server.port)})
            where = f"server ({scheme} at 127.0.0.1:{server.port}/): {remark}\n"
            assert (ran.code, ran.out) == (code, f"unhealthy: {where}" if code else where)
            assert server.problems == []
