"""What test tools write is read whole, or said to be broken: nothing is counted that was not told of, and no format is taken for another."""

from __future__ import annotations

import pytest

from speccompile.evidence.cases import Report, Verdict
from speccompile.evidence.readers import READERS, recognised


def told(report: Report | None) -> tuple[int, int, int, int]:
    """Passed, failed, skipped, errors."""
    assert report is not None
    counts = [report.count(verdict) for verdict in (Verdict.PASSED, Verdict.FAILED, Verdict.SKIPPED)]
    return (counts[0], counts[1], counts[2], report.errors)


JUNIT = """<?xml version="1.0" encoding="utf-8"?>
<testsuites><testsuite name="pytest" errors="0" failures="1" skipped="1" tests="3">
<testcase classname="tests.test_a" name="test_one" file="tests/test_a.py" line="1"/>
<testcase classname="tests.test_a" name="test_two"><failure message="no">a &lt; b</failure></testcase>
<testcase classname="tests.test_a" name="test_three"><skipped/></testcase>
</testsuite></testsuites>"""
# Surefire's: the suite is the root, and a test that failed first and passed then is one that passed.
SUREFIRE = """<?xml version="1.0" encoding="UTF-8"?>
<testsuite name="AppTest" time="0.02" tests="2" errors="1" skipped="0" failures="0"><properties/>
<testcase name="two" classname="AppTest" time="0.01"><flakyFailure message="once"/></testcase>
<testcase name="three" classname="AppTest"><error type="java.lang.Error">it</error></testcase></testsuite>"""
TAP = """TAP version 13
# Subtest: A-002: words are counted
    # Subtest: none
    ok 1 - none
      ---
      duration_ms: 1.1
      ...
    # Subtest: two
    not ok 2 - two
      ---
      error: 'ok 3 - not a point'
      ...
    1..2
not ok 1 - A-002: words are counted
  ---
  failureType: 'subtestsFailed'
  ...
ok 2 - later # SKIP not now
not ok 3 - unfinished # TODO
1..3
"""
GO = """{"Action":"start","Package":"example.com/words"}
{"Action":"run","Package":"example.com/words","Test":"TestCount"}
{"Action":"output","Package":"example.com/words","Test":"TestCount","Output":"--- PASS: TestCount (0.00s)\\n"}
{"Action":"pass","Package":"example.com/words","Test":"TestCount","Elapsed":0}
{"Action":"run","Package":"example.com/words","Test":"TestLater"}
{"Action":"skip","Package":"example.com/words","Test":"TestLater","Elapsed":0}
{"Action":"pass","Package":"example.com/words","Elapsed":0.001}
"""
GO_UNBUILT = """{"ImportPath":"example.com/words","Action":"build-output","Output":"./main.go:3:1: syntax error\\n"}
{"Action":"start","Package":"example.com/words"}
{"Action":"output","Package":"example.com/words","Output":"FAIL\\texample.com/words [build failed]\\n"}
{"Action":"fail","Package":"example.com/words","Elapsed":0,"FailedBuild":"example.com/words"}
"""
LIBTEST = """
running 3 tests
test tests::later ... ignored
test tests::two ... ok
test tests::three ... FAILED

test result: FAILED. 1 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s
"""
JEST = """{"numTotalTests":2,"numPassedTests":1,"testResults":[{"name":"/p/a.test.js","status":"failed","assertionResults":[
{"fullName":"A-002 counts","status":"passed"},{"fullName":"later","status":"pending"}]},
{"name":"/p/b.test.js","status":"failed","assertionResults":[],"message":"SyntaxError"}]}"""
UNITTEST = """test_later (test_main.Counting.test_later) ... skipped 'later'
test_two (test_main.Counting.test_two)
A-002: words are counted. ... ok

----------------------------------------------------------------------
Ran 2 tests in 0.001s

OK (skipped=1)
"""

TEXTS = {
    "junit": (JUNIT, (1, 1, 1, 0)),
    "tap": (TAP, (1, 1, 2, 0)),
    "go": (GO, (1, 0, 1, 0)),
    "libtest": (LIBTEST, (1, 1, 1, 0)),
    "jest": (JEST, (1, 0, 1, 1)),
    "unittest": (UNITTEST, (1, 0, 1, 0)),
}


@pytest.mark.parametrize("name", TEXTS)
def test_each_format(name: str) -> None:
    text, counts = TEXTS[name]
    report = READERS[name](text)
    assert told(report) == counts
    assert report is not None
    assert report.problems == ()


@pytest.mark.parametrize("name", TEXTS)
def test_no_format_is_taken_for_another(name: str) -> None:
    text = TEXTS[name][0]
    assert [other for other, read in READERS.items() if read(text) is not None] == [name]
    assert recognised(text) == READERS[name](text)


@pytest.mark.parametrize(
    "text", ["", "all is well\n", "{}", "[1]", "<html></html>", "3 passed in 0.01s", "ok", '{"a": 1}\n']
)
def test_what_is_of_no_format_is_not_read(text: str) -> None:
    assert recognised(text) is None


def test_surefire() -> None:
    assert told(recognised(SUREFIRE)) == (1, 1, 0, 0)


def test_a_package_that_does_not_build_is_an_error() -> None:
    assert told(recognised(GO_UNBUILT)) == (0, 0, 0, 1)


def test_a_file_of_node_is_no_test() -> None:
    """It tells of one without tests as of one that passed."""
    assert told(recognised("TAP version 13\nok 1 - /srv/app/cli.test.js\n1..1\n")) == (0, 0, 0, 0)
    assert told(recognised("TAP version 13\nnot ok 1 - /srv/app/cli.test.ts\n1..1\n")) == (0, 0, 0, 1)


def test_subtests_are_named_after_what_they_are_part_of() -> None:
    report = recognised(TAP)
    assert report is not None
    assert [case.name for case in report.cases][:2] == [
        "A-002: words are counted > none",
        "A-002: words are counted > two",
    ]


BROKEN = {
    "a plan of more": TAP.replace("1..3", "1..4"),
    "no plan": TAP.replace("1..3\n", ""),
    "an end amid a subtest": TAP[: TAP.index("    1..2")],
    "it gave up": TAP + "Bail out! the database is gone\n",
    "a test without an end": GO.replace('"skip"', '"output"'),
    "a package without an end": GO[: GO.rindex('{"Action":"pass"')],
    "a program without an end": LIBTEST[: LIBTEST.index("test result")],
    "another sum of cargo's": LIBTEST.replace("1 passed", "2 passed"),
    "a program that is not told of": LIBTEST + "\nrunning 1 test\n",
    "half an XML": JUNIT[:-30],
    "a suite that counts more": JUNIT.replace('tests="3"', 'tests="4"'),
    "a suite that counts more failures": JUNIT.replace('failures="1"', 'failures="2"'),
    "another total of jest's": JEST.replace('"numTotalTests":2', '"numTotalTests":3'),
    "another sum of unittest's": UNITTEST.replace("Ran 2", "Ran 3"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_text_that_ends_too_early_or_contradicts_itself_is_said_to_be_broken(name: str) -> None:
    report = recognised(BROKEN[name])
    assert report is not None
    assert report.problems


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE t [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {after} "{f"&{before};" * 10}">' for before, after in zip("abcdefgh", "bcdefghi", strict=True))
    + ']><testsuite tests="1"><testcase name="&i;"/></testsuite>'
)
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE t [<!ENTITY a SYSTEM "file:///etc/passwd">]><testsuite><testcase name="x">&a;</testcase></testsuite>'


@pytest.mark.parametrize("text", [BOMB, OUTSIDE, "<testsuite>" * 100_000, "<testsuite \x00/>"])
def test_a_hostile_report_is_refused(text: str) -> None:
    report = recognised(text)
    assert report is not None
    assert told(report) == (0, 0, 0, 0)
    assert report.problems


@pytest.mark.parametrize("text", ['{"a":' * 100_000, "[" * 100_000, '{"Action":' * 100_000])
def test_a_deep_document_is_survived(text: str) -> None:
    assert recognised(text) is None
