"""The page in a real browser: links lead to the lines and back, nothing is loaded, nothing is run, keyboard, dark mode and print."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright
from reported import SENTENCES, committed, project, report

from projects import assertion, manifest
from tools import missing

HOSTILE = '<img src=x onerror="alert(1)"> </style><script>alert(2)</script> {{ 7 }} evil \' " &amp;'
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        missing("a browser", "apt-get install chromium")
    with sync_playwright() as started:
        opened = started.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = project(tmp_path_factory.mktemp("page") / "bank")
    committed(place)
    specs = manifest("web-service", *SENTENCES, assertion(9, HOSTILE))
    (place / "specs/assertions.json").write_text(specs, "utf-8")
    made = place.parent / "report.html"
    done = report(place, "--html", "--against", "HEAD", "-o", str(made))
    assert done.exit_code == 0, done.output
    return made


class _Opened:
    """A page, and what its browser said and asked for."""

    def __init__(self, page: Page, file: Path) -> None:
        self.page = page
        self.said: list[str] = []
        self.requests: list[str] = []
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("dialog", lambda dialog: self.said.append(dialog.message))
        page.on("request", lambda request: self.requests.append(request.url))
        page.goto(file.as_uri())

    def _console(self, message: ConsoleMessage) -> None:
        self.said.append(message.text)


@pytest.fixture
def opened(browser: Browser, file: Path) -> Iterator[_Opened]:
    context = browser.new_context(viewport={"width": 1200, "height": 800})
    opened = _Opened(context.new_page(), file)
    yield opened
    assert opened.said == []
    assert [url for url in opened.requests if not url.startswith("data:")] == [
        url for url in opened.requests if url.partition("#")[0] == file.as_uri()
    ]
    context.close()


def test_a_click_leads_to_the_lines_and_one_back(opened: _Opened) -> None:
    page = opened.page
    told = page.locator("article", has=page.locator("h3", has_text=re.compile("^A-001 ")))
    told.locator("div.lines", has_text="read back from generated/nginx.conf").locator("a").first.click()
    target = page.locator(":target")
    expect(target).to_be_in_viewport()
    expect(target).to_contain_text("limit_req")
    target.locator("xpath=ancestor::div[@class='block']").locator("a", has_text="A-001").first.click()
    expect(page.locator(":target")).to_be_in_viewport()
    expect(page.locator(":target h3")).to_contain_text("A-001")


def test_a_box_leads_to_all_about_it(opened: _Opened) -> None:
    opened.page.locator("svg a", has_text="db-backup").click()
    expect(opened.page.locator("tr:target")).to_contain_text("copies db")


def test_a_closed_file_opens_for_who_follows_a_link(opened: _Opened) -> None:
    page = opened.page
    for summary in page.locator("details.file > summary").all():
        summary.click()
    page.locator("article div.lines a").first.click()
    expect(page.locator(":target")).to_be_visible()


def test_hostile_texts_stay_text(opened: _Opened) -> None:
    page = opened.page
    expect(page.locator("h3", has_text="A-009")).to_contain_text(HOSTILE)
    assert page.locator("script, img, iframe").count() == 0


def test_the_keyboard_is_enough(opened: _Opened) -> None:
    page = opened.page
    page.keyboard.press("Tab")
    expect(page.locator("a:focus")).to_have_text("Skip to the report")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.locator("nav a", has_text="Files").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#files")).to_be_in_viewport()


def test_dark_mode_and_print_have_their_own_looks(opened: _Opened) -> None:
    page = opened.page
    paper = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(paper)
    page.emulate_media(color_scheme="dark")
    assert page.evaluate(paper) != light
    page.emulate_media(media="print")
    assert page.evaluate(paper) == light
    expect(page.locator("nav")).to_be_hidden()
    expect(page.locator("#files")).to_be_visible()


def test_it_is_readable_on_a_telephone(opened: _Opened) -> None:
    """What is wider than the screen scrolls in its own place."""
    page = opened.page
    page.set_viewport_size({"width": 360, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_nothing_needs_scripts(browser: Browser, file: Path) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(f"{file.as_uri()}#a0")
    expect(page.locator("#a0")).to_be_in_viewport()
    expect(page.locator("svg")).to_be_visible()
    page.context.close()
