from flask import Flask

app = Flask(__name__)


@app.get("/<page>")
def page(page):
    return page
