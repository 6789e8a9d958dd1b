"""Minor units of amounts that a machine wrote: a decimal text and an ISO 4217 code."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

NO_MINOR_UNIT = frozenset({"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV"})
THREE_DIGITS = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})
LARGEST = Decimal(1_000_000)
"""A course dearer than a million is a mistake in the page, not a price."""


def digits_of(currency: str | None) -> int:
    """Digits of a currency's minor unit (ISO 4217): 2 for most, 0 for the yen, 3 for the dinar."""
    if currency in NO_MINOR_UNIT:
        return 0
    return 3 if currency in THREE_DIGITS else 2


def minor_of(text: str, currency: str | None, *, scale: int = 0) -> int | None:
    """Minor units of a decimal text ("1,299.00" is 129900 cents), or ``None`` where it is no usable amount.

    ``scale`` is the number of digits by which the text is already multiplied ("2500" with 2 is 25.00).
    """
    try:
        amount = Decimal(re.sub(r"(?<=\d),(?=\d{3}\b)", "", text.strip().lstrip("$€£").strip())).scaleb(-scale)
    except InvalidOperation:
        return None
    if not amount.is_finite() or not 0 <= amount <= LARGEST:
        return None
    return int(amount.scaleb(digits_of(currency)).to_integral_value())
