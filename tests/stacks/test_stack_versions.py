"""Which version of a runtime is taken, and from where."""

from __future__ import annotations

import pytest

from speccompile.project.memory import MemoryTree
from speccompile.source import Span
from speccompile.stacks.pins import Said
from speccompile.stacks.ranges import accepts, exact, intervals
from speccompile.stacks.versions import BUN, NODE, PYTHON, Runtime, choose


@pytest.mark.parametrize(
    ("text", "yes", "no"),
    [
        (">=20", ("20", "22", "24"), ("18",)),
        (">= 18.17.0 < 21", ("18", "20"), ("22", "16")),
        ("^20.1.0", ("20", "20.5.0"), ("22", "20.0.9")),
        ("^18 || ^20 || >=22", ("18", "20", "22", "24"), ("16", "19")),
        ("~20.3", ("20.3.9", "20"), ("20.4.0", "22")),
        ("18 - 20", ("18", "20"), ("22", "17")),
        ("22.x", ("22",), ("20", "23")),
        ("*", ("18", "24"), ()),
        ("", ("18",), ()),
        (">=3.11,<4", ("3.11", "3.14"), ("3.10", "4.0")),
        ("==3.12.*", ("3.12",), ("3.11", "3.13")),
        ("~=3.11", ("3.11", "3.14"), ("3.10", "4.0")),
        ("~=3.11.2", ("3.11",), ("3.12", "3.11.1")),
        (">=3.9, !=3.10.1", ("3.9", "3.10"), ("3.8",)),
        ("^3.11", ("3.11", "3.14"), ("3.10",)),
        ("<3.12", ("3.11", "3.9"), ("3.12", "3.13")),
        ("<=22", ("22", "20"), ("24",)),
        (">22", ("24",), ("22", "20")),
        ("^0.2.3", ("0.2.9",), ("0.3.0",)),
    ],
)
def test_ranges(text: str, yes: tuple[str, ...], no: tuple[str, ...]) -> None:
    """npm's and Python's ranges, asked about lines and about releases."""
    accepted = intervals(text)
    assert accepted is not None
    assert [line for line in yes if not accepts(accepted, line)] == []
    assert [line for line in no if accepts(accepted, line)] == []


@pytest.mark.parametrize("text", ["lts/*", "latest", ">=", "^^1", "1 2 ; rm", "${{ x }}", "1" * 400])
def test_what_is_no_range(text: str) -> None:
    """Such a range is passed over with a warning."""
    assert intervals(text) is None
    chosen, found = choose(MemoryTree({}), NODE, (), (Said(text, "engines", Span("package.json")),))
    assert (chosen.value, chosen.source) == ("22", "default")
    assert [one.code for one in found] == ["SC254"]


def test_one_release() -> None:
    """Only a full version is an exact one."""
    assert [exact(text) for text in ("1.2.3", "=1.2.3", "==1.2.3", "v1.2.3")] == ["1.2.3"] * 4
    assert [exact(text) for text in ("^1.2.3", "1.2", ">=1.2.3", "1.2.3 || 2.0.0")] == [None] * 4


PINS = [
    (NODE, {".nvmrc": "v20.11.1\n"}, "20.11.1", ".nvmrc"),
    (NODE, {".nvmrc": "lts/iron"}, "20", ".nvmrc"),
    (NODE, {".nvmrc": "# which\n\n  22 \n"}, "22", ".nvmrc"),
    (NODE, {".node-version": "21.1"}, "21.1", ".node-version"),
    (NODE, {".nvmrc": "20", ".node-version": "22"}, "20", ".nvmrc"),
    (NODE, {".tool-versions": "python 3.11.4\nnodejs 20.5.1 # why\n"}, "20.5.1", ".tool-versions"),
    (BUN, {".bun-version": "1.1.34"}, "1.1.34", ".bun-version"),
    (PYTHON, {".python-version": "3.13"}, "3.13", ".python-version"),
    (PYTHON, {".python-version": "3"}, "3.12", ".python-version"),
    (PYTHON, {"runtime.txt": "python-3.11.6"}, "3.11.6", "runtime.txt"),
    (PYTHON, {"runtime.txt": "python-3.11.x"}, "3.11", "runtime.txt"),
    (PYTHON, {}, "3.12", "default"),
]


@pytest.mark.parametrize(("runtime", "files", "value", "source"), PINS)
def test_pin_files(runtime: Runtime, files: dict[str, str], value: str, source: str) -> None:
    """What a pin file says is taken as precisely as it says it."""
    chosen, found = choose(MemoryTree(files), runtime, (), ())
    assert (chosen.value, chosen.source) == (value, source)
    assert [one.code for one in found] == (["SC550"] if len(files) > 1 else []), "a second pin is named, and not taken"


RANGES = [
    (NODE, ">=18", "22"),
    (NODE, "^20", "20"),
    (NODE, ">=23", "24"),
    (NODE, "<22", "20"),
    (NODE, "20.11.0", "20.11.0"),
    (PYTHON, ">=3.10", "3.12"),
    (PYTHON, ">=3.13", "3.13"),
    (PYTHON, ">=3.9,<3.12", "3.11"),
    (BUN, ">=1.2", "1"),
    (BUN, "1.2.3", "1.2.3"),
]


@pytest.mark.parametrize(("runtime", "text", "value"), RANGES)
def test_the_usual_line_where_it_is_accepted(runtime: Runtime, text: str, value: str) -> None:
    """Else the closest newer one, else the newest older one."""
    chosen, found = choose(MemoryTree({}), runtime, (), (Said(text, "manifest", Span("m", 3, 0)),))
    assert (chosen.value, chosen.source, chosen.span, found) == (value, "manifest", Span("m", 3, 0), ())


def test_a_pin_comes_before_a_range_and_a_clash_is_told() -> None:
    """The pin is what developers run."""
    said = Said(">=22", "package.json engines.node", Span("package.json", 4, 0))
    chosen, found = choose(MemoryTree({".nvmrc": "20"}), NODE, (), (said,))
    assert chosen.value == "20"
    assert [(one.code, one.severity.value) for one in found] == [("SC253", "warning")]


def test_no_image_fits() -> None:
    """An error: an image with another version would not do what the manifest demands."""
    _, found = choose(MemoryTree({}), PYTHON, (), (Said("<3.0", "pyproject.toml", Span("pyproject.toml")),))
    assert [(one.code, one.severity.value) for one in found] == [("SC252", "error")]


@pytest.mark.parametrize("pin", ["latestt", "pypy3.10", "2.7", "v99", "20; rm -rf /", "../../x", "\x00"])
def test_unreadable_pins_are_passed_over(pin: str) -> None:
    """With a warning that quotes them."""
    chosen, found = choose(MemoryTree({".python-version": pin, ".nvmrc": pin}), PYTHON, (), ())
    assert chosen.value == "3.12"
    assert [one.code for one in found] == ["SC254"]
