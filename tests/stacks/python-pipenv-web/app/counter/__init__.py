import os
import tempfile
from pathlib import Path

from flask import Flask, render_template


def create_app(config: dict[str, str] | None = None) -> Flask:
    """The factory that wsgi.py calls."""
    app = Flask(__name__)
    app.config.update(config or {})
    count = Path(tempfile.gettempdir()) / "count"

    @app.get("/healthz")
    def health() -> str:
        return "ok"

    @app.get("/")
    def index() -> str:
        seen = int(count.read_text()) if count.exists() else 0
        count.write_text(str(seen + 1))
        return render_template("index.html", name=os.environ.get("NAME", "world"), seen=seen)

    return app
