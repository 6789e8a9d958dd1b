"""The rules: credentials read from their files, and what one opportunity counts for under them."""

from __future__ import annotations

from dataclasses import dataclass

from catalog.views import CreditView, TopicOrigin
from recommend.credential import Acceptance


@dataclass(frozen=True, slots=True)
class CountsFor:
    """That a credit of an opportunity could count toward one requirement of one credential.

    ``thousandths`` is the amount to plan with (the lowest where sources conflict, the stricter reading of a figure that
    is not sure), ``likely_thousandths`` the amount it probably earns; both ``None`` where it is not known. Rows that
    share a ``piece`` are the same instruction: only one of them may be filled. Different pieces of one opportunity add
    up.
    ``cap`` names the credential's cap that the credit falls under.
    """

    credential: str
    requirement: str
    piece: int
    thousandths: int | None
    likely_thousandths: int | None
    acceptance: Acceptance
    topic_origin: TopicOrigin
    reason: str
    credit: CreditView | None
    cap: str | None = None

    @property
    def confirmed(self) -> bool:
        """Whether it may close the requirement on the confirmed side."""
        accepted = self.acceptance is not Acceptance.UNKNOWN and self.topic_origin is not TopicOrigin.GUESSED
        return accepted and bool(self.thousandths)
