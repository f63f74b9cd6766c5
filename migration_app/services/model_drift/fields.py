"""A model's fields beside its table's columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.fields import AutoFieldMixin

from migration_app.engine.model import Severity, Verdict
from migration_app.services.generating.sources import default_options

from .findings import CHOICES, FIELD, Advice, ModelDifference, Notes, label, missing, surplus
from .lines import ModelNames, _without_sql, changed_line, line_for
from .tables import plain_name
from .types import compare_types

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.backends.base.base import BaseDatabaseWrapper

    from migration_app.services.generating.shapes import ColumnShape, TableShape

    AnyField = models.Field[Any, Any]


def columns_of(model: type[models.Model]) -> dict[str, AnyField]:
    """Give column → field of the model's own table."""
    return {plain_name(field.column): field for field in model._meta.local_concrete_fields if field.column}


def compare_fields(
    model: type[models.Model], table: TableShape, names: ModelNames, connection: BaseDatabaseWrapper
) -> Iterator[ModelDifference]:
    """Give what differs between fields and columns, in the columns' order."""
    fields = columns_of(model)
    referring = {key.columns[0] for key in table.foreign_keys if len(key.columns) == 1}
    for column in table.columns.values():
        field = fields.get(column.name)
        if field is None:
            yield _missing(model, table, column, names)
        else:
            notes = Notes()
            # What a foreign key refers to may well be of another type: bigint for an integer.
            if not (isinstance(field, models.ForeignKey) and column.name in referring):
                compare_types(column, field, connection, notes)
            _compare_null(column, field, notes)
            _compare_making(column, field, notes)
            if notes.attributes:
                yield _changed(model, table, column, field, notes, names)
            yield from _choices(model, column, field)
    for name, field in fields.items():
        if name not in table.columns and table.columns:
            yield _surplus(model, table, field)


def _missing(model: type[models.Model], table: TableShape, column: ColumnShape, names: ModelNames) -> ModelDifference:
    line = line_for(table, column, names)
    needed = not column.fills_itself
    why = (
        "The column is required and has no default, so every INSERT fails"
        if needed
        else "The table has the column, the model doesn't know it"
    )
    return missing(
        FIELD,
        f"{label(model)}.{names.field(table, column.name)}",
        Severity.ERROR if needed else Severity.WARNING,
        {"column": f"{column.name} {column.text}"},
        Advice(f"{why}: add to {model.__name__}: {line}", line),
    )


def _surplus(model: type[models.Model], table: TableShape, field: AnyField) -> ModelDifference:
    return surplus(
        FIELD,
        f"{label(model)}.{field.name}",
        Severity.ERROR,
        {"column": field.column},
        Advice(
            f"{table.schema}.{table.name} has no column {field.column}: remove {field.name} from {model.__name__}.",
            f"remove {field.name}",
        ),
    )


def _changed(
    model: type[models.Model],
    table: TableShape,
    column: ColumnShape,
    field: AnyField,
    notes: Notes,
    names: ModelNames,
) -> ModelDifference:
    line = line_for(table, column, names) if notes.anew else changed_line(field, notes.options)
    reason = "; ".join(notes.reasons)
    return ModelDifference(
        FIELD,
        f"{label(model)}.{field.name}",
        Verdict.CHANGED,
        notes.attributes,
        notes.severity,
        fix=line,
        hint=f"{reason[:1].upper()}{reason[1:]}. In {model.__name__} write: {line}",
    )


def _compare_null(column: ColumnShape, field: AnyField, notes: Notes) -> None:
    if isinstance(field, models.GeneratedField) or field.primary_key or column.column.generated is not None:
        return
    if field.null and column.not_null:
        notes.add("null", (False, True), Severity.ERROR, "the column takes no NULL", null=None, blank=None)
    elif not field.null and not column.not_null:
        notes.add("null", (True, False), Severity.WARNING, "the column may hold NULL", null="True", blank="True")


def _compare_making(column: ColumnShape, field: AnyField, notes: Notes) -> None:
    """Compare what fills the column where nobody gives a value."""
    expression = column.column.generated
    if expression is not None and not isinstance(field, models.GeneratedField):
        notes.add(
            "generated", (expression, None), Severity.ERROR, "the database computes the column, and takes no value"
        )
        notes.anew = True
    elif expression is None and isinstance(field, models.GeneratedField):
        notes.add("generated", (None, True), Severity.ERROR, "the column isn't generated")
        notes.anew = True
    elif isinstance(field, models.GeneratedField):
        if vars(field)["db_persist"] == column.column.virtual:
            stored = not column.column.virtual
            text = str(stored)
            notes.add("db_persist", (stored, not stored), Severity.WARNING, f"db_persist is {text}", db_persist=text)
    elif isinstance(field, AutoFieldMixin):
        if not column.counts and column.default is None:
            notes.add("identity", (None, True), Severity.ERROR, "the server doesn't number this column")
            notes.anew = True
    else:
        _compare_defaults(column, field, notes)


def _compare_defaults(column: ColumnShape, field: AnyField, notes: Notes) -> None:
    ours = column.identity.generation if column.identity else column.default
    fills = field.has_default() or getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)
    if field.has_db_default():
        if ours is None:
            severity = Severity.ERROR if column.not_null else Severity.WARNING
            notes.add("default", (None, "db_default"), severity, "the column has no default", db_default=None)
    elif column.identity is not None and column.identity.generation == "ALWAYS":
        notes.add("identity", ("ALWAYS", None), Severity.ERROR, "the server numbers the column and takes no value")
        notes.anew = True
    elif ours is not None and not fills:
        why = "the model sends its own value in place of the column's default"
        severity = Severity.ERROR if column.not_null else Severity.WARNING
        source = _without_sql(default_options(column)["db_default"])
        notes.add("default", (ours, None), severity, why, db_default=source)


def _choices(model: type[models.Model], column: ColumnShape, field: AnyField) -> Iterator[ModelDifference]:
    """Compare choices with an enum's labels."""
    if column.labels is None or isinstance(field, models.GeneratedField):
        return
    inner = field.base_field if isinstance(field, ArrayField) else field
    given = [value for value, _ in inner.flatchoices if value not in {None, ""}]
    unknown = [value for value in given if value not in column.labels]
    absent = [each for each in column.labels if each and each not in given]
    if not unknown and not absent:
        return
    words = [f"{value!r} is no label of {column.base}" for value in unknown] if unknown else []
    words += [f"{column.base} has {', '.join(map(repr, absent))}, too"] if absent else []
    text = "; ".join(words)
    pairs = "[" + ", ".join(f"({each!r}, {each!r})" for each in column.labels) + "]"
    line = changed_line(field, {"choices": pairs}) if inner is field else f"choices={pairs}"
    yield ModelDifference(
        CHOICES,
        f"{label(model)}.{field.name}",
        Verdict.CHANGED,
        {"choices": (column.labels, tuple(given))},
        Severity.ERROR if unknown else Severity.WARNING,
        fix=line,
        hint=f"{text[:1].upper()}{text[1:]}. In {model.__name__} write: {line}",
    )
