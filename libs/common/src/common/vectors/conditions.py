"""Filters in Qdrant's words."""

from qdrant_client import models

from common.errors import UsageError
from common.vectors.filters import Filters
from common.vectors.points import day_ms


def conditions(filters: Filters) -> list[models.Condition]:
    """What must hold; raises UsageError for a day that is none or a range turned round."""
    first, last = day_ms(filters.date_from), day_ms(filters.date_to)
    if last and first > last:
        raise UsageError("date_from", f"{filters.date_from} is after date_to {filters.date_to}")
    must: list[models.Condition] = []
    for key, values in (
        ("groups", filters.categories),
        ("feeds", filters.feeds),
        ("paper", filters.ids),
    ):
        if values:
            must.append(models.FieldCondition(key=key, match=models.MatchAny(any=list(values))))
    if first or last:
        days = models.Range(gte=first or None, lte=last or None)
        must.append(models.FieldCondition(key="announced_ms", range=days))
    for name in ("has_pdf", "full_text", "withdrawn"):
        wanted = getattr(filters, name)
        if wanted is not None:
            must.append(equals(name, wanted))
    return must


def equals(key: str, value: str | bool | int) -> models.FieldCondition:
    """The payload's ``key`` is, or contains, ``value``."""
    return models.FieldCondition(key=key, match=models.MatchValue(value=value))


def all_of(must: list[models.Condition]) -> models.Filter | None:
    """A filter, or None when nothing is asked."""
    return models.Filter(must=must) if must else None
