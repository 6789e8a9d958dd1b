"""The whole small site: every page parsed by a real parser, every link followed, every file checked."""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element

import brotli
import html5lib
import pytest
from small_catalog import HOSTILE, TODAY, opportunities, snapshot
from small_site import KINDS_OF_PAGE, Site, build_small

from catalog.listing import Visibility
from render.build import Job, build
from render.errors import BuildError
from render.press import file_of
from render.settings import SiteSettings
from render.snapshot import Snapshot
from render.verify import verify

pytestmark = pytest.mark.long

HTML = "{http://www.w3.org/1999/xhtml}"


@pytest.fixture(scope="module")
def parsed(site: Site) -> dict[Path, html5lib.HTMLParser]:
    """Every page as a real parser read it, with the errors that it found."""
    parsers = {page: html5lib.HTMLParser(strict=False) for page in site.pages}
    for page, parser in parsers.items():
        parser.parse(page.read_text(encoding="utf-8"))
    return parsers


def elements(parser: html5lib.HTMLParser) -> list[Element]:
    """Every element of a page, in its order."""
    return list(parser.tree.getDocument().iter())


@pytest.mark.parametrize("path", KINDS_OF_PAGE)
def test_every_kind_of_page_is_there(site: Site, path: str) -> None:
    assert (site.folder / file_of(path)).exists()


def test_pages_stay_within_their_budgets(site: Site) -> None:
    for page in site.pages:
        assert page.stat().st_size <= 60_000, page
    css = list(site.folder.glob("assets/*.css"))
    scripts = list(site.folder.glob("assets/*.js"))
    assert css
    assert scripts
    assert sum(file.stat().st_size for file in css) <= 25_000
    assert sum(file.stat().st_size for file in scripts) <= 60_000
    first_view = ["index.html.gz", *(f"assets/{file.name}.gz" for file in (*css, *scripts))]
    assert sum((site.folder / name).stat().st_size for name in first_view) <= 250_000


def test_the_planner_pages_load_little_before_anybody_answers(site: Site) -> None:
    imported = re.compile(r"""^\s*(?:\}|import\b|export\b)[^"';]*\bfrom\s+"(?P<name>\.{1,2}/[^"]+)\"""", re.MULTILINE)
    for page in ("plan", "team"):
        text = site.read(f"{page}/index.html")
        waiting = [site.folder / name for name in re.findall(r'src="/ce/(assets/[^"]+\.js)"', text)]
        loaded: set[Path] = set()
        while waiting:
            script = waiting.pop().resolve()
            if script not in loaded:
                loaded.add(script)
                waiting += [script.parent / found["name"] for found in imported.finditer(script.read_text("utf-8"))]
        assert len(loaded) > 5
        assert sum(script.with_name(script.name + ".gz").stat().st_size for script in loaded) <= 60_000
    [style] = site.folder.glob("assets/planner/*.css")
    assert style.stat().st_size <= 14_000


def test_every_page_is_valid_html(site: Site, parsed: dict[Path, html5lib.HTMLParser]) -> None:
    assert len(parsed) > 100
    for page, parser in parsed.items():
        errors = [(position, name) for position, name, _values in parser.errors]
        assert not errors, f"{page.relative_to(site.folder)}: {errors[:3]}"


def test_every_internal_link_leads_somewhere(site: Site, parsed: dict[Path, html5lib.HTMLParser]) -> None:
    base = site.settings.base_path
    for page, parser in parsed.items():
        ids = {element.get("id") for element in elements(parser)}
        for element in elements(parser):
            for name in ("href", "src", "action"):
                address = element.get(name)
                if address is None:
                    continue
                parts = urlsplit(address)
                if parts.scheme in {"http", "https", "mailto", "webcal"}:
                    continue
                if not parts.path:
                    assert parts.fragment in ids, f"{page}: {address}"
                    continue
                assert parts.path.startswith(base), f"{page.relative_to(site.folder)} links to {address}"
                target = unquote(parts.path.removeprefix(base))
                file = site.folder / (f"{target}index.html" if target.endswith("/") or not target else target)
                assert file.exists(), f"{page.relative_to(site.folder)} links to {address}"


def test_no_page_has_inline_script_style_or_a_third_party_request(parsed: dict[Path, html5lib.HTMLParser]) -> None:
    for page, parser in parsed.items():
        for element in elements(parser):
            tag = str(element.tag).removeprefix(HTML)
            assert tag != "style", page
            assert element.get("style") is None, page
            assert not [name for name in element.attrib if name.startswith("on")], page
            if tag == "script":
                assert element.get("src") or element.get("type") in {"application/ld+json", "application/json"}, page
            if tag in {"script", "img", "link", "iframe"}:
                address = element.get("src") or (element.get("href") if element.get("rel") != "canonical" else "") or ""
                assert not urlsplit(address).netloc, f"{page}: {address}"
        assert "default-src 'none'" in page.read_text(encoding="utf-8")


def test_links_that_leave_the_site_carry_nothing_along(parsed: dict[Path, html5lib.HTMLParser]) -> None:
    for page, parser in parsed.items():
        for element in parser.tree.getDocument().iter(f"{HTML}a"):
            if urlsplit(element.get("href", "")).scheme in {"http", "https"}:
                assert element.get("rel") == "noopener nofollow", f"{page}: {element.get('href')}"


def test_every_page_of_a_sample_says_so_and_is_not_indexed(site: Site) -> None:
    for page in site.pages:
        text = page.read_text(encoding="utf-8")
        assert 'class="sample-mark"' in text, page
        assert 'name="robots" content="noindex"' in text, page
    assert "Disallow: /" in site.read("robots.txt")
    assert "SAMPLE" in site.read("feed.atom")
    assert "SAMPLE" in site.read("upcoming/calendar.ics")


def test_hostile_words_stay_words(site: Site) -> None:
    text = site.read("o/o14/index.html")
    assert "<script>alert" not in text
    assert "<img" not in text
    assert "onerror=alert(2)>" not in text
    tree = html5lib.parse(text)
    heading = next(tree.iter(f"{HTML}h1"))
    assert "".join(heading.itertext()) == HOSTILE
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    assert block is not None
    assert json.loads(block[1])["name"] == HOSTILE


def test_what_is_over_is_in_no_list_but_keeps_its_page(site: Site) -> None:
    assert (site.folder / "o/o15/index.html").exists()
    assert (site.folder / "o/o16/index.html").exists()
    lists = [page.read_text(encoding="utf-8") for page in site.folder.glob("browse/**/*.html")]
    assert not any("/o/o15/" in text or "/o/o16/" in text for text in lists)
    assert site.report.live == len(opportunities()) - 2


def test_unknown_is_gray_words_and_never_zero(site: Site) -> None:
    text = site.read("o/o04/index.html")
    assert text.count('class="unknown"') >= 5
    assert "$0" not in text
    assert "Free" not in text.split("<main", 1)[1].split("<footer", 1)[0]


def test_pages_do_not_know_the_day_on_which_they_were_built(tmp_path: Path, site: Site) -> None:
    later = tmp_path / "later"
    build(Job(snapshot(), TODAY + timedelta(days=1), site.settings, {}), later)
    earlier = tmp_path / "earlier"
    build(Job(snapshot(), TODAY, site.settings, {}), earlier)
    for page in sorted(earlier.glob("o/*/index.html")):
        assert page.read_bytes() == (later / page.relative_to(earlier)).read_bytes(), page


def test_a_second_build_of_the_same_data_writes_nothing(tmp_path: Path, site: Site) -> None:
    again = build_small(tmp_path / "again", previous=site.folder)
    assert again.report.written == 0
    assert again.report.linked > 0
    names = {path.relative_to(site.folder) for path in site.folder.rglob("*") if path.is_file()}
    assert names == {path.relative_to(again.folder) for path in again.folder.rglob("*") if path.is_file()}
    assert (again.folder / "o/o01/index.html").samefile(site.folder / "o/o01/index.html")
    assert (again.folder / "o/o01/index.html.br").samefile(site.folder / "o/o01/index.html.br")


def test_one_changed_opportunity_is_written_and_the_others_are_linked(tmp_path: Path, site: Site) -> None:
    changed = [replace(view, title="A New Title") if view.id == "o03" else view for view in opportunities()]
    folder = tmp_path / "changed"
    build(Job(replace(snapshot(), opportunities=changed), TODAY, site.settings, {}, None, site.folder), folder)
    assert "A New Title" in (folder / "o/o03/index.html").read_text(encoding="utf-8")
    assert "A New Title" not in site.read("o/o03/index.html")
    assert (folder / "o/o02/event.ics").exists() is False
    assert (folder / "o/o06/event.ics").samefile(site.folder / "o/o06/event.ics")


def test_compressed_copies_hold_the_same_bytes(site: Site) -> None:
    for path in ("index.html", "o/o01/index.html", "feed.atom"):
        original = (site.folder / path).read_bytes()
        assert gzip.decompress((site.folder / f"{path}.gz").read_bytes()) == original
        assert brotli.decompress((site.folder / f"{path}.br").read_bytes()) == original


def test_private_and_sample_data_are_refused(tmp_path: Path) -> None:
    private = replace(snapshot(), opportunities=[replace(opportunities()[0], visibility=Visibility.PRIVATE)])
    with pytest.raises(BuildError, match="o01 is private"):
        build(Job(private, TODAY, SiteSettings(sample=True), {}), tmp_path / "private")
    with pytest.raises(BuildError, match="o01 is sample data"):
        build(Job(snapshot(), TODAY, SiteSettings(), {}), tmp_path / "real")
    with pytest.raises(ValueError, match="refused anywhere but on the local machine"):
        SiteSettings(sample=True, base_url="https://ce.example.org/")


def test_verify_finds_nothing_wrong_with_a_good_site(site: Site) -> None:
    assert verify(site.folder) == []


@pytest.mark.parametrize(
    ("path", "old", "new", "problem"),
    [
        ("index.html", "/ce/browse/", "/ce/nowhere/", "links to /ce/nowhere/, which is not there"),
        ("index.html", 'href="/ce/browse/"', 'href="/browse/"', "outside the base path"),
        ("about/index.html", 'class="sample-mark"', "", "without its mark"),
        ("o/o01/index.html", "default-src", "x-src", "no content security policy"),
        ("o/o01/index.html", '"@context"', '"@contekst"', "no @context"),
        ("o/o01/index.html", '{"@context"', '{{"@context"', "is not JSON"),
        ("feed.atom", "<updated>", "<updatd>", "cannot be parsed"),
        ("feed.atom", "<title>", "<title/><x>", "cannot be parsed"),
        ("feed.json", '"id"', '"di"', "without an id"),
        ("upcoming/calendar.ics", "UID:", "DIU:", "without UID"),
    ],
)
def test_verify_finds_each_fault(  # noqa: PLR0917 - one row of the table above
    tmp_path: Path, site: Site, path: str, old: str, new: str, problem: str
) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(site.folder, broken, copy_function=os.link)
    text = (broken / path).read_text(encoding="utf-8")
    assert old in text
    (broken / path).unlink()
    (broken / path).write_text(text.replace(old, new, 1), encoding="utf-8")
    assert any(problem in str(found) and found.path == path for found in verify(broken, site.folder))


def test_pages_that_did_not_change_are_looked_at_again_where_a_file_is_gone(tmp_path: Path, site: Site) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(site.folder, broken, copy_function=os.link)
    assert verify(broken, site.folder) == []
    (broken / "about" / "index.html").unlink()
    found = {str(problem) for problem in verify(broken, site.folder)}
    assert "o/o01/index.html: links to /ce/about/, which is not there" in found


def test_a_catalog_without_a_single_date_or_listing_can_be_published(tmp_path: Path, site: Site) -> None:
    undated = replace(snapshot(), opportunities=[view for view in opportunities() if not view.sessions], aliases={})
    build(Job(undated, TODAY, site.settings, {}), tmp_path / "undated")
    assert verify(tmp_path / "undated") == []
    nothing = Snapshot(opportunities=())
    build(Job(nothing, TODAY, site.settings, {}), tmp_path / "nothing")
    assert verify(tmp_path / "nothing") == []


def test_verify_stops_a_release_that_lost_its_listings(tmp_path: Path, site: Site) -> None:
    small = tmp_path / "small"
    few = replace(snapshot(), opportunities=opportunities()[:3], aliases={})
    build(Job(few, TODAY, site.settings, {}), small)
    assert any("holds 3 pages where the last release held 17" in str(problem) for problem in verify(small, site.folder))
