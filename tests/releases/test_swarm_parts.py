"""A stack in parts as releases keep it, its values, and the machines that take it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects import PYTHON_WEB, assertion, compiled, manifest
from speccompile.backends import swarm as emitted
from speccompile.errors import Refused
from speccompile.images.commands import Command
from speccompile.images.runner import Outcome, Runner
from speccompile.releases.composition import Composition
from speccompile.releases.machine import Machine
from speccompile.releases.runner import Hands
from speccompile.releases.site import Site, Where
from speccompile.releases.swarm import documents, values
from speccompile.releases.swarm.documents import Stacked, checked, labelled, versions
from speccompile.releases.swarm.engine import ENGINE
from speccompile.verify.readers.dotenv import Unreadable

WEB = manifest("web-service", assertion(1, "Orders are stored in postgres"), assertion(2, "GET /healthz returns 200"))
STEPS = {"services": {"app": {"release": [["python", "migrate.py"]], "secrets": ["API_KEY"], "route": {"path": "/"}}}}


def _composition() -> Any:
    done = compiled(PYTHON_WEB, WEB, {"targets": ["swarm"], **STEPS})
    return ENGINE.composition(done.files, done.plan)


def test_a_part_has_its_steps_and_whom_it_needs() -> None:
    """And what the compiler writes is what the reader of a store takes, byte for byte."""
    found = _composition()
    assert set(found.parts) == {"app", "db", "proxy"}
    app = found.parts["app"].content
    assert (list(app["steps"]), app["needs"]) == (["app-release"], ["db"])
    assert found.front == "proxy"
    assert "server app:" in found.routes
    for name, part in found.parts.items():
        assert checked(part.text.encode(), name) == part


def _app(found: dict[str, Any]) -> dict[str, Any]:
    service: dict[str, Any] = found["services"]["app"]
    return service


STRANGE: dict[str, Callable[[dict[str, Any]], object]] = {
    "a directory of the host": lambda one: _app(one).update(
        volumes=[{"type": "bind", "source": "/", "target": "/host"}]
    ),
    "the engine's socket as a pipe": lambda one: _app(one).update(
        volumes=[{"type": "npipe", "source": "x", "target": "/x"}]
    ),
    "root": lambda one: _app(one).update(user="0:0"),
    "nobody": lambda one: _app(one).pop("user"),
    "a capability": lambda one: _app(one).update(cap_add=["SYS_ADMIN"]),
    "all capabilities": lambda one: _app(one).pop("cap_drop"),
    "a key that is never written": lambda one: _app(one).update(privileged=True),
    "another key of deploy": lambda one: _app(one)["deploy"].update(labels={"a": "b"}),
    "another node": lambda one: _app(one)["deploy"].update(placement={"constraints": ["node.role == manager"]}),
    "a port of its own": lambda one: _app(one).update(ports=[{"target": 1, "published": 1, "app_protocol": "x"}]),
    "a network of the host": lambda one: one["networks"].update(host={"external": True, "name": "host"}),
    "a driver of volumes": lambda one: one["volumes"].update(x={"driver": "local", "driver_opts": {"device": "/"}}),
    "a secret of somebody else": lambda one: one["secrets"].update(x={"external": True, "name": "other-key"}),
    "a secret that a default names": lambda one: one["secrets"].update(x={"external": True, "name": "${X:-other}"}),
    "a secret from a file": lambda one: one["secrets"].update(x={"file": "/etc/shadow"}),
    "a config from a file": lambda one: one["configs"].update(x={"file": "/etc/shadow", "name": "x"}),
    "a version of its own": lambda one: _app(one).update(labels={documents.VERSION: "x"}),
    "a step that is root": lambda one: one["steps"]["app-release"].update(user="0:0"),
    "needs that are no names": lambda one: one.update(needs=["../x"]),
    "needs that are none": lambda one: one.update(needs=7),
    "one more part": lambda one: one.update(x={}),
    "no deploy": lambda one: _app(one).pop("deploy"),
    "a service that is none": lambda one: one["services"].update(app=[]),
    "a name that is an option": lambda one: one["services"].update({"--rm": _app(one)}),
}


@pytest.mark.parametrize("how", STRANGE)
def test_what_a_stranger_keeps_is_refused(how: str) -> None:
    found = _composition().parts["app"].content
    STRANGE[how](found)
    with pytest.raises(Refused, match="SC701"):
        checked(json.dumps(found).encode(), "app")


@given(st.binary(max_size=100))
def test_any_bytes_are_refused(content: bytes) -> None:
    with pytest.raises(Refused):
        checked(content, "x")


def test_values_are_put_in_as_docker_does() -> None:
    """Of which docker sees no sign: a dollar in a value is none of its variables, and a port is a number."""
    told = {
        "version": "3.9",
        "services": {
            "app": {
                "image": "${APP_IMAGE:-bank/app}:${TAG:-local}${APP_AT:-}",
                "environment": {"A": "$$x ${B-none} ${C:-c}", "P": "${P:?see .env.example}"},
                "ports": [{"published": "${PORT:-8080}", "target": 80}],
            }
        },
    }
    known = {"B": "", "C": "", "P": "a$b", "TAG": "v1"}
    found = values.resolved(told, known)
    app = found["services"]["app"]
    assert (app["image"], app["environment"]) == ("bank/app:v1", {"A": "$x  c", "P": "a$b"})
    text = labelled(found, versions(found))
    app = json.loads(text)["services"]["app"]
    assert (app["environment"]["P"], app["ports"][0]["published"]) == ("a$$b", 8080)
    assert app["labels"] == {documents.VERSION: versions(found)["app"]}
    assert versions(values.resolved(told, {**known, "P": "other"})) != versions(found)
    (missing,) = values.missing(told, {})
    assert (missing.code, missing.message) == ("SC713", "P has no value")


def test_a_config_is_named_as_in_the_artifact() -> None:
    """By what is in it, so that the name in a part decides nothing."""
    found = _composition()
    proxy = found.parts["proxy"].content
    stacked = Stacked(app="sessions", images={}, file="/x/$y", text=found.routes)
    (config,) = stacked.document("proxy", proxy, "services")["configs"].values()
    assert config == {"file": "/x/$$y", "name": proxy["configs"]["nginx"]["name"]}


def test_a_file_of_values_is_read_as_a_shell_reads_it() -> None:
    """And what a shell would compute is refused, with the line."""
    text = "# a\nexport A=1 \nB='x y'\nA=2\n\nC=\"q\\$\"\n"
    assert ENGINE.values(text) == {"A": "2", "B": "x y", "C": "q$"}
    with pytest.raises(Unreadable) as caught:
        ENGINE.values("A=1\nB=$(id)\n")
    assert caught.value.line == 2


def test_the_steps_that_no_stack_has_are_the_emitters() -> None:
    """Hardened as what stays up is: the same emitter writes them."""
    done = compiled(PYTHON_WEB, WEB, {"targets": ["swarm"], **STEPS})
    text = emitted.release_steps(done.plan)
    assert "condition: none" in text
    assert "read_only: true" in text
    assert emitted.release_steps(compiled(PYTHON_WEB, WEB, {"targets": ["swarm"]}).plan) == ""


class _Answers(Runner):
    """A docker that says *state* of its swarm, and knows one image that no registry has."""

    def __init__(self, state: str) -> None:
        super().__init__()
        self._state = state

    def answer(self, command: Command, *, stdin: str = "", timeout: float = 0) -> Outcome:
        del stdin, timeout
        found = {"info": self._state, "image": json.dumps([{"Id": _ID, "Config": {"Labels": {}}}])}
        return Outcome(0, found[command.argv[1]], "", 0.0)


_ID = "sha256:" + "a" * 64


def _site(state: str) -> Site:
    where = Where(app="sessions", environment="x", machine=Machine(), values=None, directory="/", watch=0, told={})
    return ENGINE.opened(Hands(_Answers(state)), where)


@pytest.mark.parametrize("state", ["inactive false 0", "active false 0", "\n"])
def test_what_manages_no_swarm_is_refused(state: str) -> None:
    with pytest.raises(Refused, match="SC714"):
        _site(state)


def test_several_nodes_want_a_registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One has what it has built."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    whole = _composition()
    app = Composition(parts={"web": checked(_plain(whole.parts["proxy"].text), "web")}, images={}, routes=whole.routes)
    assert _site("active true 1").images(app, frozenset(), None)["web"].pinned == _ID
    with pytest.raises(Refused, match="SC715"):
        _site("active true 3").images(app, frozenset(), None)


def _plain(text: str) -> bytes:
    return text.replace("${PROXY_AT:-}", "").encode()
