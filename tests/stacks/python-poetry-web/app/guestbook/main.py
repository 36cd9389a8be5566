import os
import tempfile
from pathlib import Path

from fastapi import FastAPI

app = FastAPI()
book = Path(os.environ.get("STATE_DIR", tempfile.gettempdir())) / "guests.txt"


@app.get("/health")
def health() -> dict[str, str]:
    return {"status": "ok"}


@app.get("/")
def sign() -> dict[str, object]:
    """Every visit is one more line in the book."""
    with book.open("a", encoding="utf-8") as file:
        file.write("somebody\n")
    visits = len(book.read_text("utf-8").splitlines())
    return {"hello": os.getenv("NAME", "world"), "visits": visits}
