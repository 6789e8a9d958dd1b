"""Every kind of page in a real Chromium: axe-core, widths, colors, keyboard, script off, and nothing sent anywhere."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest
from axe import AXE, violations
from chromium import Served
from planner_page import AS_IT_COMES
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Request, expect
from small_site import KINDS_OF_PAGE

pytestmark = pytest.mark.browser

SAME_TEMPLATE = (
    "/kind/",
    "/topic/hem",
    "/provider/",
    "/credit/",
    "/free-credit/",
    "/upcoming/",
    "/next-30",
    "/length/",
    "/state/",
)
PAGES = tuple(path for path in KINDS_OF_PAGE if path != "/o/o99/" and not path.startswith(SAME_TEMPLATE))
"""One or more of each template. A moved page leads on at once and has nothing of its own to look at."""

WIDTHS = (360, 768, 1280)

Open = Callable[..., Page]


@pytest.fixture(scope="module")
def window(browser: Browser) -> Iterator[Page]:
    """The one window in which all pages are looked at: a new one costs Chromium more than most looks do."""
    context = browser.new_context()
    context.add_init_script(AXE)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def without_script(browser: Browser) -> Iterator[Page]:
    """A phone's window without script."""
    context = browser.new_context(viewport={"width": 360, "height": 800}, java_script_enabled=False)
    yield context.new_page()
    context.close()


@pytest.fixture
def open_page(window: Page, served: Served) -> Iterator[Open]:
    """Opens pages of the small site; a script error, a refused request or one to another origin fails the test."""
    faults: list[str] = []
    asked: list[str] = []

    def opened(path: str, width: int = 1280, **media: str) -> Page:
        window.set_viewport_size({"width": width, "height": 800})
        window.emulate_media(**AS_IT_COMES | media)
        window.goto(served.url(path))
        return window

    def fault(error: Error) -> None:
        faults.append(f"{window.url}: {error}")

    def line(told: ConsoleMessage) -> None:
        if told.type == "error":
            faults.append(f"{window.url}: {told.text}")

    def request(sent: Request) -> None:
        asked.append(sent.url)

    window.on("pageerror", fault)
    window.on("console", line)
    window.context.on("request", request)
    yield opened
    window.goto("about:blank")
    window.remove_listener("pageerror", fault)
    window.remove_listener("console", line)
    window.context.remove_listener("request", request)
    assert not faults
    assert asked
    assert [url for url in asked if not url.startswith(served.address)] == []


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_no_violation_nothing_is_too_wide_and_nothing_leaves_the_origin(open_page: Open, path: str) -> None:
    page = open_page(path)
    if path == "/search/":
        page.locator("#results .card").first.wait_for()
    assert violations(page) == [], "light, 1280"
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 360, "height": 800})
    assert violations(page) == [], "dark, 360"
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{path} at {width}"


def test_without_script_every_page_says_what_it_has_to_say(without_script: Page, served: Served) -> None:
    for path in PAGES:
        without_script.goto(served.url(path))
        assert without_script.locator("main h1").first.is_visible(), path
        assert without_script.locator(".sample-mark").first.is_visible(), path


def test_without_script_the_list_can_be_walked_to_its_end_and_into_a_listing(
    without_script: Page, served: Served
) -> None:
    page = without_script
    page.goto(served.url("/browse/"))
    titles = set()
    while True:
        titles.update(page.locator(".card h3").all_inner_texts())
        following = page.locator('a[rel="next"]')
        if following.count() == 0:
            break
        following.click()
    assert len(titles) == 14
    page.locator(".card h3 a").first.click()
    assert page.locator("h1").is_visible()


def test_hostile_titles_are_only_words(open_page: Open) -> None:
    page = open_page("/o/o14/")
    assert "alert(1)" in page.locator("h1").inner_text()
    assert page.locator("h1 script, h1 img, main img").count() == 0
    page = open_page("/search/?q=quote")
    page.locator("#results .card").first.wait_for()
    assert page.locator("#results script, #results img").count() == 0
    page.fill("#q", "<img src=x onerror=alert(1)>")
    page.wait_for_timeout(400)
    assert page.locator("main img").count() == 0


def test_keyboard_alone_reaches_a_listing(open_page: Open) -> None:
    page = open_page("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    for _step in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('.card') !== null"):
            break
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    page.wait_for_url("**/o/**")


def test_search_by_keyboard_filters_sorts_and_keeps_its_address(open_page: Open) -> None:
    page = open_page("/search/")
    page.locator("#results .card").first.wait_for()
    assert page.locator("#search-count").inner_text() == "16 listings"
    page.focus("#q")
    page.keyboard.type("blood")
    expect(page.locator("#search-count")).to_have_text("2 listings")
    assert "q=blood" in page.url
    page.fill("#q", "")
    expect(page.locator("#search-count")).to_have_text("16 listings")
    page.locator("#filters input[name=price][value=Free]").focus()
    page.keyboard.press("Space")
    expect(page.locator("#search-count")).to_have_text("3 listings")
    assert page.evaluate("document.activeElement.value") == "Free"
    page.select_option("#sort", "hours")
    page.wait_for_url("**sort=hours")
    amounts = page.locator("#results .card-worth").all_inner_texts()
    assert len(amounts) == 3
    assert amounts[-1].startswith("0.25")
    again = open_page("/search/" + page.evaluate("location.search"))
    expect(again.locator("#search-count")).to_have_text("3 listings")
    assert again.input_value("#sort") == "hours"


@pytest.mark.parametrize("order", ["date", "price", "hours", "expires"])
def test_no_listing_drops_out_of_a_sorted_search(open_page: Open, order: str) -> None:
    page = open_page(f"/search/?sort={order}")
    expect(page.locator("#search-count")).to_have_text("16 listings")


def test_a_search_is_narrowed_by_date_credit_end_and_state(open_page: Open) -> None:
    page = open_page("/search/?month=2026-12")
    page.locator("#results .card").first.wait_for()
    found = page.locator("#filters label", has=page.locator("input:checked"))
    assert found.locator("span").first.inner_text() == "December 2026"
    assert page.locator("#filter-month").get_attribute("open") is not None
    groups = page.locator("#filters summary").all_inner_texts()
    assert page.locator("#filter-groups details:not(:has(label))").count() == 0, "no group without a value"
    asked = ["Price", "Should count for", "Credit type", "Format", "Length", "Topic", "Date", "Evening or weekend"]
    asked += ["Credit still good in", "State", "Level", "Provider", "Kind"]
    shown = [group for group in groups if group in asked]
    assert shown == [group for group in asked if group in shown], "in the order in which people ask"


def test_past_dates_and_old_data_are_told_by_the_readers_clock(browser: Browser, served: Served) -> None:
    context = browser.new_context(timezone_id="America/Los_Angeles")
    page = context.new_page()
    page.clock.set_fixed_time("2027-08-01T12:00:00Z")
    page.goto(served.url("/o/o06/"))
    expect(page.locator("[data-freshness]")).to_contain_text("last read Nov 20, 2026")
    assert page.locator(".sessions .past").count() == 2
    assert page.locator("[data-gone]").is_visible()
    page.clock.set_fixed_time("2026-11-22T12:00:00Z")
    page.goto(served.url("/o/o06/"))
    expect(page.locator("[data-freshness]")).to_have_text("Listings read Nov 20, 2026")
    assert page.locator(".sessions .past").count() == 0
    assert not page.locator("[data-gone]").is_visible()
    assert "10:00 AM yours" in page.locator(".sessions li").first.inner_text()
    context.close()


def test_forced_colors_and_print_keep_the_tubes_readable(open_page: Open) -> None:
    page = open_page("/next/", forced_colors="active")
    solid = page.evaluate("getComputedStyle(document.querySelector('.tube-confirmed')).fill")
    empty = page.evaluate("getComputedStyle(document.querySelector('.tube-glass')).fill")
    assert solid != empty
    page.emulate_media(media="print")
    assert not page.locator(".site-head nav").is_visible()
    assert page.locator("table").first.is_visible()


def test_structured_data_of_each_page_is_read_by_the_browser(open_page: Open) -> None:
    for path in ("/o/o01/", "/o/o08/", "/o/o10/", "/browse/", "/credentials/ascp-mlt/"):
        text = open_page(path).locator('script[type="application/ld+json"]').inner_text()
        assert json.loads(text)["@context"] == "https://schema.org"
