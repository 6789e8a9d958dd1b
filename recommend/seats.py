"""Seats that a provider has quoted to a laboratory: so many people for so much, as the manager writes it down.

Providers give such prices to a laboratory by quote, so they stand in a file of the manager's own (TOML or JSON)::

    [[offers]]
    name = "Ten seats"
    seats = 10
    amount = 650.00
    covers = { family = "labce" }

``covers``, ``effect``, ``percent``, ``days`` and ``cap_hours`` (for each person) say the same as in a package that a
page states.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator

from catalog.errors import BadInputError
from catalog.listing import Currency, Frozen, PackageCover, PackageEffect
from catalog.taxonomy import fold
from catalog.views import PackageView
from recommend.documents import DocumentError, read_document, validate
from recommend.price import CURRENCY, MINOR_PER_MAJOR
from recommend.profile import Dollars, Words

SOURCE = "quote"
"""Stands for the source of what no page states."""


class SeatsError(BadInputError):
    """A file of seats that cannot be used; names file, line where known, field and reason."""


class SeatOffer(Frozen):
    """One quote: ``seats`` people for ``amount`` in major units of ``currency``."""

    name: Words
    seats: Annotated[int, Field(gt=0)]
    amount: Dollars
    currency: Currency = CURRENCY
    covers: PackageCover
    effect: PackageEffect = PackageEffect.FREE
    percent: Annotated[int, Field(ge=0, le=100)] | None = None
    organization: Words | None = None
    days: Annotated[int, Field(gt=0)] | None = None
    cap_hours: Annotated[int, Field(gt=0)] | None = None

    @model_validator(mode="after")
    def _is_compared(self) -> Self:
        if self.currency != CURRENCY:
            raise ValueError(f"prices are compared in {CURRENCY} only, not in {self.currency}")
        return self


class SeatOffers(Frozen):
    """The whole file."""

    offers: tuple[SeatOffer, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _each_has_its_own_name(self) -> Self:
        names = [fold(offer.name) for offer in self.offers]
        twice = next((offer.name for place, offer in enumerate(self.offers) if names[place] in names[:place]), None)
        if twice is not None:
            raise ValueError(f"{twice!r} stands twice; give each quote its own name")
        return self


@dataclass(frozen=True, slots=True)
class Seats:
    """Seats that can be bought for a team: ``minor`` pays for ``seats`` people, each of whom then holds ``package``.

    The package has no price of its own, so that nobody's plan buys it alone.
    """

    package: PackageView
    seats: int
    minor: int


def load_seats(path: Path) -> tuple[Seats, ...]:
    """Read a file of quotes. Raises :class:`SeatsError`, which names file, line and field."""
    try:
        offers = validate(SeatOffers, read_document(path)).offers
    except DocumentError as error:
        raise SeatsError(str(error)) from error
    return tuple(_seats(offer) for offer in offers)


def _seats(offer: SeatOffer) -> Seats:
    package = PackageView(
        id=f"seats-{fold(offer.name).replace(' ', '-')}",
        name=offer.name,
        source=SOURCE,
        url="",
        covers=offer.covers,
        effect=offer.effect,
        organization=offer.organization,
        percent=offer.percent,
        cap_thousandths=None if offer.cap_hours is None else offer.cap_hours * 1000,
        days=offer.days,
    )
    return Seats(package, offer.seats, int(offer.amount * MINOR_PER_MAJOR))
