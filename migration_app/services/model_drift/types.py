"""Whether a field's type fits its column's: names, lengths, digits, domains and enums."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.contrib.postgres.fields import ArrayField
from django.db import models

from migration_app.engine.model import Severity
from migration_app.services.generating.field_types import field_type
from migration_app.services.generating.type_names import TypeName, parse

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

    from migration_app.services.generating.shapes import ColumnShape

    from .findings import Notes

_TEXTS: Final = frozenset({"text", "character varying", "character", "citext"})
_WHOLE: Final = ("smallint", "integer", "bigint")
_TIMES: Final = frozenset({"timestamp with time zone", "timestamp without time zone"})


def compare_types(
    column: ColumnShape, field: models.Field[Any, Any], connection: BaseDatabaseWrapper, notes: Notes
) -> None:
    """Note where the field's type isn't the column's."""
    text = field.db_type(connection)
    if text is None:
        return
    model = parse(text)
    if column.type.is_called(model):
        _modifiers(column.type, model, column, notes)
    elif column.base.is_called(model):
        _modifiers(column.base, model, column, notes)
    elif not _understands(column, _values_of(field)):
        severity = _severity(column.base, model)
        notes.add("type", (column.column.type, text), severity, f"the column is {column.column.type}, the field {text}")
        notes.anew = True


def _values_of(field: models.Field[Any, Any]) -> models.Field[Any, Any]:
    while isinstance(field, ArrayField):
        field = field.base_field
    if isinstance(field, models.GeneratedField):
        return _values_of(field.output_field) if field.output_field is not None else field
    return field


def _understands(column: ColumnShape, field: models.Field[Any, Any]) -> bool:
    """Tell whether the field reads and writes text where the type is one that Django has no field for."""
    if not isinstance(field, models.CharField | models.TextField):
        return False
    if column.labels is not None:
        return True
    found = field_type(column.base, column.base, None, str(column.base))
    return found.call == "TypedTextField"


def _severity(column: TypeName, model: TypeName) -> Severity:
    if column.array != model.array:
        return Severity.ERROR
    names = {column.name, model.name}
    if names <= _TEXTS or names == _TIMES:
        return Severity.WARNING
    if names <= set(_WHOLE) and _WHOLE.index(model.name) < _WHOLE.index(column.name):
        return Severity.WARNING
    return Severity.ERROR


def _modifiers(column: TypeName, model: TypeName, shape: ColumnShape, notes: Notes) -> None:
    if column.modifiers == model.modifiers:
        return
    if column.name in {"character varying", "character"}:
        _lengths(column.length, model.length, notes)
    elif column.name == "numeric":
        _digits(column, model, notes)
    elif not shape.type.array and (column.modifiers or model.modifiers):
        values = (shape.column.type, str(model))
        notes.add("type", values, Severity.WARNING, f"the column is {values[0]}, the field {values[1]}")
        notes.anew = True


def _lengths(column: int | None, model: int | None, notes: Notes) -> None:
    longer = column is not None and (model is None or model > column)
    severity = Severity.ERROR if longer else Severity.WARNING
    reason = f"the column holds {column or 'any number of'} characters, the field {model or 'any number'}"
    notes.add("max_length", (column, model), severity, reason, max_length=str(column) if column else None)


def _digits(column: TypeName, model: TypeName, notes: Notes) -> None:
    if not column.modifiers or not model.modifiers:
        if not column.modifiers and model.modifiers[:1] == ("147455",):
            return
        values: tuple[object, object] = (str(column), str(model))
        notes.add("type", values, Severity.WARNING, f"the column is {values[0]}, the field {values[1]}")
        return
    for place, name in enumerate(("max_digits", "decimal_places")):
        ours, theirs = _digit(column, place), _digit(model, place)
        if ours != theirs:
            severity = Severity.ERROR if theirs > ours else Severity.WARNING
            reason = f"{name} is {theirs} in the field, {ours} in the column"
            notes.add(name, (ours, theirs), severity, reason, **{name: str(ours)})


def _digit(name: TypeName, place: int) -> int:
    return int(name.modifiers[place]) if place < len(name.modifiers) else 0
