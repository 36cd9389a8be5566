from setuptools import setup

setup(name="shop", version="1.0.0", python_requires=">=3.12")
