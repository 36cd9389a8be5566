"""Of any tree: what is not left out is copied and sent, and what is withheld is neither."""

from __future__ import annotations

from collections.abc import Mapping

from contents_of import compilation, copied, noted, sent
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_secrets import KEY
from test_wanted import NODE, PYTHON

FOLDERS = st.sampled_from(
    (
        "lib",
        "docs",
        "prompts",
        "secrets",
        "credentials",
        "env",
        "a+b",
        "(auth)",
        "x.y",
        "test",
        "keys",
        "data",
        "Größe",
        "c d",
    )
)
FILES = st.sampled_from(
    (
        "a.js",
        "index.py",
        "x.txt",
        "b+1.patch",
        "c.pem",
        "d.key",
        "README.md",
        ".env",
        "words.dat",
        "$id.js",
        "{x}.json",
        "e^f",
        "n.log",
    )
)
PATHS = st.builds(lambda folders, name: "/".join((*folders, name)), st.lists(FOLDERS, max_size=3), FILES)
TEXTS = st.sampled_from(("x\n", KEY, "require('../docs/x')\n", "open('keys/x.txt')\n", ""))
IGNORING = st.sampled_from(("", "*.dat\n", "docs/\n!docs\n", "/lib/x.txt\n", "data/**\n!data/a.js\n", "keys\n"))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(files=st.dictionaries(PATHS, TEXTS, max_size=12), ignoring=IGNORING, base=st.sampled_from((NODE, PYTHON)))
def test_what_is_not_left_out_is_copied_and_sent(
    files: Mapping[str, str], ignoring: str, base: Mapping[str, str]
) -> None:
    """Every file at the top, and in a directory of the top, is in the image or in the note; no key is in the image."""
    made = compilation({**base, **files, ".gitignore": ignoring})
    said = noted(made)
    for path, text in files.items():
        if "PRIVATE KEY" in text or path.endswith((".env", ".key")):
            assert not sent(made, path), path
        elif not ignoring and not path.endswith((".log", ".pem")):
            top, slash, _ = path.partition("/")
            known = f"{top}{slash}" in said or path in said
            assert copied(made, path) or known or top in ("secrets", "credentials"), (path, said)
