"""What a report says, in each format, and where it is written."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner
from reported import DEPLOY, SENTENCES, committed, document, git, project, report

from projects import assertion, manifest
from report_documents import conforms
from speccompile.cli import main

HOSTILE = (
    "<img src=x onerror=alert(1)> @everyone #1 | [x](http://evil.example) `y` \"'</style><script>alert(2)</script>"
)


class _Ids(HTMLParser):
    """The ids of a page, and what links lead to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.targets: set[str] = set()
        self.tags: set[str] = set()
        self.elsewhere: list[tuple[str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            elif name == "href" and (value or "").startswith("#"):
                self.targets.add((value or "")[1:])
            elif name in ("href", "src", "action", "srcset", "background", "data", "xlink:href"):
                self.elsewhere.append((tag, value or ""))


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return project(tmp_path_factory.mktemp("report") / "bank")


def test_json_is_what_its_schema_says(bank: Path) -> None:
    found = document(bank)
    conforms("report", found)
    told = {one["id"]: one["standings"]["compose"] for one in found["assertions"]}
    assert {id_: one["standing"] for id_, one in told.items()} == {
        "A-001": "enforced",
        "A-002": "enforced",
        "A-003": "enforced",
        "A-004": "the program's",
    }
    assert list(told["A-001"]["lines"]) == ["generated/nginx.conf"]
    assert found["changes"] is None


def test_the_system_has_who_calls_whom_state_and_secrets(bank: Path) -> None:
    system = document(bank)["system"]
    boxes = {box["name"]: box for box in system["boxes"]}
    assert {name: box["kind"] for name, box in boxes.items()} == {
        "front door": "door",
        "api": "service",
        "db": "store",
        "db-backup": "backup",
    }
    assert boxes["api"]["public"] == ["bank.example.com/"]
    assert boxes["api"]["secrets"] == ["stripe-key", "DB_PASSWORD"]
    assert boxes["db"]["state"] == [{"volume": "db-data", "path": "/var/lib/postgresql/data"}]
    assert [(one["source"], one["target"]) for one in system["calls"]] == [
        ("front door", "api"),
        ("api", "db"),
        ("db-backup", "db"),
    ]


def test_the_same_specs_give_the_same_report(tmp_path: Path) -> None:
    """Whatever the directory and the process: grandalf's sets would be in the order of addresses of memory."""
    texts = set()
    for name in ("one", "two"):
        command = [sys.executable, "-m", "speccompile", "report", "--html"]
        run = subprocess.run(command, cwd=project(tmp_path / name), capture_output=True, text=True, check=True)
        texts.add(run.stdout)
    assert len(texts) == 1


def test_patches_are_told_with_their_reasons(tmp_path: Path) -> None:
    patch = 'patches:\n  - reason: "the gateway <b>is</b> slow"\n    operations: [{op: replace, path: "/services/api/mem_limit", value: "1g"}]\n'
    place = project(tmp_path, {"patches/docker-compose.yml.yaml": patch})
    found = document(place)
    conforms("report", found)
    (one,) = found["overrides"]
    assert (one["path"], one["reason"], one["kept"]) == (
        "generated/docker-compose.yml",
        "the gateway <b>is</b> slow",
        False,
    )
    assert "the gateway &lt;b&gt;is&lt;/b&gt; slow" in report(place, "--html").stdout
    assert r"the gateway \<b\>is\</b\> slow" in report(place).stdout


def test_every_link_of_the_page_leads_somewhere_in_it(bank: Path) -> None:
    page = _Ids(report(bank, "--html").stdout)
    assert len(page.ids) == len(set(page.ids))
    assert page.targets <= set(page.ids)
    assert page.elsewhere == [("link", "data:,")]
    assert not page.tags & {"script", "img", "iframe", "object", "form", "input"}


def test_every_line_that_is_generated_says_why(bank: Path) -> None:
    """Lines count as they do on disk."""
    assert CliRunner().invoke(main, ["-C", str(bank), "generate"]).exit_code == 0
    for file in document(bank)["files"]:
        told = {number for part in file["because"] for number in range(part["first"], part["last"] + 1)}
        lines = (bank / file["path"]).read_text("utf-8").split("\n")
        assert told == {number for number, line in enumerate(lines, start=1) if line.strip()}, file["path"]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    specs = manifest(
        "web-service", assertion(1, HOSTILE), assertion(2, "Accounts are persisted in PostgreSQL " + HOSTILE)
    )
    return project(tmp_path_factory.mktemp("hostile") / "p", {"specs/assertions.json": specs})


def test_hostile_texts_stay_text_in_the_page(hostile: Path) -> None:
    text = report(hostile, "--html").stdout
    assert not _Ids(text).tags & {"script", "img"}
    assert text.count("</style>") == 1
    assert "&lt;img src=x onerror=alert(1)&gt; @everyone" in text


def test_hostile_texts_call_nobody_in_a_comment(hostile: Path) -> None:
    text = report(hostile).stdout
    assert (
        r"\<img src\=x onerror\=alert(1)\> @&#8203;everyone \#&#8203;1 \| \[x\](http&#8203;\://evil.example) \`y\`"
        in text
    )
    assert not re.search(r"(?<!\\)<(?!/?(details|summary)>|!-- speccompile report -->)", text)


def test_a_comment_of_a_huge_system_fits(tmp_path: Path) -> None:
    many = [
        assertion(number, f"Every transfer of kind {number} completes " + "and completes " * 20)
        for number in range(1, 400)
    ]
    text = report(project(tmp_path, {"specs/assertions.json": manifest("web-service", *many)})).stdout
    assert len(text) < 65_536
    assert "A comment has no room for: Assertions." in text


def test_changes_since_a_commit_are_told(tmp_path: Path) -> None:
    place = project(tmp_path / "p")
    commit = committed(place)
    fewer = [{**SENTENCES[0], "natural": "Every client may send at most 5 requests per second"}, *SENTENCES[2:]]
    (place / "specs/assertions.json").write_text(manifest("web-service", *fewer), "utf-8")
    (place / "specs/deploy.yaml").write_text(DEPLOY.replace("[STRIPE_KEY]", "[]"), "utf-8")
    found = document(place, "--against", "main")
    conforms("report", found)
    changes = found["changes"]
    assert (changes["revision"], changes["commit"], changes["refused"]) == ("main", commit, [])
    assert {one["about"]: one["after"] for one in changes["texts"]} == {
        "A-001": "Every client may send at most 5 requests per second",
        "A-002": None,
    }
    assert {"about": "A-002 on compose", "before": "enforced", "after": None} in changes["standings"]
    assert any(one["about"] == "api: secrets" for one in changes["system"])
    nginx = next(one for one in changes["files"] if one["path"] == "generated/nginx.conf")
    assert (nginx["state"], nginx["added"] > 0) == ("changed", True)
    assert "+" in report(place, "--html", "--against", "main").stdout
    assert git(place, "status", "--porcelain") == "M specs/assertions.json\n M specs/deploy.yaml"


def test_nothing_changed_is_said_of_a_project_in_a_subdirectory(tmp_path: Path) -> None:
    place = project(tmp_path / "apps" / "bank")
    git_root = tmp_path
    committed(git_root)
    changes = document(place, "--against", "HEAD")["changes"]
    assert [changes[key] for key in ("standings", "texts", "system", "versions", "files", "refused")] == [[]] * 6


def test_two_manifests_may_have_the_same_id(tmp_path: Path) -> None:
    """Each assertion is told with its own lines, and a change of one is no change of the other."""
    deploy = "version: 1\napp: x\nservices:\n" + "".join(
        f"  {name}: {{path: {name}, route: {{host: {name}.example.com, path: /}}}}\n" for name in ("a", "b")
    )
    place = tmp_path / "p"
    for name, sentence in (
        ("a", "Every client may send at most 10 requests per second"),
        ("b", "Every transfer completes"),
    ):
        specs = manifest("web-service", assertion(1, sentence))
        project(place / name, {"specs/assertions.json": specs})
        (place / name / "specs/deploy.yaml").unlink()
    (place / "specs").mkdir()
    (place / "specs/deploy.yaml").write_text(deploy, "utf-8")
    committed(place)
    found = document(place)["assertions"]
    assert [bool(one["lines"]) for one in found] == [True, False]
    specs = manifest("web-service", assertion(1, "Every client may send at most 9 requests per second"))
    (place / "a/specs/assertions.json").write_text(specs, "utf-8")
    changes = document(place, "--against", "HEAD")["changes"]
    assert [one["about"] for one in changes["texts"]] == ["A-001 (a/specs/assertions.json)"]


def test_a_commit_that_does_not_compile_says_why(tmp_path: Path) -> None:
    place = project(tmp_path, {"specs/deploy.yaml": "version: 1\nservices: {api: {prot: 3}}\n"})
    committed(place)
    (place / "specs/deploy.yaml").write_text(DEPLOY, "utf-8")
    changes = document(place, "--against", "HEAD")["changes"]
    assert "SC202" in changes["refused"][0]
    assert "does not compile" in report(place, "--against", "HEAD").stdout


def test_what_a_repository_holds_out_is_not_run(tmp_path: Path) -> None:
    """A filter that is configured, and named by attributes of the commit."""
    place = project(tmp_path, {".gitattributes": "*.json filter=evil\n"})
    committed(place)
    ran = tmp_path / "ran"
    git(place, "config", "filter.evil.smudge", f"sh -c 'touch {ran}; cat'")
    assert document(place, "--against", "HEAD")["changes"]["files"] == []
    assert not ran.exists()


def test_a_repository_that_shows_a_part_of_itself_is_read_whole_and_left_alone(tmp_path: Path) -> None:
    """A sparse checkout with a split index: the commit is all of it, and nothing is written there."""
    place = project(tmp_path)
    committed(place)
    git(place, "sparse-checkout", "set", "--no-cone", "/*", "!/tsconfig.json")
    git(place, "config", "core.splitIndex", "true")
    before = {path: path.read_bytes() for path in (place / ".git").rglob("*") if path.is_file()}
    changes = document(place, "--against", "HEAD")["changes"]
    assert changes["refused"] == []
    assert {path: path.read_bytes() for path in (place / ".git").rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("revision", ["nowhere", "--output=x", "HEAD:specs", "\x1b[2J", ""])
def test_what_is_no_commit_is_refused(revision: str, tmp_path: Path) -> None:
    place = project(tmp_path)
    committed(place)
    done = report(place, "--against", revision)
    assert done.exit_code == 1
    assert "error[SC680]" in done.stderr
    assert "\x1b" not in done.stderr


@pytest.mark.parametrize("style", ["json", "markdown", "html"])
def test_a_report_replaces_a_report_and_nothing_else(style: str, tmp_path: Path, bank: Path) -> None:
    place = tmp_path / "report"
    for _ in range(2):
        assert report(bank, "--format", style, "-o", str(place)).exit_code == 0
    before = place.read_text("utf-8")
    for taken in ("specs/deploy.yaml", "package.json"):
        done = report(bank, "--format", style, "-o", str(bank / taken))
        assert (done.exit_code, "SC681" in done.output) == (1, True)
    link = tmp_path / "link"
    link.symlink_to(place)
    assert report(bank, "--format", style, "-o", str(link)).exit_code == 1
    assert place.read_text("utf-8") == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link", "report"]


def test_a_file_counts_from_where_the_command_is_started(bank: Path) -> None:
    assert report(bank / "specs", "-o", "../r.md").exit_code == 0
    assert (bank / "r.md").read_text("utf-8").startswith("<!-- speccompile report -->\n## Deployment of bank")
    (bank / "r.md").unlink()


@pytest.mark.parametrize(
    "options",
    [["--html", "--format", "json"], ["--at", "2024-02-30T00:00:00Z"], ["--at", "yesterday"], ["--format", "pdf"]],
)
def test_what_makes_no_sense_is_a_usage_error(options: list[str], bank: Path) -> None:
    assert report(bank, *options).exit_code == 2


def test_a_project_that_cannot_be_compiled_has_no_report(tmp_path: Path) -> None:
    place = project(tmp_path, {"specs/assertions.json": "{"})
    done = report(place, "--format", "json")
    assert (done.exit_code, json.loads(done.stdout)["status"]) == (1, "refused")
