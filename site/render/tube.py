"""The graduated tube: what is confirmed, what is likely and what is still needed, as numbers for a drawing.

The drawing is SVG with lengths in percent, so that it needs no script and no inline style. The same numbers always
stand beside it as words and in a table.
"""

from __future__ import annotations

from dataclasses import dataclass

from render.formats import points

MOST_MARKS = 60
EVERY = (1, 2, 5, 10, 20, 50, 100)
LABELS_AT_MOST = 8


@dataclass(frozen=True, slots=True)
class Mark:
    """One graduation: its place in percent, and its number where one is written."""

    at: str
    label: str | None
    anchor: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """A tube or bar: the shares that are filled, in percent, and the words for those who do not see it."""

    id: str
    label: str
    confirmed: str
    likely: str
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Filling:
    """Amounts in thousandths of ``unit``. ``likely`` includes what is confirmed."""

    unit: str
    needed: int
    confirmed: int
    likely: int


def draw(id_: str, name: str, filling: Filling, *, marked: bool = True) -> Drawn:
    """The tube or bar of one filling; a bar has no graduations."""
    needed = filling.needed
    solid = min(filling.confirmed, needed)
    hatched = max(0, min(filling.likely, needed) - solid)
    words = (
        f"{name}: {points(solid)} of {points(needed)} {filling.unit} confirmed, {points(hatched)} more likely, "
        f"{points(needed - solid - hatched)} still needed"
    )
    return Drawn(
        id=id_,
        label=words,
        confirmed=_percent(solid, needed),
        likely=_percent(hatched, needed),
        marks=_marks(needed) if marked else (),
    )


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole if whole else 0:.3f}".rstrip("0").rstrip(".")


def _marks(needed: int) -> tuple[Mark, ...]:
    """One line a unit (or a rounder step where that would be too dense), a number at every rounder one and the end."""
    step = 1000 * next((every for every in EVERY if needed <= MOST_MARKS * every * 1000), EVERY[-1])
    numbered = 1000 * next((every for every in EVERY if needed <= LABELS_AT_MOST * every * 1000), EVERY[-1])
    marks = []
    for at in range(step, needed, step):
        near_the_end = needed - at < numbered * 0.6
        label = points(at) if at % numbered == 0 and not near_the_end else None
        marks.append(Mark(_percent(at, needed), label, "middle"))
    return (Mark("0", "0", "start"), *marks, Mark("100", points(needed), "end"))
