"""Counts words and writes the counts where OUTPUT says."""

import json
import os
import sys
from collections import Counter
from pathlib import Path


def main() -> int:
    text = os.environ.get("TEXT", "a b a")
    output = Path(os.environ.get("OUTPUT", "/tmp/counts.json"))
    output.write_text(json.dumps(Counter(text.split()), sort_keys=True), "utf-8")
    print(f"wrote {output}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
