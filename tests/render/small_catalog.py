"""A small catalog made by hand: one or more of every kind, with every way in which a fact may be unknown or odd."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from catalog.listing import Audience, Captions, CreditUnit, Delivery, Evidence, Kind, Minutes, Place, SessionStatus
from catalog.spool import Cause, Claim, DirectoryEntry, Finish
from catalog.views import (
    ChangeView,
    Conflict,
    CreditView,
    Happening,
    ListingReference,
    OfferView,
    OpportunityView,
    Presence,
    ProviderView,
    RunView,
    SessionView,
    SourceRunView,
    SourceView,
    TopicOrigin,
    TopicView,
)
from render.snapshot import Snapshot

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
READ = date(2026, 11, 20)
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)> & ]]> {{ 7*7 }} \u202etxet"


def said(text: str, where: str = "label:Credit") -> tuple[Evidence, ...]:
    return (Evidence(text=text, where=where),)


def credit(thousandths: int | None, unit: CreditUnit = CreditUnit.PACE, **more: object) -> CreditView:
    fields: dict[str, object] = {"source": "sample", "evidence": said(f"{unit.value} credit"), **more}
    return CreditView(thousandths=thousandths, unit=unit, **fields)  # type: ignore[arg-type]  # free keywords


def offer(minor: int | None, audience: Audience = Audience.PUBLIC, **more: object) -> OfferView:
    currency = "USD" if minor else None
    fields: dict[str, object] = {"source": "sample", "url": "https://provider.example/buy", **more}
    return OfferView(audience=audience, minor=minor, currency=currency, **fields)  # type: ignore[arg-type]  # free keywords


def session(
    days: int, at: time | None = time(13), zone: str | None = "America/New_York", **more: object
) -> SessionView:
    day = TODAY + timedelta(days=days)
    starts = datetime.combine(day, at, ZoneInfo(zone)).astimezone(UTC) if at and zone else None
    ends = starts + timedelta(hours=1) if starts else None
    end_time = time(at.hour + 1, at.minute) if at else None
    fields: dict[str, object] = {"source": "sample", **more}
    return SessionView(  # type: ignore[misc]  # free keywords
        key=day.isoformat(),
        local_date=day,
        local_time=at,
        end_time=end_time,
        zone=zone,
        starts_at=starts,
        ends_at=ends,
        **fields,  # type: ignore[arg-type]
    )


def topic(name: str, origin: TopicOrigin = TopicOrigin.STATED, confidence: float | None = None) -> TopicView:
    return TopicView(topic=name, origin=origin, confidence=confidence)


def made(id_: str, kind: Kind, title: str, provider: str = "labschool", **more: object) -> OpportunityView:
    names = {"labschool": "Lab School Online", "society": "Society of the Bench", "college": "Riverside College"}
    url = f"https://{provider}.example/{id_}"
    fields: dict[str, object] = {
        "provider_name": names[provider],
        "family": provider,
        "url": url,
        "read_on": READ,
        "sample": True,
        "listings": (ListingReference(f"l{id_}", provider, names[provider], url, Presence.ACTIVE, READ),),
        "evidence": {"title": said(title, "label:Title"), "kind": said("Online course", "source")},
        **more,
    }
    return OpportunityView(id=id_, kind=kind, title=title, provider=provider, **fields)  # type: ignore[arg-type]  # free keywords


def opportunities() -> list[OpportunityView]:
    """The whole small catalog."""
    on_demand = {"delivery": Delivery.ON_DEMAND}
    return [
        made(
            "o01",
            Kind.COURSE,
            "Reading the Peripheral Blood Smear",
            credits=(
                credit(2000, approved_through=date(2027, 1, 31), approval_number="578-008-25"),
                credit(2000, CreditUnit.FLORIDA, subject="Hematology"),
            ),
            offers=(offer(2500), offer(0, Audience.MEMBER, organization="ASCLS")),
            topics=(topic("hematology"),),
            duration=Minutes(at_least=100, at_most=120),
            level="Intermediate",
            captions=Captions.CAPTIONS_AND_TRANSCRIPT,
            course_number="578-008-25",
            keywords=("smear", "morphology", "red cells"),
            evidence={
                "level": said("Level of Instruction: Intermediate", "label:Level of Instruction"),
                "captions": said("Captions and a transcript", "label:Accessibility"),
            },
            **on_demand,
        ),
        made(
            "o02",
            Kind.COURSE,
            "Chemical Hygiene in Fifteen Minutes",
            credits=(credit(250),),
            offers=(offer(0),),
            topics=(topic("laboratory_safety"),),
            duration=Minutes(at_least=15, at_most=15),
            **on_demand,
        ),
        made(
            "o03",
            Kind.COURSE,
            "Ethics at the Bench: Whose Result Is It?",
            credits=(credit(1000, choice_group="either"), credit(1000, CreditUnit.CMLE, choice_group="either")),
            offers=(offer(0),),
            topics=(topic("medical_ethics"), topic("legal", TopicOrigin.GUESSED, 0.61)),
            duration=Minutes(at_least=50, at_most=60),
            conflicts=(Conflict("credits", (("labschool", "1.0 hour"), ("mirror", "1.5 hours"))),),
            **on_demand,
        ),
        made("o04", Kind.COURSE, "A Course of Which Nothing Is Known"),
        made(
            "o05",
            Kind.COURSE,
            "Blood Bank Problem Solving: Antibody Panels With More Than One Answer, Elutions, and What to Do When "
            "the Autocontrol Is Positive",
            credits=(credit(3000), credit(3000, CreditUnit.CONTACT_HOUR), credit(1500, CreditUnit.CALIFORNIA)),
            offers=(offer(4000), offer(3000, Audience.EARLY, through=date(2026, 12, 1))),
            topics=(topic("blood_bank"),),
            **on_demand,
        ),
        made(
            "o06",
            Kind.WEBINAR,
            "Antimicrobial Resistance: What the Bench Sees First",
            "society",
            credits=(credit(1000),),
            offers=(offer(0),),
            sessions=(session(3), session(17)),
            delivery=Delivery.LIVE_ONLINE,
            topics=(topic("microbiology"),),
        ),
        made(
            "o07",
            Kind.WEBINAR,
            "Quality Control by the Numbers",
            "society",
            credits=(credit(None),),
            offers=(offer(2500, Audience.MEMBER, organization="Society of the Bench"),),
            sessions=(session(24, zone=None), session(-6)),
            delivery=Delivery.LIVE_ONLINE,
            topics=(topic("quality", TopicOrigin.GUESSED, 0.8),),
        ),
        made(
            "o08",
            Kind.WORKSHOP,
            "Urine Sediment Under Phase Contrast",
            "society",
            credits=(credit(6000),),
            offers=(offer(19500), offer(14500, Audience.STUDENT)),
            sessions=(
                session(
                    40,
                    time(9),
                    "America/Chicago",
                    place=Place(text="Riverside Hall, Springfield, IL", city="Springfield", region="IL", country="US"),
                    seats_left=4,
                    registration_deadline=TODAY + timedelta(days=30),
                ),
            ),
            delivery=Delivery.IN_PERSON,
            topics=(topic("urinalysis_body_fluids"),),
        ),
        made(
            "o09",
            Kind.CONFERENCE,
            "Spring Meeting of the Bench",
            "society",
            credits=(credit(14500, upper_bound=True),),
            offers=(offer(32900), offer(24900, Audience.MEMBER, organization="Society of the Bench")),
            sessions=(
                session(
                    120,
                    None,
                    None,
                    end_date=TODAY + timedelta(days=122),
                    place=Place(text="Tampa, FL", city="Tampa", region="FL", country="US"),
                ),
            ),
            delivery=Delivery.IN_PERSON,
        ),
        made(
            "o10",
            Kind.CERTIFICATE,
            "Certificate in Molecular Diagnostics",
            "college",
            credits=(credit(12000, CreditUnit.SEMESTER_HOUR),),
            offers=(offer(398000, per="for the program"), offer(5000, scope="application")),
            apply_by=date(2027, 1, 15),
            leads_to=("Technologist in Molecular Biology",),
            prerequisites=("An associate degree",),
            delivery=Delivery.HYBRID,
            topics=(topic("molecular"),),
        ),
        made(
            "o11",
            Kind.DEGREE,
            "Associate of Applied Science, Medical Laboratory Technology",
            "college",
            credits=(credit(68000, CreditUnit.SEMESTER_HOUR),),
            delivery=Delivery.IN_PERSON,
            place=Place(text="Riverside, CA", city="Riverside", region="CA", country="US"),
        ),
        made(
            "o12",
            Kind.IN_SERVICE,
            "Annual Competency: Point-of-Care Glucose",
            "college",
            credits=(credit(500, CreditUnit.CONTACT_HOUR),),
            sessions=(session(9, time(7, 15), "America/New_York", status=SessionStatus.FULL), session(11, time(15))),
            offers=(offer(0, Audience.EMPLOYEE),),
            topics=(topic("point_of_care"),),
        ),
        made(
            "o13",
            Kind.INVOLVEMENT,
            "Judge a Student Bowl Team",
            "society",
            sessions=(session(60, None, None, year_inferred=True),),
        ),
        made(
            "o14", Kind.COURSE, HOSTILE, credits=(credit(1000, subject=HOSTILE),), keywords=("<b>bold</b>", 'quote"d')
        ),
        made("o15", Kind.COURSE, "A Retired Course", retired_on=date(2026, 1, 1), credits=(credit(1000),), **on_demand),
        made(
            "o16",
            Kind.WEBINAR,
            "Cancelled: Mycology Rounds",
            "society",
            sessions=(session(5, status=SessionStatus.CANCELLED),),
            delivery=Delivery.LIVE_ONLINE,
            presence=Presence.MISSING,
        ),
    ]


def export(folder: Path) -> list[Path]:
    """One download, so that the page of data has something to offer."""
    file = folder / "catalog.csv"
    file.write_text("id,title\n" + "\n".join(view.id for view in opportunities()) + "\n", encoding="utf-8")
    return [file]


def snapshot() -> Snapshot:
    """The small catalog with its providers, sources and one night's run."""
    claim = Claim(
        steps=("Pass the test at the end.", "Open your transcript and print the certificate."),
        arrives="Seen in the CE Organizer the next morning.",
        checked_on="2026-11-01",
    )
    directory = DirectoryEntry(
        credits=("P.A.C.E.", "Florida"),
        cost="$20 to $40 a course",
        about="Self-paced courses for the bench.",
        url="https://labschool.example/",
        checked_on="2026-11-01",
    )
    fine = SourceRunView(
        run="r1",
        source="labschool",
        started_at=NOW,
        finish=Finish.COMPLETE,
        listings=9,
        new=9,
        requests=12,
        complete=True,
    )
    failed = SourceRunView(
        run="r1", source="society", started_at=NOW, finish=Finish.FAILED, cause=Cause.TIMEOUT, requests=3
    )

    def source(id_: str, name: str, health: SourceRunView) -> SourceView:
        return SourceView(
            id=id_,
            name=name,
            provider=id_,
            provider_name=name,
            family=id_,
            url=f"https://{id_}.example/",
            spider="labelled_pages",
            proof="seen",
            enabled=True,
            sample=True,
            health=health,
            history=(health,),
            read_on=READ,
            active=9,
        )

    return Snapshot(
        opportunities=opportunities(),
        providers=(
            ProviderView(
                "labschool",
                "Lab School Online",
                "https://labschool.example/",
                claim,
                directory,
                True,
                ("labschool",),
                7,
            ),
            ProviderView(
                "society", "Society of the Bench", "https://society.example/", None, None, True, ("society",), 6
            ),
            ProviderView("college", "Riverside College", "https://college.example/", None, None, True, ("college",), 3),
        ),
        sources=(source("labschool", "Lab School Online", fine), source("society", "Society of the Bench", failed)),
        runs=(RunView("r1", NOW, "finished", True, NOW, (fine, failed)),),
        changes=(
            ChangeView(
                NOW,
                "r1",
                "o01",
                "Reading the Peripheral Blood Smear",
                "lo01",
                "labschool",
                "offers",
                Happening.PRICE_UP,
                "$20",
                "$25",
            ),
            ChangeView(
                NOW, "r1", "o06", "Antimicrobial Resistance", "lo06", "society", "title", Happening.NEW, None, None
            ),
        ),
        aliases={"o99": "o01"},
        data_date=READ,
        export=export,
    )
