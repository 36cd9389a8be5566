import os

from flask import Flask

app = Flask(__name__)


@app.get("/health")
def health() -> dict[str, str]:
    return {"status": "ok"}


@app.get("/")
def index() -> str:
    return f"hello {os.environ.get('NAME', 'world')}"


if __name__ == "__main__":
    app.run(port=int(os.environ.get("PORT", "8080")))
