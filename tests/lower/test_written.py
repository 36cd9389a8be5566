"""What follows from what the sources write: memory and a warning, a volume and silence, and what is said of what can be neither."""

from __future__ import annotations

from typing import Any

import pytest

from projects import PYTHON_WEB, compiled, manifest
from speccompile.pipeline import Compilation

_CODE = "SC262"


def _python(*lines: str) -> dict[str, str]:
    return {**PYTHON_WEB, "state.py": "\n".join(("import os", *lines, ""))}


def _result(lines: tuple[str, ...], archetype: str = "web-service", **service: Any) -> Compilation:
    needs = service.pop("stores", ())
    stores = {kind: {"uses": kind} for kind in needs}
    deploy = {"app": "shop", "services": {"api": {"path": ".", "needs": list(needs), **service}, **stores}}
    result = compiled(_python(*lines), manifest(archetype), deploy)
    assert result.defects == ()
    return result


def _said(result: Compilation) -> list[tuple[str, int, str]]:
    return [
        (one.span.path, one.span.line, one.message.partition(":")[0].partition(",")[0])
        for one in result.notes
        if one.code == _CODE
    ]


def _mounts(result: Compilation) -> tuple[set[str], set[str]]:
    """The volumes and the memory file systems of the service, /tmp apart."""
    (service,) = result.plan.services
    assert service.workload
    return (
        {volume.target for volume in service.workload.volumes},
        {memory.target for memory in service.workload.scratch} - {"/tmp"},  # in the container
    )


_DATABASE = "sqlite3.connect('data/shop.db')"


def test_memory_until_a_volume_is_declared() -> None:
    """What the warning says to write silences it, and moves the directory into a volume; a directory above does as well."""
    result = _result((_DATABASE,))
    assert _said(result) == [("state.py", 2, '"data" is written to')]
    assert _mounts(result) == (set(), {"/app/data"})
    (warning,) = [one for one in result.notes if one.code == _CODE]
    assert "writable: [/app/data]" in warning.fix
    for place in ("/app/data", "/app/data/"):
        result = _result((_DATABASE,), writable=[place])
        assert (_said(result), _mounts(result)) == ([], ({"/app/data"}, set()))
    result = _result(("open('data/logs/x.log', 'a')",), writable=["/app/data"])
    assert (_said(result), _mounts(result)) == ([], ({"/app/data"}, set()))


def test_another_volume_is_none() -> None:
    """One elsewhere, or inside of it."""
    for place in ("/app/uploads", "/app/data/inner"):
        assert _said(_result((_DATABASE,), writable=[place])) == [("state.py", 2, '"data" is written to')]


def test_what_is_beside_the_code_is_said_whatever_is_declared() -> None:
    """Followed to the letter, the fix ends it."""
    line = "sqlite3.connect('shop.db')"
    for writable in ([], ["/app/data"]):
        assert _said(_result((line,), writable=writable)) == [
            ("state.py", 2, 'the database is the file "shop.db" beside the code')
        ]
    assert _said(_result(("sqlite3.connect('data/shop.db')",), writable=["/app/data"])) == []


def test_a_directory_of_the_system() -> None:
    """It can be no volume."""
    assert _said(_result(("open('/etc/shop.conf', 'w')",))) == [("state.py", 2, '"/etc/shop.conf" is written to')]


def test_a_default_is_not_used_where_there_is_a_server() -> None:
    """A database in a file that the environment takes the place of."""
    line = "url = os.environ.get('DATABASE_URL', 'sqlite:///shop.db')"
    assert len(_said(_result((line,)))) == 1
    assert _said(_result((line,), stores=("postgres",))) == []
    assert len(_said(_result((line,), stores=("redis",)))) == 1
    assert len(_said(_result(("sqlite3.connect('cache.db')",), stores=("postgres",)))) == 1


@pytest.mark.parametrize(("archetype", "said"), [("web-service", 1), ("data-pipeline", 1), ("cli-tool", 0)])
def test_a_tool_writes_where_its_caller_is(archetype: str, said: int) -> None:
    """That is the caller's business."""
    assert len(_said(_result((_DATABASE,), archetype))) == said


def test_each_directory_is_said_once() -> None:
    """However often, and by whatever, it is written into."""
    lines = (
        "open('out/a', 'w')",
        "open('out/b', 'w')",
        "os.makedirs('out')",
        "open('b.txt', 'w')",
        "open('c.txt', 'w')",
    )
    assert [line for _, line, _ in _said(_result(lines))] == [2, 5]


def test_lines_of_artifacts_cite_the_source() -> None:
    """The memory is there because of that line."""
    result = _result((_DATABASE,))
    (service,) = result.plan.services
    assert service.workload
    (memory,) = [one for one in service.workload.scratch if one.target == "/app/data"]
    assert [(cause.span.path, cause.span.line) for cause in memory.origin.causes] == [("state.py", 2)]
