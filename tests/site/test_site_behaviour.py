"""What a real nginx gives out with a generated configuration."""

from __future__ import annotations

import contextlib
import gzip
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from site_plans import CONFIG, FILES, PACKED, PAGES, SINGLE, plan, site_of, with_site

from projects import HTML_WEB, VITE_WEB, compiled, manifest
from speccompile.backends.site import emit
from speccompile.plan.plan import Plan
from speccompile.plan.site import Listen
from tools import ROOT, need

sys.path.insert(0, str(ROOT / "tests/nginx"))
from nginx_server import Answer, Site, free_port, nginx

FOR_GOOD = ["public, max-age=31536000, immutable"]


@contextlib.contextmanager
def serving(made: Plan, directory: Path, files: dict[str, str], program: str = "") -> Iterator[Site]:
    """nginx (or *program*) with *files* as *made* says, but for the port and where /tmp and the site are on this machine."""
    port = free_port()
    own = with_site(made, listen=Listen(port=port, origin=site_of(made).origin))
    (artifact,) = emit(own)
    text = artifact.text.replace(" /tmp/", f" {directory}/").replace("root /app/site;", f"root {directory}/site;")
    (directory / CONFIG).write_text(text, "utf-8")
    for path, content in files.items():
        place = directory / "site" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(content, "utf-8")
    directory.chmod(0o755)
    argv = [program or nginx(), "-e", str(directory / "early"), "-p", str(directory), "-c", str(directory / CONFIG)]
    with (directory / "stdout").open("ab") as out, (directory / "stderr").open("ab") as err:
        process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=out, stderr=err)
    site = Site(port, directory, process)
    try:
        for _ in range(100):
            with contextlib.suppress(ConnectionError):
                site.ask("/")
                break
            time.sleep(0.05)
        yield site
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture(scope="module")
def pages() -> Iterator[Site]:
    """A site of pages."""
    with tempfile.TemporaryDirectory() as name, serving(PAGES, Path(name), FILES) as site:
        yield site


@pytest.fixture(scope="module")
def single() -> Iterator[Site]:
    """A site of one page."""
    made = with_site(SINGLE, immutable=("_app/immutable",))
    with tempfile.TemporaryDirectory() as name, serving(made, Path(name), FILES) as site:
        yield site


def got(answer: Answer) -> tuple[int, str]:
    """Status and body."""
    return answer.status, answer.body.decode("utf-8")


@pytest.mark.parametrize(
    ("path", "status", "body"),
    [
        ("/", 200, "start"),
        ("/about", 200, "about"),
        ("/about.html", 200, "about"),
        ("/notes/", 200, "notes"),
        ("/caf%C3%A9", 200, "caf\u00e9"),
        ("/no/such", 404, "nothing here"),
        ("/empty/", 404, "nothing here"),
        ("/404.html", 404, "nothing here"),
        ("/.env", 404, "nothing here"),
        ("/.git/config", 404, "nothing here"),
        ("/%2e%65nv", 404, "nothing here"),
        ("/.well-known/security.txt", 200, "Contact: me"),
        ("/healthz", 200, "ok\n"),
        ("/healthz/", 404, "nothing here"),
    ],
)
def test_pages(pages: Site, path: str, status: int, body: str) -> None:
    """Files, pages without their suffix, and status 404 with the site's own page for all else."""
    assert got(pages.ask(path)) == (status, body)


def test_no_log_has_a_query_string(pages: Site) -> None:
    """Neither of what is there nor of what is not: nginx tells of that in its other log, with the whole request."""
    for path in ("/about", "/no/such", "/.env", "/empty/", "/%2e%2e/%2e%2e/x", "/assets/none.js"):
        pages.ask(f"{path}?token=canary")
    assert pages.ask("/healthz").status == 200
    assert "canary" not in "".join((pages.directory / name).read_text() for name in ("stdout", "stderr"))


def test_a_directory_is_left_relative_to_the_host(pages: Site) -> None:
    """Which host, port and scheme a browser sees only the proxy in front knows."""
    answer = pages.ask("/notes")
    assert (answer.status, answer.headers["location"]) == (301, ["/notes/"])


@pytest.mark.parametrize(
    ("path", "status", "body"),
    [
        ("/", 200, "start"),
        ("/orders/17", 200, "start"),
        ("/orders/john.doe", 200, "start"),
        ("/assets", 200, "start"),
        ("/notes", 200, "notes"),
        ("/about", 200, "about"),
        ("/assets/gone-DiwrgTda.js", 404, "nothing here"),
        ("/gone.PNG", 404, "nothing here"),
        ("/.env", 404, "nothing here"),
        ("/livez", 200, "ok\n"),
    ],
)
def test_a_single_page(single: Site, path: str, status: int, body: str) -> None:
    """The page answers for all paths, but never where a file of the page's was asked for."""
    assert got(single.ask(path)) == (status, body)


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/", False),
        ("/orders/17", False),
        ("/sw.js", False),
        ("/assets/hero-background.png", False),
        ("/assets/index-DiwrgTda.js", True),
        ("/assets/main.8c2b1d3e.chunk.css", True),
        ("/_app/immutable/start.js", True),
    ],
)
def test_what_browsers_keep(single: Site, path: str, kept: bool) -> None:
    """What is named by its content, and nothing else."""
    assert single.ask(path).headers["cache-control"] == (FOR_GOOD if kept else ["no-cache"])


def test_what_is_missing_is_not_kept(single: Site) -> None:
    """A file that is not there yet may be there after the next deployment."""
    assert "cache-control" not in single.ask("/assets/gone-DiwrgTda.js").headers


@pytest.mark.parametrize("path", ["/", "/no.css", "/livez", "/assets/index-DiwrgTda.js"])
def test_headers_are_set_once(single: Site, path: str) -> None:
    """Whatever the status."""
    headers = single.ask(path).headers
    wanted = {
        "x-content-type-options": ["nosniff"],
        "x-frame-options": ["SAMEORIGIN"],
        "referrer-policy": ["strict-origin-when-cross-origin"],
        "server": ["nginx"],
    }
    assert {name: headers[name] for name in wanted} == wanted


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/mod.mjs", "text/javascript; charset=utf-8"),
        ("/site.webmanifest", "application/manifest+json"),
        ("/data.json", "application/json"),
        ("/about", "text/html; charset=utf-8"),
    ],
)
def test_types(pages: Site, path: str, kind: str) -> None:
    """Browsers do not guess."""
    assert pages.ask(path).headers["content-type"] == [kind]


def test_compression_and_revalidation(single: Site) -> None:
    """A script is compressed for who can read that; who has it already gets no body."""
    path = "/assets/index-DiwrgTda.js"
    packed = single.ask(path, said={"Accept-Encoding": "gzip"})
    assert packed.headers["content-encoding"] == ["gzip"]
    assert packed.headers["vary"] == ["Accept-Encoding"]
    assert len(packed.body) < 300
    plain = single.ask("/")
    assert single.ask("/", said={"If-None-Match": plain.headers["etag"][0]}).status == 304


def test_other_methods_are_refused(pages: Site) -> None:
    """Files are read only."""
    assert pages.ask("/", method="POST", body=b"x").status == 405
    assert pages.ask("/", method="POST", body=b"x" * 20_000).status == 413


def test_what_was_compressed_before_is_given_out_as_it_is() -> None:
    """To who takes it; others get the file, and files without one beside them are compressed as they come."""
    packed = gzip.compress(b"packed before", mtime=0)
    program = need("nginx", "apt-get install nginx-light")
    with tempfile.TemporaryDirectory() as name, serving(PACKED, Path(name), FILES, program) as site:
        (Path(name) / "site/about.html.gz").write_bytes(packed)
        taken = site.ask("/about", said={"Accept-Encoding": "br, gzip"})
        assert (taken.status, taken.body, taken.headers["content-type"]) == (200, packed, ["text/html; charset=utf-8"])
        assert (taken.headers["content-encoding"], taken.headers["vary"]) == (["gzip"], ["Accept-Encoding"])
        assert taken.headers["cache-control"] == ["no-cache"]
        assert got(site.ask("/about")) == (200, "about")
        assert site.ask("/about").headers["vary"] == ["Accept-Encoding"]
        fresh = site.ask("/assets/index-DiwrgTda.js", said={"Accept-Encoding": "gzip"})
        assert gzip.decompress(fresh.body) == b"x" * 3000


@pytest.mark.parametrize(
    ("sources", "compressed"),
    [
        (HTML_WEB, False),
        ({**HTML_WEB, "style.css.gz": "packed"}, True),
        ({**HTML_WEB, "assets/app.js": "", "assets/app.js.gz": "packed"}, True),
        ({**HTML_WEB, "assets/app.js": ""}, False),
        ({**HTML_WEB, "data.tar.gz": "packed"}, False),
        ({"public/index.html": "<p>", "public/index.html.gz": "packed"}, True),
        (VITE_WEB, False),
        ({**VITE_WEB, "svelte.config.js": "export default { kit: { adapter: adapter({ precompress: true }) } };\n"}, True),
        ({**VITE_WEB, "svelte.config.js": "// precompress: true\n"}, False),
        ({name: text.replace('"vite": "7.1.0"}', '"vite": "7.1.0", "vite-plugin-compression": "0.5.1"}') for name, text in VITE_WEB.items()}, True),
    ],
)  # fmt: skip
def test_files_that_were_compressed_before_are_looked_for_where_there_are_any(
    sources: dict[str, str], *, compressed: bool
) -> None:
    """They lie among the pages, or the build is known to write them."""
    assert site_of(plan(sources)).compressed is compressed


def test_compressed_files_at_the_top_are_in_the_image() -> None:
    """Beside the files that they are of."""
    done = compiled({**HTML_WEB, "style.css.gz": "packed", "other.gz": "x"}, manifest("web-service"))
    assert "style.css.gz" in done.files["Dockerfile"]
    assert "other.gz" not in done.files["Dockerfile"]
