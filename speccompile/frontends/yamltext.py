"""YAML 1.2 into a located tree; plain data only.

ruamel.yaml reads the text into events; the tree is built from them here without recursion, so that anchors, tags, merge
keys and duplicate keys are seen where they stand, and depth is bounded while reading. Scalars are told apart as the
core schema has it (YAML 1.2.2, 10.3): no timestamps, no binary numbers, no underscores, ``yes`` and ``no`` are text.
"""

from __future__ import annotations

import math
from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from speccompile.codes.reading import DUPLICATE_KEY, NESTING, NUMBER, YAML_FEATURE, YAML_SYNTAX
from speccompile.diagnostics import Diagnostic, Related
from speccompile.frontends import characters
from speccompile.frontends.wording import shown
from speccompile.frontends.yamlsyntax import Mistake, mistake
from speccompile.regex import regex
from speccompile.spec.located import Located, LocatedList, SourceText

DEEPEST = 64
_LONGEST_NUMBER = 40
_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INTEGER = regex(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = regex(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NO_NUMBER = regex(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")


class _StopReading(Exception):  # control flow: the error is already among the findings
    """The text cannot be read any further."""


@dataclass(slots=True)
class _Open:
    """A mapping or list that is being read; in a mapping a key waits for its value."""

    offset: int
    mapping: Located | None = None
    items: list[Any] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    key: str | None = None
    key_at: int = 0


def read(source: SourceText, prose: Container[str] = characters.PROSE) -> tuple[Any, list[Diagnostic]]:
    """The value of a YAML text, and everything that is wrong with the text; texts of several lines may stand below the keys in *prose*.

    The value is made of Located, LocatedList and scalars; it is None when the text could not be read to its end. A text
    of nothing but comments is an empty mapping.
    """
    findings = characters.in_file(source)
    if findings:
        return None, findings
    try:
        return _Reader(source, findings, prose).document(), findings
    except _StopReading:
        return None, findings


class _Reader:
    def __init__(self, source: SourceText, findings: list[Diagnostic], prose: Container[str]) -> None:
        self.source, self.findings, self.prose = source, findings, prose
        self.open: list[_Open] = []
        self.root: Any = None
        self.documents = 0

    def document(self) -> Any:
        for event in self._events():
            at = event.start_mark.index
            self._refuse_features(event, at)
            match event:
                case DocumentStartEvent():
                    self._start_document(event, at)
                case MappingStartEvent():
                    self._push(_Open(at, mapping=Located(self.source, at)))
                case SequenceStartEvent():
                    self._push(_Open(at))
                case MappingEndEvent():
                    closed = self.open.pop()
                    self._add(closed.mapping, closed.offset)
                case SequenceEndEvent():
                    closed = self.open.pop()
                    self._add(LocatedList.of(closed.items, self.source, closed.offset, closed.places), closed.offset)
                case ScalarEvent():
                    self._scalar(event, at)
        return self.root if self.documents else Located(self.source, 0)

    def _events(self) -> Iterator[Event]:
        events = YAML(typ="safe", pure=True).parse(self.source.text)
        at = 0
        while True:
            try:
                event = next(events, None)
            except MarkedYAMLError as error:
                raise self._syntax(mistake(error), at) from None
            except Exception as error:  # whatever a hostile text does to the parser, it is the text that is refused
                unknown = Mistake(at, f"cannot be read ({type(error).__name__})", "write what follows in plainer YAML")
                raise self._syntax(unknown, at) from None
            if event is None:
                return
            at = event.end_mark.index
            yield event

    def _start_document(self, event: DocumentStartEvent, at: int) -> None:
        self.documents += 1
        if self.documents > 1:
            self._feature(at, "a second document begins here", "keep one document in the file")
            raise _StopReading
        if event.version or event.tags:
            at = max(0, self.source.text.rfind("\n%", 0, at) + 1)  # the event is at the `---` after it
            self._feature(at, "a directive (%YAML or %TAG) stands before the document", "take it out; this is YAML 1.2")

    def _refuse_features(self, event: Event, at: int) -> None:
        if isinstance(event, AliasEvent):
            self._feature(at, f"the alias {shown(f'*{event.anchor}')}", "write the value out where it is needed")
            self._add(None, at)
            return
        anchor, tag = getattr(event, "anchor", None), getattr(event, "tag", None)
        if anchor is not None:
            self._feature(
                at, f"the anchor {shown(f'&{anchor}')}", "take it out, and write the value out where it is needed"
            )
        if tag is not None:
            short = str(tag).replace("tag:yaml.org,2002:", "!!")
            self._feature(
                at,
                f"the tag {shown(short)}",
                "take the tag out; write texts in quotes where they look like something else",
            )

    def _push(self, opened: _Open) -> None:
        if self.open and self.open[-1].mapping is not None and self.open[-1].key is None:
            self._feature(opened.offset, "a mapping or list as a key", "write a text as the key")
            raise _StopReading
        if len(self.open) >= DEEPEST:
            self.findings.append(
                NESTING.at(self.source.span(opened.offset), f"nested more than {DEEPEST} deep", fix="write it flat")
            )
            raise _StopReading
        self.open.append(opened)

    def _scalar(self, event: ScalarEvent, at: int) -> None:
        is_key = bool(self.open) and self.open[-1].mapping is not None and self.open[-1].key is None
        if is_key:
            self._key(event, at)
            return
        key = self.open[-1].key if self.open else None
        value = self._resolved(event.value, at) if event.implicit[0] else event.value
        self._add(self._clean(value, at, key or "") if isinstance(value, str) else value, at)

    def _clean(self, text: str, at: int, key: str) -> str:
        cleaned, finding = characters.in_string(text, self.source, at, key, self.prose)
        if finding:
            self.findings.append(finding)
        return cleaned

    def _key(self, event: ScalarEvent, at: int) -> None:
        key: str = event.value
        if event.implicit[0] and key == "<<":
            self._feature(at, "a merge key (<<)", "write the keys out")
        elif event.implicit[0] and not isinstance(self._resolved(key, at), str):
            self._feature(at, f"the key {shown(key)} is not text", f'write it in quotes: "{key[:40]}"')
        self.open[-1].key, self.open[-1].key_at = self._clean(key, at, ""), at

    def _resolved(self, text: str, at: int) -> Any:
        """What a plain scalar is in the core schema."""
        if text in _NULL:
            return None
        if text in _BOOLEANS:
            return _BOOLEANS[text]
        is_integer, is_float = _INTEGER.fullmatch(text), _FLOAT.fullmatch(text)
        if not is_integer and not is_float and not _NO_NUMBER.fullmatch(text):
            return text
        if len(text) <= _LONGEST_NUMBER and (is_integer or is_float):
            value = int(text, 0 if text[:2] in ("0o", "0x") else 10) if is_integer else float(text)
            if not math.isinf(value):
                return value
        self.findings.append(
            NUMBER.at(
                self.source.span(at),
                f"the number {shown(text)[1:-1]} is infinite, too large or too long",
                fix="write a number that is meant, or text in quotes",
            )
        )
        return 0

    def _add(self, value: Any, at: int) -> None:
        """Put a finished value where it belongs."""
        if not self.open:
            self.root = value
            return
        parent = self.open[-1]
        if parent.mapping is None:
            parent.items.append(value)
            parent.places.append(at)
            return
        if parent.key is None:  # only an alias comes here: a key that was reported
            parent.key, parent.key_at = "", at
            return
        if parent.key in parent.mapping:
            first = Related("the first one is here", self.source.span(parent.mapping.keys_at[parent.key]))
            self.findings.append(
                DUPLICATE_KEY.at(
                    self.source.span(parent.key_at),
                    f"the key {shown(parent.key)} stands twice in one mapping",
                    fix="keep one of the two",
                    related=(first,),
                )
            )
        else:
            parent.mapping.add(parent.key, parent.key_at, value, at)
        parent.key = None

    def _feature(self, at: int, what: str, fix: str) -> None:
        self.findings.append(YAML_FEATURE.at(self.source.span(at), f"{what}; specs are plain data", fix=fix))

    def _syntax(self, found: Mistake, at: int) -> _StopReading:
        place = min(at if found.at is None else found.at, len(self.source.text))
        self.findings.append(YAML_SYNTAX.at(self.source.span(place), found.problem, fix=found.fix))
        return _StopReading()
