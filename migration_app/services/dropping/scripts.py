"""The SQL that brings dropped tables back: what comes before their rows, what comes after, and both for psql."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from migration_app.engine.kinds.materialized_view import MaterializedView
from migration_app.engine.kinds.table import Table
from migration_app.engine.model import Statement, Verb
from migration_app.engine.rows import SETTINGS, setting
from migration_app.engine.sql import ident, literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from migration_app.engine.model import Address, Object, Snapshot
    from migration_app.engine.rows import Position
    from migration_app.services.dropping.manifest import TableFile

# Rows come as soon as the tables stand: before indexes and keys, because that is faster and rows may come in any
# order; before triggers and policies, because these act on what is written; before views, which may fold rows up.
_BEFORE_ROWS: Final = frozenset(
    (
        *("role", "schema", "extension", "collation", "enum", "domain", "domain_constraint", "composite_type"),
        *("range_type", "sequence", "table", "column", "identity", "partition", "routine", "aggregate", "operator"),
        *("default", "sequence_owner"),
    )
)


@dataclass(frozen=True)
class Restoring:
    """The statements that bring the definitions back."""

    before: tuple[Statement, ...]
    after: tuple[Statement, ...]

    @property
    def all(self) -> tuple[Statement, ...]:
        """Every statement."""
        return self.before + self.after


def split(statements: Sequence[Statement], desired: Snapshot) -> Restoring:
    """Put each statement before or after the rows, and fill the materialized views that were filled."""
    after: set[Address] = set()
    needs = _needs(statements, desired)
    for statement in statements:
        address = statement.address
        if address.kind not in _BEFORE_ROWS or not after.isdisjoint(needs[address]):
            after.add(address)
    first = tuple(each for each in statements if each.address not in after)
    rest = tuple(each for each in statements if each.address in after)
    if any(each.address.kind == Table.KIND for each in rest):
        # A table needs something like a view: rows come where the last table stands.
        last = max(n for n, each in enumerate(statements) if each.address.kind in _BEFORE_ROWS)
        first, rest = tuple(statements[: last + 1]), tuple(statements[last + 1 :])
    return Restoring(first, rest + _fillings(statements, desired))


def _needs(statements: Sequence[Statement], desired: Snapshot) -> dict[Address, set[Address]]:
    """Give address → what its statement needs, with what the objects written inside of it need."""
    needs = {each.address: set(desired.requires.get(each.address, ())) for each in statements}
    for address, obj in desired.objects.items():
        whole: Object | None = obj
        while whole is not None and whole.address not in needs and whole.folds_into is not None:
            whole = desired.objects.get(whole.folds_into)
        if whole is not None and whole.address in needs:
            needs[whole.address] |= desired.requires.get(address, frozenset())
    return needs


def _fillings(statements: Sequence[Statement], desired: Snapshot) -> tuple[Statement, ...]:
    return tuple(
        Statement(Verb.ALTER, each.address, f"REFRESH {view.reference}")
        for each in statements
        if each.verb is Verb.CREATE
        and isinstance(view := desired.objects.get(each.address), MaterializedView)
        and view.populated
    )


def schema_script(restoring: Restoring) -> str:
    """Give all definitions as one script, without rows."""
    return f"-- The definitions of the tables in this backup, without their rows.\n\n{_joined(restoring.all)}"


def restore_script(restoring: Restoring, tables: Sequence[TableFile], positions: Mapping[str, Position]) -> str:
    """Give a script for psql that brings back everything, rows and sequence positions included."""
    settings = "".join(f"SET LOCAL {name} = {literal(value)};\n" for name, value in SETTINGS.items())
    copies = "".join(map(_copy, tables))
    counting = "".join(f"{setting(name, position)};\n" for name, position in positions.items())
    return (
        "-- cd into this directory, then: psql -X -f restore.sql 'postgresql://…'\n"
        "\\set ON_ERROR_STOP on\n"
        "\\encoding UTF8\n"
        "BEGIN;\n"
        "SET LOCAL search_path = '';\n"
        "SET LOCAL check_function_bodies = off;\n"
        f"{settings}\n{_joined(restoring.before)}\n{copies}{counting}\n{_joined(restoring.after)}COMMIT;\n"
    )


def _copy(table: TableFile) -> str:
    if not table.rows:
        return ""
    words, source = table.rows_of.words, f"from program 'gzip -dc {table.file}' with (encoding 'UTF8')"
    if not table.columns:
        return f"INSERT INTO {table.rows_of.name} SELECT FROM pg_catalog.generate_series(1, {table.rows});\n"
    if not {"\n", "\r"} & set(words):
        return f"\\copy {words} {source}\n"
    # \copy is one line, whatever its names hold: these rows take a way round.
    aliases = ", ".join(f"{ident(name)} AS c{number}" for number, name in enumerate(table.columns))
    return (
        f"CREATE TABLE pg_temp.rows_to_come AS SELECT {aliases} FROM {table.rows_of.name} WITH NO DATA;\n"
        f"\\copy pg_temp.rows_to_come {source}\n"
        f"INSERT INTO {words} OVERRIDING SYSTEM VALUE SELECT * FROM pg_temp.rows_to_come;\n"
        "DROP TABLE pg_temp.rows_to_come;\n"
    )


def _joined(statements: Sequence[Statement]) -> str:
    return "".join(f"{each.sql};\n" for each in statements)
