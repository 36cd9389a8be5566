"""What it is to follow a fix to the letter: one way to edit a project for each way in which a fix is worded."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

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


def _beside(project: Path, finding: Finding, found: re.Match[str]) -> None:
    """Write what the fix names in front of the key at which the finding is, in a mapping in braces."""
    _edit(project, finding, lambda text, offset: f"{text[:offset]}{found[1]}, {text[offset:]}")


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


def delete(project: Path, _: Finding, found: re.Match[str]) -> None:
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


def _nginx(project: Path, finding: Finding, _found: re.Match[str]) -> None:
    """Choose nginx for the proxy."""
    _edit(project, finding, lambda text, _: re.sub(r"(?m)^proxy: \w+$", "proxy: nginx", text))


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


def _list_item(project: Path, finding: Finding, found: re.Match[str]) -> None:
    """``add X to `key```: the first item of the list behind the finding's key."""

    def change(text: str, offset: int) -> str:
        opening = text.index("[", offset) + 1
        return f"{text[:opening]}{found[1]}, {text[opening:]}"

    _edit(project, finding, change)


def _characters(project: Path, finding: Finding, _: re.Match[str]) -> None:
    """Take the character out that the message names: where the finding points, or in the text that begins there."""
    number = int(re.search(r"U\+([0-9A-F]+)", finding["message"])[1], 16)  # type: ignore[index]

    def change(text: str, offset: int) -> str:
        pattern = rf"{re.escape(chr(number))}|\\u{number:04x}"
        return text[:offset] + re.sub(pattern, "", text[offset:], count=1, flags=re.IGNORECASE)

    _edit(project, finding, change)


def generate(project: Path, _: Finding, found: re.Match[str]) -> None:
    del found
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(project)
        assert CliRunner().invoke(main, ["generate"]).exit_code == 0


def _top_level(project: Path, _: Finding, found: re.Match[str]) -> None:
    """``(`key: value`)``, a key of deploy.yaml itself."""
    file = project / "specs/deploy.yaml"
    file.write_text(f"{file.read_text(encoding='utf-8')}{found[1]}\n", encoding="utf-8")


def _waive(project: Path, finding: Finding, found: re.Match[str]) -> None:
    """``then waive A-001 in deploy.yaml with a reason``, once something else holds it."""
    file = project / "specs/deploy.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(f"{text}assertions: {{{found[1]}: {{waive: the controller does it}}}}\n", encoding="utf-8")
    del finding


def _allow(project: Path, finding: Finding, found: re.Match[str]) -> None:
    """``write `allow: [SC942]` beside its reason``: as another key of the patch."""

    def change(text: str, offset: int) -> str:
        indent = " " * (offset - text.rfind("\n", 0, offset) - 1)
        return f"{text[:offset]}{found[1]}\n{indent}{text[offset:]}"

    _edit(project, finding, change)


def _call(project: Path, finding: Finding, found: re.Match[str]) -> None:
    """``call it PATH``."""
    (project / finding["path"]).rename(project / found[1])


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
    (r"delete (?!it\b)(\S+), (?:or|after) .*", delete),
    (r"add ([\w-]+) to `targets`", _list_item),
    (_SECRET, _take_out),
    (r"take it out(?:$|[,;] .*)|take the entry out|take one of the two out|take one of these needs out", _take_out),
    (r"take `\w+` out, or take `(?:redirect|files)` out|take `(?:path|backup)` out[:,] .*", _take_out),
    (r"take it out of `env`.*", _take_out),
    (r"take `\w+` out, or choose `proxy: nginx` or .*", _take_out),
    (r"choose (?:a proxy|nginx) \(`proxy: nginx` in deploy\.yaml\), or .*", _nginx),
    (r"take `\w+` out, or `\w+`", _take_out),
    (r"take `single_page` out; or .*", _take_out),
    (r"add `(\w+: \w+)` below `tls`.*", _beside),
    (r"write the whole URL, such as (\S+): .*", _value('"{}"')),
    (r"write one such as (\S+), without mailto:", _value("{}")),
    (r"write a path of the machine such as (\S+)", _value("{}")),
    (r"write an address such as (\S+) or .*", _value("{}")),
    (
        r"write (?:it as `docker network ls` prints it|the name of a network that somebody made), such as (\S+)",
        _value("{}"),
    ),
    (r"nothing, while that is meant, .*; else take it out of `networks`", _take_out),
    (r"take `(?:cors|cache|timeouts)` out", _take_out),
    (r"take the character out", _characters),
    (r"let the program .*, then waive ([\w-]+) in deploy\.yaml with a reason .*", _waive),
    (r"name the registry in deploy\.yaml \(`(registry: \S+)`\).*", _top_level),
    (r"change the patch, or write `(allow: \[SC\d+\])` beside its reason.*", _allow),
    (r"take SC\d+ out of `allow`", _take_out),
    (r"call it (\S+), (?:if that is meant|or as the other one).*", _call),
    (r"run `speccompile generate` \(or `speccompile check --fix`\).*", generate),
)

REFERENCES = ("SC210", "SC211", "SC226", "SC227", "SC229")  # they are looked at in what has the right form


def applier(fix: str) -> tuple[Apply, re.Match[str]] | None:
    """What follows *fix* to the letter."""
    for pattern, apply in APPLIERS:
        found = re.fullmatch(pattern, fix, re.DOTALL)
        if found:
            return apply, found
    return None
