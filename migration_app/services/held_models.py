"""Holds the unmanaged models against a schema: a column that one lacks, a null it allows, a length it gets wrong."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from django.apps import apps
from django.db import models
from django.db.backends.postgresql.base import DatabaseWrapper
from django.db.utils import ConnectionHandler

from migration_app.engine.kinds.column import Column
from migration_app.engine.kinds.constraint import Constraint
from migration_app.engine.kinds.default import Default
from migration_app.engine.kinds.identity import Identity
from migration_app.engine.kinds.index import Index
from migration_app.engine.kinds.materialized_view import MaterializedView
from migration_app.engine.kinds.table import Table
from migration_app.engine.kinds.view import View
from migration_app.engine.model import Address, Severity, Verdict
from migration_app.engine.sql import ident, qualified
from migration_app.services.differences import Difference

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from migration_app.engine.model import Snapshot

_KIND: Final = "model"
_TABLES: Final = frozenset({Table.KIND, View.KIND, MaterializedView.KIND})
_SAME: Final = (
    (re.compile(r"\bvarchar\b"), "character varying"),
    (re.compile(r"\bchar\b(?=\()"), "character"),
    (re.compile(r"\btime\b(?! with)"), "time without time zone"),
    (re.compile(r"\btimestamp\b(?! with)"), "timestamp without time zone"),
    (re.compile(r"^bigserial$"), "bigint"),
    (re.compile(r"^smallserial$"), "smallint"),
    (re.compile(r"^serial$"), "integer"),
    (re.compile(r",\s+"), ","),
    (re.compile(r'^"?public"?\.'), ""),
)
_FIELDS: Final = {
    "bigint": "BigIntegerField(",
    "integer": "IntegerField(",
    "smallint": "SmallIntegerField(",
    "boolean": "BooleanField(",
    "text": "TextField(",
    "uuid": "UUIDField(",
    "date": "DateField(",
    "jsonb": "JSONField(",
    "bytea": "BinaryField(",
    "double precision": "FloatField(",
    "interval": "DurationField(",
    "inet": "GenericIPAddressField(",
    "time without time zone": "TimeField(",
    "timestamp with time zone": "DateTimeField(",
    "timestamp without time zone": "DateTimeField(",
}


def unmanaged_models() -> tuple[type[models.Model], ...]:
    """Give every model whose table Django doesn't make."""
    found = (model for model in apps.get_models() if not model._meta.managed and not model._meta.proxy)
    return tuple(sorted(found, key=lambda model: model._meta.label))


def check_models(snapshot: Snapshot, chosen: Iterable[type[models.Model]] | None = None) -> tuple[Difference, ...]:
    """Give where the models depart from the schema, each with the line that mends the model.

    Seen from the schema: ``removed`` is what a model lacks, ``added`` what only a model has.
    """
    wanted = unmanaged_models() if chosen is None else tuple(chosen)
    return tuple(found for model in wanted for found in _Held(snapshot, model).differences())


class _Held:
    """One model beside its table."""

    def __init__(self, snapshot: Snapshot, model: type[models.Model]) -> None:
        self.snapshot = snapshot
        self.model = model
        self.table = _table(snapshot, model._meta.db_table)
        self.fields: dict[str, models.Field[Any, Any]] = {
            field.column: field for field in model._meta.local_fields if field.column
        }

    def differences(self) -> Iterator[Difference]:
        """Give what differs, the table's columns first."""
        if self.table is None:
            yield self._difference("", Verdict.ADDED, {"table": (None, self.model._meta.db_table)})
            return
        columns = {
            column.name: column
            for column in self.snapshot.of_kind(Column)
            if (column.schema, column.table) == self.table
        }
        for name, column in columns.items():
            if name not in self.fields:
                required = column.not_null and not self._filled(name) and not column.generated
                severity = Severity.ERROR if required else Severity.WARNING
                values: dict[str, tuple[object, object]] = {"type": (column.type, None)}
                yield self._difference(name, Verdict.REMOVED, values, self._line(column), severity)
        for name, field in self.fields.items():
            if name not in columns:
                yield self._difference(field.name, Verdict.ADDED, {"column": (None, name)}, f"remove {field.name}")
            else:
                found = dict(self._compared(columns[name], field))
                if found:
                    yield self._difference(field.name, Verdict.CHANGED, found, self._line(columns[name], field))

    def _compared(self, column: Column, field: models.Field[Any, Any]) -> Iterator[tuple[str, tuple[object, object]]]:
        told = field.output_field if isinstance(field, models.GeneratedField) else field
        wanted = str(field.db_type(_CONNECTION) or "")
        if wanted and _plain(wanted) != _plain(column.type):
            yield "type", (column.type, wanted)
        null = bool(told is not None and told.null)
        if null == column.not_null and self._is_table():
            yield "null", (not column.not_null, null)
        if self._is_table() and not field.primary_key:
            unique = self._unique(column.name)
            if unique != bool(field.unique):
                yield "unique", (unique, field.unique)
        if isinstance(field, models.ForeignKey) and getattr(field, "db_constraint", True) and self._is_table():
            target = self._target(column.name, field)
            if target is not None:
                yield "foreign key", target

    def _is_table(self) -> bool:
        return self.table is not None and Address(Table.KIND, self.table) in self.snapshot.objects

    def _filled(self, column: str) -> bool:
        """Whether the server fills the column where an INSERT leaves it out."""
        path = (*(self.table or ()), column)
        return any(Address(kind.KIND, path) in self.snapshot.objects for kind in (Default, Identity))

    def _unique(self, column: str) -> bool:
        told = f"({ident(column)})"
        constraints = {f"UNIQUE {told}", f"PRIMARY KEY {told}", f"UNIQUE NULLS NOT DISTINCT {told}"}
        return any(found in constraints for found in self._constraints()) or any(
            index.definition.startswith("CREATE UNIQUE INDEX")
            and self.table is not None
            and f" ON {qualified(*self.table)} " in index.definition
            and index.definition.endswith(told)
            for index in self.snapshot.of_kind(Index)
        )

    def _constraints(self) -> list[str]:
        return [
            constraint.definition
            for constraint in self.snapshot.of_kind(Constraint)
            if (constraint.schema, constraint.table) == self.table
        ]

    def _target(self, column: str, field: models.ForeignKey[Any, Any]) -> tuple[object, object] | None:
        """Give what the key refers to in the schema and in the model, where that isn't the same."""
        start = f"FOREIGN KEY ({ident(column)}) REFERENCES "
        found = [
            definition.removeprefix(start).partition(")")[0] + ")"
            for definition in self._constraints()
            if definition.startswith(start)
        ]
        other = _table(self.snapshot, field.related_model._meta.db_table)
        wanted = f"{qualified(*other)}({ident(str(field.target_field.column))})" if other else None
        if wanted is None or wanted in found:
            return None
        return (found[0] if found else None, wanted)

    def _line(self, column: Column, known: models.Field[Any, Any] | None = None) -> str:
        """Give the line of the model as the column would have it."""
        options = ["null=True", "blank=True"] if not column.not_null else []
        if isinstance(known, models.ForeignKey):
            to, deletes = (
                known.related_model._meta.label,
                getattr(known.remote_field.on_delete, "__name__", "DO_NOTHING"),
            )
            return f"{known.name} = models.ForeignKey({', '.join([repr(to), f'models.{deletes}', *options])})"
        plain = _plain(column.type)
        length = re.fullmatch(r"character(?: varying)?\((\d+)\)", plain)
        precise = re.fullmatch(r"numeric\((\d+),(\d+)\)", plain)
        if length:
            field, options = "CharField(", [f"max_length={length[1]}", *options]
        elif precise:
            field, options = "DecimalField(", [f"max_digits={precise[1]}", f"decimal_places={precise[2]}", *options]
        else:
            field = _FIELDS.get(plain, "TextField(")
        return f"{column.name} = models.{field}{', '.join(options)})"

    def _difference(
        self,
        name: str,
        change: Verdict,
        attributes: dict[str, tuple[object, object]],
        fix: str = "",
        severity: Severity = Severity.ERROR,
    ) -> Difference:
        address = self.model._meta.label + (f".{name}" if name else "")
        return Difference(_KIND, address, change, attributes, severity, fix=fix)


def _table(snapshot: Snapshot, name: str) -> tuple[str, str] | None:
    """Give schema and name of the table or view; in ``public`` where several schemas have it."""
    quoted = re.fullmatch(r'"?(?P<schema>[^"]+)"\."(?P<name>[^"]+)"?', name)
    there = {address.path for address in snapshot.objects if address.kind in _TABLES and address.of is None}
    found = {
        (path[0], path[1])
        for path in there
        if (path[1] == name if quoted is None else path == (quoted["schema"], quoted["name"]))
    }
    return min(found, key=lambda each: (each[0] != "public", each), default=None)


def _plain(type_name: str) -> str:
    text = type_name.strip()
    for pattern, instead in _SAME:
        text = pattern.sub(instead, text)
    return text


def _connection() -> DatabaseWrapper:
    settings = {"ENGINE": "django.db.backends.postgresql", "NAME": "any"}
    return DatabaseWrapper(ConnectionHandler({"default": settings}).settings["default"], alias="dbsep")


_CONNECTION: Final = _connection()
"""Names the types; never connects."""
