import sqlite3

from flask import Flask, request

app = Flask(__name__)


def database():
    found = sqlite3.connect("data/notes.db")
    found.execute("create table if not exists notes (text text)")
    return found


@app.get("/health")
def health():
    return "ok"


@app.route("/", methods=["GET", "POST"])
def notes():
    with database() as found:
        if request.method == "POST":
            found.execute("insert into notes values (?)", (request.get_data(as_text=True),))
        return " ".join(text for (text,) in found.execute("select text from notes order by rowid"))
