"""Files of a service's volume that the front door gives out: what a real nginx answers, and what its verifier takes for right."""

from __future__ import annotations

import gzip
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from nginx_plans import CONFIG, PLANS
from nginx_server import Site, at_ports, free_port, running, service, text_of

from projects import BUN_WEB, compiled, manifest
from speccompile.codes import files as codes
from speccompile.codes import nginx
from speccompile.codes.code import Code
from speccompile.errors import Refused
from speccompile.verify.nginx import verify
from tools import need

APP = "app.example.com"
ROUTES: list[dict[str, object]] = [
    {},
    {"path": "/media", "files": {"directory": "/app/media"}},
    {"path": "/rare", "files": {"directory": "/app/media"}, "rate": {"count": 1, "per": "m", "burst": 2}},
    {"path": "/static", "files": {"directory": "/app/built/static", "content": "assets"}},
    {"path": "/kept", "files": {"directory": "/app/built", "content": "assets"}, "cache_control": {"static": "1d"}},
    {"host": APP, "files": {"directory": "/app/built/spa", "content": "assets", "single_page": True}},
    {"host": APP, "path": "/api"},
]
CSS, HASHED = "body{}" * 500, "app.0123456789ab.css"


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    app = {"path": ".", "writable": ["/app/media", "/app/built"], "routes": ROUTES}
    done = compiled(BUN_WEB, manifest("web-service"), {"services": {"app": app}})
    assert done.defects == ()
    (text,) = [one.text for one in done.artifacts if one.path.endswith(CONFIG)]
    program, port = need("nginx", "apt-get install nginx-light"), free_port()
    with tempfile.TemporaryDirectory() as name, service("app") as upstream:
        volumes = Path(name)
        volumes.chmod(0o755)  # workers are other users than whoever runs tests as root
        _filled(volumes)
        # As it begins with /. it is not what nginx has in the place of its /tmp.
        text = at_ports(text, {8080: port}).replace("/srv/", f"/.{volumes}/")
        with running(text, port, {"app:3000": upstream}, program=program) as started:
            yield started


def _filled(volumes: Path) -> None:
    media, built = volumes / "app-app-media", volumes / "app-app-built"
    for path, content in {
        media / "a b.png": "png",
        media / "page.html": "<script>alert(1)</script>",
        media / "icon.svg": "<svg/>",
        media / "code.JS": "alert(1)",
        media / "x.12345678.png": "png",
        media / "sub/.secret": "no",
        media / ".env": "no",
        built / "static/plain.css": CSS,
        built / f"static/{HASHED}": CSS,
        built / "static/.well-known/x.json": "{}",
        built / "spa/index.html": "<h1>app</h1>",
        built / "spa/app.js": "1",
    }.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    (built / "static/plain.css.gz").write_bytes(gzip.compress(CSS.encode()))
    (volumes / "secret").write_text("no")
    (media / "link.png").symlink_to("../secret")
    (media / "hard.png").symlink_to("a b.png")
    (media / "up").symlink_to("..")
    os.mkfifo(media / "pipe.png")


@pytest.mark.parametrize(
    ("path", "status", "kind"),
    [
        ("/media/a%20b.png", 200, "image/png"),
        ("/media//a%20b.png", 200, "image/png"),
        ("/media/page.html", 200, "application/octet-stream"),
        ("/media/icon.svg", 200, "application/octet-stream"),
        ("/media/code.JS", 200, "application/octet-stream"),
        ("/media", 404, "application/problem+json"),
        ("/media/", 404, "application/problem+json"),
        ("/media/sub", 404, "application/problem+json"),
        ("/media/sub/", 404, "application/problem+json"),
        ("/media/nothing.png", 404, "application/problem+json"),
        ("/media/.env", 404, "application/problem+json"),
        ("/media/%2eenv", 404, "application/problem+json"),
        ("/media/sub/.secret", 404, "application/problem+json"),
        ("/media/a%20b.png/x", 404, "application/problem+json"),
        ("/media/%00", 400, "text/html"),
        ("/media/../secret", 200, "application/json"),
        ("/media/..%2fsecret", 200, "application/json"),
        ("/media/%5c..%5csecret", 404, "application/problem+json"),
        ("/static/plain.css", 200, "text/css; charset=utf-8"),
        ("/static/.well-known/x.json", 200, "application/json"),
    ],
)
def test_files_are_given_out_and_nothing_else(site: Site, path: str, status: int, kind: str) -> None:
    """What leads out of the route's path is another route's: the service says application/json."""
    answer = site.ask(path)
    assert (answer.status, answer.headers.get("content-type", [""])[0]) in (
        (status, kind),
        (status, kind.replace("application/json", "")),
    )
    assert answer.body != b"no"


@pytest.mark.parametrize(
    "path", ["/media/link.png", "/media/hard.png", "/media/up/secret", "/media/up/app-app-media/a%20b.png"]
)
def test_no_link_is_followed(site: Site, path: str) -> None:
    """A service that somebody has broken into would have the front door give out the front door's secrets."""
    answer = site.ask(path)
    assert (answer.status, answer.headers["content-type"]) == (404, ["application/problem+json"])


def test_a_pipe_holds_nobody_up(site: Site) -> None:
    assert site.ask("/media/pipe.png").status in (403, 404)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "MKCOL", "OPTIONS"])
def test_files_are_read_alone(site: Site, method: str) -> None:
    answer = site.ask("/media/a%20b.png", method=method, body=b"x")
    assert answer.status == 405
    assert answer.headers["content-type"] == ["application/problem+json"]


def test_head_ranges_and_questions_whether_it_changed(site: Site) -> None:
    whole = site.ask("/media/a%20b.png")
    assert (site.ask("/media/a%20b.png", method="HEAD").body, whole.headers["content-length"]) == (b"", ["3"])
    part = site.ask("/media/a%20b.png", said={"Range": "bytes=1-1"})
    assert (part.status, part.body, part.headers["content-range"]) == (206, b"n", ["bytes 1-1/3"])
    assert site.ask("/media/a%20b.png", said={"Range": "bytes=9-"}).status == 416
    same = site.ask("/media/a%20b.png", said={"If-None-Match": whole.headers["etag"][0]})
    assert same.status == 304
    many = ",".join(f"{n}-{n}" for n in range(20))
    assert site.ask("/media/a%20b.png", said={"Range": f"bytes={many}"}).status in (200, 206)
    assert whole.headers["x-content-type-options"] == ["nosniff"]


def test_what_has_a_hash_in_its_name_is_kept_and_nothing_else_is(site: Site) -> None:
    """A file that was copied with its time from an image has the time of the version before: who asks whether it changed gets the whole."""
    assert site.ask(f"/static/{HASHED}").headers["cache-control"] == ["max-age=31536000, immutable"]
    plain = site.ask("/static/plain.css")
    assert plain.headers["cache-control"] == ["no-cache"]
    assert "etag" not in plain.headers
    again = site.ask("/static/plain.css", said={"If-Modified-Since": plain.headers["last-modified"][0]})
    assert again.status == 200
    assert "cache-control" not in site.ask("/static/nothing.0123456789ab.css").headers
    assert "cache-control" not in site.ask("/media/x.12345678.png").headers
    assert site.ask(f"/kept/static/{HASHED}").headers["cache-control"] == ["max-age=86400"]
    assert "cache-control" not in site.ask("/").headers


def test_what_was_compressed_before_is_given_out_as_it_is(site: Site) -> None:
    answer = site.ask("/static/plain.css", said={"Accept-Encoding": "gzip"})
    assert (answer.headers["content-encoding"], answer.headers["vary"]) == (["gzip"], ["Accept-Encoding"])
    assert gzip.decompress(answer.body).decode() == CSS
    assert site.ask(f"/static/{HASHED}", said={"Accept-Encoding": "gzip"}).body.decode() == CSS


@pytest.mark.parametrize(
    ("path", "status", "body"),
    [
        ("/", 200, b"<h1>app</h1>"),
        ("/orders/7", 200, b"<h1>app</h1>"),
        ("/orders/7/", 200, b"<h1>app</h1>"),
        ("/orders.v2", 200, b"<h1>app</h1>"),
        ("/app.js", 200, b"1"),
        ("/old.0123456789ab.js", 404, None),
        ("/old.css", 404, None),
        ("/.git/config", 404, None),
    ],
)
def test_a_single_page_answers_for_all_its_paths(site: Site, path: str, status: int, body: bytes | None) -> None:
    answer = site.ask(path, host=APP)
    assert answer.status == status
    assert body is None or answer.body == body


def test_beside_it_the_service_is_asked(site: Site) -> None:
    assert site.ask("/api/x", host=APP).json["path"] == "/api/x"
    assert site.ask("/mediax").json["path"] == "/mediax"


def test_bounds_hold_for_files(site: Site) -> None:
    found = [site.ask("/rare/a%20b.png").status for _ in range(5)]
    assert found == [200, 200, 200, 429, 429]


# Each sabotage: what is replaced (the first time), and by what.
SABOTAGE = [
    (codes.NO_LINKS, "root /srv/api-data/uploads;", "root /srv;"),
    (codes.NO_LINKS, "disable_symlinks on from=/srv/api-data/uploads;", ""),
    (codes.NO_LINKS, "disable_symlinks on from", "disable_symlinks if_not_owner from"),
    (codes.NO_LINKS, "from=/srv/api-data/uploads;", "from=/srv/web-data/uploads;"),
    (codes.NO_LINKS, "try_files $uri =404;", "try_files $uri /;"),
    (codes.NO_LINKS, "try_files $uri =404;", ""),
    (codes.NO_LINKS, "image/png png;", "image/png png; text/html html;"),
    (codes.NO_LINKS, "image/png png;", "image/png png; image/svg+xml svg;"),
    (codes.NO_LINKS, "/[.](?!well-known/)", "/[.][.](?!well-known/)"),
    (codes.NO_LINKS, "if ($uri ~", "rewrite (?s)^/[^/]+/[^/]+(/.*)$ $1 break; if ($uri ~"),
    (codes.NO_LINKS, "sendfile on;", "sendfile on; autoindex on;"),
    (codes.NO_LINKS, "proxy_pass http://web_3000;", "root /srv; proxy_pass http://web_3000;"),
    (codes.NO_LINKS, "server_tokens off;", "server_tokens off; root /srv;"),
    (nginx.ROUTES, "rewrite (?s)^/[^/]+/[^/]+(/.*)$ $1 break;", ""),
    (nginx.DOORS, '"^(?:GET|HEAD)$"', '"^(?:GET|HEAD|PUT)$"'),
    (nginx.MISSING, "etag off;", ""),
    (nginx.MISSING, "max_ranges 16;", ""),
    (nginx.MISSING, "max-age=31536000, immutable", "max-age=1"),
    (nginx.UNEXPECTED, "default index.html;", "default secret.html;"),
]


@pytest.mark.parametrize(("code", "old", "new"), SABOTAGE)
def test_each_check_can_fail(code: Code, old: str, new: str) -> None:
    made = PLANS["files"]
    text = text_of(made)
    assert old in text
    assert code.id in {one.code for one in verify(made, {CONFIG: text.replace(old, new, 1)})}


def test_whatever_line_of_files_is_altered_something_objects() -> None:
    made = PLANS["files alone"]
    lines = text_of(made).split("\n")
    start = next(number for number, line in enumerate(lines) if "location /" in line)
    for number, line in enumerate(lines[start:], start=start):
        for altered in {"", f"{line}\n{line}", line.replace(";", "x;")} - {line} if line.strip() else ():
            changed = "\n".join((*lines[:number], altered, *lines[number + 1 :]))
            assert verify(made, {CONFIG: changed}), line


@pytest.mark.parametrize("proxy", ["caddy", "none"])
def test_who_does_not_read_volumes_lets_the_service_be_asked(proxy: str) -> None:
    app = {
        "path": ".",
        "writable": ["/app/media"],
        "route": {"path": "/media", "files": {"directory": "/app/media", "content": "assets"}},
    }
    done = compiled(BUN_WEB, manifest("web-service"), {"proxy": proxy, "services": {"app": app}})
    assert done.defects == ()
    lost = [one for one in done.notes if "is asked for its files itself" in one.message]
    assert [one.code for one in lost] == [{"caddy": "SC453", "none": "SC454"}[proxy]]
    assert not any("app-app-media" in one.text and "/srv" in one.text for one in done.artifacts)
    assert not any("hashed" in one.text for one in done.artifacts if "Caddyfile" in one.path)


@pytest.mark.parametrize(
    ("route", "code"),
    [
        ({"files": {"directory": "/app/static"}}, "SC584"),
        ({"files": {"directory": "/app"}}, "SC584"),
        ({"files": {"directory": "/app/mediax"}}, "SC584"),
        ({"files": {"directory": "/app/media", "single_page": True}}, "SC586"),
        ({"files": {"directory": "/app/media"}, "strip": True}, "SC585"),
        ({"files": {"directory": "/app/media"}, "path": "/a/%2Eb"}, "SC588"),
        ({"files": {"directory": "/app/media"}, "path": "/.well-knownx"}, "SC588"),
        ({"files": {"directory": "/app/media"}, "timeouts": {"read": "1s"}}, "SC585"),
        ({"files": {"directory": "/app/media/../x"}}, "SC216"),
    ],
)
def test_what_cannot_be_meant_is_refused(route: dict[str, object], code: str) -> None:
    app = {"path": ".", "writable": ["/app/media"], "route": route}
    with pytest.raises(Refused) as refused:
        compiled(BUN_WEB, manifest("web-service"), {"services": {"app": app}})
    assert code in {one.code for one in refused.value.diagnostics}


def test_the_directory_can_be_read_by_the_front_door() -> None:
    """It is another user there; a new volume has the mode of the image's directory. Others have nothing to do with the other volume."""
    app = {
        "path": ".",
        "writable": ["/app/media", "/app/own"],
        "route": {"path": "/m", "files": {"directory": "/app/media/x"}},
    }
    done = compiled(
        BUN_WEB,
        manifest("web-service"),
        {"app": "bank", "targets": ["compose", "swarm", "quadlet"], "services": {"app": app}},
    )
    assert done.defects == ()
    texts = {one.path: one.text for one in done.artifacts}
    assert "-m 0755 /app/media\n" in texts["Dockerfile"]
    assert "-m 0750 /app/own\n" in texts["Dockerfile"]
    assert "Volume=bank_app-app-media.volume:/srv/app-app-media:ro,nocopy" in texts["quadlet/bank-proxy.container"]
    assert "app-app-own:" not in texts["quadlet/bank-proxy.container"]
    for path in ("docker-compose.yml", "swarm/stack.yml"):
        assert "read_only: true\n        volume:\n          nocopy: true" in texts[path], path
