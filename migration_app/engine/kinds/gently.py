"""The forms of statements that let others go on working on a table that holds rows.

PostgreSQL 18: CREATE INDEX ("Building Indexes Concurrently"), ALTER TABLE (Notes: NOT VALID, SET NOT NULL).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from migration_app.engine.model import Address, Ddl, Hazard
from migration_app.engine.sql import ident

from .column import Column
from .constraint import Constraint
from .identity import Identity
from .index import Index
from .table import Table

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from migration_app.engine.model import Object, Snapshot

_NAME_BYTES: Final = 63
_NOT_VALID_YET: Final = 180000
"""NOT NULL … NOT VALID came with PostgreSQL 18."""
_CONCURRENT: Final = (Hazard.BUILDS_INDEX, Hazard.NOT_TRANSACTIONAL)
_BRIEF: Final = (Hazard.LOCKS_READS, Hazard.LOCKS_WRITES)
_VALIDATING: Final = (Hazard.SCANS_TABLE, Hazard.MAY_FAIL)


@dataclass(frozen=True, slots=True)
class Gentle:
    """Another way to the same result."""

    table: Address
    """Whose users are spared."""
    now: tuple[Ddl, ...]
    """In the statement's place; nothing where it stays as it is."""
    later: tuple[Ddl, ...] = ()
    """After a commit, best when everything else is done."""
    waits_for: tuple[Address, ...] = ()
    """Whose later parts must be done before the last statement in this one's place."""
    movable: bool = False
    """What stands in the statement's place may wait as well, if nothing else needs the object."""


def gentle_form(obj: Object, sql: str, version: int) -> Gentle | None:
    """Give the gentle form of the statement that creates or alters the object; None where there is none.

    ``version`` is the server's that runs it, as server_version_num.
    """
    if isinstance(obj, Index):
        return _index(obj, sql)
    if isinstance(obj, Constraint):
        return _constraint(obj, sql)
    if isinstance(obj, Column):
        return _column(obj, sql, version)
    if isinstance(obj, Identity) and " ADD GENERATED " in sql:
        # An identity is for columns that are NOT NULL already, and validated (PostgreSQL 18).
        column = Address(Column.KIND, obj.path)
        return Gentle(Address(Table.KIND, (obj.schema, obj.table)), (), waits_for=(column,))
    return None


def settled_by_keys(
    created: AbstractSet[Address], desired: Snapshot, busy: AbstractSet[Address]
) -> frozenset[tuple[Address, str]]:
    """Give the columns that new primary keys of tables without rows make NOT NULL, each with what it needn't say."""
    settled = set()
    for key in created:
        obj = desired.objects.get(key)
        if isinstance(obj, Constraint) and obj.type == "p" and desired.parents[key].isdisjoint(busy):
            for address in desired.requires.get(key, ()):
                column = desired.objects.get(address)
                # An identity wants its column NOT NULL before, and so may columns that come of it in other tables.
                wanted = any(other.kind in (Identity.KIND, Column.KIND) for other in desired.dependents[address])
                if isinstance(column, Column) and not wanted:
                    settled.add((address, column.set_not_null().sql))
    return frozenset(settled)


def _concurrently(sql: str) -> str | None:
    for words in ("CREATE INDEX ", "CREATE UNIQUE INDEX "):
        # ON ONLY makes a partitioned table's index, which has nothing to build.
        if sql.startswith(words) and " ON ONLY " not in sql:
            return f"{words}CONCURRENTLY {sql.removeprefix(words)}"
    return None


def _index(index: Index, sql: str) -> Gentle | None:
    words = _concurrently(sql)
    if words is None:
        return None
    hazards = (*_CONCURRENT, Hazard.MAY_FAIL) if words.startswith("CREATE UNIQUE") else _CONCURRENT
    table = Address(Table.KIND, (index.schema, index.table))
    return Gentle(table, (Ddl(words, hazards, transactional=False),), movable=True)


def _constraint(constraint: Constraint, sql: str) -> Gentle | None:
    adding = f"{constraint.alter_table} ADD CONSTRAINT {ident(constraint.name)} "
    table = Address(Table.KIND, (constraint.schema, constraint.table))
    # PostgreSQL 18 makes no primary key of a NOT NULL that isn't valid yet; before, it would read the table for one.
    columns = tuple(Address(Column.KIND, (*table.path, name)) for name in constraint.columns)
    waits_for = columns if constraint.type == "p" else ()
    if constraint.on_foreign or not sql.startswith(adding):
        return None
    if constraint.on_partitioned:
        return Gentle(table, (), waits_for=waits_for) if waits_for else None
    if constraint.type in "cf" and constraint.validated:
        validate = f"{constraint.alter_table} VALIDATE CONSTRAINT {ident(constraint.name)}"
        brief = _BRIEF if constraint.type == "c" else (Hazard.LOCKS_WRITES,)
        return Gentle(table, (Ddl(f"{sql} NOT VALID", brief),), (Ddl(validate, _VALIDATING),))
    build = _concurrently(constraint.index_definition or "")
    if constraint.type not in "pu" or build is None or not _usable(constraint):
        return Gentle(table, (), waits_for=waits_for) if waits_for else None
    words = "PRIMARY KEY" if constraint.type == "p" else "UNIQUE"
    late = " DEFERRABLE" * constraint.deferrable + " INITIALLY DEFERRED" * constraint.deferred
    using = f"{adding}{words} USING INDEX {ident(constraint.name)}{late}"
    first = Ddl(build, (*_CONCURRENT, Hazard.MAY_FAIL), transactional=False)
    return Gentle(table, (first, Ddl(using, _BRIEF)), waits_for=waits_for, movable=True)


def _usable(constraint: Constraint) -> bool:
    # WITHOUT OVERLAPS makes a GiST index (PostgreSQL 18), which USING INDEX doesn't take.
    return " USING btree " in (constraint.index_definition or "")


def _column(column: Column, sql: str, version: int) -> Gentle | None:
    table = Address(Table.KIND, (column.schema, column.table))
    named = column.not_null_constraint
    if sql.startswith(f"{column.alter_table} ADD CONSTRAINT {ident(named)} NOT NULL "):
        if not column.not_null_validated:
            return None
        validate = f"{column.alter_table} VALIDATE CONSTRAINT {ident(named)}"
        return Gentle(table, (Ddl(f"{sql} NOT VALID", _BRIEF),), (Ddl(validate, _VALIDATING),))
    if sql != column.set_not_null().sql:
        return None
    if version >= _NOT_VALID_YET:
        adding = f"{column.alter_table} ADD CONSTRAINT {ident(named)} NOT NULL {ident(column.name)} NOT VALID"
        validate = f"{column.alter_table} VALIDATE CONSTRAINT {ident(named)}"
        return Gentle(table, (Ddl(adding, _BRIEF),), (Ddl(validate, _VALIDATING),))
    # SET NOT NULL trusts a check that is valid, and doesn't scan. The check's own scan holds up nobody.
    check = ident(_check_name(column))
    now = Ddl(f"{column.alter_table} ADD CONSTRAINT {check} CHECK ({ident(column.name)} IS NOT NULL) NOT VALID", _BRIEF)
    later = (
        Ddl(f"{column.alter_table} VALIDATE CONSTRAINT {check}", _VALIDATING),
        Ddl(sql, _BRIEF),
        Ddl(f"{column.alter_table} DROP CONSTRAINT {check}", _BRIEF),
    )
    return Gentle(table, (now,), later)


def _check_name(column: Column) -> str:
    suffix = "_dbsep_not_null"
    return column.name.encode()[: _NAME_BYTES - len(suffix)].decode(errors="ignore") + suffix
