"""The fixes are true: each that can be followed to the letter is followed, and the finding is gone and no other in its place.

``APPLIERS`` is the table of what following means. A fix for a spec file that has no line there is in ``PEOPLE``, with why: so a new one is
tried, or somebody says why it is not. Fixes for other files (sources, locks of other tools) are tried where the table has a line for them.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from case_folders import EXPECTED, cases, command, command_of, run_case
from speccompile.cli import main

Finding = dict[str, Any]
Apply = Callable[[Path, Finding, "re.Match[str]"], None]
SPECS = re.compile(r"(?:.*/)?(?:assertions\.json|deploy\.ya?ml)")


def _edit(project: Path, finding: Finding, change: Callable[[str, int], str]) -> None:
    """Change the text of the finding's file; *change* gets it with the offset of the finding."""
    file = project / finding["path"]
    text = file.read_bytes().decode("utf-8")
    lines = text.split("\n")
    offset = sum(len(line) + 1 for line in lines[: finding["line"] - 1]) + finding["column"] - 1
    file.write_bytes(change(text, offset).encode("utf-8"))


_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|\'[^\']*\'|[^,}\]{\[\n]+?(?=\s*(?:[,}\]\n]|: |:\n|$))')
_KEY = re.compile(r"\s*:\s+")


def _value(new: str) -> Apply:
    """Write *new* (``{}`` is what the fix names) where the finding points."""

    def apply(project: Path, finding: Finding, found: re.Match[str]) -> None:
        replacement = new.format(*found.groups())

        def change(text: str, offset: int) -> str:
            token = _TOKEN.match(text, offset)
            if (
                token
                and (colon := _KEY.match(text, token.end()))
                and finding["code"] != "SC202"
                and "the key" not in finding["message"]
            ):
                offset = colon.end()  # the finding is at a key, and about its value
                token = _TOKEN.match(text, offset)
            end = _end_of_value(text, offset, ",") if text[offset] in "[{" else token.end() if token else offset
            quoted = (
                finding["path"].endswith(".json")
                and not replacement.startswith(('"', "[", "{"))
                and text[offset] == '"'
            )
            return (
                text[:offset]
                + (json.dumps(replacement) if quoted and not _is_number(replacement) else replacement)
                + text[end:]
            )

        _edit(project, finding, change)

    return apply


def _is_number(text: str) -> bool:
    return bool(re.fullmatch(r"-?[0-9.]+|true|false|null", text))


def _add_key(project: Path, finding: Finding, found: re.Match[str]) -> None:
    """``add it, for example `key`: value``, into the mapping that the finding points at."""
    key, value = found.groups()

    def change(text: str, offset: int) -> str:
        if text[offset] == "{":
            comma = "" if text[offset + 1 :].lstrip().startswith("}") else ","
            return f'{text[: offset + 1]}"{key}": {value}{comma}{text[offset + 1 :]}'
        indent = " " * (offset - text.rfind("\n", 0, offset) - 1)
        return f"{text[:offset]}{key}: {value}\n{indent}{text[offset:]}"

    _edit(project, finding, change)


def _delete(project: Path, _: Finding, found: re.Match[str]) -> None:
    (project / found[1]).unlink()


def _end_of_value(text: str, start: int, closers: str) -> int:
    """Where the value that begins at *start* ends: at a comma or a closing bracket that is not its own, or a line's end outside of brackets."""
    depth, at = 0, start
    while at < len(text):
        if text[at] == '"':
            at = json.decoder.scanstring(text, at + 1)[1]  # type: ignore[attr-defined]
            continue
        if text[at] in "[{":
            depth += 1
        elif text[at] in "]}":
            depth -= 1
            if depth < 0:
                return at
        elif depth == 0 and text[at] in closers:
            return at
        at += 1
    return at


def _without(text: str, offset: int) -> str:
    """*text* without the entry (a key with its value, an item, or the key of the value) at *offset*."""
    line = text.rfind("\n", 0, offset) + 1
    flow = text.lstrip()[0] == "{" or "{" in text[line:offset] or "[" in text[line:offset]
    if not flow:  # a block entry: its line, and those that are indented further
        lines = text[line:].split("\n")
        indent = len(lines[0]) - len(lines[0].lstrip())
        length = next(
            (n for n, one in enumerate(lines[1:], start=1) if len(one) - len(one.lstrip()) <= indent), len(lines)
        )
        return text[:line] + "\n".join(lines[length:])
    start = offset
    before = re.search(r"[\w$\"-]+\s*:\s*\Z", text[:offset])
    start = before.start() if before else offset
    end = _end_of_value(text, start, ",")
    if text[end : end + 1] == ",":
        return text[:start] + text[end + 1 :].lstrip(" ")
    return re.sub(r",\s*\Z", "", text[:start]) + text[end:]


def _take_out(project: Path, finding: Finding, found: re.Match[str]) -> None:
    _edit(project, finding, _without)
    if (secret := found.groupdict().get("secret")) is not None:  # and list its name as a secret
        service = re.match(r"`services\.([\w-]+)\.", finding["message"])
        assert service
        file = project / finding["path"]
        text = file.read_text(encoding="utf-8")
        file.write_text(
            re.sub(rf"^(\s+){service[1]}:\s*\{{", rf"\g<0>secrets: [{secret}], ", text, count=1, flags=re.M),
            encoding="utf-8",
        )


def _instead(project: Path, finding: Finding, found: re.Match[str]) -> None:
    """``write `key: value` instead``: in place of the entry at the finding."""
    key, value = found[1].split(": ", 1)

    def change(text: str, offset: int) -> str:
        colon = text.index(":", offset)
        end = _end_of_value(text, colon + 1, ",\n")
        return f"{text[:offset]}{key}: {value}{text[end:]}"

    _edit(project, finding, change)


def _characters(project: Path, finding: Finding, _: re.Match[str]) -> None:
    """Take the character out that the message names: where the finding points, or in the text that begins there."""
    number = int(re.search(r"U\+([0-9A-F]+)", finding["message"])[1], 16)  # type: ignore[index]

    def change(text: str, offset: int) -> str:
        pattern = rf"{re.escape(chr(number))}|\\u{number:04x}"
        return text[:offset] + re.sub(pattern, "", text[offset:], count=1, flags=re.IGNORECASE)

    _edit(project, finding, change)


def _generate(project: Path, _: Finding, found: re.Match[str]) -> None:
    del found
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(project)
        assert CliRunner().invoke(main, ["generate"]).exit_code == 0


_SECRET = r"take it out of `env` \(and change the secret, if it was real\) and write `secrets: \[(?P<secret>\w+)\]`"
APPLIERS: tuple[tuple[str, Apply], ...] = (
    (r"did you mean ([\w$-]+)\?", _value("{}")),
    (r'write it in quotes: ("[^"]*")', _value("{}")),
    (r"write it without quotes: (\S+)", _value("{}")),
    (r"write a list, also around a single entry: (\[.*\])", _value("{}")),
    (r"write for example (.+)", _value("{}")),
    (r"write one of (\$?[\w-]+).*", _value("{}")),
    (r"write ([\w-]+), the nearest that there is .*", _value("{}")),
    (r"write an id such as (\S+) or .*", _value('"{}"')),
    (r"choose a short lower-case name such as (\w+) or .*", _value("{}")),
    (r"write a port such as (\d+)", _value("{}")),
    (r"let the service listen on a port such as (\d+) or .*", _value("{}")),
    (r"write a size such as (\w+) or .*", _value("{}")),
    (r"write a duration from .*, such as (\w+) or .*", _value("{}")),
    (r"write a number from (\S+) to \S+", _value("{}")),
    (r'write five fields .*, such as ("[^"]*"), or .*', _value("{}")),
    (r"write a path such as (\S+), with .*", _value("{}")),
    (r"write an absolute path .*, such as (\S+)", _value("{}")),
    (r"write a host without .*, such as (\S+)", _value("{}")),
    (r"write host/path, such as (\S+) or .*", _value("{}")),
    (r"write a URL such as (\S+); .*", _value("{}")),
    (r"write a time such as (\S+)", _value('"{}"')),
    (r'write a version such as ("[^"]*")', _value("{}")),
    (r'write a version as the image is tagged, in quotes, such as ("[^"]*") or .*', _value("{}")),
    (r'write the version that you run, such as ("[^"]*")', _value("{}")),
    (r'write a range such as ("[^"]*")', _value("{}")),
    (r"write a name such as ([\w-]+).*", _value("{}")),
    (r"write (1), or install a newer compiler", _value("{}")),
    (r"settle it: set its status to (confirmed), .*", _value("{}")),
    (r"write `(stack: \w+)`, which is what the sources look like", _instead),
    (r"write `(\w+: \S+)` instead.*", _instead),
    (r"add it, for example `(\w+)`: (.+)", _add_key),
    (r"delete (?!it\b)(\S+), (?:or|after) .*", _delete),
    (_SECRET, _take_out),
    (r"take it out(?:$|[,;] .*)|take the entry out|take one of the two out|take one of these needs out", _take_out),
    (r"take it out of `env`.*", _take_out),
    (r"take the character out", _characters),
    (r"run `speccompile generate` \(or `speccompile check --fix`\).*", _generate),
)

REFERENCES = ("SC210", "SC211", "SC226", "SC227", "SC229")  # they are looked at in what has the right form
PEOPLE = {
    r"say what it demands \(`body: 8MiB`\), .*|say why that is not meant \(`because`\)": "what is demanded, and why, is a decision",
    r"see that GET \S+ is answered with 200; .*": "the program is looked at",
    r"take one of these needs out|take it out, and write the value out where it is needed": "which one is a decision",
    r".*(?:deny the assertion|the constraint `stateless`|correct the archetype).*": "what is true of the program is a decision",
    r"change one of the two.*|have it held.*|let something else hold it.*|say in .*": "what is demanded, and by what it is held, is a decision",
    r"listen on 0\.0\.0\.0 .*": "which of the two is meant is known to the writer only",
    r"start \S+ and see it become healthy .*|try it .*": "it is tried where it is to run",
    r"have (?:it|them) run once .*": "what runs once a release is a decision",
    r"add the service .*|rename .*|give .*|name it in deploy\.yaml.*|choose another path.*|say it of the service.*": "names and places are a decision",
    r"write what is meant.*|write the value.*|write a text.*|write keys with values.*|write a number that is meant.*|write a number, or null": "what is meant is known to the writer only",
    r"(?:write|put|correct|indent|keep|take|save|add|write it) .*": "the text could not be read: where it went wrong is shown, what was meant is not",
    r"let the program send something more often .*": "the program is changed",
    r"let the service's own health endpoint .*": "the program is changed",
    r"name a file or a directory.*": "which one is known to the writer only",
    r"run `speccompile verify`, then .*|mend it, and run `speccompile verify` again|have the tests write outside .*": "the program is changed, or its tests",
    r"read the path in .*": "the program is changed, or the service says how it gets the secret",
    r"work through the assertions.*|run `speccompile init`.*|publish .*|it belongs below .*": "more than one edit",
}
"""Fixes of spec files that are not tried, and why."""


def applier(fix: str) -> tuple[Apply, re.Match[str]] | None:
    """What follows *fix* to the letter."""
    for pattern, apply in APPLIERS:
        found = re.fullmatch(pattern, fix, re.DOTALL)
        if found:
            return apply, found
    return None


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
        if known is None or (finding["line"] == 0 and known[0] not in (_delete, _generate)):
            continue
        copy = tmp_path / f"fixed-{number}"
        shutil.copytree(project, copy, symlinks=True)
        if known[0] is _generate and any(one["fix"] != finding["fix"] for one in before):
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
    """One that is new gets a line in one of the two tables."""
    fixes = {
        fix
        for folder in cases()
        for place, fix in re.findall(
            r"^(\S+?):\d+:\d+: .*?^  fix: (.*?)$", (folder / EXPECTED).read_text("utf-8"), re.M | re.S
        )
        if SPECS.fullmatch(place)
    }
    assert len(fixes) > 80
    assert [fix for fix in fixes if not applier(fix) and not any(re.fullmatch(one, fix, re.S) for one in PEOPLE)] == []
    tried = sum(applier(fix) is not None for fix in fixes)
    assert tried > len(fixes) // 2
