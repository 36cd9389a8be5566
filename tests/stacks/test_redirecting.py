"""Servers that redirect to https: their probe says that it came so; those that do it on demand or never are asked as they are."""

from __future__ import annotations

import pytest

from speccompile.detect.detection import detect
from speccompile.project.memory import MemoryTree

_NODE = '{"name":"a","scripts":{"start":"node s.js"}}'
_BY_HAND = "app.use((q, s, n) => { if (q.headers['x-forwarded-proto'] %s 'https') return s.redirect('https://x' + q.url); n() })"
SOURCES: list[tuple[dict[str, str], str | None]] = [
    ({"package.json": _NODE, "s.js": "app.use(require('express-sslify').HTTPS({ trustProtoHeader: true }))"}, "https"),
    ({"package.json": _NODE, "s.js": "// app.use(require('express-sslify').HTTPS())"}, None),
    ({"package.json": _NODE, "s.js": _BY_HAND % "!=="}, "https"),
    ({"package.json": _NODE, "s.js": _BY_HAND % "==="}, None),
    *(
        ({"package.json": _NODE, "s.js": f"app.use((req, res, next) => {{ {body} }})"}, scheme)
        for body, scheme in (
            (
                "if (req.headers['x-forwarded-proto'] !== 'https') { const to = `https://x${req.url}`; return res.redirect(308, to); } next();",
                "https",
            ),
            (
                "if (req.get('X-Forwarded-Proto') === 'https') return next(); res.redirect('https://x' + req.url);",
                "https",
            ),
            ("if (req.header('x-forwarded-proto') === 'https') { return next(); } res.redirect('https://x');", "https"),
            (
                "const proto = req.headers['x-forwarded-proto']; if (proto && proto !== 'https') return res.redirect('https://x'); next();",
                "https",
            ),
            ("if (!req.secure) return res.redirect('https://x' + req.url); next();", "https"),
            ("if (req.protocol === 'http') { res.redirect('https://x'); return; } next();", "https"),
            ("console.log(req.headers['x-forwarded-proto'], req.protocol, req.secure); next();", None),
            ("if (req.secure) return next(); next();", None),
        )
    ),
    ({"package.json": _NODE, "s.js": "require('./force')", "force.js": "import e from 'express-force-https'"}, "https"),
    (
        {"requirements.txt": "flask==3\nflask-talisman==1\n", "app.py": "app = Flask(__name__)\nTalisman(app)\n"},
        "https",
    ),
    ({"requirements.txt": "flask==3\n", "app.py": "app = Flask(__name__)\nTalisman(app, force_https=False)\n"}, None),
    ({"requirements.txt": "flask==3\n", "app.py": "app = Flask(__name__)\nSSLify(app)\n"}, "https"),
]


@pytest.mark.parametrize(("files", "scheme"), SOURCES)
def test_who_insists_on_https(files: dict[str, str], scheme: str | None) -> None:
    """Without that a health route would be answered with a redirection for ever."""
    said = detect(MemoryTree(files)).facts.asked_over
    assert (said.value if said else None) == scheme
