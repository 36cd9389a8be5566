from flask import Flask

app = Flask(__name__)
NAME = "café"
