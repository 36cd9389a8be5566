"""Programs without an image, as releases keep them: archives and parts that a stranger may have written, and what a release says of them."""

from __future__ import annotations

import io
import json
import os
import stat
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from memory_store import MemoryStore
from release_records import A_DIGEST, B_DIGEST

from quadlet_projects import made
from speccompile.errors import Refused
from speccompile.plan.program import Program
from speccompile.provenance import Origin
from speccompile.releases import archives, history
from speccompile.releases.archives import BadArchive, packed, unpacked
from speccompile.releases.composition import Composition
from speccompile.releases.documents import Part
from speccompile.releases.foreign import canonical
from speccompile.releases.packing import _packed as packed_program
from speccompile.releases.packing import programs
from speccompile.releases.quadlet import documents
from speccompile.releases.quadlet.engine import ENGINE
from speccompile.releases.quadlet.told import told
from speccompile.releases.record import Released, running
from speccompile.verify.quadlet.programs import CURL

_ARCHIVE = f"archive:{A_DIGEST}"
_CLOSURE = f"/nix/store/{'a' * 32}-web-1"


def _tree(root: Path) -> Path:
    (root / "bin").mkdir(parents=True)
    (root / "bin/web").write_bytes(b"\x7fELF" * 1000)
    (root / "bin/web").chmod(0o700)
    (root / ".hidden [x] (y)").write_text("words", encoding="utf-8")
    (root / "bin/help").write_text("", encoding="utf-8")
    (root / "bin/help").chmod(0o755)
    return root


def test_what_is_packed_comes_out_the_same(tmp_path: Path) -> None:
    """The same bytes, whoever owns the files and whenever they were written; started is what may be started, and the program."""
    content = packed(_tree(tmp_path / "one"), "bin/web")
    two = _tree(tmp_path / "two")
    os.utime(two / "bin/web", (1, 1))
    assert packed(two, "bin/web") == content
    unpacked(content, tmp_path / "out")
    modes = {
        str(file.relative_to(tmp_path / "out")): stat.S_IMODE(file.stat().st_mode)
        for file in sorted((tmp_path / "out").rglob("*"))
    }
    assert modes == {".hidden [x] (y)": 0o644, "bin": 0o755, "bin/help": 0o755, "bin/web": 0o755}
    assert (tmp_path / "out/bin/web").read_bytes() == (two / "bin/web").read_bytes()
    alone = packed(two / "bin/web", "web")
    unpacked(alone, tmp_path / "alone")
    assert [one.name for one in (tmp_path / "alone").iterdir()] == ["web"]


def _zip(files: Mapping[str, bytes], mode: int = stat.S_IFREG | 0o755) -> bytes:
    made_ = io.BytesIO()
    with zipfile.ZipFile(made_, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            info = zipfile.ZipInfo(path)
            info.create_system, info.compress_type, info.external_attr = 3, zipfile.ZIP_DEFLATED, mode << 16
            archive.writestr(info, content)
    return made_.getvalue()


_HOSTILE: Mapping[str, bytes] = {
    "no archive": b"GIF89a",
    "nothing": b"",
    "an empty one": _zip({}),
    "a way out": _zip({"../../etc/cron.d/x": b""}),
    "a way from the root": _zip({"/etc/cron.d/x": b""}),
    "a way with nothing in it": _zip({"a//b": b""}),
    "a directory": _zip({"bin/": b""}),
    "a link": _zip({"web": b"/etc/shadow"}, stat.S_IFLNK | 0o777),
    "somebody's rights": _zip({"web": b""}, stat.S_IFREG | 0o4755),
    "a device": _zip({"web": b""}, stat.S_IFCHR | 0o666),
    "no mode": _zip({"web": b""}, 0),
    "a name with a line feed": _zip({"a\nb": b""}),
    "a name that turns text around": _zip({"a\u202eb": b""}),
    "a file in a file": _zip({"a": b"", "a/b": b""}),
    "cut off": _zip({"web": b"x" * 100})[:-30],
}


@pytest.mark.parametrize("which", sorted(_HOSTILE))
def test_a_strangers_archive_leaves_its_directory_at_no_time(which: str, tmp_path: Path) -> None:
    """It is refused, and nothing is beside the directory that it was to be unpacked into."""
    with pytest.raises((BadArchive, OSError)):
        unpacked(_HOSTILE[which], tmp_path / "out")
    assert [one.name for one in tmp_path.iterdir() if one.name != "out"] == []
    assert not [one for one in tmp_path.rglob("*") if one.is_symlink()]


def test_an_archive_has_bounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is larger than it says, all together, and their number; and what is packed has the same ones."""
    monkeypatch.setattr(archives, "LARGEST", 5000)
    monkeypatch.setattr(archives, "MOST", 3)
    bomb = _zip({"web": b"0" * 1_000_000})
    with pytest.raises(BadArchive, match="more than"):
        unpacked(bomb, tmp_path / "one")
    with pytest.raises(BadArchive, match="more than 3 files"):
        unpacked(_zip({f"{one}": b"" for one in range(4)}), tmp_path / "two")
    (tmp_path / "web").write_bytes(b"0" * 5001)
    with pytest.raises(OSError, match="larger"):
        packed(tmp_path / "web", "web")
    twice = _zip({"aa": b"1", "ab": b"2"}).replace(b"ab", b"aa")
    with pytest.raises(BadArchive, match="twice"):
        unpacked(twice, tmp_path / "three")


def _program(path: str, within: str | None = None) -> Program:
    return Program(path=path, within=within, origin=Origin((), ()))


def test_only_what_is_in_the_project_is_packed(tmp_path: Path) -> None:
    """A commit may carry links: those that lead out of the project, and those in a directory that is packed, are refused; so is what Nix did not build."""
    project = _tree(tmp_path / "project")
    (tmp_path / "secret").write_text("x", encoding="utf-8")
    (project / "out").symlink_to(tmp_path)
    (project / "file").symlink_to(tmp_path / "secret")
    for program in (_program("out", "secret"), _program("out/secret"), _program("file")):
        with pytest.raises(BadArchive, match="leads out"):
            packed_program(project, program)
    with pytest.raises(BadArchive, match="is a link"):
        packed_program(tmp_path, _program("project", "bin/web"))
    (project / "out").unlink()
    with pytest.raises(OSError, match="link"):
        packed_program(tmp_path, _program("project", "bin/web"))
    with pytest.raises(BadArchive, match="does not say which"):
        packed_program(project, _program("bin"))
    with pytest.raises(BadArchive, match="no directory"):
        packed_program(project, _program("bin/web", "web"))
    with pytest.raises(BadArchive, match='no file "x"'):
        packed_program(project, _program("bin", "x"))
    with pytest.raises(FileNotFoundError):
        packed_program(project, _program("bin/nothing"))
    for path, within in ((f"{_CLOSURE}.drv", "x"), ("/nix/store/../../etc", "x"), (_CLOSURE, None), (_CLOSURE, "x")):
        (project / "result").unlink(missing_ok=True)
        (project / "result").symlink_to(path)
        with pytest.raises(BadArchive, match=r"program|not what Nix has built"):
            packed_program(project, _program("result", within))


def _composition() -> Composition:
    done = made("programs")
    return ENGINE.composition(done.files, done.plan)


def _line(old: str, new: str) -> Callable[[dict[str, Any]], object]:
    def alter(content: dict[str, Any]) -> None:
        text = content["services"]["web"]["units"]["shop-web"]
        assert old in text
        content["services"]["web"]["units"]["shop-web"] = text.replace(old, new)

    return alter


def _added(line: str, after: str = "[Service]") -> Callable[[dict[str, Any]], object]:
    return _line(f"{after}\n", f"{after}\n{line}\n")


_STARTS = 'ExecStart="/opt/shop/web/a web"'
_ASKED = " ".join(CURL)
_STRANGE: Mapping[str, Callable[[dict[str, Any]], object]] = {
    "root": _line("DynamicUser=yes", "DynamicUser=no"),
    "root, said twice": _line("DynamicUser=yes", "DynamicUser=yes\nDynamicUser=no"),
    "a user": _added("User=root"),
    "capabilities": _line("CapabilityBoundingSet=\n", "CapabilityBoundingSet=CAP_SYS_ADMIN\n"),
    "capabilities for all": _added("AmbientCapabilities=CAP_SYS_ADMIN"),
    "the machine's files": _line("ProtectSystem=strict", "ProtectSystem=no"),
    "homes": _line("ProtectHome=yes\n", ""),
    "a place to write": _added("ReadWritePaths=/"),
    "a directory of the machine": _added("BindPaths=/etc:/etc"),
    "another one's data": _line("StateDirectory=shop-web", "StateDirectory=postgresql"),
    "another application's data": _line("StateDirectory=shop-web", "StateDirectory=shop-web bank"),
    "data with a way": _line("StateDirectory=shop-web", "StateDirectory=shop/../bank"),
    "a program of the machine": _line(_STARTS, "ExecStart=/bin/sh"),
    "a program as root": _line(_STARTS, 'ExecStart=+"/opt/shop/web/a web"'),
    "a program of another service": _line(_STARTS, "ExecStart=/opt/shop/job/job"),
    "a way out": _line(_STARTS, "ExecStart=/opt/shop/web/../../../bin/sh"),
    "a way in a variable": _line(_STARTS, "ExecStart=/opt/shop/web/${A}"),
    "a way in a specifier": _line(_STARTS, "ExecStart=/opt/shop/web/%h"),
    "two programs": _line("--serve", "; /bin/sh"),
    "two lines of them": _added("ExecStart=/opt/shop/web/x"),
    "a command before": _added("ExecStartPre=+/bin/sh -c id"),
    "a command after": _added("ExecStopPost=/bin/sh -c id"),
    "another command after the start": _added("ExecStartPost=/bin/sh -c id"),
    "a question to another machine": _added(f"ExecStartPost={_ASKED} --max-time 3 http://169.254.169.254/latest"),
    "a question that writes": _added(f"ExecStartPost={_ASKED} --output /etc/cron.d/x http://127.0.0.1:3000/"),
    "a question that sends a file": _added(f"ExecStartPost={_ASKED} --header @/etc/shadow http://127.0.0.1:3000/"),
    "a question as root": _added(f"ExecStartPost=+{_ASKED} --max-time 3 http://127.0.0.1:3000/"),
    "another one's secrets": _line("/etc/shop/secrets/stripe-key", "/etc/bank/secrets/stripe-key"),
    "a file for a secret": _line("/etc/shop/secrets/stripe-key", "/etc/shadow"),
    "another file of variables": _line("-/etc/shop/web.env", "/etc/shadow"),
    "no limit": _line("MemoryMax=536870912\n", ""),
    "no end of a limit": _line("MemoryMax=536870912", "MemoryMax=infinity"),
    "an end of the machine": _added("FailureAction=poweroff", "[Unit]"),
    "a unit of the machine": _added("Wants=poweroff.target", "[Unit]"),
    "a start of the machine's": _line("WantedBy=multi-user.target", "WantedBy=sysinit.target"),
    "another name": _added("Alias=sshd.service", "[Install]"),
    "a socket": _added("Sockets=docker.socket"),
    "where it says what": _added("StandardOutput=file:/etc/cron.d/x"),
    "no unit of a program": lambda content: content["services"]["web"]["units"].update({"shop-web": "[Unit]\nDescription=x\n"}),
}  # fmt: skip


@pytest.mark.parametrize("which", sorted(_STRANGE))
def test_a_strangers_unit_of_a_program_gets_nothing_of_the_machine(which: str) -> None:
    content = _composition().parts["web"].content
    _STRANGE[which](content)
    text = canonical(content)
    with pytest.raises(Refused) as refused:
        documents.checked(text.encode(), "web")
    assert [one.code for one in refused.value.diagnostics] == ["SC701"]


def test_a_release_says_of_a_program_that_it_is_one() -> None:
    """SC736: a unit of systemd's that is to run an image, and a container that is to run an archive, are nothing that was recorded here."""
    composition, store = _composition(), MemoryStore()
    image = f"ghcr.io/acme/x@{B_DIGEST}"

    def services(**runs: str) -> dict[str, Released]:
        return {
            name: Released(**running(one), artifacts=store.keep(composition.parts[name].text.encode()), from_release=1)
            for name, one in runs.items()
        }

    for good in ({"web": _ARCHIVE, "sender": image}, {"web": _CLOSURE}):
        assert history.composition(store, services(**good), None, documents.checked).images == good
    for bad in ({"web": image}, {"sender": _ARCHIVE}, {"sender": _CLOSURE}):
        with pytest.raises(Refused) as refused:
            history.composition(store, services(**bad), None, documents.checked)
        assert [one.code for one in refused.value.diagnostics] == ["SC736"]
    with pytest.raises(ValueError, match="recipe"):
        services(web=f"{_CLOSURE}.drv")


def test_a_version_has_a_place_of_its_own() -> None:
    """What is started is in the place of its version, and another archive is another version of the unit; so is a closure."""
    composition = _composition()
    places = {}
    for runs in (_ARCHIVE, f"archive:{B_DIGEST}", _CLOSURE):
        one = told("shop", Composition(parts=composition.parts, images={"web": runs}, routes=""))["web"]
        (line,) = (line for line in one.units["shop-web"].split("\n") if line.startswith("ExecStart="))
        places[one.version] = line.partition(" --serve")[0]
    assert list(places.values()) == [
        f'ExecStart="/opt/speccompile/shop/{A_DIGEST[7:]}/a web"',
        f'ExecStart="/opt/speccompile/shop/{B_DIGEST[7:]}/a web"',
        f'ExecStart="{_CLOSURE}/a web"',
    ]


def test_a_service_is_in_containers_or_in_none() -> None:
    """SC754: what of it is a worker in a container cannot be kept beside its program: a release says one thing that all of a service runs."""
    content = _composition().parts["web"].content
    other = _composition().parts["sender"].content["services"]["sender"]
    both = json.loads(json.dumps(content | {"services": {**content["services"], "sender": other}}))
    assert "another is not" in (documents.unkept(Part(canonical(both))) or "")


def test_a_program_that_is_not_there_is_said_where_the_specs_name_it(tmp_path: Path) -> None:
    """SC737, for all of them at once; what is there is packed."""
    plan = made("programs").plan
    with pytest.raises(Refused) as refused:
        programs(tmp_path, plan, ("web", "job", "sender"))
    assert [one.code for one in refused.value.diagnostics] == ["SC737"] * 3
    assert {one.span.path for one in refused.value.diagnostics} == {"specs/deploy.yaml"}
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/job").write_text("#!/bin/sh\n", encoding="utf-8")
    assert programs(tmp_path, plan, ("job",))["job"].runs.startswith("archive:sha256:")
