"""The report as plain data, for programs; ``cli.report_document`` describes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from speccompile.diagnostic_data import as_data as finding
from speccompile.report.changes import Change, Changes, FileChange
from speccompile.report.content import Evidence, File, Reason, Report, Told
from speccompile.report.system import Box

FORMAT = 1
"""The version of this document. Fields may be added within one."""


def as_data(report: Report) -> dict[str, Any]:
    """All that the report says but for the files' texts, which are on disk."""
    return {
        "status": "ok",
        "report": FORMAT,
        "app": report.app,
        "targets": list(report.platforms),
        "system": {
            "boxes": [_box(box) for box in report.system.boxes],
            "calls": [{"source": one.source, "target": one.target, "what": one.what} for one in report.system.arrows],
        },
        "assertions": [_told(told) for told in report.assertions],
        "losses": [{**asdict(one), "of": list(one.of)} for one in report.losses],
        "reference_time": report.reference or None,
        "evidence": [_evidence(one) for one in report.evidence],
        "lacking": [{"service": one.service, "reasons": list(one.reasons)} for one in report.lacking],
        "overrides": [{**asdict(one), "allow": list(one.allow)} for one in report.overrides],
        "versions": [asdict(one) for one in report.versions],
        "to_supply": list(report.to_supply),
        "files": [_file(file) for file in report.files],
        "changes": _changes(report.changes) if report.changes else None,
        "diagnostics": [finding(one) for one in report.findings],
    }


def _box(box: Box) -> dict[str, Any]:
    return {
        **asdict(box),
        "public": list(box.public),
        "state": [{"volume": name, "path": path} for name, path in box.state],
        "secrets": list(box.secrets),
    }


def _told(told: Told) -> dict[str, Any]:
    return {
        "id": told.id,
        "text": told.text,
        "status": told.status,
        "services": list(told.services),
        "path": told.path,
        "line": told.line,
        "readings": list(told.says),
        "standings": {
            on.platform: {"standing": on.standing, "why": on.why, "lines": _lines(on.lines)} for on in told.standings
        },
        "lines": _lines(told.lines),
    }


def _lines(lines: Mapping[str, tuple[int, ...]]) -> dict[str, list[int]]:
    return {path: list(numbers) for path, numbers in lines.items()}


def _evidence(one: Evidence) -> dict[str, Any]:
    return {**asdict(one), "counts": dict(one.counts), "assertions": list(one.assertions)}


def _file(file: File) -> dict[str, Any]:
    """Which lines are there because of what; neighbours that differ in no rule and no place are together."""
    return {
        "path": file.path,
        "target": file.target,
        "lines": sum(len(block.lines) for block in file.blocks),
        "because": [
            {
                "first": block.first,
                "last": block.first + len(block.lines) - 1,
                "rules": [reason.rule for reason in block.reasons],
                "places": _places(block.reasons),
            }
            for block in file.blocks
            if block.reasons
        ],
    }


def _places(reasons: Sequence[Reason]) -> list[dict[str, Any]]:
    """Each place once, in order."""
    places = {(cause.path, cause.line, cause.assertion or "") for reason in reasons for cause in reason.causes}
    return [{"path": path, "line": line, "assertion": assertion or None} for path, line, assertion in sorted(places)]


def _changes(changes: Changes) -> dict[str, Any]:
    return {
        "revision": changes.revision,
        "commit": changes.commit,
        "standings": [_change(one) for one in changes.standings],
        "texts": [_change(one) for one in changes.texts],
        "system": [_change(one) for one in changes.system],
        "versions": [_change(one) for one in changes.versions],
        "files": [_file_change(one) for one in changes.files],
        "refused": list(changes.refused),
    }


def _change(one: Change) -> dict[str, Any]:
    return {"about": one.about, "before": one.before or None, "after": one.after or None}


def _file_change(one: FileChange) -> dict[str, Any]:
    return {"path": one.path, "state": one.state, "added": one.added, "removed": one.removed}
