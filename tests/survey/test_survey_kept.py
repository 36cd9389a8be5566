"""What must outlive the container is proposed as writable, each with its reason; what need not, and what a server keeps, is not."""

from __future__ import annotations

import pytest
from survey_cases import proposed
from test_services import FLASK, PYTHON, server

from speccompile.survey import deployfile


def _kept(files: dict[str, str]) -> list[tuple[str, str]]:
    (one,) = proposed(files).services
    return list(one.writable)


def _python(*lines: str, packages: str = "") -> dict[str, str]:
    return {"requirements.txt": f"{FLASK}{packages}", "app.py": PYTHON, "state.py": "\n".join((*lines, ""))}


@pytest.mark.parametrize(
    ("files", "places"),
    [
        (_python("sqlite3.connect('data/shop.db')"), [("/app/data", "state.py:1 keeps the database there")]),
        (_python("UPLOAD_FOLDER = 'static/up'"), [("/app/static/up", "state.py:1 keeps uploads there")]),
        ({**server(""), "server.js": "fs.writeFileSync('uploads/a', '')\nhttp.createServer().listen(3000)\n"}, [("/app/uploads", "server.js:1 keeps files there")]),
        (_python("open('/var/lib/shop/media/x', 'wb')"), [("/var/lib/shop/media", "state.py:1 keeps files there")]),
        (_python("logging.FileHandler('logs/a.log')", "os.makedirs('cache')"), []),
        (_python("sqlite3.connect('shop.db')"), []),
        (_python("# sqlite3.connect('data/shop.db')"), []),
        (_python("u = os.environ.get('DATABASE_URL', 'sqlite:///data/shop.db')", packages="psycopg==3\n"), []),
    ],
)  # fmt: skip
def test_what_is_proposed(files: dict[str, str], places: list[tuple[str, str]]) -> None:
    """Databases, uploads and what is called like them; neither logs and caches, nor what can be no volume, nor a stand-in for a server."""
    assert _kept(files) == places


def test_several_are_a_list() -> None:
    """A key stands once."""
    found = proposed(_python("sqlite3.connect('data/shop.db')", "UPLOAD_DIR = 'uploads'"))
    text = deployfile.text(found, deployfile.Manifests(), None)
    assert text.count("writable:") == 1
    assert "      - /app/data  # state.py:1 keeps the database there\n" in text
    assert "      - /app/uploads  # state.py:2 keeps uploads there\n" in text
