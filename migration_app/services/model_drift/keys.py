"""A model's keys, unique sets, foreign keys and named constraints beside its table's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeGuard

from django.db import models

from migration_app.engine.model import Severity, Verdict

from .fields import columns_of
from .findings import CHECK, FOREIGN_KEY, INDEX, KEY, UNIQUE, Advice, ModelDifference, label, missing, surplus
from .lines import ModelNames, changed_line, line_for
from .tables import key_of, plain_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migration_app.engine.kinds.constraint import Constraint
    from migration_app.services.generating.shapes import Schema, TableShape

Model = type[models.Model]


def compare_keys(model: Model, table: TableShape, schema: Schema, names: ModelNames) -> Iterator[ModelDifference]:
    """Give what differs in the keys and rules."""
    yield from _primary_key(model, table)
    yield from _unique(model, table, names)
    yield from _foreign_keys(model, table, schema, names)
    yield from _named(model, table)


def key_columns(model: Model) -> tuple[str, ...]:
    """Give the columns of the model's primary key."""
    return tuple(plain_name(field.column) for field in model._meta.pk_fields if field.column)


def _primary_key(model: Model, table: TableShape) -> Iterator[ModelDifference]:
    ours, theirs = table.primary_key, key_columns(model)
    required = {name for name, column in table.columns.items() if column.not_null}
    unkeyed = not ours and (
        frozenset(theirs) in table.unique_columns or not any(each <= required for each in table.unique_columns)
    )
    if ours == theirs or unkeyed or not set(theirs) <= set(table.columns):
        return
    fields = columns_of(model)
    if len(ours) > 1:
        line = f"pk = models.CompositePrimaryKey({', '.join(_quoted(fields, name) for name in ours)})"
        hint = f"The table's key is ({', '.join(ours)}): add to {model.__name__}: {line}"
    elif ours and ours[0] in fields:
        line = changed_line(fields[ours[0]], {"primary_key": "True", "unique": None})
        hint = f"The table's key is {ours[0]}: in {model.__name__} write: {line}"
    else:
        line = ""
        hint = (
            f"The table's key is {ours[0]}, which the model lacks."
            if ours
            else f"Nothing in the table keeps {', '.join(theirs)} unique: save() and delete() may meet several rows."
        )
    severity = Severity.ERROR if ours else Severity.WARNING
    yield ModelDifference(
        KEY, label(model), Verdict.CHANGED, {"primary_key": (ours, theirs)}, severity, fix=line, hint=hint
    )


def _quoted(fields: dict[str, Any], column: str) -> str:
    return f'"{fields[column].attname}"' if column in fields else f'"{column}"'


def _unique(model: Model, table: TableShape, names: ModelNames) -> Iterator[ModelDifference]:
    fields = columns_of(model)
    wanted = unique_sets(model)
    have = table.unique_columns
    for columns in sorted(wanted - have - {frozenset(key_columns(model))}, key=sorted):
        if columns <= set(table.columns):
            listed = ", ".join(sorted(columns))
            hint = (
                f"No unique constraint of {table.schema}.{table.name} keeps ({listed}) unique: the model promises it."
            )
            yield surplus(UNIQUE, f"{label(model)}: {listed}", Severity.ERROR, {"columns": listed}, Advice(hint))
    for columns in sorted(have - wanted - {frozenset(table.primary_key)}, key=sorted):
        if columns <= fields.keys():
            yield _unknown_unique(model, table, columns, names)


def unique_sets(model: Model) -> frozenset[frozenset[str]]:
    """Give every set of columns that the model says are unique without a condition."""
    columns = {name: column for column, field in columns_of(model).items() for name in (field.name, field.attname)}
    found = {frozenset({column}) for column, field in columns_of(model).items() if field.unique}
    named = [*model._meta.unique_together, *(each.fields for each in model._meta.constraints if is_total(each))]
    found |= {frozenset(columns[name] for name in fields if name in columns) for fields in named}
    return frozenset(found | {frozenset(key_columns(model))})


def is_total(constraint: models.BaseConstraint) -> TypeGuard[models.UniqueConstraint]:
    """Tell whether the constraint keeps columns unique in all rows."""
    if not isinstance(constraint, models.UniqueConstraint):
        return False
    return not constraint.expressions and constraint.condition is None


def _unknown_unique(model: Model, table: TableShape, columns: frozenset[str], names: ModelNames) -> ModelDifference:
    fields = columns_of(model)
    listed = ", ".join(sorted(columns))
    if len(columns) == 1:
        column = next(iter(columns))
        # A foreign key that is unique is a one-to-one field.
        line = (
            line_for(table, table.columns[column], names)
            if isinstance(fields[column], models.ForeignKey)
            else changed_line(fields[column], {"unique": "True"})
        )
    else:
        name, order = _unique_name(table, columns)
        named = ", ".join(f'"{fields[each].name}"' for each in order)
        line = f'models.UniqueConstraint(fields=[{named}], name="{name}")'
    hint = f"The table keeps ({listed}) unique: in {model.__name__} write: {line}"
    return missing(UNIQUE, f"{label(model)}: {listed}", Severity.WARNING, {"columns": listed}, Advice(hint, line))


def _unique_name(table: TableShape, columns: frozenset[str]) -> tuple[str, tuple[str, ...]]:
    for each in table.constraints:
        if each.type in "pu" and frozenset(each.columns) == columns:
            return each.name, each.columns
    found = (each for each in table.indexes if each[1].unique and each[1].is_plain and set(each[1].columns) == columns)
    index, text = next(found)
    return index.name, text.columns


def _foreign_keys(model: Model, table: TableShape, schema: Schema, names: ModelNames) -> Iterator[ModelDifference]:
    keys = {each.columns[0]: each for each in table.foreign_keys if len(each.columns) == 1}
    for column, field in columns_of(model).items():
        if column not in table.columns:
            continue
        key = keys.get(column)
        if isinstance(field, models.ForeignKey):
            yield from _reference(model, table, field, key, schema, names)
        elif key is not None and (line := _line(table, column, names)):
            target = _target(key)
            hint = f"The column refers to {target}: in {model.__name__} write: {line}"
            address = f"{label(model)}.{field.name}"
            yield missing(FOREIGN_KEY, address, Severity.WARNING, {"references": target}, Advice(hint, line))


def _line(table: TableShape, column: str, names: ModelNames) -> str:
    line = line_for(table, table.columns[column], names)
    return line if "models.ForeignKey(" in line or "models.OneToOneField(" in line else ""


def _target(key: Constraint) -> str:
    return f"{'.'.join(key.foreign_table)} ({', '.join(key.foreign_columns)})"


def _reference(
    model: Model,
    table: TableShape,
    field: models.ForeignKey[Any, Any],
    key: Constraint | None,
    schema: Schema,
    names: ModelNames,
) -> Iterator[ModelDifference]:
    related = field.related_model
    if isinstance(related, str):
        return
    there = schema.named(*key_of(related))
    address = f"{label(model)}.{field.name}"
    wanted = f"{there.schema}.{there.name}" if there else ".".join(filter(None, key_of(related)))
    wanted += f" ({field.target_field.column})"
    if key is None:
        if vars(field)["db_constraint"]:
            line = changed_line(field, {"db_constraint": "False"})
            hint = f"The table has no foreign key on {field.column}, so rows may point to nothing: write: {line}"
            yield surplus(FOREIGN_KEY, address, Severity.WARNING, {"references": wanted}, Advice(hint, line))
        return
    if _target(key) != wanted:
        line = _line(table, field.column, names)
        hint = f"The column refers to {_target(key)}" + (f": in {model.__name__} write: {line}" if line else ".")
        values = {"references": (_target(key), wanted)}
        yield ModelDifference(FOREIGN_KEY, address, Verdict.CHANGED, values, Severity.ERROR, fix=line, hint=hint)


def _named(model: Model, table: TableShape) -> Iterator[ModelDifference]:
    """Compare what goes by its name: checks, conditional unique constraints, exclusions, indexes."""
    kept = {each.name for each in table.constraints} | {index.name for index, _ in table.indexes}
    for constraint in model._meta.constraints:
        if constraint.name in kept or is_total(constraint):
            continue
        kind = CHECK if isinstance(constraint, models.CheckConstraint) else UNIQUE
        hint = f"{table.schema}.{table.name} has no such constraint: create it there, or remove it from the model."
        yield surplus(
            kind, f"{label(model)}: {constraint.name}", Severity.WARNING, {"name": constraint.name}, Advice(hint)
        )
    for index in model._meta.indexes:
        if index.name not in kept:
            hint = f"{table.schema}.{table.name} has no such index: create it there, or remove it from the model."
            yield surplus(INDEX, f"{label(model)}: {index.name}", Severity.WARNING, {"name": index.name}, Advice(hint))
