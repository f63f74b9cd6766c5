"""Instances of models as rows of their tables."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import JSONField, Value
from django.db.models.expressions import DatabaseDefault

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import Field, Model


@dataclass
class Batch:
    """Rows of one table."""

    columns: tuple[str, ...]
    rows: list[tuple[object, ...]] = field(default_factory=list)


def batches(instances: Iterable[Model]) -> dict[str, Batch]:
    """Give table → rows, the rows of a table in their order; generated columns are left out."""
    found: dict[str, Batch] = {}
    for instance in instances:
        fields = [f for f in instance._meta.concrete_fields if f.column and not f.generated]
        columns = tuple(str(f.column) for f in fields)
        batch = found.setdefault(instance._meta.db_table, Batch(columns))
        batch.rows.append(tuple(_value(f, getattr(instance, f.attname)) for f in fields))
    return found


def _value(of: Field[Any, Any], value: Any) -> object:  # noqa: ANN401 - whatever the field takes
    if isinstance(value, DatabaseDefault):
        value = getattr(value, "expression", value)
    if isinstance(value, Value):
        value = value.value
    if hasattr(value, "resolve_expression"):
        raise TypeError(f"{of} has no value of its own: the recipe must give one")
    if isinstance(of, JSONField):
        return None if value is None else json.dumps(value, ensure_ascii=False, sort_keys=True)
    return value
