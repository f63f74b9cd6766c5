"""Tables and their parts as CREATE TABLE makes them: usual in all that isn't said."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from migration_app.engine.kinds.column import Column
from migration_app.engine.kinds.constraint import Constraint
from migration_app.engine.kinds.identity import Identity
from migration_app.engine.kinds.table import Table

_LARGEST: Final = {"smallint": 2**15 - 1, "integer": 2**31 - 1}
_COLUMN: Final = Column(
    schema="",
    table="",
    name="",
    type="",
    not_null=False,
    not_null_name=None,
    not_null_no_inherit=False,
    not_null_validated=True,
    collation=None,
    generated=None,
    virtual=False,
    storage="p",
    compression=None,
    statistics=None,
    options=(),
    foreign_options=(),
    local=True,
    inherited=0,
    position=0,
    of_typed=False,
    of_foreign=False,
    of_partition=False,
    not_null_local=True,
    type_storage="p",
    implied_storage="p",
    implied_compression=None,
    hides_default=False,
    generated_as_parent=False,
    origin_schemas=(),
    origin_tables=(),
    not_null_name_shared=False,
    in_partition_key=False,
    written_options=(),
)


def new_table(key: tuple[str, str]) -> Table:
    """Give an ordinary table; a key is its schema and its name."""
    return Table(
        schema=key[0],
        name=key[1],
        unlogged=False,
        partition_key=None,
        inherits=(),
        of_type=None,
        access_method=None,
        options=(),
        toast_options=(),
        is_partition=False,
        written_options=(),
    )


def new_column(  # noqa: PLR0913 - as the catalog has them
    table: tuple[str, str],
    name: str,
    type_text: str,
    *,
    not_null: bool,
    collation: str | None,
    generated: str | None,
    virtual: bool,
    position: int,
) -> Column:
    """Give a column of an ordinary table."""
    return replace(
        _COLUMN,
        schema=table[0],
        table=table[1],
        name=name,
        type=type_text,
        not_null=not_null,
        collation=collation,
        generated=generated,
        virtual=virtual,
        position=position,
    )


def new_identity(table: tuple[str, str], column: str, type_text: str) -> Identity:
    """Give an identity with the sequence that PostgreSQL would make for it."""
    return Identity(
        schema=table[0],
        table=table[1],
        column=column,
        generation="BY DEFAULT",
        sequence_schema=table[0],
        sequence=f"{table[1]}_{column}_seq",
        start=1,
        increment=1,
        minimum=1,
        maximum=_LARGEST.get(type_text, 2**63 - 1),
        cache=1,
        cycle=False,
        odd_persistence=False,
        table_unlogged=False,
    )


def new_constraint(
    table: tuple[str, str],
    name: str,
    kind: str,
    definition: str,
    columns: tuple[str, ...],
    refers_to: tuple[tuple[str, ...], tuple[str, ...]] = ((), ()),
) -> Constraint:
    """Give a constraint that holds for all rows; a foreign key refers to a table and its columns."""
    return Constraint(
        schema=table[0],
        table=table[1],
        name=name,
        type=kind,
        definition=definition,
        statistics=(),
        options=(),
        local=True,
        validated=True,
        columns=columns,
        foreign_table=refers_to[0],
        foreign_columns=refers_to[1],
    )
