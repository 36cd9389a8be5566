"""What a recorded run of a verifier shows, and whether it still does."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from speccompile.digests import digest
from speccompile.spec.manifest import Manifest

if TYPE_CHECKING:
    from speccompile.spec.verification import Run


def passed(run: Run) -> bool:
    """Whether *run* succeeded and shows something: a run that looked at nothing or counted nothing proves nothing."""
    counts = run.counts
    done = {"tests": counts.passed, "dafny": counts.verified, "tlc": counts.states}[run.tool]
    well = run.exit_status == 0 and counts.failed == counts.errors == 0 and not run.problems
    return well and done > 0 and bool(run.inputs)


def texts_of(manifest: Manifest) -> str:
    """The digest of the assertions of *manifest*, in any order: what else is in the file (times, the layout) does not matter."""
    said = sorted(
        (one.model_dump(mode="json", by_alias=True) for one in manifest.assertions), key=lambda one: str(one["id"])
    )
    return digest(json.dumps(said, sort_keys=True, separators=(",", ":")).encode())


def differences(run: Run, now: Mapping[str, str]) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """The inputs of *run* that are other bytes by now, those that are gone, and those that are new; *now* is what it would read today,
    digest by path."""
    then = {file.path: file.digest for file in run.inputs}
    changed = tuple(sorted(path for path in then.keys() & now.keys() if then[path] != now[path]))
    return changed, tuple(sorted(then.keys() - now.keys())), tuple(sorted(now.keys() - then.keys()))
