"""The language server, over standard input and output: what is typed is compiled in memory, a moment after the last key, and nothing is written."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from lsprotocol import types
from pygls import uris
from pygls.lsp.server import LanguageServer

from speccompile import __version__
from speccompile.cli.editor.analysis import Analysis, analysed
from speccompile.cli.editor.places import range_of
from speccompile.cli.editor.publishing import by_file
from speccompile.cli.editor.telling import elsewhere, told
from speccompile.discovery import project_directory
from speccompile.project.disk import DiskTree

_PAUSE = 0.3
"""Seconds without a key until the project is compiled."""

_Changed = (
    types.DidOpenTextDocumentParams
    | types.DidChangeTextDocumentParams
    | types.DidSaveTextDocumentParams
    | types.DidCloseTextDocumentParams
)
_Asked = types.HoverParams | types.DefinitionParams


class _Project:
    """One project that documents are open of: what was found last, of which files the editor was told, and what is going on."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.analysis: Analysis | None = None
        self.told: set[str] = set()
        self.waiting: asyncio.Task[None] | None = None
        self.compiling = asyncio.Lock()

    def address(self, path: str) -> str:
        """The URI of a file of the project."""
        return uris.from_fs_path(str(self.root / path)) or ""


class SpecServer(LanguageServer):
    """Answers for all projects of which a document is open."""

    def __init__(self) -> None:
        super().__init__("speccompile", __version__)
        self._projects: dict[Path, _Project] = {}

    def place(self, uri: str) -> tuple[_Project, str] | None:
        """The project that a document is in, and its path there; None for what is in none, or no file."""
        given = uris.to_fs_path(uri)
        if not given or not uri.startswith("file:"):
            return None
        file = Path(os.path.realpath(given))
        found = project_directory(str(file.parent))
        if found is None:
            return None
        root = Path(os.path.realpath(found))
        if not file.is_relative_to(root):
            return None
        return self._projects.setdefault(root, _Project(root)), file.relative_to(root).as_posix()

    def changed(self, uri: str) -> None:
        """Compile the project of a document when nothing has changed for a moment."""
        found = self.place(uri)
        if found is not None:
            project, _ = found
            if project.waiting is not None:
                project.waiting.cancel()
            project.waiting = asyncio.get_running_loop().create_task(self._after_a_pause(project))

    async def _after_a_pause(self, project: _Project) -> None:
        await asyncio.sleep(_PAUSE)
        project.waiting = None  # what has begun is not cancelled: the next one waits for it
        await self._compile(project)

    async def _compile(self, project: _Project) -> None:
        async with project.compiling:
            texts = self._texts(project)
            try:
                project.analysis = await asyncio.to_thread(analysed, project.root, texts)
            except Exception as problem:  # a bug of ours must not take the editor's server away
                said = f"speccompile: internal error: {type(problem).__name__}: {problem}"
                self.window_log_message(types.LogMessageParams(types.MessageType.Error, said))
                return
            self._publish(project, project.analysis, texts)

    def _publish(self, project: _Project, analysis: Analysis, texts: dict[str, str]) -> None:
        """Each file's findings; none for the files that had some before."""
        found = by_file(analysis.findings, lambda path: self._text(project, texts, path), project.address)
        for path in sorted(project.told | found.keys()):
            self.text_document_publish_diagnostics(
                types.PublishDiagnosticsParams(project.address(path), found.get(path, []))
            )
        project.told = set(found)

    def _texts(self, project: _Project) -> dict[str, str]:
        """What is open of a project, by path."""
        open_ = {uri: self.place(uri) for uri in self.workspace.text_documents}
        return {
            place[1]: self.workspace.get_text_document(uri).source
            for uri, place in open_.items()
            if place is not None and place[0] is project
        }

    def _text(self, project: _Project, texts: dict[str, str], path: str) -> str:
        return texts[path] if path in texts else DiskTree(project.root).read(path) or ""

    async def analysis(self, project: _Project) -> Analysis | None:
        """What was found last; where nothing was yet, what is found now."""
        if project.analysis is None:
            await self._compile(project)
        return project.analysis

    async def hover(self, asked: _Asked) -> types.Hover | None:
        """What is told about the line that is asked about."""
        found = self.place(asked.text_document.uri)
        analysis = await self.analysis(found[0]) if found else None
        if found is None or analysis is None:
            return None
        source = self.workspace.get_text_document(asked.text_document.uri).source
        said = told(analysis, found[1], asked.position.line + 1, source)
        return types.Hover(types.MarkupContent(types.MarkupKind.PlainText, said)) if said else None

    async def definition(self, asked: _Asked) -> list[types.Location]:
        """Where else to look; only files that are there can be opened."""
        found = self.place(asked.text_document.uri)
        analysis = await self.analysis(found[0]) if found else None
        if found is None or analysis is None:
            return []
        project, path = found
        texts = self._texts(project)
        source = self.workspace.get_text_document(asked.text_document.uri).source
        spans = elsewhere(analysis, path, asked.position.line + 1, source)
        tree = DiskTree(project.root)
        return [
            types.Location(project.address(span.path), range_of(span, self._text(project, texts, span.path)))
            for span in spans
            if tree.is_file(span.path)
        ]


def server() -> SpecServer:
    """A server, ready to be started."""
    made = SpecServer()

    @made.feature(types.TEXT_DOCUMENT_DID_OPEN)
    @made.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    @made.feature(types.TEXT_DOCUMENT_DID_SAVE)
    @made.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    async def changed(ls: SpecServer, params: _Changed) -> None:
        ls.changed(params.text_document.uri)

    @made.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    async def watched(ls: SpecServer, params: types.DidChangeWatchedFilesParams) -> None:
        for change in params.changes:
            ls.changed(change.uri)

    @made.feature(types.TEXT_DOCUMENT_HOVER)
    async def hover(ls: SpecServer, params: types.HoverParams) -> types.Hover | None:
        return await ls.hover(params)

    @made.feature(types.TEXT_DOCUMENT_DEFINITION)
    async def definition(ls: SpecServer, params: types.DefinitionParams) -> list[types.Location]:
        return await ls.definition(params)

    return made


def serve() -> None:
    """Serve one client on standard input and output, until it says that it is done."""
    server().start_io()
