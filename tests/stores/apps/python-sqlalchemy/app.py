import os

from flask import Flask
from sqlalchemy import create_engine, text

app = Flask(__name__)
engine = create_engine(os.environ["DATABASE_URL"])


@app.get("/")
def index():
    with engine.connect() as connection:
        row = connection.execute(text("select current_user, current_database()")).one()
    return f"{row[0]} {row[1]} True\n"
