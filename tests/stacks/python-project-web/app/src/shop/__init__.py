import os

from flask import Flask


def create_app():
    app = Flask(__name__)

    @app.get("/healthz")
    def health():
        return "ok"

    @app.get("/")
    def index():
        return f"hello {os.environ.get('NAME', 'world')}"

    return app
