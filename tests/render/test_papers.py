"""The papers that people print: escaped, without scripts, and saying where they come from."""

from __future__ import annotations

from datetime import UTC, date, datetime
from html.parser import HTMLParser

from recommend.profile import Profile
from recommend.roster import Member, Roster
from recommend.rules import load_credentials
from recommend.team import Team, team_owed
from recommend.training_kit import Training
from render.papers import certificate, team_page, training_kit

RULES = load_credentials()
TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


class _Tags(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)


def team_of(*people: tuple[str, str, float]) -> Team:
    members = [
        Member(
            Profile.model_validate(
                {"name": name, "credentials": [{"id": held, "cycle_end": "2027-06-30", "opening": {"total": done}}]}
            ),
            {},
        )
        for name, held, done in people
    ]
    return team_owed(Roster(tuple(members), ("roster.csv: line 9: credential: is missing",)), RULES, TODAY)


def test_the_page_of_a_team_escapes_everything_and_says_where_it_comes_from() -> None:
    page = team_page(
        team_of(("<script>alert(1)</script>", "ascp-mlt", 1), ("Ann A.", "amt-mt", 45), ("Eve", "us-ny-lab", 3))
    )
    tags = _Tags(page).tags
    assert "script" not in tags
    assert tags.count("tr") == 4
    assert "size: landscape" in page
    assert "files supplied by staff" in page
    assert "Rules read on:</strong> 2026-11-22" in page
    assert "roster.csv: line 9" in page
    assert "Nothing more needed by the rules we know" in page
    assert "not known" in page
    assert "Sample" not in page
    assert "Sample data, not real people" in team_page(team_of(("Ann A.", "amt-mt", 45)), sample=True)


def test_nothing_needed_is_never_a_bare_zero_on_paper() -> None:
    page = team_page(team_of(("Ann A.", "amt-mt", 45)))
    assert "0 points" not in page


def training() -> Training:
    return Training.model_validate(
        {
            "title": "New analyzer",
            "employer": "Sample Hospital",
            "held_on": "2026-12-03",
            "starts_at": "13:00:00",
            "hours": 2,
            "by_topic": {"chemistry": 1.5, "quality": 0.5},
            "attendees": ["Ann A.", "<b>Ben</b>"],
        }
    )


def test_a_training_kit_has_a_sheet_a_certificate_for_each_and_a_private_listing() -> None:
    kit = training_kit(training(), NOW)
    assert list(kit) == ["sign-in.html", "listing.json", "certificate-01-ann-a.html", "certificate-02-b-ben-b.html"]
    assert "2 of 50 to 60 minutes" in kit["sign-in.html"]
    assert kit["sign-in.html"].count("<tr>") == 1 + 2 + 12
    for name in ("sign-in.html", "certificate-02-b-ben-b.html"):
        assert "<b>" not in kit[name]
        assert "&lt;b&gt;Ben" in kit[name]


def test_a_certificate_leaves_lines_for_what_nobody_gave() -> None:
    page = certificate(training(), "Ann A.")
    assert "Chemistry 1.5; Quality control and assurance 0.5" in page
    assert '<th scope="row">Signature</th><td></td>' in page
    assert '<th scope="row">License number</th><td></td>' in page
