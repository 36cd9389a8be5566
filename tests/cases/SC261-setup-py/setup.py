from pathlib import Path

from setuptools import setup

setup(name="shop", install_requires=Path("deps").read_text().split())
