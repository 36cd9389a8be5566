"""A program that opens a server's socket is a web service, by whichever call it does so, and nothing else makes it one."""

from __future__ import annotations

import pytest

from speccompile.detect.detection import detect
from speccompile.project.memory import MemoryTree
from speccompile.stacks.archetype import guess

_PYTHON = ("HTTPServer(a, B)", "s = ThreadingHTTPServer(a, B)", "s.serve_forever()", "app.run()", "uvicorn.run(app)")
_SCRIPT = (
    "Bun.serve({})", "http.createServer(f)", "app.listen(3000)", "Deno.serve(f)", "listenAndServe(f)",
    "await listenAndServeTls(f)", "startStandaloneServer(s)",
)  # fmt: skip


def _guessed(files: dict[str, str]) -> str:
    tree = MemoryTree(files)
    return guess(tree, detect(tree).facts)[0]


@pytest.mark.parametrize("call", _PYTHON)
def test_python(call: str) -> None:
    source = {"requirements.txt": "", "main.py": f"if __name__ == '__main__':\n    {call}\n"}
    assert _guessed(source) == "web-service"


@pytest.mark.parametrize("call", _SCRIPT)
def test_javascript(call: str) -> None:
    package = '{"name": "a", "version": "1.0.0", "main": "main.js", "scripts": {"start": "node main.js"}}'
    assert _guessed({"package.json": package, "main.js": f"{call};\n"}) == "web-service"


@pytest.mark.parametrize("call", ["print(1)", "# HTTPServer(a, B)", "print('serve_forever')"])
def test_what_only_looks_like_it(call: str) -> None:
    source = {"requirements.txt": "", "main.py": f"if __name__ == '__main__':\n    {call}\n    pass\n"}
    assert _guessed(source) == "cli-tool"
