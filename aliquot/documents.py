"""Answers as JSON documents: plain numbers, ISO dates, ``null`` for what is not known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic_core import to_jsonable_python

from recommend.amounts import units

if TYPE_CHECKING:  # a night writes its report without ever ranking
    from recommend.rank import Suggestion
    from recommend.shortfall import CapUse, CredentialOwed, Owed, RequirementOwed
    from recommend.whatif import Effect


def plain(value: Any) -> Any:
    """Any value of the rooms (dataclass, model, enum, date) as JSON types."""
    return to_jsonable_python(value)


def amount(thousandths: int | None) -> int | float | None:
    """An amount of credit as a plain number of units."""
    return None if thousandths is None else units(thousandths)


def owed_document(owed: Owed) -> dict[str, Any]:
    """What is still needed; amounts are in the credential's own unit."""
    return {
        "today": owed.today.isoformat(),
        "credentials": [_credential(credential) for credential in owed.credentials],
    }


def _credential(credential: CredentialOwed) -> dict[str, Any]:
    return {
        "id": credential.id,
        "name": credential.name,
        "short_name": credential.short_name,
        "body_name": credential.body_name,
        "unit": credential.unit.value,
        "standing": credential.standing.value,
        "status": credential.status.value,
        "cycle_start": plain(credential.cycle_start),
        "cycle_end": plain(credential.cycle_end),
        "plan_by": plain(credential.plan_by),
        "file_by": plain(credential.file_by),
        "total": amount(credential.total),
        "total_figure": credential.total_figure,
        "total_confidence": plain(credential.total_confidence),
        "total_source": plain(credential.total_source),
        "confirmed": amount(credential.confirmed),
        "likely": amount(credential.likely),
        "still_confirmed": amount(credential.still_confirmed),
        "still_likely": amount(credential.still_likely),
        "requirements": [_requirement(requirement) for requirement in credential.requirements],
        "caps": [_cap(cap) for cap in credential.caps],
        "uses_confirmed": plain(credential.uses_confirmed),
        "uses_likely": plain(credential.uses_likely),
        "unsure": list(credential.unsure),
        "notes": list(credential.notes),
    }


def _requirement(requirement: RequirementOwed) -> dict[str, Any]:
    return {
        "id": requirement.id,
        "label": requirement.label,
        "kind": requirement.kind.value,
        "topics": list(requirement.topics),
        "needed": amount(requirement.needed),
        "confirmed": amount(requirement.confirmed),
        "likely": amount(requirement.likely),
        "still_confirmed": amount(requirement.still_confirmed),
        "still_likely": amount(requirement.still_likely),
        "figure": requirement.figure,
        "confidence": plain(requirement.confidence),
        "checked": requirement.checked,
        "source": requirement.source_url,
        "source_dated": requirement.source_dated,
        "read_on": plain(requirement.read_on),
        "note": requirement.note,
    }


def _cap(cap: CapUse) -> dict[str, Any]:
    return {
        "id": cap.id,
        "label": cap.label,
        "most": amount(cap.most),
        "confirmed": amount(cap.confirmed),
        "likely": amount(cap.likely),
    }


def effect_document(effect: Effect) -> dict[str, Any]:
    """What one more activity would do for one credential; amounts are in its own unit."""
    return {
        "credential": effect.credential,
        "unit": effect.unit.value,
        "period": effect.falls.period.value,
        "falls": effect.falls.sentence,
        "closes_confirmed": amount(effect.closes_confirmed),
        "closes_likely": amount(effect.closes_likely),
        "lost": amount(effect.lost),
        "still_confirmed": amount(effect.after.still_confirmed),
        "still_likely": amount(effect.after.still_likely),
        "uses": [{**plain(use), "amount": amount(use.thousandths)} for use in effect.uses],
    }


def suggestion_document(suggestion: Suggestion) -> dict[str, Any]:
    """One place of the ranked list, with its parts and reasons."""
    opportunity = suggestion.opportunity
    return {
        "id": opportunity.id,
        "title": opportunity.title,
        "kind": opportunity.kind.value,
        "provider": opportunity.provider_name,
        "url": opportunity.url,
        "sample": opportunity.sample,
        "score": suggestion.score,
        "parts": dict(suggestion.parts),
        "reasons": list(suggestion.reasons),
        "closes": plain(suggestion.closes),
        "price": plain(suggestion.price),
        "unknowns": list(suggestion.unknowns),
    }
