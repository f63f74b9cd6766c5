"""Puts values that the real table takes in place of made-up ones that it might refuse."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from typing import Any, Final
from uuid import UUID
from weakref import WeakKeyDictionary

from django.db import connections
from django.db.models import Field, Model, UUIDField

from migration_app.engine.errors import UsageError
from migration_app.engine.rows.expressions import Opaque
from migration_app.engine.rows.expressions.words import words
from migration_app.engine.rows.judging import judge
from migration_app.engine.rows.shape import Check, Name, Table, read_shape
from migration_app.engine.rows.values import Batch, Design, Draft, design
from migration_app.engine.rows.values.design import Standing
from migration_app.engine.rows.values.kinds import Kind
from migration_app.engine.rows.values.limits import Limits
from migration_app.engine.rows.values.scalars import INTEGERS
from migration_app.services.connecting import read_only_transaction, session

_SEED: Final = 0
"""None that `seed_testdata` is given by default: what it wrote has other values."""
_FIRST: Final = 20_000_000
"""The first row's number: what was seeded counts from 0."""
_PLAIN: Final = (bool, int, float, Decimal, str, date, timedelta, UUID, list, tuple, dict, bytes)


class Fitting:
    """What the tables of one database ask of their rows."""

    def __init__(self, alias: str) -> None:
        self._alias = alias
        with session(alias) as conn, read_only_transaction(conn):
            self._shape = read_shape(conn)
        self._rows: dict[int, dict[str, Any]] = {}
        self._designs: dict[tuple[Name, frozenset[str], frozenset[str]], tuple[Design, frozenset[str]]] = {}
        self._numbers = count(_FIRST)

    def fit(self, instance: Model, invented: Collection[str]) -> bool:
        """Replace what the table may refuse among the fields of these names; tell whether another try gives others.

        Raises:
            UsageError: there is no such table.
            Unsatisfiable: no value keeps a rule, given the values that are not made up.

        """
        table = self._table(instance)
        concrete = (f for f in instance._meta.concrete_fields if not f.generated)
        fields = {str(f.column): f for f in concrete if str(f.column) in table.by_name}
        row = {column: _plain(getattr(instance, field.attname)) for column, field in fields.items()}
        made = frozenset(column for column, field in fields.items() if field.name in invented)
        if not made:
            return False
        of, free = self._design(table, made, frozenset(c for c in made if row[c] is None or _is_text(row[c])), row)
        if not free:
            return False
        number = next(self._numbers) % max(of.size, 1)
        self._rows[number] = row
        try:
            values = of.complete([number], tuple(sorted(free)))
        finally:
            del self._rows[number]
        for column in free:
            setattr(instance, fields[column].attname, _typed(fields[column], values[column][0]))
        return True

    def _table(self, instance: Model) -> Table:
        name = self._shape.find(instance._meta.db_table.replace('"', ""))
        if name is None:
            raise UsageError(
                f"{instance._meta.db_table} isn't there in {self._alias!r}",
                f"Correct db_table of {instance._meta.label}, or clone the table: clone_schema.",
            )
        return self._shape.tables[name]

    def _design(
        self, table: Table, made: frozenset[str], texts: frozenset[str], row: Mapping[str, Any]
    ) -> tuple[Design, frozenset[str]]:
        """Give how rows are made, and which columns of them: those that the catalog says something of."""
        none = frozenset(column for column in made if row[column] is None)
        key = (table.name, made, none)
        if key not in self._designs:
            free: set[str] = set()

            def put(draft: Draft) -> None:
                free.update(c for c in made if c in none or _is_ruled(draft, c, texts))
                draft.referring.clear()
                draft.references.clear()
                for column in table.by_name.keys() - free:
                    draft.given[column] = self._given(column)

            parents = {
                key.target: Standing({c: [None] for c in key.target_columns}, lambda _: [None])
                for key in table.foreign_keys
            }
            of = design(
                self._shape,
                table,
                seed=_SEED,
                size=2 * _FIRST,
                ratios={},
                parents=parents,
                judge=self._ask,
                override=put,
            )
            self._designs[key] = (of, frozenset(free))
        return self._designs[key]

    def _given(self, column: str) -> Any:  # noqa: ANN401 - a maker
        def make(batch: Batch) -> list[Any]:
            return [self._rows[number].get(column) for number in batch.rows]

        return make

    def _ask(self, table: Table, check: Check, columns: Any, values: Any) -> Any:  # noqa: ANN401 - a judge's
        with session(self._alias) as conn, read_only_transaction(conn):
            return judge(conn, self._shape)(table, check, columns, values)


_found: WeakKeyDictionary[Any, Fitting] = WeakKeyDictionary()


def fitting(alias: str) -> Fitting:
    """Give what the alias's tables ask for, read once for each of Django's connections to it."""
    connections[alias].ensure_connection()
    connection = connections[alias].connection
    if connection not in _found:
        _found[connection] = Fitting(alias)
    return _found[connection]


def _is_ruled(draft: Draft, column: str, texts: Collection[str]) -> bool:
    """Tell whether a rule or the type may refuse a value."""
    kind, limits = draft.kinds[column], draft.understood.of(column)
    plain = Limits(required=limits.required)
    in_rule = any(column in test.columns for test in draft.tests) or limits != plain
    in_order = any(column in (order.low, order.high) for order in draft.understood.orders)
    return bool(in_rule or in_order or _is_narrow(kind, column in texts) or column in _told_apart(draft.table))


def _is_narrow(kind: Kind, text: bool) -> bool:
    """Tell whether the type itself refuses values that a field of the model may hold."""
    if kind.labels or kind.checks or kind.fields or kind.subtype is not None:
        return True
    return kind.length is not None if text else kind.name in {"int2", "numeric"} or kind.name not in _WIDE


_WIDE: Final = frozenset({*INTEGERS, "text", "varchar", "bpchar", "bool", "uuid", "json", "jsonb", "bytea", "date",
                          "timestamp", "timestamptz", "time", "float8", "inet", "interval"})  # fmt: skip


def _told_apart(table: Table) -> set[str]:
    """Give the columns that a unique index or an exclusion mentions."""
    found = {column for unique in table.uniques for column in unique.columns}
    for text in (*(u.expressions for u in table.uniques), *(x.definition for x in table.exclusions)):
        try:
            found |= {word.text for word in words(text or "") if word.kind in {"name", "quoted"}}
        except Opaque:
            found |= set(table.by_name)
    return found


def _plain(value: object) -> object:
    """Give a value that rules can be reckoned with; None for an expression, which only the server can reckon."""
    return value if isinstance(value, _PLAIN) else None


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _typed(field: Field[Any, Any], value: Any) -> Any:  # noqa: ANN401 - of the column's type
    return UUID(value) if isinstance(field, UUIDField) and isinstance(value, str) else value
