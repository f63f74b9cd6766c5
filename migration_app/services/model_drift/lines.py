"""The line of a model that would fit: the field as it is with what has to change, or one written for the column."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from django.db import models
from django.db.migrations.serializer import serializer_factory

from migration_app.services.generating.field_types import written
from migration_app.services.generating.sources import FieldSource, column_source

from .tables import plain_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from migration_app.services.generating.shapes import ColumnShape, TableShape

_SHORTER: Final = (
    ("django.db.models.deletion.", "models."),
    ("django.db.models.functions.", ""),
    ("django.db.models.expressions.", ""),
    ("django.db.models.", "models."),
    ("django.contrib.postgres.fields.array.", ""),
    ("django.contrib.postgres.fields.ranges.", ""),
    ("django.contrib.postgres.", ""),
)
_PLAIN: Final = {"LocalDateTimeField": "models.DateTimeField", "TypedArrayField": "ArrayField"}


class ModelNames:
    """Names as the models at hand have them, for a line to add to one of them."""

    def __init__(self, of_tables: Mapping[tuple[str, str], type[models.Model]], own: type[models.Model]) -> None:
        self._of_tables = of_tables
        self._fields = {
            plain_name(field.column): field.name for field in own._meta.local_concrete_fields if field.column
        }
        self._own = own

    def field(self, table: TableShape, column: str) -> str:
        """Give a column's field; a key's without its _id."""
        if column in self._fields:
            return self._fields[column]
        keyed = any(each.columns == (column,) and self.model(each.foreign_table[:2]) for each in table.foreign_keys)  # type: ignore[arg-type]
        name = column.removesuffix("_id") if keyed else column
        name = re.sub(r"\W+", "_", name.lower()).strip("_") or "field"
        return name if name not in self._fields.values() else f"{name}_field"

    def model(self, table: tuple[str, str]) -> str | None:
        """Give the model as a foreign key names it."""
        found = self._of_tables.get((table[0], table[1]))
        if found is None:
            return None
        return '"self"' if found is self._own else f'"{found._meta.label}"'

    def target(self, table: tuple[str, str], column: str) -> str | None:
        """Give the field that a key refers to, where it isn't the primary key."""
        found = self._of_tables[table[0], table[1]]
        fields = {each.column: each for each in found._meta.concrete_fields}
        field = fields.get(column)
        return None if field is None or field.primary_key else field.name

    def choices(self, column: ColumnShape) -> str | None:
        """Give the labels as choices."""
        if column.labels is None:
            return None
        return "[" + ", ".join(f"({each!r}, {each!r})" for each in column.labels) + "]"


def line_for(table: TableShape, column: ColumnShape, names: ModelNames) -> str:
    """Give the line for a column, with fields of Django's only."""
    return _plain(column_source(table, column, names)).line


def _plain(source: FieldSource) -> FieldSource:
    """Give the field without the classes that a written file defines for itself."""
    call = _PLAIN.get(source.call, source.call)
    if call.startswith("Typed"):
        call = f"models.{call.removeprefix('Typed')}"
    options = {name: _without_sql(value) for name, value in source.options.items() if name != "type_name"}
    arguments = tuple(
        re.sub(r'type_name="[^"]*"(, )?', "", each).replace("Typed", "models.") for each in source.arguments
    )
    return FieldSource(source.name, call, arguments, options)


def _without_sql(value: str) -> str:
    if not value.startswith("Sql("):
        return value
    text = re.sub(r"(?<!\{)\{([^{}]+)\}(?!\})", r"\1", value[len("Sql(") : -1])
    return f"RawSQL({text.replace('{{', '{').replace('}}', '}')}, [])"


def changed_line(field: models.Field[Any, Any], changes: Mapping[str, str | None]) -> str:
    """Give a field's own line with some of its options changed."""
    name, path, arguments, options = field.deconstruct()
    texts = {key: _source(value) for key, value in options.items()}
    texts = {key: value for key, value in {**texts, **changes}.items() if value is not None}
    texts = {key: value for key, value in texts.items() if not (key == "to" and arguments)}
    call = _shorter(path) if path.startswith("django.") else path.rpartition(".")[2]
    return f"{name} = {call}({written(tuple(map(_source, arguments)), texts)})"


def _source(value: object) -> str:
    try:
        text = serializer_factory(value).serialize()[0]
    except ValueError:
        return "…"
    return _shorter(text)


def _shorter(text: str) -> str:
    for long, short in _SHORTER:
        text = text.replace(long, short)
    return text
