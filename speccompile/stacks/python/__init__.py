"""Python, installed by uv, Poetry, PDM, Pipenv or pip."""
