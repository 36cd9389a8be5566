import os

from flask import Flask

DATABASE = "sqlite:///shop.db"
os.makedirs("uploads", exist_ok=True)
app = Flask(__name__)
