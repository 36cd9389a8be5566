"""The fixes are true: each that can be followed to the letter is followed, and the finding is gone and no other in its place.

``APPLIERS`` is the table of what following means. A fix for a spec file that has no line there is in ``PEOPLE``, with why: so a new one is
tried, or somebody says why it is not. Fixes for other files (sources, locks of other tools) are tried where the table has a line for them.
"""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from fix_appliers import REFERENCES, SPECS, Finding, applier, delete, generate
from fixes_for_people import PEOPLE

from case_folders import EXPECTED, cases, command, command_of, run_case


def _findings(project: Path, words: list[str], capsys: pytest.CaptureFixture[str]) -> list[Finding]:
    _, said, _ = command([*words, "--format", "json"], project, capsys)
    found: list[Finding] = json.loads(said)["diagnostics"] if said.strip() else []
    return found


FOLLOWED = [folder for folder in cases() if command_of(folder)[-1].split()[0] in ("generate", "check")]


@pytest.mark.parametrize("folder", FOLLOWED, ids=lambda folder: folder.name)
def test_a_fix_that_is_followed_to_the_letter_mends_what_it_is_for(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The finding is gone, and no other one of the formats is where it was."""
    run_case(folder, tmp_path, capsys)
    project = tmp_path / "project"
    words = command_of(folder)[-1].split()
    before = _findings(project, words, capsys)
    for number, finding in enumerate(before):
        known = applier(finding["fix"])
        if known is None or (finding["line"] == 0 and known[0] not in (delete, generate)):
            continue
        copy = tmp_path / f"fixed-{number}"
        shutil.copytree(project, copy, symlinks=True)
        if known[0] is generate and any(one["fix"] != finding["fix"] for one in before):
            continue  # something else is in the way of it
        known[0](copy, finding, known[1])
        after = _findings(copy, words, capsys)
        assert _name(finding) not in map(_name, after), f"still there after: {finding['fix']}"
        astray = [
            one for one in after
            if _place(one) == _place(finding) and _stage(one) <= _stage(finding) and _name(one) not in map(_name, before)
        ]  # fmt: skip
        assert astray == [], f"led astray: {finding['fix']}"


def _stage(finding: Finding) -> int:
    """What is found only after the findings of an earlier stage are mended."""
    return 3 if finding["code"] in REFERENCES else int(finding["code"][2])


def _name(finding: Finding) -> tuple[str, str, str]:
    return finding["code"], finding["path"], finding["message"]


def _place(finding: Finding) -> tuple[str, int]:
    return finding["path"], finding["line"]


def test_every_fix_of_a_spec_file_is_tried_or_needs_a_person() -> None:
    """One that is new gets a line in one of the two tables. What a platform does not hold (SC42x to SC492) is mended on the platform."""
    found = {
        (code, fix)
        for folder in cases()
        for place, code, fix in re.findall(
            r"^(\S+?):\d+:\d+: \w+\[(SC\d+)\].*?^  fix: (.*?)$", (folder / EXPECTED).read_text("utf-8"), re.M | re.S
        )
        if SPECS.fullmatch(place)
    }
    fixes = {fix for _, fix in found}
    assert len(fixes) > 80
    assert [fix for fix in fixes if not applier(fix) and not any(re.fullmatch(one, fix, re.S) for one in PEOPLE)] == []
    of_specs = {fix for code, fix in found if not "SC420" <= code < "SC493"}
    tried = sum(applier(fix) is not None for fix in of_specs)
    assert tried > len(of_specs) // 2
