"""The actions of others that workflows use: the one table of them. All are GitHub's own, each pinned by the commit of a release.

A tag can be moved, a commit cannot. Each was read off the tags of its repository (``git for-each-ref refs/tags``, ``v7.0.0^{commit}`` and so on), on
2026-11-27.
"""

from __future__ import annotations

from speccompile.record import record


@record()
class Action:
    """An action: its repository at GitHub, the commit that is used, and the release that this is."""

    repository: str
    commit: str
    release: str

    @property
    def reference(self) -> str:
        """As a step names it."""
        return f"{self.repository}@{self.commit}"


UPLOAD = Action("actions/upload-artifact", "bbbca2ddaa5d8feaa63e36b76fdaad77386f024f", "v7.0.0")
DOWNLOAD = Action("actions/download-artifact", "3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c", "v8.0.1")
ATTEST = Action("actions/attest", "1e69f48acb82d1966a394da916b4c1698aa569d6", "v4.2.2")

ACTIONS = (UPLOAD, DOWNLOAD, ATTEST)
