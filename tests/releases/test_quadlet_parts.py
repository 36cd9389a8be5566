"""Units in parts: what a release keeps of them, and that a stranger's part gets nothing of the machine."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from quadlet_projects import EXAMPLES, NAMES, example, made
from speccompile.codes.releases import BAD_PART
from speccompile.digests import digest
from speccompile.errors import Refused
from speccompile.releases.composition import Composition
from speccompile.releases.quadlet import documents, seen
from speccompile.releases.quadlet.engine import ENGINE
from speccompile.releases.quadlet.told import groups, told
from speccompile.releases.steps import once_for_all
from speccompile.releases.wanted import State

_DIGEST = f"ghcr.io/acme/api@sha256:{'1' * 64}"


def _composition(name: str) -> Composition:
    done = example(name) if name in EXAMPLES else made(name)
    return ENGINE.composition(done.files, done.plan)


@pytest.mark.parametrize("name", [*NAMES, *EXAMPLES])
def test_what_the_compiler_writes_is_kept(name: str) -> None:
    """Every unit is in just one part, and a part that is read back is the same bytes."""
    done = example(name) if name in EXAMPLES else made(name)
    composition = _composition(name)
    for service, one in composition.parts.items():
        assert documents.checked(one.text.encode(), service) == one
    kept = [
        unit
        for one in composition.parts.values()
        for told in one.content["services"].values()
        for unit in told["units"]
    ]
    assert sorted(kept) == sorted(
        path.removeprefix("quadlet/").removesuffix(".container").removesuffix(".service")
        for path in done.files
        if path.endswith((".container", ".service")) and path.count("/") == 1
    )


def test_what_is_wanted_follows_from_the_units() -> None:
    """Steps come first and are run for themselves; replicas are units; a timer's run is started by nobody; the front door is last."""
    composition = _composition("python-web")
    found = {one.name: one for one in groups(composition, told("shop", composition), 0)}
    api = found["api"]
    assert api.steps == ("api-release", "api-release-2")
    assert [(one.name, one.replicas, one.asked) for one in api.workloads] == [("api", 2, True)]
    assert found["proxy"].front
    assert {"db", "cache"} & api.needs or api.needs
    bank = _composition("bank")
    known = told("bank", bank)
    assert known["db-backup"].on_demand
    assert list(known["db-backup"].timers) == ["bank-db-backup.timer"]
    assert set(known["db"].files) == {"bank_backend.network", "bank_db-data.volume"}
    assert set(known["proxy"].files) >= {"nginx.conf", "bank_edge.network"}
    assert "api" not in once_for_all(composition)  # its data are on the machine


def test_images_are_by_digest_and_routes_are_part_of_a_version() -> None:
    """Another image or another route is another version; what is the same is the same."""
    composition = _composition("bank")
    plain = told("bank", composition)
    other = told("bank", Composition(parts=composition.parts, images={"api": _DIGEST}, routes=composition.routes))
    (text,) = other["api"].units.values()
    assert f"Image={_DIGEST}\nPull=missing\n" in text
    changed = {name for name in plain if plain[name].version != other[name].version}
    assert changed == {"api"}
    routed = told("bank", Composition(parts=composition.parts, images={}, routes="# other"))
    assert {name for name in plain if plain[name].version != routed[name].version} == {"proxy"}
    (local,) = told("bank", Composition(parts=composition.parts, images={"api": f"sha256:{'2' * 64}"}, routes=""))[
        "api"
    ].units.values()
    assert "Pull=never\n" in local


def _altered(alter: Callable[[dict[str, Any]], object]) -> bytes:
    content = _composition("bank").parts["api"].content
    alter(content)
    return json.dumps(content).encode()


def _line(old: str, new: str) -> Callable[[dict[str, Any]], object]:
    def alter(content: dict[str, Any]) -> None:
        text = content["services"]["api"]["units"]["bank-api"]
        assert old in text
        content["services"]["api"]["units"]["bank-api"] = text.replace(old, new)

    return alter


def _added(line: str, after: str = "[Container]") -> Callable[[dict[str, Any]], object]:
    return _line(f"{after}\n", f"{after}\n{line}\n")


_HOSTILE = {
    "a directory of the machine": _added("Volume=/etc:/etc"),
    "the engine's socket": _added("Volume=/run/podman/podman.sock:/s"),
    "another application's data": _added("Volume=shop_db-data.volume:/data"),
    "a way out of the units": _added("Volume=./../nginx.conf:/etc/nginx/nginx.conf:ro,Z"),
    "the machine's network": _added("Network=host"),
    "another application's network": _added("Network=shop_backend.network"),
    "a device": _added("AddDevice=/dev/kmsg"),
    "privileges by an argument": _added("PodmanArgs=--privileged"),
    "an argument after another": _added("PodmanArgs=--memory=1b --privileged"),
    "a capability": _added("AddCapability=SYS_ADMIN"),
    "capabilities": _line("DropCapability=all\n", ""),
    "new privileges": _line("NoNewPrivileges=true\n", ""),
    "root": _line("User=10001", "User=0"),
    "root by name": _line("User=10001", "User=root"),
    "the user of the machine": _added("UserNS=host"),
    "another application's secret": _added("Secret=shop-db-password,type=env,target=X"),
    "a command of the machine": _added("ExecStartPre=/bin/sh -c id", "[Service]"),
    "a command after it": _added("ExecStopPost=-/bin/rm -rf /", "[Service]"),
    "a file of variables": _added("EnvironmentFile=/etc/shadow", "[Service]"),
    "a library": _added("Environment=LD_PRELOAD=/x.so", "[Service]"),
    "a configuration of Podman's": _added("Environment=CONTAINERS_CONF=/x", "[Service]"),
    "a specifier of the service's": _added("Environment=A=%h", "[Service]"),
    "two variables on a line": _added('Environment="A=1" "LD_PRELOAD=/x"', "[Service]"),
    "a unit of the machine": _added("Wants=poweroff.target", "[Unit]"),
    "an end of the machine": _added("FailureAction=poweroff", "[Unit]"),
    "a specifier": _added("Environment=A=%h"),
    "a line that goes on": _added("Label=a=b\\"),
    "another name": _line("ContainerName=bank-api", "ContainerName=shop-api"),
    "a module of global arguments": _added("GlobalArgs=--root=/"),
    "a link": _added("Alias=sshd.service", "[Install]"),
    "a start of the machine's": _line("WantedBy=default.target", "WantedBy=sysinit.target"),
    "a section": _added("[Kube]\nYaml=/x"),
    "a unit of another workload": lambda content: content["services"]["api"]["units"].update({"bank-db": "[Container]\n"}),
    "a path for a unit": lambda content: content["services"]["api"]["units"].update({"bank-api/../../x": "[Container]\n"}),
    "a lie about what follows": lambda content: content["services"]["api"].update(restart="no"),
    "a network that is another": lambda content: content["networks"].update({"bank_x": "[Network]\nNetworkName=shop_x\n"}),
    "options of a network": lambda content: content["networks"].update({"bank_x": "[Network]\nNetworkName=bank_x\nOptions=a\n"}),
    "a timer of the machine": lambda content: content["timers"].update({"systemd-poweroff": "[Timer]\nOnCalendar=daily\n"}),
    "a name with a way": lambda content: content["volumes"].update({"../x": "[Volume]\nVolumeName=../x\n"}),
    "a file": lambda content: content["configs"].update({"nginx.conf": {"file": "/etc/shadow"}}),
    "another shape": lambda content: content.update(services=[]),
    "units of numbers": lambda content: content["services"]["api"].update(units={"bank-api": 1}),
    "no units": lambda content: content["services"]["api"].update(units={}),
    "an application with a way": lambda content: content.update(app="../x"),
}  # fmt: skip


@pytest.mark.parametrize("what", sorted(_HOSTILE))
def test_what_the_compiler_never_writes_is_refused(what: str) -> None:
    """Nothing of the machine: SC701."""
    with pytest.raises(Refused) as refused:
        documents.checked(_altered(_HOSTILE[what]), "api")
    assert [one.code for one in refused.value.diagnostics] == [BAD_PART.id]


@pytest.mark.parametrize("garbage", [b"", b"{", b"[]", b"null", b"{}", b"\xff", b"[" * 100_000, b'{"app": 1}'])
def test_garbage_is_refused(garbage: bytes) -> None:
    """Without a traceback."""
    with pytest.raises(Refused):
        documents.checked(garbage, "api")


def test_a_part_of_another_application_starts_nothing_here() -> None:
    """Its units would be that one's."""
    with pytest.raises(Refused):
        told("shop", _composition("bank"))


def test_a_part_is_named_by_its_text() -> None:
    """The same specs make the same parts."""
    first = _composition("bank").parts["api"]
    assert first.digest == digest(first.text.encode())


_SHOWN = """Id=a-up.service
LoadState=loaded
ActiveState=active
SubState=running
Result=success
ExecMainStartTimestampMonotonic=15084987123

Id=a-again.service
LoadState=loaded
ActiveState=activating
SubState=auto-restart
Result=exit-code
ExecMainStartTimestampMonotonic=0

Id=a-begins.service
LoadState=loaded
ActiveState=activating
SubState=start

Id=a-gone.service
LoadState=not-found
ActiveState=inactive
SubState=dead

Id=a-failed.service
LoadState=loaded
ActiveState=failed
SubState=failed
"""


def test_what_systemd_says_is_understood() -> None:
    """As systemd 252 says it. What is started again because it failed is no start."""
    found = seen.services(_SHOWN)
    assert {name: one.state for name, one in found.items()} == {
        "a-up": State.RUNNING,
        "a-again": State.UNHEALTHY,
        "a-begins": State.STARTING,
        "a-failed": State.STOPPED,
    }
    assert found["a-up"].since == 15084.987123
    assert not seen.of(found, "a-gone").there
    assert seen.services("") == {}
