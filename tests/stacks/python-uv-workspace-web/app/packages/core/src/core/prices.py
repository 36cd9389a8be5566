from pathlib import Path

import tomli_w


def write(path: Path, prices: dict[str, int]) -> str:
    """Keep the prices in a file, and return it."""
    path.write_text(tomli_w.dumps(prices), "utf-8")
    return path.read_text("utf-8")
