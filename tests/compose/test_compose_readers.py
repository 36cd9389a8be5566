"""The readers of YAML and of interpolations: what they take and what they refuse."""

from __future__ import annotations

import pytest

from speccompile.verify.readers.interpolation import Reference, read, references
from speccompile.verify.readers.yaml import Unreadable
from speccompile.verify.readers.yaml import read as read_yaml


def test_data_and_places() -> None:
    """Every key and item knows its line and column."""
    document = read_yaml('# head\n---\na:\n  - x\n  - "y z"\nb: {}\nc: 1.5\nd: true\n')
    assert document.data == {"a": ["x", "y z"], "b": {}, "c": 1.5, "d": True}
    assert (document.place(("a", 1)), document.place(("c",)), document.place(("c", "nothing", 3))) == (
        (5, 5),
        (7, 1),
        (7, 1),
    )
    assert document.comments == ((1, "head"),)


def test_a_literal_block_is_text() -> None:
    """Whatever its words would be without one."""
    assert read_yaml("---\na: |-\n  yes\nb: |\n  x: 1\n  y\n").data == {"a": "yes", "b": "x: 1\ny\n"}


@pytest.mark.parametrize(
    "text",
    [
        "---\na: 1\na: 2\n", "---\na: &x 1\nb: *x\n", "---\na: !!int 1\n", "---\na: !x y\n", "---\n<<: {a: 1}\n",
        "---\n- a\n", "---\na: 'x'\n", "---\na: >\n  x\n", "---\na: yes\n", "---\na: 1:30\n", "---\na: 0o7\n",
        "---\na: 1e3\n", "---\na: 2024-01-15\n", "---\na: .inf\n", "---\na: ~\n", "---\na: True\n", "---\na: -1\n",
        "---\na: 1 # x\n", "---\n# x\na: 1\n", "---\na: 1\n\nb: 2\n", "---\na: 1 \n", "a: 1\n",
        "---\na: 1\n---\nb: 1\n", "---\na: [\n", "---\na: b: c\n", "", "---\n", "---\na: \"\n", "---\n? a\n: b\n",
        "---\na:\tb\n", "%YAML 1.1\n---\na: 1\n", "---\na: 1\n...\n",
    ],
)  # fmt: skip
def test_what_not_everybody_reads_alike_is_refused(text: str) -> None:
    """Anchors, tags, ambiguous scalars, stray comments."""
    with pytest.raises(Unreadable):
        read_yaml(text)


def test_interpolations() -> None:
    """Literal pieces, references, and references inside of references."""
    assert read("a$$b${X:-c$$d}e") == ("a$b", Reference("X", ":-", ("c$d",)), "e")
    assert read("${D:+@${D:-}}") == (Reference("D", ":+", ("@", Reference("D", ":-", ()))),)
    assert [reference.name for reference in references(read("${A:+${B:-}}${C:?x}"))] == ["A", "B", "C"]
    assert read("") == ()


@pytest.mark.parametrize("text", ["$", "$a", "a$", "${", "${a", "${a-b}", "${a:?b", "${1}", "${a b}", "$(a)"])
def test_what_compose_would_read_otherwise_is_refused(text: str) -> None:
    """A dollar that is neither doubled nor one of the forms that we write."""
    with pytest.raises(ValueError, match="in "):
        read(text)
