import os

from flask import Flask
from redis import Redis

app = Flask(__name__)
queue = Redis(host=os.environ["CACHE_HOST"])


@app.get("/")
def visit() -> str:
    return f"{os.environ['GREETING']}: {queue.incr('visits')}"
