import os
import tempfile
from pathlib import Path

from core import prices
from flask import Flask

app = Flask(__name__)


@app.get("/health")
def health() -> str:
    return "ok"


@app.get("/")
def index() -> str:
    return os.environ.get("NAME", "world") + prices.write(Path(tempfile.gettempdir()) / "prices.toml", {"tea": 3})
