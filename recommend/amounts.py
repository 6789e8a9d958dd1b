"""Amounts of credit: a plain number in a file, exact integer thousandths in memory.

A rule file says ``needed = 1.5`` and the program holds 1500. The types here do that on the way in and undo it on the
way out, so that a file that is read and written again is the same file.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema

THOUSANDTHS = 1000
MOST = 10_000
"""No CE record and no rule comes near ten thousand hours; a larger amount is a slip of the pen."""


def thousandths(amount: Any) -> Any:
    """Exact thousandths of a unit: ``1.5`` to 1500, ``"0.25"`` to 250.

    Raises ``ValueError`` for what is no number, is negative, is larger than :data:`MOST` or is finer than a thousandth.
    """
    if isinstance(amount, bool) or not isinstance(amount, int | float | str | Decimal):
        raise ValueError(f"{amount!r} is not an amount")  # noqa: TRY004 - pydantic reads ValueError, not TypeError
    try:
        exact = Decimal(str(amount).strip())
    except InvalidOperation as error:
        raise ValueError(f"{amount!r} is not a number") from error
    if not exact.is_finite() or exact < 0:
        raise ValueError(f"{amount} is negative or no finite number; an amount of credit is 0 or more")
    if exact > MOST:
        raise ValueError(f"{amount} is more than {MOST}; an amount of credit is smaller")
    scaled = exact * THOUSANDTHS
    if scaled != scaled.to_integral_value():
        raise ValueError(f"{amount} is finer than a thousandth")
    return int(scaled)


def units(amount: int) -> int | float:
    """The plain number of an amount in thousandths: 1500 to ``1.5``, 36000 to ``36``."""
    whole, rest = divmod(amount, THOUSANDTHS)
    return amount / THOUSANDTHS if rest else whole


def words(amount: int) -> str:
    """An amount in thousandths as people write it: 1500 to ``"1.5"``, 36000 to ``"36"``."""
    return str(units(amount))


Amount = Annotated[
    int,
    BeforeValidator(thousandths),
    Field(ge=0),
    PlainSerializer(units, return_type=int | float),
    WithJsonSchema({"type": "number", "minimum": 0, "maximum": MOST}),
]
"""A number of units in a file; integer thousandths in memory."""
