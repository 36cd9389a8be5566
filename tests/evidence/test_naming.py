"""Which assertions a test names, and which it only seems to."""

from __future__ import annotations

import pytest

from speccompile.evidence.cases import Case, Verdict
from speccompile.evidence.naming import evidenced
from speccompile.evidence.sources import Sources
from speccompile.project.memory import MemoryTree

NOTHING = Sources(MemoryTree({}), ())
IDS = ("A-013", "A-WEB-001")


def named(*cases: Case, sources: Sources = NOTHING) -> dict[str, tuple[str, ...]]:
    """What these show of the two assertions."""
    return dict(evidenced(cases, sources, IDS))


@pytest.mark.parametrize(
    "name",
    [
        "A-013", "A-013: balance", "the balance (A-013)", "test_a_013_balance", "TestA013", "TestA_013Balance", "balanceA013", "a_013",
        "tests::a_013_balance", "tests.test_a::test_A013", "describe A-013 > it holds",
    ],
)  # fmt: skip
def test_a_name_names(name: str) -> None:
    assert named(Case(name, Verdict.PASSED)) == {"A-013": (name,)}


@pytest.mark.parametrize(
    "name", ["A-0130", "BA-013", "A-01", "data013", "test_13", "a 14", "A-O13", "JA013", "extra013", "A-WEB-0013"]
)
def test_a_name_that_is_near_names_nothing(name: str) -> None:
    assert named(Case(name, Verdict.PASSED)) == {}


def test_a_family_is_part_of_the_id() -> None:
    assert named(Case("test_a_web_001", Verdict.PASSED)) == {"A-WEB-001": ("test_a_web_001",)}


def test_one_that_failed_undoes_those_that_passed() -> None:
    passed, failed = Case("A-013 one", Verdict.PASSED), Case("A-013 two", Verdict.FAILED)
    assert named(passed, failed) == {}
    assert named(passed, Case("A-013 three", Verdict.SKIPPED)) == {"A-013": ("A-013 one",)}
    assert named(Case("A-013 three", Verdict.SKIPPED)) == {}


PYTHON = '''import pytest

def test_doc():
    """A-013: the balance."""

@pytest.mark.assertion("A-013")
def test_mark():
    pass

def test_body():
    assert "A-013"

class TestAccount:
    """A-WEB-001 is about accounts."""

    def test_inside(self):
        pass
'''
GO = "package bank\n\n// A-013: the balance.\nfunc TestBalance(t *testing.T) {}\n\nfunc TestOther(t *testing.T) { /* A-013 */ }\n"
RUST = "/// A-013\n#[test]\nfn balance() {}\n\n#[test]\nfn other() {}\n"
JAVA = 'class T {\n    // A-013\n    @Test\n    void balance() {}\n\n    @DisplayName("A-WEB-001")\n    @Test public void other() {}\n}\n'


@pytest.mark.parametrize(
    ("path", "text", "case", "expected"),
    [
        ("tests/test_a.py", PYTHON, "tests.test_a::test_doc", "A-013"),
        ("tests/test_a.py", PYTHON, "tests.test_a::test_mark[x-1]", "A-013"),
        ("tests/test_a.py", PYTHON, "tests.test_a.TestAccount::test_inside", "A-WEB-001"),
        ("tests/test_a.py", PYTHON, "test_doc (tests.test_a.T.test_doc)", "A-013"),
        ("tests/test_a.py", PYTHON, "tests.test_a::test_body", None),
        ("bank_test.go", GO, "example.com/bank::TestBalance/sub", "A-013"),
        ("bank_test.go", GO, "example.com/bank::TestOther", None),
        ("src/lib.rs", RUST, "tests::balance", "A-013"),
        ("src/lib.rs", RUST, "tests::other", None),
        ("src/test/java/T.java", JAVA, "T::balance", "A-013"),
        ("src/test/java/T.java", JAVA, "T::other()", "A-WEB-001"),
    ],
)
def test_what_stands_with_a_test_names_too(path: str, text: str, case: str, expected: str | None) -> None:
    sources = Sources(MemoryTree({path: text}), (path,))
    assert list(named(Case(case, Verdict.PASSED), sources=sources)) == ([expected] if expected else [])


def test_of_tests_that_are_called_alike_the_one_that_is_meant_counts() -> None:
    files = {"tests/test_a.py": 'def test_it():\n    """A-013"""\n', "tests/test_b.py": "def test_it():\n    pass\n"}
    sources = Sources(MemoryTree(files), tuple(files))
    assert named(Case("tests.test_a::test_it", Verdict.PASSED), sources=sources) == {
        "A-013": ("tests.test_a::test_it",)
    }
    assert named(Case("tests.test_b::test_it", Verdict.PASSED), sources=sources) == {}
    assert named(Case("test_it", Verdict.PASSED), sources=sources) == {}, "it may be either"
