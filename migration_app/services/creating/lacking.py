"""What tables lack to be as their models say, as objects that a plan can create. Nothing is changed or dropped."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from django.contrib.postgres.fields import ArrayField
from django.db import models

from migration_app.engine.kinds import KINDS
from migration_app.engine.kinds.column import Column
from migration_app.engine.kinds.comment import Comment
from migration_app.engine.kinds.constraint import Constraint
from migration_app.engine.kinds.default import Default
from migration_app.engine.kinds.index import Index
from migration_app.engine.kinds.table import Table
from migration_app.engine.model import Address, Context
from migration_app.engine.sql import ident, idents, qualified
from migration_app.services.creating.new_objects import new_column, new_constraint, new_identity, new_table
from migration_app.services.generating.shapes import TableShape, read_shapes
from migration_app.services.model_drift.fields import columns_of
from migration_app.services.model_drift.keys import is_total, key_columns

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from migration_app.engine.model import Object, Snapshot
    from migration_app.models import CoreTable
    from migration_app.services.creating.wording import Wording

    Model = type[CoreTable]
    AnyField = models.Field[Any, Any]


def completed(snapshot: Snapshot, wanted: Iterable[Model], schema: str, wording: Wording, role: str) -> Snapshot:
    """Give the snapshot with everything added that the models' tables lack.

    Args:
        snapshot: the database as it is.
        wanted: the models.
        schema: where their tables are.
        wording: how Django says it.
        role: who will own what is created.

    """
    work = _Work(snapshot, schema, wording)
    chosen = tuple(wanted)
    shapes = {model: work.shapes.get((schema, model.table())) for model in chosen}
    for model, shape in shapes.items():
        _Parts(work, model, shape or work.table(model)).add()
    for model, shape in shapes.items():
        _Keys(work, model, shape or TableShape(schema, model.table(), Table.KIND)).add()
    return work.result(role)


@dataclass
class _Work:
    """The objects that are added, with what they need."""

    snapshot: Snapshot
    schema: str
    wording: Wording
    objects: dict[Address, Object] = field(default_factory=dict)
    needs: dict[Address, frozenset[Address]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        shapes = read_shapes(self.snapshot).tables
        self.shapes = {key: shape for key, shape in shapes.items() if shape.kind == Table.KIND}
        self.types = {name: obj.address for obj in self.snapshot.objects.values() for name in obj.takes}

    def add(self, obj: Object, *needs: Address) -> None:
        """Add an object unless it is there."""
        if obj.address not in self.snapshot.objects:
            self.objects[obj.address] = obj
            self.needs[obj.address] = frozenset(needs)

    def table(self, model: Model) -> TableShape:
        """Add a table without columns."""
        name = model.table()
        self.add(new_table((self.schema, name)), Address("schema", (self.schema,)))
        return TableShape(self.schema, name, Table.KIND)

    def type_of(self, model_field: AnyField) -> tuple[str, tuple[Address, ...]]:
        """Give the type as SQL names it, and the user's type that it needs."""
        text = str(model_field.db_parameters(self.wording.connection)["type"])
        inner = model_field
        while isinstance(inner, ArrayField):
            inner = inner.base_field
        name = getattr(inner, "type_name", "")
        if not name:
            return text, ()
        places = (self.schema, *sorted({place[1] for place in self.types if len(place) > 2}))  # noqa: PLR2004 - kind, schema, name
        found = next((p for place in places if (p := self.types.get(("type", place, name)))), None)
        address = found or Address("type", (self.schema, name))
        return qualified(*address.path[:2]) + text.removeprefix(name), (address,)

    def result(self, role: str) -> Snapshot:
        """Give the snapshot with all of it, and with what PostgreSQL makes by itself along with it."""
        context = Context(role, self.snapshot)
        for created in tuple(self.objects.values()):
            for kind in KINDS:
                for implied in kind.implied_by(created, context):
                    self.add(implied, created.address)
        objects = {**self.snapshot.objects, **self.objects}
        needs = {
            address: self.needs[address].union(need for need in obj.needs if need in objects)
            for address, obj in self.objects.items()
            if address in self.needs
        }
        return dataclasses.replace(self.snapshot, objects=objects, requires={**self.snapshot.requires, **needs})


@dataclass
class _OfTable:
    work: _Work
    model: Model
    shape: TableShape

    @property
    def key(self) -> tuple[str, str]:
        return (self.work.schema, self.model.table())

    @property
    def address(self) -> Address:
        return Address(Table.KIND, self.key)

    def column(self, name: str) -> Address:
        return Address(Column.KIND, (*self.key, name))

    @property
    def columns(self) -> tuple[Address, ...]:
        return tuple(self.column(name) for name in columns_of(self.model))

    def constraint(self, kind: str, name: str, definition: str, columns: Iterable[str], *needs: Address) -> Constraint:
        """Add a constraint of one of pg_constraint's types."""
        found = new_constraint(self.key, name, kind, definition, tuple(columns))
        self.work.add(found, self.address, *self.columns, *needs)
        return found


class _Parts(_OfTable):
    """Columns and comments."""

    def add(self) -> None:
        """Add what is lacking."""
        for place, (name, each) in enumerate(columns_of(self.model).items(), len(self.shape.columns) + 1):
            if name not in self.shape.columns:
                self._column(name, each, place)
            elif each.has_db_default() and not self.shape.columns[name].fills_itself:
                self._default(name, each)
            if each.db_comment:
                self._comment(self.column(name), f"COLUMN {qualified(*self.column(name).path)}", each.db_comment)
        if self.model._meta.db_table_comment:
            reference = f"{Table.KIND.upper()} {qualified(*self.address.path)}"
            self._comment(self.address, reference, self.model._meta.db_table_comment)

    def _column(self, name: str, each: AnyField, place: int) -> None:
        text, needs = self.work.type_of(each)
        parameters = each.db_parameters(self.work.wording.connection)
        generated, collation = self.work.wording.generated(each), parameters.get("collation")
        not_null = (not each.null or each.primary_key) and generated is None
        made = new_column(
            self.key,
            name,
            text,
            not_null=not_null,
            collation=ident(collation) if collation else None,
            generated=generated,
            virtual=generated is not None and not vars(each)["db_persist"],
            position=place,
        )
        self.work.add(made, self.address, *needs)
        if each.db_type_suffix(self.work.wording.connection):
            self.work.add(new_identity(self.key, name, text), self.address, made.address)
        elif each.has_db_default():
            self._default(name, each)
        check = parameters["check"]
        if check:
            self.constraint("c", f"{self.model.table()}_{name}_check", f"CHECK ({check})", (name,))

    def _default(self, name: str, each: AnyField) -> None:
        expression = self.work.wording.default(each)
        if expression is not None:
            found = Default(*self.key, name, expression, comes_with_parent=False)
            self.work.add(found, self.address, self.column(name))

    def _comment(self, of: Address, target: str, text: str) -> None:
        self.work.add(Comment(of, target, None, None, None, text), of)


class _Keys(_OfTable):
    """Keys, rules and indexes; every table has its columns by now."""

    def add(self) -> None:
        """Add what is lacking."""
        kept = {each.name for each in self.shape.constraints} | {index.name for index, _ in self.shape.indexes}
        self._primary_key()
        for name, each in columns_of(self.model).items():
            if each.unique and not each.primary_key and frozenset({name}) not in self.shape.unique_columns:
                self.constraint("u", f"{self.model.table()}_{name}_key", f"UNIQUE ({idents([name])})", (name,))
            if isinstance(each, models.ForeignKey) and vars(each)["db_constraint"]:
                self._foreign_key(name, each)
        for rule in self.model._meta.constraints:
            if rule.name not in kept and not self._has(rule):
                self._rule(rule)
        for index in self.model._meta.indexes:
            if index.name not in kept:
                self._index(index.name, self.work.wording.index(self.model, index))

    def _primary_key(self) -> None:
        columns = key_columns(self.model)
        if columns and not any(each.type == "p" for each in self.shape.constraints):
            self.constraint("p", f"{self.model.table()}_pkey", f"PRIMARY KEY ({idents(columns)})", columns)
            for name in columns:
                shape = self.shape.columns.get(name)
                if shape is not None and not shape.column.not_null:
                    # A key's columns can't be NULL: PostgreSQL would say so by itself.
                    self.work.objects[self.column(name)] = dataclasses.replace(shape.column, not_null=True)

    def _foreign_key(self, name: str, each: models.ForeignKey[Any, Any]) -> None:
        if any(key.columns == (name,) for key in self.shape.foreign_keys):
            return
        to = cast("Model", each.related_model)
        there = (self.work.schema, to.table())
        column = str(each.target_field.column)
        called, definition = self.work.wording.foreign_key(self.model, each, to)
        unique = tuple(key.address for key in self._keys_of(there) if key.columns == (column,))
        made = new_constraint(self.key, called, "f", definition, (name,), (there, (column,)))
        self.work.add(made, self.address, self.column(name), Address(Column.KIND, (*there, column)), *unique)

    def _keys_of(self, table: tuple[str, str]) -> Iterator[Constraint]:
        for each in (*self.work.snapshot.of_kind(Constraint), *self.work.objects.values()):
            if isinstance(each, Constraint) and each.type in "pu" and (each.schema, each.table) == table:
                yield each

    def _has(self, rule: models.BaseConstraint) -> bool:
        return is_total(rule) and frozenset(self._named(rule)) in self.shape.unique_columns

    def _named(self, rule: models.BaseConstraint) -> tuple[str, ...]:
        columns = {each.name: column for column, each in columns_of(self.model).items()}
        return tuple(columns[name] for name in getattr(rule, "fields", ()))

    def _rule(self, rule: models.BaseConstraint) -> None:
        definition = self.work.wording.constraint(self.model, rule)
        if definition is None:
            self._index(rule.name, self.work.wording.unique_index(self.model, rule))
            return
        kind = {"CHECK": "c", "UNIQUE": "u", "EXCLUDE": "x"}[definition.split(" ", 1)[0]]
        self.constraint(kind, rule.name, definition, self._named(rule))

    def _index(self, name: str, definition: str) -> None:
        found = Index(
            self.work.schema,
            name,
            self.model.table(),
            definition,
            (),
            valid=True,
            unique_keys=(),
            predicate=None,
            on_partitioned=False,
            written=None,
        )
        self.work.add(found, self.address, *self.columns)
