"""The language server, asked over standard input and output as an editor asks it."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from lsprotocol import types
from pygls.lsp.client import LanguageClient

from projects import BUN_WEB, assertion, manifest
from speccompile.cli import lsp, main

DEPLOY = "version: 1\napp: bank\nservices:\n  api:\n    port: 3000\n"
SPECS = manifest(
    "web-service",
    assertion(1, "Every client may send at most 10 requests per second"),
    assertion(2, "Every transfer eventually completes", tags=["💰"]),
)
_PATIENCE = 60


@pytest.fixture
def bank(tmp_path: Path) -> Path:
    for path, text in {**BUN_WEB, "specs/assertions.json": SPECS, "specs/deploy.yaml": DEPLOY}.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, "utf-8")
    return tmp_path


class _Editor:
    """A client, with what it was told of each file."""

    def __init__(self, root: Path) -> None:
        self.root, self.client = root, LanguageClient("test", "1")
        self.found: dict[str, list[types.Diagnostic]] = {}
        self.news = asyncio.Event()
        self.versions: dict[str, int] = {}

        @self.client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)  # type: ignore[untyped-decorator]  # pygls says less
        def published(params: types.PublishDiagnosticsParams) -> None:
            self.found[params.uri] = list(params.diagnostics)
            self.news.set()

    def uri(self, path: str) -> str:
        return (self.root / path).as_uri()

    async def start(self) -> None:
        await self.client.start_io(sys.executable, "-m", "speccompile", "lsp", "--stdio")
        asked = types.InitializeParams(capabilities=types.ClientCapabilities(), root_uri=self.root.as_uri())
        await self.client.initialize_async(asked)
        self.client.initialized(types.InitializedParams())

    async def stop(self) -> None:
        await self.client.shutdown_async(None)
        self.client.exit(None)
        await self.client.stop()  # type: ignore[no-untyped-call]

    def open(self, path: str, language: str) -> None:
        self.versions[path] = 0
        document = types.TextDocumentItem(self.uri(path), language, 0, (self.root / path).read_text("utf-8"))
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(document))

    def type(self, path: str, text: str) -> None:
        """The whole of a document is another one, and not saved."""
        self.versions[path] += 1
        named = types.VersionedTextDocumentIdentifier(uri=self.uri(path), version=self.versions[path])
        change = types.TextDocumentContentChangeWholeDocument(text=text)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(named, [change]))

    async def told(self, path: str, wanted: Callable[[list[types.Diagnostic]], bool]) -> list[types.Diagnostic]:
        """What is told of a file, as soon as it is what is wanted."""

        async def waiting() -> None:
            while not wanted(self.found.get(self.uri(path), [])):
                self.news.clear()
                await self.news.wait()

        await asyncio.wait_for(waiting(), _PATIENCE)
        return self.found.get(self.uri(path), [])

    async def hover(self, path: str, line: int) -> str | None:
        at = types.Position(line - 1, 3)
        asked = types.HoverParams(types.TextDocumentIdentifier(self.uri(path)), at)
        said = await asyncio.wait_for(self.client.text_document_hover_async(asked), _PATIENCE)
        if said is None:
            return None
        assert isinstance(said.contents, types.MarkupContent)
        assert said.contents.kind is types.MarkupKind.PlainText
        return said.contents.value

    async def definition(self, path: str, line: int) -> list[tuple[str, int]]:
        asked = types.DefinitionParams(types.TextDocumentIdentifier(self.uri(path)), types.Position(line - 1, 3))
        found = await asyncio.wait_for(self.client.text_document_definition_async(asked), _PATIENCE)
        assert isinstance(found, list | tuple)
        return [
            (one.uri.removeprefix(f"{self.root.as_uri()}/"), one.range.start.line + 1)
            for one in found
            if isinstance(one, types.Location)
        ]


def _edit(root: Path, what: Callable[[_Editor], Awaitable[None]]) -> None:
    async def session() -> None:
        editor = _Editor(root)
        await editor.start()
        try:
            await what(editor)
        finally:
            await editor.stop()

    asyncio.run(session())


def test_findings_come_and_go_as_one_types(bank: Path) -> None:
    async def typing(editor: _Editor) -> None:
        editor.open("specs/deploy.yaml", "yaml")
        editor.type("specs/deploy.yaml", DEPLOY.replace("port", "prot"))
        wrong = await editor.told("specs/deploy.yaml", bool)
        assert [(one.code, one.source) for one in wrong] == [("SC202", "speccompile")]
        assert wrong[0].severity is types.DiagnosticSeverity.Error
        assert (wrong[0].range.start.line, wrong[0].range.start.character) == (4, 4)
        assert (wrong[0].range.end.line, wrong[0].range.end.character) == (4, 8)
        assert "fix: " in wrong[0].message
        editor.type("specs/deploy.yaml", DEPLOY)
        await editor.told("specs/deploy.yaml", lambda found: not found)
        assert (bank / "specs/deploy.yaml").read_text("utf-8") == DEPLOY

    _edit(bank, typing)


def test_an_assertion_says_how_it_stands_and_leads_to_its_lines_and_back(bank: Path) -> None:
    assert CliRunner().invoke(main, ["-C", str(bank), "generate"]).exit_code == 0

    async def looking(editor: _Editor) -> None:
        editor.open("specs/assertions.json", "json")
        said = await editor.hover("specs/assertions.json", 8)
        assert said is not None
        assert said.startswith("A-001. It is confirmed; it stands as enforced: ")
        assert "demands rate" in said
        lines = await editor.definition("specs/assertions.json", 8)
        nginx = [line for path, line in lines if path == "generated/nginx.conf"]
        assert nginx
        editor.open("generated/nginx.conf", "nginx")
        why = await editor.hover("generated/nginx.conf", nginx[0])
        assert why is not None
        assert "A-001 “Every client may send at most 10 requests per second” (specs/assertions.json:7)" in why
        assert ("specs/assertions.json", 7) in await editor.definition("generated/nginx.conf", nginx[0])
        assert await editor.hover("specs/assertions.json", 1) is None
        second = await editor.hover("specs/assertions.json", 20)
        assert second is not None
        assert second.startswith("A-002. ")

    _edit(bank, looking)


def test_a_key_leads_to_its_lines_and_an_edited_line_says_so(bank: Path) -> None:
    assert CliRunner().invoke(main, ["-C", str(bank), "generate"]).exit_code == 0

    async def looking(editor: _Editor) -> None:
        editor.open("specs/deploy.yaml", "yaml")
        said = await editor.hover("specs/deploy.yaml", 5)
        assert said is not None
        assert said.startswith("services.NAME.port (whole number from 1024 to 65535): ")
        assert "generated/docker-compose.yml:" in said
        assert await editor.definition("specs/deploy.yaml", 5)
        editor.open("generated/Dockerfile", "dockerfile")
        editor.type("generated/Dockerfile", "FROM scratch\n")
        said = await editor.hover("generated/Dockerfile", 1)
        assert said is not None
        assert said.startswith("This line is not what the specs give now")

    _edit(bank, looking)


def test_garbage_is_survived(bank: Path) -> None:
    """Half a document, another file's content, nothing at all, and documents that are in no project."""

    async def typing(editor: _Editor) -> None:
        editor.open("specs/assertions.json", "json")
        for text in (SPECS[:100], "\ud800", "[" * 5000, "", "\0", "{}", json.dumps({"assertions": [1, {"id": 2}]})):
            editor.type("specs/assertions.json", text)
            await editor.told("specs/assertions.json", bool)
            assert await editor.hover("specs/assertions.json", 3) is None
        editor.type("specs/assertions.json", SPECS)
        await editor.told(
            "specs/assertions.json",
            lambda found: not any(one.severity is types.DiagnosticSeverity.Error for one in found),
        )
        asked = types.HoverParams(types.TextDocumentIdentifier("untitled:x"), types.Position(0, 0))
        assert await editor.client.text_document_hover_async(asked) is None

    _edit(bank, typing)


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lsp, "find_spec", lambda _: None)
    done = CliRunner().invoke(main, ["lsp"])
    assert done.exit_code == 2
    assert "pip install 'speccompile[lsp]'" in done.output
