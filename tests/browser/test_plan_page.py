"""The personal page in a real Chromium: three answers to a list, nothing sent, nothing kept unasked, nothing lost."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Literal

import pytest
from axe import violations
from chromium import Served
from planner_page import BLOCKED, Visitor, forget, opened, sample_file, serving, visiting, watched
from playwright.sync_api import Browser, Page, expect

from recommend.profile import EmployerPays, Profile, load_profile

pytestmark = pytest.mark.browser

TYPED = "zebrafish-embryology"
"""Typed everywhere; it must never be in a request."""

KEPT = "async () => (await indexedDB.databases()).map((one) => one.name)"
WIDTH = "document.documentElement.scrollWidth"


@pytest.fixture
def stranger(browser: Browser, served: Served) -> Iterator[Visitor]:
    """A visitor who has never been here."""
    with visiting(browser, served) as one:
        yield one


@pytest.fixture(scope="module")
def window(browser: Browser) -> Iterator[Page]:
    """A window that stays open: to open one and read all scripts anew takes longer than most tests do."""
    with opened(browser) as page:
        yield page


@pytest.fixture
def visitor(window: Page, served: Served) -> Iterator[Visitor]:
    """A visitor whose browser has the site's files, by its service worker too, and nothing of any visitor."""
    forget(window, served)
    with watched(window, served) as one:
        yield one


def tab_to(page: Page, selector: str, most: int = 400) -> None:
    """Press Tab until something that matches has the focus."""
    for _step in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"the keyboard never came to {selector}")


def until(page: Page, script: str) -> None:
    """Wait until an asynchronous script says yes (``wait_for_function`` takes its promise for a yes)."""
    for _turn in range(200):
        if page.evaluate(f"async () => Boolean(await ({script})())"):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"never came true: {script}")


def test_three_answers_by_keyboard_alone_give_a_list_and_lead_to_a_printed_plan(visitor: Visitor) -> None:
    page = visitor.go()
    page.evaluate("globalThis.print = () => { globalThis.printed = true; }")
    tab_to(page, "input[value=ascp-mlt]")
    page.keyboard.press("Space")
    tab_to(page, "#question-2 input[type=date]")
    page.keyboard.type("10042027")
    tab_to(page, "#question-3 input[type=radio]")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type("12")
    tab_to(page, "[data-show]")
    page.keyboard.press("Enter")
    page.locator(".suggestion").first.wait_for()
    assert page.evaluate("document.activeElement.id") == "needed"
    expect(page.locator(".owed .still").first).to_contain_text("12 of 36 points. 24 more by Sep 4, 2027")
    page.locator(".own-words").first.wait_for(state="attached")
    tab_to(page, "summary:has(+ [data-why])")
    tab_to(page, "[data-plan] input[name=objective]")
    page.locator(".plan-headline").wait_for()
    tab_to(page, ".plan-tools .button")
    page.keyboard.press("Enter")
    assert page.evaluate("globalThis.printed")


def test_nothing_leaves_the_origin_whatever_is_typed_or_imported(stranger: Visitor, tmp_path: Path) -> None:
    page = stranger.answer()
    stranger.plan()
    page.get_by_text("Why is something here, or not?").click()
    page.fill("#why-words", TYPED)
    page.get_by_role("button", name="Look").click()
    page.get_by_role("textbox", name="Interests in your own words").fill(TYPED)
    page.keyboard.press("Enter")
    page.locator("[data-credits-fold] > summary").click()
    page.get_by_text("Import a table, or paste one").click()
    page.get_by_label("or paste rows").fill(f"Date,Title,Hours\n2026-05-01,{TYPED},1\n")
    page.get_by_role("button", name="Read what I pasted").click()
    page.get_by_role("button", name="Take over 1 row").click()
    page.get_by_role("button", name="Keep it in this browser", exact=True).click()
    expect(page.locator("[data-file]")).to_contain_text("in this browser only")
    stranger.load(sample_file(tmp_path))
    stranger.plan()
    page.wait_for_load_state("networkidle")
    assert [url for _, url, _ in stranger.asked if not url.startswith((stranger.served.address, "blob:"))] == []
    assert {method for method, _, _ in stranger.asked} == {"GET"}
    assert [url for _, url, body in stranger.asked if body or "?" in url or TYPED in url] == []


def test_the_default_keeps_nothing(stranger: Visitor) -> None:
    page = stranger.answer()
    page.get_by_role("button", name="No, keep nothing").click()
    assert page.evaluate(KEPT) == []
    page.close()
    stranger.page = stranger.context.new_page()
    again = stranger.go()
    assert not again.locator("[data-results]").is_visible()
    assert again.locator("input[name=credential]:checked").count() == 0


def test_what_is_kept_comes_back_greets_at_home_and_can_be_erased(stranger: Visitor) -> None:
    page = stranger.answer()
    page.get_by_role("button", name="Yes, keep it in this browser").click()
    expect(page.locator("[data-file]")).to_contain_text("in this browser only")
    assert page.evaluate(KEPT) == ["aliquot"]
    page.close()
    stranger.page = stranger.context.new_page()
    stranger.page.clock.set_fixed_time("2026-11-22T08:30:00Z")
    home = stranger.go("/")
    expect(home.locator(".returning")).to_contain_text("0 of 36 points · next: ")
    assert home.locator(".questions").count() == 0
    page = stranger.go()
    page.locator(".suggestion").first.wait_for()
    page.get_by_role("button", name="Erase everything").click()
    expect(page.locator("[data-messages]")).to_contain_text("erased")
    assert page.evaluate(KEPT) == []
    assert page.evaluate("sessionStorage.length") == 0
    until(page, "async () => (await caches.keys()).length === 0")
    assert stranger.go("/").locator(".questions").count() == 1


def test_a_profile_travels_from_a_phone_by_file_to_the_command_line_and_to_a_browser_without_storage(
    browser: Browser, served: Served, tmp_path: Path
) -> None:
    with visiting(browser, served, width=390, has_touch=True) as phone:
        page = phone.answer()
        assert page.evaluate(WIDTH) <= 390
        page.locator("[data-wishes-fold] > summary").click()
        page.locator("[data-wishes]").get_by_label("Hematology", exact=True).check()
        page.get_by_role("button", name=re.compile("^Like: ")).first.click()
        expect(page.get_by_role("button", name=re.compile("^Like: "), pressed=True)).to_have_count(1)
        document = phone.saved()
    assert document["topics"] == ["hematology"]
    assert len(document["liked"]) == 1
    carried = tmp_path / "my-ce-profile.json"
    carried.write_text(json.dumps(document), encoding="utf-8")
    assert load_profile(carried) == Profile.model_validate(document)
    with visiting(browser, served, script=BLOCKED) as hospital:
        hospital.go()
        hospital.load(carried)
        assert hospital.saved() == document
        hospital.page.get_by_role("button", name="Keep it in this browser", exact=True).click()
        expect(hospital.page.locator("[data-messages]")).to_contain_text("does not let pages keep anything")


def test_a_file_of_the_command_line_is_saved_again_without_loss(visitor: Visitor, tmp_path: Path) -> None:
    path = sample_file(tmp_path)
    visitor.go()
    visitor.load(path)
    assert visitor.saved() == json.loads(path.read_text(encoding="utf-8"))


def test_bad_files_are_told_with_their_line_and_change_nothing(visitor: Visitor, tmp_path: Path) -> None:
    page = visitor.answer()
    before = visitor.saved()
    messages = page.locator("[data-messages]")
    newer = tmp_path / "newer.json"
    newer.write_text('{\n  "version": 2,\n  "moons": 3\n}\n', encoding="utf-8")
    broken = tmp_path / "broken.json"
    broken.write_text('{\n  "version": 1,\n  "plan_days_before": "soon"\n}\n', encoding="utf-8")
    huge = tmp_path / "huge.json"
    with huge.open("wb") as file:
        file.truncate(50_000_000)
    for path, told in ((newer, "line 2"), (broken, "line 3, plan_days_before"), (huge, "50,000,000 bytes")):
        page.set_input_files("[data-file] input[type=file]", path)
        expect(messages).to_contain_text(told)
        expect(messages).to_contain_text(f"{path.name} was not taken over. What you had is unchanged.")
    page.locator("[data-credits-fold] > summary").click()
    page.get_by_text("Import a table, or paste one").click()
    table = tmp_path / "table.csv"
    table.write_text("Moon,Sun\n1,2\n", encoding="utf-8")
    page.set_input_files("[data-credits] input[type=file]", table)
    expect(page.locator(".mapper")).to_contain_text("no column for")
    table.write_text(
        "Date,Title,Hours\n2026-01-05,Good,1\n2026-01-06,<img src=x onerror=alert(1)>,2\n31/31/2026,Bad,x\n"
    )
    page.set_input_files("[data-credits] input[type=file]", table)
    expect(page.locator(".mapper")).to_contain_text("line 4")
    assert page.locator("main img").count() == 0
    assert visitor.saved() == before
    page.get_by_role("button", name="Take over 2 rows").click()
    expect(page.locator(".entries li")).to_have_count(2)
    assert page.locator("main img").count() == 0
    assert len(visitor.saved()["transcript"]) == 2


def test_it_works_without_a_network_after_the_first_visit_and_takes_a_new_release_cleanly(
    browser: Browser, served: Served, tmp_path: Path
) -> None:
    shutil.copytree(served.folder, tmp_path / "ce", ignore=shutil.ignore_patterns("pagefind", "*.gz", "*.br"))
    names = "async () => (await caches.keys()).filter((name) => name.startsWith('aliquot '))"
    with serving(tmp_path, "ce") as first, visiting(browser, first) as visitor:
        page = visitor.answer()
        until(page, "async () => (await navigator.serviceWorker.getRegistration())?.active")
        page.evaluate("caches.open('somebody else')")
        visitor.go()
        [before] = page.evaluate(names)
        script = first.folder / "sw.js"
        script.write_text(
            re.sub(r'"name": "\w+"', '"name": "next-release"', script.read_text(encoding="utf-8")), "utf-8"
        )
        page.evaluate("async () => (await navigator.serviceWorker.getRegistration()).update()")
        until(page, "async () => (await navigator.serviceWorker.getRegistration())?.waiting")
        assert before in page.evaluate(names)
        page.goto(first.address.removesuffix("ce/") + "outside")
        until(page, f"async () => !(await navigator.serviceWorker.getRegistration('{first.address}')).waiting")
        until(page, f"async () => (await ({names})()).length === 1")
        [after] = page.evaluate(names)
        assert after.endswith(" next-release")
        assert "somebody else" in page.evaluate("caches.keys()")
        stored = page.evaluate("async name => (await (await caches.open(name)).keys()).map((one) => one.url)", after)
        assert all(url.startswith(first.address) for url in stored)
        first.stop()
        visitor.go()
        page.locator(".suggestion").first.wait_for()
        visitor.plan()
        visitor.faults.clear()  # Chromium tells each page that the network does not have


def test_a_listing_is_liked_hidden_and_taken_from_its_own_page(visitor: Visitor) -> None:
    visitor.answer()
    page = visitor.go("/o/o01/")
    page.get_by_role("button", name=re.compile("^Like: ")).click()
    assert page.get_by_role("button", name=re.compile("^Like: ")).get_attribute("aria-pressed") == "true"
    box = page.get_by_role("button", name=re.compile("^Like: ")).bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= 44
    page.get_by_role("button", name=re.compile("^Hide: ")).click()
    assert page.get_by_role("button", name=re.compile("^Like: ")).get_attribute("aria-pressed") == "false"
    page.get_by_role("link", name="I took this").click()
    expect(page.locator("[data-messages]")).to_contain_text("among what you have done")
    document = visitor.saved()
    assert document["disliked"] == ["o01"]
    assert [credit["opportunity"] for credit in document["transcript"]] == ["o01"]
    page.get_by_role("button", name="Undo").click()
    page = visitor.go("/browse/")
    expect(page.get_by_role("button", name=re.compile("^Hide: "))).to_have_count(page.locator(".card").count())


def test_a_figure_is_checked_changed_and_taken_back(visitor: Visitor) -> None:
    page = visitor.answer()
    row = page.get_by_role("row", name=re.compile("^Chemistry"))
    row.get_by_label("Chemistry: source, age and confidence").click()
    expect(row.locator(".source")).to_contain_text("We read it Nov 22, 2026.")
    row.get_by_label("Chemistry: the figure you found, in points").fill("3")
    row.get_by_role("button", name="Change it: chemistry").click()
    expect(row.locator("td").first).to_have_text("3")
    expect(row.locator("summary")).to_contain_text("you checked it")
    assert visitor.saved()["checked"] == [{"figure": "ascp-mlt.requirements.chemistry", "value": 3, "on": "2026-11-22"}]
    row.get_by_role("button", name="Take my check back").click()
    expect(row.locator("td").first).to_have_text("2")


def test_the_list_follows_each_touch_and_says_why_and_why_not(visitor: Visitor, tmp_path: Path) -> None:
    visitor.go()
    page = visitor.load(sample_file(tmp_path))
    first = page.locator(".suggestion h3").first
    hidden = first.inner_text()
    page.get_by_role("button", name=f"Hide: {hidden}").click()
    expect(first).not_to_have_text(hidden)
    page.get_by_text("Why is something here, or not?").click()
    page.fill("#why-words", hidden)
    page.get_by_role("button", name="Look").click()
    page.locator(".found button").first.click()
    expect(page.locator("[data-why-answer]")).to_contain_text("You hid it.")
    page.get_by_role("button", name="Undo").click()
    expect(first).to_have_text(hidden)
    page.locator("[data-wishes]").get_by_label("Hematology", exact=True).check()
    folds = page.locator(".suggestion summary", has_text="Why here").all()
    for fold in folds:
        fold.click()
    expect(page.locator(".parts-table")).to_have_count(len(folds))
    parts = page.locator(".suggestions")
    before = parts.text_content()
    slider = page.get_by_label("Longest at one sitting")
    slider.fill("15")
    expect(page.locator(".slider output").first).to_have_text("15 minutes")
    expect(parts).not_to_have_text(before or "")


def test_employer_goal_and_more_free_times_are_told_and_saved(visitor: Visitor, tmp_path: Path) -> None:
    page = visitor.answer()
    wishes = page.locator("[data-wishes]")
    wishes.get_by_label("Mon", exact=True).check()
    wishes.get_by_role("button", name="Add other days or hours").click()
    wishes.get_by_role("group", name="Free days and hours, window 2").get_by_label("Sat", exact=True).check()
    wishes.get_by_label("Free until, window 2").fill("12:00")
    wishes.get_by_text("What your employer pays").click()
    wishes.get_by_label("CE allowance a year, in dollars").fill("250.50")
    wishes.get_by_label("Share of tuition paid back, in percent").fill("75")
    wishes.get_by_text("Where you want to get").click()
    wishes.get_by_label("Goal").select_option("specialist")
    wishes.get_by_label("Specialty").select_option("molecular")
    toward = page.locator("[data-toward]")
    expect(toward.get_by_role("heading", name="Toward Specialist in molecular diagnostics")).to_be_visible()
    expect(toward).to_contain_text("About molecular diagnostics, which your goal asks for.")
    path = tmp_path / "me.json"
    path.write_text(json.dumps(visitor.saved()), encoding="utf-8")
    told = load_profile(path)
    assert [(window.days, window.before.isoformat()) for window in told.free_times] == [
        (("mon",), "20:00:00"),
        (("sat",), "12:00:00"),
    ]
    assert told.employer_pays == EmployerPays(allowance_per_year=Decimal("250.5"), tuition_percent=75)
    assert (told.goal, told.goal_topic) == ("specialist", "molecular")
    wishes.get_by_label("Goal").select_option("")
    expect(toward).to_be_hidden()


def test_a_course_of_the_plan_is_replaced_after_its_difference_was_told(visitor: Visitor, tmp_path: Path) -> None:
    visitor.go()
    visitor.load(sample_file(tmp_path))
    page = visitor.plan()
    item = page.locator(".plan-item").first
    name = item.locator(".plan-title a").inner_text()
    item.get_by_role("button", name=f"Replace: {name}").click()
    expect(item.locator(".offer")).to_contain_text("Without it: ")
    assert page.locator(".plan-title a").first.inner_text() == name
    item.get_by_role("button", name="Use it").click()
    expect(page.locator(".plan-title a", has_text=name)).to_have_count(0)
    page.get_by_role("button", name="Take my exchanges back").click()
    expect(page.locator(".plan-title a").first).to_have_text(name)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Add to calendar").click()
    text = Path(waiting.value.path()).read_text(encoding="utf-8")
    assert text.count("BEGIN:VEVENT") == page.locator(".plan-item").count()
    assert "Sample" in text


@pytest.mark.parametrize(
    ("credential", "said"),
    [
        ("aab-mlt", "No CE required by the rule we read."),
        ("us-fl-technician", "Specialties on the license"),
        ("ascp-pbt", "PBT(ASCP) expires on"),
    ],
)
def test_paths_of_their_own_are_calm(visitor: Visitor, credential: str, said: str) -> None:
    page = visitor.go()
    for fold in page.locator("details.more-choices > summary").all():
        fold.click()
    page.check(f"input[value={credential}]")
    expect(page.locator("#question-2")).to_contain_text(said)
    assert page.get_by_text("Specialties on the license").count() == (credential == "us-fl-technician")
    page.click("[data-show]")
    page.locator(".owed").wait_for()


def test_leave_moves_no_deadline_and_an_own_target_is_planned_for(visitor: Visitor) -> None:
    page = visitor.go()
    page.check("input[value=amt-mlt]")
    page.fill("#question-2 input[type=date]", "2028-02-02")
    page.get_by_label("Anything special about MLT(AMT)?").select_option("on_leave")
    expect(page.locator("#question-2")).to_contain_text("Leave may not move your deadline; ask the board.")
    page.get_by_role("button", name="Something else: my own target").click()
    page.get_by_label("Name", exact=True).fill("Canada")
    page.get_by_label("In all", exact=True).fill("10")
    page.get_by_label("Due on").fill("2027-06-30")
    page.click("[data-show]")
    expect(page.locator(".owed h3")).to_have_text(["Canada", re.compile("AMT")])
    expect(page.locator(".owed").nth(1)).to_contain_text("Leave may not move your deadline")
    document = visitor.saved()
    assert document["credentials"][0]["status"] == "on_leave"
    assert document["targets"][0]["name"] == "Canada"


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_axe_finds_no_violation_in_any_state(
    visitor: Visitor, tmp_path: Path, width: int, scheme: Literal["light", "dark"]
) -> None:
    visitor.page.set_viewport_size({"width": width, "height": 900})
    visitor.page.emulate_media(color_scheme=scheme)
    page = visitor.go()
    assert violations(page) == [], "asking"
    page.check("input[value=us-fl-technician]")
    page.get_by_text("I'll enter them").click()
    assert violations(page) == [], "three questions"
    visitor.load(sample_file(tmp_path))
    page.get_by_role("button", name="Close this message").click()
    visitor.plan()
    for fold in ("[data-credits-fold]", "[data-wishes-fold]", ".figure", ".mark-fold", ".left-out"):
        page.locator(fold).first.evaluate("fold => { fold.open = true; }")
    page.get_by_role("button", name=re.compile("^Replace: ")).first.click()
    page.locator(".offer").wait_for()
    page.locator(".own-words").first.wait_for()
    assert violations(page) == [], "answered, folds open"
    assert page.evaluate(WIDTH) <= width


def test_print_is_one_page_and_forced_colors_keep_the_tubes_apart(visitor: Visitor, tmp_path: Path) -> None:
    visitor.go()
    visitor.load(sample_file(tmp_path))
    page = visitor.plan()
    sheet = page.pdf(format="Letter")
    assert len(re.findall(rb"/Type\s*/Page\b", sheet)) == 1
    page.emulate_media(media="print")
    assert page.locator(".plan-item").first.is_visible()
    assert not page.locator(".asked").is_visible()
    page.emulate_media(media="screen", forced_colors="active")
    fills = {
        name: page.evaluate(f"getComputedStyle(document.querySelector('.{name}')).fill")
        for name in ("tube-confirmed", "tube-glass")
    }
    assert fills["tube-confirmed"] != fills["tube-glass"]


def test_without_script_the_page_says_where_the_rules_stand(browser: Browser, served: Served) -> None:
    with visiting(browser, served, java_script_enabled=False) as visitor:
        visitor.page.goto(served.url("/plan/"))
        visitor.page.get_by_role("link", name="What each certification and license asks, with sources").click()
        assert visitor.page.url.endswith("/credentials/")
